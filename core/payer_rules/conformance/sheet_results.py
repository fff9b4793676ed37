"""What became of the claims of an edit sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from payer_rules.conformance.edit_claims import EditClaim, EditSheet
from payer_rules.conformance.payer_runner import PayerAnswers
from payer_rules.conformance.trial_results import TrialResult, TrialStatus


@attrs.frozen(kw_only=True)
class SheetLineResult:
    """One claim of a sheet that does not agree, its line in the file, and what its cell says."""

    name: str
    line: int
    cell: TrialResult


@attrs.frozen(kw_only=True)
class SheetResult:
    """How many claims of a sheet agree, and the others."""

    file: str
    agreeing: int
    others: tuple[SheetLineResult, ...]

    @property
    def claims(self) -> int:
        """How many there are."""
        return self.agreeing + len(self.others)

    @classmethod
    def of(cls, sheet: EditSheet, done: Mapping[str, PayerAnswers]) -> SheetResult:
        """The result of a sheet, of those of its payers that did their work."""
        results = [
            SheetLineResult(name=claim.asked.name, line=claim.line, cell=_cell(claim, work))
            for payer, work in done.items()
            for claim in sheet.of(payer).claims
        ]
        others = [each for each in results if each.cell.word != "agrees"]
        return cls(
            file=sheet.file,
            agreeing=len(results) - len(others),
            others=tuple(sorted(others, key=lambda each: each.line)),
        )

    def words(self) -> Iterator[TrialStatus]:
        """The words of its claims."""
        for _ in range(self.agreeing):
            yield "agrees"
        for each in self.others:
            yield each.cell.word


def _cell(claim: EditClaim, work: PayerAnswers) -> TrialResult:
    answer = work.edits.get(claim.asked.name)
    if answer is None:
        return TrialResult(
            word="errored", source=claim.row, error=work.error or "it gave no answer"
        )
    if work.incomplete:
        told = f"its rules are incomplete: {', '.join(work.incomplete)}"
        return TrialResult(word="errored", source=claim.row, error=told)
    found = tuple(claim.differences(answer))
    return TrialResult(word="disagrees" if found else "agrees", differences=found, source=claim.row)
