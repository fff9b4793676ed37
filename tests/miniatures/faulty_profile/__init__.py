"""A plugin with a profile that is no TOML, and one with a rule invalid."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable

from payer_rules import hookimpl


@hookimpl
def payer_rules_profiles() -> list[Traversable]:
    """The folder of this package."""
    return [files(__name__)]
