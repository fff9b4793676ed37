"""These codes are paid only with an authorization, a referral or an order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import attrs

from payer_rules.errors import Misfit
from payer_rules.rules.facts import Adjustment
from payer_rules.rules.rule import CodedRule


@attrs.frozen(kw_only=True)
class AuthorizationRequirement(CodedRule):
    """A line with one of the codes needs an authorization, a referral or an order on the claim.

    An authorization serves where it covers the code, the days and the provider and has units of
    service left; ``used_up`` are the denial codes where only the units are lacking.
    """

    needs: Literal["authorization", "referral", "order"]
    used_up: Adjustment | None = None

    def _misfits(self) -> Iterator[Misfit]:
        yield from super()._misfits()
        if self.used_up and self.needs != "authorization":
            problem = f"used_up is stated, and a {self.needs} has no units to use up"
            yield Misfit(("used_up",), problem, "Leave it out.")
