"""Relations between lines, compared with a search of all pairs that shares no code with them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from related_shapes import (
    CLOCKS,
    PAYERS,
    claims_with_history,
    completions,
    criteria,
    days_around,
    known_history,
    minutes,
    others_that_meet,
    words,
)
from shapes import BILLER, CITED, DAY, PAYER, claim, line, outcomes, paid

from payer_rules.claims import Claim, Member, ServiceLine
from payer_rules.errors import InvalidValueError
from payer_rules.history import History, HistoryLine
from payer_rules.kinds import AddOnCode, Coverage, LineRelation
from payer_rules.rulebook import RuleBook
from payer_rules.rulebook.next_payable import PAID
from payer_rules.rules import DaysAround, Nearness, Payer, RelatedLine, Rule, When

GROUP, INDIVIDUAL = frozenset(["90853"]), frozenset(["90834"])
#: Lines of one modifier are denied by a rule of their own, before relations are evaluated.
DENIED = Coverage(id="p/no", codes=INDIVIDUAL, when=When(modifier=frozenset(["59"])), **CITED)
SEVERITY = ("pay", "review", "deny")

related = st.builds(
    lambda values, near: RelatedLine(**values, within=near), criteria, words | days_around()
)


def relation(**fields: Any) -> LineRelation:
    """A relation of 90853 to another line."""
    return LineRelation(id="p/related", codes=GROUP, **{**CITED, **fields})


def is_later(line: ServiceLine, other: ServiceLine) -> bool:
    """Return True if the other line is of another claim and a later day."""
    return isinstance(other, HistoryLine) and other.date_from > line.date_from


def looks_ahead(near: object) -> bool:
    """Return True if a line of a later day may be near."""
    if isinstance(near, DaysAround):
        return bool(near.days_after or near.months_after)
    return near == "month"


def is_payable(other: ServiceLine) -> bool:
    """Return True if no rule of its own denies the other line."""
    return isinstance(other, HistoryLine) or "59" not in other.modifiers


def excluded(
    asked: RelatedLine, payer: Payer, billed: Claim, earlier: list[HistoryLine], line: ServiceLine
) -> str:
    """Return the outcome of a line by an exclusion, by a look at every pair of lines."""
    if line.code not in GROUP:
        if "59" in line.modifiers:
            return "deny"
        # NOTE: the line of the claim is the other line of one that was paid.
        subjects = [
            HistoryLine.of(billed, line, status="paid"),
        ]
        paid_before = [other for other in earlier if other.code in GROUP]
        return (
            "review"
            if any(
                others_that_meet(asked, asked.within, payer, _as_claim(subject), subjects, subject)
                for subject in paid_before
                if subject.status == "paid"
            )
            else "pay"
        )
    others = others_that_meet(asked, asked.within, payer, billed, earlier, line)
    counted = [other for other in others if is_payable(other)]
    if not counted:
        return "pay"
    return "review" if all(is_later(line, other) for other in counted) else "deny"


def _as_claim(subject: HistoryLine) -> Claim:
    """Return the claim that the earlier line was of, without its line."""
    alone = ServiceLine(number=9, code="90791", date_from=subject.date_from)
    assert subject.billing_provider is not None
    return claim(
        attrs.evolve(alone, rendering_provider=subject.rendering_provider),
        billing_provider=subject.billing_provider,
        member=Member(id=subject.member),
    )


def required(
    asked: RelatedLine, payer: Payer, billed: Claim, earlier: list[HistoryLine], line: ServiceLine
) -> str:
    """Return the outcome of a line by a requirement, by a look at every pair of lines."""
    if line.code not in GROUP:
        return "deny" if "59" in line.modifiers else "pay"
    others = others_that_meet(asked, asked.within, payer, billed, earlier, line)
    if any(is_payable(other) for other in others):
        return "pay"
    return "review" if looks_ahead(asked.within) else "deny"


@settings(max_examples=examples(400, times=20))
@given(
    claims_with_history(codes=("90834", "90853")), related, st.sampled_from(PAYERS), st.booleans()
)
def test_a_relation_is_that_of_every_pair_and_completion(
    case: tuple[Claim, list[HistoryLine]], asked: RelatedLine, payer: Payer, requires: bool
) -> None:
    """A line is denied if the pairs say so, whoever the unknown providers are, else it is open."""
    billed, earlier = case
    rule = relation(**{"requires" if requires else "excluded_by": asked})
    book, history = RuleBook.build(payer, [rule, DENIED]), known_history(billed, earlier)
    knows_all = asked.scope != "another-member" or history.covers_rendering is not None
    decided = outcomes(book.decide(billed, history))
    assert decided == outcomes(book.decide(billed, history.select(book.queries([billed]))))
    oracle = required if requires else excluded
    for item, outcome in zip(billed.lines, decided, strict=True):
        answers = {oracle(asked, payer, billed, known, item) for known in completions(earlier)}
        assert outcome == "unknown" or {outcome} == answers
        if knows_all and next(completions(earlier)) == earlier:
            assert {outcome} == answers


@settings(max_examples=examples(100))
@given(claims_with_history(codes=("90834", "90853")), related, st.sampled_from(PAYERS))
def test_an_add_on_code_near_its_primary_is_a_line_that_requires_another(
    case: tuple[Claim, list[HistoryLine]], asked: RelatedLine, payer: Payer
) -> None:
    """An add-on code and a relation that say the same have the same outcomes."""
    asked = attrs.evolve(asked, modifier=None, scope="rendering")
    add_on = AddOnCode(
        id="p/add-on",
        codes=GROUP,
        primaries=asked.codes,
        scope="rendering",
        within=asked.within,
        **CITED,
    )
    billed, earlier = case
    books = [RuleBook.build(payer, [rule, DENIED]) for rule in (add_on, relation(requires=asked))]
    one, other = (outcomes(book.decide(billed, History(lines=earlier))) for book in books)
    assert one == other


def rules_about(asked: RelatedLine) -> list[Rule]:
    """The relations and the condition that ask for another line."""
    return [
        relation(requires=asked),
        relation(excluded_by=asked),
        Coverage(id="p/near", codes=GROUP, when=When(other_lines=(asked,)), **CITED),
    ]


@settings(max_examples=examples(60))
@given(claims_with_history(codes=("90834", "90853")), related, st.integers(0, 2))
def test_the_next_date_of_a_related_line_is_that_of_a_look_at_every_day(
    case: tuple[Claim, list[HistoryLine]], asked: RelatedLine, which: int
) -> None:
    """The first day on which a line would be paid is that of decisions on every day."""
    billed, earlier = case
    book = RuleBook.build(PAYER, [rules_about(asked)[which]])
    history = known_history(billed, earlier)
    first, last = DAY - timedelta(days=8), DAY + timedelta(days=12)
    found = book.next_payable(billed, history, line=1, first=first, last=last).day
    day = first
    while day <= last:
        moved = [attrs.evolve(billed.lines[0], date_from=day, date_to=day), *billed.lines[1:]]
        decided = book.decide(attrs.evolve(billed, lines=moved), history)
        if next(item.expected for item in decided.lines if item.line == 1) in PAID:
            break
        day += timedelta(days=1)
    assert found == (day if day <= last else None)


@pytest.mark.parametrize(
    ("days", "subject", "other"),
    [
        (-4, "pay", "pay"),
        (-3, "pay", "review"),
        (-1, "pay", "review"),
        (0, "deny", "review"),
        (1, "review", "pay"),
        (3, "review", "pay"),
        (4, "pay", "pay"),
    ],
)
def test_a_line_that_looks_ahead_is_for_review(days: int, subject: str, other: str) -> None:
    """A later line of another claim excludes the line for review, and so does one paid before."""
    near = DaysAround(days_after=3)
    book = RuleBook.build(PAYER, [relation(excluded_by=RelatedLine(codes=INDIVIDUAL, within=near))])
    day = DAY + timedelta(days=days)
    history = History(lines=[paid("90834", day)])
    assert outcomes(book.decide(claim(line(1, "90853")), history)) == [subject]
    history = History(lines=[paid("90853", day)])
    assert outcomes(book.decide(claim(line(1, "90834")), history)) == [other]


@pytest.mark.parametrize(
    ("near", "first"),
    [
        ("day", 9),
        ("month", 0),
        (DaysAround(days_after=3), 6),
        (DaysAround(days_before=2, same_day=False), 10),
        (DaysAround(days_after=2, days_before=1, same_day=False), 7),
    ],
)
def test_the_next_date_of_a_line_that_requires_another(near: Nearness, first: int) -> None:
    """A line that requires another is paid from the first day on that is near it."""
    book = RuleBook.build(PAYER, [relation(requires=RelatedLine(codes=INDIVIDUAL, within=near))])
    billed = claim(line(1, "90853"), line(2, "90834", DAY + timedelta(days=9)))
    found = book.next_payable(billed, History(), line=1, first=DAY, last=DAY + timedelta(days=30))
    assert found.day == DAY + timedelta(days=first)


def test_an_add_on_code_may_have_its_primary_on_another_day() -> None:
    """With a window, the primary code of another day carries the add-on code."""
    add_on = AddOnCode(
        id="p/add-on", codes=GROUP, primaries=INDIVIDUAL, within=DaysAround(days_before=3), **CITED
    )
    book = RuleBook.build(PAYER, [add_on])
    for days, outcome in ((0, "pay"), (3, "pay"), (4, "deny"), (-1, "deny")):
        history = History(lines=[paid("90834", DAY - timedelta(days=days))])
        assert outcomes(book.decide(claim(line(1, "90853")), history)) == [outcome]


def test_a_missing_session_time_leaves_an_overlap_open() -> None:
    """Without the times of a session it is not known whether it overlaps another."""
    rule = relation(excluded_by=RelatedLine(codes=INDIVIDUAL, within="overlapping-clock"))
    decided = RuleBook.build(PAYER, [rule]).decide(
        claim(line(1, "90853"), line(2, "90834")), History()
    )
    assert {(gap.reason, gap.missing) for gap in decided.not_evaluated} == {
        ("record", "session.start")
    }
    assert [item.expected for item in decided.lines] == ["pay", "pay"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "neither of excluded_by and requires is stated"),
        (
            {"excluded_by": RelatedLine(codes=GROUP), "requires": RelatedLine(codes=GROUP)},
            "both of excluded_by and requires is stated",
        ),
        ({"excluded_by": RelatedLine(codes=GROUP)}, "two lines of 90853 would exclude each other"),
    ],
)
def test_a_relation_that_cannot_be_meant_is_refused(fields: dict[str, Any], message: str) -> None:
    """A relation names one other line, and no two lines that each exclude the other."""
    with pytest.raises(InvalidValueError, match=message):
        relation(**fields)


#: One clinician sees one member at a time.
ALONE = LineRelation(
    id="p/alone",
    codes=INDIVIDUAL,
    excluded_by=RelatedLine(codes=INDIVIDUAL, within="overlapping-clock", scope="another-member"),
    **CITED,
)


@settings(max_examples=examples(300, times=5))
@given(claims_with_history())
def test_a_clinician_sees_one_member_at_a_time(case: tuple[Claim, list[HistoryLine]]) -> None:
    """A session is denied if one of another member with the same clinician shares a minute."""
    billed, earlier = case
    book, history = RuleBook.build(PAYER, [ALONE]), known_history(billed, earlier)
    decided = outcomes(book.decide(billed, history))
    for item, outcome in zip(billed.lines, decided, strict=True):
        answers = {_is_elsewhere(billed, known, item) for known in completions(earlier)}
        possible = {"deny" if answer else "pay" for answer in answers}
        assert outcome == "unknown" or {outcome} == possible
        if history.covers_rendering is not None and len(possible) == 1:
            assert {outcome} == possible


def _is_elsewhere(billed: Claim, earlier: list[HistoryLine], line: ServiceLine) -> bool:
    """Return True if the clinician of the line saw another member in one of its minutes."""
    assert line.rendering_provider is not None
    return line.code in INDIVIDUAL and any(
        other.member != billed.member.id
        and other.status != "denied"
        and other.rendering_provider is not None
        and other.rendering_provider.npi == line.rendering_provider.npi
        and not minutes(line).isdisjoint(minutes(other))
        for other in earlier
        if other.code in INDIVIDUAL
    )


def test_sessions_of_other_members_that_are_not_known_leave_the_answer_open() -> None:
    """Without the clinician's other members a session is open, and expected to be paid."""
    times = CLOCKS[0]
    billed = claim(line(1, "90834", session=times))
    book = RuleBook.build(PAYER, [ALONE])
    seen = attrs.evolve(paid("90834", DAY, session=times), member="N")
    open_ = book.decide(billed, History())
    assert {(gap.reason, gap.missing) for gap in open_.not_evaluated} == {("history", "history")}
    assert [item.expected for item in open_.lines] == ["pay"]
    found = book.decide(billed, History(lines=[seen]))
    (finding,) = found.proved_findings
    assert "not paid with 90834 on 2024-08-15 (claim H1 of another member)" in finding.message
    untimed = attrs.evolve(seen, session=None)
    open_ = book.decide(billed, History(lines=[untimed], covers_rendering=BILLER.npi))
    assert {gap.missing for gap in open_.not_evaluated} == {"history.session.start"}
    assert [item.expected for item in open_.lines] == ["pay"]
    own = History(lines=[attrs.evolve(seen, member="M")], covers_rendering=BILLER.npi)
    assert outcomes(book.decide(billed, own)) == ["pay"]


def test_who_rendered_an_earlier_line_decides_whether_it_is_of_another() -> None:
    """An earlier line of a provider who is not known may be of another one, or of the same."""
    other = RelatedLine(codes=INDIVIDUAL, scope="another-rendering")
    book = RuleBook.build(PAYER, [relation(excluded_by=other)])
    seen = attrs.evolve(paid("90834", DAY), rendering_provider=None)
    decided = book.decide(claim(line(1, "90853")), History(lines=[seen]))
    assert outcomes(decided) == ["unknown"]
    assert {gap.missing for gap in decided.not_evaluated} == {"history.rendering_provider"}


@pytest.mark.parametrize("key", ["excluded_by", "requires"])
@pytest.mark.parametrize("near", ["day", "overlapping-clock"])
@pytest.mark.parametrize("member", ["M", "N"])
def test_lines_of_another_member_are_queried(key: str, near: Nearness, member: str) -> None:
    """A relation finds a line of another member, alone on its day, in the history it asks for."""
    asked = RelatedLine(codes=INDIVIDUAL, within=near, scope="another-member")
    book = RuleBook.build(PAYER, [relation(**{key: asked})])
    billed = claim(line(1, "90853", session=CLOCKS[0]))
    seen = attrs.evolve(paid("90834", DAY, session=CLOCKS[0]), member=member)
    history = History(lines=[seen], covers_rendering=BILLER.npi)
    is_found = member == "N"
    expected = ["pay" if is_found is (key == "requires") else "deny"]
    assert outcomes(book.decide(billed, history)) == expected
    assert outcomes(book.decide(billed, history.select(book.queries([billed])))) == expected


def test_a_line_may_require_one_of_another_member() -> None:
    """A session is a group if another member was in it, of the same clinician."""
    asked = RelatedLine(codes=GROUP, within="overlapping-clock", scope="another-member")
    book = RuleBook.build(PAYER, [relation(requires=asked)])
    billed = claim(line(1, "90853", session=CLOCKS[0]))
    for earlier, outcome in (("N", "pay"), ("M", "deny")):
        seen = attrs.evolve(paid("90853", DAY, session=CLOCKS[0]), member=earlier)
        history = History(lines=[seen], covers_rendering=BILLER.npi)
        assert outcomes(book.decide(billed, history)) == [outcome]
