"""The facts of a claim that no rule which may apply reads, so that claims may differ in them."""

from __future__ import annotations

from datetime import date
from functools import cache, lru_cache
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
from payer_rules.kinds import (
    DiagnosisRequirement,
    FrequencyLimit,
    FrequencyMinimum,
    kind_of,
)
from payer_rules.kinds.timely_filing.evaluator import days_in_time
from payer_rules.kinds.timely_filing.rule import TimelyFiling
from payer_rules.readers.line_tables.columns import CLAIM_COLUMNS, Column
from payer_rules.rulebook import RuleBook
from payer_rules.rulebook.compiled_rule import CompiledRule
from payer_rules.rules import CORE_TOPICS, Payer, Rule

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
    """The columns that no rule of a claim reads.

    ``in_time`` is the number of days after the service for which each rule about the day of receipt
    finds the claim in time. It is -1 if another rule reads that day. ``bound_from`` is the first
    service day, in days since 1970, on which NCCI edits bind whenever the claim is received.
    ``starts`` are the beginnings of codes with which rules compare diagnoses; ``None`` if a rule
    reads them in another way.
    """

    names: frozenset[str]
    in_time: int
    bound_from: int = 0
    starts: frozenset[str] | None = frozenset()

    def __and__(self, other: UnreadColumns) -> UnreadColumns:
        """Return what neither reads."""
        return UnreadColumns(
            self.names & other.names,
            min(self.in_time, other.in_time),
            max(self.bound_from, other.bound_from),
            None if self.starts is None or other.starts is None else self.starts | other.starts,
        )


_DAY_ZERO: Final = date(1970, 1, 1).toordinal()
#: The columns that rules could read; without a limit for the day of receipt.
ALL_UNREAD: Final = UnreadColumns(frozenset(DECLARED), 1 << 14)
NONE_UNREAD: Final = UnreadColumns(frozenset(), -1, starts=None)


def unread_columns(book: RuleBook, claim: Claim, *, is_alone: bool) -> UnreadColumns:
    """Return the columns that no rule or statement of the book reads of the claim.

    ``is_alone`` is true if no other claim of the member depends on it, nor it on another. The
    columns are those of all claims that differ from it in these columns alone, and within the same
    periods.
    """
    keys = book.claim_keys
    rules = keys.rules_of(claim) if keys else {}
    found = ALL_UNREAD
    for line in claim.lines:
        found &= _unread_by_payer(book.payer, line.code)
        for compiled in rules.get(line.number, book.rules_of_code(line.code)):
            found &= _unread_by(compiled, len(claim.lines) if is_alone else None)
    return found


def _unread_by_payer(payer: Payer, code: str) -> UnreadColumns:
    """Return the columns that neither statements about topics read nor the start of NCCI edits."""
    reads, starts = Reads(), frozenset[str]()
    for statement in payer.topics:
        if statement.topic in CORE_TOPICS and statement.speaks_of(code):
            reads |= Conditions(statement.when, payer).reads
            starts |= statement.when.diagnosis or frozenset()
    first = payer.ncci_received_from
    bound_from = first.toordinal() - _DAY_ZERO if first else 0
    unread = _not_in(reads, ALL_UNREAD.in_time)
    return attrs.evolve(unread, bound_from=bound_from, starts=starts)


def _unread_by(compiled: CompiledRule, lines: int | None) -> UnreadColumns:
    """Return the columns that the rule does not read of a claim with so many lines.

    The number is ``None`` if other claims of the member take part.
    """
    evaluator = compiled.evaluator
    reads = compiled.applies.reads if compiled.applies else Reads()
    in_time = ALL_UNREAD.in_time
    if isinstance(evaluator, RuleEvaluator):
        rule = evaluator.rule
        own = evaluator.reads or kind_of(rule).reads
        if lines == 1 and evaluator.reads_alone is not None:
            own = evaluator.reads_alone
        elif lines is not None and evaluator.reads_on_day is not None:
            own = evaluator.reads_on_day
        if isinstance(rule, TimelyFiling) and rule.since != "other-payer-decision":
            in_time = days_in_time(rule)
            own = own.without(Reads(claim={"received"}))
        reads |= own
        starts = _starts(rule) if "diagnoses" in reads.claim | reads.history else frozenset()
    elif isinstance(evaluator, _EDITS):
        starts = frozenset()
    else:
        return NONE_UNREAD
    unread = _not_in(reads, in_time, takes_history=lines is None)
    return attrs.evolve(unread, starts=starts)


def _starts(rule: Rule) -> frozenset[str] | None:
    """Return the beginnings of codes with which the rule compares diagnoses.

    It is ``None`` if it may read them in another way.
    """
    if not kind_of(rule).is_data:
        return None
    found: frozenset[str] = frozenset()
    for when in rule.condition_tables:
        found |= when.diagnosis or frozenset()
    if isinstance(rule, DiagnosisRequirement):
        found |= rule.any_of | rule.none_of
    if isinstance(rule, FrequencyLimit | FrequencyMinimum) and rule.only is not None:
        found |= rule.only.diagnosis or frozenset()
    return found


@lru_cache(maxsize=1 << 12)
def compared_diagnoses(starts: frozenset[str], cell: object) -> object:
    """Return which of the beginnings each diagnosis of a cell has; of a bad cell the cell."""
    column = CLAIM_COLUMNS["diagnoses"]
    if cell is None or not accepts_cell(column, cell):
        return cell
    read: Any = column.read(cell.strip() if isinstance(cell, str) else cell)
    plain = sorted({start.replace(".", "") for start in starts})
    return tuple(
        tuple(start for start in plain if code.replace(".", "").startswith(start)) for code in read
    )


def _not_in(reads: Reads, in_time: int, *, takes_history: bool = False) -> UnreadColumns:
    """Return the columns that are not among what is read; of earlier lines, too, if these count."""
    of_history = reads.history if takes_history else frozenset()
    names = frozenset(
        name
        for name, (part, fields) in DECLARED.items()
        if fields.isdisjoint(getattr(reads, part) | of_history)
    )
    return UnreadColumns(names, in_time if "received" in names else -1)


@cache
def _example() -> Claim:
    line = ServiceLine(number=1, code="90853", date_from=date(2024, 7, 1))
    return Claim(
        id="C", member=Member(id="M"), billing_provider=Provider(npi="1234567893"), lines=(line,)
    )


@lru_cache(maxsize=1 << 16)
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
