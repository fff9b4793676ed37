"""The state of one claim during its evaluation."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Container, Iterable
from datetime import date
from itertools import islice
from typing import Any, Final

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Finding
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.missing import (
    EDITION,
    HISTORY,
    NONE_MISSING,
    REPLACED,
    REVIEW,
    MissingFact,
    MissingFacts,
    frees_nothing,
    is_shared,
)
from payer_rules.engine.verdict import Verdict
from payer_rules.history import History, HistoryLine
from payer_rules.rules import UNPAID, Detection, Outcome
from payer_rules.vocabularies.claim_frequencies import REPLACEMENT

_OPEN: Final = (None, "pending")
_UNSETTLED: Final[MissingFacts] = (MissingFact("history", "history.status"),)


class Evaluator(ABC):
    """An evaluator of one rule for all lines of a claim to which the rule may apply.

    ``limits_days`` is True if it limits the services of a code on a day, of all providers.
    """

    rule_id: str
    outcome: Outcome
    detected_in: Detection
    limits_days: bool = False

    @abstractmethod
    def evaluate(self, state: ClaimState, met: list[tuple[ServiceLine, MissingFacts]]) -> None:
        """Record the verdicts on the lines.

        Each line comes with the facts that are missing to know whether the rule applies.
        """

    @abstractmethod
    def describe(self, verdict: Verdict[Any], claim: Claim) -> Finding:
        """Return the verdict as a finding, with its message and its cure."""

    def cure_lines(
        self, claim: Claim, line: ServiceLine, assumptions: Assumptions
    ) -> Iterable[ServiceLine]:
        """Return the lines that a cure would add to the claim."""
        return ()


def _is_loud(evaluator: Evaluator) -> bool:
    """Return True if a finding of this rule can block payment at adjudication."""
    return evaluator.detected_in == "claim" and (
        evaluator.outcome in UNPAID or evaluator.outcome == "review"
    )


def _age(line: HistoryLine) -> tuple[date, str, int, str]:
    return (line.date_from, line.claim, line.number, line.code)


def _number(line: ServiceLine) -> int:
    return line.number


class ClaimState:
    """A claim with the verdicts so far; each stage sees the results of earlier stages."""

    __slots__ = (
        "as_read",
        "assumptions",
        "claim",
        "conditional",
        "denied",
        "editions",
        "entries",
        "finished",
        "has_earlier",
        "has_unsettled",
        "history",
        "is_cure",
        "kept",
        "lines",
        "propagated",
        "uncertain",
        "unsure",
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
        #: In order of number, so that the order in the claim changes nothing.
        self.lines = (
            tuple(sorted(claim.lines, key=_number)) if len(claim.lines) > 1 else claim.lines
        )
        self.has_earlier = bool(history.lines)
        #: Whether an earlier line without a known status was looked at.
        self.has_unsettled = False
        #: Verdicts that a line breaks a rule, each with the evaluator that recorded it.
        self.verdicts: list[tuple[Evaluator, Verdict[Any]]] = []
        #: The missing facts of each evaluator and line, in order.
        self.entries: dict[tuple[Evaluator, MissingFact, int], None] = {}
        #: Lines that an earlier stage denied or returned, and those that it may have denied.
        self.denied: set[int] = set()
        self.uncertain: dict[int, list[tuple[MissingFact, Evaluator]]] = {}
        #: The numbers of findings and entries at the end of the last stage, and of those that
        #: ``uncertain`` includes.
        self.finished = self.propagated = (0, 0)
        #: Lines that keep a rule's text, which was not read for their date.
        self.kept: set[tuple[Evaluator, int]] = set()
        #: The facts that a rule's text, as read for another date, misses of a line.
        self.as_read: dict[tuple[Evaluator, int], MissingFacts] = {}
        #: Verdicts that hold if another line is paid, with the number of that line.
        self.conditional: list[tuple[Evaluator, Verdict[Any], int]] = []
        #: Lines on which a rule was applied beyond the dates for which its text was read.
        self.editions: dict[str, set[int]] = {}
        #: Lines to which perhaps no rule applies.
        self.unsure: set[int] = set()

    def before(
        self, first: date, last: date, codes: Iterable[str] | None = None, *, everyone: bool = False
    ) -> list[HistoryLine]:
        """Return the earlier lines of the codes that share a day with the span, both days included.

        They are lines of the member, or of everyone. Lines of the claim itself, of the claim that
        it replaces, and lines that were denied or voided are left out.
        """
        if not self.has_earlier:
            return []
        asked = None if everyone else self.claim.member.id
        within = self.history.countable_lines
        lines = [
            line
            for code in (codes if codes is not None else (None,))
            for line in within(first, last, member=asked, code=code)
            if not line.is_of(self.claim)
        ]
        return sorted(lines, key=_age) if codes is not None and len(lines) > 1 else lines

    def record(self, evaluator: Evaluator, verdict: Verdict[Any]) -> None:
        """Record a verdict of the rule."""
        if verdict.missing:
            for number in verdict.lines:
                self.record_missing(evaluator, number, verdict.missing)
        else:
            self.verdicts.append((evaluator, verdict))

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
            self.kept.add((evaluator, line))
        elif as_read is not None:
            self.as_read[evaluator, line] = as_read

    def copy_from(self, other: ClaimState, evaluators: Container[Evaluator]) -> None:
        """Copy what the evaluators recorded in another state of the claim."""
        self.verdicts += [entry for entry in other.verdicts if entry[0] in evaluators]
        self.entries.update((key, None) for key in other.entries if key[0] in evaluators)
        self.kept.update(key for key in other.kept if key[0] in evaluators)
        self.as_read.update(
            (key, facts) for key, facts in other.as_read.items() if key[0] in evaluators
        )

    def record_if_paid(self, evaluator: Evaluator, verdict: Verdict[Any], line: int) -> None:
        """Record a verdict that holds if the line is paid."""
        if not self.is_cure:
            self.conditional.append((evaluator, verdict, line))

    def record_assumed_text(self, rule_id: str, line: ServiceLine) -> None:
        """Record that the text of the rule is assumed to hold on the date of the line."""
        if not isinstance(line, HistoryLine):
            self.editions.setdefault(rule_id, set()).add(line.number)

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
            missing = NONE_MISSING if self.assumptions.has_history else _UNSETTLED
        if self.claim.frequency_code == REPLACEMENT and self.claim.replaces is None:
            missing = (*missing, REPLACED)
        return True, missing

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
        for evaluator, finding in self.verdicts[before[0] :]:
            if evaluator.detected_in == "claim" and finding.outcome in UNPAID:
                self.denied.update(finding.lines)
        return True

    def _uncertain_lines(self) -> dict[int, list[tuple[MissingFact, Evaluator]]]:
        """Return the facts that finished stages miss for each line, with the evaluators."""
        before, now = self.propagated, self.finished
        if before != now:
            self.propagated = now
            for evaluator, finding in self.verdicts[before[0] : now[0]]:
                if evaluator.detected_in == "claim" and finding.outcome == "review":
                    for line in finding.lines:
                        self._propagate(
                            line, MissingFact("record", f"{REVIEW}{finding.rule}"), evaluator
                        )
            for evaluator, missing, line in islice(self.entries, before[1], now[1]):
                if (evaluator, line) in self.kept:
                    continue
                if _is_loud(evaluator) and self._is_inherited(missing):
                    self._propagate(line, missing, evaluator)
        return self.uncertain

    def _is_inherited(self, missing: MissingFact) -> bool:
        """Return True if the missing fact leaves the line uncertain for later rules."""
        return not (frees_nothing(missing) or self.assumptions.presumes(missing))

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
        facts = self._uncertain_lines().get(line)
        if not facts:
            return NONE_MISSING
        alike = self._alike(line, paired_with) if paired_with is not None else frozenset()
        return tuple(
            dict.fromkeys(
                missing
                for missing, evaluator in facts
                if evaluator not in alike
                and not (ignored_rules and missing == HISTORY and ignored_rules(evaluator))
            )
        )

    def _alike(self, line: int, paired_with: int) -> frozenset[Evaluator]:
        """Return the evaluators that miss the same facts on both lines, and deny both or none."""
        mine, theirs = self._facts_missing(line), self._facts_missing(paired_with)
        both = [other for other in self.lines if other.number in (line, paired_with)]
        days = {(other.date_from, other.date_to) for other in both}
        npis = {self.claim.rendering_provider(other).npi for other in both}
        return frozenset(
            evaluator
            for evaluator, missing in mine.items()
            if theirs.get(evaluator) == missing
            and all(
                is_shared(fact, one_day=len(days) == 1, one_provider=len(npis) == 1)
                for fact in missing
            )
        )

    def _facts_missing(self, line: int) -> dict[Evaluator, set[MissingFact]]:
        """Return the facts that each evaluator misses for the line, by the text as read too."""
        lacking: dict[Evaluator, set[MissingFact]] = {}
        for missing, evaluator in self._uncertain_lines().get(line, ()):
            facts = lacking.setdefault(evaluator, set())
            facts.add(missing)
            if missing == EDITION:
                facts.update(self.as_read.get((evaluator, line), (_unasked(line),)))
        return lacking

    def _propagate(self, line: int, missing: MissingFact, evaluator: Evaluator) -> None:
        facts = self.uncertain.setdefault(line, [])
        if (missing, evaluator) not in facts:
            facts.append((missing, evaluator))


def _unasked(line: int) -> MissingFact:
    """Return what a text misses of a line if that was not evaluated: of each line its own fact."""
    return MissingFact("edition", f"edition on line {line}")
