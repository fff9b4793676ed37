"""``payer-rules doctor``: check everything that is installed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Final, TypeAlias

import attrs
from cyclopts import Parameter

from payer_rules.cli.destinations import report_destinations, write_text
from payer_rules.cli.exit_codes import ExitCode, exit_code
from payer_rules.cli.listing import collect_payers, load_registry
from payer_rules.cli.options import (
    ALL_PLUGINS,
    Plugins,
    PluginSelection,
    Reports,
    print_problems,
)
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.text.escaping import join_lines

TimeLimit: TypeAlias = Annotated[
    float,
    Parameter(
        name="--time-limit",
        help="Seconds that a plugin has for its import and for each call of a hook.",
    ),
]
_REMEDY: Final = "Correct the plugin, or uninstall it."


@attrs.frozen
class _Examination:
    """The report as text and as data, every problem, and whether there are remarks."""

    text: str
    data: str
    problems: tuple[Problem, ...]
    has_remarks: bool


def doctor(
    *, time_limit: TimeLimit = 30.0, report: Reports = (), selection: Plugins = ALL_PLUGINS
) -> ExitCode:
    """Check all plugins and report errors.

    The report lists what every hook returns for every payer. A remark names something that is
    installed and has no effect: an edit table that applies to no payer, a plugin that returns
    nothing, a misspelled entry-point group; with remarks alone the exit code is 1. A plugin that
    exceeds the time limit or ends its process is named and left out of the rest.
    """
    from payer_rules.system.processes import Unfinished, supervised

    if time_limit <= 0:
        problem = f"{time_limit:g} is not a time"
        raise InputError(
            [Problem("--time-limit", problem, "Write a number above 0.", ErrorCode.OPTION_VALUE)]
        )
    reports = report_destinations(report, *selection.profiles)
    stuck: tuple[Problem, ...] = ()
    while True:
        found = supervised(partial(_examine, selection, stuck), time_limit)
        if not isinstance(found, Unfinished):
            break
        if found.at is None:
            raise InputError(
                [
                    Problem(
                        "doctor", found.message, "Try a higher --time-limit.", ErrorCode.UNFINISHED
                    )
                ]
            )
        plugin, where = found.at
        stuck += (Problem(where, found.message, _REMEDY, ErrorCode.UNFINISHED),)
        selection = attrs.evolve(selection, without=(*selection.without, plugin))
    write_text(reports, text=found.text, json=found.data)
    return exit_code(problems=print_problems(found.problems), findings=found.has_remarks)


def _examine(
    selection: PluginSelection, stuck: tuple[Problem, ...], report_position: Callable[[Any], None]
) -> _Examination:
    """Examine all selected plugins; ``stuck`` are the problems of plugins that did not answer."""
    from payer_rules.registry import remarks_on
    from payer_rules.registry.hook_calls import ANNOUNCE
    from payer_rules.reports.data import text_of
    from payer_rules.reports.health import data_of, lines_of, stale_readings

    ANNOUNCE.set(lambda plugin, where: report_position((plugin.name, where)))
    registry = load_registry(selection)
    registry = attrs.evolve(registry, problems=(*stuck, *registry.problems))
    collected = collect_payers(registry, ())
    report_position(None)
    registry = attrs.evolve(registry, problems=(*registry.problems, *stale_readings(collected)))
    problems = [*registry.problems, *(f for each in collected.values() for f in each.problems)]
    remarks = remarks_on(registry, collected)
    return _Examination(
        join_lines(lines_of(registry, collected, remarks)),
        text_of(data_of(registry, collected, remarks)),
        tuple(problems),
        bool(remarks),
    )
