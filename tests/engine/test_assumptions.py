"""What is assumed is assumed while the claim is judged: the answer is that of one world."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any, Final

import pytest
from shapes import BILLER, DAY, PAYER, claim, gaps, limit, line, outcomes, paid

from payer_rules.decisions import Decision
from payer_rules.errors import InvalidValueError
from payer_rules.history import History
from payer_rules.registry import load
from payer_rules.reports.decisions import lines_of
from payer_rules.rulebook import RuleBook
from payer_rules.rules import ASSUMABLE, EditTable, Reason

ALL: Final = frozenset(ASSUMABLE)
LATER: Final = date(2026, 3, 2)


@cache
def medicare(assume: frozenset[Reason] = ALL) -> RuleBook:
    """Medicare's rule book with the bundled extract of 2024 Q3."""
    return load().rulebook("medicare", assume=assume)


def decided(
    codes: str, *, day: date = DAY, assume: Iterable[Reason] = ALL, history: Any = None
) -> Decision:
    """Return Medicare's answer on the codes of one day, on a claim with few other facts."""
    lines = [line(at, item, day) for at, item in enumerate(codes.split(), 1)]
    return medicare(frozenset(assume)).decide(claim(*lines, setting="practitioner"), history)


def denied(decision: Decision) -> set[tuple[str, tuple[int, ...]]]:
    """The rules that deny, each with its lines."""
    return {(f.rule, f.lines) for f in decision.proved_findings if f.outcome == "deny"}


@pytest.mark.parametrize(
    ("codes", "rule", "lines"),
    [
        ("90853 90834", "medicare/ptp", (2,)),
        ("90834 90853", "medicare/ptp", (1,)),
        ("90849 90865", "medicare/ptp", (2,)),
        ("90853 90853", "medicare/mue", (1, 2)),
        ("90785", "medicare/add-on", (1,)),
        ("90845 90832 90785", "medicare/add-on", (3,)),
    ],
)
@pytest.mark.parametrize("day", [DAY, LATER], ids=["in the quarter", "two years later"])
def test_a_pair_is_found_whatever_else_is_not_known(
    codes: str, rule: str, lines: tuple[int, ...], day: date
) -> None:
    """With everything assumed a line that no rule denies is payable, so the edits find theirs."""
    decision = decided(codes, day=day)
    assert (rule, lines) in denied(decision)
    assert decision.outcome == "deny"


def test_a_pending_line_counts_as_paid() -> None:
    """With the history assumed, a line without a known status counts; this is listed."""
    book = RuleBook.build(PAYER, [limit(1, 1, "90853")], assume=["history"])
    for status in (None, "pending"):
        history = History.unknown((paid("90853", DAY, status=status),))
        decision = book.decide(claim(line(1, "90853")), history)
        assert outcomes(decision) == ["deny"]
        missing = {(item.rule, item.missing) for item in decision.assumed}
        assert ("p/limit", "history.status") in missing


def test_the_history_that_is_known_still_counts() -> None:
    """`history` assumes nothing beyond the known lines, and not that these were not paid."""
    book = RuleBook.build(PAYER, [limit(1, 7, "90853")], assume=["history"])
    known = (paid("90853", DAY),)
    for history in (
        History.unknown(known),
        History(lines=known, covers_from=DAY),
        History(lines=known, covers_billing=BILLER.npi),
    ):
        assert outcomes(book.decide(claim(line(1, "90853")), history)) == ["deny"]


def test_a_table_is_not_carried_backward() -> None:
    """Before the first quarter of which there are rows, MUEs stay open and nothing is clean."""
    decision = decided("90853 90853", day=date(2023, 3, 2))
    assert ("medicare/mue", "table", "medicare/practitioner/2023-03-02") in gaps(decision)
    assert decision.outcome == "unknown"


def test_a_code_that_the_carried_table_lacks_stays_open() -> None:
    """No edit is presumed of a code that a carried table does not have."""
    decision = decided("90853 97110", day=LATER)
    assert ("medicare/ptp", "table", "medicare/practitioner/90853+97110") in gaps(decision)
    assert ("medicare/mue", "table", "medicare/practitioner/2026-03-02") not in gaps(decision)
    assert decision.outcome == "unknown"


def test_a_program_without_a_table_is_silent_and_listed() -> None:
    """Without a table of the program, its edits are assumed to find nothing."""
    registry = load()
    rules = registry.collect("wa-medicaid")
    # NOTE: without the rows that travel with the plugin, only the terms of Medicaid's edits remain.
    # A registry refuses to assume tables where none is installed; a rule book does not.
    terms = [edits for edits in rules.terms if not isinstance(edits, EditTable)]
    book = RuleBook.build(registry.payer("wa-medicaid"), rules.rules, terms, assume=["table"])
    lines = [line(1, "90853"), line(2, "90834")]
    decision = book.decide(claim(*lines, setting="practitioner", received=DAY), History())
    assumed = {(item.rule, item.missing) for item in decision.assumed if item.reason == "table"}
    assert ("wa-medicaid/ptp", "medicaid/practitioner") in assumed
    assert ("wa-medicaid/mue", "medicaid/practitioner") in assumed
    assert "table" not in {reason for _, reason, _ in gaps(decision)}


@pytest.mark.parametrize("reason", ["fault", "rules"])
def test_rules_and_problems_cannot_be_assumed(reason: Reason) -> None:
    """A failed plugin, or a line without a rule, is never assumed to be in order."""
    with pytest.raises(InvalidValueError, match=f"'{reason}' cannot be assumed"):
        RuleBook.build(PAYER, [], assume=[reason])


def at_risk(decision: Decision) -> list[tuple[str, int, int]]:
    """Return the rules that put a line at risk, with the line and the other one."""
    return [(risk.rule, risk.line, risk.if_paid) for risk in decision.at_risk]


def test_a_line_that_only_another_can_save_is_at_risk() -> None:
    """If one of two lines is unpaid in any case, the words name the line and the code."""
    decision = decided("90853 90834", assume=())
    assert at_risk(decision) == [("medicare/ptp", 2, 1)]
    assert outcomes(decision) == ["unknown", "unknown"]
    (words,) = [text for text in lines_of(decision) if text.startswith("  line 2:")]
    assert "At risk: deny CO-236 if line 1 is paid: NCCI edit: 90834 bundles into" in words
    assert "should pay" not in words


def test_what_is_found_is_not_at_risk() -> None:
    """A line that is denied for certain, or that nothing bars, is at no risk."""
    whole = medicare(ALL).decide(claim(line(1, "90853"), line(2, "90834"), setting="practitioner"))
    assert at_risk(whole) == []
    assert at_risk(decided("90853", assume=())) == []
    assert at_risk(decided("90834 96127", assume=())) != at_risk(decided("90834", assume=()))


def test_an_earlier_line_in_doubt_puts_no_line_at_risk() -> None:
    """A pending line of another claim may simply not be paid: then both lines are."""
    history = History(lines=[paid("90853", DAY, status="pending")])
    assert at_risk(decided("90834", assume=(), history=history)) == []
