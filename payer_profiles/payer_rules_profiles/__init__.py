"""Payers that data can express: one TOML profile each, in this folder."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable

from payer_rules import hookimpl


@hookimpl
def payer_rules_profiles() -> list[Traversable]:
    """Return the folder of the profiles."""
    return [files(__name__)]


@hookimpl
def payer_rules_cases() -> list[Traversable]:
    """Return the folders of the profiles' cases and of the scenarios, if they exist."""
    folders = (files(__name__) / name for name in ("cases", "scenarios"))
    return [folder for folder in folders if folder.is_dir()]
