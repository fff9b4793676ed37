"""The results of the claims of an edit sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from payer_rules.conformance.differences import Difference
from payer_rules.conformance.edit_claims import EditClaim, EditSheet
from payer_rules.conformance.payer_runner import PayerAnswers
from payer_rules.conformance.trial_results import TrialStatus


@attrs.frozen(kw_only=True)
class SheetLineResult:
    """A claim of a sheet that does not agree, its line in the file, and what differs."""

    name: str
    line: int
    status: TrialStatus
    source: str
    differences: tuple[Difference, ...] = ()
    error: str | None = None


@attrs.frozen(kw_only=True)
class SheetResult:
    """The number of claims of a sheet that agree, and the results of the others."""

    file: str
    agreeing: int
    others: tuple[SheetLineResult, ...]

    @property
    def claims(self) -> int:
        """The number of claims."""
        return self.agreeing + len(self.others)

    @classmethod
    def of(cls, sheet: EditSheet, answers: Mapping[str, PayerAnswers]) -> SheetResult:
        """Return the result of the sheet, for those of its payers that were asked."""
        results = [
            _line_result(claim, of_payer)
            for payer, of_payer in answers.items()
            for claim in sheet.of(payer).claims
        ]
        others = [each for each in results if each.status != "agrees"]
        return cls(
            file=sheet.file,
            agreeing=len(results) - len(others),
            others=tuple(sorted(others, key=lambda each: each.line)),
        )

    def statuses(self) -> Iterator[TrialStatus]:
        """Yield the status of each claim."""
        for _ in range(self.agreeing):
            yield "agrees"
        yield from (each.status for each in self.others)


def _line_result(claim: EditClaim, answers: PayerAnswers) -> SheetLineResult:
    result = SheetLineResult(
        name=claim.question.name, line=claim.line, status="errored", source=claim.row
    )
    answer = answers.edits.get(claim.question.name)
    if answer is None:
        return attrs.evolve(result, error=answers.error or "it gave no answer")
    if answers.incomplete:
        error = f"its rules are incomplete: {', '.join(answers.incomplete)}"
        return attrs.evolve(result, error=error)
    found = tuple(claim.differences(answer))
    return attrs.evolve(result, status="disagrees" if found else "agrees", differences=found)
