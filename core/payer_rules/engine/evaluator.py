"""The interface of the evaluators of rules."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Finding
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.limits.units_left import UnitsLeft
from payer_rules.engine.missing import MissingFacts
from payer_rules.engine.reads import Reads
from payer_rules.engine.verdict import Verdict
from payer_rules.rules import Detection, Outcome

if TYPE_CHECKING:
    from payer_rules.engine.claim_state import ClaimState
    from payer_rules.engine.limits.needed_room import NeededRoom


class Evaluator(ABC):
    """An evaluator of one rule for all lines of a claim to which the rule may apply.

    ``limits_days`` is True if it limits the services of a code on a day, of all providers.
    ``finds_all_in_known_lines`` is True if missing history alone hides no verdict: where it misses
    nothing else, it finds nothing in the lines that are known.
    ``reads`` is what its rule reads, if that is less than its kind declares for all its rules.
    ``takes_lines_as_billed`` is True if nothing that other rules find changes its verdicts.
    ``reads_alone`` is what it reads of a line that is alone on its days, if that is less than its
    kind declares; ``None`` if it is not. ``reads_on_day`` is what it reads of the lines of a claim,
    if it compares lines of one day only, and its kind declares more; else ``None``.
    ``compares_all_lines`` is True if a line can matter to the answer on another one to which it
    does not look back.
    """

    rule_id: str
    outcome: Outcome
    detected_in: Detection
    limits_days: bool = False
    finds_all_in_known_lines: bool = False
    reads: Reads | None = None
    takes_lines_as_billed: bool = False
    reads_alone: Reads | None = None
    reads_on_day: Reads | None = None
    compares_all_lines: bool = False

    @abstractmethod
    def evaluate(self, state: ClaimState, met: list[tuple[ServiceLine, MissingFacts]]) -> None:
        """Record the verdicts on the lines.

        Each line comes with the facts that are missing to know whether the rule applies.
        """

    @abstractmethod
    def describe(self, verdict: Verdict[Any], claim: Claim) -> Finding:
        """Return the verdict as a finding, with its message and its cure."""

    def clears(self, state: ClaimState, line: ServiceLine) -> bool:
        """Return True if it finds nothing on the line, whatever other rules find.

        ``state`` is that of a claim on which nothing is evaluated yet. False if that is not known
        without an evaluation.
        """
        return False

    def cure_lines(
        self, claim: Claim, line: ServiceLine, assumptions: Assumptions
    ) -> Iterable[ServiceLine]:
        """Return the lines that a cure would add to the claim."""
        return ()

    def window_days(self, claim: Claim, day: int) -> Iterable[int]:
        """Return the days from which on a moved line may share other windows with the day."""
        return ()

    def claim_days(self, claim: Claim) -> Iterable[int]:
        """Return the days from which on a moved line may keep, or break, a deadline of the rule."""
        return ()

    def needed_room(
        self, met: Sequence[tuple[ServiceLine, MissingFacts]]
    ) -> tuple[NeededRoom, ...] | None:
        """Return the room that the rule asks for the lines, which come as in `evaluate`.

        Where all of it is left, the rule finds nothing and misses nothing on the lines. It is
        ``None`` for a rule of which this is not known.
        """
        return None

    def units_left(self, state: ClaimState, line: ServiceLine) -> UnitsLeft | None:
        """Return what the rule leaves for the line; ``None`` if it does not count the line."""
        return None
