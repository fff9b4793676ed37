"""The ``doctor`` report: versions, plugins, profiles, tables, rules and hook calls."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import requires, version

from payer_rules.errors import Problem
from payer_rules.kinds import kind_of
from payer_rules.registry import CollectedRules, HookCall, Registry
from payer_rules.reports.data import Data, of_problem, plain
from payer_rules.reports.decisions import count_of
from payer_rules.rules import EditTable, EditTerms, Rule, errors_of_second_reading


def lines_of(
    registry: Registry, collected: Mapping[str, CollectedRules], remarks: Sequence[Problem] = ()
) -> Iterator[str]:
    """Yield the report as text; problems are counted here and printed on standard error."""
    yield "versions"
    yield from (f"  {name} {number}" for name, number in versions().items())
    yield "plugins"
    for plugin in registry.plugins:
        yield f"  {plugin.name}: {plugin.distribution} {plugin.version}; {', '.join(plugin.hooks)}"
    yield from (f"  {name}: not loaded (--without)" for name in registry.without)
    yield "profiles"
    yield from (f"  {each.where}: {each.payer_id or 'no payer'}" for each in registry.profiles)
    yield "tables"
    for payer, each in collected.items():
        for table in each.tables:
            yield f"  {payer}: {table.address} {table.release}, {table.digest[:19]}…"
    yield "rules, by payer and plugin"
    for payer, each in collected.items():
        yield from _rules(payer, registry.owners[payer], each)
    yield "hooks, in the order of their calls"
    yield from _calls(registry, collected)
    if remarks:
        yield "remarks"
        yield from (f"  {remark}" for remark in remarks)
    problems = [
        *registry.problems,
        *(problem for each in collected.values() for problem in each.problems),
    ]
    yield count_of(len(set(map(str, problems))), "problem") if problems else "no problem found"


def data_of(
    registry: Registry, collected: Mapping[str, CollectedRules], remarks: Sequence[Problem] = ()
) -> dict[str, Data]:
    """Return the same as data, with every problem."""
    problems = [
        *registry.problems,
        *(problem for each in collected.values() for problem in each.problems),
    ]
    calls = [*registry.calls, *(call for each in collected.values() for call in each.calls)]
    return {
        "versions": plain(versions()),
        "plugins": plain(registry.plugins),
        "without": plain(registry.without),
        "profiles": [{"where": p.where, "payer": p.payer_id} for p in registry.profiles],
        "payers": {
            payer: {
                "plugin": registry.owners[payer],
                "rules": [rule.id for rule in each.rules],
                "tables": [f"{table.address}/{table.release}" for table in each.tables],
                "incomplete": plain(each.incomplete),
            }
            for payer, each in collected.items()
        },
        "calls": plain(calls),
        "remarks": [of_problem(remark) for remark in remarks],
        "problems": [of_problem(problem) for problem in dict.fromkeys(problems)],
    }


def stale_readings(collected: Mapping[str, CollectedRules]) -> tuple[Problem, ...]:
    """Return a problem for each rule that changed after its second reading."""
    rules = dict.fromkeys(rule for each in collected.values() for rule in each.rules)
    found: list[tuple[str, Rule | EditTerms]] = []
    found += [(f"{rule.id} ({rule.origin})", rule) for rule in rules]
    all_terms = dict.fromkeys(_terms_of(each) for one in collected.values() for each in one.terms)
    found += [(f"edits of {terms.address}", terms) for terms in all_terms]
    return tuple(
        error.at(where) for where, item in found for error in errors_of_second_reading(item)
    )


def _terms_of(edits: EditTerms) -> EditTerms:
    return edits.terms if isinstance(edits, EditTable) else edits


def versions() -> dict[str, str]:
    """Return the versions of Python, of this package and of its dependencies."""
    needed = [each for each in requires("payer-rules") or () if "extra ==" not in each]
    names = sorted({_name(each) for each in needed})
    return {
        "Python": platform.python_version(),
        "payer-rules": version("payer-rules"),
        **{name: version(name) for name in names},
    }


def _name(requirement: str) -> str:
    """Return the name in a requirement such as ``attrs>=24.2; python_version > "3"``."""
    for at, character in enumerate(requirement):
        if not (character.isalnum() or character in "-_."):
            return requirement[:at]
    return requirement


def _rules(payer: str, owner: str, collected: CollectedRules) -> Iterator[str]:
    yield f"  {payer} ({owner}): {count_of(len(collected.rules), 'rule')}"
    given = Counter(
        (rule.origin.plugin if rule.origin else "?", kind_of(rule).table)
        for rule in collected.rules
    )
    for (plugin, kind), count in sorted(given.items()):
        yield f"    {plugin}: {count} {kind}"
    yield from (f"    incomplete: {source}" for source in collected.incomplete)


def _calls(registry: Registry, collected: Mapping[str, CollectedRules]) -> Iterator[str]:
    """Yield each hook of each plugin with the total of its calls."""
    together: dict[tuple[str, str], list[HookCall]] = {}
    for call in (*registry.calls, *(call for each in collected.values() for call in each.calls)):
        together.setdefault((call.plugin, call.hook), []).append(call)
    for (plugin, hook), calls in together.items():
        seconds, values = sum(call.seconds for call in calls), sum(call.count for call in calls)
        broken = "" if all(call.complete for call in calls) else ", incomplete"
        yield (
            f"  {plugin}: {hook} gave {count_of(values, 'value')} in {count_of(len(calls), 'call')}"
            f" and {seconds * 1000:.1f} ms{broken}"
        )
