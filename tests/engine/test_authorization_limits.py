"""Limits by authorization, and parts of lines that only an authorization saves."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

import attrs
import pytest
from shapes import BILLER, CITED, DAY, PAYER, claim, gaps, line, outcomes, paid

from payer_rules.claims import Authorization, Claim, Provider
from payer_rules.errors import InvalidValueError
from payer_rules.history import History
from payer_rules.kinds import Exemption, FrequencyLimit, ReductionUnless
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Window

ONE_DAY: Final = timedelta(days=1)
UNLESS: Final = ReductionUnless(reduce_unless="authorization")


def limit(**fields: Any) -> FrequencyLimit:
    """Return a limit of two units under one authorization."""
    about: dict[str, Any] = {
        "id": "p/limit",
        "codes": frozenset(["90834", "90853"]),
        "limit": Decimal(2),
        "counts": "units",
        "window": Window("authorization"),
        "scope": "member",
    }
    return FrequencyLimit(**{**about, **fields}, **CITED)


def free(**fields: Any) -> FrequencyLimit:
    """Return a limit of two free units a day; more are paid with an authorization."""
    return limit(**{"window": Window("day"), "excess": UNLESS, "outcome": "reduce", **fields})


def authorization(number: str = "A1", **fields: Any) -> Authorization:
    """Return an authorization of group sessions on ten days from the day on."""
    about: dict[str, Any] = {
        "codes": frozenset(["90853"]),
        "date_from": DAY,
        "date_to": DAY + 9 * ONE_DAY,
        "provider": BILLER.npi,
    }
    return Authorization(number=number, **{**about, **fields})


def decide(rule: FrequencyLimit, asked: Claim, *earlier: Any) -> Any:
    """Return the decision by the limit alone, with a complete history."""
    return RuleBook.build(PAYER, [rule]).decide(asked, History(lines=earlier))


def group(number: int, days: int = 0, **fields: Any) -> Any:
    """Return a group session so many days after the day."""
    return line(number, "90853", DAY + days * ONE_DAY, **fields)


def test_lines_of_one_authorization_count_together() -> None:
    """A limit by authorization counts what it covers: from its first to its last day."""
    lines = [group(1), group(2, 5), group(3, 9)]
    one = claim(*lines, authorizations=[authorization()])
    assert outcomes(decide(limit(), one)) == ["pay", "pay", "deny"]
    next_one = authorization("A2", date_from=DAY + 6 * ONE_DAY, date_to=DAY + 9 * ONE_DAY)
    first = authorization(date_to=DAY + 5 * ONE_DAY)
    two = attrs.evolve(one, authorizations=[first, next_one])
    assert outcomes(decide(limit(), two)) == ["pay", "pay", "pay"]


def test_a_line_without_an_authorization_does_not_count() -> None:
    """Another code, another day and a claim without authorizations are in no such window."""
    lines = [group(1), group(2, 1), group(3, 10), line(4, "90834")]
    asked = claim(*lines, authorizations=[authorization()])
    assert outcomes(decide(limit(), asked)) == ["pay"] * 4
    assert outcomes(decide(limit(limit=Decimal(0)), asked)) == ["deny", "deny", "pay", "pay"]
    none = attrs.evolve(asked, authorizations=())
    assert outcomes(decide(limit(limit=Decimal(0)), none)) == ["pay"] * 4


def test_what_is_not_known_of_the_authorization_is_named() -> None:
    """Without authorizations, and with two that cover the line, the window is not known."""
    asked = claim(group(1, units=Decimal(3)))
    missing = {("p/limit", "claim", "authorizations")}
    assert gaps(decide(limit(), asked)) == missing
    both = attrs.evolve(asked, authorizations=[authorization("A1"), authorization("A2")])
    assert gaps(decide(limit(), both)) == missing
    undated = attrs.evolve(asked, authorizations=[authorization(date_to=None)])
    assert gaps(decide(limit(), undated)) == {("p/limit", "claim", "authorizations.date_to")}


def test_an_earlier_line_may_be_of_the_authorization() -> None:
    """The history does not name authorizations: what they cover is presumed, and proves nothing."""
    asked = claim(group(1, 3), authorizations=[authorization()])
    earlier = [paid("90853", DAY + n * ONE_DAY, f"H{n}") for n in (0, 1)]
    decision = decide(limit(), asked, *earlier)
    assert outcomes(decision) == ["unknown"]
    assert gaps(decision) == {("p/limit", "history", "history.authorizations")}
    assert [item.expected for item in decision.lines] == ["deny"]
    before = [paid("90853", DAY - n * ONE_DAY, f"H{n}") for n in (1, 2)]
    assert outcomes(decide(limit(), asked, *before)) == ["pay"]


@pytest.mark.parametrize(
    ("units_left", "outcome", "pays"),
    [(0, "reduce", "0.4"), (2, "reduce", "0.8"), (3, "pay", None), (4, "pay", None)],
)
def test_the_excess_is_cut_unless_it_is_authorized(
    units_left: int, outcome: str, pays: str | None
) -> None:
    """Of five units two are free; of the other three those are paid that are authorized."""
    held = authorization(units_left=Decimal(units_left))
    decision = decide(free(), claim(group(1, units=Decimal(5)), authorizations=[held]))
    assert outcomes(decision) == [outcome]
    parts = [finding.pays for finding in decision.proved_findings]
    assert parts == ([] if pays is None else [Decimal(pays)])


def test_without_authorizations_the_excess_is_open() -> None:
    """A line that fits needs no authorization; of another one it is not known what is paid."""
    two = decide(free(), claim(group(1, units=Decimal(2))))
    assert outcomes(two) == ["pay"]
    five = decide(free(), claim(group(1, units=Decimal(5))))
    assert gaps(five) == {("p/limit", "claim", "authorizations")}
    none = decide(free(), claim(group(1), group(2), group(3), authorizations=()))
    assert outcomes(none) == ["pay", "pay", "deny"]


def test_authorized_units_are_used_up_in_turn() -> None:
    """Two lines share the free units and those of the authorization."""
    held = authorization(units_left=Decimal(3))
    lines = [group(1, units=Decimal(4)), group(2, units=Decimal(2))]
    decision = decide(free(), claim(*lines, authorizations=[held]))
    assert [(f.lines, f.pays) for f in decision.proved_findings] == [((2,), Decimal("0.5"))]


def test_lines_of_two_clinicians_use_up_one_authorization_by_day() -> None:
    """A limit for each clinician takes authorized units in the order of days, not of clinicians."""
    other = Provider(npi="1234567802")
    rule = free(limit=Decimal(0), scope="rendering", window=Window("line"))
    lines = [group(1, 2), group(2), group(3, 1, rendering_provider=other)]
    held = authorization(units_left=Decimal(2))
    decided = decide(rule, claim(*lines, authorizations=[held]))
    assert outcomes(decided) == ["deny", "pay", "pay"]
    asking = attrs.evolve(rule, excess="authorization", outcome="deny")
    decided = decide(asking, claim(*lines, authorizations=[held]))
    assert outcomes(decided) == ["deny", "pay", "pay"]


def test_a_unit_of_an_authorization_is_used_once() -> None:
    """What exempts one line from the limit does not save the excess of another."""
    rule = free(limit=Decimal(0), exempt=Exemption(authorized=True))
    held = authorization(units_left=Decimal(1))
    decided = decide(rule, claim(group(1), group(2), authorizations=[held]))
    assert outcomes(decided) == ["pay", "deny"]


def test_only_units_can_be_authorized_in_part() -> None:
    """An authorization has units, so that a limit on minutes has no such excess."""
    with pytest.raises(InvalidValueError, match="minutes are counted, and an authorization has"):
        free(counts="minutes")
