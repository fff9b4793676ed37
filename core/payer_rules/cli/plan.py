"""``payer-rules plan``: check appointments before they take place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from payer_rules.cli.destinations import report_destinations, write_text
from payer_rules.cli.exit_codes import ExitCode, exit_code, fails
from payer_rules.cli.known_facts import NO_FACTS, Facts, KnownFacts
from payer_rules.cli.options import (
    ALL_PLUGINS,
    FailOnOption,
    Plugins,
    Reports,
    Verbose,
    print_problems,
)
from payer_rules.text.escaping import join_lines


def plan(
    schedule: Annotated[
        Path,
        Parameter(
            help="Schedule in CSV or Parquet, one appointment a row: member, payer, code, date, "
            "clinician (NPI), group, and any column of a table of claims."
        ),
    ],
    /,
    *,
    facts: Facts = NO_FACTS,
    report: Reports = (),
    verbose: Verbose = False,
    fail_on: FailOnOption = "presumed",
    selection: Plugins = ALL_PLUGINS,
) -> ExitCode:
    """Check appointments that have not taken place, and say what would help.

    Each appointment is checked as a claim, in order of date: earlier appointments and the history
    count. For one that will not be paid, the next date that pays, a change of the claim, and a
    clinician of another profession are tried.
    """
    from payer_rules.planning.payer_books import PayerBooks
    from payer_rules.planning.plan import Planner
    from payer_rules.planning.schedule import read_schedule
    from payer_rules.reports.data import text_of
    from payer_rules.reports.plans import data_of_plan, lines_of
    from payer_rules.reports.schedule_review import findings_over_members
    from payer_rules.summaries import RunSummary

    reports = report_destinations(report, schedule, *facts.files(), *selection.profiles)
    read = read_schedule(schedule)
    payers = {each.payer for each in read.appointments}
    known = KnownFacts.for_planning(facts, selection, payers)
    planner = Planner(PayerBooks(known.registry, known.store, known.practice))
    planned = planner.plan(read)
    findings = findings_over_members(read, known.registry, known.practice)
    names = {name: payer.name for name, payer in known.registry.payers.items()}
    lines = lines_of(read.name, planned, names, findings, is_verbose=verbose)
    text = join_lines((*lines, *known.remarks(each.day for each in read.appointments)))
    write_text(reports, text=text, json=text_of(data_of_plan(planned, findings)))
    problems = [*known.problems, *read.problems, *planner.problems]
    summary = RunSummary.of((each.appointment.claim, each.decision) for each in planned)
    return exit_code(
        problems=print_problems(problems),
        nothing=not planned,
        findings=fails(summary, fail_on) or bool(findings),
        open_=summary.has_unread,
    )
