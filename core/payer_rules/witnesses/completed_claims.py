"""Claims with a fact that a rule misses, by which the rule applies or does not.

A claim that is made from the rules of one side may lack what those of the other ask for, such as
the contractor.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from payer_rules.claims import Claim
from payer_rules.decisions import Decision
from payer_rules.examples.opposites import other_word
from payer_rules.rules import Rule
from payer_rules.vocabularies import VOCABULARIES


def completed(claim: Claim, decision: Decision, rules: Iterable[Rule]) -> Iterator[Claim]:
    """Yield the claim with one fact of the whole claim that a rule misses for the decision."""
    missing = {fact.fact: fact.rule for line in decision.lines for fact in line.rests_on}
    by_id = {rule.id: rule for rule in rules}
    for name, rule_id in sorted(missing.items()):
        rule = by_id.get(rule_id or "")
        if rule is None or name not in VOCABULARIES or not hasattr(claim, name):
            continue
        for held in filter(None, (getattr(when, name) for when in rule.condition_tables)):
            for word in (other_word(name, held), min(held)):
                fact: dict[str, Any] = {name: word}
                yield attrs.evolve(claim, **fact)
