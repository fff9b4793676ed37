"""Laws of frequency limits over all windows, measures, scopes and kinds of excess."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

import attrs
from examples import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from limit_oracle import windows
from limit_shapes import situations
from shapes import CODES, PAYER, claims, histories, rule_sets

from payer_rules.checking import check_claims
from payer_rules.claims import Claim
from payer_rules.decisions import Decision
from payer_rules.history import History, HistoryLine
from payer_rules.kinds import Coverage, FrequencyLimit, PaymentTiers
from payer_rules.readers import FiledClaim
from payer_rules.rulebook import RuleBook
from payer_rules.rules import EarlierLine, OtherLine, Rule, When

Situation: TypeAlias = tuple[FrequencyLimit, Claim, list[HistoryLine]]


def complete(claim: Claim, lines: Iterable[HistoryLine]) -> History:
    """Return the lines as the complete history of the member and the rendering provider."""
    npis = {claim.rendering_provider(line).npi for line in claim.lines}
    return History(lines=lines, covers_rendering=npis.pop() if len(npis) == 1 else None)


def filed(claim: Claim, history: History) -> FiledClaim:
    """Return the claim as read from a file."""
    return FiledClaim(claim, history, "claims.toml", 1)


def findings_by_line(decision: Decision) -> dict[int, tuple[str, Decimal | None]]:
    """Return the findings on each line."""
    return {
        finding.lines[0]: (finding.outcome, finding.pays) for finding in decision.proved_findings
    }


@given(situations(), st.randoms())
def test_order_changes_nothing(situation: Situation, random: Any) -> None:
    """The order of the lines, of the claim and of the history, changes no decision."""
    rule, claim, lines = situation
    book = RuleBook.build(PAYER, [rule])
    decided = book.decide(claim, complete(claim, lines))
    shuffled = list(claim.lines)
    random.shuffle(shuffled)
    random.shuffle(lines)
    again = attrs.evolve(claim, lines=shuffled)
    assert book.decide(again, complete(again, lines)) == decided


@given(situations())
def test_a_void_undoes(situation: Situation) -> None:
    """After a claim and its void, the next decision is as if neither had been sent."""
    rule, claim, lines = situation
    book = RuleBook.build(PAYER, [rule])
    first = attrs.evolve(claim, id="A")
    void = attrs.evolve(first, id="B", frequency_code="8", replaces="A")
    known_lines = complete(claim, lines)
    run = [filed(sent, known_lines) for sent in (first, void, attrs.evolve(claim, id="C"))]
    *_, after = check_claims(run, book)
    assert after == book.decide(attrs.evolve(claim, id="C"), known_lines)


@given(situations())
def test_a_replacement_undoes_what_it_replaces(situation: Situation) -> None:
    """A claim that replaces an equal one gets the same decision: no line counts twice."""
    rule, claim, lines = situation
    book = RuleBook.build(PAYER, [rule])
    first = attrs.evolve(claim, id="A")
    second = attrs.evolve(first, id="B", frequency_code="7", replaces="A")
    known_lines = complete(claim, lines)
    one, two = check_claims([filed(first, known_lines), filed(second, known_lines)], book)
    assert findings_by_line(one) == findings_by_line(two)
    assert [entry.missing for entry in one.not_evaluated] == [
        entry.missing for entry in two.not_evaluated
    ]


@given(situations(), st.integers(1, 3))
def test_a_limit_raised_denies_no_more(situation: Situation, more: int) -> None:
    """With lines of one unit each, a higher limit never leaves more lines unpaid."""
    rule, claim, lines = situation
    assume(not isinstance(rule.excess, PaymentTiers))
    one: dict[str, Any] = {"units": Decimal(1), "minutes": 30}
    # NOTE: where days are counted, a line of four days counts four.
    singly = [attrs.evolve(line, date_to=line.date_from, **one) for line in claim.lines]
    claim = attrs.evolve(claim, lines=singly)
    history = complete(claim, [attrs.evolve(line, **one) for line in lines])
    raised = attrs.evolve(rule, limit=Decimal(rule.limit) + more)
    before = RuleBook.build(PAYER, [rule]).decide(claim, history)
    after = RuleBook.build(PAYER, [raised]).decide(claim, history)
    assert len(findings_by_line(after)) <= len(findings_by_line(before))


@given(situations(), st.integers(-800, 800))
def test_a_line_outside_every_window_changes_nothing(situation: Situation, days: int) -> None:
    """An earlier line that shares no window with the claim changes no decision."""
    rule, claim, lines = situation
    shape = rule.window.shape
    # NOTE: any other service may open or close a course.
    assume(lines and shape not in ("line", "lifetime", "course"))
    day = lines[0].date_from + timedelta(days=days)
    far = attrs.evolve(lines[0], claim="FAR", date_from=day, date_to=day)
    for line in claim.lines:
        day = line.date_from
        while day <= line.date_to:
            if shape == "anchored":
                # NOTE: a service long ago moves every anchored window after it.
                assume(far.date_from > line.date_to + timedelta(days=rule.window.number or 0))
            else:
                near = windows(rule.window, claim, day)
                assume(not any(first <= far.date_from <= last for first, last in near))
            day += timedelta(days=1)
    book = RuleBook.build(PAYER, [rule])
    with_far = book.decide(claim, complete(claim, [*lines, far]))
    assert with_far == book.decide(claim, complete(claim, lines))


def carried(rule: FrequencyLimit, claim: Claim, decision: Decision) -> list[HistoryLine]:
    """Return the lines of the claim as a later run finds them in a history."""
    parts = {
        f.lines[0]: f.pays for f in decision.proved_findings if f.pays and rule.excess == "reduce"
    }
    unpaid = {line.line for line in decision.lines if line.outcome in ("deny", "return")}
    doubted = {number for entry in decision.not_evaluated for number in entry.lines}
    if isinstance(rule.excess, PaymentTiers):
        doubted = set()
    return [
        HistoryLine(
            **{
                **attrs.asdict(line, recurse=False),
                "rendering_provider": claim.rendering_provider(line),
            },
            claim=claim.id,
            member=claim.member.id,
            billing_provider=claim.billing_provider,
            status="denied"
            if line.number in unpaid
            else "pending"
            if line.number in doubted
            else "paid",
            paid_units=round(line.units * parts[line.number], 6) if line.number in parts else None,
            paid_minutes=round(line.minutes * parts[line.number])
            if line.number in parts and line.minutes
            else None,
        )
        for line in claim.lines
    ]


@given(situations(), situations())
def test_two_runs_with_what_was_paid_are_one_run(one: Situation, two: Situation) -> None:
    """Two runs, the first one's payments carried over, give the answers of one run."""
    rule, claim, lines = one
    first = attrs.evolve(claim, id="A", received=date(2025, 1, 1))
    second = attrs.evolve(
        claim, id="B", received=date(2025, 1, 2), lines=two[1].lines, episode_start=None
    )
    second = attrs.evolve(second, episode_start=first.episode_start)
    book = RuleBook.build(PAYER, [rule])
    history = complete(first, lines)
    _, together = check_claims([filed(second, history), filed(first, history)][::-1], book)
    alone = book.decide(first, history)
    later = attrs.evolve(history, lines=[*lines, *carried(rule, first, alone)])
    assert together == book.decide(second, later)


def _looking_back() -> list[Rule]:
    """Return rules whose conditions depend on other lines."""
    from shapes import CITED

    group, individual = frozenset(["90853"]), frozenset(["90834"])
    after = When(history=(EarlierLine(codes=individual, within_days=5),))
    return [
        Coverage(id="p/after", codes=group, exceptions=(after,), outcome="deny", **CITED),
        Coverage(
            id="p/beside",
            codes=individual,
            when=When(same_day=OtherLine(codes=group)),
            outcome="review",
            **CITED,
        ),
    ]


@settings(max_examples=examples(200))
@given(situations(), claims(), rule_sets(), histories, st.data())
def test_the_lines_asked_for_decide_as_all_lines_do(
    situation: Situation,
    other: Claim,
    rules: list[Rule],
    more: list[HistoryLine],
    data: st.DataObject,
) -> None:
    """The lines that answer the queries of the book give the same decision as all lines."""
    rule, claim, lines = situation
    back = data.draw(st.sampled_from(_looking_back()))
    limit = (
        attrs.evolve(rule, when=back.when, exceptions=back.exceptions)
        if data.draw(st.booleans())
        else rule
    )
    book = RuleBook.build(PAYER, [limit, back, *(other for other in rules if other.id != limit.id)])
    for asked in (claim, other):
        history = complete(asked, [*lines, *more])
        answer = history.select(book.queries([asked]))
        assert book.decide(asked, answer) == book.decide(asked, history)
    both = history.select(book.queries([claim, other]))
    assert book.decide(other, both) == book.decide(other, history)
    assert set(CODES) >= {line.code for line in both.lines}
