"""Medicare: its profile, the edit tables that CMS publishes, and checks of program claims."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable

from payer_rules import Check, EditTerms, hookimpl
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
def payer_rules_checks(payer: str) -> list[Check]:
    """Return the checks of program claims."""
    return checks() if payer == PAYER else []


@hookimpl
def payer_rules_cases() -> list[Traversable]:
    """Return the folder of this plugin's cases."""
    return [files(__name__) / "cases"]
