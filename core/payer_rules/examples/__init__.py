"""Example claims, made from a rule and judged by the engine before they are shown."""

from __future__ import annotations

from payer_rules.examples.pick import Example, Examples, examples_of, examples_of_table

__all__ = ["Example", "Examples", "examples_of", "examples_of_table"]
