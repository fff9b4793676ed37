"""Details of authorizations: when they were requested, issued and notified, and by whom."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapes import BILLER, CITED, DAY, PAYER, claim, gaps, line, outcomes

from payer_rules.claims import Authorization
from payer_rules.errors import InvalidValueError
from payer_rules.history import History
from payer_rules.kinds import AuthorizationRequirement
from payer_rules.rulebook import RuleBook
from payer_rules.rules import AuthorizationDetails, ServiceDeadline

GROUP: Final = frozenset(["90853"])
DATES: Final = ("requested", "issued", "notified")


def authorization(**fields: Any) -> Authorization:
    """An authorization of the day, for one unit."""
    about: dict[str, Any] = {
        "number": "A1", "codes": GROUP, "date_from": DAY, "date_to": DAY,
        "provider": BILLER.npi, "units_left": Decimal(1),
    }  # fmt: skip
    return Authorization(**{**about, **fields})


def requiring(details: AuthorizationDetails | None, needs: str = "authorization") -> RuleBook:
    """A payer that requires an authorization with the details."""
    needed: Any = frozenset([needs])
    rule = AuthorizationRequirement(
        id="p/authorized", codes=GROUP, needs=needed, details=details, **CITED
    )
    return RuleBook.build(PAYER, [rule])


def decided(details: AuthorizationDetails, *held: Authorization) -> Any:
    """The decision on a claim with the authorizations."""
    asked = claim(line(1, "90853"), authorizations=held)
    return requiring(details).decide(asked, History())


@given(
    name=st.sampled_from(DATES),
    before=st.booleans(),
    number=st.integers(1, 5),
    on=st.integers(-8, 8),
)
def test_a_date_keeps_its_deadline(name: str, before: bool, number: int, on: int) -> None:
    """A date on the last day is in time, one on the day after is not."""
    key = "days_before" if before else "days_after"
    limits: dict[str, Any] = {name: ServiceDeadline(**{key: number})}
    last = -number if before else number
    held = authorization(**{name: DAY + timedelta(days=on)})
    expected = "pay" if on <= last else "deny"
    assert outcomes(decided(AuthorizationDetails(**limits), held)) == [expected]


@pytest.mark.parametrize("name", DATES)
def test_a_date_that_is_not_known_is_missing(name: str) -> None:
    """The fact is named; by the day of the service is 0 days before."""
    limits: dict[str, Any] = {name: ServiceDeadline(days_before=0)}
    details = AuthorizationDetails(**limits)
    assert {fact for _, _, fact in gaps(decided(details, authorization()))} == {
        f"authorizations.{name}"
    }
    assert outcomes(decided(details, authorization(**{name: DAY}))) == ["pay"]


def test_who_requests_it() -> None:
    """A profession of the list may ask for it, another may not."""
    details = AuthorizationDetails(requested_by=frozenset(["psychiatrist", "lcsw"]))
    assert outcomes(decided(details, authorization(requested_by="LCSW"))) == ["pay"]
    assert outcomes(decided(details, authorization(requested_by="lpc"))) == ["deny"]
    assert {fact for _, _, fact in gaps(decided(details, authorization()))} == {
        "authorizations.requested_by"
    }


def test_another_authorization_may_have_the_details() -> None:
    """One authorization must meet all details; the units of others are not used up."""
    details = AuthorizationDetails(
        requested=ServiceDeadline(days_before=1), requested_by=frozenset(["lcsw"])
    )
    early = DAY - timedelta(days=1)
    late = authorization(number="A0", requested=DAY, requested_by="lcsw")
    other = authorization(number="A2", requested=early, requested_by="lpc")
    right = authorization(number="A3", requested=early, requested_by="lcsw")
    assert outcomes(decided(details, late, other)) == ["deny"]
    assert outcomes(decided(details, late, other, right)) == ["pay"]


def test_the_finding_says_what_is_asked_and_its_cure_meets_it() -> None:
    """The message names the deadline, and a line with the proposed authorization is paid."""
    details = AuthorizationDetails(
        requested=ServiceDeadline(days_before=2),
        notified=ServiceDeadline(days_after=3),
        requested_by=frozenset(["lcsw"]),
    )
    (finding,) = decided(details, authorization(requested=DAY)).proved_findings
    assert "requested at least 2 days before the service" in finding.message
    assert "notified to the payer within 3 days after the service" in finding.message
    assert finding.cure is not None


def test_the_next_day_is_that_of_the_deadline() -> None:
    """A service is payable from the day on which the request is early enough."""
    details = AuthorizationDetails(requested=ServiceDeadline(days_before=3))
    held = authorization(requested=DAY, date_to=DAY + timedelta(days=30))
    asked = claim(line(1, "90853"), authorizations=(held,))
    found = requiring(details).next_payable(asked, History())
    assert found.day == DAY + timedelta(days=3)


def test_a_deadline_before_the_first_date_is_kept_by_no_day() -> None:
    """Days are counted beyond the calendar."""
    details = AuthorizationDetails(requested=ServiceDeadline(days_before=10))
    held = authorization(requested=date.min, date_from=None, date_to=None)
    first = claim(line(1, "90853", date.min), authorizations=(held,))
    assert outcomes(requiring(details).decide(first, History())) != ["pay"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ServiceDeadline(), "needs days_before or days_after"),
        (lambda: ServiceDeadline(days_before=1, days_after=1), "needs days_before or days_after"),
        (lambda: AuthorizationDetails(), "nothing is asked"),
        (
            lambda: requiring(
                AuthorizationDetails(requested_by=frozenset(["lcsw"])), needs="referral"
            ),
            "no authorization is needed",
        ),
    ],
)
def test_what_is_refused(make: Any, message: str) -> None:
    """A deadline of no number, and details of nothing."""
    with pytest.raises(InvalidValueError, match=message):
        make()
