"""Tables that are assumed to hold: there must be some."""

from __future__ import annotations

import pytest

from payer_rules.errors import InputError
from payer_rules.registry import load


def test_tables_of_a_program_without_any_cannot_be_assumed() -> None:
    """To assume tables is an error for a payer whose program has none, which says what to do."""
    with pytest.raises(InputError) as error:
        load(without=["medicaid"]).rulebook("il-medicaid", assume=["table"])
    assert "payer il-medicaid: 'table' cannot be assumed" in str(error.value)
    assert "payer-rules tables import" in str(error.value)


@pytest.mark.parametrize("payer", ["medicare", "il-medicaid", "aetna"])
def test_tables_can_be_assumed_where_there_are_some_or_none_bind(payer: str) -> None:
    """A payer with tables carries them, and one that no program binds needs none."""
    assert load().rulebook(payer, assume=["table"]).assume == {"table"}
