"""The compiled rules of a payer by procedure code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

import attrs

from payer_rules.claims import is_revenue_line
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
from payer_rules.rules import AnyCode, Codes, Payer, Requirement, Rule


@attrs.frozen(eq=False)
class CodeIndex:
    """The compiled rules of each procedure code.

    ``by_code`` holds those of each code that a rule lists or excludes, ``of_any`` the rules on any
    code. Of a code that is not in ``by_code``, these are all. A line without a procedure code has
    those that speak of such lines.
    """

    by_code: Mapping[str, tuple[CompiledRule, ...]] = attrs.field(factory=dict)
    of_any: tuple[tuple[CompiledRule, AnyCode], ...] = ()
    _rest: tuple[CompiledRule, ...] = attrs.field(init=False)

    @_rest.default
    def _of_other_codes(self) -> tuple[CompiledRule, ...]:
        return tuple(compiled for compiled, _ in self.of_any)

    def of(self, code: str) -> tuple[CompiledRule, ...]:
        """Return the rules of the code."""
        rules = self.by_code.get(code)
        if rules is None:
            rules = self._rest
            if rules and is_revenue_line(code):
                return tuple(compiled for compiled, codes in self.of_any if code in codes)
        return rules

    @property
    def rules(self) -> Iterator[CompiledRule]:
        """Yield every rule, once for each of its codes."""
        yield from self._rest
        for rules in self.by_code.values():
            yield from rules

    @property
    def codes(self) -> frozenset[str]:
        """The codes that rules list."""
        rest = frozenset(self._rest)
        return frozenset(code for code, rules in self.by_code.items() if not rest.issuperset(rules))

    def __bool__(self) -> bool:
        return bool(self.by_code or self.of_any)


@attrs.define
class _IndexDraft:
    """An index while rules are added to it."""

    by_code: dict[str, list[CompiledRule]] = attrs.field(factory=dict)
    of_any: list[tuple[CompiledRule, AnyCode]] = attrs.field(factory=list)

    @classmethod
    def of(cls, index: CodeIndex, without: Set[str]) -> _IndexDraft:
        """Return a draft of the index without the rules that have these ids."""
        by_code = {
            code: [each for each in compiled if each.evaluator.rule_id not in without]
            for code, compiled in index.by_code.items()
        }
        of_any = [pair for pair in index.of_any if pair[0].evaluator.rule_id not in without]
        return cls(by_code, of_any)

    def rules_of(self, code: str) -> list[CompiledRule]:
        """Return the rules of the code, to which further ones can be added."""
        rules = self.by_code.get(code)
        if rules is None:
            rules = self.by_code[code] = [rule for rule, codes in self.of_any if code in codes]
        return rules

    def add(self, compiled: CompiledRule, codes: Codes) -> None:
        """Add a rule to its codes."""
        if not isinstance(codes, AnyCode):
            for code in codes:
                self.rules_of(code).append(compiled)
            return
        for code in codes.excluded:
            self.rules_of(code)
        self.of_any.append((compiled, codes))
        for code, rules in self.by_code.items():
            if code in codes:
                rules.append(compiled)

    def index(self) -> CodeIndex:
        """Return the index."""
        by_code = {
            code: tuple(rules) for code, rules in self.by_code.items() if rules or self.of_any
        }
        return CodeIndex(by_code, tuple(self.of_any))


def indexed(rules: Iterable[Rule], payer: Payer, edit_tables: EditTables) -> CodeIndex:
    """Return the index of the rules, and of the add-on codes of the edit tables."""
    add_ons = CompiledRule(AddOnEditEvaluator(edit_tables), ADD_ONS)
    draft = _IndexDraft({code: [add_ons] for code in edit_tables.add_on_codes})
    _add(draft, rules, payer)
    return draft.index()


def reindexed(
    index: CodeIndex, names: Set[str], editions: Iterable[Rule], payer: Payer
) -> CodeIndex:
    """Return the index with other editions of the rules with these ids."""
    draft = _IndexDraft.of(index, without=names)
    _add(draft, editions, payer)
    return draft.index()


def compiled_by_code(rules: Iterable[Rule], payer: Payer) -> CodeIndex:
    """Return the index of the rules alone."""
    draft = _IndexDraft()
    _add(draft, rules, payer)
    return draft.index()


def evaluators_of_tables(payer: Payer, edit_tables: EditTables) -> tuple[CompiledRule, ...]:
    """Return the evaluators of edits that see every line of a claim: of pairs and of units."""
    if payer.ncci is None and not edit_tables.by_setting:
        return ()
    # NOTE: an MUE counts what was billed, so it needs no earlier stage; its window is a day.
    return (
        CompiledRule(PtpEvaluator(edit_tables), PAIRS),
        CompiledRule(MueEvaluator(edit_tables), Stage(LIMITS, 1)),
    )


def with_edit_tables(index: CodeIndex, edit_tables: EditTables) -> CodeIndex:
    """Return the index with the add-on codes of other edit tables."""
    add_ons = CompiledRule(AddOnEditEvaluator(edit_tables), ADD_ONS)
    draft = _IndexDraft.of(index, without={add_ons.evaluator.rule_id})
    for code in edit_tables.add_on_codes:
        draft.rules_of(code).insert(0, add_ons)
    return draft.index()


def _add(draft: _IndexDraft, rules: Iterable[Rule], payer: Payer) -> None:
    rules = tuple(rules)
    editions: dict[str, list[Rule]] = {}
    for rule in rules:
        editions.setdefault(rule.id, []).append(rule)
    compiled = [_compiled(rule, editions[rule.id], payer) for rule in rules]
    for rule, one in zip(rules, _with_alternatives(rules, compiled), strict=True):
        draft.add(one, rule.meets)


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
