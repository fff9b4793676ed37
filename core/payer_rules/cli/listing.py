"""``payer-rules payers``, ``plugins`` and ``rules``: list what is installed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

from cyclopts import Parameter

from payer_rules.cli.destinations import Destination, report_destinations, write_text
from payer_rules.cli.exit_codes import ExitCode, exit_code
from payer_rules.cli.option_problems import date_of, require_known
from payer_rules.cli.options import (
    ALL_PLUGINS,
    Folder,
    Payers,
    Plugins,
    PluginSelection,
    Reports,
    print_problems,
)
from payer_rules.text.escaping import join_lines

if TYPE_CHECKING:
    from payer_rules.registry import CollectedRules, Registry

BySource: TypeAlias = Annotated[
    bool,
    Parameter(
        name="--by-source",
        negative="",
        show_default=False,
        help="List the rows of the sources instead, each with the rules that cite it, or the "
        "reason that none does.",
    ),
]


Topics: TypeAlias = Annotated[
    bool,
    Parameter(
        name="--topics",
        negative="",
        show_default=False,
        help="Print what was read of each topic of the payers' policies.",
    ),
]
On: TypeAlias = Annotated[
    date | None,
    Parameter(
        name="--on",
        show_default=False,
        converter=date_of,
        help="With --topics: for services on this date (YYYY-MM-DD; default: today).",
    ),
]


def payers(
    *,
    topics: Topics = False,
    on: On = None,
    payer: Payers = (),
    tables: Folder = None,
    report: Reports = (),
    selection: Plugins = ALL_PLUGINS,
) -> ExitCode:
    """List the payers whose rules are installed, or what was read of their policies.

    With --topics and a single --payer, the codes of each topic are listed.
    """
    from payer_rules.reports.data import text_of
    from payer_rules.reports.listings import data_of_payers, of_payers

    reports = report_destinations(report, *selection.profiles)
    if topics:
        return _topics(payer, on or date.today(), tables, reports, selection)
    registry = load_registry(selection)
    known = list(registry.payers.values())
    counts = registry.rule_counts(registry.payers, on or date.today())
    text = join_lines(of_payers(known, dict(registry.owners), counts))
    write_text(reports, text=text, json=text_of(data_of_payers(known, counts)))
    return exit_code(problems=print_problems(registry.problems))


def _topics(
    asked: tuple[str, ...],
    day: date,
    tables: Path | None,
    reports: tuple[Destination, ...],
    selection: PluginSelection,
) -> ExitCode:
    """Print the ledger of all payers, or the topics of one."""
    from payer_rules.registry import load
    from payer_rules.reports.data import text_of
    from payer_rules.reports.topic_ledger import ledger_data, of_ledger, of_payer, of_rule_counts
    from payer_rules.tables.folders import folder_in_use

    registry = load(
        profiles=selection.profiles, without=selection.without, tables=folder_in_use(tables)
    )
    require_known("--payer", asked, registry.payers, registry.problems)
    summaries = registry.topic_summaries(asked or registry.payers, day)
    counts = registry.rule_counts(asked or registry.payers, day)
    of_one = [*of_payer(summaries), "", *of_rule_counts(counts, day)]
    lines = of_one if len(asked) == 1 else of_ledger(summaries, counts, day)
    write_text(reports, text=join_lines(lines), json=text_of(ledger_data(summaries, counts, day)))
    return exit_code(problems=print_problems(registry.problems))


def plugins(*, report: Reports = (), selection: Plugins = ALL_PLUGINS) -> ExitCode:
    """List the installed plugins with their hooks."""
    from payer_rules.reports.data import plain, text_of

    reports = report_destinations(report, *selection.profiles)
    registry = load_registry(selection)
    lines = [
        f"{p.name}: {p.distribution} {p.version}; {', '.join(p.hooks)}" for p in registry.plugins
    ]
    lines += [f"{name}: not loaded (--without)" for name in registry.without]
    data = {"plugins": plain(registry.plugins), "without": plain(registry.without)}
    write_text(reports, text=join_lines(lines), json=text_of(data))
    return exit_code(problems=print_problems(registry.problems))


def rules(
    *,
    payer: Payers = (),
    by_source: BySource = False,
    report: Reports = (),
    selection: Plugins = ALL_PLUGINS,
) -> ExitCode:
    """List the rules of all payers with their sources."""
    reports = report_destinations(report, *selection.profiles)
    registry = load_registry(selection)
    collected = collect_payers(registry, payer)
    text, data = _by_source(registry, collected) if by_source else _by_rule(collected)
    write_text(reports, text=text, json=data)
    problems = [*registry.problems, *(f for each in collected.values() for f in each.problems)]
    return exit_code(problems=print_problems(problems))


def _by_source(registry: Registry, collected: dict[str, CollectedRules]) -> tuple[str, str]:
    from payer_rules.reports.data import plain, text_of
    from payer_rules.reports.sources import source_rows

    rows = source_rows(registry, collected)
    return join_lines(map(str, rows)), text_of({"rows": plain(rows)})


def _by_rule(collected: dict[str, CollectedRules]) -> tuple[str, str]:
    from payer_rules.reports.data import text_of
    from payer_rules.reports.listings import data_of_rules, of_rules, of_tables

    lines = [
        line
        for name, each in collected.items()
        for line in (*of_rules(each.rules), *of_tables(name, each.tables))
    ]
    return join_lines(lines), text_of(data_of_rules(collected))


def load_registry(selection: Plugins) -> Registry:
    """Return the registry of the selected plugins and profiles."""
    from payer_rules.registry import load

    return load(profiles=selection.profiles, without=selection.without)


def collect_payers(registry: Registry, asked: tuple[str, ...]) -> dict[str, CollectedRules]:
    """Return the rules of each payer asked for, or of all payers."""
    require_known("--payer", asked, registry.payers, registry.problems)
    return {name: registry.collect(name) for name in asked or registry.payers}
