"""The mutants of relations between lines."""

from __future__ import annotations

from typing import Final

from payer_rules.kinds.line_relation.rule import LineRelation
from payer_rules.kinds.mutants import OTHER_NEARNESS, OTHER_SCOPES, Mutants

_WORDS: Final = {"scope": OTHER_SCOPES, "within": OTHER_NEARNESS}

MUTANTS: Final[Mutants[LineRelation]] = Mutants(words=_WORDS)
