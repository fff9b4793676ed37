"""Facts that are known within bounds: a rule is decided where every value in them agrees."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapes import CITED, DAY, PAYER, claim, gaps, limit, line, outcomes

from payer_rules.claims import Claim, Session
from payer_rules.decisions import Decision
from payer_rules.history import History
from payer_rules.kinds import DiagnosisRequirement, SessionRequirement, TimelyFiling
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Bounds, Outcome, Rule, TimeLimit

GROUP = frozenset(["90853"])


def decide(rule: Rule, judged: Claim) -> Decision:
    """Return the decision of the rule alone."""
    return RuleBook.build(PAYER, [rule]).decide(judged, History())


def sized(session: Session) -> Claim:
    """Return a claim with one group session."""
    return claim(line(1, "90853", DAY, session=session))


@given(
    st.builds(Bounds, at_least=st.none() | st.integers(0, 4), at_most=st.integers(4, 7)),
    st.integers(1, 9),
)
def test_a_group_of_at_most_so_many_is_decided_if_all_sizes_agree(
    bounds: Bounds, most: int
) -> None:
    """The answer is that of every size from 1 to the most; where they differ, the size is asked."""
    rule = SessionRequirement(id="p/size", codes=GROUP, group_size=bounds, **CITED)
    each = {
        outcomes(decide(rule, sized(Session(group_size=size))))[0] for size in range(1, most + 1)
    }
    decision = decide(rule, sized(Session(group_size_at_most=most)))
    if len(each) == 1:
        assert outcomes(decision) == [*each]
        assert not gaps(decision)
    else:
        assert outcomes(decision) == ["unknown"]
        assert gaps(decision) == {("p/size", "record", "session.group_size")}


def test_a_stated_size_overrides_the_greatest() -> None:
    """A stated size counts, whatever is known of the sizes of the practice's groups."""
    rule = SessionRequirement(id="p/size", codes=GROUP, group_size=Bounds(at_most=12), **CITED)
    session = Session(group_size=13, group_size_at_most=12)
    assert outcomes(decide(rule, sized(session))) == ["deny"]


@given(st.integers(0, 200), st.none() | st.integers(0, 200))
def test_the_day_of_sending_can_only_show_that_a_claim_is_late(sent: int, late: int | None) -> None:
    """A claim sent too late is denied; a stated day of receipt decides alone."""
    rule = TimelyFiling(id="p/filing", codes=GROUP, within=TimeLimit(days=90), **CITED)

    def day(after: int | None) -> date | None:
        return None if after is None else DAY + timedelta(days=after)

    judged = claim(line(1, "90853", DAY), sent=day(sent), received=day(late))
    counted = sent if late is None else late
    assert outcomes(decide(rule, judged)) == ["deny" if counted > 90 else "pay"]
    for finding in decide(rule, judged).findings:
        assert f"{'sent' if late is None else 'received'} on {day(counted)}" in finding.message


@pytest.mark.parametrize(
    ("outcome", "expected"), [("deny", ["unknown", "deny"]), ("review", ["unknown", "unknown"])]
)
def test_of_two_lines_that_may_be_in_review_either_may_be_paid(
    outcome: Outcome, expected: list[str]
) -> None:
    """The limit denies the second line if one fact denies both, not if it sets both to review."""
    rules = [
        DiagnosisRequirement(
            id="p/diagnosis", codes=GROUP, any_of=frozenset(["F"]), outcome=outcome, **CITED
        ),
        limit(1, 1, "90853"),
    ]
    sessions = claim(line(1, "90853", DAY), line(2, "90853", DAY))
    assert outcomes(RuleBook.build(PAYER, rules).decide(sessions, History())) == expected
