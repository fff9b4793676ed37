"""One side of a comparison: a payer's rule book, and the day on which its claims are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

import attrs

from payer_rules.claims import Claim
from payer_rules.history import History
from payer_rules.kinds import topic_of
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Citation, EditTable, Rule, Topic
from payer_rules.witnesses.moved_dates import moved_to

#: The topics of the edits of tables, by the names of their rules.
_OF_EDITS: Final[dict[str, Topic]] = {
    "ptp": "combination",
    "mue": "frequency",
    "add-on": "combination",
}


@attrs.frozen(kw_only=True, eq=False)
class ComparedSide:
    """One of the two that are compared.

    ``name`` is how reports call it. If ``on`` is given, each claim is moved to that day of service.
    """

    name: str
    book: RuleBook
    on: date | None = None
    _by_id: Mapping[str, tuple[Rule, ...]] = attrs.field(init=False, repr=False)

    @_by_id.default
    def _editions_by_id(self) -> Mapping[str, tuple[Rule, ...]]:
        found: dict[str, tuple[Rule, ...]] = {}
        for rule in self.book.rules:
            found[rule.id] = (*found.get(rule.id, ()), rule)
        return found

    def placed(self, claim: Claim, history: History | None) -> tuple[Claim, History | None]:
        """Return the claim and its history on the day of this side."""
        return moved_to(claim, history, self.on)

    def editions(self, rule_id: str) -> tuple[Rule, ...]:
        """Return the rules with the id, of which each answers on other dates."""
        return self._by_id.get(rule_id, ())

    def edition_on(self, rule_id: str, day: date) -> Rule | None:
        """Return the rule that answers for the day: read for it, or else the newest before it."""
        editions = [rule for rule in self.editions(rule_id) if day in rule.in_force]
        editions = editions or [*self.editions(rule_id)]
        read = [rule for rule in editions if day in (rule.verified_dates or rule.in_force)]
        earlier = [rule for rule in editions if _first_day(rule) <= day]
        return next(iter([*read, *reversed(earlier), *editions]), None)

    def topic_of(self, rule_id: str) -> Topic | None:
        """Return the topic of the rule, or of the edits of tables."""
        found = self.editions(rule_id)
        if found:
            return topic_of(found[0])
        return _OF_EDITS.get(rule_id.rpartition("/")[2].removeprefix("baseline-"))

    def citations_of_edits(self, rule_id: str) -> Iterator[Citation]:
        """Yield the sources of the edits that are reported as this rule."""
        name = rule_id.rpartition("/")[2]
        tables = (table for table in self.book.tables if isinstance(table, EditTable))
        for table in tables:
            for part in table.parts:
                if part.name == name:
                    yield from part.citations


def _first_day(rule: Rule) -> date:
    dates = rule.verified_dates
    return (dates and dates.first) or rule.in_force.first or date.min
