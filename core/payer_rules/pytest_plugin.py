"""The harness in pytest: case and scenario files and edit sheets as items, and payers' invariants.

In a project that has no such files nothing of the package is imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

if TYPE_CHECKING:
    from _pytest._code.code import TerminalRepr

    from payer_rules.conformance.edit_claims import EditSheet
    from payer_rules.conformance.harness import Harness
    from payer_rules.conformance.trials import Trial
    from payer_rules.errors import Problem

_FIXTURES = (".cases.toml", ".case.toml", ".scenario.toml")
_SHEET = ".edits.csv"
#: Number of claims of a sheet that are printed if they do not agree.
_MOST = 10
_HARNESS: pytest.StashKey[Harness] = pytest.StashKey()


class PayerSuite:
    """The invariants as tests of one payer; a test class inherits it and sets ``payer``.

    Profiles that are not of an installed plugin are named by the option ``--profiles`` or the
    setting ``payer_rules_profiles``.
    """

    payer: ClassVar[str]

    def test_invariant(self, invariant: str, request: pytest.FixtureRequest) -> None:
        """Check that the invariant holds for the payer."""
        broken = _harness(request.config).broken(self.payer, invariant)
        if broken:
            pytest.fail(_joined(broken), pytrace=False)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options and settings of the harness."""
    group = parser.getgroup("payer-rules", "case and scenario files of payer-rules")
    group.addoption(
        "--payer",
        action="append",
        default=[],
        metavar="ID",
        help="Only what is expected of this payer. Repeatable.",
    )
    group.addoption(
        "--profiles",
        action="append",
        default=[],
        metavar="PATH",
        help="Read the profiles of this folder, or this profile, too. Repeatable.",
    )
    parser.addini(
        "payer_rules_profiles", "Folders of profiles, or profiles, to read too.", type="paths"
    )
    parser.addini(
        "payer_rules_invariants",
        "Payers whose invariants run beside the tests, without code.",
        type="args",
    )


def pytest_collection(session: pytest.Session) -> None:
    """Refuse a payer that does not exist, before files are collected."""
    only = session.config.getoption("payer")
    unknown_payers = (
        [str(f) for f in _harness(session.config).unknown_payers(only, "--payer")] if only else []
    )
    if unknown_payers:
        raise pytest.UsageError(*unknown_payers)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Return the collector of a case or scenario file, or of an edit sheet."""
    if file_path.name.endswith(_SHEET):
        return SheetFile.from_parent(parent, path=file_path)
    if not file_path.name.endswith(_FIXTURES):
        return None
    return FixtureFile.from_parent(parent, path=file_path)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make a test of each invariant in classes that inherit `PayerSuite`."""
    if metafunc.cls is None or not issubclass(metafunc.cls, PayerSuite):
        return
    if "invariant" in metafunc.fixturenames:
        from payer_rules.conformance.invariants import INVARIANTS

        metafunc.parametrize("invariant", list(INVARIANTS))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add the invariants of the payers in the settings, if no path was named."""
    payers = config.getini("payer_rules_invariants")
    if not payers or config.args_source is pytest.Config.ArgsSource.ARGS:
        return
    from payer_rules.conformance.invariants import INVARIANTS

    for payer in payers:
        for invariant in INVARIANTS:
            items.append(
                InvariantItem.from_parent(
                    session, name=f"{payer}::{invariant}", of=(payer, invariant)
                )
            )


def _harness(config: pytest.Config) -> Harness:
    """Return the harness of the run; it is built once."""
    from payer_rules.conformance.harness import Harness

    if _HARNESS not in config.stash:
        named = [Path(path) for path in config.getoption("profiles")]
        profiles = [*config.getini("payer_rules_profiles"), *named]
        config.stash[_HARNESS] = Harness(profiles)
    return config.stash[_HARNESS]


class FixtureFile(pytest.File):
    """A case or scenario file."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield an item for each trial of the file, and one for its problems."""
        harness = _harness(self.config)
        only = self.config.getoption("payer")
        trials, problems = harness.read(self.path)
        stem = self.path.name.partition(".")[0]
        for trial in trials:
            if not only or trial.payer in only:
                name = trial.name if trial.rule else stem
                yield TrialItem.from_parent(self, name=f"{trial.payer}::{name}", trial=trial)
        if problems:
            yield ProblemItem.from_parent(self, name=f"fault::{stem}", problems=problems)


class SheetFile(pytest.File):
    """An edit sheet."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield an item for each payer of the sheet, and one for its problems."""
        harness = _harness(self.config)
        only = self.config.getoption("payer")
        sheet, problems = harness.sheet(self.path)
        stem = self.path.name.partition(".")[0]
        for payer in sheet.payers:
            if not only or payer in only:
                yield SheetItem.from_parent(self, name=f"{payer}::{stem}", of=(payer, sheet))
        if problems:
            yield ProblemItem.from_parent(self, name=f"fault::{stem}", problems=problems)


class _PlainFailure(Exception):
    """A failure whose text a report shows instead of a traceback."""


class _PlainItem(pytest.Item):
    """An item that fails with plain words."""

    def repr_failure(  # type: ignore[override]
        self, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> str | TerminalRepr:
        """Return the text alone; a traceback for any other exception."""
        if isinstance(excinfo.value, _PlainFailure):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return the file and the name."""
        return self.path, None, self.name


class TrialItem(_PlainItem):
    """A trial of one payer."""

    def __init__(self, *, trial: Trial, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)
        self.trial = trial

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return the file, the line of the case, counted from 0, and the name."""
        line = self.trial.line
        return self.path, None if line is None else line - 1, self.name

    def runtest(self) -> None:
        """Fail if the payer does not answer as expected; with a todo it is expected to differ."""
        from payer_rules.reports.conformance_report import spelled

        cell = _harness(self.config).result(self.trial)
        trial = self.trial
        if cell.status == "todo":
            pytest.xfail(f"todo: {trial.todo}")
        details = list(spelled(f"{trial.payer} on {trial.name} ({trial.place})", trial.why, cell))
        if details:
            raise _PlainFailure(_joined(details))


class SheetItem(_PlainItem):
    """An item for the answers of one payer's edit tables to the claims of a sheet."""

    def __init__(self, *, of: tuple[str, EditSheet], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)
        self.of = of

    def runtest(self) -> None:
        """Compare every claim; fail with the first that do not agree."""
        from payer_rules.reports.conformance_report import lines_of_sheet

        payer, sheet = self.of
        result = _harness(self.config).sheet_result(sheet, payer)
        if result.others:
            raise _PlainFailure(_joined(lines_of_sheet(result, _MOST)))


class ProblemItem(_PlainItem):
    """The problems of a file; the other files still run."""

    def __init__(self, *, problems: Sequence[Problem], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)
        self.problems = problems

    def runtest(self) -> None:
        """Fail with the problems of the file."""
        raise _PlainFailure(_joined(problem.coded for problem in self.problems))


class InvariantItem(_PlainItem):
    """An invariant of a payer."""

    def __init__(self, *, of: tuple[str, str], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)
        self.of = of

    def runtest(self) -> None:
        """Check that the invariant holds for the payer."""
        broken = _harness(self.config).broken(*self.of)
        if broken:
            raise _PlainFailure(_joined(broken))


def _joined(lines: Iterable[str]) -> str:
    """Return the lines as one text in which nothing but the end of a line breaks it."""
    from payer_rules.text.escaping import join_lines

    return join_lines(lines)
