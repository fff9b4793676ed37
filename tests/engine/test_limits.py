"""Frequency limits: windows, unknown history, and lines that earlier stages denied."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from shapes import BILLER, CITED, DAY, PAYER, claim, gaps, limit, line, outcomes, paid

from payer_rules.claims import Provider
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.claim_state import ClaimState
from payer_rules.history import History
from payer_rules.kinds import ModifierRequirement, evaluator_of
from payer_rules.rulebook import RuleBook
from payer_rules.rules import DateRange, Rule

EMPTY = History()
NOTHING_PRESUMED = Assumptions.presuming(frozenset())


def on(*offsets: int) -> tuple[Any, ...]:
    """Return lines of 90853 so many days after the first day."""
    return tuple(line(n + 1, "90853", DAY + timedelta(days=o)) for n, o in enumerate(offsets))


@pytest.mark.parametrize(
    ("offsets", "expected"),
    [
        ((0, 0), ["pay", "pay"]),
        ((0, 2, 6), ["pay", "pay", "deny"]),
        ((0, 2, 7), ["pay", "pay", "pay"]),
        ((7, 2, 0), ["pay", "pay", "pay"]),
        ((6, 0, 3), ["deny", "pay", "pay"]),
        ((0, 1, 2, 8), ["pay", "pay", "deny", "pay"]),
    ],
)
def test_a_rolling_week_looks_both_ways(offsets: tuple[int, ...], expected: list[str]) -> None:
    """Any seven days hold at most two; the later lines are the excess."""
    book = RuleBook.build(PAYER, [limit(2, 7, "90853")])
    assert outcomes(book.decide(claim(*on(*offsets)), EMPTY)) == expected


def test_later_history_counts() -> None:
    """A service paid before counts in the window, even if its date is later."""
    book = RuleBook.build(PAYER, [limit(2, 7, "90853")])
    history = History(
        lines=[paid("90853", DAY + timedelta(days=3)), paid("90853", DAY + timedelta(days=5))]
    )
    assert outcomes(book.decide(claim(*on(0)), history)) == ["deny"]


@pytest.mark.parametrize(
    ("excess", "expected"), [("deny-lines", ["pay", "deny"]), ("deny-all", ["deny", "deny"])]
)
def test_excess_says_which_lines_are_denied(excess: str, expected: list[str]) -> None:
    """Either each line that does not fit is denied, or every line of the window."""
    book = RuleBook.build(PAYER, [limit(1, 1, "90853", excess=excess)])
    assert outcomes(book.decide(claim(*on(0, 0)), EMPTY)) == expected


def test_the_message_counts_and_names_the_window() -> None:
    """The message has the number, the code, the window and the limit."""
    book = RuleBook.build(PAYER, [limit(2, 7, "90853")])
    (finding,) = book.decide(claim(*on(0, 2, 4)), EMPTY).proved_findings
    assert finding.message == "third 90853 in the 7 days 2024-08-13 to 2024-08-19; limit 2"


@pytest.mark.parametrize(
    ("offsets", "before", "change"),
    [
        ((0, 0), None, "remove line 2"),
        ((0, 0, 0), None, "remove line 3"),
        ((0, 2), None, None),
        ((0,), 0, None),
        ((0,), 3, None),
    ],
)
def test_a_code_that_is_twice_on_one_day_of_a_claim_has_a_fix(
    offsets: tuple[int, ...], before: int | None, change: str | None
) -> None:
    """The fix is to remove the line, if that helps; earlier services and other days have none."""
    book = RuleBook.build(PAYER, [limit(1, 7, "90853")])
    earlier = () if before is None else (paid("90853", DAY + timedelta(days=before)),)
    finding = book.decide(claim(*on(*offsets)), History(lines=earlier)).proved_findings[-1]
    assert (finding.cure and finding.cure.change) == change


def test_a_verdict_is_data_without_the_claim() -> None:
    """The same lines on another claim give an equal verdict, which can be hashed."""
    evaluator = evaluator_of(limit(2, 7, "90853"), PAYER)
    verdicts = []
    for name in ("C1", "C2"):
        state = ClaimState(claim(*on(0, 2, 4), id=name), EMPTY, NOTHING_PRESUMED)
        evaluator.evaluate(state, [(line, ()) for line in state.lines])
        verdicts += [verdict for _, verdict in state.verdicts]
    first, second = verdicts
    assert first == second
    assert len({first, second}) == 1


def test_units_count_and_services_are_lines() -> None:
    """A line of two units is two units and one service."""
    two = claim(line(1, "90853", units=2))
    by_units = RuleBook.build(PAYER, [limit(1, 1, "90853")])
    by_services = RuleBook.build(PAYER, [limit(1, 1, "90853", counts="services")])
    assert outcomes(by_units.decide(two, EMPTY)) == ["deny"]
    assert outcomes(by_services.decide(two, EMPTY)) == ["pay"]


def test_a_permission_needs_no_history() -> None:
    """A rule without a limit is kept, with or without a history."""
    book = RuleBook.build(PAYER, [limit("none", 1, "90853")])
    assert outcomes(book.decide(claim(*on(0, 0)))) == ["pay", "pay"]


def test_a_day_broken_in_the_claim_needs_no_history() -> None:
    """Two sessions on one claim exceed a daily limit without any history; the first is open."""
    decision = RuleBook.build(PAYER, [limit(1, 1, "90853")]).decide(claim(*on(0, 0)))
    assert outcomes(decision) == ["unknown", "deny"]
    assert gaps(decision) == {("p/limit", "history", "history")}
    assert decision.not_evaluated[0].lines == (1,)


def test_a_week_broken_in_the_claim_needs_no_history() -> None:
    """History that a shorter limit misses does not prevent a finding of a longer one."""
    rules = [limit(1, 1, "90853", name="day"), limit(2, 7, "90853", name="week")]
    decision = RuleBook.build(PAYER, rules).decide(claim(*on(0, 2, 4)))
    assert [(f.rule, f.lines) for f in decision.proved_findings] == [("p/week", (3,))]
    assert outcomes(decision) == ["unknown", "unknown", "deny"]


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        (History(), ["pay"]),
        (History(covers_from=DAY), ["pay"]),
        (History(covers_from=DAY + timedelta(days=1)), ["unknown"]),
        (History(covers_billing=BILLER.npi), ["unknown"]),
        (History(lines=[paid("90853", DAY, status="pending")]), ["unknown"]),
        (History(lines=[paid("90853", DAY, status=None)]), ["unknown"]),
        (History(lines=[paid("90853", DAY, status="denied")]), ["pay"]),
        (History(lines=[paid("90853", DAY)]), ["deny"]),
        (History(lines=[paid("90853", DAY, paid_units=0)]), ["pay"]),
    ],
)
def test_history_is_known_so_far(history: History, expected: list[str]) -> None:
    """A complete history decides, a partial or pending one leaves open, and paid lines count."""
    book = RuleBook.build(PAYER, [limit(1, 1, "90853")])
    assert outcomes(book.decide(claim(*on(0)), history)) == expected


def test_a_clinics_own_history_answers_its_own_limit() -> None:
    """The history of one billing provider is complete for a limit on billing providers."""
    book = RuleBook.build(PAYER, [limit(1, 1, "90853", scope="billing")])
    assert outcomes(book.decide(claim(*on(0)), History(covers_billing=BILLER.npi))) == ["pay"]


def test_other_providers_count_by_scope() -> None:
    """A session with another provider counts for the member, not for a limit on one provider."""
    other = Provider(npi="1999999992")
    lines = (*on(0), line(2, "90853", rendering_provider=other))
    for scope, expected in (("member", ["pay", "deny"]), ("rendering", ["pay", "pay"])):
        book = RuleBook.build(PAYER, [limit(1, 1, "90853", scope=scope)])
        assert outcomes(book.decide(claim(*lines), EMPTY)) == expected


def test_pools_count_together_or_each_code() -> None:
    """Two codes share one limit, or have one limit each."""
    lines = (line(1, "90853"), line(2, "90834"))
    for pool, expected in (("together", ["pay", "deny"]), ("per-code", ["pay", "pay"])):
        book = RuleBook.build(PAYER, [limit(1, 1, "90853", "90834", pool=pool)])
        assert outcomes(book.decide(claim(*lines), EMPTY)) == expected


def test_a_denied_line_uses_up_no_limit() -> None:
    """A line denied by an earlier stage does not count, unless the rule sees billed lines."""
    needs: Rule = ModifierRequirement(
        id="p/needs", codes=frozenset(["90853"]), any_of=frozenset(["HQ"]), **CITED
    )
    lines = (line(1, "90853"), line(2, "90853", DAY, "HQ"))
    for sees, rules in (("payable", {"p/needs", "p/limit"}), ("billed", {"p/needs", "p/limit"})):
        book = RuleBook.build(PAYER, [needs, limit(1, 1, "90853", sees=sees)])
        decision = book.decide(claim(*lines), EMPTY)
        assert {f.rule for f in decision.proved_findings} == rules
        denied = [f.lines for f in decision.proved_findings if f.rule == "p/limit"]
        assert denied == ([(1,)] if sees == "payable" else [(2,)])


def test_outside_its_verified_dates_a_rule_is_not_evaluated() -> None:
    """Outside its verified dates a rule is not evaluated, unless its text is assumed to hold."""
    rule = limit(1, 1, "90853", verified=DateRange(date(2023, 1, 1), date(2023, 12, 31)))
    two = claim(*on(0, 0))
    open_ = RuleBook.build(PAYER, [rule]).decide(two, EMPTY)
    assert outcomes(open_) == ["unknown", "unknown"]
    assert gaps(open_) == {("p/limit", "edition", "edition")}
    assumed = RuleBook.build(PAYER, [rule], assume=["edition"]).decide(two, EMPTY)
    assert outcomes(assumed) == ["pay", "deny"]
    assert [(e.rule, e.lines) for e in assumed.assumed] == [("p/limit", (1, 2))]


def test_before_it_is_in_force_a_rule_does_not_speak() -> None:
    """On a date on which no rule is in force a line is as if there were none."""
    rule = limit(1, 1, "90853", in_force=DateRange(date(2025, 1, 1)))
    decision = RuleBook.build(PAYER, [rule]).decide(claim(*on(0)), EMPTY)
    assert gaps(decision) == set()
    assert decision.lines[0].judged_by == ()


def test_known_on_leaves_out_what_was_not_published() -> None:
    """A rule published later is not in the book of an earlier day, which notes the assumption."""
    late = limit(1, 1, "90853", known=DateRange(date(2024, 9, 1)))
    early = limit(1, 1, "90853", name="early")
    book = RuleBook.build(PAYER, [late, early], known_on=date(2024, 8, 20))
    assert [rule.id for rule in book.rules] == ["p/early"]
    assert "p/early" in book.decide(claim(*on(0)), EMPTY).notes[0]


def test_incomplete_hooks_leave_every_line_open() -> None:
    """If a hook failed to give all rules, every line is open, and no assumption closes it."""
    book = RuleBook.build(PAYER, [limit(1, 1, "90853")], incomplete=["x: hook"])
    decision = book.decide(claim(*on(0)), EMPTY)
    assert gaps(decision) == {(None, "fault", "x: hook")}
    assert outcomes(decision) == ["unknown"]
