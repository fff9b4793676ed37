"""``payer-rules doctor``: is all that is installed here in order?"""

from __future__ import annotations

from payer_rules.cli.exit_codes import ExitCode, first_of
from payer_rules.cli.listing import gathered_of, load_all
from payer_rules.cli.options import NO_SETUP, Common, Reports, complain, deliver


def doctor(*, report: Reports = (), setup: Common = NO_SETUP) -> ExitCode:
    """Check all plugins: print what every hook gives for every payer, every fault, and remarks.

    A remark names what is installed and has no effect: an edit table that binds no payer, a plugin
    that gives nothing, an entry-point group that is misspelled. With remarks alone it ends with 1.
    """
    from payer_rules.registry import remarks_on
    from payer_rules.reports.data import text_of
    from payer_rules.reports.health import data_of, lines_of

    registry = load_all(setup)
    gathered = gathered_of(registry, ())
    faults = [*registry.faults, *(f for each in gathered.values() for f in each.faults)]
    remarks = remarks_on(registry, gathered)
    text = "\n".join(lines_of(registry, gathered, remarks))
    deliver(report, text, text_of(data_of(registry, gathered, remarks)))
    codes = {ExitCode.FOUND} if remarks else set()
    return first_of(codes | ({ExitCode.FAULTY} if complain(faults) else set()))
