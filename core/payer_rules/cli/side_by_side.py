"""``payer-rules side-by-side``: what several payers' rules state about one code."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Annotated, TypeAlias

from cyclopts import Parameter, validators

from payer_rules.cli.destinations import report_destinations, write_reports
from payer_rules.cli.exit_codes import ExitCode, exit_code
from payer_rules.cli.listing import collect_payers
from payer_rules.cli.option_problems import date_of, unknown_code
from payer_rules.cli.options import ALL_PLUGINS, Folder, Payers, Plugins, print_problems
from payer_rules.errors import InputError
from payer_rules.text.escaping import join_lines

if TYPE_CHECKING:
    from payer_rules.reports.code_comparison import CodeComparison

ComparisonReports: TypeAlias = Annotated[
    tuple[str, ...],
    Parameter(
        name="--report",
        negative="",
        show_default=False,
        help="Format: text (default), markdown, html or json. Add :PATH to write a file. "
        "Repeatable.",
    ),
]
_KINDS = ("text", "markdown", "html", "json")


def side_by_side(
    code: Annotated[str, Parameter(help="Procedure code, such as 90853.")],
    /,
    *,
    on: Annotated[
        date | None,
        Parameter(
            name="--on",
            show_default=False,
            converter=date_of,
            help="Date of service, YYYY-MM-DD (default: today).",
        ),
    ] = None,
    payer: Payers = (),
    paid_units: Annotated[
        int | None,
        Parameter(
            validator=validators.Number(gte=1),
            show_default=False,
            help="Compare only payers that pay so many units on one line, and say what the "
            "others would do.",
        ),
    ] = None,
    paid_lines: Annotated[
        int | None,
        Parameter(
            validator=validators.Number(gte=1, lte=99),
            show_default=False,
            help="The same for so many lines of one unit on one day, as two sessions are billed; "
            "with --paid-units, of so many units each.",
        ),
    ] = None,
    sources: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="Print the rule, the dates and the sources of each answer.",
        ),
    ] = False,
    tables: Folder = None,
    report: ComparisonReports = (),
    selection: Plugins = ALL_PLUGINS,
) -> ExitCode:
    """Compare what payers state about one code: units, modifiers, minutes, licenses and more.

    The answers are those of the rules in force on the date of service. With --paid-units 2, a plain
    claim with two units on one line is checked against each payer first.
    """
    from payer_rules.registry import load
    from payer_rules.reports.code_comparison import compare_code
    from payer_rules.tables.folders import folder_in_use

    _refuse_unknown_code(code)
    reports = report_destinations(report, *selection.profiles, kinds=_KINDS)
    registry = load(
        profiles=selection.profiles, without=selection.without, tables=folder_in_use(tables)
    )
    collected = collect_payers(registry, payer)
    books = (registry.rulebook(name, collected=each) for name, each in collected.items())
    comparison = compare_code(code, books, on or date.today(), paid_units, paid_lines)
    write_reports(
        reports,
        {
            "text": lambda: _text(comparison, sources=sources),
            "json": lambda: _json(comparison),
            "markdown": lambda: _markdown(comparison),
            "html": lambda: _html(comparison),
        },
    )
    problems = [*registry.problems, *(p for each in collected.values() for p in each.problems)]
    return exit_code(problems=print_problems(problems))


def _refuse_unknown_code(code: str) -> None:
    """Raise `InputError` for a text that is not a procedure code."""
    from payer_rules.claims import is_code

    if not is_code(code):
        raise InputError([unknown_code("CODE", code)])


def _text(comparison: CodeComparison, *, sources: bool) -> Iterable[str]:
    from payer_rules.reports.comparison_text import comparison_lines

    return (join_lines(comparison_lines(comparison, sources=sources)), "\n")


def _json(comparison: CodeComparison) -> Iterable[str]:
    from payer_rules.reports.comparison_text import comparison_data
    from payer_rules.reports.data import text_of

    return (text_of(comparison_data(comparison)), "\n")


def _markdown(comparison: CodeComparison) -> Iterable[str]:
    from payer_rules.reports.code_labels import BareCodes
    from payer_rules.reports.side_by_side import side_by_side

    return ("\n\n".join(side_by_side(comparison, BareCodes())), "\n")


def _html(comparison: CodeComparison) -> Iterable[str]:
    from payer_rules.reports.side_by_side import comparison_page

    return comparison_page(comparison)
