"""The frequency limits of the engine compared with an independent oracle.

A few hundred claims by default, and 40,000 in the deep run, in which the oracles of minimums, courses,
relations and ratios try 85,000 more.
"""

from __future__ import annotations

from datetime import date

from examples import examples
from hypothesis import event, given, settings
from hypothesis import strategies as st
from limit_oracle import judged, placements
from limit_shapes import situations
from shapes import PAYER

from payer_rules.claims import Claim
from payer_rules.history import History, HistoryLine
from payer_rules.kinds import FrequencyLimit
from payer_rules.rulebook import RuleBook


@settings(max_examples=examples(300, times=25))
@given(situations())
def test_the_engine_agrees_with_the_oracle(
    situation: tuple[FrequencyLimit, Claim, list[HistoryLine]],
) -> None:
    """Engine and oracle agree on each line: whether it fits, and the part that is paid.

    A line of several days is denied, or kept, only if every placement of its services on these days
    agrees. Without such lines no line is open.
    """
    rule, claim, history = situation
    answers = [judged(rule, claim, history, days) for days in placements(rule, claim, history)]
    expected = answers[0]
    event(f"{rule.window.shape}, {len(expected)} over")
    npis = {claim.rendering_provider(line).npi for line in claim.lines}
    known = History(lines=history, covers_rendering=npis.pop() if len(npis) == 1 else None)
    decision = RuleBook.build(PAYER, [rule]).decide(claim, known)
    findings = {f.lines[0]: (f.outcome, f.pays) for f in decision.proved_findings}
    open_ = {n for entry in decision.not_evaluated if entry.rule == rule.id for n in entry.lines}
    has_spans = any(line.days > 1 for line in (*claim.lines, *history))
    whole = rule.scope not in ("all-members", "session") or known.covers_rendering
    for number in (line.number for line in claim.lines):
        answers_of_line = {answer.get(number) for answer in answers}
        if number in findings:
            # NOTE: the oracle does not compute the part of a line that is in several windows.
            is_exact = whole and not (has_spans and rule.cuts_lines)
            assert (
                answers_of_line == {findings[number]} if is_exact else None not in answers_of_line
            )
        elif number not in open_:
            assert answers_of_line == {None}
    if whole and not has_spans:
        assert not open_


@settings(max_examples=examples(300, times=15))
@given(situations(), st.data())
def test_a_partial_history_contradicts_nothing_that_is_known_later(
    situation: tuple[FrequencyLimit, Claim, list[HistoryLine]], data: st.DataObject
) -> None:
    """More history neither removes a finding nor adds one to a line that was certain."""
    rule, claim, history = situation
    if rule.scope in ("all-members", "session"):
        return
    since = data.draw(st.sampled_from([date.max, *(line.date_from for line in history)]))
    kept = [line for line in history if line.date_from >= since or data.draw(st.booleans())]
    book = RuleBook.build(PAYER, [rule])
    partly = book.decide(claim, History(lines=kept, covers_from=since))
    wholly = book.decide(claim, History(lines=history))
    if any(finding.outcome in ("deny", "reduce") for finding in partly.proved_findings):
        assert wholly.proved_findings
    open_ = {line for entry in partly.not_evaluated for line in entry.lines}
    clean = {line.number for line in claim.lines} - open_
    clean -= {line for finding in partly.proved_findings for line in finding.lines}
    found_later = {line for finding in wholly.proved_findings for line in finding.lines}
    if not partly.proved_findings:
        assert not clean & found_later
