"""Drafts of claims while their segments are read.

NOTE: classes with slots, because a draft is made for every claim and every line of a file.
"""

from __future__ import annotations

from typing import Final

from payer_rules.error_codes import ErrorCode
from payer_rules.readers.fast_construct import ServiceValues
from payer_rules.readers.x12.other_payers import OtherPayerDraft
from payer_rules.readers.x12.segments import SegmentProblem

#: The most problems that are kept of a claim without an end.
_MOST_PROBLEMS: Final = 100


class LineFacts:
    """The segments of a line that few lines have.

    ``dates`` are dates of treatment by name, each the position and text of its DTP; ``drug`` is the
    position and text of LIN, ``amount`` the text of CTP; ``payer_id`` is that of the other payer
    whose decision on the line is being read (SVD01).
    """

    __slots__ = ("amount", "dates", "drug", "payer_id")

    def __init__(self) -> None:
        self.dates: dict[str, tuple[int, str]] = {}
        self.drug: tuple[int, str] | None = None
        self.amount = ""
        self.payer_id: str | None = None


class ProviderDraft:
    """A provider named by an NM1; the PRV, N4 and REF after it add to it."""

    __slots__ = ("npi", "taxonomy", "zip_code")

    def __init__(self, npi: str = "") -> None:
        self.npi = npi
        self.taxonomy: str | None = None
        #: That of a billing provider alone.
        self.zip_code: str | None = None


class LineDraft:
    """A service line (loop 2400).

    ``segment`` is the text of SV1 or SV2, ``service`` its values if it is sound, ``served_at`` its
    number; ``days`` is the text of DTP*472. ``supervisor`` is an NPI.
    """

    __slots__ = (
        "at",
        "days",
        "facts",
        "number",
        "rendering",
        "segment",
        "served_at",
        "service",
        "supervisor",
    )

    def __init__(self, number: str, at: int) -> None:
        self.number = number
        self.at = at
        self.segment = ""
        self.service: ServiceValues | None = None
        self.served_at = 0
        self.days = ""
        self.rendering: ProviderDraft | None = None
        self.supervisor: str | None = None
        self.facts: LineFacts | None = None


class ClaimDraft:
    """A claim (loop 2300) with its lines, and the position of the parser in it."""

    __slots__ = (
        "at",
        "authorizations",
        "conditions",
        "dates",
        "diagnoses",
        "frequency",
        "id",
        "is_abandoned",
        "is_in_other",
        "is_named",
        "line",
        "lines",
        "occurrences",
        "omissions",
        "others",
        "place",
        "principals",
        "problems",
        "referral",
        "rendering",
        "replaces",
        "statement",
        "supervisor",
        "uncoded",
    )

    def __init__(self, identity: str, at: int) -> None:
        self.id = identity
        self.at = at
        self.place = ""
        self.frequency = ""
        #: The days of an institutional claim: the text of DTP*434.
        self.statement = ""
        self.replaces: str | None = None
        self.referral: str | None = None
        self.authorizations: list[str] = []
        self.conditions: list[str] = []
        #: Occurrence codes: the position of the segment, and the text of the code with its days.
        self.occurrences: tuple[tuple[int, str], ...] = ()
        #: Dates of treatment by name, if there are any: the position and the text of each DTP.
        self.dates: dict[str, tuple[int, str]] | None = None
        self.diagnoses: list[str] = []
        #: The number of principal diagnoses.
        self.principals = 0
        self.rendering: ProviderDraft | None = None
        self.supervisor: str | None = None
        self.lines: list[LineDraft] = []
        #: The line that is being read.
        self.line: LineDraft | None = None
        #: True within the loops of another payer (2320 and 2330).
        self.is_in_other = False
        #: Whether messages may quote its id.
        self.is_named = True
        self.problems: list[SegmentProblem] = []
        #: Facts that are in the file and cannot be used; the claim is read without them.
        self.omissions: list[SegmentProblem] = []
        #: Other payers; the last is the one whose loops are being read.
        self.others: list[OtherPayerDraft] | None = None
        #: The numbers of lines with a revenue code and no procedure code.
        self.uncoded: tuple[int, ...] = ()
        #: True if the claim has no end, so that its lines were released.
        self.is_abandoned = False

    @property
    def loop(self) -> str:
        """The loop in which the parser is."""
        if self.line is not None:
            return "2400"
        return "2320" if self.is_in_other else "2300"

    def reject(
        self, at: int, message: str, remedy: str, code: ErrorCode = ErrorCode.X12_ELEMENT
    ) -> None:
        """Mark the claim as invalid, with the problem at the segment."""
        self.problems.append(SegmentProblem(at, message, remedy, loop=self.loop, code=code))

    def abandon(self, at: int, message: str, remedy: str, code: ErrorCode) -> None:
        """Mark the claim as invalid, and release what it holds."""
        if not self.is_abandoned:
            self.reject(at, message, remedy, code)
            self.is_abandoned = True
        for held in (self.lines, self.diagnoses, self.authorizations, self.conditions):
            held.clear()
        self.occurrences = ()
        del self.problems[_MOST_PROBLEMS:-1]
