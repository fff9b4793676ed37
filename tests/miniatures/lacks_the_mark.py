"""A plugin whose author forgot @hookimpl."""

from __future__ import annotations

from payer_rules import Payer


def payer_rules_payers() -> list[Payer]:
    """A payer."""
