"""A plugin that calls sys.exit()."""

from __future__ import annotations

import sys

from payer_rules import FrequencyLimit, hookimpl


@hookimpl
def payer_rules_frequency_limits(payer: str) -> list[FrequencyLimit]:
    """The end of the program."""
    sys.exit("no license")
