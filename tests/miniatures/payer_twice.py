"""A plugin for a payer that another plugin provides."""

from __future__ import annotations

from payer_rules import Payer, hookimpl


@hookimpl
def payer_rules_payers() -> list[Payer]:
    """The payer of the sound plugin, by another name."""
    return [Payer(id="acme", name="Acme Mutual", kind="commercial")]
