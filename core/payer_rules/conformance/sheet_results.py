"""What became of the claims of an edit sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from payer_rules.conformance.cells import Cell, Word
from payer_rules.conformance.edit_claims import EditClaim, EditSheet
from payer_rules.conformance.workers import Work


@attrs.frozen(kw_only=True)
class LineResult:
    """One claim of a sheet that does not agree, its line in the file, and what its cell says."""

    name: str
    line: int
    cell: Cell


@attrs.frozen(kw_only=True)
class SheetResult:
    """How many claims of a sheet agree, and the others."""

    file: str
    agreeing: int
    others: tuple[LineResult, ...]

    @property
    def claims(self) -> int:
        """How many there are."""
        return self.agreeing + len(self.others)

    @classmethod
    def of(cls, sheet: EditSheet, done: Mapping[str, Work]) -> SheetResult:
        """The result of a sheet, of those of its payers that did their work."""
        results = [
            LineResult(name=claim.asked.name, line=claim.line, cell=_cell(claim, work))
            for payer, work in done.items()
            for claim in sheet.of(payer).claims
        ]
        others = [each for each in results if each.cell.word != "agrees"]
        return cls(
            file=sheet.file,
            agreeing=len(results) - len(others),
            others=tuple(sorted(others, key=lambda each: each.line)),
        )

    def words(self) -> Iterator[Word]:
        """The words of its claims."""
        for _ in range(self.agreeing):
            yield "agrees"
        for each in self.others:
            yield each.cell.word


def _cell(claim: EditClaim, work: Work) -> Cell:
    answer = work.edits.get(claim.asked.name)
    if answer is None:
        return Cell(word="errored", source=claim.row, error=work.error or "it gave no answer")
    if work.incomplete:
        told = f"its rules are incomplete: {', '.join(work.incomplete)}"
        return Cell(word="errored", source=claim.row, error=told)
    found = tuple(claim.differences(answer))
    return Cell(word="disagrees" if found else "agrees", differences=found, source=claim.row)
