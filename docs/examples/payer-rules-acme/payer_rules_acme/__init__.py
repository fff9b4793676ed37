"""The rules of Acme, a payer invented for this example."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from payer_rules import Citation, FrequencyLimit, Payer, Window, hookimpl

ACME = Payer(id="acme", name="Acme Health (invented)", kind="commercial")
MANUAL = Citation(
    row="ACME-1",
    title="Acme provider manual (invented)",
    url="https://example.com/manual",
    read=date(2026, 11, 23),
    confidence="primary",
)


@hookimpl
def payer_rules_payers() -> list[Payer]:
    """Acme."""
    return [ACME]


@hookimpl
def payer_rules_frequency_limits(payer: str) -> list[FrequencyLimit]:
    """At most one group session a day."""
    if payer != ACME.id:
        return []
    return [
        FrequencyLimit(
            id="acme/group-one-per-day",
            codes=frozenset(["90853"]),
            limit=Decimal(1),
            counts="units",
            window=Window.rolling(1),
            scope="member",
            citations=(MANUAL,),
            rationale="One group session a day.",
        )
    ]
