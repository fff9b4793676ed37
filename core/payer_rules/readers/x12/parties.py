"""Who bills, who is insured and who is the patient: the levels (HL) above the claims."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Final

import attrs

from payer_rules.claims import Member
from payer_rules.readers.x12.claim_drafts import Named
from payer_rules.readers.x12.elements import Elements

#: Billing provider, subscriber, dependent.
_LEVELS: Final = {"20": 0, "22": 1, "23": 2}
_LOOPS: Final = ("2000A", "2000B", "2000C")
#: At which level an NM1 names whom.
_LEVEL_OF: Final = {"85": 0, "IL": 1, "PR": 1, "QC": 2}
_NAMES: Final = ("billing provider", "subscriber", "patient")
_UNREADABLE: Final = "\ufffd"
NOBODY: Final = Member(id="")


class _Person:
    """A subscriber or a dependent, by what the segments of its level say."""

    id: str = ""
    first_name: str = ""
    birth_date: str = ""
    is_named: bool = False


@attrs.define
class Parties:
    """The parties in force at a place of a transaction.

    ``doubts`` has for each level the segment that is at fault there, or 0: nothing under it can be
    trusted. Names and dates of birth are read here and told nowhere.
    """

    level: int = -1
    billing: Named = attrs.Factory(Named)
    payer_id: str | None = None
    doubts: list[int] = attrs.Factory(lambda: [0, 0, 0])
    #: The segment that is at fault at this level or above it; 0 where there is none.
    doubted: int = 0
    _ids: list[str] = attrs.Factory(lambda: ["", "", ""])
    _persons: list[_Person] = attrs.Factory(lambda: [_Person(), _Person(), _Person()])
    _last: int = 0
    _member: Member | None = None

    @property
    def loop(self) -> str:
        """The loop of the level."""
        return _LOOPS[max(self.level, 0)]

    def doubt(self, at: int) -> bool:
        """Let what stands under the level be broken; whether it was sound before."""
        if self.doubts[max(self.level, 0)]:
            return False
        self.doubts[max(self.level, 0)] = self.doubted = at
        return True

    def enter(self, elements: list[str], at: int) -> Iterator[tuple[str, str]]:
        """Begin a level; what is wrong with its HL, as problem and remedy."""
        number, parent, code = elements[1:4] if len(elements) > 3 else ("", "", "")
        level = self.level = _LEVELS.get(code, max(self.level, 0))
        self._member = None
        for each in range(level, 3):
            self._persons[each] = _Person()
            self.doubts[each] = 0
            self._ids[each] = ""
        if level == 0:
            self.billing = Named()
        if level <= 1:
            self.payer_id = None
        self.doubted = next(filter(None, self.doubts), 0)
        self._ids[level] = number
        # NOTE: a sound level, as most are, is known to be sound by two comparisons.
        self._last += 1
        if number != str(self._last) or code not in _LEVELS or (level and parent != self._above()):
            yield from self._misfits(number, parent, code, at)

    def _above(self) -> str | None:
        """The number of the level above; ``None`` where it was not there."""
        return self._ids[self.level - 1] or None

    def _misfits(self, number: str, parent: str, code: str, at: int) -> Iterator[tuple[str, str]]:
        if number != str(self._last):
            yield f"HL01 is {number[:12]!r}, and {self._last} follows", "Number the levels from 1."
            if number.isascii() and number.isdigit() and len(number) <= 10:
                self._last = int(number)
        if code not in _LEVELS:
            self.doubt(at)
            yield f"HL03 is {code[:4]!r}", "A claim has the levels 20, 22 and 23."
        elif self.level and parent != self._above():
            self.doubt(at)
            problem = f"HL02 is {parent[:12]!r}, not the {_NAMES[self.level - 1]} before it"
            yield problem, "Write a subscriber under its billing provider, a patient under both."

    def name(self, entity: str, elements: list[str]) -> bool:
        """Take an NM1 above the claims; whether it may stand at this level, once."""
        if _LEVEL_OF[entity] != self.level:
            return False
        if entity == "85":
            self.billing.npi = npi_of(elements)
            return True
        identity = elements[9] if len(elements) > 9 else ""
        if entity == "PR":
            self.payer_id = identity or None
            return True
        person = self._persons[self.level]
        if person.is_named:
            return False
        person.is_named, person.id = True, identity
        person.first_name = elements[4] if len(elements) > 4 else ""
        return True

    def born(self, elements: list[str]) -> None:
        """Take a DMG."""
        self._persons[max(self.level, 0)].birth_date = elements[2] if len(elements) > 2 else ""

    def member(self, elements: Elements) -> Member | None:
        """The patient: the subscriber, or the dependent; ``None`` where nothing identifies it.

        A dependent has no number of its own in an 837: its first name tells it from the others
        that are insured by one subscriber, as a short hash, so that no name is in the id.
        """
        if self._member is None and self.level > 0:
            person = self._persons[self.level]
            identity = person.id if self.level == 1 else self._id_of_dependent(person)
            if identity and _UNREADABLE not in identity:
                birth_date = elements.days[person.birth_date] if person.birth_date else None
                self._member = Member(id=identity, birth_date=birth_date)
        return self._member

    def _id_of_dependent(self, person: _Person) -> str:
        return person.id or dependent_id(self._persons[1].id, person.first_name)


def dependent_id(subscriber: str, first_name: str) -> str:
    """The id of a dependent who has none: the subscriber's, and a hash of the first name.

    Empty where one of the two is not known.
    """
    name = "".join(filter(str.isalnum, first_name)).upper()
    if not subscriber or not name:
        return ""
    return f"{subscriber}/{sha256(name.encode()).hexdigest()[:8]}"


def npi_of(elements: list[str]) -> str:
    """The NPI in an NM1 or N1 split into elements; empty where it has none."""
    return elements[9] if len(elements) > 9 and elements[8] == "XX" else ""
