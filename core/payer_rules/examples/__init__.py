"""Example claims of a rule, with the decisions of the rule on them."""

from __future__ import annotations

from payer_rules.examples.pick import (
    Example,
    Examples,
    claims_around_edits,
    examples_of,
    examples_of_table,
)

__all__ = ["Example", "Examples", "claims_around_edits", "examples_of", "examples_of_table"]
