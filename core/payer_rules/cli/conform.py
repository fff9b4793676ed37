"""``payer-rules conform``: fixture claims replayed through every plugin."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from payer_rules.cli.exit_codes import ExitCode, first_of
from payer_rules.cli.options import (
    ALL_PLUGINS,
    Payers,
    Plugins,
    Reports,
    deliver,
    known,
    print_problems,
    report_destinations,
)
from payer_rules.text.escaping import join_lines

if TYPE_CHECKING:
    from payer_rules.conformance import ConformanceResult


def conform(
    *paths: Path,
    payer: Payers = (),
    tables: Annotated[
        Path | None,
        Parameter(
            show_default=False,
            help="Judge by the imported tables in this folder; else by what the plugins bring.",
        ),
    ] = None,
    laws: Annotated[
        bool,
        Parameter(
            negative="--no-laws",
            help="Ask the laws about answers too, of claims derived from those of the cases.",
        ),
    ] = True,
    report: Reports = (),
    selection: Plugins = ALL_PLUGINS,
) -> ExitCode:
    """Replay scenarios through every payer and cases through their own; print the matrix.

    Then the laws about answers are asked of each payer: the same claim in other words has the same
    answer, and a claim of which less is known has no cleaner one.

    Without paths, the scenarios, cases and edit sheets that travel with the plugins. The result
    does not depend on which tables a machine has: imported ones are used only where they are named,
    and of an edit sheet nothing is asked but the rows that its plugin brings.
    """
    from payer_rules.conformance import conform as replay
    from payer_rules.registry import load
    from payer_rules.reports.conformance_matrix import data_of, lines_of
    from payer_rules.reports.data import text_of
    from payer_rules.tables.folders import existing

    reports = report_destinations(report, *paths, existing(tables), selection=selection)
    registry = load(profiles=selection.profiles, without=selection.without, tables=tables)
    known("--payer", payer, registry.payers)
    result = replay(registry, paths, payers=payer, laws=laws)
    deliver(reports, join_lines(lines_of(result)), text_of(data_of(result)))
    has_problems = print_problems([*registry.problems, *result.problems])
    return _ended(result, has_problems=has_problems)


def _ended(result: ConformanceResult, *, has_problems: bool) -> ExitCode:
    words = result.words()
    codes: set[ExitCode] = set()
    if has_problems or "errored" in words:
        codes.add(ExitCode.FAULTY)
    if "disagrees" in words or result.broken_laws:
        codes.add(ExitCode.FOUND)
    if not words:
        codes.add(ExitCode.NOTHING)
    return first_of(codes)
