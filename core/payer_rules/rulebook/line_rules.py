"""The rules of a line, found once for all lines with equal facts.

Most claims of a practice are alike: they differ in names, ids and days. The key of a line has every
fact that decides which rules apply to it. Between two days on which a text or a rule begins, ends
or ages, a period stands for the day. A rule that reads further facts, such as a diagnosis or an
earlier line, is asked for each line, and its answer is a part of the key.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable
from datetime import date
from operator import attrgetter
from typing import Final, NamedTuple

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine.applicability import OUT_OF_SCOPE, Applies
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.missing import EDITION, MODALITY, NONE_MISSING, MissingFacts
from payer_rules.engine.reads import Reads
from payer_rules.engine.text_dates import AgedText
from payer_rules.rulebook.code_index import CodeIndex
from payer_rules.rulebook.compiled_rule import CompiledRule
from payer_rules.rulebook.shared_caches import SharedCache
from payer_rules.rules import SCOPES

#: The facts in the key of a line, by their class.
_OF_CLAIM: Final = (*SCOPES, "condition_codes")
_OF_LINE: Final = ("code", "modality", "modifiers", "place_of_service", "revenue_code")
_OF_PROVIDER: Final = ("profession", "specialty", "taxonomy")
#: The same as a declaration: of the two providers the key has what rules ask of them.
IN_KEY: Final = Reads(
    claim={*_OF_CLAIM, "billing_provider"},
    line={*_OF_LINE, "rendering_provider"},
    provider=_OF_PROVIDER,
)
#: The number of codes that are kept.
_CACHE_SIZE: Final = 1 << 14
_of_claim: Final = attrgetter(*_OF_CLAIM)
_of_line: Final = attrgetter(*_OF_LINE)
_of_provider: Final = attrgetter(*_OF_PROVIDER)


class PresumedScope(NamedTuple):
    """The answer whether a rule applies to a line as the expected answer presumes, with its text.

    ``is_expired`` is true if its text has no answer for the days of the line.
    """

    applies: Applies
    text: AgedText | None
    is_expired: bool


@attrs.frozen(eq=False)
class LineRules:
    """The rules of a line.

    ``ids`` are those of the rules in whose scope it is, ``met`` those that apply or may apply,
    each with the facts that are missing to know. ``readings`` is whether each rule that reads a
    core topic applies, in the order of the rules of the code. ``presumable`` are the rules of which
    a presumed value may decide whether they apply; ``others`` those that read more facts than the
    key has.
    """

    ids: tuple[str, ...]
    met: tuple[tuple[CompiledRule, MissingFacts], ...]
    readings: tuple[Applies, ...]
    presumable: tuple[CompiledRule, ...]
    others: tuple[CompiledRule, ...]
    #: By the expected answer, for the rules that were asked for so far.
    presumed: dict[CompiledRule, PresumedScope] = attrs.field(factory=dict, init=False)


@attrs.frozen(eq=False)
class CodeRules:
    """The rules of a code: those that read facts of the key alone, and the others.

    ``change_days`` are the days on which the answer of one of them may change.
    """

    rules: tuple[CompiledRule, ...]
    others: tuple[CompiledRule, ...] = attrs.field(init=False)
    change_days: tuple[date, ...] = attrs.field(init=False)

    @others.default
    def _that_read_more(self) -> tuple[CompiledRule, ...]:
        return tuple(
            rule for rule in self.rules if rule.applies and not are_in_key(rule.applies.reads)
        )

    @change_days.default
    def _of_all_rules(self) -> tuple[date, ...]:
        days = {day for rule in self.rules if rule.applies for day in rule.applies.change_days()}
        return (date.min, *sorted(days - {date.min}))

    def period(self, line: ServiceLine) -> tuple[date, date]:
        """Return days that stand for those of the line: equal ones have equal answers."""
        # NOTE: a line of several days may share them with two periods.
        if line.date_from != line.date_to:
            return line.date_from, line.date_to
        first = self.change_days[bisect_right(self.change_days, line.date_from) - 1]
        return first, first


def are_in_key(reads: Reads) -> bool:
    """Return True if the key of a line has all facts that are read."""
    # NOTE: lines of claims are asked for, so the fields of earlier lines are not read.
    return attrs.evolve(reads, history=()) | IN_KEY == IN_KEY


@attrs.frozen(eq=False)
class LineRulesCache:
    """The rules of lines by their keys, as they apply where nothing is presumed."""

    by_code: CodeIndex
    _codes: dict[str, CodeRules] = attrs.field(factory=dict, init=False)
    _known: SharedCache[Hashable, LineRules] = attrs.field(factory=SharedCache, init=False)

    def of(self, state: ClaimState, line: ServiceLine, of_claim: Hashable) -> LineRules:
        """Return the rules of the line; ``of_claim`` are the facts of its claim (`claim_facts`).

        They are those that apply by the facts that are known, even if the state presumes others.
        """
        code_rules = self._of_code(line.code)
        if presumes(state):
            state = ClaimState(state.claim, state.history, Assumptions.none())
        others = tuple([_about(rule, state, line) for rule in code_rules.others])
        provider = _of_provider(state.claim.rendering_provider(line))
        key = (_of_line(line), code_rules.period(line), of_claim, provider, others)
        rules = self._known.get(key)
        if rules is None:
            rules = self._known.put(key, _line_rules(code_rules, state, line))
        return rules

    def presumed(self, state: ClaimState, line: ServiceLine) -> LineRules:
        """Return the rules of the line as they apply by what the state presumes."""
        return _line_rules(self._of_code(line.code), state, line)

    def change_days(self, code: str) -> tuple[date, ...]:
        """Return the days on which it may change which rules apply to lines of the code."""
        return self._of_code(code).change_days

    def _of_code(self, code: str) -> CodeRules:
        code_rules = self._codes.get(code)
        if code_rules is None:
            if len(self._codes) >= _CACHE_SIZE:
                self._codes.clear()
            code_rules = self._codes[code] = CodeRules(self.by_code.of(code))
        return code_rules


def claim_facts(claim: Claim) -> Hashable:
    """Return the facts of the claim that are a part of the keys of its lines."""
    return _of_claim(claim), _of_provider(claim.billing_provider)


def presumes(state: ClaimState) -> bool:
    """Return True if what the state presumes may decide whether a rule applies."""
    return state.assumptions.carries_texts or state.assumptions.is_expected


def may_be_presumed(facts: MissingFacts) -> bool:
    """Return True if the expected answer may have a value for one of the facts."""
    # NOTE: most rules miss one fact, which is that their text was not read for the day.
    return EDITION in facts or any(missing.name == MODALITY for missing in facts)


def applies_again(
    rules: LineRules, compiled: CompiledRule, state: ClaimState, line: ServiceLine
) -> Applies:
    """Return whether a rule applies to the line as the state presumes, and record its text there.

    ``rules`` are those of the line.
    """
    if compiled in rules.others or not state.assumptions.is_expected:
        return applicability(compiled, state, line)
    key = (compiled.evaluator.rule_id, line.number)
    scope = rules.presumed.get(compiled)
    if scope is None:
        applies = applicability(compiled, state, line)
        scope = PresumedScope(applies, state.carried.get(key), key in state.expired)
        rules.presumed[compiled] = scope
    if scope.text is not None:
        state.carried[key] = scope.text
    if scope.is_expired:
        state.expired.add(key)
    return scope.applies


def _line_rules(code_rules: CodeRules, state: ClaimState, line: ServiceLine) -> LineRules:
    every = [(rule, applicability(rule, state, line)) for rule in code_rules.rules]
    met = tuple((rule, facts) for rule, facts in every if not isinstance(facts, str))
    return LineRules(
        tuple(rule.evaluator.rule_id for rule, facts in every if facts is not OUT_OF_SCOPE),
        met,
        tuple(facts for rule, facts in every if rule.reader is not None),
        tuple(rule for rule, facts in met if facts and may_be_presumed(facts)),
        code_rules.others,
    )


def _about(rule: CompiledRule, state: ClaimState, line: ServiceLine) -> Hashable:
    """Return whether a rule applies to the line, and whether it may read its topic on it."""
    applies = applicability(rule, state, line)
    if rule.reader is None or rule.applies is None:
        return applies
    return applies, rule.applies.holds(state, line), rule.applies.holds_elsewhere(state, line)


def may_be_in_force(compiled: CompiledRule, state: ClaimState, line: ServiceLine) -> bool:
    """Return False if the rule does not apply to the line by its dates, whatever else is stated."""
    return compiled.applies is None or compiled.applies.may_be_in_force(state, line)


def applicability(compiled: CompiledRule, state: ClaimState, line: ServiceLine) -> Applies:
    """Return whether the rule applies to the line."""
    return compiled.applies.to(state, line) if compiled.applies else NONE_MISSING
