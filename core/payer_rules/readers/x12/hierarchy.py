"""The levels (HL) above the claims: billing provider, subscriber, dependent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from payer_rules.claims import Member
from payer_rules.error_codes import ErrorCode
from payer_rules.readers.fast_construct import make_member
from payer_rules.readers.x12.claim_drafts import ProviderDraft
from payer_rules.readers.x12.element_values import ElementValues
from payer_rules.readers.x12.segments import SegmentProblem
from payer_rules.text.quoting import redacted
from payer_rules.vocabularies.formats import provider_number

_BILLING, _SUBSCRIBER, _DEPENDENT = range(3)
_LEVELS: Final = {"20": _BILLING, "22": _SUBSCRIBER, "23": _DEPENDENT}
_LOOPS: Final = ("2000A", "2000B", "2000C")
_NAMES: Final = ("billing provider", "subscriber", "patient")
_UNREADABLE: Final = "\ufffd"
#: A placeholder for the member of an invalid claim.
PLACEHOLDER_MEMBER: Final = Member(id="nobody")


class PersonDraft:
    """A subscriber or dependent, as the segments of its level describe it."""

    __slots__ = ("birth_date", "first_name", "id", "is_named", "sex")

    def __init__(self) -> None:
        self.id = ""
        self.first_name = ""
        self.birth_date = ""
        self.sex: str | None = None
        self.is_named = False


class Hierarchy:
    """The parties in force at a place of a transaction.

    If a segment of a level has a problem, the level is distrusted, with everything under it. Names
    and dates of birth are read here and quoted nowhere.
    """

    def __init__(self) -> None:
        self.level = -1
        self.billing = ProviderDraft()
        self.payer_id: str | None = None
        #: The segment with a problem at this level or above it; 0 if there is none.
        self.distrusted_since = 0
        self._distrusted = [0, 0, 0]
        self._numbers = ["", "", ""]
        self._subscriber = PersonDraft()
        self._dependent = PersonDraft()
        self._last = 0
        self._member: Member | None = None

    @property
    def loop(self) -> str:
        """The loop of the level."""
        return _LOOPS[max(self.level, 0)]

    def distrust(self, at: int) -> bool:
        """Mark everything under the level as invalid; return True if it was sound before."""
        level = max(self.level, 0)
        if self._distrusted[level]:
            return False
        self._distrusted[level] = self.distrusted_since = at
        return True

    def enter(self, elements: list[str], at: int) -> Iterable[SegmentProblem]:
        """Begin a level, and return what is wrong with its HL."""
        if len(elements) < 4:
            elements = ["", "", "", ""]
        _, number, parent, code = elements[:4]
        self._last += 1
        self._member = None
        level = self.level = _LEVELS.get(code, max(self.level, 0))
        if level == _BILLING:
            self.billing = ProviderDraft()
            self._distrusted = [0, 0, 0]
            self._numbers = [number, "", ""]
        elif level == _SUBSCRIBER:
            self._subscriber = PersonDraft()
            self.payer_id = None
            self._numbers[1] = number
            self._numbers[2] = ""
            self._distrusted[1] = self._distrusted[2] = 0
        else:
            self._dependent = PersonDraft()
            self._numbers[2] = number
            self._distrusted[2] = 0
        self.distrusted_since = self._distrusted[0] or self._distrusted[1]
        # NOTE: most levels are sound, which a few comparisons show.
        if code in _LEVELS and number == str(self._last) and parent == self._above():
            return ()
        return self._field_errors(number, parent, code, at)

    def _above(self) -> str | None:
        """Return the number of the level above; ``None`` if that is missing."""
        return self._numbers[self.level - 1] or None if self.level else ""

    def _field_errors(
        self, number: str, parent: str, code: str, at: int
    ) -> Iterator[SegmentProblem]:
        if number != str(self._last):
            message = f"HL01 is {redacted(number)}, and {redacted(self._last)} follows"
            remedy = "Number the levels from 1."
            yield SegmentProblem(at, message, remedy, is_remark=True, code=ErrorCode.X12_ORDER)
            if number.isascii() and number.isdigit() and len(number) <= 10:
                self._last = int(number)
        if code not in _LEVELS:
            self.distrust(at)
            message = f"HL03 is {redacted(code)}"
            remedy = "A claim has the levels 20, 22 and 23."
            yield SegmentProblem(at, message, remedy, code=ErrorCode.X12_ORDER)
        elif self.level and parent != self._above():
            self.distrust(at)
            message = f"HL02 is {redacted(parent)}, not the {_NAMES[self.level - 1]} before it"
            remedy = "Write a subscriber under its billing provider, a patient under both."
            yield SegmentProblem(at, message, remedy, code=ErrorCode.X12_ORDER)

    def bill(self, npi: str) -> bool:
        """Set the billing provider (NM1*85); return True if it is at its level."""
        self.billing.npi = npi
        return self.level == _BILLING

    def pay(self, payer_id: str | None) -> bool:
        """Set the payer (NM1*PR); return True if it is at its level."""
        self.payer_id = payer_id
        return self.level == _SUBSCRIBER

    def insure(self, elements: list[str]) -> bool:
        """Set the subscriber (NM1*IL); return True if it is at its level, and the first."""
        return _named(self._subscriber, elements) and self.level == _SUBSCRIBER

    def depend(self, elements: list[str]) -> bool:
        """Set the dependent (NM1*QC); return True if it is at its level, and the first."""
        return _named(self._dependent, elements) and self.level == _DEPENDENT

    def describe(self, birth_date: str, sex: str | None) -> None:
        """Set the date of birth and the sex of the person of the level (DMG)."""
        person = self._dependent if self.level == _DEPENDENT else self._subscriber
        person.birth_date = birth_date
        person.sex = sex

    def member(self, elements: ElementValues) -> Member | None:
        """Return the patient: subscriber or dependent; ``None`` if nothing identifies it.

        A dependent has no number of its own in an 837. Its first name, as a short hash, tells it
        apart from the others of one subscriber, so that no name is in the id.
        """
        if self._member is None and self.level > _BILLING:
            person, identity = self._subscriber, self._subscriber.id
            if self.level == _DEPENDENT:
                person = self._dependent
                token = elements.name_tokens[person.first_name]
                identity = person.id or (f"{identity}/{token}" if identity and token else "")
            if identity and _UNREADABLE not in identity:
                birth_date = elements.days[person.birth_date] if person.birth_date else None
                self._member = make_member(identity, birth_date, person.sex)
        return self._member


def _named(person: PersonDraft, elements: list[str]) -> bool:
    is_first = not person.is_named
    person.is_named = True
    if len(elements) > 4:
        person.first_name = elements[4]
    if len(elements) > 9:
        person.id = elements[9].strip()
    return is_first


def npi_of(elements: list[str]) -> str:
    """Return the NPI in an NM1 split into elements; empty if it has none."""
    return provider_number(elements[9]) if len(elements) > 9 and elements[8] == "XX" else ""
