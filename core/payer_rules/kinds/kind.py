"""The parts of a kind of rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Generic

import attrs

from payer_rules.claims import Claim
from payer_rules.engine.claim_state import Evaluator
from payer_rules.engine.reads import Reads
from payer_rules.engine.stages import Stage
from payer_rules.engine.words import R, Words
from payer_rules.history import History
from payer_rules.kinds.mutants import Mutants
from payer_rules.rules import Payer, Rule


def _no_days(rule: Rule) -> frozenset[date]:
    return frozenset()


@attrs.frozen(kw_only=True)
class Kind(Generic[R]):
    """A kind of rule, with every part that the rest of the program needs.

    ``table`` is the name of its tables in a profile. ``reads`` declares the facts on which an
    answer of the kind can depend, without those of the conditions. ``boundary_days`` are the days
    on which an answer can change, without the first and last days of the rule. A profile cannot
    state a kind that is not ``is_data``: a `Check` is code.
    """

    rule: type[R]
    table: str
    evaluator: Callable[[R, Payer], Evaluator]
    stage: Callable[[R], Stage]
    words: Words[R, Any]
    examples: Callable[[R, Claim], Iterator[Claim]]
    mutants: Mutants[R]
    reads: Reads
    boundary_days: Callable[[R], frozenset[date]] = _no_days
    #: Claims with a history: as the examples, for a rule that counts earlier lines.
    history_examples: Callable[[R, Claim, History], Iterator[tuple[Claim, History]]] | None = None
    is_data: bool = True
