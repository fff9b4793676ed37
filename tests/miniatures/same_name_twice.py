"""A plugin that two distributions register under one name."""

from __future__ import annotations

from payer_rules import Payer, hookimpl


@hookimpl
def payer_rules_payers() -> list[Payer]:
    """A payer."""
