"""Waivers: rules that a practice has settled with a payer, and that do not apply for a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

import attrs

from payer_rules.errors import FieldError
from payer_rules.rules.edit_table import EDIT_RULES
from payer_rules.rules.facts import DateRange
from payer_rules.rules.rule import Rule
from payer_rules.values.checked import CheckedRule, of_form
from payer_rules.vocabularies.formats import LINE_CODE

_DAY: Final = timedelta(days=1)
#: How the rules begin, after the payer, that the edits of the baseline are reported as.
_BASELINE: Final = "baseline-"


@attrs.frozen(kw_only=True)
class Waiver(CheckedRule):
    """An agreement that a rule does not apply to services up to and including the day ``until``.

    Of the edits of CMS's tables, ``PAYER/ptp``, ``PAYER/mue`` and ``PAYER/add-on``, only those of
    the ``codes`` are waived: pairs of two of them, and the limits and requirements of each. The
    same holds for ``PAYER/baseline-ptp`` and ``PAYER/baseline-mue``.
    """

    rule: str
    reason: str
    until: date
    codes: frozenset[str] = attrs.field(default=frozenset(), metadata=of_form(LINE_CODE))

    @property
    def is_of_edits(self) -> bool:
        """Whether it waives edits of a table, and not a rule."""
        return self.edits in EDIT_RULES

    @property
    def edits(self) -> str:
        """The name of the kind of edits that it waives, if it waives any: ``ptp`` or another."""
        return self.rule.partition("/")[2].removeprefix(_BASELINE)

    @property
    def is_of_baseline(self) -> bool:
        """Whether it waives edits of the baseline alone."""
        return self.is_of_edits and f"/{_BASELINE}" in self.rule

    def __str__(self) -> str:
        codes = f" for {', '.join(sorted(self.codes))}" if self.codes else ""
        return f"{self.rule}{codes} until {self.until.isoformat()}: {self.reason}"

    def _field_errors(self) -> Iterator[FieldError]:
        if not self.reason.strip():
            remedy = "Say what was agreed, with whom and when."
            yield FieldError(("reason",), "the waiver states no reason", remedy)
        if self.is_of_edits and not self.codes:
            remedy = 'Write codes = ["90853", "90834"] for the edits of these codes.'
            yield FieldError(("codes",), f"a waiver of {self.rule} names no codes", remedy)
        if self.codes and not self.is_of_edits:
            message = f"codes are stated, and {self.rule} is waived as a whole"
            yield FieldError(("codes",), message, "Leave them out.")
        if self.edits == "ptp" and len(self.codes) == 1:
            yield FieldError(("codes",), "a pair has two codes", "Write both codes of the pair.")


def without_waived(rules: Iterable[Rule], waivers: Iterable[Waiver]) -> tuple[Rule, ...]:
    """Return the rules without the waived ones; a rule is in force again after its waiver ends."""
    until = {waiver.rule: waiver.until for waiver in waivers}
    left = (_after(rule, until[rule.id]) if rule.id in until else rule for rule in rules)
    return tuple(rule for rule in left if rule is not None)


def as_waived(rules: Iterable[Rule], waivers: Iterable[Waiver]) -> tuple[Rule, ...]:
    """Return the waived rules as they are in force while they are waived."""
    until = {waiver.rule: waiver.until for waiver in waivers}
    waived = (_up_to(rule, until[rule.id]) for rule in rules if rule.id in until)
    return tuple(rule for rule in waived if rule is not None)


def _up_to(rule: Rule, until: date) -> Rule | None:
    """Return the rule as it is in force up to the day; ``None`` if it is not."""
    first, last = rule.in_force.first, rule.in_force.last
    if first is not None and first > until:
        return None
    if until == date.max or (last is not None and last <= until):
        return rule
    return attrs.evolve(rule, in_force=DateRange(first=first, last=until))


def _after(rule: Rule, until: date) -> Rule | None:
    """Return the rule as it is in force after the day; ``None`` if it no longer is."""
    first, last = rule.in_force.first, rule.in_force.last
    if until == date.max or (last is not None and last <= until):
        return None
    if first is not None and first > until:
        return rule
    return attrs.evolve(rule, in_force=DateRange(first=until + _DAY, last=last))
