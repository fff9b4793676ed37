"""The billing rules of Acme: a profile and its cases, beside this file, and rules in Python."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable

from payer_rules import Check, hookimpl

from payer_rules_acme.minutes import UNITS_BY_MINUTES


@hookimpl
def payer_rules_profiles() -> list[Traversable]:
    """The folder of the profile."""
    return [files(__name__)]


@hookimpl
def payer_rules_cases() -> list[Traversable]:
    """The folder of the cases."""
    return [files(__name__) / "cases"]


@hookimpl
def payer_rules_checks(payer: str) -> list[Check]:
    """What the profile cannot say."""
    return [UNITS_BY_MINUTES] if payer == "acme" else []
