"""A plugin that raises after its first rule."""

from __future__ import annotations

from collections.abc import Iterator

from a_rule import limit

from payer_rules import FrequencyLimit, hookimpl


@hookimpl
def payer_rules_frequency_limits(payer: str) -> Iterator[FrequencyLimit]:
    """A rule, and then an error without a message."""
    if payer == "acme":
        yield limit("acme/before-it-raised")
        raise RuntimeError
