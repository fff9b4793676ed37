"""The sound rules of the zoo's payer, out of which each wrong plugin is made by one change.

The payer's text is invented. One plugin is sound; every other one replaces one rule, or one function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs

from payer_rules import (
    Adjustment,
    Check,
    Citation,
    Claim,
    DateRange,
    FrequencyLimit,
    History,
    MissingInformation,
    ModifierRequirement,
    Payer,
    SameDayCombination,
    Violation,
    When,
    Window,
    hookimpl,
)
from payer_rules.registry.rule_hooks import RULE_HOOKS, hook_of
from payer_rules.rules import CORE_TOPICS, Rule, TopicStatement

MANUAL = Citation(
    row="Z-1",
    title="Provider manual (invented)",
    url="https://example.org/manual",
    read=date(2024, 1, 2),
    confidence="primary",
)
#: The manual states no more than the rules below.
ALL_READ = tuple(
    TopicStatement(topic=topic, none=(MANUAL,), verified=DateRange(date(1900, 1, 1)))
    for topic in CORE_TOPICS
)
MOST = Adjustment(group="CO", carc="119")
HALF_A_YEAR = timedelta(days=180)
CASES = Path(__file__).parent / "cases"


def about(name: str, **facts: Any) -> dict[str, Any]:
    """Return the facts that every rule states, and these."""
    fields = {
        "id": f"acme/{name}",
        "citations": (MANUAL,),
        "rationale": f"As the text says: {name}.",
    }
    return {**fields, **facts}


A_DAY = FrequencyLimit(
    **about("one-group-a-day", codes=frozenset({"90853"}), limit=Decimal(1), counts="services"),
    window=Window("day"),
    scope="member",
    adjustment=MOST,
)
A_MONTH = FrequencyLimit(
    **about(
        "two-families-a-month", codes=frozenset({"90847"}), limit=Decimal(2), counts="services"
    ),
    window=Window("month"),
    scope="member",
    adjustment=MOST,
)
A_WEEK = FrequencyLimit(
    **about("four-units-a-week", codes=frozenset({"H2019"}), limit=Decimal(4), counts="units"),
    window=Window("week", None, "sunday"),
    scope="rendering",
    adjustment=MOST,
)
PAIR = SameDayCombination(
    **about("individual-beside-group", first=frozenset({"90853"}), second=frozenset({"90834"})),
    indicator=1,
    bypass=frozenset({"59"}),
    scope="member",
    adjustment=Adjustment(group="CO", carc="236"),
)
VIDEO = ModifierRequirement(
    **about("home-needs-95", codes=frozenset({"90853"}), any_of=frozenset({"95"})),
    when=When(place_of_service=frozenset({"10"})),
    in_force=DateRange(date(2023, 7, 1)),
    adjustment=Adjustment(group="CO", carc="4"),
)


def minutes(claim: Claim, history: History) -> Iterator[Violation | MissingInformation]:
    """The lines that have more units than their minutes make."""
    for line in claim.lines:
        if line.code != "H0004":
            continue
        if line.minutes is None:
            yield MissingInformation(lines=(line.number,), reason="claim", missing="minutes")
        elif line.units > (line.minutes + 7) // 15:
            yield Violation(lines=(line.number,), message="more units than the minutes make")


def interview(claim: Claim, history: History) -> Iterator[Violation | MissingInformation]:
    """The interviews within 180 days after another one."""
    lines = [line for line in claim.lines if line.code == "90791"]
    lines.sort(key=lambda line: (line.date_from, line.number))
    for at, line in enumerate(lines):
        since = day_before(line.date_from)
        near = [
            item
            for item in history.lines
            if item.code == "90791" and since <= item.date_from <= line.date_from
        ]
        paid = any(item.status == "paid" for item in near)
        if paid or any(item.date_from >= since for item in lines[:at]):
            yield Violation(lines=(line.number,), message="an interview in the 180 days before")
        elif any(item.status in (None, "pending") for item in near):
            yield MissingInformation(
                lines=(line.number,), reason="history", missing="history.status"
            )
        elif not history.is_complete(since, "member", claim.billing_provider.npi):
            yield MissingInformation(lines=(line.number,), reason="history", missing="history")


def day_before(day: date) -> date:
    """The day 180 days before, or the first there is."""
    return day - HALF_A_YEAR if day - date.min >= HALF_A_YEAR else date.min


MINUTES = Check(
    **about("units-by-minutes", codes=frozenset({"H0004"})),
    function=minutes,
    adjustment=Adjustment(group="CO", carc="16", rarc=("M53",)),
)
INTERVIEW = Check(
    **about("one-interview", codes=frozenset({"90791"})),
    function=interview,
    adjustment=MOST,
)
SOUND: dict[str, Rule] = {
    "a_day": A_DAY,
    "a_month": A_MONTH,
    "a_week": A_WEEK,
    "pair": PAIR,
    "video": VIDEO,
    "minutes": MINUTES,
    "interview": INTERVIEW,
}


def but(rule: Any, **facts: Any) -> Any:
    """The rule with other facts."""
    return attrs.evolve(rule, **facts)


def hooks(module: dict[str, Any], *, cases: Path = CASES, **replaced: Rule) -> None:
    """Give the module the hooks of a plugin whose rules are the sound ones, but for those named."""
    rules = {**SOUND, **replaced}

    @hookimpl
    def payer_rules_payers() -> list[Payer | str]:
        return [Payer(id="acme", name="Acme Health", kind="commercial", topics=ALL_READ)]

    @hookimpl
    def payer_rules_cases() -> list[Path]:
        return [cases]

    module["payer_rules_payers"] = payer_rules_payers
    module["payer_rules_cases"] = payer_rules_cases
    for hook in RULE_HOOKS:
        own = [rule for rule in rules.values() if hook_of(type(rule)) == hook]
        if own:
            module[hook] = hookimpl(giving(own))


def giving(rules: list[Rule]) -> Callable[[str], list[Rule]]:
    """A hook that gives the rules for the payer acme."""

    def hook(payer: str) -> list[Rule]:
        return list(rules) if payer == "acme" else []

    return hook
