"""The conclusion of an evaluation: the decision on each line and on the claim."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence, Set
from typing import NamedTuple, TypeVar

import attrs

from payer_rules.claims import Claim
from payer_rules.decisions import (
    Basis,
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
from payer_rules.rulebook.expected_answer import MILD, ExpectedAnswer, expected_of_claim
from payer_rules.rulebook.kept_findings import finding_of
from payer_rules.rulebook.line_topics import ClaimTopics, LineTopics, Topics
from payer_rules.rulebook.open_entries import (
    Gaps,
    assumed_entries,
    open_entries,
    open_risks,
    risks_of,
)
from payer_rules.rulebook.shared_caches import SharedCache
from payer_rules.rulebook.tested_cures import in_order
from payer_rules.rules import SEVERITY, worst

T = TypeVar("T", Finding, NotEvaluated)


class _OpenLine(NamedTuple):
    """A line that is open, or has a finding, with the ids of its rules and of those that are open.

    ``is_open`` is true if one of them misses a fact that is not assumed.
    """

    number: int
    rules: tuple[str, ...]
    open_rules: tuple[str | None, ...]
    is_open: bool
    topics: LineTopics


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
    _clean: SharedCache[Hashable, LineDecision] = attrs.field(factory=SharedCache, init=False)
    _open: SharedCache[Hashable, LineDecision] = attrs.field(factory=SharedCache, init=False)

    def decide(
        self,
        evaluation: Evaluation,
        findings: tuple[Finding, ...],
        gaps: Gaps,
        rests_on: Gaps,
        expected_answer: ExpectedAnswer | None,
        topics: ClaimTopics,
    ) -> Decision:
        """Return the decision.

        ``findings`` are those of the first answer, ``gaps`` what it leaves open, and ``rests_on``
        the missing facts for which it assumes a value. Without ``expected_answer`` the second
        answer is the same.
        """
        state, ids = evaluation.state, evaluation.met.ids
        is_clean = not (findings or expected_answer or state.entries or rests_on or self.incomplete)
        if is_clean and topics.are_proved:
            lines = tuple(
                self._clean_line(number, rules, topics.statuses(number))
                for number, rules in ids.items()
            )
            return self._decision(state.claim, lines)
        entries = open_entries(state, findings, self.incomplete, gaps, topics)
        assumed = assumed_entries(state, gaps, rests_on)
        expected_answer = expected_answer or ExpectedAnswer(findings)
        if expected_answer.broken_texts:
            entries = tuple(_with_broken(entry, expected_answer.broken_texts) for entry in entries)
        return self._decision(
            state.claim,
            tuple(self._lines(ids, topics, findings, entries, assumed, expected_answer)),
            findings=in_order(expected_answer.findings),
            not_evaluated=entries,
            assumed=assumed,
            at_risk=risks_of(open_risks(state), state.claim),
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
        expected_answer: ExpectedAnswer,
    ) -> Iterator[LineDecision]:
        findings_by_line = _by_line(findings)
        of_both = _by_line(expected_answer.findings)
        entries_by_line, assumed_by_line = _by_line(entries), _by_line(assumed)
        faulty = {line for entry in entries if entry.reason == "fault" for line in entry.lines}
        for number, rules in ids.items():
            open_on_line = entries_by_line.get(number, ())
            assumed_on_line = assumed_by_line.get(number, ())
            own, both = findings_by_line.get(number, ()), of_both.get(number, ())
            if not (open_on_line or assumed_on_line or own or both):
                yield self._clean_line(number, rules, topics.statuses(number))
                continue
            line_topics = topics.lines[number]
            open_rules = tuple([entry.rule for entry in (*open_on_line, *assumed_on_line)])
            line = _OpenLine(number, rules, open_rules, bool(open_on_line), line_topics)
            if own or both or number in faulty:
                yield _concluded(line, own, both, expected_answer, is_faulty=number in faulty)
            else:
                yield self._without_finding(line, expected_answer)

    def _without_finding(self, line: _OpenLine, expected_answer: ExpectedAnswer) -> LineDecision:
        # NOTE: few lines have a finding, and most others are open for the same facts as another.
        key = (line, *expected_answer.about(line.number))
        decision = self._open.get(key)
        if decision is None:
            decision = _concluded(line, (), (), expected_answer, is_faulty=False)
            self._open.put(key, decision)
        return decision

    def _clean_line(self, number: int, rules: tuple[str, ...], topics: Topics) -> LineDecision:
        # NOTE: most lines are clean, and their answers are equal: each is made once.
        key = (number, rules, tuple(topics.values()))
        decision = self._clean.get(key)
        if decision is None:
            decision = LineDecision(
                line=number,
                outcome="pay",
                complete=True,
                topics=topics,
                judged_by=tuple(sorted(set(rules))),
            )
            self._clean.put(key, decision)
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
        if self.fingerprint.assume:
            lines = tuple(attrs.evolve(line, basis=_at_most_presumed(line)) for line in lines)
            findings = tuple(attrs.evolve(f, basis=_at_most_presumed(f)) for f in findings)
        return Decision(
            claim=claim.id,
            payer=self.payer,
            outcome=_decide_claim(lines),
            expected=expected_of_claim(lines),
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


def findings_of(state: ClaimState, known: Iterable[Finding] = ()) -> Iterator[Finding]:
    """Yield the verdicts as findings, in the words of their rules.

    Left out is a verdict for which there is a ``known`` finding, as bad or worse, on its lines.
    """
    worst_known: dict[tuple[str, tuple[int, ...]], int] = {}
    for finding in known:
        key = (finding.rule, finding.lines)
        worst_known[key] = max(SEVERITY[finding.outcome], worst_known.get(key, 0))
    for evaluator, verdict in state.verdicts:
        if SEVERITY[verdict.outcome] > worst_known.get((verdict.rule, verdict.lines), -1):
            yield finding_of(evaluator, verdict, state)


def _with_broken(entry: NotEvaluated, broken: Mapping[str, Set[int]]) -> NotEvaluated:
    """Return the entry with the lines that break a text which has no answer for their days."""
    lines = broken.get(entry.rule or "") if entry.reason == "edition" else None
    if not lines:
        return entry
    return attrs.evolve(entry, broken_on=tuple(n for n in entry.lines if n in lines))


def _concluded(
    line: _OpenLine,
    own: Sequence[Finding],
    both: Sequence[Finding],
    expected_answer: ExpectedAnswer,
    *,
    is_faulty: bool,
) -> LineDecision:
    """Return the decision on a line.

    ``own`` are the findings of the first answer on it, and ``both`` those of both answers.
    """
    outcome = _outcome_of_line(own, is_open=line.is_open)
    expected = expected_answer.of_line(line.number, outcome, both, line.topics, is_faulty=is_faulty)
    return LineDecision(
        line=line.number,
        outcome=outcome,
        expected=expected.outcome,
        basis=expected.basis,
        complete=not line.open_rules,
        topics=expected_answer.topics_of_line(line.number, line.topics),
        read_in_part=line.topics.read_in_part,
        rests_on=expected.rests_on,
        judged_by=_judged_by(line.rules, own, line.open_rules),
    )


def _at_most_presumed(entry: Finding | LineDecision) -> Basis:
    """Return the basis of an entry where the first answer rests on assumptions."""
    return "presumed" if entry.basis == "proved" else entry.basis


def _by_line(entries: Iterable[T]) -> dict[int, list[T]]:
    """Return the entries of each line number. Lines without entries are not in the result."""
    lines: dict[int, list[T]] = {}
    for entry in entries:
        for line in entry.lines:
            lines.setdefault(line, []).append(entry)
    return lines


def _outcome_of_line(findings: Sequence[Finding], *, is_open: bool) -> LineOutcome:
    """Return the worst outcome of the findings on a line.

    It is ``unknown`` if the line is open and no finding is worse than ``inform``.
    """
    if not findings:
        return "unknown" if is_open else "pay"
    outcome: LineOutcome = worst([finding.outcome for finding in findings])
    return "unknown" if is_open and SEVERITY[outcome] <= MILD else outcome


def _judged_by(
    rules: Iterable[str], findings: Iterable[Finding], open_rules: Iterable[str | None]
) -> tuple[str, ...]:
    """Return the rules of a line that gave an answer: a finding, or nothing that is open."""
    unanswered = set(open_rules)
    unanswered.difference_update([finding.rule for finding in findings])
    return tuple(sorted(set(rules) - unanswered))


def _decide_claim(lines: Iterable[LineDecision]) -> LineOutcome:
    """Return the worst outcome of the lines, or ``unknown``.

    The outcome is ``unknown`` if a line is and no other is worse than ``inform``.
    """
    outcomes = [line.outcome for line in lines]
    known = worst([outcome for outcome in outcomes if outcome != "unknown"])
    return "unknown" if "unknown" in outcomes and SEVERITY[known] <= MILD else known
