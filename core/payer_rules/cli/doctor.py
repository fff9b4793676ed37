"""``payer-rules doctor``: is all that is installed here in order?"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, TypeAlias

import attrs
from cyclopts import Parameter

from payer_rules.cli.exit_codes import ExitCode, first_of
from payer_rules.cli.listing import gather_payers, load_registry
from payer_rules.cli.options import (
    ALL_PLUGINS,
    Plugins,
    Reports,
    deliver,
    print_problems,
    report_destinations,
)
from payer_rules.errors import InputError, Problem
from payer_rules.text.escaping import join_lines

TimeLimit: TypeAlias = Annotated[
    float,
    Parameter(
        name="--time-limit",
        help="Seconds that a plugin has for its import, and for each call of a hook.",
    ),
]
_REMEDY = "Mend the plugin, or uninstall it."


@attrs.frozen
class _Examination:
    """The report of what was examined as text and as data, every fault, and if it has remarks."""

    text: str
    data: str
    problems: tuple[Problem, ...]
    has_remarks: bool


def doctor(
    *, time_limit: TimeLimit = 30.0, report: Reports = (), selection: Plugins = ALL_PLUGINS
) -> ExitCode:
    """Check all plugins: print what every hook gives for every payer, every fault, and remarks.

    A remark names what is installed and has no effect: an edit table that binds no payer, a plugin
    that gives nothing, an entry-point group that is misspelled. With remarks alone it ends with 1.
    A plugin that does not answer in time, or ends its process, is named and left out of the rest.
    """
    from payer_rules.system.processes import Unfinished, supervised

    if time_limit <= 0:
        message = f"{time_limit:g} seconds are no time"
        raise InputError([Problem("--time-limit", message, "Write a number above 0.")])
    reports = report_destinations(report, selection=selection)
    stuck: tuple[Problem, ...] = ()
    while True:
        found = supervised(partial(_examine, selection, stuck), time_limit)
        if not isinstance(found, Unfinished):
            break
        if found.at is None:
            raise InputError([Problem("doctor", found.message, "See --time-limit.")])
        plugin, where = found.at
        stuck += (Problem(where, found.message, _REMEDY),)
        selection = attrs.evolve(selection, without=(*selection.without, plugin))
    deliver(reports, found.text, found.data)
    codes = {ExitCode.FOUND} if found.has_remarks else set()
    return first_of(codes | ({ExitCode.FAULTY} if print_problems(found.problems) else set()))


def _examine(
    selection: Plugins, stuck: tuple[Problem, ...], tell: Callable[[Any], None]
) -> _Examination:
    """Examine all but what is left out; ``stuck`` are the faults of plugins that gave no answer."""
    from payer_rules.registry import remarks_on
    from payer_rules.registry.hook_calls import ANNOUNCE
    from payer_rules.reports.data import text_of
    from payer_rules.reports.health import data_of, lines_of

    ANNOUNCE.set(lambda plugin, where: tell((plugin.name, where)))
    registry = load_registry(selection)
    registry = attrs.evolve(registry, problems=(*stuck, *registry.problems))
    collected = gather_payers(registry, ())
    tell(None)
    problems = [*registry.problems, *(f for each in collected.values() for f in each.problems)]
    remarks = remarks_on(registry, collected)
    return _Examination(
        join_lines(lines_of(registry, collected, remarks)),
        text_of(data_of(registry, collected, remarks)),
        tuple(problems),
        bool(remarks),
    )
