"""``payer-rules next``: the first date on which a service would be paid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from payer_rules.cli.destinations import report_destinations, write_text
from payer_rules.cli.exit_codes import ExitCode, exit_code
from payer_rules.cli.option_problems import NothingGiven, date_of, require_known
from payer_rules.cli.options import (
    ALL_PLUGINS,
    ClaimPayers,
    Folder,
    Histories,
    Plugins,
    Reports,
    print_problems,
)
from payer_rules.cli.reading_options import ClaimFile, Reading, ReadingOptions, form_of, read_all
from payer_rules.errors import InputError, InvalidValueError, Problem
from payer_rules.text.escaping import join_lines

if TYPE_CHECKING:
    from payer_rules.history import History
    from payer_rules.planning.asked_service import AskedService
    from payer_rules.readers import FiledClaim
    from payer_rules.registry import Registry
    from payer_rules.rulebook.next_payable import NextPayable

_DEFAULTS: Final = ReadingOptions()

From = Annotated[
    date | None,
    Parameter(
        name="--from",
        show_default=False,
        converter=date_of,
        help="First date to try, YYYY-MM-DD (default: the date of the line; with --code, today).",
    ),
]
Until = Annotated[
    date | None,
    Parameter(
        name="--until",
        show_default=False,
        converter=date_of,
        help="Last date to try, YYYY-MM-DD (default: two years after the first).",
    ),
]


def next_(
    *files: ClaimFile,
    code: Annotated[
        str | None, Parameter(show_default=False, help="Procedure code, if you have no claim yet.")
    ] = None,
    payer: ClaimPayers = (),
    member: Annotated[
        str | None,
        Parameter(show_default=False, help="Member id of the patient, as in the history files."),
    ] = None,
    clinician: Annotated[
        str | None,
        Parameter(
            show_default=False,
            help="NPI of the clinician (default: the one of the member's last session).",
        ),
    ] = None,
    place: Annotated[
        str | None, Parameter(show_default=False, help="Place of service, such as 11.")
    ] = None,
    modifiers: Annotated[
        tuple[str, ...],
        Parameter(name="--modifier", negative="", show_default=False, help="Modifier. Repeatable."),
    ] = (),
    units: Annotated[int, Parameter(help="Units of the service.")] = 1,
    minutes: Annotated[
        int | None, Parameter(show_default=False, help="Minutes of the service.")
    ] = None,
    first: From = None,
    last: Until = None,
    history: Histories = (),
    tables: Folder = None,
    reading: Reading = _DEFAULTS,
    report: Reports = (),
    selection: Plugins = ALL_PLUGINS,
) -> ExitCode:
    """Find the first date on which a service would be paid, and what is left of each limit.

    Give claim files, or a code with --code, --payer and --member. Each line is moved from date to
    date while the others stay; the answer names the rule that keeps it from being paid until then.
    """
    from payer_rules.planning.asked_service import AskedService
    from payer_rules.readers.formats import ReadOptions
    from payer_rules.readers.history_files import read_history_files
    from payer_rules.registry import load
    from payer_rules.reports.data import text_of
    from payer_rules.reports.next_dates import data_of, lines_of
    from payer_rules.tables.folders import folder_in_use

    if not files and code is None:
        message = "neither a claim file nor a code was given"
        remedy = "Give a claim file, or --code 90853 --payer ID --member ID."
        raise NothingGiven([Problem("payer-rules next", message, remedy)])
    folder = folder_in_use(tables)
    reports = report_destinations(report, *files, *history, folder, *selection.profiles)
    registry = load(
        profiles=selection.profiles,
        without=selection.without,
        tables=folder,
        payers=payer or None,
    )
    require_known("--payer", (each for each in payer if each != "all"), registry.payers)
    store, problems = read_history_files(history, ReadOptions())
    filed = [*_claims(files, reading, problems)]
    if code is not None:
        asked = AskedService(
            code=code,
            day=first or date.today(),
            member=member,
            clinician=clinician,
            place_of_service=place,
            modifiers=modifiers,
            units=Decimal(units),
            minutes=minutes,
        )
        filed.append(_filed(asked, store))
    answers = [*_answers(filed, registry, payer, store, (first, last), problems)]
    names = {name: each.name for name, each in registry.payers.items()}
    text = [
        line
        for at, (answer, code_of_line) in enumerate(answers)
        for line in (
            *([""] if at else []),
            *lines_of(answer, _heading(answer, code_of_line, names[answer.payer])),
        )
    ]
    data = {"answers": [data_of(answer) for answer, _ in answers]}
    write_text(reports, text=join_lines(text), json=text_of(data))
    return exit_code(
        problems=print_problems([*registry.problems, *problems]),
        nothing=not answers,
        findings=any(_is_blocked(answer) for answer, _ in answers),
        open_=any(answer.day is None for answer, _ in answers),
    )


def _filed(asked: AskedService, store: History | None) -> FiledClaim:
    """Return the claim of the service; raises `InputError` for a value that does not fit."""
    from payer_rules.readers import FiledClaim

    try:
        return FiledClaim(asked.claim(store), None, "--code", 1)
    except InvalidValueError as error:
        raise InputError(each.at("payer-rules next") for each in error.field_errors) from None


def _heading(answer: NextPayable, code: str, payer: str) -> str:
    """Return the code and the payer, with the line if it is of a claim file."""
    from payer_rules.planning.asked_service import ASKED

    place = "" if answer.claim == ASKED else f" · claim {answer.claim}, line {answer.line}"
    return f"{code} · {payer}{place}"


def _is_blocked(answer: NextPayable) -> bool:
    return answer.day is None and answer.answer.expected not in ("unread", "unknown")


def _claims(
    files: Iterable[ClaimFile], reading: ReadingOptions, problems: list[Problem]
) -> Iterator[FiledClaim]:
    """Yield the claims of the files; their problems are added to the list."""
    from payer_rules.readers import FiledClaim

    for item in read_all(files, form_of(reading), strict=reading.strict):
        if isinstance(item, FiledClaim):
            yield item
        elif isinstance(item, Problem):
            problems.append(item)


def _answers(
    filed: Iterable[FiledClaim],
    registry: Registry,
    payers: tuple[str, ...],
    store: History | None,
    span: tuple[date | None, date | None],
    problems: list[Problem],
) -> Iterator[tuple[NextPayable, str]]:
    """Yield the answer for each line and payer, with the code of the line."""
    from payer_rules.payer_routing import ALL, PayerRouter

    router = PayerRouter(registry, payers, default_payers=(ALL,))
    first, last = span
    for each in filed:
        for payer in router.payers_of(each, problems):
            collected = registry.collect(payer)
            problems += collected.problems
            book = registry.rulebook(payer, collected=collected)
            known = store if each.history is None else each.history
            for line in each.claim.lines:
                answer = book.next_payable(
                    each.claim, known, line=line.number, first=first, last=last
                )
                yield answer, line.code
