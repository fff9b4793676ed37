"""A plugin without a problem; it is installed together with every other miniature."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from a_rule import MANUAL, limit

from payer_rules import (
    EditTable,
    FrequencyLimit,
    ModifierRequirement,
    Payer,
    SameDayCombination,
    hookimpl,
)


@hookimpl
def payer_rules_payers() -> list[Payer | str]:
    """A payer, and a namespace of house rules."""
    return [Payer(id="acme", name="Acme Health", kind="commercial"), "sound-house"]


@hookimpl
def payer_rules_frequency_limits(payer: str) -> Iterator[FrequencyLimit]:
    """A house rule for every payer, and a rule of the payer."""
    yield limit("sound-house/one-per-day")
    if payer == "acme":
        yield limit("acme/one-per-day")


@hookimpl
def payer_rules_modifier_requirements(payer: str) -> list[ModifierRequirement]:
    """A requirement."""
    if payer != "acme":
        return []
    return [
        ModifierRequirement(
            id="acme/needs-95",
            codes=frozenset({"90853"}),
            any_of=frozenset({"95"}),
            citations=(MANUAL,),
            rationale="Group sessions carry modifier 95.",
        )
    ]


@hookimpl
def payer_rules_same_day_combinations(payer: str) -> tuple[SameDayCombination, ...]:
    """Nothing."""
    return ()


@hookimpl
def payer_rules_edit_tables(payer: str) -> list[EditTable]:
    """Nothing."""
    return []


@hookimpl
def payer_rules_cases() -> list[Path]:
    """A folder."""
    return [Path("cases")]
