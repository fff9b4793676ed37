"""The plugin as payer-rules sees it."""

from __future__ import annotations

from datetime import date

import payer_rules
from payer_rules import Claim, History, Member, Provider, ServiceLine


def test_the_second_session_of_a_day_is_denied() -> None:
    """Of two group sessions on one day the second is denied."""
    day = date(2024, 8, 15)
    claim = Claim(
        id="C1",
        member=Member(id="M1"),
        billing_provider=Provider(npi="1234567893"),
        lines=[ServiceLine(number=n, code="90853", date_from=day) for n in (1, 2)],
    )
    decision = payer_rules.load().rulebook("acme").decide(claim, History())
    assert [line.outcome for line in decision.lines] == ["pay", "deny"]
