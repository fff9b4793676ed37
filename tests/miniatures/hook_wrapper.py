"""A plugin that wants to change what other plugins give."""

from __future__ import annotations

from collections.abc import Generator

from payer_rules import hookimpl


@hookimpl(wrapper=True)
def payer_rules_frequency_limits(payer: str) -> Generator[None, object, list[object]]:
    """Nothing instead of everybody's limits."""
