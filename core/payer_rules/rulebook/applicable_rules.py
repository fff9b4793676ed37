"""The compiled rules of a payer, and those of them that apply to the lines of a claim."""

from __future__ import annotations

from collections.abc import Collection, Container, Hashable, Iterable, Iterator, Mapping, Set
from datetime import date
from types import MappingProxyType
from typing import Final, TypeAlias

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine.applicability import OUT_OF_SCOPE, Applies
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.edit_tables import EditTables
from payer_rules.engine.evaluator import Evaluator
from payer_rules.engine.lookback import Lookback, lookback_on_days
from payer_rules.engine.missing import NONE_MISSING, MissingFact, MissingFacts, field
from payer_rules.engine.rule_evaluator import LineRuleEvaluator
from payer_rules.engine.stages import ADD_ONS, AFTER_ALL, Stage
from payer_rules.history import History
from payer_rules.rulebook.code_index import (
    CodeIndex,
    evaluators_of_tables,
    indexed,
    reindexed,
    with_edit_tables,
)
from payer_rules.rulebook.compiled_rule import CompiledRule
from payer_rules.rulebook.line_rules import (
    LineRules,
    LineRulesCache,
    applies_again,
    claim_facts,
    may_be_presumed,
    presumes,
)
from payer_rules.rules import Payer, Rule

#: The lines of each rule, with the facts that are missing to know whether the rule applies.
LinesByRule: TypeAlias = dict[CompiledRule, list[tuple[ServiceLine, MissingFacts]]]

_NOT_RECEIVED: Final = field("received")
#: The rules of lines before they are looked up.
NOTHING_FOUND: Final[Mapping[int, LineRules]] = MappingProxyType({})


@attrs.frozen(eq=False)
class MetRules:
    """The rules that apply, or may apply, to the lines of a claim.

    ``ids`` are the rule ids of each line number, those of edit tables included; ``of_line`` are the
    rules of the payer's texts. ``presumable`` are the rules of which a presumed value may decide
    whether they apply. ``binding`` are the facts without which it is open whether edit tables bind
    the claim, ``None`` if they do not; ``missing`` are these facts by line.
    """

    lines: LinesByRule
    ids: dict[int, tuple[str, ...]]
    of_line: dict[int, LineRules]
    presumable: dict[CompiledRule, None]
    binding: MissingFacts | None = NONE_MISSING
    missing: tuple[tuple[Evaluator, MissingFact, int], ...] = ()


@attrs.frozen
class EarlierRules:
    """The rules that can change the answers of a rule: those before a stage, if any.

    ``takes_lines_alone`` is true if other lines do not change its answers either.
    """

    before: Stage | None
    takes_lines_alone: bool

    @classmethod
    def of(cls, editions: Collection[CompiledRule]) -> EarlierRules:
        """Return those of a rule with these editions, each of which may have a stage of its own."""
        is_local = all(
            each.is_local and isinstance(each.evaluator, LineRuleEvaluator) for each in editions
        )
        if all(each.is_independent for each in editions):
            return cls(None, is_local)
        last = max(each.stage for each in editions)
        # NOTE: add-on codes are evaluated once more after all others.
        return cls(AFTER_ALL if last == ADD_ONS else last, is_local)

    def have(self, compiled: CompiledRule) -> bool:
        """Return True if the rule is one of them."""
        return self.before is not None and compiled.blocks_payment and compiled.stage < self.before


@attrs.frozen(eq=False)
class ApplicableRules:
    """The compiled rules of one payer: those of edit tables, and those of each code."""

    payer: Payer
    edit_tables: EditTables
    by_code: CodeIndex
    everywhere: tuple[CompiledRule, ...]
    #: The rule ids of the edit tables.
    table_ids: tuple[str, ...] = attrs.field(init=False)
    #: Whether earlier lines can decide which rules apply to a code, for the codes asked so far.
    _history_by_code: dict[str, bool] = attrs.field(factory=dict, init=False)
    #: The earlier rules that the rules asked for so far depend on, by id.
    _earlier: dict[str, EarlierRules] = attrs.field(factory=dict, init=False)
    _of_lines: LineRulesCache = attrs.field(init=False)

    @_of_lines.default
    def _rules_of_lines(self) -> LineRulesCache:
        return LineRulesCache(self.by_code)

    @table_ids.default
    def _ids_of_tables(self) -> tuple[str, ...]:
        return tuple(compiled.evaluator.rule_id for compiled in self.everywhere)

    @classmethod
    def of(cls, payer: Payer, rules: Iterable[Rule], edit_tables: EditTables) -> ApplicableRules:
        """Compile the rules of the payer."""
        index = indexed(rules, payer, edit_tables)
        return cls(payer, edit_tables, index, evaluators_of_tables(payer, edit_tables))

    def with_editions(self, rule_ids: Set[str], editions: Iterable[Rule]) -> ApplicableRules:
        """Return the rules with other editions of the rules with these ids."""
        index = reindexed(self.by_code, rule_ids, editions, self.payer)
        return ApplicableRules(self.payer, self.edit_tables, index, self.everywhere)

    def with_tables(self, edit_tables: EditTables) -> ApplicableRules:
        """Return the rules with other edit tables."""
        index = with_edit_tables(self.by_code, edit_tables)
        everywhere = evaluators_of_tables(self.payer, edit_tables)
        return ApplicableRules(self.payer, edit_tables, index, everywhere)

    def of_line(self, state: ClaimState, line: ServiceLine, of_claim: Hashable) -> LineRules:
        """Return the rules of the line; ``of_claim`` are the facts of its claim (`claim_facts`)."""
        return self._of_lines.of(state, line, of_claim)

    def change_days(self, code: str) -> tuple[date, ...]:
        """Return the days on which it may change which rules apply to lines of the code."""
        return self._of_lines.change_days(code)

    def meet(
        self, state: ClaimState, of_lines: Mapping[int, LineRules] = NOTHING_FOUND
    ) -> MetRules:
        """Return the rules of each line of the claim.

        ``of_lines`` are those that were found before for lines, where the state presumes nothing.
        """
        binding = self.binding(state.claim)
        bound = self.everywhere if binding is NONE_MISSING else ()
        lines: LinesByRule = {compiled: [] for compiled in bound}
        nothing: Container[str] = frozenset()
        tabled = nothing if binding is None else self.edit_tables.codes_of(state.claim.setting)
        met = MetRules(lines, {}, {}, {}, binding)
        of_claim = claim_facts(state.claim)
        for line in state.lines:
            names: tuple[str, ...] = ()
            if line.code in tabled:
                names = self.table_ids
                for compiled in bound:
                    lines[compiled].append((line, NONE_MISSING))
                for compiled in self.everywhere if binding else ():
                    state.record_missing(compiled.evaluator, line.number, binding or NONE_MISSING)
            rules = of_lines.get(line.number) or self._rules_of(state, line, of_claim)
            met.of_line[line.number] = rules
            for compiled, facts in rules.met:
                lines.setdefault(compiled, []).append((line, facts))
            if rules.presumable:
                met.presumable.update(dict.fromkeys(rules.presumable))
            met.ids[line.number] = names + rules.ids
        if state.entries:
            return attrs.evolve(met, missing=tuple(state.entries))
        return met

    def _rules_of(self, state: ClaimState, line: ServiceLine, of_claim: Hashable) -> LineRules:
        """Return the rules of the line as they apply by what the state presumes, if anything."""
        if presumes(state):
            return self._of_lines.presumed(state, line)
        return self._of_lines.of(state, line, of_claim)

    def meet_again(self, state: ClaimState, met: MetRules) -> MetRules:
        """Return the rules that were met, as the values that the state presumes decide it.

        A rule that applies whatever the missing facts are, or not at all, stays as it was.
        """
        if met.missing:
            state.entries.update(dict.fromkeys(met.missing))
        # NOTE: a table that is not there is missing even if it has none of the codes.
        lines = dict(met.lines)
        for compiled in met.presumable:
            entries = list(_met_again(compiled, state, lines[compiled], met.of_line))
            if entries:
                lines[compiled] = entries
            else:
                del lines[compiled]
        return MetRules(lines, met.ids, met.of_line, met.presumable, met.binding, met.missing)

    def meet_for(self, state: ClaimState, rule_id: str, numbers: Container[int]) -> LinesByRule:
        """Return the rules of each line on which the answer on these lines can depend.

        The answer is that of the rule with this id.
        """
        earlier = self.earlier_rules(rule_id)
        lines = state.lines
        if earlier.takes_lines_alone:
            lines = tuple([line for line in lines if line.number in numbers])
        met: LinesByRule = {}
        binding = self.binding(state.claim)
        nothing: Container[str] = frozenset()
        tabled = nothing if binding is None else self.edit_tables.codes_of(state.claim.setting)
        of_claim, is_presumed = claim_facts(state.claim), presumes(state)
        for line in lines:
            everywhere = self.everywhere if line.code in tabled else ()
            rules = self._of_lines.of(state, line, of_claim)
            if rules.others and is_presumed:
                rules = self._of_lines.presumed(state, line)
            for compiled, facts in (*((each, NONE_MISSING) for each in everywhere), *rules.met):
                if compiled.evaluator.rule_id != rule_id and not earlier.have(compiled):
                    continue
                if binding and compiled in everywhere:
                    state.record_missing(compiled.evaluator, line.number, binding)
                    continue
                applies: Applies = facts
                if is_presumed and may_be_presumed(facts):
                    applies = applies_again(rules, compiled, state, line)
                if not isinstance(applies, str):
                    met.setdefault(compiled, []).append((line, applies))
        return met

    def clears(self, state: ClaimState, rule_id: str, numbers: Iterable[int]) -> bool:
        """Return True if an edit table finds nothing on the lines, whatever other rules find.

        ``rule_id`` is that of the table. False if that is not known without an evaluation.
        """
        evaluator = next(
            (c.evaluator for c in self.everywhere if c.evaluator.rule_id == rule_id), None
        )
        return evaluator is not None and all(
            evaluator.clears(state, line) for line in state.lines if line.number in numbers
        )

    def earlier_rules(self, rule_id: str) -> EarlierRules:
        """Return the earlier rules on which the answers of the rule depend."""
        earlier = self._earlier.get(rule_id)
        if earlier is None:
            every = (*self.everywhere, *self.by_code.rules)
            earlier = EarlierRules.of([c for c in every if c.evaluator.rule_id == rule_id])
            self._earlier[rule_id] = earlier
        return earlier

    def binding(self, claim: Claim) -> MissingFacts | None:
        """Return the facts that are missing to know that NCCI edits bind the claim.

        The day of receipt decides. The answer is ``None`` if the edits do not bind the claim.
        """
        first = self.payer.ncci_received_from
        if first is None:
            return NONE_MISSING
        if claim.received is not None:
            return NONE_MISSING if claim.received >= first else None
        # NOTE: no claim is received before the service.
        is_later = all(line.date_from >= first for line in claim.lines)
        return NONE_MISSING if is_later else _NOT_RECEIVED

    def needs_history(self, claim: Claim) -> bool:
        """Return True if earlier lines can decide which rules apply to a line of the claim."""
        return any(self._needs_history(line.code) for line in claim.lines)

    def _needs_history(self, code: str) -> bool:
        known = self._history_by_code.get(code)
        if known is None:
            applicable = (compiled.applies for compiled in self.by_code.of(code))
            known = any(applies is not None and applies.needs_history for applies in applicable)
            self._history_by_code[code] = known
        return known

    def lookbacks(
        self, claims: Iterable[Claim], assumptions: Assumptions
    ) -> Iterator[tuple[Claim, ServiceLine, Lookback]]:
        """Yield the earlier lines on which the decisions on the claims can depend."""
        for claim in claims:
            yield from self._lookbacks(claim, assumptions)

    def _lookbacks(
        self, claim: Claim, assumptions: Assumptions
    ) -> Iterator[tuple[Claim, ServiceLine, Lookback]]:
        state = ClaimState(claim, History.unknown(), Assumptions.none(), is_cure=True)
        for line in state.lines:
            # NOTE: another code of the day touches the combination, whether or not a rule pairs it.
            yield claim, line, lookback_on_days(None, line)
            for compiled in self._of_line(state, line):
                for lookback in compiled.lookbacks(claim, line):
                    yield claim, line, lookback
                # NOTE: whether a cure is offered depends on the rules that apply to the added line.
                for added in compiled.evaluator.cure_lines(claim, line, assumptions):
                    for other in self._of_line(state, added):
                        for lookback in other.lookbacks(claim, added):
                            yield claim, added, lookback

    def _of_line(self, state: ClaimState, line: ServiceLine) -> Iterator[CompiledRule]:
        """Yield the rules that may apply to the line."""
        yield from self.everywhere
        for compiled in self.by_code.of(line.code):
            if compiled.applies is None or compiled.applies.to(state, line) is not OUT_OF_SCOPE:
                yield compiled


def _met_again(
    compiled: CompiledRule,
    state: ClaimState,
    entries: Iterable[tuple[ServiceLine, MissingFacts]],
    of_line: Mapping[int, LineRules],
) -> Iterator[tuple[ServiceLine, MissingFacts]]:
    """Yield the lines to which the rule applies as the state decides it."""
    for line, facts in entries:
        applies: Applies = facts
        if may_be_presumed(facts):
            applies = applies_again(of_line[line.number], compiled, state, line)
        if not isinstance(applies, str):
            yield line, applies
