"""``payer-rules conform``: check every plugin against its cases."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from payer_rules.cli.destinations import report_destinations, write_text
from payer_rules.cli.exit_codes import ExitCode, exit_code
from payer_rules.cli.option_problems import require_known
from payer_rules.cli.options import ALL_PLUGINS, Payers, Plugins, Reports, print_problems
from payer_rules.text.escaping import join_lines


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
    report: Reports = (),
    selection: Plugins = ALL_PLUGINS,
) -> ExitCode:
    """Check every payer against its cases and print the table of payers and scenarios.

    Without PATHS, the scenarios, cases and edit sheets of the installed plugins are used. The
    result does not depend on the CMS files that are installed: they are used only with --tables.
    """
    from payer_rules.conformance import conform as replay
    from payer_rules.registry import load
    from payer_rules.reports.conformance_matrix import data_of, lines_of
    from payer_rules.reports.data import text_of
    from payer_rules.tables.folders import existing

    reports = report_destinations(report, *paths, existing(tables), *selection.profiles)
    registry = load(profiles=selection.profiles, without=selection.without, tables=tables)
    require_known("--payer", payer, registry.payers, registry.problems)
    result = replay(registry, paths, payers=payer, invariants=invariants)
    write_text(reports, text=join_lines(lines_of(result)), json=text_of(data_of(result)))
    faulty = print_problems([*registry.problems, *result.problems])
    statuses = result.statuses()
    return exit_code(
        problems=faulty or "errored" in statuses,
        nothing=not statuses,
        findings="disagrees" in statuses or bool(result.broken_invariants),
    )
