"""``payer-rules compare``: find the smallest claims that two payers answer differently."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import attrs
from cyclopts import Parameter

from payer_rules.cli.destinations import report_destinations, write_text
from payer_rules.cli.exit_codes import ExitCode, exit_code
from payer_rules.cli.option_problems import NothingGiven, date_of, require_known
from payer_rules.cli.options import (
    ALL_PLUGINS,
    Folder,
    KnownOn,
    Plugins,
    PluginSelection,
    Reports,
    print_problems,
)
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem, Remark
from payer_rules.text.escaping import join_lines

if TYPE_CHECKING:
    from payer_rules.registry import Registry
    from payer_rules.witnesses import ComparedSide, Comparison

_COMMAND: Final = "payer-rules compare"
_PROFILE: Final = ".toml"
_TWO: Final = 2


@attrs.frozen(kw_only=True)
class DayOptions:
    """The days of service on which claims are compared, and the day of the rules' knowledge."""

    on: Annotated[
        date | None,
        Parameter(
            name="--on",
            show_default=False,
            converter=date_of,
            help="Compare services on this date, YYYY-MM-DD (default: any date that a rule names).",
        ),
    ] = None
    and_on: Annotated[
        date | None,
        Parameter(
            name="--and-on",
            show_default=False,
            converter=date_of,
            help="Compare one payer on the date of --on with the same payer on this date.",
        ),
    ] = None
    known_on: KnownOn = None


Days: TypeAlias = Annotated[DayOptions, Parameter(name="*")]
_ANY_DAY: Final = DayOptions()


@attrs.frozen(kw_only=True)
class SearchOptions:
    """The claims to try, and the differences to list."""

    code: Annotated[
        tuple[str, ...],
        Parameter(
            name="--code",
            negative="",
            show_default=False,
            help="Only claims with this procedure code. Repeatable.",
        ),
    ] = ()
    every: Annotated[
        bool,
        Parameter(
            name="--all",
            negative="",
            help="Try every claim that can be made from the rules, which takes some minutes.",
        ),
    ] = False
    unread: Annotated[
        bool,
        Parameter(
            name="--unread",
            negative="",
            help="Also list the differences that come only from a policy that was not read.",
        ),
    ] = False
    write: Annotated[
        Path | None,
        Parameter(
            name="--write",
            show_default=False,
            help="Write each difference as a scenario into this folder, for a person to confirm.",
        ),
    ] = None


Search: TypeAlias = Annotated[SearchOptions, Parameter(name="*")]
_WHOLE: Final = SearchOptions()


def compare(
    *sides: Annotated[
        str, Parameter(help="Two payers, two versions of a profile, or one payer with --and-on.")
    ],
    days: Days = _ANY_DAY,
    search: Search = _WHOLE,
    tables: Folder = None,
    report: Reports = (),
    selection: Plugins = ALL_PLUGINS,
) -> ExitCode:
    """Find the smallest claims that two payers answer differently, with the source of each answer.

    The claims are made on either side of the facts of all rules of both payers. Each is made
    smaller until no line and no fact can be left out. That nothing is found proves nothing.
    """
    from payer_rules.reports.data import text_of
    from payer_rules.reports.witness_report import data_of, lines_of
    from payer_rules.witnesses import compare as search_witnesses

    names = _names(sides, days)
    profiles = [Path(name) for name in names if name.endswith(_PROFILE)]
    reports = report_destinations(report, *selection.profiles, *profiles)
    if search.write is not None:
        _require_folder(search.write)
    registry = _registry(selection, tables, names)
    one, other = _sides(registry, names, days)
    found = search_witnesses(
        (one, other), codes=search.code, is_whole=search.every, unread=search.unread
    )
    text = join_lines(lines_of(found, with_unread=search.unread))
    write_text(reports, text=text, json=text_of(data_of(found)))
    if search.write is not None:
        _write(found, search.write)
    return exit_code(
        problems=print_problems(registry.problems),
        nothing=not found.claims,
        findings=bool(found.witnesses),
        open_=bool(found.of_reading),
    )


def _names(sides: tuple[str, ...], days: DayOptions) -> tuple[str, str]:
    """Return the two sides; raise `InputError` if they are not two."""
    if not sides:
        message, remedy = "no payer was given", "Give two: payer-rules compare medicare tricare."
        raise NothingGiven([Problem(_COMMAND, message, remedy, ErrorCode.NOTHING_GIVEN)])
    if days.and_on is not None and (days.on is None or len(sides) != 1):
        message = "--and-on compares one payer on two dates"
        remedy = f"Write {_COMMAND} {sides[0]} --on 2024-01-01 --and-on {days.and_on}."
        raise InputError([Problem("--and-on", message, remedy, ErrorCode.OPTION_VALUE)])
    if days.and_on is not None:
        return sides[0], sides[0]
    if len(sides) != _TWO:
        message = f"two payers are compared, not {len(sides)}: {' '.join(sides)}"
        remedy = "Give two payers, two profiles, or one payer with --on and --and-on."
        raise InputError([Problem(_COMMAND, message, remedy, ErrorCode.OPTION_VALUE)])
    return sides[0], sides[1]


def _registry(selection: PluginSelection, tables: Path | None, names: tuple[str, str]) -> Registry:
    from payer_rules.registry import load
    from payer_rules.tables.folders import folder_in_use

    return load(
        profiles=selection.profiles,
        without=selection.without,
        tables=folder_in_use(tables),
        payers=names,
    )


def _sides(
    registry: Registry, names: tuple[str, str], days: DayOptions
) -> tuple[ComparedSide, ComparedSide]:
    payers = [name for name in names if not name.endswith(_PROFILE)]
    require_known("--payer", payers, registry.payers, registry.problems)
    second = days.and_on or days.on
    return _side(registry, names[0], days.on, days), _side(registry, names[1], second, days)


def _side(registry: Registry, name: str, on: date | None, days: DayOptions) -> ComparedSide:
    from payer_rules.registry import with_profile
    from payer_rules.witnesses import ComparedSide

    if name.endswith(_PROFILE):
        registry, payer = with_profile(registry, Path(name))
    else:
        payer = name
    label = name if name.endswith(_PROFILE) else registry.payers[payer].name
    return ComparedSide(name=label, book=registry.rulebook(payer, known_on=days.known_on), on=on)


def _require_folder(folder: Path) -> None:
    """Make the folder if there is none; raise `InputError` if it cannot be made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"the folder {str(folder)!r} cannot be made: {error.strerror}"
        problem = Problem("--write", message, "Name another folder.", ErrorCode.OUTPUT_FILE)
        raise InputError([problem]) from error


def _write(found: Comparison, folder: Path) -> None:
    """Write the scenarios into the folder; a file that exists may be confirmed, and stays.

    A scenario whose name another claim has is written under the next free name.
    """
    from payer_rules.system.atomic_files import replace_file
    from payer_rules.witnesses.witness_scenarios import scenario_files

    for scenario in scenario_files(found):
        file = scenario
        while (folder / file.name).exists() and not file.has_claim_of(folder / file.name):
            file = file.next
        path = folder / file.name
        if path.exists():
            message = "the scenario exists already and was not written again"
            remedy = "Delete the file first if you want it written again."
            print_problems([Remark(str(path), message, remedy, ErrorCode.EXISTING_FILE)])
            continue
        replace_file(path, file.text, "--write", str(path))
        if file != scenario:
            taken = folder / scenario.name
            message = f"the file has another claim; the scenario was written as {file.name!r}"
            remedy = "Compare both, and delete the one that you do not need."
            print_problems([Remark(str(taken), message, remedy, ErrorCode.EXISTING_FILE)])
