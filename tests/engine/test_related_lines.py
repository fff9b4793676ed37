"""Conditions on other lines, compared with a search of all pairs that shares no code with them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from related_shapes import (
    PAYERS,
    PEOPLE,
    are_near_days,
    claims_with_history,
    completions,
    criteria,
    days_around,
    known_history,
    others_that_meet,
    words,
)
from shapes import CITED, DAY, PAYER, claim, outcomes

from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine.nearness import change_days, days_near, days_whose_near, is_near
from payer_rules.history import History, HistoryLine
from payer_rules.kinds import Coverage, LineRelation
from payer_rules.kinds.related_lines import near_text, other_line_text
from payer_rules.rulebook import RuleBook
from payer_rules.rules import (
    DaysAround,
    EarlierLine,
    Nearness,
    OtherLine,
    Payer,
    RelatedLine,
    When,
)


def is_there(
    when: When, payer: Payer, billed: Claim, earlier: list[HistoryLine], line: ServiceLine
) -> bool:
    """Return True if the conditions on other lines hold, by a look at every other line."""

    def meets(criteria: OtherLine, near: Nearness) -> bool:
        return bool(others_that_meet(criteria, near, payer, billed, earlier, line))

    if when.same_day is not None and not meets(when.same_day, "day"):
        return False
    if not all(meets(wanted, wanted.within) for wanted in when.other_lines):
        return False
    before = [DaysAround(days_before=e.within_days or 9999, same_day=False) for e in when.history]
    return all(meets(wanted, near) for wanted, near in zip(when.history, before, strict=True))


whens = st.builds(
    When,
    same_day=st.none() | criteria.map(lambda values: OtherLine(**values)),
    history=st.lists(
        st.builds(
            lambda values, days: EarlierLine(**values, within_days=days),
            criteria,
            st.none() | st.integers(1, 3),
        ),
        max_size=2,
    ).map(tuple),
    other_lines=st.lists(
        st.builds(
            lambda values, near: RelatedLine(**values, within=near),
            criteria,
            words | days_around(),
        ),
        max_size=2,
    ).map(tuple),
)


@settings(max_examples=examples(400, times=20))
@given(claims_with_history(), whens, st.booleans(), st.sampled_from(PAYERS))
def test_conditions_on_other_lines_are_those_of_every_completion(
    case: tuple[Claim, list[HistoryLine]], when: When, is_exception: bool, payer: Payer
) -> None:
    """A rule applies if its lines are there, whoever the unknown providers are, else it is open.

    With an exception it applies if they are not.
    """
    billed, earlier = case
    is_exception = is_exception and when != When()
    conditions: dict[str, Any] = {"exceptions": (when,)} if is_exception else {"when": when}
    rule = Coverage(id="p/no", codes=frozenset(["90853"]), **conditions, **CITED)
    history = known_history(billed, earlier)
    decided = outcomes(RuleBook.build(payer, [rule]).decide(billed, history))
    knows_all = not _asks_of_others(when) or history.covers_rendering is not None
    for line, outcome in zip(billed.lines, decided, strict=True):
        if line.code != "90853":
            continue
        answers = {
            is_there(when, payer, billed, known, line) is not is_exception
            for known in completions(earlier)
        }
        expected = "unknown" if len(answers) > 1 else "deny" if True in answers else "pay"
        assert outcome in (expected, "unknown")
        if knows_all and next(completions(earlier)) == earlier:
            assert outcome == expected


def _asks_of_others(when: When) -> bool:
    """Return True if a condition is about lines of other members."""
    asked = (other for others in when.related_lines.values() for other in others)
    return any(other.scope == "another-member" for other in asked)


def test_a_visit_of_another_clinician_is_no_part_of_a_package() -> None:
    """A package of one clinician does not include what another clinician bills."""
    package = EarlierLine(codes=frozenset(["90834"]), within_days=90, scope="rendering")
    rule = Coverage(id="p/no", codes=frozenset(["90853"]), when=When(history=(package,)), **CITED)
    book = RuleBook.build(PAYER, [rule])
    opened = HistoryLine(
        claim="H1", member="M", code="90834", date_from=DAY - timedelta(days=9), status="paid",
        billing_provider=PEOPLE[0], rendering_provider=PEOPLE[0],
    )  # fmt: skip
    for clinician, outcome in zip(PEOPLE[:2], ("deny", "pay"), strict=True):
        line = ServiceLine(number=1, code="90853", date_from=DAY, rendering_provider=clinician)
        assert outcomes(book.decide(claim(line), History(lines=[opened]))) == [outcome]


@pytest.mark.parametrize(
    ("member", "clinician", "outcome"), [("N", 0, "deny"), ("N", 1, "pay"), ("M", 0, "pay")]
)
def test_a_condition_may_ask_for_a_line_of_another_member(
    member: str, clinician: int, outcome: str
) -> None:
    """Only a line of another member by the same clinician meets it, and it is queried."""
    other = RelatedLine(codes=frozenset(["90834"]), scope="another-member")
    when = When(other_lines=(other,))
    rule = Coverage(id="p/no", codes=frozenset(["90853"]), when=when, **CITED)
    book = RuleBook.build(PAYER, [rule])
    seen = HistoryLine(
        claim="H1", member=member, code="90834", date_from=DAY, status="paid",
        billing_provider=PEOPLE[2], rendering_provider=PEOPLE[clinician],
    )  # fmt: skip
    billed = claim(ServiceLine(code="90853", date_from=DAY, rendering_provider=PEOPLE[0]))
    history = History(lines=[seen], covers_rendering=PEOPLE[0].npi)
    assert outcomes(book.decide(billed, history)) == [outcome]
    queried = history.select(book.queries([billed]))
    assert outcomes(book.decide(billed, queried)) == [outcome]


def test_a_visit_of_another_clinician_on_any_earlier_day_is_named() -> None:
    """A relation may ask for another rendering provider, and for any time before."""
    other = RelatedLine(
        codes=frozenset(["90834"]), scope="another-rendering", within="any-earlier-day"
    )
    assert other_line_text(other) == "90834 by another rendering provider"
    assert near_text(other.within) == "on any earlier day"
    rule = LineRelation(id="p/no", codes=frozenset(["90853"]), excluded_by=other, **CITED)
    book = RuleBook.build(PAYER, [rule])
    for clinician, outcome in zip(PEOPLE[:2], ("pay", "deny"), strict=True):
        for years, outcome_then in ((0, "pay"), (1, outcome), (70, outcome)):
            seen = HistoryLine(
                claim="H1", member="M", code="90834", date_from=DAY.replace(year=DAY.year - years),
                status="paid", billing_provider=PEOPLE[0], rendering_provider=PEOPLE[0],
            )  # fmt: skip
            line = ServiceLine(number=1, code="90853", date_from=DAY, rendering_provider=clinician)
            assert outcomes(book.decide(claim(line), History(lines=[seen]))) == [outcome_then]


@settings(max_examples=examples(1000))
@given(
    words | days_around(),
    st.integers(-40, 40),
    st.integers(-40, 40),
    st.integers(0, 3),
    st.integers(0, 3),
)
def test_lines_of_several_days_are_near_if_all_their_days_are(
    near: Nearness, start: int, other_start: int, more: int, other_more: int
) -> None:
    """The answer about lines of several days is that of all days, or open where they differ."""
    if near == "overlapping-clock":
        return
    first, other_first = (date(2024, 3, 1) + timedelta(days=n) for n in (start, other_start))
    days = [first + timedelta(days=n) for n in range(more + 1)]
    other_days = [other_first + timedelta(days=n) for n in range(other_more + 1)]
    answers = {are_near_days(near, day, other) for day in days for other in other_days}
    line = ServiceLine(code="90853", date_from=first, date_to=days[-1])
    other = ServiceLine(code="90834", date_from=other_first, date_to=other_days[-1])
    found = is_near(near, line, other)
    assert found is (True in answers) if len(answers) == 1 else isinstance(found, tuple)


@settings(max_examples=examples(300))
@given(words | days_around(), st.integers(-40, 40))
def test_the_days_to_look_at_include_all_that_are_near(near: Nearness, start: int) -> None:
    """Lookbacks of both directions, and the days of change, leave out no day that matters."""
    day = date(2024, 3, 1) + timedelta(days=start)
    others = [day + timedelta(days=n) for n in range(-130, 131)]
    first, last = days_near(near, day, day)
    seen_from, seen_to = days_whose_near(near, day, day)
    changes = set(change_days(near, day.toordinal()))
    was_near = None
    for other in others:
        if are_near_days(near, day, other):
            assert first <= other <= last
        is_seen = are_near_days(near, other, day)
        if is_seen:
            assert seen_from <= other <= seen_to
        if was_near is not None and was_near != is_seen:
            assert other.toordinal() in changes
        was_near = is_seen


@pytest.mark.parametrize("day", [date.min, date.max])
def test_lines_on_the_first_and_last_day_have_an_answer(day: date) -> None:
    """On the first and last day that there is, conditions and lookbacks have an answer."""
    earlier = EarlierLine(codes=frozenset(["90834"]))
    around = DaysAround(days_before=3, months_after=2, same_day=False)
    nears: list[Nearness] = ["day", "month", "overlapping-clock", "any-earlier-day", around]
    whens = [
        When(history=(earlier,)),
        *(When(other_lines=(RelatedLine(codes=earlier.codes, within=near),)) for near in nears),
    ]
    billed = claim(ServiceLine(code="90853", date_from=day))
    for when in whens:
        rule = Coverage(id="p/no", codes=frozenset(["90853"]), when=when, **CITED)
        book = RuleBook.build(PAYER, [rule])
        assert book.queries([billed])
        decided = book.decide(billed, History())
        assert decided.findings == ()
        assert "p/no" not in {gap.rule for gap in decided.not_evaluated}
    for near in nears:
        assert set(change_days(near, day.toordinal()))
