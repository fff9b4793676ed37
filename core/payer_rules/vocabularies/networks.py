"""Networks: whether the provider has a contract with the plan."""

from __future__ import annotations

from typing import Final

from payer_rules.vocabularies.vocabulary import Term, Vocabulary

NETWORKS: Final = Vocabulary(
    "a network",
    (
        Term("in-network", "the provider has a contract with the plan", ("in", "participating")),
        Term(
            "out-of-network",
            "the provider has no contract with the plan",
            ("out", "out network", "non-participating", "nonparticipating"),
        ),
    ),
)
