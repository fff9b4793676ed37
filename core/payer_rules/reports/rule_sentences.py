"""The sentences that state a rule."""

from __future__ import annotations

from payer_rules.engine.words import alternatives_text
from payer_rules.kinds import kind_of
from payer_rules.rules import Rule


def rule_sentence(rule: Rule) -> str:
    """Return the rule in a sentence or two."""
    return kind_of(rule).words.sentence(rule) + alternatives_text(rule)
