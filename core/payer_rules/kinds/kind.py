"""The parts of a kind of rule."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from datetime import date
from decimal import Decimal
from importlib import import_module
from types import ModuleType
from typing import Any, Generic

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine.evaluator import Evaluator
from payer_rules.engine.reads import Reads
from payer_rules.engine.stages import Stage
from payer_rules.engine.words import R, Words
from payer_rules.history import History, HistoryLine
from payer_rules.kinds.mutants import Mutants
from payer_rules.rules import Bounds, Payer, Rule, Topic
from payer_rules.rules.topics import EVERYTHING


def _everything(rule: Rule, line: ServiceLine) -> Container[str]:
    return EVERYTHING


def _no_days(rule: Rule) -> frozenset[date]:
    return frozenset()


@attrs.frozen
class GroupLimit(Generic[R]):
    """The part of a rule that is about several members: a limit over them, or a group size."""

    rule: R
    group_size: Bounds | None = None


def _no_limit(rule: Rule) -> None:
    return None


def _no_minutes(rule: Rule, line: ServiceLine) -> None:
    return None


def _no_earlier_lines(rule: Rule, claim: Claim) -> Iterator[HistoryLine]:
    return iter(())


@attrs.frozen(kw_only=True)
class Kind(Generic[R]):
    """A kind of rule, with every part that the rest of the program needs.

    ``table`` is the name of its tables in a profile. ``reads`` declares the facts on which an
    answer of the kind can depend, without those of the conditions. ``boundary_days`` are the days
    on which an answer can change, without the first and last days of the rule. A profile cannot
    state a kind that is not ``is_data``: a `Check` is code. ``group_limit`` returns the part of a
    rule that is about several members of a session or of a provider, if it has one, and
    ``counted_minutes`` the minutes that a rule counts of a line, if it counts minutes.

    ``topic`` is the topic that its rules read. ``covers`` returns the codes, modifiers and other
    parts of the topic of which a rule speaks on a line; they depend only on the line's code, its
    modifiers, and whether it has more than one unit.

    The examples and the mutants are modules in the folder of the rule's class. They are imported
    when they are first asked for, because decisions do not need them. The examples of some kinds
    have ``earlier_lines``.
    """

    rule: type[R]
    table: str
    topic: Topic | None
    evaluator: Callable[[R, Payer], Evaluator]
    stage: Callable[[R], Stage]
    words: Words[R, Any]
    reads: Reads
    covers: Callable[[R, ServiceLine], Container[str]] = _everything
    boundary_days: Callable[[R], frozenset[date]] = _no_days
    group_limit: Callable[[R], GroupLimit[R] | None] = _no_limit
    counted_minutes: Callable[[R, ServiceLine], Decimal | None] = _no_minutes
    has_history_examples: bool = False
    is_data: bool = True

    @property
    def examples(self) -> Callable[[R, Claim], Iterator[Claim]]:
        """The function that yields claims which keep or break a rule."""
        examples: Callable[[R, Claim], Iterator[Claim]] = self._part("examples").examples
        return examples

    @property
    def earlier_lines(self) -> Callable[[R, Claim], Iterator[HistoryLine]]:
        """The function that yields the earlier lines without which no claim breaks a rule."""
        lines: Callable[[R, Claim], Iterator[HistoryLine]]
        lines = getattr(self._part("examples"), "earlier_lines", _no_earlier_lines)
        return lines

    @property
    def history_examples(
        self,
    ) -> Callable[[R, Claim, History], Iterator[tuple[Claim, History]]] | None:
        """The function that yields claims with a history, for rules that count earlier lines."""
        if not self.has_history_examples:
            return None
        examples: Callable[[R, Claim, History], Iterator[tuple[Claim, History]]]
        examples = self._part("history_examples").history_examples
        return examples

    @property
    def mutants(self) -> Mutants[R]:
        """The changes of a rule that are particular to the kind."""
        mutants: Mutants[R] = self._part("mutants").MUTANTS
        return mutants

    def _part(self, name: str) -> ModuleType:
        folder, _, _ = self.rule.__module__.rpartition(".")
        return import_module(f"{folder}.{name}")
