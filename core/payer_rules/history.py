"""What was adjudicated before, and how far back and for whom it is known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

import attrs

from payer_rules.claims import Claim, Provider, ServiceLine
from payer_rules.errors import Misfit, MisfitError

__all__ = ["History", "HistoryLine", "HistoryQuery", "Status"]

Status: TypeAlias = Literal["paid", "denied", "void", "pending"]


@attrs.frozen(kw_only=True)
class HistoryLine(ServiceLine):
    """A service line as it was adjudicated before; ``number`` is its line number in ``claim``.

    ``paid_units`` are units of service; a paid line that does not say was paid whole.
    """

    claim: str
    member: str
    billing_provider: Provider | None = None
    diagnoses: tuple[str, ...] | None = None
    setting: str | None = None
    condition_codes: tuple[str, ...] | None = None
    status: Status | None = None
    paid_units: Decimal | None = None
    paid_minutes: int | None = None

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if self.paid_units is not None and not 0 <= self.paid_units <= self.units:
            raise MisfitError(
                [
                    Misfit(
                        ("paid_units",),
                        f"{self.paid_units} of {self.units} units were paid",
                        "Write a number from 0 to the units billed.",
                    )
                ]
            )


@attrs.frozen(kw_only=True)
class HistoryQuery:
    """Which earlier lines a decision can depend on; both days are included."""

    members: frozenset[str]
    codes: frozenset[str]
    date_from: date
    date_to: date


def _together(lines: Iterable[HistoryLine]) -> tuple[HistoryLine, ...]:
    return tuple(lines)


@attrs.frozen(kw_only=True)
class History:
    """Earlier lines of a member, and for which dates and providers there are no others.

    The lines are complete from ``covers_from`` on (`date.min`: complete, `date.max`: there may
    always be others) and, where ``covers_billing`` names a billing NPI, only for that provider.
    """

    lines: tuple[HistoryLine, ...] = attrs.field(default=(), converter=_together)
    covers_from: date = date.min
    covers_billing: str | None = None

    @classmethod
    def unknown(cls, lines: tuple[HistoryLine, ...] = ()) -> History:
        """A history of which nothing, or only the given lines, is known."""
        return cls(lines=lines, covers_from=date.max)

    @property
    def is_whole(self) -> bool:
        """Whether no line is missing, from whatever day on and of whatever provider."""
        return self.covers_from == date.min and self.covers_billing is None

    def is_complete(self, since: date, scope: str, billing_npi: str) -> bool:
        """Whether no line is missing from the day on, in a scope as limits name it."""
        if self.covers_from > since:
            return False
        return self.covers_billing is None or (
            scope == "billing" and self.covers_billing == billing_npi
        )

    def beside(self, claim: Claim) -> tuple[HistoryLine, ...]:
        """The member's lines that stand beside the claim: not its own, nor the one it replaces."""
        own = (claim.id, claim.replaces)
        return tuple(
            line for line in self.lines if line.member == claim.member.id and line.claim not in own
        )
