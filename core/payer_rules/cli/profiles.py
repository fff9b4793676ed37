"""``payer-rules profiles check``: profiles read twice, every fault named, stale sources listed.

What only the second reader cannot read is a remark, and does not change the exit code.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

from cyclopts import Parameter

from payer_rules.cli.exit_codes import ExitCode, first_of
from payer_rules.cli.options import Reports, deliver, print_problems, report_destinations
from payer_rules.errors import InputError, Problem
from payer_rules.text.escaping import join_lines

if TYPE_CHECKING:
    from payer_rules.reports.freshness import StaleSource

StaleAfter: TypeAlias = Annotated[
    str | None,
    Parameter(
        name="--stale-after",
        show_default=False,
        help="List the sources that were read longer ago than this, such as 365d, by payer.",
    ),
]
On: TypeAlias = Annotated[
    date | None,
    Parameter(name="--on", show_default=False, help="Count back from this day, not from today."),
]


def check(
    *paths: Path, stale_after: StaleAfter = None, on: On = None, report: Reports = ()
) -> ExitCode:
    """Check profiles, files or folders: print every fault, and remarks for other TOML readers.

    A remark names what a reader built on the toml package would misread; the exit code is that of
    the faults alone.
    """
    from payer_rules.profiles import check_profile, duplicate_payers
    from payer_rules.reports.data import plain, text_of
    from payer_rules.reports.freshness import of_stale

    reports = report_destinations(report, *paths)
    before = _before(stale_after, on or date.today()) if stale_after else None
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
    stale = _stale(files, before) if before else []
    counts = f"{len(files)} profiles, {len(problems)} faults"
    counts += f", {len(remarks)} remarks" if remarks else ""
    counts += f", {len(stale)} stale sources" if before else ""
    told = [f"remark: {remark}" for remark in remarks]
    text = join_lines([*map(str, files), *told, *of_stale(stale), counts])
    data = {
        "files": [str(f) for f in files],
        "problems": plain(problems),
        "remarks": plain(remarks),
        "stale": plain(stale),
    }
    deliver(reports, text, text_of(data))
    codes = {ExitCode.FOUND} if stale else set()
    codes |= {ExitCode.FAULTY} if print_problems(problems) else set()
    return first_of(codes if files else {*codes, ExitCode.NOTHING})


def _before(span: str, on: date) -> date:
    """The day before which a text was read too long ago."""
    days = re.fullmatch(r"([0-9]{1,5})d", span)
    if not days:
        message = f"{span!r} is no number of days"
        raise InputError([Problem("--stale-after", message, "Write days, such as 365d.")])
    return date.fromordinal(max(1, on.toordinal() - int(days[1])))


def _stale(files: list[Path], before: date) -> list[StaleSource]:
    from payer_rules.profiles import read_profile
    from payer_rules.reports.freshness import stale_of

    found = [
        stale for file in files for stale in stale_of(read_profile(file, "--profiles"), before)
    ]
    return sorted(found, key=lambda stale: stale.payer)


def _profiles_in(path: Path, problems: list[Problem]) -> list[Path]:
    """The file itself, or all profiles of a folder and the packages in it."""
    from payer_rules.profiles import profile_files

    if path.is_dir():
        inside = [each for each in sorted(path.iterdir()) if each.is_dir()]
        below = [f for each in inside for f in profile_files(each)]
        return [Path(str(f)) for f in (*profile_files(path), *below)]
    if not path.exists():
        problems.append(Problem(str(path), "there is no such file", "Check the path."))
        return []
    return [path]
