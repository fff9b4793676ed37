"""Add-on codes: what a primary is, and how the fate of a primary is that of its add-on codes."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from shapes import CITED, DAY, PAYER, claim, gaps, limit, line, outcomes, paid

from payer_rules.claims import Provider
from payer_rules.errors import InvalidValueError
from payer_rules.history import History
from payer_rules.kinds import AddOnCode, Coverage, ModifierRequirement, SameDayCombination
from payer_rules.rulebook import RuleBook

EMPTY = History()
OTHER = Provider(npi="1234567802")


def add_on(code: str, *primaries: str, name: str = "add-on", **fields: Any) -> AddOnCode:
    """A code that needs one of the primaries."""
    about: dict[str, Any] = {**CITED, **fields}
    return AddOnCode(
        id=f"p/{name}", codes=frozenset([code]), primaries=frozenset(primaries), **about
    )


def denied(code: str) -> Coverage:
    """A code that is not paid."""
    return Coverage(id=f"p/no-{code}", codes=frozenset([code]), **CITED)


INTERACTIVE = add_on("90785", "90853", "90834")


@pytest.mark.parametrize(
    ("primary", "expected"),
    [
        (line(2, "90853"), "pay"),
        (line(2, "90847"), "deny"),
        (line(2, "90853", DAY + timedelta(days=1)), "deny"),
        (line(2, "90853", rendering_provider=OTHER), "deny"),
    ],
)
def test_a_primary_stands_on_the_same_day_by_the_same_provider(primary: Any, expected: str) -> None:
    """What is another code, another day or another provider is no primary."""
    book = RuleBook.build(PAYER, [INTERACTIVE])
    assert outcomes(book.decide(claim(line(1, "90785"), primary), EMPTY))[0] == expected


@pytest.mark.parametrize(
    ("code", "primaries", "example"),
    [
        ("90785", ("90791", "90832", "90834", "99202", "99213"), "90834"),
        ("90833", ("98000", "99202", "99203", "99211", "99213"), "99213"),
        ("96121", ("90785", "96115", "96116", "96117", "99202"), "96115"),
        ("90833", ("98000", "99202", "99203", "99204", "99205"), "98000"),
    ],
)
def test_a_cure_names_a_usual_primary_of_the_section_of_the_add_on_code(
    code: str, primaries: tuple[str, ...], example: str
) -> None:
    """Who may bill the add-on code may not bill the first of all primary codes."""
    book = RuleBook.build(PAYER, [add_on(code, *primaries)])
    (finding,) = book.decide(claim(line(1, code)), EMPTY).findings
    assert str(finding.cure) == (
        f"a primary such as {example}, only if the same provider performed it then"
    )


def test_a_cure_names_a_primary_that_the_claim_has_on_another_day() -> None:
    """What the practice bills for the member is likelier than any other code."""
    book = RuleBook.build(PAYER, [add_on("90785", "90791", "90832", "90834", "90837", "99202")])
    later = line(2, "90837", DAY + timedelta(days=1))
    (finding,) = book.decide(claim(line(1, "90785"), later), EMPTY).findings
    assert str(finding.cure).startswith("a primary such as 90837")


def test_a_paid_primary_of_another_claim_will_do() -> None:
    """A primary that was paid before carries the add-on code; a denied one does not."""
    book = RuleBook.build(PAYER, [INTERACTIVE])
    alone = claim(line(1, "90785"))
    assert outcomes(book.decide(alone, History(lines=[paid("90853", DAY)]))) == ["pay"]
    assert outcomes(book.decide(alone, History(lines=[paid("90853", DAY, status="denied")]))) == [
        "deny"
    ]
    pending = book.decide(alone, History(lines=[paid("90853", DAY, status="pending")]))
    assert gaps(pending) == {("p/add-on", "history", "history.status")}


def test_what_denies_the_primary_takes_the_add_on_code_with_it() -> None:
    """By a line rule, by a pair, by a limit, and through an add-on code of an add-on code."""
    by_pair = SameDayCombination(
        id="p/pair", first=frozenset(["90791"]), second=frozenset(["90853"]), indicator=0,
        scope="member", **CITED,
    )  # fmt: skip
    chain = [add_on("99415", "99205", name="first"), add_on("99416", "99415", name="second")]
    for rules, lines in (
        ([INTERACTIVE, denied("90853")], [line(1, "90785"), line(2, "90853")]),
        ([INTERACTIVE, by_pair], [line(1, "90785"), line(2, "90853"), line(3, "90791")]),
        ([INTERACTIVE, limit(0, 1, "90853")], [line(1, "90785"), line(2, "90853")]),
        ([*chain, denied("99205")], [line(1, "99416"), line(2, "99415"), line(3, "99205")]),
    ):
        for order in permutations(rules):
            decision = RuleBook.build(PAYER, order).decide(claim(*lines), EMPTY)
            assert outcomes(decision)[:2] == ["deny", "deny"]


def test_a_denied_add_on_code_opens_no_limit_again() -> None:
    """A line that a limit counted stays counted if the cascade denies it afterwards."""
    rules = [INTERACTIVE, limit(0, 1, "90853"), limit(1, 7, "90785", "90834", name="week")]
    lines = [line(1, "90785"), line(2, "90853"), line(3, "90834", DAY + timedelta(days=1))]
    decision = RuleBook.build(PAYER, rules).decide(claim(*lines), EMPTY)
    assert outcomes(decision) == ["deny", "deny", "deny"]


def test_a_doubt_of_the_primary_is_the_add_on_codes_too() -> None:
    """The original missing fact is listed for the add-on rule; a finding of the record has no effect."""
    video = ModifierRequirement(
        id="p/gt", codes=frozenset(["90853"]), none_of=frozenset(["XX"]),
        any_of=frozenset(["GT"]), **CITED,
    )  # fmt: skip
    for_record = Coverage(id="p/record", codes=frozenset(["90853"]), detected_in="record", **CITED)
    lines = [line(1, "90785"), line(2, "90853")]
    limited = RuleBook.build(PAYER, [INTERACTIVE, limit(1, 1, "90853")]).decide(claim(*lines))
    assert ("p/add-on", "history", "history") in gaps(limited)
    recouped = RuleBook.build(PAYER, [INTERACTIVE, for_record]).decide(claim(*lines), EMPTY)
    assert outcomes(recouped) == ["pay", "deny"]
    assert outcomes(RuleBook.build(PAYER, [INTERACTIVE, video]).decide(claim(*lines), EMPTY)) == [
        "deny",
        "deny",
    ]


def test_a_list_that_is_not_complete_leaves_other_codes_open() -> None:
    """With another code on the day the contractor may accept it; alone there is none to accept."""
    book = RuleBook.build(PAYER, [add_on("90785", exhaustive=False)])
    beside = book.decide(claim(line(1, "90785"), line(2, "90847")), EMPTY)
    assert ("p/add-on", "table", "the primary codes of 90785") in gaps(beside)
    assert outcomes(book.decide(claim(line(1, "90785")), EMPTY)) == ["deny"]
    listed = RuleBook.build(PAYER, [add_on("90785", "90853", exhaustive=False)])
    assert outcomes(listed.decide(claim(line(1, "90785"), line(2, "90853")), EMPTY))[0] == "pay"


def test_an_add_on_rule_that_cannot_hold_is_refused() -> None:
    """A complete list names a primary, and no code is its own primary."""
    for primaries in ((), ("90785",)):
        with pytest.raises(InvalidValueError, match="primar"):
            add_on("90785", *primaries)
