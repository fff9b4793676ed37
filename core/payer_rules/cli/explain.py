"""``payer-rules explain``: one rule, in words a biller can act on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from payer_rules.cli.exit_codes import ExitCode
from payer_rules.cli.listing import ended, gather_payers, load_registry
from payer_rules.cli.options import (
    ALL_PLUGINS,
    Plugins,
    Reports,
    deliver,
    print_problems,
    report_destinations,
)
from payer_rules.errors import InputError, Problem, nearest
from payer_rules.text.escaping import join_lines

if TYPE_CHECKING:
    from payer_rules.conformance import ConformanceResult, RuleFixture
    from payer_rules.registry import CollectedRules, Registry
    from payer_rules.rules import EditTable, Rule

_EDITS = ("ptp", "mue", "add-on")


def explain(rule: str, /, *, report: Reports = (), selection: Plugins = ALL_PLUGINS) -> ExitCode:
    """Explain a rule: what it asks, its dates and sources, a claim it accepts, one it rejects."""
    from payer_rules.conformance import fixtures_of_rule
    from payer_rules.reports.data import of_rule, plain, text_of

    reports = report_destinations(report, selection=selection)
    registry = load_registry(selection)
    collected = gather_payers(registry, ())
    editions = _editions(rule, collected)
    tables = _tables_of(rule, collected)
    if not editions and not tables:
        message = f"there is no rule {rule!r}"
        raise InputError([Problem("explain", message, nearest(rule, _names(collected)))])
    result = _replayed(rule, registry, collected)
    touches = list(fixtures_of_rule(rule, result))
    told = [
        *_told_rules(registry, editions, touches),
        *_told_tables(registry, rule, tables, touches),
    ]
    data = {
        "rules": [of_rule(each) for _, each in editions],
        "tables": [plain({"address": t.address, "release": t.release}) for t in tables],
        "touched_by": plain(touches),
    }
    deliver(reports, join_lines(told), text_of(data))
    problems = [
        *registry.problems,
        *(f for payer in result.payers for f in collected[payer].problems),
    ]
    if "errored" in result.words():
        remedy = "See payer-rules conform."
        problems.append(
            Problem("explain", "a plugin failed on fixtures of the rule's payer", remedy)
        )
    return ended(print_problems(problems))


def _told_rules(
    registry: Registry, editions: list[tuple[str, Rule]], touches: list[RuleFixture]
) -> Iterator[str]:
    from payer_rules.examples import examples_of
    from payer_rules.reports.explaining import explained

    for payer, rule in editions:
        yield from explained(rule, examples_of(rule, registry.payers[payer]), touches)


def _told_tables(
    registry: Registry, rule: str, tables: list[EditTable], touches: list[RuleFixture]
) -> Iterator[str]:
    from payer_rules.examples import examples_of_table
    from payer_rules.reports.explaining import explained_table

    payer = registry.payers.get(rule.partition("/")[0])
    for table in tables if payer else []:
        assert payer is not None
        yield from explained_table(rule, table, examples_of_table(rule, table, payer), touches)


def _replayed(
    rule: str, registry: Registry, collected: dict[str, CollectedRules]
) -> ConformanceResult:
    from payer_rules.conformance import conform

    owner = rule.partition("/")[0]
    payers = [owner] if owner in collected else list(collected)
    return conform(registry, payers=payers)


def _editions(rule: str, collected: dict[str, CollectedRules]) -> list[tuple[str, Rule]]:
    """The editions of the rule, each with a payer whose it is; house rules are told once."""
    found = {each: payer for payer, g in reversed(collected.items()) for each in g.rules}
    return [(payer, each) for each, payer in found.items() if each.id == rule]


def _tables_of(rule: str, collected: dict[str, CollectedRules]) -> list[EditTable]:
    owner, _, name = rule.partition("/")
    if owner not in collected or name not in _EDITS:
        return []
    return [t for t in collected[owner].tables if name != "add-on" or t.add_ons]


def _names(collected: dict[str, CollectedRules]) -> list[str]:
    names = [rule.id for each in collected.values() for rule in each.rules]
    names += [f"{p}/{name}" for p, g in collected.items() if g.tables for name in _EDITS]
    return names
