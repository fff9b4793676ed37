"""Other payers: conditions on their decisions, and filing in time after them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapes import CITED, DAY, PAYER, claim, gaps, limit, line, outcomes

from payer_rules.claims import OtherPayer
from payer_rules.errors import InvalidValueError
from payer_rules.examples.around import claims_around
from payer_rules.history import History
from payer_rules.kinds import TimelyFiling
from payer_rules.rulebook import RuleBook
from payer_rules.rules import OtherPayerCriteria, TimeLimit, When

GROUP: Final = frozenset(["90853"])
PAID: Final = OtherPayer(order="primary", decided=DAY, paid=Decimal(60), reasons=("45",))
DENIED: Final = OtherPayer(order="primary", decided=DAY, paid=Decimal(0), reasons=("96",))
WAITING: Final = OtherPayer(order="secondary", decided="none")
UNKNOWN: Final = OtherPayer()


@pytest.mark.parametrize(
    ("criteria", "payers", "expected"),
    [
        ({}, (WAITING,), "deny"),
        ({}, (), "pay"),
        ({"known": False}, (), "deny"),
        ({"known": False}, (PAID,), "pay"),
        ({"decided": False}, (WAITING, PAID), "deny"),
        ({"decided": False}, (PAID,), "pay"),
        ({"decided": True}, (PAID,), "deny"),
        ({"decided": True}, (WAITING,), "pay"),
        ({"decided": True}, (UNKNOWN,), "other_payers.decided"),
        ({"decided": True}, (OtherPayer(paid=Decimal(0)),), "deny"),
        ({"paid": True}, (PAID,), "deny"),
        ({"paid": True}, (DENIED, WAITING), "pay"),
        ({"paid": False}, (DENIED,), "deny"),
        ({"paid": True}, (OtherPayer(decided=DAY),), "other_payers.paid"),
        ({"reason": frozenset(["96", "97"])}, (DENIED,), "deny"),
        ({"reason": frozenset(["96"])}, (PAID, WAITING), "pay"),
        ({"reason": frozenset(["96"])}, (OtherPayer(decided=DAY),), "other_payers.reasons"),
        ({"order": frozenset(["primary"]), "decided": False}, (WAITING, PAID), "pay"),
        ({"order": frozenset(["secondary"]), "decided": False}, (WAITING,), "deny"),
        ({"order": frozenset(["primary"])}, (UNKNOWN,), "other_payers.order"),
        ({"decided": False}, None, "other_payers"),
    ],
)
def test_conditions_on_other_payers(
    criteria: dict[str, Any], payers: tuple[OtherPayer, ...] | None, expected: str
) -> None:
    """One payer meets all criteria, none does, or the missing fact is named."""
    rule = limit(0, 1, "90853", when=When(other_payer=OtherPayerCriteria(**criteria)))
    book = RuleBook.build(PAYER, [rule])
    decision = book.decide(claim(line(1, "90853"), other_payers=payers), History())
    missing = {name for _, _, name in gaps(decision)}
    assert (missing or set(outcomes(decision))) == {expected}


def filed(
    received: date, *payers: OtherPayer, last: date = DAY, known: bool = True, **fields: Any
) -> Any:
    """The decision on a claim by a rule on filing after another payer's decision."""
    rule = TimelyFiling(
        id="p/filing",
        codes=GROUP,
        within=TimeLimit(days=30),
        since="other-payer-decision",
        **CITED,
        **fields,
    )
    asked = claim(
        line(1, "90853", DAY, date_to=last),
        received=received,
        other_payers=payers if known else None,
    )
    return RuleBook.build(PAYER, [rule]).decide(asked, History())


@given(
    days=st.lists(st.none() | st.integers(0, 90), max_size=3),
    after=st.integers(0, 150),
    most=st.none() | st.integers(1, 120),
    length=st.integers(0, 3),
)
def test_time_runs_from_the_last_decision(
    days: list[int | None], after: int, most: int | None, length: int
) -> None:
    """A claim is late 31 days after the last decision, or after the latest day in any case."""
    last = DAY + timedelta(days=length)
    payers = [OtherPayer(decided="none" if n is None else DAY + timedelta(days=n)) for n in days]
    decided = [n for n in days if n is not None]
    fields: dict[str, Any] = {} if most is None else {"at_latest": TimeLimit(days=most)}
    late = bool(decided) and after > max(decided) + 30
    late = late or (most is not None and after > length + most)
    decision = filed(DAY + timedelta(days=after), *payers, last=last, **fields)
    assert outcomes(decision) == ["deny" if late else "pay"]


def test_a_decision_of_an_unknown_day_leaves_a_late_claim_open() -> None:
    """It may be the last one; a claim that is in time by another decision is in time."""
    undated = OtherPayer(paid=Decimal(1))
    late = filed(DAY + timedelta(days=60), OtherPayer(decided=DAY), undated)
    assert {name for _, _, name in gaps(late)} == {"other_payers.decided"}
    in_time = filed(DAY + timedelta(days=20), OtherPayer(decided=DAY), undated)
    assert outcomes(in_time) == ["pay"]
    unknown = filed(DAY + timedelta(days=20), known=False)
    assert {name for _, _, name in gaps(unknown)} == {"other_payers"}


def test_the_message_names_the_last_day() -> None:
    """The last day is that after the decision, or the latest day after the service."""
    (finding,) = filed(DAY + timedelta(days=31), OtherPayer(decided=DAY)).proved_findings
    assert f"the last day was {DAY + timedelta(days=30)}" in finding.message
    assert "after the other payer's decision" in finding.message
    latest: dict[str, Any] = {"at_latest": TimeLimit(days=40)}
    payer = OtherPayer(decided=DAY + timedelta(days=35))
    (finding,) = filed(DAY + timedelta(days=41), payer, **latest).proved_findings
    assert f"the last day was {DAY + timedelta(days=40)}" in finding.message


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: OtherPayer(decided="none", paid=Decimal(1)), "without a decision has paid"),
        (lambda: OtherPayerCriteria(known=False, decided=True), "not named is described"),
        (
            lambda: TimelyFiling(
                id="p/x",
                codes=GROUP,
                within=TimeLimit(days=1),
                at_latest=TimeLimit(days=2),
                **CITED,
            ),
            "time runs from the service",
        ),
    ],
)
def test_what_is_refused(make: Any, message: str) -> None:
    """A payer without a decision has decided nothing; a latest day needs a decision to run from."""
    with pytest.raises(InvalidValueError, match=message):
        make()


def test_claims_around_a_rule_try_only_criteria_that_are_valid() -> None:
    """A payer that is named is not tried as one that is not, which has no order."""
    when = When(other_payer=OtherPayerCriteria(order=frozenset(["primary"])))
    around = list(claims_around(limit(0, 1, "90853", when=when), GROUP))
    assert around
    assert {payer.order for one, _ in around for payer in one.other_payers or ()} >= {"primary"}
