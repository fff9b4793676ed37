"""The engine: a rule book decides a claim. It knows no plugin, no file and no payer."""

from __future__ import annotations

from payer_rules.engine.rulebook import RuleBook

__all__ = ["RuleBook"]
