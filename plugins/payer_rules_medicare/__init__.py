"""Medicare: its profile, CMS's edit tables and fee schedule, and checks of program claims."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable

from payer_rules import Check, EditTerms, hookimpl
from payer_rules.money import FeeSchedule
from payer_rules_medicare.ncci import edit_tables
from payer_rules_medicare.programs import checks

PAYER = "medicare"


@hookimpl
def payer_rules_profiles() -> list[Traversable]:
    """Return the folder of Medicare's profile."""
    return [files(__name__)]


@hookimpl
def payer_rules_edit_tables(payer: str) -> list[EditTerms]:
    """Return the bundled edits of two settings, and the terms of the others."""
    return edit_tables() if payer == PAYER else []


@hookimpl
def payer_rules_fee_schedules(payer: str) -> list[FeeSchedule]:
    """Return the physician fee schedule."""
    if payer != PAYER:
        return []
    # NOTE: most runs price nothing, and to read the ZIP codes takes some time.
    from payer_rules_medicare.fee_schedule import fee_schedule

    return [fee_schedule()]


@hookimpl
def payer_rules_checks(payer: str) -> list[Check]:
    """Return the checks of program claims."""
    return checks() if payer == PAYER else []


@hookimpl
def payer_rules_cases() -> list[Traversable]:
    """Return the folder of this plugin's cases."""
    return [files(__name__) / "cases"]
