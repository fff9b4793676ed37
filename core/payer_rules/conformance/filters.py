"""Filters of a conformance run: the scenarios and cases that a reader asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final, TypeAlias

import attrs

from payer_rules.conformance.fixtures import Suite
from payer_rules.conformance.matrix import ConformanceResult, ScenarioResult
from payer_rules.conformance.trial_results import TrialResult
from payer_rules.readers import FiledClaim
from payer_rules.rules import Topic

#: Both outcomes of each line.
LineOutcomes: TypeAlias = tuple[tuple[str, str], ...]


def _texts(values: Iterable[str]) -> frozenset[str]:
    return frozenset(values)


@attrs.frozen(kw_only=True)
class ResultFilter:
    """The answers to show: all that fit each field that is not empty.

    - ``codes``: a line of the claim has one of the codes;
    - ``kinds``: a rule of one of these kinds judged a line, or found something;
    - ``words``: each is part of the name, the reason, the source or a message, in any case;
    - ``topics``: a line touches one of the topics;
    - ``first`` and ``last``: the first service is in these days;
    - ``differ``: the confirmed answers of the payers differ.
    """

    codes: frozenset[str] = attrs.field(default=frozenset(), converter=_texts)
    kinds: frozenset[str] = attrs.field(default=frozenset(), converter=_texts)
    words: tuple[str, ...] = ()
    topics: frozenset[str] = attrs.field(default=frozenset(), converter=_texts)
    first: date | None = None
    last: date | None = None
    differ: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether every answer is shown."""
        return self == ResultFilter()

    def asked(self, suite: Suite) -> Suite:
        """Return the fixtures whose answers may fit; sheets are about no single claim."""
        if self.is_empty:
            return suite
        cases = () if self.differ else suite.cases
        return attrs.evolve(
            suite,
            cases=tuple(case for case in cases if self._is_asked(case.filed)),
            scenarios=tuple(each for each in suite.scenarios if self._is_asked(each.filed)),
            sheets=(),
        )

    def shown(self, result: ConformanceResult, kind_of: Mapping[str, str]) -> ConformanceResult:
        """Return the scenarios and cases that fit; ``kind_of`` is the kind of each rule."""
        if self.is_empty:
            return result
        rows = (self._row(row, kind_of) for row in result.scenarios)
        return attrs.evolve(
            result,
            scenarios=tuple(row for row in rows if row.cells),
            cases=tuple(case for case in result.cases if self._fits(case, kind_of)),
        )

    def _is_asked(self, filed: FiledClaim) -> bool:
        """Return True if the claim has one of the codes, and its first service is in the days."""
        lines = filed.claim.lines
        if self.codes and self.codes.isdisjoint(line.code for line in lines):
            return False
        day = min(line.date_from for line in lines)
        return (self.first or day) <= day <= (self.last or day)

    def _row(self, row: ScenarioResult, kind_of: Mapping[str, str]) -> ScenarioResult:
        if self.differ and not differs(row):
            return attrs.evolve(row, cells={})
        fitting = {p: cell for p, cell in row.cells.items() if self._fits(cell, kind_of)}
        return attrs.evolve(row, cells=fitting)

    def _fits(self, result: TrialResult, kind_of: Mapping[str, str]) -> bool:
        if self.kinds and self.kinds.isdisjoint(kind_of.get(rule) for rule in rules_of(result)):
            return False
        if self.topics and self.topics.isdisjoint(topics_of(result)):
            return False
        texts = [text.casefold() for text in texts_of(result)] if self.words else []
        return all(any(word.casefold() in text for text in texts) for word in self.words)


#: The filter that selects every answer.
EVERYTHING: Final = ResultFilter()


def differs(row: ScenarioResult) -> bool:
    """Return True if the confirmed answers of the payers differ in an outcome."""
    return len({outcomes_of(cell) for cell in row.cells.values() if cell.status == "agrees"}) > 1


def outcomes_of(result: TrialResult) -> LineOutcomes:
    """Return both outcomes of each line; on what the expected one rests makes no difference."""
    lines = result.decision.lines if result.decision else ()
    return tuple((line.outcome, line.expected) for line in lines)


def rules_of(result: TrialResult) -> Iterator[str]:
    """Yield the rules that judged a line or found something."""
    if result.decision:
        yield from (rule for line in result.decision.lines for rule in line.judged_by)
        yield from (finding.rule for finding in result.decision.findings)


def topics_of(result: TrialResult) -> Iterator[Topic]:
    """Yield the topics that a line of the claim touches."""
    for line in result.decision.lines if result.decision else ():
        yield from (topic for topic, status in line.topics.items() if status != "not touched")


def texts_of(result: TrialResult) -> Iterator[str]:
    """Yield the texts of the trial and its answer that a reader may look for."""
    trial = result.trial
    yield from (trial.payer, trial.title, trial.why, trial.file, result.source or "")
    for finding in result.decision.findings if result.decision else ():
        yield from (finding.rule, finding.message)
