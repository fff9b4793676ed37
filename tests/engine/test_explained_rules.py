"""Any rule can be explained, whatever fields it has."""

from __future__ import annotations

from typing import Final

import pytest
from rules_of_every_kind import RULES

from payer_rules.examples import examples_of
from payer_rules.reports.explaining import explained
from payer_rules.rules import Payer, Rule

PAYER: Final = Payer(id="p", name="P", kind="commercial")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
def test_any_rule_has_a_sentence_and_examples(rule: Rule) -> None:
    """The explanation states what the rule requires, and names its source."""
    lines = [*explained(rule, examples_of(rule, PAYER, ()), ())]
    (requires,) = [line for line in lines if line.startswith("  Requires ")]
    assert requires.removeprefix("  Requires").strip().endswith(".")
    assert any(citation.title in line for citation in rule.citations for line in lines)
