"""The lines that a frequency limit reads: those whose units, or whose number, it limits."""

from __future__ import annotations

from collections.abc import Container
from typing import Final

from payer_rules.claims import ServiceLine
from payer_rules.kinds.frequency_limit.rule import FrequencyLimit
from payer_rules.rules.topics import EVERYTHING

_SHORT_WINDOWS: Final = frozenset(["line", "session", "day"])
#: Limits of a provider, or of a session, over all members.
_OVER_ALL_MEMBERS: Final = frozenset(["all-members", "session"])


def covers(rule: FrequencyLimit, line: ServiceLine) -> Container[str]:
    """Return everything if the limit bounds the member's units on a line, in a session or on a day.

    A limit of services counts a line once, so it does not read a line of several units.
    """
    is_read = all(_is_of_units(reading, line) for reading in rule.as_read)
    return EVERYTHING if is_read else ()


def _is_of_units(reading: FrequencyLimit, line: ServiceLine) -> bool:
    counts_it = reading.counts == "units" or (reading.counts == "services" and line.units <= 1)
    is_short = reading.window.shape in _SHORT_WINDOWS and reading.scope not in _OVER_ALL_MEMBERS
    return counts_it and is_short and not _may_be_left_out(reading, line)


def _may_be_left_out(reading: FrequencyLimit, line: ServiceLine) -> bool:
    """Return True if the limit does not count all lines, and may not count this one."""
    exempt = reading.exempt
    if reading.only is not None or (exempt is not None and exempt.authorized):
        return True
    if exempt is None:
        return False
    return line.code in exempt.codes or not exempt.modifier.isdisjoint(line.modifiers)
