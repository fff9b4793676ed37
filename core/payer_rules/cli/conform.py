"""``payer-rules conform``: check every plugin against its cases."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from payer_rules.cli.console import layout_of
from payer_rules.cli.destinations import opened, report_destinations
from payer_rules.cli.exit_codes import ExitCode, exit_code
from payer_rules.cli.option_problems import require_known
from payer_rules.cli.options import ALL_PLUGINS, Payers, Plugins, Reports, print_problems


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
    report: Reports = (),
    selection: Plugins = ALL_PLUGINS,
) -> ExitCode:
    """Check every payer against its cases and print the matrix of payers and scenarios.

    Without PATHS, the scenarios, cases and edit sheets of the installed plugins are used. The
    result does not depend on the CMS files that are installed: they are used only with --tables.
    """
    from payer_rules.conformance import conform as replay
    from payer_rules.registry import load
    from payer_rules.reports.conformance_data import data_of
    from payer_rules.reports.conformance_report import lines_of
    from payer_rules.reports.data import text_of
    from payer_rules.tables.folders import existing

    reports = report_destinations(report, *paths, existing(tables), *selection.profiles)
    registry = load(profiles=selection.profiles, without=selection.without, tables=tables)
    require_known("--payer", payer, registry.payers, registry.problems)
    result = replay(registry, paths, payers=payer, invariants=invariants)
    with opened(reports) as files:
        for destination, file in zip(reports, files, strict=True):
            if destination.kind == "json":
                file.write(f"{text_of(data_of(result))}\n")
            else:
                lines = lines_of(result, layout_of(file), show_all=show_all)
                file.writelines(f"{line}\n" for line in lines)
    faulty = print_problems([*registry.problems, *result.problems])
    statuses = result.statuses()
    return exit_code(
        problems=faulty or "errored" in statuses,
        nothing=not statuses,
        findings="disagrees" in statuses or bool(result.broken_invariants),
    )
