"""The compiled rules of a payer by procedure code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import TypeAlias

import attrs

from payer_rules.engine.add_on_edits import AddOnEditEvaluator
from payer_rules.engine.alternatives import Alternative, AlternativesEvaluator
from payer_rules.engine.applicability import Applicability, is_unconditional
from payer_rules.engine.edit_tables import EditTables
from payer_rules.engine.mue import MueEvaluator
from payer_rules.engine.ptp import PtpEvaluator
from payer_rules.engine.stages import ADD_ONS, LIMITS, PAIRS, Stage
from payer_rules.kinds import evaluator_of, stage_of
from payer_rules.rulebook.compiled_rule import CompiledRule
from payer_rules.rulebook.derived_professions import reads_profession
from payer_rules.rulebook.topic_reader import TopicReader
from payer_rules.rules import Payer, Requirement, Rule

Index: TypeAlias = dict[str, tuple[CompiledRule, ...]]
#: The same while it is made.
IndexLists: TypeAlias = dict[str, list[CompiledRule]]


def indexed(rules: Iterable[Rule], payer: Payer, edit_tables: EditTables) -> Index:
    """Return the index of the rules, and of the add-on codes of the edit tables."""
    add_ons = CompiledRule(AddOnEditEvaluator(edit_tables), ADD_ONS)
    index: IndexLists = {code: [add_ons] for code in edit_tables.add_on_codes}
    _add(index, rules, payer)
    return {code: tuple(compiled) for code, compiled in index.items()}


def reindexed(
    index: Mapping[str, tuple[CompiledRule, ...]],
    names: Set[str],
    editions: Iterable[Rule],
    payer: Payer,
) -> Index:
    """Return the index with other editions of the rules with these ids."""
    kept = _without(index, names)
    _add(kept, editions, payer)
    return {code: tuple(compiled) for code, compiled in kept.items() if compiled}


def compiled_by_code(rules: Iterable[Rule], payer: Payer) -> Index:
    """Return the index of the rules alone."""
    index: IndexLists = {}
    _add(index, rules, payer)
    return {code: tuple(compiled) for code, compiled in index.items()}


def evaluators_of_tables(payer: Payer, edit_tables: EditTables) -> tuple[CompiledRule, ...]:
    """Return the evaluators of edits that see every line of a claim: of pairs and of units."""
    if payer.ncci is None and not edit_tables.by_setting:
        return ()
    # NOTE: an MUE counts what was billed, so it needs no earlier stage; its window is a day.
    return (
        CompiledRule(PtpEvaluator(edit_tables), PAIRS),
        CompiledRule(MueEvaluator(edit_tables), Stage(LIMITS, 1)),
    )


def with_edit_tables(
    index: Mapping[str, tuple[CompiledRule, ...]], edit_tables: EditTables
) -> Index:
    """Return the index with the add-on codes of other edit tables."""
    add_ons = CompiledRule(AddOnEditEvaluator(edit_tables), ADD_ONS)
    kept = _without(index, {add_ons.evaluator.rule_id})
    for code in edit_tables.add_on_codes:
        kept.setdefault(code, []).insert(0, add_ons)
    return {code: tuple(compiled) for code, compiled in kept.items() if compiled}


def _without(index: Mapping[str, tuple[CompiledRule, ...]], names: Set[str]) -> IndexLists:
    """Return the rules of each code but those with these ids."""
    return {
        code: [each for each in compiled if each.evaluator.rule_id not in names]
        for code, compiled in index.items()
    }


def _add(index: IndexLists, rules: Iterable[Rule], payer: Payer) -> None:
    rules = tuple(rules)
    editions: dict[str, list[Rule]] = {}
    for rule in rules:
        editions.setdefault(rule.id, []).append(rule)
    compiled = [_compiled(rule, editions[rule.id], payer) for rule in rules]
    for rule, one in zip(rules, _with_alternatives(rules, compiled), strict=True):
        for code in rule.meets:
            index.setdefault(code, []).append(one)


def _compiled(rule: Rule, editions: Iterable[Rule], payer: Payer) -> CompiledRule:
    others = [other for other in editions if other is not rule]
    applies = None if is_unconditional(rule) else Applicability(rule, payer, others)
    # NOTE: a house rule is no text of the payer.
    reader = TopicReader.of(rule) if rule.owner == payer.id else None
    codes = rule.meets if reads_profession(rule) else frozenset()
    return CompiledRule(evaluator_of(rule, payer), stage_of(rule), applies, reader, codes)


def _with_alternatives(
    rules: Sequence[Rule], compiled: Sequence[CompiledRule]
) -> Iterator[CompiledRule]:
    """Yield the compiled rules; one that has alternatives takes them into account."""
    groups: dict[str, list[tuple[Rule, CompiledRule]]] = {}
    for rule, one in zip(rules, compiled, strict=True):
        if isinstance(rule, Requirement) and rule.alternatives is not None:
            groups.setdefault(rule.alternatives, []).append((rule, one))
    for rule, one in zip(rules, compiled, strict=True):
        name = rule.alternatives if isinstance(rule, Requirement) else None
        others = [pair for pair in groups.get(name or "", ()) if pair[0].id != rule.id]
        yield _with_others(rule, one, others) if others else one


def _with_others(
    rule: Rule, one: CompiledRule, others: Sequence[tuple[Rule, CompiledRule]]
) -> CompiledRule:
    alternatives = [
        Alternative(other.meets, each.applies, each.evaluator) for other, each in others
    ]
    reads = one.profession_codes or any(each.profession_codes for _, each in others)
    return attrs.evolve(
        one,
        evaluator=AlternativesEvaluator(one.evaluator, alternatives),
        profession_codes=rule.meets if reads else frozenset(),
    )
