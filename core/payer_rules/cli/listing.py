"""``payer-rules payers``, ``plugins`` and ``rules``: what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias

from cyclopts import Parameter

from payer_rules.cli.exit_codes import ExitCode
from payer_rules.cli.options import (
    ALL_PLUGINS,
    Payers,
    Plugins,
    Reports,
    deliver,
    print_problems,
    report_destinations,
)
from payer_rules.errors import InputError, Problem, nearest
from payer_rules.text.escaping import join_lines

if TYPE_CHECKING:
    from payer_rules.registry import CollectedRules, Registry

BySource: TypeAlias = Annotated[
    bool,
    Parameter(
        name="--by-source",
        negative="",
        show_default=False,
        help="List each row of the sources instead: the rules that cite it, or why none does.",
    ),
]


def payers(*, report: Reports = (), selection: Plugins = ALL_PLUGINS) -> ExitCode:
    """List the payers whose rules are known here."""
    from payer_rules.reports.data import plain, text_of
    from payer_rules.reports.listings import of_payers

    reports = report_destinations(report, selection=selection)
    registry = load_registry(selection)
    known = list(registry.payers.values())
    text = join_lines(of_payers(known, dict(registry.owners)))
    deliver(reports, text, text_of({"payers": plain(known)}))
    return ended(print_problems(registry.problems))


def plugins(*, report: Reports = (), selection: Plugins = ALL_PLUGINS) -> ExitCode:
    """List the plugins that are loaded, with their hooks."""
    from payer_rules.reports.data import plain, text_of

    reports = report_destinations(report, selection=selection)
    registry = load_registry(selection)
    told = [
        f"{p.name}: {p.distribution} {p.version}; {', '.join(p.hooks)}" for p in registry.plugins
    ]
    told += [f"{name}: left out" for name in registry.without]
    data = {"plugins": plain(registry.plugins), "without": plain(registry.without)}
    deliver(reports, join_lines(told), text_of(data))
    return ended(print_problems(registry.problems))


def rules(
    *,
    payer: Payers = (),
    by_source: BySource = False,
    report: Reports = (),
    selection: Plugins = ALL_PLUGINS,
) -> ExitCode:
    """List the rules of every payer, or of the payers named, with their sources."""
    reports = report_destinations(report, selection=selection)
    registry = load_registry(selection)
    collected = gather_payers(registry, payer)
    told, data = _by_source(registry, collected) if by_source else _by_rule(collected)
    deliver(reports, told, data)
    problems = [*registry.problems, *(f for each in collected.values() for f in each.problems)]
    return ended(print_problems(problems))


def _by_source(registry: Registry, collected: dict[str, CollectedRules]) -> tuple[str, str]:
    from payer_rules.reports.data import plain, text_of
    from payer_rules.reports.sources import accounts_of

    accounts = accounts_of(registry, collected)
    return join_lines(map(str, accounts)), text_of({"rows": plain(accounts)})


def _by_rule(collected: dict[str, CollectedRules]) -> tuple[str, str]:
    from payer_rules.reports.data import of_rule, plain, text_of
    from payer_rules.reports.listings import of_rules, of_tables

    told = [
        line
        for name, each in collected.items()
        for line in (*of_rules(each.rules), *of_tables(name, each.tables))
    ]
    data = {
        "rules": [of_rule(rule) for each in collected.values() for rule in each.rules],
        "tables": [
            {
                "payer": name,
                "address": t.address,
                "release": t.release,
                "digest": t.digest,
                "verified": plain(t.verified),
                "pairs": len(t.pairs),
                "units": len(t.units),
            }
            for name, each in collected.items()
            for t in each.tables
        ],
    }
    return join_lines(told), text_of(data)


def load_registry(selection: Plugins) -> Registry:
    """The registry of all plugins and of the profiles that the user names."""
    from payer_rules.registry import load

    return load(profiles=selection.profiles, without=selection.without)


def gather_payers(registry: Registry, asked: tuple[str, ...]) -> dict[str, CollectedRules]:
    """What is said of each payer asked for, or of all; raises `InputError` for one not known."""
    problems = [
        Problem("--payer", f"there is no payer {name!r}", nearest(name, registry.payers))
        for name in asked
        if name not in registry.payers
    ]
    if problems:
        raise InputError(problems)
    return {name: registry.collect(name) for name in asked or registry.payers}


def ended(has_problems: bool) -> ExitCode:
    """How a command ends that only tells: with or without faults."""
    return ExitCode.FAULTY if has_problems else ExitCode.CLEAN
