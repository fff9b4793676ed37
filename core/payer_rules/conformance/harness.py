"""The harness of a pytest run: one registry, with a runner for each payer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from payer_rules.conformance.case_files import CASES
from payer_rules.conformance.edit_claims import EditSheet
from payer_rules.conformance.edit_sheets import SHEET, read_edit_sheet
from payer_rules.conformance.fixtures import Folder, Suite, fixture_files, read_suite
from payer_rules.conformance.invariant_processes import check_invariants
from payer_rules.conformance.payer_runner import PayerRunner
from payer_rules.conformance.sheet_results import SheetResult
from payer_rules.conformance.trial_results import TrialResult, result_of
from payer_rules.conformance.trials import Trial
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import Problem, nearest
from payer_rules.registry import load
from payer_rules.system.signals import interruptible


class Harness:
    """The installed plugins and the profiles at the paths, ready for trials and invariants."""

    def __init__(self, profiles: Iterable[Path] = ()) -> None:
        with interruptible():
            self.registry = load(profiles=profiles)
        self._runners: dict[str, PayerRunner] = {}
        self._suites: dict[str, Suite] = {}

    def unknown_payers(self, payers: Iterable[str], place: str) -> Iterator[Problem]:
        """Yield a problem for each name that is not the id of a payer."""
        for name in payers:
            if name not in self.registry.payers:
                remedy = nearest(name, self.registry.payers)
                yield Problem(place, f"there is no payer {name!r}", remedy, ErrorCode.UNKNOWN_PAYER)

    def read(self, file: Path) -> tuple[Sequence[Trial], Sequence[Problem]]:
        """Return the trials of the file, and its problems.

        A scenario to which it adds may be in the same folder or in a plugin.
        """
        trials, problems = self._expected([(None, file)])
        if trials or not problems:
            return trials, problems
        others = list(self._others(file))
        known, known_problems = self._expected(others)
        named = {(trial.payer, trial.name) for trial in known}
        trials, problems = self._expected([*others, (None, file)])
        return (
            [trial for trial in trials if (trial.payer, trial.name) not in named],
            [problem for problem in problems if problem not in known_problems],
        )

    def _others(self, file: Path) -> Iterator[tuple[str | None, Folder]]:
        """Yield the other fixtures of the folder, and those of plugins."""
        folders = [(None, file.parent), *self.registry.case_folders]
        seen = {file.resolve()}
        for plugin, folder in folders:
            for each in fixture_files(folder):
                # NOTE: no sheet or case adds to a scenario, and to read them takes seconds.
                if each.name.endswith((CASES, SHEET)):
                    continue
                if not isinstance(each, Path):
                    yield plugin, each
                elif each.resolve() not in seen:
                    seen.add(each.resolve())
                    yield plugin, each

    def _expected(
        self, folders: Iterable[tuple[str | None, Folder]]
    ) -> tuple[Sequence[Trial], Sequence[Problem]]:
        suite = read_suite(folders, self.registry.owners)
        trials = [
            trial
            for payer in self.registry.payers
            for trial in suite.trials(payer)
            if trial.expected is not None
        ]
        return trials, suite.problems

    def result(self, trial: Trial) -> TrialResult:
        """Return the result of the trial."""
        runner = self._runners.setdefault(trial.payer, PayerRunner(self.registry, trial.payer))
        with interruptible():
            return result_of(trial, runner.answers([trial]))

    def sheet(self, file: Path) -> tuple[EditSheet, Sequence[Problem]]:
        """Return the valid lines of an edit sheet, and the problems of the others."""
        return read_edit_sheet(file, None, self.registry.owners)

    def sheet_result(self, sheet: EditSheet, payer: str) -> SheetResult:
        """Return the result of the lines that ask the payer."""
        runner = self._runners.setdefault(payer, PayerRunner(self.registry, payer))
        with interruptible():
            answers = runner.answers(claim.question for claim in sheet.of(payer).claims)
        return SheetResult.of(sheet, {payer: answers})

    def broken(self, payer: str, invariant: str) -> list[str]:
        """Return the violations of the invariant by the payer, after a line that says what it asks.

        The invariant is checked in a process of its own.
        """
        unknown_payers = list(self.unknown_payers([payer], "payer"))
        if unknown_payers:
            return [str(problem) for problem in (*unknown_payers, *self.registry.problems)]
        if payer not in self._suites:
            folders = self.registry.case_folders
            self._suites[payer] = read_suite(folders, self.registry.owners, [payer])
        (result,) = check_invariants(self.registry, self._suites[payer], {payer: [invariant]})
        return [result.summary, *result.broken] if result.broken else []
