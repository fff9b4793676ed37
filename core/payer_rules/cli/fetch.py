"""``payer-rules tables fetch``: download CMS's current files, and import them."""

from __future__ import annotations

import sys
from datetime import date
from typing import Annotated, Final, Literal, TypeAlias

from cyclopts import Parameter

from payer_rules.cli.destinations import report_destinations, write_text
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.cli.options import Folder, Reports
from payer_rules.cli.progress import progress_bars
from payer_rules.cli.tables import release_of
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.text.escaping import join_lines

Contents: TypeAlias = Annotated[
    tuple[Literal["pairs", "units", "add-ons"], ...],
    Parameter(
        name="--content",
        negative=(),
        show_default=False,
        help="Tables to fetch: pairs, units or add-ons (default: all). Repeatable.",
    ),
]

_OPTION: Final = ErrorCode.OPTION_VALUE
#: CMS's license in our words, for somebody who has not read it yet.
LICENSE: Final = """\
CMS's files contain CPT codes, which are copyright of the American Medical Association (AMA). CMS
gives them only to those who accept its license. In short, in our words:

- You use the files inside your own organization, in the United States, for Medicare, Medicaid and
  other programs of CMS.
- You do not sell or pass on copies, and make no product of them without a license of the AMA.
- The AMA and CMS give no warranty, and answer for no use of the files.

Read the license itself: https://www.cms.gov/license/ama
If you accept it, add --accept-license."""


def fetch(
    *,
    setting: Annotated[
        Literal["practitioner", "outpatient-hospital"], Parameter(help="Setting of the tables.")
    ],
    program: Annotated[
        Literal["medicare", "medicaid"], Parameter(help="Program of the tables.")
    ] = "medicare",
    content: Contents = (),
    release: Annotated[
        str | None,
        Parameter(
            show_default=False,
            help="Year and quarter, such as 2024q3 (default: the newest in effect today).",
        ),
    ] = None,
    accept_license: Annotated[
        bool, Parameter(negative=(), help="Accept the license under which CMS gives the files.")
    ] = False,
    site: Annotated[
        str, Parameter(help="CMS's site, or a mirror of it with the same pages.")
    ] = "https://www.cms.gov",
    tables: Folder = None,
    report: Reports = (),
) -> ExitCode:
    """Download CMS's current NCCI files for a setting, and import them.

    Without --accept-license, print what CMS's license says, and download nothing. A download that
    was cut is continued by the next call.
    """
    from payer_rules.reports.data import text_of
    from payer_rules.reports.tables import data_of, lines_of
    from payer_rules.tables.downloads.fetching import FetchOrder, fetch_tables
    from payer_rules.tables.downloads.publications import release_on
    from payer_rules.tables.folders import tables_folder

    named = release_of(release, "--release") if release is not None else None
    if not accept_license:
        print(LICENSE, file=sys.stderr)
        return ExitCode.USAGE
    if not site.startswith(("https://", "http://")):
        remedy = "Write it as https://www.cms.gov."
        problem = Problem("--site", f"{site!r} is not the address of a site", remedy, _OPTION)
        raise InputError([problem])
    reports = report_destinations(report, tables_folder(tables))
    order = FetchOrder(
        program=program,
        setting=setting,
        release=named,
        latest=release_on(date.today()),
        site=site,
        contents=frozenset(content or ("pairs", "units", "add-ons")),
    )
    with progress_bars() as watch:
        imported = fetch_tables(order, tables_folder(tables), watch)
    write_text(reports, text=join_lines(lines_of(imported)), json=text_of(data_of(imported)))
    return ExitCode.CLEAN
