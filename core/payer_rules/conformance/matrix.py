"""Payer by scenario: each cell has one word."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from payer_rules.conformance.cells import Cell, Word
from payer_rules.conformance.law_processes import LawResult
from payer_rules.conformance.sheet_results import SheetResult
from payer_rules.decisions import Reason
from payer_rules.errors import Problem


@attrs.frozen(kw_only=True)
class ScenarioResult:
    """One row of the matrix."""

    name: str
    why: str
    file: str
    assume: tuple[Reason, ...]
    cells: Mapping[str, Cell]


@attrs.frozen(kw_only=True)
class CaseResult:
    """One case of one payer's rule."""

    name: str
    why: str
    file: str
    payer: str
    rule: str
    assume: tuple[Reason, ...]
    cell: Cell


@attrs.frozen(kw_only=True)
class Conformance:
    """The whole result of a run; everything is sorted."""

    payers: tuple[str, ...]
    scenarios: tuple[ScenarioResult, ...]
    cases: tuple[CaseResult, ...]
    problems: tuple[Problem, ...]
    sheets: tuple[SheetResult, ...] = ()
    laws: tuple[LawResult, ...] = ()

    @property
    def broken_laws(self) -> tuple[LawResult, ...]:
        """The results of the laws that are broken."""
        return tuple(each for each in self.laws if each.broken)

    def words(self) -> tuple[Word, ...]:
        """The words of all cells, of cases and of the claims of sheets."""
        cells = [cell for row in self.scenarios for cell in row.cells.values()]
        of_sheets = (word for sheet in self.sheets for word in sheet.words())
        return (*(c.word for c in cells), *(case.cell.word for case in self.cases), *of_sheets)
