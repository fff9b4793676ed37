"""Dates of treatment, occurrence codes and drugs, from their segments in an 837.

A value that is not of its form is left out and reported: the claim is read without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

import attrs

from payer_rules.claims import Drug, Occurrence, TreatmentDates
from payer_rules.readers.fast_construct import Span
from payer_rules.readers.x12.claim_drafts import ClaimDraft, LineFacts
from payer_rules.readers.x12.element_values import ElementValues
from payer_rules.readers.x12.segments import SegmentProblem
from payer_rules.vocabularies.formats import NDC, OCCURRENCE_CODE

#: DTP: the dates of treatment by their qualifiers. 471 is the date of a prescription.
DATE_NAMES: Final = {
    "431": "onset",
    "454": "initial_treatment",
    "304": "last_seen",
    "439": "accident",
    "484": "last_menstrual_period",
    "096": "discharge",
    "471": "order",
}
#: The dates of an 837P without such segments; it has none for orders that are no prescriptions, and
#: of pregnancies it states the last menstrual period only where the provider finds it needed.
NO_DATES_STATED: Final = TreatmentDates(
    onset="none",
    initial_treatment="none",
    last_seen="none",
    accident="none",
    discharge="none",
)
#: HI: occurrence codes and occurrence spans.
OCCURRENCES: Final = frozenset(["BH", "BI"])
_ONSET: Final = "11"
_DRUG: Final = "N4"
_UNITS: Final = frozenset(["F2", "GR", "ME", "ML", "UN"])
#: DTP02: a day, two days, or a day and an hour. An 837I states the hour of discharge alone (TM).
_DAYS: Final = frozenset(["D8", "RD8", "DT"])


class TreatmentFacts:
    """The parser of these segments in one interchange; problems are added to the claim's draft."""

    __slots__ = ("_elements", "_separator")

    def __init__(self, elements: ElementValues, separator: str) -> None:
        self._elements = elements
        self._separator = separator

    def dates_of_claim(self, draft: ClaimDraft) -> TreatmentDates:
        """Return the dates of an 837P: of those that it does not state, that there are none."""
        if not draft.dates:
            return NO_DATES_STATED
        return attrs.evolve(NO_DATES_STATED, **self._days(draft.dates, draft, "2300"))

    def dates_of_line(self, facts: LineFacts, draft: ClaimDraft) -> TreatmentDates | None:
        """Return the dates that a line states."""
        return TreatmentDates(**self._days(facts.dates, draft, "2400")) if facts.dates else None

    def occurrences(self, draft: ClaimDraft) -> tuple[Occurrence, ...]:
        """Return the occurrence codes of the claim, each with its days."""
        return tuple(self._occurrences(draft))

    def dates_of_occurrences(self, found: Iterable[Occurrence]) -> TreatmentDates:
        """Return the dates of an 837I, which states the onset by an occurrence code."""
        onset = next((each.date_from or None for each in found if each.code == _ONSET), "none")
        return TreatmentDates(onset=onset)  # type: ignore[arg-type]

    def drug(self, facts: LineFacts, draft: ClaimDraft) -> Drug | None:
        """Return the drug of LIN and CTP; ``None``, with a problem, if its number is not one."""
        at, segment = facts.drug or (0, "")
        elements = segment.split(self._separator)
        number = NDC.canonical(elements[3]) if len(elements) > 3 else None
        if number is None:
            remedy = "Write LIN**N4 and the eleven digits of the NDC."
            self._omit(draft, at, "the drug number in LIN03 is not an NDC", remedy, "2410")
            return None
        amount = facts.amount.split(self._separator)
        quantity = self._elements.numbers[amount[4]] if len(amount) > 4 else None
        unit = self._elements.parts[amount[5]][0] if len(amount) > 5 else ""
        is_sound = quantity is not None and quantity > 0
        if facts.amount and not (is_sound and unit in _UNITS):
            remedy = "Write the quantity in CTP04 and F2, GR, ME, ML or UN in CTP05."
            self._omit(draft, at, "the quantity of the drug is not readable", remedy, "2410")
        return Drug(
            number=number,
            quantity=quantity if is_sound else None,
            unit=unit if unit in _UNITS else None,  # type: ignore[arg-type]
        )

    def _days(
        self, stated: Mapping[str, tuple[int, str]], draft: ClaimDraft, loop: str
    ) -> dict[str, date | None]:
        days: dict[str, date | None] = {}
        for name, (at, segment) in stated.items():
            elements = segment.split(self._separator)
            if len(elements) < 3 or elements[2] not in _DAYS:
                continue
            span = self._span(elements[3] if len(elements) > 3 else "")
            days[name] = span[0] if span else None
            if span is None:
                message = f"the date in DTP*{segment[4:7]} is not a date"
                self._omit(draft, at, message, "Write D8 and eight digits.", loop)
        return days

    def _occurrences(self, draft: ClaimDraft) -> Iterator[Occurrence]:
        for at, text in draft.occurrences:
            _, code, *rest = (*self._elements.parts[text], "", "", "")
            span = self._span(rest[1])
            if OCCURRENCE_CODE.canonical(code) is None:
                remedy = "Write it as BH:11:D8:20240815."
                self._omit(draft, at, "an occurrence code has no two characters", remedy, "2300")
                continue
            if span is None:
                remedy = "Write it as BH:11:D8:20240815."
                self._omit(draft, at, "the date of an occurrence is not a date", remedy, "2300")
            first, last = span or (None, None)
            yield Occurrence(code=code, date_from=first, date_to=last)

    def _span(self, text: str) -> Span | None:
        span = self._elements.spans[text]
        if span is None and len(text) > 8:
            span = self._elements.spans[text[:8]]
        return span if span is not None and span[0] <= span[1] else None

    def _omit(self, draft: ClaimDraft, at: int, message: str, remedy: str, loop: str) -> None:
        draft.omissions.append(SegmentProblem(at, message, remedy, loop=loop))


def is_drug(segment: str, separator: str) -> bool:
    """Return True if the LIN names a drug by its NDC, and not another product."""
    return segment.split(separator)[2:3] == [_DRUG]
