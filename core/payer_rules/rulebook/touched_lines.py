"""The lines whose answer can differ between two rule books of a payer, by code and day.

1. If the books differ in anything but rules (the payer, edit tables, the baseline), any line can.
2. Otherwise only lines to which a rule may apply that one of the books alone has, and those of the
   other editions and alternatives of such a rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import attrs

from payer_rules.claims import ServiceLine
from payer_rules.engine.days import is_within
from payer_rules.rulebook.book import RuleBook
from payer_rules.rulebook.fingerprints import digest
from payer_rules.rules import ALWAYS, Codes, DateRange, Rule, alternatives_of


@attrs.frozen
class TouchedLines:
    """The codes on whose lines a change of rules can act, each with the days; or all lines."""

    parts: tuple[tuple[Codes, DateRange], ...] = ()
    is_all: bool = False

    def __bool__(self) -> bool:
        return self.is_all or bool(self.parts)

    def has(self, line: ServiceLine) -> bool:
        """Return True if the change can act on the line."""
        return self.is_all or any(
            line.code in codes and is_within(line, dates.first, dates.last) is not False
            for codes, dates in self.parts
        )


ALL_LINES: Final = TouchedLines(is_all=True)


def touched_lines(old: RuleBook, new: RuleBook) -> TouchedLines:
    """Return the lines whose answer can differ between the books."""
    if _frame(old) != _frame(new) or not old.names.has_same_words(new.names):
        return ALL_LINES
    before, after = _by_id(old.rules), _by_id(new.rules)
    ids = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    rules = [*_with_related(ids, old.rules), *_with_related(ids, new.rules)]
    return TouchedLines(tuple(dict.fromkeys((rule.meets, _days(rule)) for rule in rules)))


def _frame(book: RuleBook) -> tuple[object, ...]:
    """Return what a book has besides its rules."""
    marks = book.fingerprint
    without_rules = digest(book.payer, (), book.tables, marks.tables)
    return without_rules, book.incomplete, book.assume, marks.waivers, marks.house_facts


def _by_id(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        found.setdefault(rule.id, []).append(rule)
    return found


def _with_related(ids: set[str], rules: Sequence[Rule]) -> Iterator[Rule]:
    """Yield the rules with these ids, and their alternatives."""
    for rule in rules:
        if rule.id in ids:
            yield rule
            yield from alternatives_of(rule, rules)


def _days(rule: Rule) -> DateRange:
    """Return the days of service on which the rule can be in force."""
    return rule.in_force if rule.in_force_by == "service" else ALWAYS
