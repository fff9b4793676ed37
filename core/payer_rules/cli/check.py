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
    NO_SETUP,
    Assume,
    Common,
    Folder,
    Histories,
    Payers,
    assumptions,
    complain,
    tell_uncoded,
)
from payer_rules.cli.progress import bars, rates
from payer_rules.cli.reading_options import (
    Files,
    form_of,
    is_worth_sharing,
    read_all,
    read_share,
)
from payer_rules.errors import Remark

if TYPE_CHECKING:
    from payer_rules.checking import Run


_FILES: Final = Files()


def check(
    *files: Path,
    payer: Payers = (),
    known_on: Annotated[
        date | None, Parameter(help="Judge by what payers had published by this day.")
    ] = None,
    assume: Assume = (),
    history: Histories = (),
    tables: Folder = None,
    reading: Annotated[Files, Parameter(name="*")] = _FILES,
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
    setup: Common = NO_SETUP,
) -> ExitCode:
    """Judge files of claims by the payer each claim names, by --payer, or by all.

    Edits of CMS that were imported are used; else those that the plugins bring.
    """
    from payer_rules.checking import Judging, Run
    from payer_rules.cli.decision_reports import Streaming
    from payer_rules.readers.formats import read_stores
    from payer_rules.registry import load
    from payer_rules.system.processes import collect_seldom
    from payer_rules.tables.folders import folder_in_use

    form = form_of(reading)
    folder = folder_in_use(tables)
    streaming = Streaming.of(report, [*files, *history, folder, reading.columns, *setup.profiles])
    assumed = assumptions(assume)
    registry = load(profiles=setup.profiles, without=setup.without, tables=folder)
    store, broken = read_stores(history, attrs.evolve(form, format=None))
    judging = Judging(
        registry=registry,
        payers=payer,
        known_on=known_on,
        assume=assumed,
        store=store,
        sinks=streaming.sinks,
    )
    collect_seldom()
    with bars(rates) as watch:
        run = Run(judging, jobs=jobs or os.cpu_count() or 1, watch=watch)
        # NOTE: the first fault of several readers would not be the first of the files.
        if run.jobs > 1 and not reading.strict and is_worth_sharing(files):
            answers = run.shared_answers(partial(read_share, files, form))
        else:
            answers = run.answers(read_all(files, form, strict=reading.strict))
        streaming.write(
            answers,
            run.tally,
            lambda: [*registry.faults, *broken, *run.faults],
            begin=watch.stop,
        )
    tell_uncoded(run.uncoded)
    faults = [*registry.faults, *broken, *run.faults]
    if streaming.prints_remarks:
        faults = [fault for fault in faults if not isinstance(fault, Remark)]
    return _ended(run, faulty=complain(faults))


def _ended(run: Run, *, faulty: bool) -> ExitCode:
    codes: set[ExitCode] = {ExitCode.FAULTY} if faulty else set()
    if not run.tally.decisions:
        codes.add(ExitCode.NOTHING)
    if run.tally.reasons:
        codes.add(ExitCode.FOUND)
    if run.tally.missing:
        codes.add(ExitCode.OPEN)
    return first_of(codes)
