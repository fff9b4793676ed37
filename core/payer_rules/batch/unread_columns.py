"""The facts of a claim that no rule of its codes reads, so that claims may differ in them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any, Final

import attrs

from payer_rules.claims import Claim, Member, Provider, ServiceLine
from payer_rules.engine.add_on_edits import AddOnEditEvaluator
from payer_rules.engine.conditions import Conditions
from payer_rules.engine.mue import MueEvaluator
from payer_rules.engine.ptp import PtpEvaluator
from payer_rules.engine.reads import Reads
from payer_rules.engine.rule_evaluator import RuleEvaluator
from payer_rules.errors import InvalidValueError
from payer_rules.kinds import kind_of
from payer_rules.kinds.timely_filing.evaluator import days_in_time
from payer_rules.kinds.timely_filing.rule import TimelyFiling
from payer_rules.readers.line_tables.columns import Column
from payer_rules.rulebook import RuleBook
from payer_rules.rulebook.compiled_rule import CompiledRule
from payer_rules.rules import CORE_TOPICS, Payer

#: The edit tables, which read none of these facts.
_EDITS: Final = (PtpEvaluator, MueEvaluator, AddOnEditEvaluator)
#: What a rule reads to look at the value of a column, by column: the part of `Reads`, and fields.
DECLARED: Final[dict[str, tuple[str, frozenset[str]]]] = {
    "charge": ("line", frozenset(["charge"])),
    "diagnoses": ("claim", frozenset(["diagnoses"])),
    "birth_date": ("member", frozenset(["birth_date"])),
    "sex": ("member", frozenset(["sex"])),
    "received": ("claim", frozenset(["received"])),
}


@attrs.frozen
class UnreadColumns:
    """The columns that no rule of a code reads.

    ``in_time`` is the number of days after the service for which each rule about the day of receipt
    finds the claim in time. It is -1 if another rule reads that day. ``bound_from`` is the first
    service day, in days since 1970, on which NCCI edits bind whenever the claim is received.
    """

    names: frozenset[str]
    in_time: int
    bound_from: int = 0

    def __and__(self, other: UnreadColumns) -> UnreadColumns:
        """Return what neither reads."""
        return UnreadColumns(
            self.names & other.names,
            min(self.in_time, other.in_time),
            max(self.bound_from, other.bound_from),
        )


_DAY_ZERO: Final = date(1970, 1, 1).toordinal()
#: The columns that rules could read; without a limit for the day of receipt.
_ALL: Final = UnreadColumns(frozenset(DECLARED), 1 << 14)


def unread_columns(books: Iterable[RuleBook], code: str) -> UnreadColumns:
    """Return the columns that no rule or statement of the books reads of a line with the code."""
    found = _ALL
    for book in books:
        found &= _unread_by_payer(book.payer, code)
        for compiled in book.rules_of_code(code):
            found &= _unread_by(compiled)
    return found


def _unread_by_payer(payer: Payer, code: str) -> UnreadColumns:
    """Return the columns that neither statements about topics read nor the start of NCCI edits."""
    reads = Reads()
    for statement in payer.topics:
        if statement.topic in CORE_TOPICS and statement.speaks_of(code):
            reads |= Conditions(statement.when, payer).reads
    first = payer.ncci_received_from
    bound_from = first.toordinal() - _DAY_ZERO if first else 0
    return attrs.evolve(_not_in(reads, _ALL.in_time), bound_from=bound_from)


def _unread_by(compiled: CompiledRule) -> UnreadColumns:
    """Return the columns that the rule does not read."""
    evaluator = compiled.evaluator
    reads = compiled.applies.reads if compiled.applies else Reads()
    in_time = _ALL.in_time
    if isinstance(evaluator, RuleEvaluator):
        rule = evaluator.rule
        of_kind = kind_of(rule).reads
        if isinstance(rule, TimelyFiling) and rule.since != "other-payer-decision":
            in_time = days_in_time(rule)
            of_kind = of_kind.without(Reads(claim={"received"}))
        reads |= of_kind
    elif not isinstance(evaluator, _EDITS):
        return UnreadColumns(frozenset(), -1)
    return _not_in(reads, in_time)


def _not_in(reads: Reads, in_time: int) -> UnreadColumns:
    """Return the columns that are not among what is read."""
    names = frozenset(
        name for name, (part, fields) in DECLARED.items() if fields.isdisjoint(getattr(reads, part))
    )
    return UnreadColumns(names, in_time if "received" in names else -1)


@cache
def _example() -> Claim:
    line = ServiceLine(number=1, code="90853", date_from=date(2024, 7, 1))
    return Claim(
        id="C", member=Member(id="M"), billing_provider=Provider(npi="1234567893"), lines=(line,)
    )


def accepts_cell(column: Column, cell: object) -> bool:
    """Return True if a claim may have the cell."""
    try:
        value = column.read(cell.strip() if isinstance(cell, str) else cell)
        changed: dict[str, Any] = {column.field: value}
        claim = _example()
        if column.part == "line":
            line: Any = attrs.evolve(claim.lines[0], **changed)
            attrs.evolve(claim, lines=(line,))
        elif column.part == "member":
            member: Any = attrs.evolve(claim.member, **changed)
            attrs.evolve(claim, member=member)
        else:
            attrs.evolve(claim, **changed)
    except (ValueError, InvalidValueError):
        return False
    return True
