"""``payer-rules doctor``: is all that is installed here in order?"""

from __future__ import annotations

from payer_rules.cli.exit_codes import ExitCode
from payer_rules.cli.listing import ended, gathered_of, load_all
from payer_rules.cli.options import NO_SETUP, Common, Reports, complain, deliver


def doctor(*, report: Reports = (), setup: Common = NO_SETUP) -> ExitCode:
    """Call every hook of every plugin for every payer, and tell what came and what is wrong."""
    from payer_rules.reports.data import text_of
    from payer_rules.reports.health import data_of, lines_of

    registry = load_all(setup)
    gathered = gathered_of(registry, ())
    faults = [*registry.faults, *(f for each in gathered.values() for f in each.faults)]
    told = "\n".join(lines_of(registry, gathered))
    deliver(report, told, text_of(data_of(registry, gathered)))
    return ended(complain(faults))
