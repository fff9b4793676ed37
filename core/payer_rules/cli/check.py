"""``payer-rules check``: claims through the rules of payers."""

from __future__ import annotations

import os
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import attrs
from cyclopts import Parameter

from payer_rules.cli.exit_codes import ExitCode, first_of
from payer_rules.cli.options import (
    ALL_PLUGINS,
    Assume,
    Folder,
    Histories,
    Payers,
    Plugins,
    assumptions,
    print_problems,
    print_uncoded,
)
from payer_rules.cli.progress import progress_bars, rate_columns
from payer_rules.cli.reading_options import (
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
    *files: Path,
    payer: Payers = (),
    known_on: Annotated[
        date | None, Parameter(help="Judge by what payers had published by this day.")
    ] = None,
    assume: Assume = (),
    history: Histories = (),
    tables: Folder = None,
    reading: Annotated[ReadingOptions, Parameter(name="*")] = _DEFAULTS,
    jobs: Annotated[
        int | None,
        Parameter(show_default=False, help="Judge in so many processes; else one a core."),
    ] = None,
    report: Annotated[
        tuple[str, ...],
        Parameter(
            name="--report",
            negative="",
            show_default=False,
            help="text, json, ndjson, csv, claim-response (FHIR, one a line) or remittance; with "
            ":PATH into a file. Repeatable; text is the default.",
        ),
    ] = (),
    selection: Plugins = ALL_PLUGINS,
) -> ExitCode:
    """Judge files of claims by the payer each claim names, by --payer, or by all.

    Edits of CMS that were imported are used; else those that the plugins bring.
    """
    from payer_rules.checking import CheckRun, ClaimChecker
    from payer_rules.cli.decision_reports import DecisionReports
    from payer_rules.readers.formats import read_stores
    from payer_rules.registry import load
    from payer_rules.system.processes import collect_seldom
    from payer_rules.tables.folders import folder_in_use

    form = form_of(reading)
    folder = folder_in_use(tables)
    reports = DecisionReports.of(
        report, [*files, *history, folder, reading.columns, *selection.profiles]
    )
    assumed = assumptions(assume)
    registry = load(profiles=selection.profiles, without=selection.without, tables=folder)
    store, broken = read_stores(history, attrs.evolve(form, format=None))
    judging = ClaimChecker(
        registry=registry,
        payers=payer,
        known_on=known_on,
        assume=assumed,
        store=store,
        renderers=reports.renderers,
    )
    collect_seldom()
    with progress_bars(rate_columns) as watch:
        run = CheckRun(judging, jobs=jobs or os.cpu_count() or 1, watch=watch)
        # NOTE: the first fault of several readers would not be the first of the files.
        if run.jobs > 1 and not reading.strict and is_worth_sharing(files):
            answers = run.shared_answers(partial(read_share, files, form))
        else:
            answers = run.answers(read_all(files, form, strict=reading.strict))
        reports.write(
            answers,
            run.summary,
            lambda: [*registry.problems, *broken, *run.problems],
            begin=watch.stop,
        )
    print_uncoded(run.uncoded)
    problems = [*registry.problems, *broken, *run.problems]
    if reports.prints_remarks:
        problems = [problem for problem in problems if not isinstance(problem, Remark)]
    return _ended(run, has_problems=print_problems(problems))


def _ended(run: CheckRun, *, has_problems: bool) -> ExitCode:
    codes: set[ExitCode] = {ExitCode.FAULTY} if has_problems else set()
    if not run.summary.decisions:
        codes.add(ExitCode.NOTHING)
    if run.summary.reasons:
        codes.add(ExitCode.FOUND)
    if run.summary.missing:
        codes.add(ExitCode.OPEN)
    return first_of(codes)
