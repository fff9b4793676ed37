"""``payer-rules checklist``: what the record of a service must hold."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from cyclopts import Parameter

from payer_rules.cli.destinations import report_destinations, write_text
from payer_rules.cli.exit_codes import ExitCode, exit_code
from payer_rules.cli.known_facts import PracticeFile, practice_in_use
from payer_rules.cli.listing import collect_payers, load_registry
from payer_rules.cli.option_problems import date_of, unknown_code
from payer_rules.cli.options import ALL_PLUGINS, Plugins, Reports, print_problems
from payer_rules.errors import InputError
from payer_rules.text.escaping import join_lines


def checklist(
    *,
    payer: Annotated[
        tuple[str, ...],
        Parameter(
            name="--payer",
            negative="",
            show_default=False,
            help="Payer whose texts are used (default: all payers). Repeatable.",
        ),
    ] = (),
    code: Annotated[
        tuple[str, ...],
        Parameter(
            name="--code", negative="", show_default=False, help="Procedure code. Repeatable."
        ),
    ],
    on: Annotated[
        date | None,
        Parameter(
            name="--on",
            show_default=False,
            converter=date_of,
            help="Date of service, YYYY-MM-DD (default: today).",
        ),
    ] = None,
    practice: PracticeFile = None,
    report: Reports = (),
    selection: Plugins = ALL_PLUGINS,
) -> ExitCode:
    """List what the record of a service must hold, by payer, with its source.

    Conditions that the practice file answers, such as the contractor, are left out, with the
    rules that never apply to its claims. What no text of the payer names is on the house list,
    which is printed and marked.
    """
    from payer_rules.planning.checklist import checklist_of
    from payer_rules.practice import find_practice
    from payer_rules.reports.checklists import data_of, lines_of
    from payer_rules.reports.data import text_of

    _refuse_unknown_codes(code)
    reports = report_destinations(report, find_practice(practice), *selection.profiles)
    registry = load_registry(selection)
    known = practice_in_use(practice, registry)
    collected = collect_payers(registry, payer)
    day = on or date.today()
    lists = [
        checklist_of(name, each, found.rules, day, known)
        for each in code
        for name, found in collected.items()
    ]
    text = join_lines(lines_of(lists, {name: p.name for name, p in registry.payers.items()}))
    data = {"checklists": [data_of(each) for each in lists]}
    write_text(reports, text=text, json=text_of(data))
    problems = [*registry.problems, *(p for found in collected.values() for p in found.problems)]
    return exit_code(problems=print_problems(problems))


def _refuse_unknown_codes(codes: tuple[str, ...]) -> None:
    """Raise `InputError` for a text that is not a procedure code."""
    from payer_rules.claims import is_code

    problems = [unknown_code("--code", each) for each in codes if not is_code(each)]
    if problems:
        raise InputError(problems)
