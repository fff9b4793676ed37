"""Decisions that are kept without the words of their findings, and the days that they name.

A missing fact names the day of a line if a table has no such day. On other days the same is missing
of those days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain
from typing import Final

import attrs

from payer_rules.decisions import Decision, LineDecision, NotEvaluated, Presumption, Reason
from payer_rules.rulebook.expected_answer import presumption
from payer_rules.rulebook.kept_findings import KeptFinding, moved_verdict
from payer_rules.rulebook.open_entries import RiskVerdict, shared_entry
from payer_rules.unchecked import copier

_copy: Final = copier(Decision)
_copy_line: Final = copier(LineDecision)


@attrs.frozen(eq=False)
class KeptDecision:
    """The decision on claims with one key, and the findings and risks without their words.

    ``day`` is the first day of the claim; the lines are so many ``days`` after it.
    """

    decision: Decision
    findings: tuple[KeptFinding, ...]
    risks: tuple[RiskVerdict, ...]
    day: date
    days: frozenset[int]
    #: Whether the answer on a claim of other days is another one.
    names_days: bool = attrs.field(init=False)

    @names_days.default
    def _that_are_named(self) -> bool:
        names = dict.fromkeys(self._names_on(self.day), "")
        facts = chain(
            ((entry.reason, entry.missing) for entry in self.decision.not_evaluated),
            *(map(_fact, line.rests_on) for line in self.decision.lines),
            *(map(_fact, finding.rests_on) for finding in self.findings),
        )
        return self._has_dated or any(moved_name(fact, names) for fact in facts)

    @property
    def _has_dated(self) -> bool:
        return bool(self.risks) or any(each.is_dated for each in self.findings)

    def on_day(self, day: date) -> KeptDecision | None:
        """Return the decision on a claim with this first day; ``None`` if it is not known."""
        names = dict(zip(self._names_on(self.day), self._names_on(day), strict=True))
        entries = self.decision.not_evaluated
        moved = tuple(_entry_on(entry, names) for entry in entries)
        lines = tuple(_line_on(line, names) for line in self.decision.lines)
        if None in lines or places_in_order(map(_order, moved)) != places_in_order(
            map(_order, entries)
        ):
            return None
        by = day - self.day
        findings = [
            attrs.evolve(finding, rests_on=_presumptions_on(finding.rests_on, names))
            for each in self.findings
            if (finding := each.moved(by)) is not None
        ]
        risks = [
            (evaluator, verdict, number)
            for evaluator, each, number in self.risks
            if (verdict := moved_verdict(each, by)) is not None
        ]
        if (len(findings), len(risks)) != (len(self.findings), len(self.risks)):
            return None
        decision = _copy(self.decision, {"lines": lines, "not_evaluated": moved})
        return KeptDecision(decision, tuple(findings), tuple(risks), day, self.days)

    def _names_on(self, day: date) -> list[str]:
        """Return the days of the lines, as missing facts name them."""
        return [str(day + timedelta(days=each)) for each in sorted(self.days)]


def _line_on(line: LineDecision, names: Mapping[str, str]) -> LineDecision | None:
    """Return the decision on a line of other days; ``None`` if its facts have another order."""
    rests_on = _presumptions_on(line.rests_on, names)
    if rests_on == line.rests_on:
        return line
    if places_in_order(map(_order_of, rests_on)) != places_in_order(map(_order_of, line.rests_on)):
        return None
    return _copy_line(line, {"rests_on": rests_on})


def _presumptions_on(
    facts: Sequence[Presumption], names: Mapping[str, str]
) -> tuple[Presumption, ...]:
    return tuple(
        presumption(fact.reason, moved, fact.value, fact.rule)
        if (moved := moved_name(_fact(fact), names)) is not None
        else fact
        for fact in facts
    )


def _entry_on(entry: NotEvaluated, names: Mapping[str, str]) -> NotEvaluated:
    moved = moved_name((entry.reason, entry.missing), names)
    if moved is None:
        return entry
    if entry.broken_on:
        return attrs.evolve(entry, missing=moved)
    # NOTE: reports and histories find what they made of an entry by the object.
    return shared_entry(entry.rule, entry.lines, entry.reason, moved)[1]


def _fact(fact: Presumption) -> tuple[Reason, str]:
    return fact.reason, fact.fact


def moved_name(fact: tuple[Reason, str], names: Mapping[str, str]) -> str | None:
    """Return the name of a missing fact of other days; ``None`` if it names none of the days.

    A table names the day that it does not have after its address.
    """
    reason, name = fact
    if reason != "table":
        return None
    address, _, day = name.rpartition("/")
    return f"{address}/{names[day]}" if day in names else None


def _order(entry: NotEvaluated) -> tuple[str, ...]:
    return (entry.rule or "", entry.reason, entry.missing)


def _order_of(fact: Presumption) -> tuple[str, ...]:
    return (fact.rule or "", fact.reason, fact.fact, fact.value or "")


def places_in_order(names: Iterable[tuple[str, ...]]) -> list[int]:
    """Return the place of each name in their order."""
    ordered = list(names)
    return sorted(range(len(ordered)), key=ordered.__getitem__)
