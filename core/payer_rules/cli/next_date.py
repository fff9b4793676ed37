"""``payer-rules next``: the first date on which a service would be paid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import attrs
from cyclopts import Parameter

from payer_rules.cli.destinations import report_destinations, write_text
from payer_rules.cli.exit_codes import ExitCode, exit_code
from payer_rules.cli.known_facts import NO_FACTS, Facts, KnownFacts
from payer_rules.cli.option_problems import NothingGiven, date_of, require_known
from payer_rules.cli.options import (
    ALL_PLUGINS,
    ClaimPayers,
    Plugins,
    Reports,
    print_problems,
)
from payer_rules.cli.reading_options import ClaimFile, Reading, ReadingOptions, form_of, read_all
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, InvalidValueError, Problem
from payer_rules.text.escaping import join_lines

if TYPE_CHECKING:
    from payer_rules.history import HistorySource
    from payer_rules.readers import FiledClaim
    from payer_rules.rulebook.next_payable import NextPayable

_DEFAULTS: Final = ReadingOptions()


@attrs.frozen(kw_only=True)
class ServiceOptions:
    """The options that describe a service without a claim."""

    code: Annotated[
        str | None, Parameter(show_default=False, help="Procedure code, if you have no claim yet.")
    ] = None
    member: Annotated[
        str | None,
        Parameter(show_default=False, help="Member id of the patient, as in the history files."),
    ] = None
    clinician: Annotated[
        str | None,
        Parameter(
            show_default=False,
            help="NPI of the clinician (default: the one of the member's last session).",
        ),
    ] = None
    place: Annotated[
        str | None, Parameter(show_default=False, help="Place of service, such as 11.")
    ] = None
    modifiers: Annotated[
        tuple[str, ...],
        Parameter(name="--modifier", negative="", show_default=False, help="Modifier. Repeatable."),
    ] = ()
    units: Annotated[int, Parameter(help="Units of the service.")] = 1
    minutes: Annotated[
        int | None, Parameter(show_default=False, help="Minutes of the service.")
    ] = None


Service: TypeAlias = Annotated[ServiceOptions, Parameter(name="*")]
_NO_SERVICE: Final = ServiceOptions()


@attrs.frozen(kw_only=True)
class DateOptions:
    """The first and the last date to try."""

    first: Annotated[
        date | None,
        Parameter(
            name="--from",
            show_default=False,
            converter=date_of,
            help="First date to try, YYYY-MM-DD (default: the date of the line; with --code, "
            "today).",
        ),
    ] = None
    last: Annotated[
        date | None,
        Parameter(
            name="--until",
            show_default=False,
            converter=date_of,
            help="Last date to try, YYYY-MM-DD (default: two years after the first).",
        ),
    ] = None


Dates: TypeAlias = Annotated[DateOptions, Parameter(name="*")]
_ANY_DATE: Final = DateOptions()


def next_(
    *files: ClaimFile,
    service: Service = _NO_SERVICE,
    payer: ClaimPayers = (),
    dates: Dates = _ANY_DATE,
    facts: Facts = NO_FACTS,
    reading: Reading = _DEFAULTS,
    report: Reports = (),
    selection: Plugins = ALL_PLUGINS,
) -> ExitCode:
    """Find the first date on which a service would be paid, and what is left of each limit.

    Give claim files, or a code with --code, --payer and --member. Each line is moved from date to
    date while the others stay; the answer names the rule that keeps it from being paid until then.
    """
    from payer_rules.planning.payer_books import PayerBooks
    from payer_rules.reports.data import text_of
    from payer_rules.reports.next_dates import data_of_answers

    _require_a_service(files, service)
    inputs = [*files, *facts.files(), reading.columns, *selection.profiles]
    reports = report_destinations(report, *inputs)
    known = KnownFacts.for_planning(facts, selection, payer)
    payers = known.registry.payers
    problems = [*known.problems]
    require_known("--payer", (each for each in payer if each != "all"), payers, problems)
    filed = [*_claims(files, reading, problems), *_asked(service, dates.first, known.store)]
    books = PayerBooks(known.registry, known.store, known.practice, payer)
    answers = [
        answer
        for each in filed
        for answer in books.next_payable(each, first=dates.first, last=dates.last)
    ]
    lines = _lines(answers, {name: p.name for name, p in payers.items()})
    days = [answer.first for answer, _ in answers]
    remarks = (*_unknown_member(service, known.store), *known.remarks(days))
    text = join_lines((*lines, *remarks))
    data = data_of_answers(answer for answer, _ in answers)
    write_text(reports, text=text, json=text_of(data))
    return exit_code(
        problems=print_problems([*problems, *books.problems]),
        nothing=not answers,
        findings=any(_is_blocked(answer) for answer, _ in answers),
        open_=any(answer.day is None for answer, _ in answers),
    )


def _require_a_service(files: tuple[Path, ...], service: ServiceOptions) -> None:
    """Raise `NothingGiven` if there is neither a claim file nor a code, `InputError` for both."""
    if files and service.code is not None:
        message = f"claim files and --code {service.code} were given"
        remedy = "Give one of them. Claims that are not decided yet count before --code with "
        remedy += f"--history {files[0]}."
        raise InputError([Problem("payer-rules next", message, remedy, ErrorCode.OPTION_VALUE)])
    if not files and service.code is None:
        message = "neither a claim file nor a code was given"
        remedy = "Give a claim file, or --code 90853 --payer ID --member ID."
        raise NothingGiven([Problem("payer-rules next", message, remedy, ErrorCode.NOTHING_GIVEN)])


def _claims(
    files: Iterable[Path], reading: ReadingOptions, problems: list[Problem]
) -> Iterator[FiledClaim]:
    """Yield the claims of the files; their problems are added to the list."""
    from payer_rules.readers import FiledClaim

    for item in read_all(files, form_of(reading), strict=reading.strict):
        if isinstance(item, FiledClaim):
            yield item
        elif isinstance(item, Problem):
            problems.append(item)


def _asked(
    service: ServiceOptions, first: date | None, store: HistorySource | None
) -> Iterator[FiledClaim]:
    """Yield the claim of the service, if a code was given.

    Raises `InputError` for a value that does not fit.
    """
    from payer_rules.planning.asked_service import AskedService
    from payer_rules.readers import FiledClaim

    if service.code is None:
        return
    asked = AskedService(
        code=service.code,
        day=first or date.today(),
        member=service.member,
        clinician=service.clinician,
        place_of_service=service.place,
        modifiers=service.modifiers,
        units=Decimal(service.units),
        minutes=service.minutes,
    )
    try:
        yield FiledClaim(asked.claim(store), None, "--code", 1)
    except InvalidValueError as error:
        raise InputError(each.at("payer-rules next") for each in error.field_errors) from None


def _lines(answers: Iterable[tuple[NextPayable, str]], names: dict[str, str]) -> Iterator[str]:
    """Yield the answers as text, with an empty line between two of them."""
    from payer_rules.reports.next_dates import lines_of

    for at, (answer, code) in enumerate(answers):
        if at:
            yield ""
        yield from lines_of(answer, _heading(answer, code, names[answer.payer]))


def _unknown_member(service: ServiceOptions, store: HistorySource | None) -> Iterator[str]:
    """Yield a remark if services of the member who is asked about were deleted, or there are none.

    There is none for a history without services.
    """
    member = service.member
    if member and store and store.kept_from(member) == date.max:
        yield ""
        yield f"Services of member {member} were deleted from the history store,"
        yield "so no history of this member is complete."
    elif member and store and store.first_members(1) and not store.members_among([member]):
        yield ""
        yield f"The history has no service of member {member}. Check the id, as in the 835."


def _heading(answer: NextPayable, code: str, payer: str) -> str:
    """Return the code and the payer, with the line if it is of a claim file."""
    from payer_rules.planning.asked_service import ASKED

    place = "" if answer.claim == ASKED else f" · claim {answer.claim}, line {answer.line}"
    return f"{code} · {payer}{place}"


def _is_blocked(answer: NextPayable) -> bool:
    return answer.day is None and not answer.unread_from and answer.answer.expected != "unknown"
