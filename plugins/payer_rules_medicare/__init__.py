"""Medicare: the NCCI edits that bind Part B and outpatient hospital claims."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable

from payer_rules import EditTable, Payer, hookimpl
from payer_rules_medicare.ncci import MEDICARE, edit_tables


@hookimpl
def payer_rules_payers() -> list[Payer]:
    """Medicare."""
    return [MEDICARE]


@hookimpl
def payer_rules_edit_tables(payer: str) -> list[EditTable]:
    """The bundled edits, for practitioners and for outpatient hospitals."""
    return edit_tables() if payer == MEDICARE.id else []


@hookimpl
def payer_rules_cases() -> list[Traversable]:
    """The folder of this plugin's cases."""
    return [files(__name__) / "cases"]
