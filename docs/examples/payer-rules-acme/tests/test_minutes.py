"""How many units minutes make. Invented, as the rule is."""

from __future__ import annotations

import pytest

from payer_rules_acme.minutes import units_of


@pytest.mark.parametrize(("minutes", "units"), [(0, 0), (7, 0), (8, 1), (22, 1), (23, 2)])
def test_a_quarter_counts_from_its_eighth_minute(minutes: int, units: int) -> None:
    """Seven minutes of a quarter of an hour make no unit; the eighth makes it one."""
    assert units_of(minutes) == units
