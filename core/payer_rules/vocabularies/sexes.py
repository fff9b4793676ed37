"""The member's sex, as claim forms state it."""

from __future__ import annotations

from typing import Final

from payer_rules.vocabularies.vocabulary import Term, Vocabulary

SEXES: Final = Vocabulary(
    "a sex",
    (
        Term("f", "female", ("female",)),
        Term("m", "male", ("male",)),
        Term("x", "neither female nor male", ("other", "nonbinary")),
    ),
)
