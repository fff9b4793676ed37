"""The conclusion of an evaluation: the decision on each line and on the claim."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeVar

import attrs

from payer_rules.claims import Claim
from payer_rules.decisions import (
    Decision,
    Finding,
    Fingerprint,
    LineDecision,
    LineOutcome,
    NotEvaluated,
    Risk,
)
from payer_rules.engine.claim_state import ClaimState
from payer_rules.rulebook.evaluation import Evaluation
from payer_rules.rulebook.open_entries import Gaps, assumed_entries, gaps_of, open_entries, risks_of
from payer_rules.rulebook.topics import ClaimTopics, Topics
from payer_rules.rules import SEVERITY, TopicStatus, worst

#: An outcome that is worse than this is known even if an entry is open.
_MILD: Final = SEVERITY["inform"]

T = TypeVar("T", Finding, NotEvaluated)


@attrs.frozen(eq=False, kw_only=True)
class Conclusion:
    """The parts that all decisions of a rule book have in common.

    ``incomplete`` are hooks that did not give all their rules. ``undated`` holds a note for each
    rule whose day of publication is not known.
    """

    payer: str
    fingerprint: Fingerprint
    incomplete: tuple[str, ...]
    undated: Mapping[str, str]
    _clean: dict[tuple[int, tuple[str, ...], tuple[TopicStatus, ...]], LineDecision] = attrs.field(
        factory=dict, init=False
    )

    def decide(
        self,
        evaluation: Evaluation,
        findings: Iterable[Finding],
        rests_on: Gaps,
        topics: ClaimTopics,
    ) -> Decision:
        """Return the decision; ``rests_on`` are missing facts for which a value is assumed."""
        state, ids = evaluation.state, evaluation.met.ids
        findings = _in_order(findings)
        is_clean = not (
            findings
            or state.entries
            or state.editions
            or state.unsure
            or rests_on
            or self.incomplete
        )
        if is_clean and all(ids.values()):
            lines = tuple(
                self._clean_line(number, rules, topics.statuses(number))
                for number, rules in ids.items()
            )
            return self._decision(state.claim, lines)
        gaps = gaps_of(state, findings)
        entries = open_entries(state, ids, findings, self.incomplete, gaps)
        assumed = assumed_entries(state, gaps, rests_on)
        return self._decision(
            state.claim,
            tuple(self._lines(ids, topics, findings, entries, assumed)),
            findings=findings,
            not_evaluated=entries,
            assumed=assumed,
            at_risk=risks_of(state, findings),
        )

    def decide_void(self, claim: Claim) -> Decision:
        """Return the decision on a claim that voids another one."""
        lines = tuple(
            LineDecision(line=line.number, outcome="inform", complete=True, judged_by=())
            for line in sorted(claim.lines, key=lambda line: line.number)
        )
        return Decision(
            claim=claim.id,
            payer=self.payer,
            outcome="inform",
            lines=lines,
            notes=(f"the claim voids {claim.replaces or 'an earlier claim'}: it is not evaluated",),
            fingerprint=self.fingerprint,
        )

    def _lines(
        self,
        ids: Mapping[int, tuple[str, ...]],
        topics: ClaimTopics,
        findings: tuple[Finding, ...],
        entries: tuple[NotEvaluated, ...],
        assumed: tuple[NotEvaluated, ...],
    ) -> Iterator[LineDecision]:
        findings_by_line = _by_line(findings)
        entries_by_line, assumed_by_line = _by_line(entries), _by_line(assumed)
        for number, rules in ids.items():
            parts = (
                findings_by_line.get(number, ()),
                entries_by_line.get(number, ()),
                assumed_by_line.get(number, ()),
            )
            if any(parts):
                yield _decide_line(number, rules, topics.statuses(number), *parts)
            else:
                yield self._clean_line(number, rules, topics.statuses(number))

    def _clean_line(self, number: int, rules: tuple[str, ...], topics: Topics) -> LineDecision:
        # NOTE: most lines are clean, and their answers are equal: each is made once.
        key = (number, rules, tuple(topics.values()))
        decision = self._clean.get(key)
        if decision is None:
            decision = self._clean[key] = LineDecision(
                line=number,
                outcome="pay",
                complete=True,
                topics=topics,
                judged_by=tuple(sorted(set(rules))),
            )
        return decision

    def _decision(
        self,
        claim: Claim,
        lines: tuple[LineDecision, ...],
        *,
        findings: tuple[Finding, ...] = (),
        not_evaluated: tuple[NotEvaluated, ...] = (),
        assumed: tuple[NotEvaluated, ...] = (),
        at_risk: tuple[Risk, ...] = (),
    ) -> Decision:
        return Decision(
            claim=claim.id,
            payer=self.payer,
            outcome=_decide_claim(lines),
            lines=lines,
            findings=findings,
            not_evaluated=not_evaluated,
            assumed=assumed,
            at_risk=at_risk,
            notes=self._notes(lines) if self.undated else (),
            fingerprint=self.fingerprint,
        )

    def _notes(self, lines: tuple[LineDecision, ...]) -> tuple[str, ...]:
        """Return the notes about the rules that gave an answer on a line."""
        used = {rule for line in lines for rule in line.judged_by}
        return tuple(note for rule, note in self.undated.items() if rule in used)


def findings_of(state: ClaimState) -> Iterator[Finding]:
    """Yield the verdicts as findings, in the words of their rules."""
    for evaluator, verdict in state.verdicts:
        yield evaluator.describe(verdict, state.claim)


def _by_line(entries: Iterable[T]) -> dict[int, list[T]]:
    """Return the entries of each line number. Lines without entries are not in the result."""
    lines: dict[int, list[T]] = {}
    for entry in entries:
        for line in entry.lines:
            lines.setdefault(line, []).append(entry)
    return lines


def _decide_line(
    number: int,
    rules: Iterable[str],
    topics: Topics,
    findings: Sequence[Finding],
    entries: Sequence[NotEvaluated],
    assumed: Sequence[NotEvaluated],
) -> LineDecision:
    """Return the decision on a line: its worst outcome, or ``unknown``.

    The outcome is ``unknown`` if an entry is open and no finding is worse than ``inform``. Findings
    and entries are those of the line.
    """
    outcome: LineOutcome = worst([finding.outcome for finding in findings])
    if entries and SEVERITY[outcome] <= _MILD:
        outcome = "unknown"
    unanswered = {entry.rule for entry in entries}
    unanswered.update([entry.rule for entry in assumed])
    unanswered.difference_update([finding.rule for finding in findings])
    return LineDecision(
        line=number,
        outcome=outcome,
        complete=not (entries or assumed),
        topics=topics,
        judged_by=tuple(sorted(set(rules) - unanswered)),
    )


def _decide_claim(lines: Iterable[LineDecision]) -> LineOutcome:
    """Return the worst outcome of the lines, or ``unknown``.

    The outcome is ``unknown`` if a line is and no other is worse than ``inform``.
    """
    outcomes = [line.outcome for line in lines]
    known = worst([outcome for outcome in outcomes if outcome != "unknown"])
    return "unknown" if "unknown" in outcomes and SEVERITY[known] <= _MILD else known


def _in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings in order of rule, lines and message."""
    return tuple(sorted(findings, key=lambda f: (f.rule, f.lines, f.message)))
