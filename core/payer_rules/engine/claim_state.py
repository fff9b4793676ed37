"""The state of one claim during its evaluation."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence, Set
from datetime import date
from typing import Any, Final

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.days import same_day
from payer_rules.engine.evaluator import Evaluator
from payer_rules.engine.missing import (
    EDITION,
    HISTORY,
    NONE_MISSING,
    REPLACED,
    REVIEW,
    MissingFact,
    MissingFacts,
)
from payer_rules.engine.text_dates import AgedText
from payer_rules.engine.uncertain_lines import UncertainLines
from payer_rules.engine.verdict import Verdict
from payer_rules.history import History, HistoryLine, ReviewedLine, UnknownPayerLine
from payer_rules.rules import UNPAID, AnyCode
from payer_rules.vocabularies.claim_frequencies import REPLACEMENT

_OPEN: Final = (None, "pending")
#: The fact that is missing while a line in review is in doubt.
DOUBTED: Final[MissingFacts] = (MissingFact("record", f"{REVIEW}the payer"),)
#: The number of earlier lines among those in review.
_EARLIER: Final = 0
_UNSETTLED: Final[MissingFacts] = (MissingFact("history", "history.status"),)
_UNKNOWN_PAYER: Final[MissingFacts] = (MissingFact("history", "history.payer"),)


def _age(line: HistoryLine) -> tuple[date, str, int, str]:
    return (line.date_from, line.claim, line.number, line.code)


def _is_confirmed(other: Verdict[Any], verdict: Verdict[Any]) -> bool:
    """Return True if the other verdict, now for review, is the same as this one."""
    return (other.rule, other.lines, other.own_outcome) == (
        verdict.rule,
        verdict.lines,
        verdict.outcome,
    )


def _number(line: ServiceLine) -> int:
    return line.number


class ClaimState:
    """A claim with the verdicts so far; each stage sees the results of earlier stages."""

    __slots__ = (
        "_on_day",
        "_sharing",
        "assumptions",
        "carried",
        "claim",
        "conditional",
        "denied",
        "doubted",
        "entries",
        "expired",
        "finished",
        "has_earlier",
        "has_unsettled",
        "history",
        "in_review",
        "is_cure",
        "lines",
        "uncertain",
        "verdicts",
    )

    def __init__(
        self, claim: Claim, history: History, assumptions: Assumptions, *, is_cure: bool = False
    ) -> None:
        self.claim = claim
        self.history = history.assumed_complete() if assumptions.has_history else history
        self.assumptions = assumptions
        #: Whether this is a cured claim, of which only the lines with findings matter.
        self.is_cure = is_cure
        #: Those that are evaluated, in order of number, so that the order in the claim changes
        #: nothing.
        self.lines = (
            tuple(sorted(claim.lines, key=_number)) if len(claim.lines) > 1 else claim.lines
        )
        self.has_earlier = bool(history.lines)
        #: The member's earlier lines on a day: rules ask for them again and again.
        self._on_day: dict[date, list[HistoryLine]] = {}
        #: Whether another line is on a day of each line, by number.
        self._sharing: dict[int, bool] = {}
        #: Whether an earlier line without a known status was looked at.
        self.has_unsettled = False
        #: Verdicts that a line breaks a rule, each with the evaluator that recorded it.
        self.verdicts: list[tuple[Evaluator, Verdict[Any]]] = []
        #: The missing facts of each evaluator and line, in order.
        self.entries: dict[tuple[Evaluator, MissingFact, int], None] = {}
        #: Lines that an earlier stage denied or returned.
        self.denied: set[int] = set()
        #: Lines that an earlier stage may have denied.
        self.uncertain = UncertainLines()
        #: The numbers of verdicts and entries at the end of the last stage.
        self.finished = (0, 0)
        #: Verdicts that hold if another line is paid, with the number of that line.
        self.conditional: list[tuple[Evaluator, Verdict[Any], int]] = []
        #: Texts that are applied to a line for whose days they were not read, by rule id.
        self.carried: dict[tuple[str, int], AgedText] = {}
        #: Rules whose texts have no answer for the days of a line, though their conditions hold.
        self.expired: set[tuple[str, int]] = set()
        #: Lines that an earlier stage set to review, where the expected answer counts them as paid;
        #: with the number 0 if lines of earlier claims are.
        self.in_review: set[int] = set()
        if assumptions.is_expected and history.has_reviewed_lines:
            self.in_review.add(_EARLIER)
        #: Those of them that are in doubt while a rule is evaluated for the first time.
        self.doubted: Set[int] = frozenset()

    def with_assumptions(self, history: History, assumptions: Assumptions) -> ClaimState:
        """Return a state of the claim in which nothing is evaluated yet."""
        state = ClaimState(self.claim, history, assumptions)
        state.lines = self.lines
        if history.lines is self.history.lines or history.lines == self.history.lines:
            state._on_day, state._sharing = self._on_day, self._sharing
        return state

    def of_lines(self, numbers: Container[int]) -> ClaimState:
        """Return a state in which only these lines are evaluated, and nothing is yet.

        No other line of the claim is on their days.
        """
        state = self.with_assumptions(self.history, self.assumptions)
        state.lines = tuple([line for line in self.lines if line.number in numbers])
        return state

    def of_cure(self, claim: Claim, assumptions: Assumptions) -> ClaimState:
        """Return a state of another form of the claim in which nothing is evaluated yet."""
        state = ClaimState(claim, self.history, assumptions, is_cure=True)
        # NOTE: both are the same claim for its earlier lines: of one id and one member.
        state._on_day = self._on_day
        return state

    def at_same_stage(self, claim: Claim) -> ClaimState:
        """Return a state of another form of the claim with the results of the finished stages."""
        state = self.of_cure(claim, self.assumptions)
        if len(self.lines) < len(self.claim.lines):
            numbers = {line.number for line in self.lines}
            state.lines = tuple(line for line in state.lines if line.number in numbers)
        self.include_finished()
        state.denied, state.uncertain, state.finished = self.denied, self.uncertain, self.finished
        return state

    def include_finished(self) -> None:
        """Let the uncertain lines include the stages that are finished."""
        if self.uncertain.included != self.finished:
            self.uncertain.include(self.verdicts, self.entries, self.finished, self.assumptions)

    @property
    def is_open(self) -> bool:
        """Return True if a fact is missing, or a line is not known to be paid or denied."""
        return (
            bool(self.entries)
            or self.has_unsettled
            or any(verdict.outcome == "review" for _, verdict in self.verdicts)
        )

    def before(
        self,
        first: date,
        last: date,
        codes: Iterable[str] | AnyCode | None = None,
        *,
        everyone: bool = False,
    ) -> Sequence[HistoryLine]:
        """Return the earlier lines of the codes that share a day with the span, both days included.

        They are lines of the member, or of everyone. Lines of the claim itself, of the claim that
        it replaces, and lines that were denied or voided are left out.
        """
        if not self.has_earlier:
            return ()
        if isinstance(codes, AnyCode):
            every = self.before(first, last, everyone=everyone)
            return [line for line in every if line.code in codes]
        if first == last and not everyone:
            on_day = self._on_day.get(first)
            if on_day is None:
                on_day = self._on_day[first] = self._before(first, last, None, self.claim.member.id)
            if codes is None or not on_day:
                return on_day
            wanted = frozenset(codes)
            lines = [line for line in on_day if line.code in wanted]
        else:
            lines = self._before(first, last, codes, None if everyone else self.claim.member.id)
        return sorted(lines, key=_age) if codes is not None and len(lines) > 1 else lines

    def shares_day(self, line: ServiceLine) -> bool:
        """Return True if another line of the claim, or an earlier one, is on a day of the line.

        Most lines are alone on their days, and nothing that is known can be a pair of theirs.
        """
        sharing = self._sharing.get(line.number)
        if sharing is None:
            sharing = self._sharing[line.number] = any(
                other is not line and same_day(line, other) for other in self.lines
            ) or bool(self.before(line.date_from, line.date_to))
        return sharing

    def _before(
        self, first: date, last: date, codes: Iterable[str] | None, member: str | None
    ) -> list[HistoryLine]:
        within = self.history.countable_lines
        return [
            line
            for code in (codes if codes is not None else (None,))
            for line in within(first, last, member=member, code=code)
            if not line.is_of(self.claim)
        ]

    def record(self, evaluator: Evaluator, verdict: Verdict[Any]) -> None:
        """Record a verdict of the rule."""
        if verdict.missing:
            for number in verdict.lines:
                self.record_missing(evaluator, number, verdict.missing)
        elif self.carried:
            self._record_carried(evaluator, verdict)
        else:
            self.verdicts.append((evaluator, verdict))

    def _record_carried(self, evaluator: Evaluator, verdict: Verdict[Any]) -> None:
        """Record a verdict as the age of the rule's text allows it.

        Between two editions a verdict has its own outcome if both texts give it.
        """
        texts = [self.carried.get((verdict.rule, line)) for line in verdict.lines]
        if any(text is not None and text.is_for_review for text in texts):
            for at, (by, other) in enumerate(self.verdicts):
                if by is not evaluator and _is_confirmed(other, verdict):
                    self.verdicts[at] = (evaluator, verdict)
                    if at < self.finished[0]:
                        self._deny(evaluator, verdict)
                    return
            verdict = verdict.for_review()
        self.verdicts.append((evaluator, verdict))

    def record_unclear(
        self, evaluator: Evaluator, verdict: Verdict[Any], unclear: MissingFacts
    ) -> None:
        """Record a verdict that one reading of a text gives, and another does not."""
        if self.assumptions.is_expected:
            self.record(evaluator, verdict.for_review())
        else:
            for number in verdict.lines:
                self.record_missing(evaluator, number, unclear)

    def record_missing(self, evaluator: Evaluator, line: int, missing: MissingFacts) -> None:
        """Record that facts are missing for an answer of the rule on the line."""
        for fact in missing:
            self.entries[evaluator, fact, line] = None

    def record_unread_text(
        self,
        evaluator: Evaluator,
        line: int,
        missing: MissingFacts,
        *,
        is_kept: bool,
        as_read: MissingFacts | None = None,
    ) -> None:
        """Record that the text of the rule was not read for the date of the line.

        ``is_kept`` is True if the line keeps the text as it was read: then the answer of the rule
        is open, and later rules ignore it. ``as_read`` are the facts that are missing for an answer
        by the text as it was read: none if the line breaks it, ``None`` if that was not evaluated.
        """
        self.record_missing(evaluator, line, missing)
        if is_kept and missing == (EDITION,):
            self.uncertain.kept.add((evaluator, line))
        elif as_read is not None:
            self.uncertain.as_read[evaluator, line] = as_read

    def copy_from(self, other: ClaimState, evaluators: Container[Evaluator]) -> None:
        """Copy what the evaluators recorded in another state of the claim."""
        self.verdicts += [entry for entry in other.verdicts if entry[0] in evaluators]
        self.entries.update((key, None) for key in other.entries if key[0] in evaluators)
        self.uncertain.copy_from(other.uncertain, evaluators)

    def record_if_paid(self, evaluator: Evaluator, verdict: Verdict[Any], line: int) -> None:
        """Record a verdict that holds if the line is paid."""
        if not (self.is_cure or self.assumptions.is_expected):
            self.conditional.append((evaluator, verdict, line))

    def has_found(self, evaluator: Evaluator, line: int) -> bool:
        """Return True if the rule already has a finding on the line."""
        return bool(self.verdicts) and any(
            by is evaluator and line in finding.lines for by, finding in self.verdicts
        )

    def status(self, line: HistoryLine) -> tuple[bool, MissingFacts]:
        """Return whether an earlier line may count, and the facts that are missing to be sure.

        Paid lines count; denied and void lines do not; pending and unknown lines may. With an
        assumed history they count.
        """
        if line.status in ("denied", "void"):
            return False, NONE_MISSING
        missing: MissingFacts = NONE_MISSING
        if line.status in _OPEN:
            self.has_unsettled = True
            missing = NONE_MISSING if self.assumptions.has_history else _undecided(line)
            if self.doubts(line):
                missing = DOUBTED
        if self.claim.frequency_code == REPLACEMENT and self.claim.replaces is None:
            missing = (*missing, REPLACED)
        return True, missing

    def doubts(self, line: HistoryLine) -> bool:
        """Return True if the line is in review, and it is in doubt whether it is paid."""
        return _EARLIER in self.doubted and isinstance(line, ReviewedLine)

    def as_presumed(self, lines: Iterable[HistoryLine]) -> tuple[HistoryLine, ...]:
        """Return the earlier lines, with open ones as paid if the history is assumed."""
        lines = tuple(lines)
        self.has_unsettled |= any(line.status in _OPEN for line in lines)
        if not (self.assumptions.has_history and self.has_unsettled):
            return lines
        return tuple(
            attrs.evolve(line, status="paid") if line.status in _OPEN else line for line in lines
        )

    def finish_stage(self) -> bool:
        """Apply the verdicts of a stage to later stages; return True if there were new ones."""
        before, now = self.finished, (len(self.verdicts), len(self.entries))
        if now == before:
            return False
        self.finished = now
        for evaluator, verdict in self.verdicts[before[0] :]:
            self._deny(evaluator, verdict)
        return True

    def _deny(self, evaluator: Evaluator, verdict: Verdict[Any]) -> None:
        if evaluator.detected_in != "claim":
            return
        if verdict.outcome in UNPAID:
            self.denied.update(verdict.lines)
        elif verdict.outcome == "review" and self.assumptions.is_expected:
            self.in_review.update(verdict.lines)

    def payable_unless(
        self,
        line: int,
        *,
        paired_with: int | None = None,
        ignored_rules: Callable[[Evaluator], bool] | None = None,
    ) -> MissingFacts:
        """Return the facts that are missing to know that earlier stages left the line payable.

        Missing history of the rules in ``ignored_rules`` is left out. So is what would deny the
        line ``paired_with`` too: if both are denied for one reason, neither makes room for the
        other.
        """
        if self.assumptions.is_expected:
            return DOUBTED if line in self.doubted else NONE_MISSING
        self.include_finished()
        uncertain = self.uncertain
        facts = uncertain.facts.get(line)
        if not facts:
            return NONE_MISSING
        alike: frozenset[Evaluator] = frozenset()
        if paired_with is not None:
            pair = [other for other in self.lines if other.number in (line, paired_with)]
            alike = uncertain.deciding_alike(line, paired_with, self.claim, pair)
        return tuple(
            dict.fromkeys(
                missing
                for missing, evaluator in facts
                if evaluator not in alike
                and not (ignored_rules and missing == HISTORY and ignored_rules(evaluator))
            )
        )


def _undecided(line: HistoryLine) -> MissingFacts:
    """Return the missing fact of an earlier line that may have been paid."""
    return _UNKNOWN_PAYER if isinstance(line, UnknownPayerLine) else _UNSETTLED
