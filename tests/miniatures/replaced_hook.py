"""A plugin that implements a hook which `payer_rules_rules` replaced."""

from __future__ import annotations

from payer_rules import Coverage, hookimpl


@hookimpl
def payer_rules_coverage(payer: str) -> list[Coverage]:
    """Return no rules; the name of the hook is what is wrong."""
    return []
