"""A plugin that did not ship its profiles."""

from __future__ import annotations

from pathlib import Path

from payer_rules import hookimpl


@hookimpl
def payer_rules_profiles() -> list[Path]:
    """A folder that is not there."""
    return [Path(__file__).parent / "profiles-left-at-home"]
