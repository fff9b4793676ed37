"""A claim while its segments are read, and what is wrong with it.

NOTE: what is rarely there stands on the class, not on each draft: a draft is made for every claim
and every line of a file, and each value that is set costs.
"""

from __future__ import annotations

import attrs

from payer_rules.readers.x12.services import Service


@attrs.frozen
class Problem:
    """What is wrong at a segment of a claim, and in which loop it stands."""

    at: int
    loop: str
    problem: str
    remedy: str


class Named:
    """A provider that an NM1 names; PRV and REF behind it tell more."""

    taxonomy: str | None = None

    def __init__(self, npi: str = "") -> None:
        self.npi = npi


class LineDraft:
    """A service line (loop 2400)."""

    #: SV1 or SV2: its text, what it says where it is sound, and the number of the segment.
    segment: str = ""
    service: Service | None = None
    served_at: int = 0
    days: str = ""
    rendering: Named | None = None
    supervisor: str | None = None

    def __init__(self, number: str, at: int) -> None:
        self.number = number
        self.at = at


class ClaimDraft:
    """A claim (loop 2300), its lines, and where in it the reader stands."""

    place: str = ""
    frequency: str = ""
    #: The days of an institutional claim.
    statement: str = ""
    replaces: str | None = None
    referral: str | None = None
    authorizations: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    #: How many of the diagnoses are told to be the principal one.
    principals: int = 0
    rendering: Named | None = None
    supervisor: str | None = None
    #: The line that is being read.
    line: LineDraft | None = None
    #: Inside of what another payer is told or did (loops 2320 and 2330).
    is_in_other: bool = False
    #: What breaks the claim, and what is told of it beside.
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()

    def __init__(self, identity: str, at: int) -> None:
        self.id = identity
        self.at = at
        self.diagnoses: list[str] = []
        self.lines: list[LineDraft] = []

    @property
    def loop(self) -> str:
        """The loop in which the reader stands."""
        if self.line is not None:
            return "2400"
        return "2320" if self.is_in_other else "2300"

    def refuse(self, at: int, problem: str, remedy: str) -> None:
        """Let the claim be broken by what is wrong at the segment."""
        self.problems += (Problem(at, self.loop, problem, remedy),)
