"""``payer-rules explain``: explain one rule to a biller."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import attrs
from cyclopts import Parameter

from payer_rules.cli.destinations import report_destinations, write_text
from payer_rules.cli.exit_codes import ExitCode, exit_code
from payer_rules.cli.known_facts import PracticeFile, practice_in_use
from payer_rules.cli.listing import collect_payers, load_registry
from payer_rules.cli.option_problems import after_causes, date_of, unknown_value
from payer_rules.cli.options import ALL_PLUGINS, Plugins, Reports, print_problems
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.text.escaping import join_lines

if TYPE_CHECKING:
    from payer_rules.conformance import ConformanceResult, RuleFixture
    from payer_rules.practice import Practice
    from payer_rules.registry import CollectedRules, Registry
    from payer_rules.rules import EditTable, Rule


#: The beginning of the names of warnings by national edits, before that of the edits.
BASELINE: Final = "baseline-"


def explain(
    rule: Annotated[str, Parameter(help="Rule id, such as medicare/ptp (see payer-rules rules).")],
    /,
    *,
    on: Annotated[
        date | None,
        Parameter(
            name="--on",
            show_default=False,
            converter=date_of,
            help="Say whether each edition answers for services on this date (YYYY-MM-DD; default: "
            "today, if there are several editions).",
        ),
    ] = None,
    practice: PracticeFile = None,
    report: Reports = (),
    selection: Plugins = ALL_PLUGINS,
) -> ExitCode:
    """Explain one rule: its requirement, dates and sources, and example claims.

    A practice file adds whether the rule is waived, or does not apply to the practice.
    """
    from payer_rules.conformance import fixtures_of_rule
    from payer_rules.kinds import kind_of
    from payer_rules.practice import find_practice
    from payer_rules.reports.data import of_rule, plain, text_of
    from payer_rules.reports.practice_words import practice_remarks

    practice = find_practice(practice)
    reports = report_destinations(report, practice, *selection.profiles)
    registry = load_registry(selection)
    own = practice_in_use(practice, registry)
    collected = collect_payers(registry, ())
    editions = _editions(rule, collected) or _house_rule(rule, own, registry)
    tables = _tables_of(rule, collected) or _baseline_tables(rule, registry)
    if not editions and not tables:
        ids = [*_rule_ids(rule, collected), *_baseline_rules(registry, rule.partition("/")[0])]
        unknown = unknown_value("RULE", rule, ids)
        of_payers = (problem for each in collected.values() for problem in each.problems)
        raise InputError(after_causes([unknown], [*registry.problems, *dict.fromkeys(of_payers)]))
    result = _replayed(rule, _with_own_cases(registry, selection.profiles), collected)
    touches = list(fixtures_of_rule(rule, result))
    remarks = [*practice_remarks(rule, tuple(each for _, each in editions), own)]
    lines = [
        *(f"{own.name}: {remark}" for remark in remarks),
        *_rule_lines(registry, editions, collected, touches, on),
        *_table_lines(registry, rule, tables, touches),
    ]
    data = {
        "rules": [of_rule(each) for _, each in editions],
        "topics": [kind_of(each).topic for _, each in editions],
        "tables": [plain({"address": t.address, "release": t.release}) for t in tables],
        "touched_by": plain(touches),
        "practice": plain(remarks),
    }
    write_text(reports, text=join_lines(lines), json=text_of(data))
    problems = [
        *registry.problems,
        *(f for payer in result.payers for f in collected[payer].problems),
    ]
    if "errored" in result.statuses():
        remedy = "Run payer-rules conform."
        problems.append(
            Problem(
                "explain", "a plugin failed on cases of the rule's payer", remedy, ErrorCode.RAISED
            )
        )
    return exit_code(problems=print_problems(problems))


def _rule_lines(
    registry: Registry,
    editions: list[tuple[str, Rule]],
    collected: dict[str, CollectedRules],
    touches: list[RuleFixture],
    on: date | None,
) -> Iterator[str]:
    """Yield each edition explained; of several, how each answers on the day."""
    from payer_rules.examples import examples_of
    from payer_rules.reports.explaining import edition_words, explained
    from payer_rules.rules import alternatives_of

    rules = [rule for _, rule in editions]
    for payer, rule in editions:
        alternatives = alternatives_of(rule, collected[payer].rules)
        examples = examples_of(rule, registry.payers[payer], alternatives)
        words = edition_words(rule, rules, on or date.today()) if on or len(rules) > 1 else ""
        yield from explained(rule, examples, touches, alternatives, words)


def _table_lines(
    registry: Registry, rule: str, tables: list[EditTable], touches: list[RuleFixture]
) -> Iterator[str]:
    from payer_rules.examples import examples_of_table
    from payer_rules.reports.explaining import explained_baseline, explained_tables

    owner = rule.partition("/")[0]
    baseline = registry.baseline
    if baseline is not None and rule in _baseline_rules(registry, owner):
        yield from explained_baseline(rule, registry.payers[owner])
        rule = f"{baseline.payer.id}/{rule.rpartition(BASELINE)[2]}"
        owner = baseline.payer.id
    payer = registry.payers.get(owner)
    if payer is not None and tables:
        examples = [(table, examples_of_table(rule, table, payer)) for table in tables]
        yield from explained_tables(rule, examples, touches)


def _with_own_cases(registry: Registry, profiles: Sequence[Path]) -> Registry:
    """Return the registry with the cases of the user's profiles as well.

    They are in the named folder or below it; of a file, in the folder ``cases`` next to it.
    """
    from payer_rules.registry.loaded_profiles import BY_USER

    folders = [path if path.is_dir() else path.parent / "cases" for path in profiles]
    found = ((BY_USER, folder) for folder in folders if folder.is_dir())
    return attrs.evolve(registry, case_folders=(*registry.case_folders, *found))


def _replayed(
    rule: str, registry: Registry, collected: dict[str, CollectedRules]
) -> ConformanceResult:
    from payer_rules.conformance import conform

    owner = rule.partition("/")[0]
    # NOTE: no case or scenario has the house list, which is the practice's own.
    payers = [owner] if owner in collected else [] if owner == "house" else list(collected)
    return conform(registry, payers=payers, invariants=False)


def _editions(rule: str, collected: dict[str, CollectedRules]) -> list[tuple[str, Rule]]:
    """Return the editions of the rule, the newest first, each with one payer that has it."""
    found = {each: payer for payer, g in reversed(collected.items()) for each in g.rules}
    editions = [(payer, each) for each, payer in found.items() if each.id == rule]
    return sorted(editions, key=lambda item: _begins(item[1]), reverse=True)


def _begins(rule: Rule) -> date:
    """Return the first day of the edition: that on which it is in effect, or was read for."""
    return rule.in_force.first or (rule.verified_dates and rule.verified_dates.first) or date.min


def _house_rule(rule: str, practice: Practice, registry: Registry) -> list[tuple[str, Rule]]:
    """Return the rule of the house list, if the practice uses it, with any payer."""
    from payer_rules.practice.house_checklist import house_rules

    rules = house_rules(()) if practice.house.house_checklist else ()
    return [(payer, each) for payer in [*registry.payers][:1] for each in rules if each.id == rule]


def _tables_of(rule: str, collected: dict[str, CollectedRules]) -> list[EditTable]:
    from payer_rules.rules import EDIT_RULES

    owner, _, name = rule.partition("/")
    if owner not in collected or name not in EDIT_RULES:
        return []
    return _with_part(collected[owner].tables, name)


def _baseline_tables(rule: str, registry: Registry) -> list[EditTable]:
    """Return the tables of the national payer, if the rule is a warning by its edits."""
    from payer_rules.rules import EditTable

    baseline = registry.baseline
    if baseline is None or rule not in _baseline_rules(registry, rule.partition("/")[0]):
        return []
    tables = [terms for terms in baseline.terms if isinstance(terms, EditTable)]
    return _with_part(tables, rule.rpartition(BASELINE)[2])


def _baseline_rules(registry: Registry, payer: str) -> list[str]:
    """Return the ids of the warnings by national edits that the payer has."""
    book = registry.rulebook(payer) if payer in registry.payers else None
    return sorted(book.baseline_rules) if book is not None else []


def _with_part(tables: Iterable[EditTable], name: str) -> list[EditTable]:
    """Return the tables with rows of the edits: practitioners first, then the newest."""
    found = [table for table in tables if any(part.name == name for part in table.filled_parts)]
    newest = sorted(found, key=lambda table: table.release, reverse=True)
    return sorted(newest, key=lambda table: table.setting != "practitioner")


def _rule_ids(unknown: str, collected: dict[str, CollectedRules]) -> list[str]:
    """Return the ids of the rules of the payer that the unknown id names, or of all payers."""
    from payer_rules.rules import EDIT_RULES

    payer = unknown.partition("/")[0]
    asked = {payer: collected[payer]} if payer in collected else collected
    names = [rule.id for each in asked.values() for rule in each.rules]
    names += [f"{p}/{name}" for p, g in asked.items() if g.tables for name in EDIT_RULES]
    return [*dict.fromkeys(names)]
