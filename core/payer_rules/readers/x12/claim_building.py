"""A claim that was read becomes a `Claim`, or everything that keeps it from being one is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import attrs

from payer_rules.claims import (
    Authorization,
    Claim,
    Member,
    Provider,
    ServiceLine,
    TreatmentDates,
)
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InvalidValueError
from payer_rules.readers.bill_types import setting_of_bill_type
from payer_rules.readers.cache import ParseCache
from payer_rules.readers.fast_construct import Span, make_claim, make_line
from payer_rules.readers.filed_claims import Transaction, without_repeated
from payer_rules.readers.size_limits import MOST_LINES
from payer_rules.readers.x12 import service_segments
from payer_rules.readers.x12.claim_drafts import (
    ClaimDraft,
    LineDraft,
    LineFacts,
    ProviderDraft,
)
from payer_rules.readers.x12.element_values import ElementValues
from payer_rules.readers.x12.segments import SegmentProblem
from payer_rules.readers.x12.service_segments import ServiceParser
from payer_rules.readers.x12.treatment_facts import TreatmentFacts
from payer_rules.text.quoting import redacted
from payer_rules.values.checked import Form as CodeForm
from payer_rules.vocabularies import PLACES_OF_SERVICE
from payer_rules.vocabularies.formats import FACILITY_TYPE

#: The positions of a claim's diagnoses, by their number.
_PLACES: Final = ParseCache[int, frozenset[int]](lambda count: frozenset(range(1, count + 1)))
#: A placeholder until the billing provider is known.
_PLACEHOLDER_PROVIDER: Final = Provider(npi="0000000000")
#: The dates of an institutional claim without occurrence codes.
_NO_ONSET: Final = TreatmentDates(onset="none")
#: The most providers that are cached.
_MOST: Final = 20_000
#: The longest identification number of the standard.
_LONGEST_NUMBER: Final = 80


@attrs.frozen
class ClaimForm:
    """A form of claim: its name and transaction, its service segment, and what its CLM05 is.

    ``place`` is the form of the code in CLM05-1: place of service, or type of facility.
    """

    name: str
    transaction: Transaction
    service: str
    places: Mapping[str, int]
    qualifier: str
    example: str
    is_institutional: bool
    place: CodeForm


PROFESSIONAL: Final = ClaimForm(
    name="a professional claim",
    transaction="837P",
    service="SV1",
    places=service_segments.PROFESSIONAL,
    qualifier="B",
    example="11:B:1, with place of service and frequency",
    is_institutional=False,
    place=PLACES_OF_SERVICE,
)
INSTITUTIONAL: Final = ClaimForm(
    name="an institutional claim",
    transaction="837I",
    service="SV2",
    places=service_segments.INSTITUTIONAL,
    qualifier="A",
    example="13:A:1, with the bill type and its frequency",
    is_institutional=True,
    place=FACILITY_TYPE,
)


class ClaimBuilder:
    """Builds the claims of one form in one interchange; equal providers become one value.

    ``setting`` is that of claims that do not state theirs.
    """

    def __init__(
        self, form: ClaimForm, elements: ElementValues, separator: str, setting: str | None
    ) -> None:
        self._form = form
        self._elements = elements
        self._setting = setting
        self._reader = ServiceParser(elements, separator, form.places)
        self._facts = TreatmentFacts(elements, separator)
        self.services = ParseCache(self._reader.read)
        self._providers: dict[tuple[str, str | None, str | None], Provider] = {}
        self._spans = ParseCache(self._span)
        self._billing = ProviderDraft()
        self._biller = _PLACEHOLDER_PROVIDER

    def is_for(self, form: ClaimForm, elements: ElementValues) -> bool:
        """Return True if it builds claims of this form in this interchange."""
        return self._form is form and self._elements is elements

    def claim(self, draft: ClaimDraft, member: Member, billing: ProviderDraft) -> Claim | None:
        """Return the claim; ``None`` if it has problems, or no line that can be read.

        The problems, and the numbers of lines without a procedure code, are added to the draft.
        """
        if billing is not self._billing:
            self._billing, self._biller = billing, self.provider(billing)
        if len(draft.lines) > MOST_LINES:
            message = f"the claim has {len(draft.lines)} lines, and at most {MOST_LINES} are read"
            draft.abandon(draft.at, message, "Write several claims.", ErrorCode.TOO_LARGE)
        lines = self._lines(draft, billing)
        if draft.problems or (draft.uncoded and not lines):
            return None
        bill_type = None
        setting = self._setting
        occurrences = self._facts.occurrences(draft) if draft.occurrences else ()
        if self._form.is_institutional:
            dates = self._facts.dates_of_occurrences(occurrences) if occurrences else _NO_ONSET
            bill_type = f"{draft.place}{draft.frequency}"
            setting = setting_of_bill_type(draft.place) or setting
        else:
            dates = self._facts.dates_of_claim(draft)
        try:
            return make_claim(
                id=draft.id,
                member=member,
                billing_provider=self._biller,
                lines=lines,
                setting=setting,
                bill_type=bill_type,
                condition_codes=tuple(draft.conditions),
                occurrences=occurrences,
                dates=dates,
                other_payers=tuple(each.payer() for each in draft.others) if draft.others else (),
                diagnoses=tuple(draft.diagnoses),
                authorizations=_authorizations(draft) if draft.authorizations else None,
                referral=draft.referral,
                frequency_code=draft.frequency,
                replaces=draft.replaces,
            )
        except InvalidValueError as error:
            draft.problems += _problems_of(error, draft.at, "2300")
            return None

    def provider(self, named: ProviderDraft, supervisor: str | None = None) -> Provider:
        """Return the provider as a value."""
        key = (named.npi, named.taxonomy, supervisor)
        known = self._providers.get(key)
        if known is None:
            if len(self._providers) >= _MOST:
                self._providers.clear()
            above = None if supervisor is None else Provider(npi=supervisor)
            known = Provider(npi=named.npi, taxonomy=named.taxonomy, supervised_by=above)
            if len(named.npi) <= _LONGEST_NUMBER:
                self._providers[key] = known
        return known

    def _lines(self, draft: ClaimDraft, billing: ProviderDraft) -> list[ServiceLine]:
        """Return the sound lines; problems of the others are added to the draft."""
        made: list[ServiceLine] = []
        place = None if self._form.is_institutional else draft.place or None
        by_default = None
        if draft.rendering is not None or draft.supervisor is not None:
            by_default = self._rendering(draft, draft, billing)
        counts, spans = self._elements.counts, self._spans
        places = _PLACES[len(draft.diagnoses)]
        # NOTE: every line of the file passes here: a sound one is looked at once, and the problems
        # of the others are found later.
        for line in draft.lines:
            service, number = line.service, counts[line.number]
            span = spans[line.days or draft.statement]
            if service is None or number is None or span is None or not line.days:
                if self._form.is_institutional and self._reader.is_uncoded(line.segment):
                    # NOTE: further problems do not matter: most rules speak of procedure codes.
                    draft.uncoded += (number or draft.lines.index(line) + 1,)
                    service = self._reader.read_uncoded(line.segment)
                    if service is None or number is None or span is None:
                        continue
                else:
                    problems = [*self._problems(line, draft)]
                    draft.problems += problems
                    if problems or service is None or number is None or span is None:
                        continue
            if service.diagnosis_pointers and not places.issuperset(service.diagnosis_pointers):
                draft.omissions.append(
                    _invalid_pointer(line, service.diagnosis_pointers, len(draft.diagnoses))
                )
                service = service._replace(diagnosis_pointers=None)
            rendering = by_default
            if line.rendering is not None or line.supervisor is not None:
                rendering = self._rendering(line, draft, billing)
            sound = make_line(number, service, span, place, rendering, drug="none")
            if line.facts is not None:
                sound = self._with_facts(sound, line.facts, draft)
            made.append(sound)
        return without_repeated(made) if draft.uncoded else made

    def _with_facts(self, sound: ServiceLine, facts: LineFacts, draft: ClaimDraft) -> ServiceLine:
        """Return the line with the dates and the drug that its draft states."""
        return attrs.evolve(
            sound,
            dates=self._facts.dates_of_line(facts, draft),
            drug=self._facts.drug(facts, draft) if facts.drug is not None else "none",
        )

    def _rendering(
        self, line: LineDraft | ClaimDraft, draft: ClaimDraft, billing: ProviderDraft
    ) -> Provider:
        """Return the rendering provider of the line, of the claim, or the billing provider."""
        named = line.rendering or draft.rendering or billing
        return self.provider(named, line.supervisor or draft.supervisor)

    def _span(self, segment: str) -> Span | None:
        """Return the days of a DTP, if they are in order."""
        span = self._days(segment)
        return None if span is None or span[0] > span[1] else span

    def _days(self, segment: str) -> Span | None:
        elements = segment.split(self._reader.separator)
        is_whole = elements[0] == "DTP" and len(elements) > 3
        return self._elements.spans[elements[3]] if is_whole else None

    def _problems(self, line: LineDraft, draft: ClaimDraft) -> Iterator[SegmentProblem]:
        at = line.served_at or line.at
        for message, remedy in self._field_errors(line, draft):
            yield SegmentProblem(at, message, remedy, loop="2400")

    def _field_errors(self, line: LineDraft, draft: ClaimDraft) -> Iterator[tuple[str, str]]:
        elements = self._elements
        if elements.counts[line.number] is None:
            message = f"the line number ({redacted(line.number)}) is not a number"
            yield message, "Count the lines in LX01."
        if not line.served_at:
            yield "the line has no service", f"Write {self._form.service} after LX."
            return
        yield from self._reader.field_errors(line.segment)
        days = self._days(line.days or draft.statement)
        if line.days and days is None:
            days_text = line.days.split(self._reader.separator)[3:4]
            message = f"the date of service ({redacted(''.join(days_text))}) is not a date"
            yield message, "Write DTP*472*D8*20240815, or RD8 with two days and a hyphen."
        elif line.days and days and days[0] > days[1]:
            message = "the line ends before it starts"
            yield message, "Write the first day, a hyphen and the last."
        elif not line.days and (days is None or days[0] != days[1]):
            # NOTE: a statement of one day states the day of its lines.
            yield "the line has no date of service", "Write DTP*472 in its loop."


def _problems_of(error: InvalidValueError, at: int, loop: str) -> Iterator[SegmentProblem]:
    """Yield the problems of values that do not fit together."""
    return (
        SegmentProblem(at, each.message, each.remedy, loop=loop, code=each.code)
        for each in error.field_errors
    )


def _invalid_pointer(line: LineDraft, pointers: Iterable[int], count: int) -> SegmentProblem:
    """Return the problem of a line that points to none of the claim's diagnoses, of a count."""
    missing = next(pointer for pointer in pointers if not 0 < pointer <= count)
    has = f"{count} diagnosis" if count == 1 else f"{count} diagnoses"
    message = f"the line points to diagnosis {missing}, and the claim has {has}"
    remedy = "Point to a diagnosis of the claim, or write the missing one in HI."
    return SegmentProblem(line.served_at, message, remedy, loop="2400")


def _authorizations(draft: ClaimDraft) -> tuple[Authorization, ...]:
    return tuple(Authorization(number=number) for number in dict.fromkeys(draft.authorizations))
