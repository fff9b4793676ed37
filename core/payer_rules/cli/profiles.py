"""``payer-rules profiles check``: read profiles, list every problem and old texts.

A value that a second TOML reader would read differently is a remark; remarks do not change the
exit code.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

from cyclopts import Parameter

from payer_rules.cli.destinations import report_destinations, write_text
from payer_rules.cli.exit_codes import ExitCode, exit_code
from payer_rules.cli.option_problems import date_of
from payer_rules.cli.options import Reports, print_problems
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.system.files import missing_file
from payer_rules.text.escaping import join_lines

if TYPE_CHECKING:
    from payer_rules.reports.freshness import StaleSource

StaleAfter: TypeAlias = Annotated[
    str | None,
    Parameter(
        name="--stale-after",
        show_default=False,
        help="Also list the sources whose texts cover only services longer ago than this, such as "
        "365d.",
    ),
]
On: TypeAlias = Annotated[
    date | None,
    Parameter(
        name="--on",
        show_default=False,
        converter=date_of,
        help="Count back from this date (YYYY-MM-DD; default: today).",
    ),
]


def check(
    *paths: Annotated[Path, Parameter(help="Profiles, or folders of profiles.")],
    stale_after: StaleAfter = None,
    on: On = None,
    report: Reports = (),
) -> ExitCode:
    """Check payer profiles and list every problem.

    A remark names a value that programs built on the toml package would read differently; remarks
    do not change the exit code.
    """
    from payer_rules.profiles.profile_check import check_profile, duplicate_payers
    from payer_rules.reports.data import plain, text_of
    from payer_rules.reports.decisions import count_of
    from payer_rules.reports.freshness import of_stale

    reports = report_destinations(report, *paths)
    today = on or date.today()
    before = _before(stale_after, today) if stale_after else None
    problems: list[Problem] = []
    remarks: list[Problem] = []
    files: list[Path] = []
    for path in paths:
        files += _profiles_in(path, problems)
    for file in files:
        wrong, remarked = check_profile(file, "--profiles", on)
        problems += wrong
        remarks += remarked
    problems += duplicate_payers(files)
    stale = _stale(files, before, today) if before else []
    counts = f"{count_of(len(files), 'profile')}, {count_of(len(problems), 'problem')}"
    counts += f", {count_of(len(remarks), 'remark')}" if remarks else ""
    counts += f", {count_of(len(stale), 'old source')}" if before else ""
    remark_lines = [f"remark: {remark}" for remark in remarks]
    text = join_lines([*map(str, files), *remark_lines, *of_stale(stale), counts])
    data = {
        "files": [str(f) for f in files],
        "problems": plain(problems),
        "remarks": plain(remarks),
        "stale": plain(stale),
    }
    write_text(reports, text=text, json=text_of(data))
    return exit_code(problems=print_problems(problems), nothing=not files, findings=bool(stale))


def _before(span: str, on: date) -> date:
    """Return the date before which the services that a source covers are too old."""
    days = re.fullmatch(r"([0-9]{1,5})d", span)
    if not days:
        problem = f"{span!r} is not a number of days"
        raise InputError(
            [
                Problem(
                    "--stale-after",
                    problem,
                    "Write a number of days, such as 365d.",
                    ErrorCode.OPTION_VALUE,
                )
            ]
        )
    return date.fromordinal(max(1, on.toordinal() - int(days[1])))


def _stale(files: list[Path], before: date, on: date) -> list[StaleSource]:
    from payer_rules.profiles import read_profile
    from payer_rules.reports.freshness import stale_of

    found = [
        stale for file in files for stale in stale_of(read_profile(file, "--profiles"), before, on)
    ]
    return sorted(found, key=lambda stale: stale.payer)


def _profiles_in(path: Path, problems: list[Problem]) -> list[Path]:
    """Return the file, or all profiles of a folder and its packages."""
    from payer_rules.profiles import profile_files

    if path.is_dir():
        inside = [each for each in sorted(path.iterdir()) if each.is_dir()]
        below = [f for each in inside for f in profile_files(each)]
        return [Path(str(f)) for f in (*profile_files(path), *below)]
    if not path.exists():
        problems.append(missing_file(str(path)))
        return []
    return [path]
