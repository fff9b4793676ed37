"""``payer-rules sessions``: group sessions across their members."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from payer_rules.cli.exit_codes import ExitCode, first_of
from payer_rules.cli.options import (
    NO_SETUP,
    Common,
    Files,
    Reports,
    assumptions,
    complain,
    deliver,
    form_of,
    read_all,
)
from payer_rules.errors import Fault

if TYPE_CHECKING:
    from payer_rules.readers import Filed
    from payer_rules.sessions.review import Review

_FILES: Final = Files()


def sessions(
    *files: Path,
    payer: Annotated[
        tuple[str, ...],
        Parameter(
            name="--payer",
            negative="",
            show_default=False,
            help="Hold all claims to the limits of this payer, or all. Repeatable.",
        ),
    ] = (),
    assume: Annotated[
        tuple[str, ...],
        Parameter(
            negative="",
            show_default=False,
            help="Take these classes of missing facts to be in order: claim, history, record, "
            "edition, text; with commas.",
        ),
    ] = (),
    reading: Annotated[Files, Parameter(name="*")] = _FILES,
    report: Reports = (),
    setup: Common = NO_SETUP,
) -> ExitCode:
    """Rebuild the sessions that files of claims bill, and tell what no claim shows by itself.

    Size and limits by the payers' rules, members billed twice, claims that
    contradict each other, sessions at one time, more hours than a day has.
    """
    from payer_rules.readers.addressed import Addressed
    from payer_rules.registry import load
    from payer_rules.reports.data import text_of
    from payer_rules.reports.sessions import data_of, lines_of
    from payer_rules.sessions.payer_limits import SessionRules
    from payer_rules.sessions.review import review

    registry = load(profiles=setup.profiles, without=setup.without)
    rules = SessionRules(registry, assumptions(assume))
    filed: list[Filed] = []
    broken: list[Fault] = []
    for each in read_all(files, form_of(reading), strict=reading.strict):
        if isinstance(each, Fault):
            broken.append(each)
        else:
            filed.append(each)
    found = review(filed, rules, Addressed(registry, payer))
    deliver(report, "\n".join(lines_of(found)), text_of(data_of(found)))
    faulty = complain([*registry.faults, *broken, *found.faults])
    return _ended(found, there=bool(filed), faulty=faulty)


def _ended(found: Review, *, there: bool, faulty: bool) -> ExitCode:
    codes: set[ExitCode] = {ExitCode.FAULTY} if faulty else set()
    if not there:
        codes.add(ExitCode.NOTHING)
    if found.findings:
        codes.add(ExitCode.FOUND)
    if found.questions:
        codes.add(ExitCode.OPEN)
    return first_of(codes)
