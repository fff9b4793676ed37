"""The engine's frequency limits against the oracle's.

A few hundred claims by default; ``PAYER_RULES_EXAMPLES=100000 pytest tests/engine/test_limit_oracle.py``
tries as many.
"""

from __future__ import annotations

from datetime import date
from typing import Final

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

EXAMPLES: Final = examples(300)


@settings(max_examples=EXAMPLES)
@given(situations())
def test_the_engine_agrees_with_the_oracle(
    situation: tuple[FrequencyLimit, Claim, list[HistoryLine]],
) -> None:
    """Line for line: what does not fit, and what part of it is paid, on whatever days lines were.

    What the engine finds holds however the services of lines of several days lie on these days, and
    so does what it keeps; without such lines nothing is left open.
    """
    rule, claim, history = situation
    answers = [judged(rule, claim, history, each) for each in placements(rule, claim, history)]
    expected = answers[0]
    event(f"{rule.window.shape}, {len(expected)} over")
    npis = {claim.rendering_provider(line).npi for line in claim.lines}
    known = History(lines=history, covers_rendering=npis.pop() if len(npis) == 1 else None)
    decision = RuleBook.build(PAYER, [rule]).decide(claim, known)
    got = {f.lines[0]: (f.outcome, f.pays) for f in decision.findings}
    open_ = {n for entry in decision.not_evaluated if entry.rule == rule.id for n in entry.lines}
    has_spans = any(line.days > 1 for line in (*claim.lines, *history))
    whole = rule.scope not in ("all-members", "session") or known.covers_rendering
    for number in (line.number for line in claim.lines):
        told = {answer.get(number) for answer in answers}
        if number in got:
            # NOTE: of a line that lies in several windows the oracle does not know the part.
            is_exact = whole and not (rule.excess == "reduce" and has_spans)
            assert told == {got[number]} if is_exact else None not in told
        elif number not in open_:
            assert told == {None}
    if whole and not has_spans:
        assert not open_


@settings(max_examples=EXAMPLES)
@given(situations(), st.data())
def test_a_partial_history_contradicts_nothing_that_is_known_later(
    situation: tuple[FrequencyLimit, Claim, list[HistoryLine]], data: st.DataObject
) -> None:
    """What is found with less is found with more; what is kept for certain is kept with more."""
    rule, claim, history = situation
    if rule.scope in ("all-members", "session"):
        return
    since = data.draw(st.sampled_from([date.max, *(each.date_from for each in history)]))
    kept = [each for each in history if each.date_from >= since or data.draw(st.booleans())]
    book = RuleBook.build(PAYER, [rule])
    partly = book.decide(claim, History(lines=kept, covers_from=since))
    wholly = book.decide(claim, History(lines=history))
    if any(finding.outcome in ("deny", "reduce") for finding in partly.findings):
        assert wholly.findings
    open_ = {line for entry in partly.not_evaluated for line in entry.lines}
    clean = {line.number for line in claim.lines} - open_
    clean -= {line for finding in partly.findings for line in finding.lines}
    befallen = {line for finding in wholly.findings for line in finding.lines}
    if not partly.findings:
        assert not clean & befallen
