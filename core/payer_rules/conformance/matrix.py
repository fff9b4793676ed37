"""Payer by scenario: each cell has one word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from payer_rules.conformance.invariant_processes import InvariantResult
from payer_rules.conformance.sheet_results import SheetResult
from payer_rules.conformance.trial_results import TrialResult, TrialStatus
from payer_rules.decisions import Reason
from payer_rules.errors import Problem


@attrs.frozen(kw_only=True)
class ScenarioResult:
    """One row of the matrix."""

    name: str
    why: str
    file: str
    assume: tuple[Reason, ...]
    cells: Mapping[str, TrialResult]


@attrs.frozen(kw_only=True)
class PlannedAnswers:
    """The number of answers that a run needs, counted before the first is asked for."""

    scenarios: int = 0
    cases: int = 0
    edits: int = 0
    invariants: int = 0


@attrs.frozen(kw_only=True)
class ConformanceResult:
    """The whole result of a run; everything is sorted."""

    payers: tuple[str, ...]
    scenarios: tuple[ScenarioResult, ...]
    cases: tuple[TrialResult, ...]
    problems: tuple[Problem, ...]
    sheets: tuple[SheetResult, ...] = ()
    invariants: tuple[InvariantResult, ...] = ()
    planned: PlannedAnswers = PlannedAnswers()

    @property
    def broken_invariants(self) -> tuple[InvariantResult, ...]:
        """The results of the invariants that are broken."""
        return tuple(each for each in self.invariants if each.broken)

    def trials(self) -> Iterator[TrialResult]:
        """Yield the answers to scenarios, then those to cases."""
        for row in self.scenarios:
            yield from row.cells.values()
        yield from self.cases

    def statuses(self) -> tuple[TrialStatus, ...]:
        """Return the words of all cells, of cases and of the claims of sheets."""
        of_sheets = (status for sheet in self.sheets for status in sheet.statuses())
        return (*(trial.status for trial in self.trials()), *of_sheets)
