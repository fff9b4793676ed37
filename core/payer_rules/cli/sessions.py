"""``payer-rules sessions``: review group sessions, and bill them from a roster."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from payer_rules.cli.destinations import (
    Destination,
    is_read_from,
    is_same_destination,
    report_destinations,
    write_reports,
    write_text,
)
from payer_rules.cli.exit_codes import ExitCode, exit_code, fails
from payer_rules.cli.known_facts import (
    NO_FACTS,
    FactOptions,
    Facts,
    KnownFacts,
    PracticeFile,
)
from payer_rules.cli.option_problems import require_files
from payer_rules.cli.options import (
    ALL_PLUGINS,
    Assume,
    Histories,
    Plugins,
    Reports,
    assumptions,
    print_problems,
    print_uncoded,
)
from payer_rules.cli.reading_options import ClaimFile, Reading, ReadingOptions, form_of, read_all
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.system.atomic_files import replace_file
from payer_rules.text.escaping import join_lines

if TYPE_CHECKING:
    from payer_rules.sessions.roster_billing import BilledParticipant

_DEFAULTS: Final = ReadingOptions()


def sessions(
    *files: ClaimFile,
    payer: Annotated[
        tuple[str, ...],
        Parameter(
            name="--payer",
            negative="",
            show_default=False,
            help="Apply the limits of this payer, or of all, to all claims. Repeatable.",
        ),
    ] = (),
    history: Histories = (),
    practice: PracticeFile = None,
    assume: Assume = (),
    reading: Reading = _DEFAULTS,
    report: Reports = (),
    selection: Plugins = ALL_PLUGINS,
) -> ExitCode:
    """Reconstruct group sessions from claims and flag problems across patients: group size, double billing, overlaps, hours per day.

    Group size, and limits over all members of a session or provider, come from the rules of the
    payers, and earlier services count for them. Limits of one member are not looked at here: run
    check. Claims of one session that contradict each other are flagged too.
    """  # noqa: E501
    from payer_rules.payer_routing import PayerRouter
    from payer_rules.reports.sessions import json_of, lines_of
    from payer_rules.sessions.payer_limits import SessionRules
    from payer_rules.sessions.session_run import SessionRun

    require_files("sessions", files, "Give claim files, such as claims.837 or claims.csv.")
    facts = FactOptions(history=history, practice=practice)
    inputs = (*files, *facts.files(), reading.columns, *selection.profiles)
    reports = report_destinations(report, *inputs)
    known = KnownFacts.of(facts, selection)
    registry, own = known.registry, known.practice
    rules = SessionRules(registry, assumptions(assume), known.store, own)
    router = PayerRouter(registry, payer, identifiers=own.payers_by_identifier)
    run = SessionRun(rules, router)
    with run.reviewed(read_all(files, form_of(reading), strict=reading.strict)) as found:
        makers = {
            "text": lambda: (f"{line}\n" for line in lines_of(found, known.history_given)),
            "json": lambda: json_of(found, known.history_given),
        }
        write_reports(reports, makers)
    print_uncoded(run.uncoded)
    return exit_code(
        problems=print_problems([*known.problems, *rules.problems, *run.problems]),
        nothing=not run.claims,
        findings=bool(found.counts["findings"]),
        open_=bool(found.counts["questions"]),
    )


def bill(
    roster: Annotated[Path, Parameter(help="Roster of the session, in TOML or JSON.")],
    /,
    *,
    out: Annotated[
        Path | None,
        Parameter(
            show_default=False,
            help="Folder for the claim files; existing files are replaced (default: the claims are "
            "only checked).",
        ),
    ] = None,
    form: Annotated[
        str,
        Parameter(
            name="--format",
            help="toml (a CLAIM.toml each), 837p (one CONTROL.837) or fhir (a CLAIM.json each). "
            "837p and fhir contain only claims that are complete and not denied.",
        ),
    ] = "toml",
    facts: Facts = NO_FACTS,
    assume: Assume = (),
    report: Reports = (),
    selection: Plugins = ALL_PLUGINS,
) -> ExitCode:
    """Create one claim per participant from a group roster, and list missing information before you submit.

    Code, modifiers and place of service come from the roster. If it gives no modifiers, those that
    the payer's rules require are added.
    """  # noqa: E501
    from payer_rules.registry import plugin_problems
    from payer_rules.reports.billing import data_of, lines_of
    from payer_rules.reports.data import text_of
    from payer_rules.reports.roster_files import files_of
    from payer_rules.sessions.roster import read_roster
    from payer_rules.sessions.roster_billing import RosterBiller

    reports = report_destinations(report, roster, *facts.files(), *selection.profiles)
    read = read_roster(roster)
    known = KnownFacts.of(facts, selection)
    biller = RosterBiller(
        registry=known.registry,
        assume=assumptions(assume),
        store=known.store,
        practice=known.practice,
    )
    billed = list(biller.bill(read))
    # NOTE: a claim file contains its date of creation; no other output depends on the clock.
    files = files_of(billed, read, form, datetime.now())
    if out is not None:
        paths = [out / name for name in files.texts]
        _refuse_inputs(paths, [roster, *facts.files(), *selection.profiles], reports)
        _write(out, files.texts)
    text, data = join_lines(lines_of(billed, files.names)), data_of(billed, files.names)
    write_text(reports, text=text, json=text_of(data))
    decisions = [each.decision for each in billed if each.decision]
    by_plugins = [problem for each in decisions for problem in plugin_problems(each)]
    faulty = print_problems([*known.problems, *biller.problems(read), *files.problems, *by_plugins])
    return _billing_exit_code(billed, problems=faulty)


def _billing_exit_code(billed: list[BilledParticipant], *, problems: bool) -> ExitCode:
    from payer_rules.summaries import RunSummary

    summary = RunSummary.of(
        (each.claim, each.decision) for each in billed if each.claim and each.decision
    )
    return exit_code(
        problems=problems,
        nothing=not billed,
        findings=fails(summary, "presumed"),
        open_=summary.has_unread or any(each.lacking for each in billed),
    )


def _write(folder: Path, texts: Mapping[str, str]) -> None:
    """Write the files into the folder; raises `InputError` if they cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        problem = f"claims cannot be written to {str(folder)!r}: {error.strerror}"
        raise InputError(
            [Problem("--out", problem, "Name another folder.", ErrorCode.OUTPUT_FILE)]
        ) from error
    for name, text in texts.items():
        replace_file(folder / name, text, "--out", f"the claim file {str(folder / name)!r}")


def _refuse_inputs(
    paths: Iterable[Path], inputs: Iterable[Path | None], reports: Iterable[Destination]
) -> None:
    """Raise `InputError` if a claim file would replace an input or a report."""
    taken = [each.path for each in reports if each.path is not None]
    read = [each for each in inputs if each is not None]
    remedy = "Name another folder."
    problems = [
        Problem(
            "--out",
            f"the claim file {str(path)!r} would replace an input file ({each})",
            remedy,
            ErrorCode.EXISTING_FILE,
        )
        for path in paths
        for each in read
        if is_read_from(path, each)
    ]
    problems += [
        Problem(
            "--out",
            f"a report and a claim both go to {str(path)!r}",
            remedy,
            ErrorCode.SHARED_OUTPUT,
        )
        for path in paths
        if any(is_same_destination(path, each) for each in taken)
    ]
    if problems:
        raise InputError(problems)
