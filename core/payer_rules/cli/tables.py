"""``payer-rules tables``: import CMS's releases, list them and compare them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from cyclopts import Parameter

from payer_rules.cli.destinations import report_destinations, write_text
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.cli.option_problems import require_files
from payer_rules.cli.options import Folder, Reports
from payer_rules.cli.progress import progress_bars
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.text.escaping import join_lines

if TYPE_CHECKING:
    from payer_rules.tables.releases import Release

ProgramName: TypeAlias = Annotated[
    Literal["medicare", "medicaid"] | None,
    Parameter(name="--program", show_default=False, help="Program of the tables."),
]
SettingName: TypeAlias = Annotated[
    Literal["practitioner", "outpatient-hospital", "dme"] | None,
    Parameter(name="--setting", show_default=False, help="Setting of the tables."),
]


def import_(
    *files: Annotated[Path, Parameter(help="CMS files: text, zip or workbook.")],
    program: ProgramName = None,
    setting: SettingName = None,
    release: Annotated[
        str | None,
        Parameter(show_default=False, help="Year and quarter of the release, such as 2024q3."),
    ] = None,
    tables: Folder = None,
    report: Reports = (),
) -> ExitCode:
    """Import CMS's NCCI files: PTP pairs, MUE and add-on codes.

    Program, setting and release are read from the name and heading of each file; give them as
    options if they are not there. If one file cannot be imported, none is.
    """
    from payer_rules.reports.data import text_of
    from payer_rules.reports.tables import data_of, lines_of
    from payer_rules.tables.folders import tables_folder
    from payer_rules.tables.importing import import_tables
    from payer_rules.tables.releases import TableIdentity

    require_files("tables import", files, "Give CMS's NCCI files, such as ccipra-v303r0-f1.zip.")
    reports = report_destinations(report, *files, tables_folder(tables))
    named = release_of(release, "--release") if release is not None else None
    identity = TableIdentity(program=program, setting=setting, release=named)
    with progress_bars() as watch:
        imported = import_tables(
            files,
            tables_folder(tables),
            identity=identity,
            progress=lambda name, part: watch(name, part, 1.0),
        )
    write_text(reports, text=join_lines(lines_of(imported)), json=text_of(data_of(imported)))
    return ExitCode.CLEAN


def list_(*, tables: Folder = None, report: Reports = ()) -> ExitCode:
    """List the imported tables: program, setting, release, rows and source files."""
    from payer_rules.reports.data import text_of
    from payer_rules.reports.tables import data_of, lines_of
    from payer_rules.tables.folders import folder_in_use
    from payer_rules.tables.store import TableStore

    folder = folder_in_use(tables)
    reports = report_destinations(report, folder)
    there = TableStore.open(folder).tables
    text = join_lines(lines_of(there)) or "no tables are imported"
    write_text(reports, text=text, json=text_of(data_of(there)))
    return ExitCode.CLEAN


def diff(
    old: Annotated[str, Parameter(help="Earlier release, such as 2024q2.")],
    new: Annotated[str, Parameter(help="Later release, such as 2024q3.")],
    /,
    *,
    program: ProgramName = None,
    setting: SettingName = None,
    tables: Folder = None,
    report: Annotated[
        Reports,
        Parameter(
            help="Format: text (default), json or csv. Add :PATH to write a file. Repeatable."
        ),
    ] = (),
) -> ExitCode:
    """Compare two imported releases, OLD and NEW, on the first day of each.

    Lists PTP pairs that were added, deleted, reversed, or given another indicator, and changes of
    MUE values and add-on codes, counted by family of codes: the first two digits of a CPT code, the
    letter of a HCPCS code.
    """
    from payer_rules.reports.data import text_of
    from payer_rules.reports.table_changes import csv_of, data_of, lines_of
    from payer_rules.tables.changes import changes_between
    from payer_rules.tables.folders import folder_in_use
    from payer_rules.tables.releases import PROGRAMS, SETTINGS
    from payer_rules.tables.store import TableStore

    folder = folder_in_use(tables)
    reports = report_destinations(report, folder, kinds=("text", "json", "csv"))
    before, after = release_of(old, "OLD"), release_of(new, "NEW")
    there = TableStore.open(folder)
    found = {
        f"{each}/{where}": tuple(
            changes_between(there.edits(each, where, before), there.edits(each, where, after))
        )
        for each in PROGRAMS
        for where in SETTINGS
        if program in (None, each) and setting in (None, where)
        if {before, after} <= {*there.releases(each, where)}
    }
    if not found:
        problem = f"no setting of a program has both {before} and {after}"
        raise InputError(
            [Problem("--tables", problem, "Run payer-rules tables list.", ErrorCode.OPTION_VALUE)]
        )
    text = join_lines(lines_of(found))
    write_text(reports, text=text, json=text_of(data_of(found)), csv=csv_of(found))
    return ExitCode.FOUND if any(found.values()) else ExitCode.CLEAN


def release_of(text: str, name: str) -> Release:
    """Return the release that the text names; raises `InputError` if it is not one."""
    from payer_rules.tables.releases import RANGE, Release

    release = Release.parse(text)
    if release is None:
        remedy = f"Write year and quarter, such as 2024q3, from {RANGE}."
        raise InputError(
            [Problem(name, f"{text!r} is not a release", remedy, ErrorCode.OPTION_VALUE)]
        )
    return release
