"""``payer-rules check``: check claims against the rules of their payers."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Annotated, Final

import attrs
from cyclopts import Parameter

from payer_rules.cli.exit_codes import ExitCode, exit_code
from payer_rules.cli.option_problems import require_files
from payer_rules.cli.options import (
    ALL_PLUGINS,
    Assume,
    ClaimPayers,
    Folder,
    Histories,
    KnownOn,
    Plugins,
    assumptions,
    print_problems,
    print_uncoded,
)
from payer_rules.cli.progress import progress_bars, rate_columns
from payer_rules.cli.reading_options import (
    ClaimFile,
    ReadingOptions,
    form_of,
    is_worth_sharing,
    read_all,
    read_share,
)
from payer_rules.errors import Remark

if TYPE_CHECKING:
    from payer_rules.checking import CheckRun

_DEFAULTS: Final = ReadingOptions()


def check(
    *files: ClaimFile,
    payer: ClaimPayers = (),
    known_on: KnownOn = None,
    assume: Assume = (),
    history: Histories = (),
    tables: Folder = None,
    reading: Annotated[ReadingOptions, Parameter(name="*")] = _DEFAULTS,
    jobs: Annotated[
        int | None,
        Parameter(show_default=False, help="Number of worker processes (default: one per core)."),
    ] = None,
    report: Annotated[
        tuple[str, ...],
        Parameter(
            name="--report",
            negative="",
            show_default=False,
            help="Format: text (default), remittance (preview of the 835), csv, json, ndjson or "
            "claim-response (FHIR, one per line). Add :PATH to write a file. Repeatable.",
        ),
    ] = (),
    selection: Plugins = ALL_PLUGINS,
) -> ExitCode:
    """Check claims against payer rules before you submit them.

    Each claim is checked against the payer that it names, and against all payers if it names
    none. NCCI and MUE edits come from the CMS files that you imported (payer-rules tables
    import), otherwise from the plugins.
    """
    from payer_rules.checking import CheckRun, ClaimChecker
    from payer_rules.cli.decision_reports import DecisionReports
    from payer_rules.readers.history_files import read_history_files
    from payer_rules.registry import load
    from payer_rules.system.processes import collect_seldom
    from payer_rules.tables.folders import folder_in_use

    require_files("check", files, "Give claim files, such as claims.837, claims.csv or claim.toml.")
    form = form_of(reading)
    folder = folder_in_use(tables)
    inputs = [*files, *history, folder, reading.columns, *selection.profiles]
    reports = DecisionReports.of(report, inputs)
    assumed = assumptions(assume)
    registry = load(
        profiles=selection.profiles,
        without=selection.without,
        tables=folder,
        payers=payer or None,
    )
    store, broken = read_history_files(history, attrs.evolve(form, format=None))
    checker = ClaimChecker(
        registry=registry,
        payers=payer,
        known_on=known_on,
        assume=assumed,
        store=store,
        renderers=reports.renderers,
    )
    collect_seldom()
    with progress_bars(rate_columns) as watch:
        run = CheckRun(checker, jobs=jobs or os.cpu_count() or 1, watch=watch)
        # NOTE: with several readers the first problem found may not be the first in the files.
        if run.jobs > 1 and not reading.strict and is_worth_sharing(files):
            decisions = run.shared_answers(partial(read_share, files, form))
        else:
            decisions = run.answers(read_all(files, form, strict=reading.strict))
        reports.write(
            decisions,
            run.summary,
            lambda: [*registry.problems, *broken, *run.problems],
            begin=watch.stop,
        )
    print_uncoded(run.uncoded)
    problems = [*registry.problems, *broken, *run.problems]
    if reports.prints_remarks:
        problems = [problem for problem in problems if not isinstance(problem, Remark)]
    return _exit_code(run, problems=print_problems(problems))


def _exit_code(run: CheckRun, *, problems: bool) -> ExitCode:
    return exit_code(
        problems=problems,
        nothing=not run.summary.decisions,
        findings=bool(run.summary.reasons),
        open_=bool(run.summary.missing),
    )
