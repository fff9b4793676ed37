"""The parser of claims in the transactions 837P and 837I."""

from __future__ import annotations

from datetime import date
from operator import attrgetter
from typing import ClassVar, Final

from payer_rules.error_codes import ErrorCode
from payer_rules.readers.cache import ParseCache
from payer_rules.readers.file_shares import WHOLE, Share
from payer_rules.readers.filed_claims import (
    FiledClaim,
    FormFacts,
    Transaction,
    UncodedClaim,
    with_lines_apart,
)
from payer_rules.readers.x12.claim_building import INSTITUTIONAL, PROFESSIONAL, ClaimBuilder
from payer_rules.readers.x12.claim_drafts import ClaimDraft, LineDraft, LineFacts
from payer_rules.readers.x12.hierarchy import PLACEHOLDER_MEMBER, Hierarchy
from payer_rules.readers.x12.other_payers import OtherPayerDraft, named_payer
from payer_rules.readers.x12.parser import Handler, guide
from payer_rules.readers.x12.party_parser import PartyParser
from payer_rules.readers.x12.segments import SegmentProblem
from payer_rules.readers.x12.treatment_facts import DATE_NAMES, OCCURRENCES, is_drug
from payer_rules.text.quoting import named, redacted
from payer_rules.unchecked import constructor
from payer_rules.values.checked import Form as CodeForm
from payer_rules.values.checked import form_error
from payer_rules.vocabularies import CLAIM_FREQUENCIES
from payer_rules.vocabularies.formats import provider_number

_FORMS: Final = {"005010X222": PROFESSIONAL, "005010X223": INSTITUTIONAL}
#: Segments of the guides that are not needed. They hold names and dates of birth.
_UNREAD: Final = (
    "N2 N3 PER CUR PAT CL1 PWK CN1 K3 NTE CR1 CR2 CR3 CR4 CR5 CR6 CR7 CR8 CRC HCP QTY "
    "SV4 SV5 SV6 SV7 MEA LQ FRM OI MIA MOA PS1 HSD DSB UR"
)
#: By qualifier: principal diagnoses, others, condition codes; ICD-10-CM and ICD-9-CM. Then codes of
#: the guides that are not needed: admission, reason of the visit, external causes, DRG, procedures,
#: values, treatments.
_PRINCIPAL: Final = frozenset(["ABK", "BK"])
_OTHER: Final = frozenset(["ABF", "BF"])
_CONDITION: Final = "BG"
_UNREAD_CODES: Final = frozenset(
    {
        *("ABJ", "BJ", "APR", "PR", "ABN", "BN", "DR"),
        *("BBR", "BR", "BBQ", "BQ", "BP", "BO", "CAH", "BE", "TC"),
    }
)
#: REF: authorization, referral, the payer's number of the claim replaced.
_NUMBERS: Final = frozenset(["G1", "9F", "F8"])
#: REF: identifiers of a provider without an NPI: license, UPIN, payer's number, location, tax id.
_NAMING: Final = frozenset(["0B", "1G", "G2", "LU", "EI"])
_OF_OTHER_PAYER: Final = "2U"
_SERVICE: Final = "472"
_STATEMENT: Final = "434"
#: The date of another payer's decision, and the amount that it paid.
_DECISION: Final = "573"
_PAID: Final = "D"
_BLANKS: Final = [""] * 16
#: NOTE: every claim of a file is filed; its parts were checked.
_filed: Final = constructor(
    FiledClaim,
    *("claim", "history", "file", "number", "payer_id", "uncoded", "segment", "form"),
)


class ClaimParser(PartyParser[FiledClaim | UncodedClaim]):
    """A parser of claims.

    ``setting`` is that of claims that do not state theirs.
    """

    kind: ClassVar[str] = "837"

    def __init__(self, name: str, setting: str | None = None, share: Share = WHOLE) -> None:
        super().__init__(name, share)
        self._setting = setting
        self._count = 0
        self._form = PROFESSIONAL
        #: The day in BHT04.
        self._sent: date | None = None
        self._form_facts = ParseCache(self._facts)
        self._builder = ClaimBuilder(PROFESSIONAL, self.elements, self.separator, setting)

    def handlers(self, version: str) -> dict[str, Handler] | None:
        """Return the handlers of a professional or institutional claim transaction."""
        form = _FORMS.get(version[:10])
        if form is None:
            return None
        self._form = form
        self._sent = None
        self._hierarchy = Hierarchy()
        # NOTE: caches are valid for the whole interchange.
        if not self._builder.is_for(form, self.elements):
            self._builder = ClaimBuilder(form, self.elements, self.separator, self._setting)
            self._forget()
        unread: dict[str, Handler] = dict.fromkeys(_UNREAD.split())
        return {
            **unread,
            "BHT": self._bht,
            "HL": self._hl,
            "NM1": self._nm1,
            "N4": self._n4,
            "PRV": self._prv,
            "REF": self._ref,
            "DMG": self._dmg,
            "SBR": self._sbr,
            "CLM": self._clm,
            "HI": self._hi,
            "DTP": self._dtp,
            "LIN": self._lin,
            "CTP": self._ctp,
            "CAS": self._cas,
            "AMT": self._amt,
            "SVD": self._svd,
            "LX": self._lx,
            "SV1": self._sv,
            "SV2": self._sv,
        }

    def wrong_transaction(self, kind: str, version: str) -> tuple[str, str]:
        """Return the message and remedy for a transaction without claims, or of another guide."""
        if kind == self.kind:
            message = f"claims of {guide(version)} are not read"
            return message, "Claims are read in 005010X222 (837P) and 005010X223 (837I)."
        remedy = "Claims are in an 837."
        if kind == "835":
            remedy += " Give an 835, which has earlier payments, with --history FILE."
        return f"the transaction is of the kind {redacted(kind)}", remedy

    def skipping_handlers(self) -> dict[str, Handler]:
        """Return a handler that counts claims: each has its number whichever process reads it."""
        return {"CLM": self._pass_claim}

    def _pass_claim(self, segment: str, at: int) -> None:
        self._count += segment.split(self.separator, 1)[0] == "CLM"

    def finish(self, at: int, *, whole: bool) -> None:
        """Conclude the current claim; it is invalid if the transaction breaks off."""
        if self._claim is None:
            return
        if not whole:
            remedy = "Service lines may be missing: get the file again."
            message = "the transaction breaks off in the claim"
            self._claim.reject(at, message, remedy, ErrorCode.X12_INCOMPLETE)
        self.conclude()

    def reject(self, at: int, message: str, remedy: str, code: ErrorCode) -> None:
        """Mark the current claim as invalid, or the level if there is no claim."""
        if self._claim is not None:
            self._claim.reject(at, message, remedy, code)
            return
        self.report_problem(at, message, remedy, code)
        self._hierarchy.distrust(at)

    @property
    def current(self) -> ClaimDraft | None:
        """The claim that is being read."""
        return self._claim

    def conclude(self) -> None:
        """Add the current claim to what was found, or report its problems."""
        draft, self._claim, self._provider = self._claim, None, None
        assert draft is not None
        hierarchy = self._hierarchy
        member = hierarchy.member(self.elements)
        if hierarchy.distrusted_since or member is None or not hierarchy.billing.npi:
            self._reject_for_parties(draft)
        claim = self._builder.claim(draft, member or PLACEHOLDER_MEMBER, hierarchy.billing)
        # NOTE: omissions of an invalid claim may follow from its problems, and are not reported.
        if problems := draft.problems or draft.omissions:
            self._report_problems(draft, problems)
        if claim is not None:
            payer, uncoded = hierarchy.payer_id, draft.uncoded
            billing = hierarchy.billing
            facts = self._form_facts[self._form.transaction, billing.zip_code, self._sent_on()]
            filed = _filed(claim, None, self.name, self._count, payer, uncoded, draft.at, facts)
            self.found.append(with_lines_apart(filed) if uncoded else filed)
        elif not draft.problems:
            self.found.append(UncodedClaim(draft.id, draft.uncoded, self.name, self._count))

    def _sent_on(self) -> date | None:
        """Return the day on which the claim was sent: of the transaction, or the interchange."""
        return self._sent or self.interchange_day

    def _facts(self, stated: tuple[Transaction, str | None, date | None]) -> FormFacts:
        form, zip_code, sent = stated
        return FormFacts(form=form, zip_code=zip_code, sent=sent)

    def _bht(self, segment: str, at: int) -> None:
        elements = segment.split(self.separator)
        self._sent = self.elements.days[elements[4]] if len(elements) > 4 else None

    def _reject_for_parties(self, draft: ClaimDraft) -> None:
        """Mark the claim as invalid because of the levels above it."""
        at = self._hierarchy.distrusted_since
        if at:
            message = f"a level above the claim has a problem in segment {at}"
            draft.reject(draft.at, message, "Correct that segment.", ErrorCode.X12_ORDER)
        elif not self._hierarchy.billing.npi:
            remedy = "Write NM1*85 with the NPI before it."
            draft.reject(draft.at, "nobody bills the claim", remedy, ErrorCode.X12_ORDER)
        else:
            remedy = "Write the member's id in NM1*IL before it."
            draft.reject(draft.at, "the claim has no member", remedy, ErrorCode.X12_ORDER)

    def _report_problems(self, draft: ClaimDraft, problems: list[SegmentProblem]) -> None:
        for each in sorted(problems, key=attrgetter("number")):
            inside = [f"loop {each.loop}"]
            inside += [f"claim {named(draft.id)}"] if draft.is_named else []
            self.report(each, *inside)

    def _ref(self, segment: str, at: int) -> None:
        qualifier = segment[4:6]
        draft = self._claim
        if qualifier in _NUMBERS:
            if draft is not None and not draft.is_in_other:
                self._number(qualifier, segment.split(self.separator), draft)
        elif qualifier in _NAMING and self._provider is not None and not self._provider.npi:
            elements = segment.split(self.separator)
            if len(elements) > 2:
                self._provider.npi = provider_number(elements[2], qualifier)

    def _number(self, qualifier: str, elements: list[str], draft: ClaimDraft) -> None:
        """Record a number by which this payer knows the claim or a line of it."""
        number = elements[2] if len(elements) > 2 else ""
        # NOTE: at a line, REF04 may state that the number is another payer's.
        if not number or (len(elements) > 4 and elements[4].startswith(_OF_OTHER_PAYER)):
            return
        if qualifier == "G1":
            draft.authorizations.append(number)
        elif qualifier == "9F":
            draft.referral = draft.referral or number
        elif draft.line is None:
            draft.replaces = number

    def _clm(self, segment: str, at: int) -> None:
        elements = segment.split(self.separator)
        if elements[0] != "CLM":
            self.handle_unknown(segment, at)
            return
        if self._claim is not None:
            self.conclude()
        self._count += 1
        self._provider = None
        if len(elements) < 6:
            elements += _BLANKS
        draft = self._claim = ClaimDraft(elements[1], at)
        if not elements[1] or "\ufffd" in elements[1]:
            draft.reject(at, "the claim has no readable id", "Write it in CLM01.")
        parts = self.elements.parts[elements[5]]
        # NOTE: if CLM is not a real CLM, the text in CLM01 may be a name.
        draft.is_named = self.elements.numbers[elements[2]] is not None
        if len(parts) < 3 or parts[1] not in (self._form.qualifier, "") or not parts[2]:
            message = f"CLM05 is not that of {self._form.name}"
            draft.reject(at, message, f"Write it as {self._form.example}.")
            return
        draft.place = self._canonical(self._form.place, parts[0], draft)
        draft.frequency = self._canonical(CLAIM_FREQUENCIES, parts[2], draft)

    def _canonical(self, form: CodeForm, text: str, draft: ClaimDraft) -> str:
        """Return the code in canonical form; mark the claim as invalid if it has another form."""
        code = form.canonical(text)
        if code is None and text.strip():
            field_error = form_error((), form, text, redacted)
            draft.reject(draft.at, field_error.message, field_error.remedy, field_error.code)
        return code or ""

    def _hi(self, segment: str, at: int) -> None:
        draft = self._claim
        if draft is None:
            self._misplaced("HI", at)
            return
        _, *texts = segment.split(self.separator)
        codes = self.elements.codes
        for text in texts:
            kind, code, is_plain = codes[text]
            if not code:
                if text:
                    message = "a code of HI has no qualifier, or a qualifier no code"
                    draft.reject(at, message, "Write it as ABK:F411.")
            elif is_plain and kind in _OTHER:
                draft.diagnoses.append(code)
            elif is_plain and kind in _PRINCIPAL:
                draft.principals += 1
                # NOTE: reported once, however many there are.
                if draft.principals == 2 or (draft.principals == 1 and draft.diagnoses):
                    remedy = "Write one principal diagnosis, before the others."
                    draft.reject(at, "a principal diagnosis comes after another", remedy)
                draft.diagnoses.append(code)
            elif is_plain and kind == _CONDITION:
                draft.conditions.append(code)
            elif kind in _OTHER or kind in _PRINCIPAL or kind == _CONDITION:
                message = "an element of HI has more than a qualifier and a code"
                draft.reject(at, message, "Write each code in an element: ABK:F411*ABF:F331.")
            elif kind in OCCURRENCES:
                draft.occurrences = (*draft.occurrences, (at, text))
            elif kind not in _UNREAD_CODES:
                message = f"the qualifier of a code of HI is {redacted(kind)}"
                draft.reject(at, message, "Write ABK, ABF or BG, or another of the guide.")

    def _lx(self, segment: str, at: int) -> None:
        """Begin a line, and read on while there are only plain lines.

        NOTE: half of all segments are these, and here they cost no call. Other segments go to the
        handlers, as do those of a line that lies across two batches.
        """
        draft = self._claim
        if draft is None:
            self._misplaced("LX", at)
            return
        draft.is_in_other = False
        self._provider = None
        separator, tag_of_service = self.separator, self._form.service
        services, handlers, begins = self._builder.services, self._handlers, f"LX{self.separator}"
        line = draft.line = LineDraft(segment[3:].partition(separator)[0], at)
        draft.lines.append(line)
        for at, segment in self._remaining:
            tag = segment[:3]
            if tag == "DTP" and segment[4:7] == _SERVICE and not line.days:
                line.days = segment
            elif tag == tag_of_service and not line.served_at:
                line.segment, line.served_at = segment, at
                line.service = services[segment]
            elif tag == begins:
                line = draft.line = LineDraft(segment[3:].partition(separator)[0], at)
                draft.lines.append(line)
            elif tag != "REF" or segment[4:6] in _NUMBERS:
                handler = handlers.get(tag, self.handle_unknown)
                if handler is not None:
                    handler(segment, at)
                    return

    def _sv(self, segment: str, at: int) -> None:
        draft = self._claim
        line = draft.line if draft is not None else None
        if line is None or line.served_at or segment[:3] != self._form.service:
            line = self._misplaced_line(segment[:3], at)
        if line is not None:
            line.segment, line.served_at = segment, at
            line.service = self._builder.services[segment]

    def _misplaced_line(self, tag: str, at: int) -> LineDraft | None:
        """Report what is wrong with the place of the service, and give it a line of its own.

        The claim is invalid; further problems of that line are found nevertheless.
        """
        draft = self._claim
        if draft is None:
            self._misplaced(tag, at)
            return None
        if tag != self._form.service:
            message = f"{tag} is in {self._form.name}"
            remedy = f"Its lines are of {self._form.service}."
            draft.reject(at, message, remedy, ErrorCode.X12_ORDER)
            # NOTE: the line would be reported as having no service, too.
            if draft.lines and draft.lines[-1] is draft.line:
                draft.lines.pop()
            return None
        if draft.line is None:
            message, remedy = (
                f"{tag} has no LX before it",
                "Write LX with the line's number before.",
            )
            draft.reject(at, message, remedy, ErrorCode.X12_ORDER)
        else:
            message = f"line {redacted(draft.line.number)} has a second {tag}"
            draft.reject(at, message, "Write LX before each line.", ErrorCode.X12_ORDER)
        draft.line = LineDraft("1", at)
        draft.lines.append(draft.line)
        return draft.line

    def _dtp(self, segment: str, at: int) -> None:
        draft = self._claim
        if draft is None:
            return
        line = draft.line
        qualifier = segment[4:7]
        if line is None:
            if draft.is_in_other:
                if qualifier == _DECISION and draft.others:
                    draft.others[-1].decide(segment.split(self.separator), self.elements)
                return
            if qualifier == _STATEMENT:
                draft.statement = segment
            elif qualifier in DATE_NAMES:
                draft.dates = {**(draft.dates or {}), DATE_NAMES[qualifier]: (at, segment)}
        elif qualifier == _SERVICE:
            if line.days:
                remedy = "Write one, with RD8 where it is several days."
                draft.reject(at, "the line has a second date of service", remedy)
            line.days = segment
        elif qualifier == _DECISION:
            payer = named_payer(draft.others, line.facts.payer_id if line.facts else None)
            if payer is not None:
                payer.decide(segment.split(self.separator), self.elements)
        elif qualifier in DATE_NAMES:
            _facts_of(line).dates[DATE_NAMES[qualifier]] = (at, segment)

    def _cas(self, segment: str, at: int) -> None:
        """Record the adjustments of another payer, to the claim or to a line."""
        draft = self._claim
        if draft is None or not draft.others:
            return
        payer: OtherPayerDraft | None = draft.others[-1] if draft.is_in_other else None
        if draft.line is not None and draft.line.facts is not None:
            payer = named_payer(draft.others, draft.line.facts.payer_id)
        if payer is not None:
            payer.adjust(segment.split(self.separator))

    def _amt(self, segment: str, at: int) -> None:
        """Record the amount that another payer paid."""
        draft = self._claim
        if (
            draft is not None
            and draft.is_in_other
            and draft.others
            and segment[4:5] == _PAID
            and not segment[5:6].isalnum()
        ):
            draft.others[-1].pay(segment.split(self.separator), self.elements)

    def _svd(self, segment: str, at: int) -> None:
        """Record which other payer decided on the line."""
        draft = self._claim
        if draft is not None and draft.line is not None and draft.others:
            elements = segment.split(self.separator)
            payer_id = elements[1].strip() if len(elements) > 1 else None
            _facts_of(draft.line).payer_id = payer_id
            payer = named_payer(draft.others, payer_id)
            if payer is not None:
                payer.has_result = True

    def _lin(self, segment: str, at: int) -> None:
        """Record the drug of a line (loop 2410)."""
        line = self._claim.line if self._claim is not None else None
        if line is not None and is_drug(segment, self.separator):
            facts = _facts_of(line)
            facts.drug = facts.drug or (at, segment)

    def _ctp(self, segment: str, at: int) -> None:
        """Record the quantity of the drug of a line."""
        line = self._claim.line if self._claim is not None else None
        if line is not None and line.facts is not None and line.facts.drug is not None:
            line.facts.amount = line.facts.amount or segment


def _facts_of(line: LineDraft) -> LineFacts:
    """Return the further facts of the line, which may have none yet."""
    if line.facts is None:
        line.facts = LineFacts()
    return line.facts
