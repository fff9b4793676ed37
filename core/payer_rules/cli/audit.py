"""``payer-rules audit``: verify the audit log of the service."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from payer_rules.cli.destinations import report_destinations, write_text
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.cli.options import Reports, print_problems
from payer_rules.errors import InputError


def verify(
    log: Annotated[Path, Parameter(help="Audit log that serve --audit wrote.")],
    /,
    *,
    head: Annotated[
        str | None,
        Parameter(
            show_default=False,
            help="Hash that was the last one before, as this command printed it: records that "
            "were removed at the end are noticed by it alone.",
        ),
    ] = None,
    report: Reports = (),
) -> ExitCode:
    """Find the first record of an audit log that was changed, removed, added or moved.

    If there is none, the number of records is printed, and the head: the hash of the last one. Keep
    it where those who can write the log cannot.
    """
    from payer_rules.reports.data import text_of
    from payer_rules.service.audit_log import verify_audit

    reports = report_destinations(report, log)
    try:
        state = verify_audit(log, head)
    except InputError as error:
        print_problems(error.problems)
        return ExitCode.FAULTY
    cut_off = f", {state.torn} cut off" if state.torn else ""
    text = f"{state.records} records in order{cut_off}\nhead: {state.head}"
    write_text(reports, text=text, json=text_of(state._asdict()))
    return ExitCode.CLEAN
