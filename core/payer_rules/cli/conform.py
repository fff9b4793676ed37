"""``payer-rules conform``: check every plugin against its cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import attrs
from cyclopts import Parameter

from payer_rules.cli.console import layout_of
from payer_rules.cli.destinations import Destination, opened, report_destinations
from payer_rules.cli.exit_codes import ExitCode, exit_code
from payer_rules.cli.option_problems import require_known
from payer_rules.cli.options import ALL_PLUGINS, Payers, Plugins, print_problems
from payer_rules.cli.run_options import (
    ALL_ANSWERS,
    CONFORMANCE_KINDS,
    NO_OTHER_RUN,
    PLAIN_RUN,
    Files,
    Others,
    Shown,
    filter_of,
    joined_options,
    require_all_answers,
)
from payer_rules.cli.watch import Watch, require_no_reports, watch_runs

if TYPE_CHECKING:
    from payer_rules.conformance.earlier_runs import RunChange
    from payer_rules.conformance.manifest import RunOptions
    from payer_rules.conformance.run_record import RunRecord
    from payer_rules.conformance.runs import ConformanceRun
    from payer_rules.reports.text_layout import PageLayout


def conform(
    *paths: Annotated[Path, Parameter(help="Scenarios, cases and edit sheets.")],
    payer: Payers = (),
    tables: Annotated[
        Path | None,
        Parameter(
            show_default=False,
            help="Folder of imported CMS files (default: none, only the edits of the plugins).",
        ),
    ] = None,
    invariants: Annotated[
        bool,
        Parameter(
            negative="--no-invariants",
            help="Also check the invariants of every payer, on claims derived from the cases.",
        ),
    ] = True,
    show_all: Annotated[
        bool,
        Parameter(
            name="--all",
            negative=(),
            help="Also print the answers to scenarios that nobody has confirmed.",
        ),
    ] = False,
    shown: Shown = ALL_ANSWERS,
    others: Others = NO_OTHER_RUN,
    files: Files = PLAIN_RUN,
    watch: Watch = False,
    selection: Plugins = ALL_PLUGINS,
) -> ExitCode:
    """Check every payer against its cases and print the matrix of payers and scenarios.

    Without PATHS, the scenarios, cases and edit sheets of the installed plugins are used. The
    result does not depend on the CMS files that are installed: they are used only with --tables.
    Where only some answers are shown, edit sheets and invariants are left out, and the exit code
    is about the answers that are shown.

    With --watch, the payers whose files changed are asked again after each change, and what is
    different is printed, until Ctrl-C.
    """
    from payer_rules.conformance.manifest import RunOptions
    from payer_rules.conformance.run_comparison import changes
    from payer_rules.reports.conformance_report import lines_of
    from payer_rules.reports.read_reports import read_report
    from payer_rules.reports.run_changes import lines_of_changes
    from payer_rules.tables.folders import existing

    options = RunOptions(
        paths=tuple(map(str, paths)),
        payers=payer,
        profiles=tuple(map(str, selection.profiles)),
        without=selection.without,
        tables=str(tables) if tables else None,
        invariants=invariants,
        **attrs.asdict(shown, recurse=False),
    )
    if watch:
        require_no_reports(others, files)
        watch_runs(options)
    inputs = [*paths, *selection.profiles, existing(tables), others.against, others.verify]
    require_all_answers(options, files)
    reports = report_destinations(
        files.report, *inputs, kinds=CONFORMANCE_KINDS, more=files.destinations()
    )
    if others.verify:
        return _verified(others.verify, options, reports, show_all=show_all)
    earlier = read_report(others.against) if others.against else None
    run = _run(options)
    changed = None if earlier is None else list(changes(earlier, run.record))

    def lines(layout: PageLayout) -> Iterator[str]:
        differ = options.differ
        yield from lines_of(run.result, layout, show_all=show_all, by_answer=differ)
        if changed is not None:
            title = f"since {others.against}"
            yield from lines_of_changes(title, changed, layout, show_all=show_all)

    _write(_compared(run, others.against, changed), reports, lines)
    return _exit_code(run)


def _run(options: RunOptions) -> ConformanceRun:
    """Return the run with these options; raises `InputError` for values that are not known."""
    from payer_rules.conformance.runs import ConformanceRun
    from payer_rules.registry import load

    registry = load(
        profiles=map(Path, options.profiles),
        without=options.without,
        tables=Path(options.tables) if options.tables else None,
    )
    require_known("--payer", options.payers, registry.payers, registry.problems)
    return ConformanceRun.of(registry, options, filter_of(options))


def _compared(
    run: ConformanceRun, report: Path | None, changed: Sequence[RunChange] | None
) -> RunRecord:
    """Return the record of the run, with what has changed since the report, if there is one."""
    from payer_rules.conformance.earlier_runs import EarlierRun

    if report is None:
        return run.record
    earlier = EarlierRun(report=str(report), changes=tuple(changed or ()))
    return attrs.evolve(run.record, earlier=earlier)


def _write(
    record: RunRecord,
    reports: Sequence[Destination],
    lines: Callable[[PageLayout], Iterable[str]],
) -> None:
    """Write the reports of the record; ``lines`` are those of the text report."""
    from payer_rules.reports.conformance_formats import workbook_of
    from payer_rules.system.atomic_files import ReportText

    with opened(reports) as files:
        for destination, file in zip(reports, files, strict=True):
            if destination.kind == "text":
                file.writelines(f"{line}\n" for line in lines(layout_of(file)))
            elif isinstance(file, ReportText) and destination.kind == "xlsx":
                file.write_bytes(workbook_of(record))
            else:
                file.writelines(_parts(record, destination))


def _parts(record: RunRecord, destination: Destination) -> Iterable[str]:
    """Return the parts of a report, a badge or a trend."""
    from payer_rules.conformance.run_trend import earlier_rows, trend_with
    from payer_rules.reports.badges import badge_of
    from payer_rules.reports.conformance_formats import FORMATS

    path = destination.path or Path()
    if destination.kind == "badge":
        return badge_of(record, path)
    if destination.kind == "trend":
        return trend_with(earlier_rows(path), record, date.today())
    return FORMATS[destination.kind](record)


def _exit_code(run: ConformanceRun) -> ExitCode:
    """Print the problems of the run, and return its exit code."""
    faulty = print_problems([*run.registry.problems, *run.result.problems])
    statuses = run.result.statuses()
    return exit_code(
        problems=faulty or "errored" in statuses,
        nothing=not statuses,
        findings="disagrees" in statuses or bool(run.result.broken_invariants),
    )


def _verified(
    report: Path, options: RunOptions, reports: Sequence[Destination], *, show_all: bool
) -> ExitCode:
    """Repeat the run of the report, print what is missing or different, and write the reports."""
    from payer_rules.conformance.run_comparison import changes
    from payer_rules.reports.read_reports import verified_report
    from payer_rules.reports.run_changes import lines_of_verification

    record, faults = verified_report(report)
    run = _run(joined_options(record.manifest.options, options))
    changed = list(changes(record, run.record))

    def lines(layout: PageLayout) -> Iterator[str]:
        return lines_of_verification(
            str(report), record, faults, changed, layout, show_all=show_all
        )

    _write(_compared(run, report, changed), reports, lines)
    failed = _exit_code(run)
    return failed if failed is ExitCode.FAULTY else exit_code(findings=bool(faults or changed))
