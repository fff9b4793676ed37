"""``payer-rules tables``: CMS's releases, imported once and listed or compared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from cyclopts import Parameter

from payer_rules.cli.exit_codes import ExitCode
from payer_rules.cli.options import Folder, Reports, deliver, report_destinations
from payer_rules.cli.progress import progress_bars
from payer_rules.errors import InputError, Problem
from payer_rules.text.escaping import join_lines

if TYPE_CHECKING:
    from payer_rules.tables.releases import Release

ProgramName: TypeAlias = Annotated[
    Literal["medicare", "medicaid"] | None, Parameter(name="--program", show_default=False)
]
SettingName: TypeAlias = Annotated[
    Literal["practitioner", "outpatient-hospital", "dme"] | None,
    Parameter(name="--setting", show_default=False),
]


def import_(
    *files: Path,
    program: ProgramName = None,
    setting: SettingName = None,
    release: Annotated[
        str | None, Parameter(show_default=False, help="Year and quarter, such as 2024q3.")
    ] = None,
    tables: Folder = None,
    report: Reports = (),
) -> ExitCode:
    """Import files of CMS: pairs, medically unlikely edits, add-on codes; text, zip or workbook.

    Program, setting and release are those that a file's name and heading tell;
    the options say what they do not. All files are imported, or none.
    """
    from payer_rules.reports.data import text_of
    from payer_rules.reports.tables import data_of, lines_of
    from payer_rules.tables.folders import tables_folder
    from payer_rules.tables.importing import import_tables
    from payer_rules.tables.releases import TableIdentity

    reports = report_destinations(report, *files, tables_folder(tables))
    if not files:
        return ExitCode.NOTHING
    named = _named(release, "--release") if release is not None else None
    given = TableIdentity(program=program, setting=setting, release=named)
    with progress_bars() as watch:
        made = import_tables(
            files,
            tables_folder(tables),
            given=given,
            watch=lambda name, part: watch(name, part, 1.0),
        )
    deliver(reports, join_lines(lines_of(made)), text_of(data_of(made)))
    return ExitCode.CLEAN


def list_(*, tables: Folder = None, report: Reports = ()) -> ExitCode:
    """Print the imported tables: program, setting, release, rows, and the files they come from."""
    from payer_rules.reports.data import text_of
    from payer_rules.reports.tables import data_of, lines_of
    from payer_rules.tables.folders import folder_in_use
    from payer_rules.tables.store import TableStore

    folder = folder_in_use(tables)
    reports = report_destinations(report, folder)
    there = TableStore.open(folder).tables
    text = join_lines(lines_of(there)) or "no tables are imported"
    deliver(reports, text, text_of(data_of(there)))
    return ExitCode.CLEAN


def diff(
    old: str,
    new: str,
    /,
    *,
    program: ProgramName = None,
    setting: SettingName = None,
    tables: Folder = None,
    report: Annotated[
        Reports,
        Parameter(
            help="text, json or csv; with :PATH into a file. Repeatable; text is the default."
        ),
    ] = (),
) -> ExitCode:
    """Print which edits differ between two imported releases, as each stands on its first day.

    Pairs added, deleted, turned, or with another indicator; MUEs; add-on codes;
    counted by family of codes: two digits of a CPT code, the letter of another.
    """
    from payer_rules.reports.data import text_of
    from payer_rules.reports.table_changes import csv_of, data_of, lines_of
    from payer_rules.tables.changes import changes_between
    from payer_rules.tables.folders import folder_in_use
    from payer_rules.tables.releases import PROGRAMS, SETTINGS
    from payer_rules.tables.store import TableStore

    folder = folder_in_use(tables)
    reports = report_destinations(report, folder, kinds=("text", "json", "csv"))
    before, after = _named(old, "OLD"), _named(new, "NEW")
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
        message = f"no setting of a program has both {before} and {after}"
        raise InputError([Problem("--tables", message, "See payer-rules tables list.")])
    text = join_lines(lines_of(found))
    deliver(reports, text, text_of(data_of(found)), csv=csv_of(found))
    return ExitCode.FOUND if any(found.values()) else ExitCode.CLEAN


def _named(text: str, name: str) -> Release:
    """The release that the text names; raises `InputError` where it names none."""
    from payer_rules.tables.releases import RANGE, Release

    release = Release.parse(text)
    if release is None:
        remedy = f"Write year and quarter, such as 2024q3, from {RANGE}."
        raise InputError([Problem(name, f"{text!r} is not a release", remedy)])
    return release
