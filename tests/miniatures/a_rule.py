"""What the miniatures make their rules of; no plugin itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from payer_rules import Check, Citation, DateRange, FrequencyLimit, Window
from payer_rules.kinds.check.rule import CheckFunction
from payer_rules.rules import CORE_TOPICS, TopicStatement

MANUAL = Citation(
    row="A-1",
    title="Acme manual",
    url="https://example.org/manual",
    read=date(2024, 1, 2),
    confidence="primary",
)
#: The manual was read on every topic and states no more than a miniature's rules.
ALL_READ = tuple(
    TopicStatement(topic=topic, none=(MANUAL,), verified=DateRange(date(1900, 1, 1)))
    for topic in CORE_TOPICS
)


def limit(name: str, **changes: Any) -> FrequencyLimit:
    """A limit of one group session a day, but for the changes."""
    fields: dict[str, Any] = {
        "codes": frozenset({"90853"}),
        "limit": Decimal(1),
        "counts": "services",
        "window": Window.rolling(1),
        "scope": "member",
        "citations": (MANUAL,),
        "rationale": "One group session a day.",
    }
    return FrequencyLimit(id=name, **fields | changes)


def check(function: CheckFunction) -> Check:
    """The rule of the payer acme that the function judges."""
    return Check(
        id="acme/check",
        codes=frozenset({"90853"}),
        function=function,
        citations=(MANUAL,),
        rationale="As the function says.",
    )
