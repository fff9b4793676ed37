"""Rule books: the rules of a payer, compiled, and the decision on a claim."""

from __future__ import annotations

from payer_rules.rulebook.book import RuleBook

__all__ = ["RuleBook"]
