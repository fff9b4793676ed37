"""``payer-rules sessions``: group sessions across their members."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from payer_rules.cli import destinations
from payer_rules.cli.destinations import Destination
from payer_rules.cli.exit_codes import ExitCode, first_of
from payer_rules.cli.options import (
    ALL_PLUGINS,
    Assume,
    Histories,
    Plugins,
    Reports,
    assumptions,
    deliver,
    print_problems,
    print_uncoded,
    report_destinations,
)
from payer_rules.cli.reading_options import ReadingOptions, form_of, read_all
from payer_rules.errors import InputError, Problem
from payer_rules.system.atomic_files import replace_file
from payer_rules.text.escaping import join_lines

if TYPE_CHECKING:
    from payer_rules.sessions.roster_billing import BilledParticipant

_DEFAULTS: Final = ReadingOptions()


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
    assume: Assume = (),
    reading: Annotated[ReadingOptions, Parameter(name="*")] = _DEFAULTS,
    report: Reports = (),
    selection: Plugins = ALL_PLUGINS,
) -> ExitCode:
    """Rebuild the sessions that files of claims bill, and tell what no claim shows by itself.

    Size and limits by the payers' rules, members billed twice, claims that
    contradict each other, sessions at one time, more hours than a day has.
    """
    from payer_rules.payer_routing import PayerRouter
    from payer_rules.registry import load
    from payer_rules.reports.sessions import json_of, lines_of
    from payer_rules.sessions.payer_limits import SessionRules
    from payer_rules.sessions.session_run import SessionRun

    reports = report_destinations(report, *files, reading.columns, selection=selection)
    registry = load(profiles=selection.profiles, without=selection.without)
    rules = SessionRules(registry, assumptions(assume))
    run = SessionRun(rules, PayerRouter(registry, payer))
    with run.reviewed(read_all(files, form_of(reading), strict=reading.strict)) as found:
        made = {
            "text": lambda: (f"{line}\n" for line in lines_of(found)),
            "json": lambda: json_of(found),
        }
        destinations.deliver(reports, made)
    print_uncoded(run.uncoded)
    has_problems = print_problems([*registry.problems, *rules.problems, *run.problems])
    return _ended(found.counts, there=bool(run.claims), has_problems=has_problems)


def _ended(counts: Mapping[str, int], *, there: bool, has_problems: bool) -> ExitCode:
    codes: set[ExitCode] = {ExitCode.FAULTY} if has_problems else set()
    if not there:
        codes.add(ExitCode.NOTHING)
    if counts["findings"]:
        codes.add(ExitCode.FOUND)
    if counts["questions"]:
        codes.add(ExitCode.OPEN)
    return first_of(codes)


def bill(
    roster: Path,
    /,
    *,
    out: Annotated[
        Path | None,
        Parameter(
            show_default=False,
            help="Write the claims into this folder; a file that is there is replaced. Without "
            "it, they are only judged.",
        ),
    ] = None,
    form: Annotated[
        str,
        Parameter(
            name="--format",
            help="toml (each in CLAIM.toml), 837p (together, in CONTROL.837) or fhir (each in "
            "CLAIM.json). The last two hold no claim that lacks something or is denied.",
        ),
    ] = "toml",
    history: Histories = (),
    assume: Assume = (),
    report: Reports = (),
    selection: Plugins = ALL_PLUGINS,
) -> ExitCode:
    """Make of a ROSTER one claim for each participant, and tell what is lacking before it is sent.

    Code, modifiers and place of service are those of the roster; where it
    leaves the modifiers open, those of which the payer's rules leave no choice.
    """
    from payer_rules.readers.formats import ReadOptions, read_stores
    from payer_rules.registry import load, plugin_problems
    from payer_rules.reports.billing import data_of, lines_of
    from payer_rules.reports.data import text_of
    from payer_rules.reports.roster_files import files_of
    from payer_rules.sessions.roster import read_roster
    from payer_rules.sessions.roster_billing import RosterBiller

    reports = report_destinations(report, roster, *history, selection=selection)
    read = read_roster(roster)
    store, broken = read_stores(history, ReadOptions())
    registry = load(profiles=selection.profiles, without=selection.without)
    biller = RosterBiller(registry=registry, assume=assumptions(assume), store=store)
    billed = list(biller.bill(read))
    # NOTE: a file says when it was made; nothing else that is written has a clock.
    files = files_of(billed, read, form, datetime.now())
    if out is not None:
        paths = [out / name for name in files.texts]
        _refuse_inputs(paths, [roster, *history, *selection.profiles], reports)
        _write(out, files.texts)
    told = join_lines(lines_of(billed, files.names))
    deliver(reports, told, text_of(data_of(billed, files.names)))
    decisions = [each.decision for each in billed if each.decision]
    by_plugins = [problem for each in decisions for problem in plugin_problems(each)]
    has_problems = print_problems(
        [*registry.problems, *broken, *biller.problems(read), *files.problems, *by_plugins]
    )
    return _billed_ended(billed, has_problems=has_problems)


def _billed_ended(billed: list[BilledParticipant], *, has_problems: bool) -> ExitCode:
    from payer_rules.checking.run_summary import RunSummary

    codes: set[ExitCode] = {ExitCode.FAULTY} if has_problems else set()
    if not billed:
        codes.add(ExitCode.NOTHING)
    summary = RunSummary.of(each.decision for each in billed if each.decision)
    if summary.reasons:
        codes.add(ExitCode.FOUND)
    if summary.missing or any(each.lacking for each in billed):
        codes.add(ExitCode.OPEN)
    return first_of(codes)


def _write(folder: Path, texts: Mapping[str, str]) -> None:
    """Write the files into the folder; raises `InputError` where they cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"claims cannot be written into {str(folder)!r}: {error.strerror}"
        raise InputError([Problem("--out", message, "Name another folder.")]) from error
    for name, text in texts.items():
        replace_file(folder / name, text, "--out", f"the claim file {str(folder / name)!r}")


def _refuse_inputs(
    paths: Iterable[Path], inputs: Iterable[Path | None], reports: Iterable[Destination]
) -> None:
    """Raise `InputError` where a claim would take the place of a file that is read, or reported."""
    taken = [each.path for each in reports if each.path is not None]
    read = [each for each in inputs if each is not None]
    remedy = "Name another folder."
    problems = [
        Problem("--out", f"the claim file {str(path)!r} is a file that is read ({each})", remedy)
        for path in paths
        for each in read
        if destinations.is_read_from(path, each)
    ]
    problems += [
        Problem("--out", f"a report goes to the claim file {str(path)!r}", remedy)
        for path in paths
        if any(destinations.is_same_destination(path, each) for each in taken)
    ]
    if problems:
        raise InputError(problems)
