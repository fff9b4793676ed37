"""``payer-rules history``: load files into a history store, and show or delete what it holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

from cyclopts import Parameter

from payer_rules.cli.destinations import report_destinations, write_text
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.cli.option_problems import NothingGiven, date_of, require_files
from payer_rules.cli.options import Reports, print_problems
from payer_rules.cli.progress import progress_bars, rate_columns
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.text.escaping import join_lines

if TYPE_CHECKING:
    from payer_rules.stores import LoadedFile, StoreAddress

StoreUrl: TypeAlias = Annotated[
    str,
    Parameter(
        name="--store", help="History store: sqlite:///FILE or postgresql://USER@HOST/DATABASE."
    ),
]
MemberId: TypeAlias = Annotated[
    str, Parameter(name="--member", help="Member id of the patient, as in the files.")
]


def load(
    *files: Annotated[
        Path,
        Parameter(
            help="Earlier services: 835, FHIR ExplanationOfBenefit, CSV, Parquet, TOML or JSON, or "
            "a folder of such files."
        ),
    ],
    store: StoreUrl,
    instead_of: Annotated[
        str | None,
        Parameter(
            show_default=False,
            help="Load one file in place of this loaded one: its name, its digest (SHA-256), or "
            "the file itself.",
        ),
    ] = None,
    report: Reports = (),
) -> ExitCode:
    """Load earlier services into a history store, which is created if it does not exist.

    Each file is loaded whole or not at all, and once: you can repeat the command after an
    interruption, and load new files every week. Reversals and corrections replace what they name.
    """
    from payer_rules.reports.data import text_of
    from payer_rules.reports.store_contents import data_of_load, lines_of_load
    from payer_rules.stores import load_files, parse_address, replace_loaded_file
    from payer_rules.system.processes import collect_seldom

    require_files("history load", files, "Give files, such as november.835, or a folder of them.")
    address = parse_address(store)
    reports = report_destinations(report, *files, *_file_of(address))
    paths = _files_in(files)
    if instead_of is not None and len(paths) != 1:
        message = f"{len(paths)} files were named to replace one"
        remedy = "Name one file, which replaces the loaded one."
        raise InputError([Problem("--instead-of", message, remedy, ErrorCode.OPTION_VALUE)])
    collect_seldom()
    loaded: list[LoadedFile] = []
    fault: InputError | None = None
    try:
        with progress_bars(rate_columns) as watch:

            def count(name: str, lines: int) -> None:
                watch(name, lines, None)

            if instead_of is not None:
                loaded.append(replace_loaded_file(paths[0], address, instead_of, count))
            else:
                for each in load_files(paths, address, watch=count):
                    loaded.append(each)
    except InputError as error:
        # NOTE: the files before it stay loaded, and their problems are not found again.
        fault = error
    if fault is not None and not loaded:
        raise fault
    text = join_lines(lines_of_load(loaded))
    write_text(reports, text=text, json=text_of(data_of_load(loaded)))
    found = print_problems(problem for each in loaded for problem in each.problems)
    if fault is not None:
        raise fault
    return ExitCode.FAULTY if found else ExitCode.CLEAN


def status(
    *,
    store: StoreUrl,
    files: Annotated[
        bool,
        Parameter(
            negative="",
            help="List the loaded files, the newest first: the start of the digest, name, days of "
            "the services, lines, problems, and when each was loaded. JSON always has them.",
        ),
    ] = False,
    report: Reports = (),
) -> ExitCode:
    """Show what a history store holds: services, payers, files, and since when it is complete."""
    from payer_rules.reports.data import text_of
    from payer_rules.reports.store_contents import data_of_status, lines_of_status
    from payer_rules.stores import parse_address, status_of

    address = parse_address(store)
    reports = report_destinations(report, *_file_of(address))
    found = status_of(address)
    text = join_lines(lines_of_status(address.name, found, lists_files=files))
    write_text(reports, text=text, json=text_of(data_of_status(found)))
    return ExitCode.CLEAN


def show(*, member: MemberId, store: StoreUrl, report: Reports = ()) -> ExitCode:
    """Show the services of a member in a history store, by date."""
    from payer_rules.json_forms import to_json
    from payer_rules.reports.store_contents import lines_of_services
    from payer_rules.stores import open_store, parse_address

    reports = report_destinations(report, *_file_of(parse_address(store)))
    history = open_store(store).of_member(member)
    text = join_lines(lines_of_services(history.lines))
    write_text(reports, text=text, json=to_json(history))
    return ExitCode.CLEAN if history.lines else ExitCode.NOTHING


def forget(
    *,
    store: StoreUrl,
    file: Annotated[
        str | None,
        Parameter(
            show_default=False,
            help="Take this loaded file out: its name, its digest (SHA-256), or the file itself. "
            "The store is then as if it had not been loaded.",
        ),
    ] = None,
    member: Annotated[
        str | None,
        Parameter(show_default=False, help="Delete all services of this member."),
    ] = None,
    older_than: Annotated[
        date | None,
        Parameter(
            show_default=False,
            converter=date_of,
            help="Delete all services that ended before this date (YYYY-MM-DD).",
        ),
    ] = None,
) -> ExitCode:
    """Delete the services of a file, of a member, or old ones, from a history store.

    What was deleted of a member, or as old, is not known from then on: a limit that reaches back to
    it is not evaluated, even if the practice file states a complete history.
    """
    from payer_rules.cli.console import output
    from payer_rules.reports.store_contents import NO_SERVICE
    from payer_rules.stores import forget_file, forget_member, forget_older, parse_address

    if file is None and member is None and older_than is None:
        message = "nothing to delete was named"
        remedy = "Give --file FILE, --member ID or --older-than DATE."
        raise NothingGiven(
            [Problem("payer-rules history forget", message, remedy, ErrorCode.NOTHING_GIVEN)]
        )
    address, deleted, is_known = parse_address(store), 0, True
    if file is not None:
        deleted += forget_file(address, file)
    if member is not None:
        found = forget_member(address, member)
        is_known, deleted = found is not None, found or 0
    if older_than is not None:
        deleted += forget_older(address, older_than)
    # NOTE: without a file that took services back, they are in force again.
    change = "deleted" if deleted >= 0 else "in force again"
    services = f"{abs(deleted):,} service{'' if abs(deleted) == 1 else 's'}"
    print(f"{services} {change}", file=output())
    if is_known:
        return ExitCode.CLEAN
    print(NO_SERVICE, file=output())
    return ExitCode.NOTHING


def _files_in(paths: Iterable[Path]) -> list[Path]:
    """Return the files, and those in the folders, by name; raises `InputError` for none."""
    found = [each for path in paths for each in _files_of(path)]
    return list(dict.fromkeys(found))


def _files_of(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    files = [each for each in sorted(path.iterdir()) if not each.name.startswith(".")]
    if not files:
        message = f"the folder {path.name!r} has no files"
        raise InputError(
            [Problem(path.name, message, "Name another one.", ErrorCode.UNREADABLE_FILE)]
        )
    yield from (each for each in files if each.is_file())


def _file_of(address: StoreAddress) -> Iterator[Path]:
    """Yield the file of the store, which no report may replace."""
    if address.kind == "sqlite":
        yield address.path
