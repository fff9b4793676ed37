"""Same-day combinations and modifier requirements of a payer's own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
import pytest
from shapes import CITED, DAY, PAYER, claim, line, outcomes, paid

from payer_rules.claims import Claim, Provider
from payer_rules.errors import InvalidValueError
from payer_rules.history import History
from payer_rules.kinds import ModifierRequirement, SameDayCombination
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Rule, Window

EMPTY = History()


def pair(**fields: Any) -> SameDayCombination:
    """90847 is paid and 90834 is not, without 59 on the second."""
    about: dict[str, Any] = {
        "first": frozenset(["90847"]), "second": frozenset(["90834"]), "indicator": 1,
        "bypass": frozenset(["59"]), "scope": "provider", **CITED, **fields,
    }  # fmt: skip
    return SameDayCombination(id="p/pair", **about)


def both(first: tuple[str, ...] = (), second: tuple[str, ...] = (), **fields: Any) -> Claim:
    """Both codes on one day."""
    return claim(line(1, "90847", DAY, *first), line(2, "90834", DAY, *second), **fields)


@pytest.mark.parametrize(
    ("rule", "first", "second", "expected"),
    [
        (pair(), (), (), "deny"),
        (pair(), (), ("59",), "pay"),
        (pair(), ("59",), (), "deny"),
        (pair(bypass_on="first"), ("59",), (), "pay"),
        (pair(bypass_on="first"), (), ("59",), "deny"),
        (pair(bypass_on="either"), ("59",), (), "pay"),
        (pair(either_since=DAY), ("59",), (), "pay"),
        (pair(either_since=DAY + timedelta(days=1)), ("59",), (), "deny"),
        (pair(indicator=0, bypass=frozenset()), (), ("59",), "deny"),
        (pair(indicator=9), (), (), "pay"),
    ],
)
def test_indicator_and_line(
    rule: Rule, first: tuple[str, ...], second: tuple[str, ...], expected: str
) -> None:
    """The indicator decides whether a modifier bypasses, and the rule on which line."""
    decision = RuleBook.build(PAYER, [rule]).decide(both(first, second), EMPTY)
    assert outcomes(decision) == ["pay", expected]
    for finding in decision.proved_findings:
        if finding.cure:
            assert finding.cure.claim is not None
            assert (
                not RuleBook.build(PAYER, [rule]).decide(finding.cure.claim, EMPTY).proved_findings
            )


def test_a_line_that_no_unknown_line_can_bar_is_answered() -> None:
    """With its own bypass modifier the second needs no history; the first and a bare second do."""
    book = RuleBook.build(PAYER, [pair()])
    assert outcomes(book.decide(claim(line(1, "90834", DAY, "59")))) == ["pay"]
    assert outcomes(book.decide(claim(line(1, "90834")))) == ["unknown"]
    assert outcomes(book.decide(claim(line(1, "90847")))) == ["unknown"]
    assert outcomes(book.decide(claim(line(1, "90834")), History(lines=[paid("90847", DAY)]))) == [
        "deny"
    ]


def test_a_full_line_has_no_cure() -> None:
    """A line with four modifiers has no room for one more."""
    full = both(second=("XA", "XB", "XC", "XD"))
    (finding,) = RuleBook.build(PAYER, [pair()]).decide(full, EMPTY).proved_findings
    assert finding.cure is None
    first_only = RuleBook.build(PAYER, [pair(bypass_on="first")])
    (finding,) = first_only.decide(
        claim(line(1, "90834")), History(lines=[paid("90847", DAY)])
    ).proved_findings
    assert finding.cure is None


def test_the_same_provider_is_the_payers_notion() -> None:
    """By rendering, by billing, or by billing and specialty, which may not be known."""
    other = Provider(npi="1000000009")
    lines = (line(1, "90847"), line(2, "90834", rendering_provider=other))
    for notion, expected in (
        ("rendering", "pay"),
        ("billing", "deny"),
        ("billing-and-specialty", "unknown"),
    ):
        payer = attrs.evolve(PAYER, same_provider=notion)  # type: ignore[arg-type]
        decision = RuleBook.build(payer, [pair()]).decide(claim(*lines), EMPTY)
        assert outcomes(decision)[1] == expected


def test_a_first_denied_before_bars_nothing() -> None:
    """Column 1 is read as the line rules left it."""
    needs = ModifierRequirement(
        id="p/needs", codes=frozenset(["90847"]), any_of=frozenset(["HR"]), **CITED
    )
    decision = RuleBook.build(PAYER, [pair(), needs]).decide(both(), EMPTY)
    assert outcomes(decision) == ["deny", "pay"]


@pytest.mark.parametrize(
    ("asked", "modifiers", "message", "cured"),
    [
        ({"any_of": frozenset(["95", "GT"])}, (), "needs modifiers 95 or GT; it has none", ("95",)),
        ({"all_of": frozenset(["HQ", "U8"])}, ("HQ",), "needs modifier U8; it carries modifier HQ", ("HQ", "U8")),
        ({"none_of": frozenset(["GT"])}, ("GT",), "may not carry modifier GT", ()),
        ({"at_most_one_of": frozenset(["95", "GT"])}, ("95", "GT"), "may carry only one of modifiers 95 and GT", ("95",)),
        ({"any_of": frozenset(["GT"])}, ("GT", "HQ"), None, None),
        ({"any_of": frozenset(["GT"])}, ("A1", "A2", "A3", "A4"), "needs modifier GT", None),
    ],
)  # fmt: skip
def test_required_modifiers(
    asked: dict[str, Any],
    modifiers: tuple[str, ...],
    message: str | None,
    cured: tuple[str, ...] | None,
) -> None:
    """The message names what is missing or too much, and the cure works."""
    book = RuleBook.build(
        PAYER, [ModifierRequirement(id="p/m", codes=frozenset(["90853"]), **asked, **CITED)]
    )
    findings = book.decide(claim(line(1, "90853", DAY, *modifiers)), EMPTY).proved_findings
    if message is None:
        assert not findings
        return
    (finding,) = findings
    assert message in finding.message
    assert (finding.cure is None) is (cured is None)
    if cured is not None:
        assert not book.decide(claim(line(1, "90853", DAY, *cured)), EMPTY).proved_findings


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: pair(second=frozenset(["90847"])), "both sides"),
        (lambda: pair(bypass=frozenset()), "no bypass modifier"),
        (lambda: pair(first=frozenset()), "no code"),
        (lambda: pair(first=frozenset(["9084"])), "'9084' is not a procedure code"),
        (lambda: pair(rationale=" "), "rationale is empty"),
        (lambda: pair(citations=()), "cites no source"),
        (lambda: ModifierRequirement(id="x", codes=frozenset(["90853"]), **CITED), "not a rule id"),
        (
            lambda: ModifierRequirement(id="p/x", codes=frozenset(["90853"]), **CITED),
            "names no modifier",
        ),
        (lambda: Window.from_data("week"), "the week has no first day"),
        (lambda: Window.from_data({"rolling_day": 7}), "rolling_day"),
        (lambda: Window.from_data({"rolling_days": -1}), "-1 rolling days"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(make: Any, message: str) -> None:
    """A rule without sense or source is refused with what is wrong."""
    with pytest.raises(InvalidValueError) as error:
        make()
    assert message in str(error.value)


def test_of_two_firsts_each_is_told_once() -> None:
    """Two lines of one first code bar the second in one finding, with both as evidence."""
    three = claim(line(1, "90847"), line(2, "90834"), line(3, "90847"))
    (finding,) = RuleBook.build(PAYER, [pair()]).decide(three, EMPTY).proved_findings
    assert [each.line for each in finding.evidence] == [1, 3, 2]
    assert "on the same day" in finding.message
