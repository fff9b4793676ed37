"""The lines of a claim on which the answer of a rule on some of them can depend.

1. A rule looks at other lines of the codes and days that it looks back to (`engine/lookback`).
2. Of those lines matters what rules of the same stage or of earlier ones answer, and so on.
3. If a rule may look further, all lines of the claim matter.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from datetime import date
from itertools import chain
from typing import Final

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.lookback import Lookback, NeedsHistory, lookback_on_days
from payer_rules.engine.reads import Link
from payer_rules.engine.rule_evaluator import RuleEvaluator
from payer_rules.engine.stages import AFTER_ALL, DUPLICATES, Stage
from payer_rules.kinds import kind_of
from payer_rules.rulebook.applicable_rules import ApplicableRules
from payer_rules.rulebook.compiled_rule import CompiledRule
from payer_rules.rulebook.line_rules import claim_facts

_SAME_DAY: Final[frozenset[Link]] = frozenset(["same day"])
_ANY_LINE: Final[frozenset[Link]] = frozenset(["any line"])


@attrs.frozen(eq=False)
class ReachedLines:
    """The lines on which answers can depend, by the rules of one book."""

    rules: ApplicableRules
    _links: dict[CompiledRule, frozenset[Link]] = attrs.field(factory=dict, init=False)

    def of(
        self, state: ClaimState, rule_id: str, numbers: Iterable[int]
    ) -> tuple[ServiceLine, ...]:
        """Return the lines on which the answer of the rule on the lines with the numbers depends.

        They are all lines of the state if less is not known.
        """
        if any(line.date_from != line.date_to for line in state.lines):
            return state.lines
        lines = {line.number: line for line in state.lines}
        others, of_claim = _LinesByCode.of(state.lines), claim_facts(state.claim)
        before = self.rules.earlier_rules(rule_id).before or DUPLICATES
        stages: dict[int, Stage] = {}
        looked: set[tuple[Lookback, Stage]] = set()
        asked = [(number, before) for number in numbers if number in lines]
        while asked:
            number, last = asked.pop()
            if number in stages and stages[number] >= last:
                continue
            stages[number] = last
            line = lines[number]
            for compiled in self._rules_of(state, line, of_claim, rule_id, last):
                lookbacks = self._reached(compiled, state.claim, line)
                if lookbacks is None:
                    return state.lines
                seen = before if before == AFTER_ALL else compiled.stage
                for lookback in lookbacks:
                    if (lookback, seen) not in looked:
                        looked.add((lookback, seen))
                        asked += [(each.number, seen) for each in others.within(lookback)]
        return tuple([line for line in state.lines if line.number in stages])

    def _rules_of(
        self, state: ClaimState, line: ServiceLine, of_claim: Hashable, rule_id: str, last: Stage
    ) -> Iterator[CompiledRule]:
        """Yield the rules of the line that can decide what the rule with the id sees of it."""
        of_line = self.rules.of_line(state, line, of_claim)
        texts = dict.fromkeys((*(compiled for compiled, _ in of_line.met), *of_line.others))
        for compiled in (*self.rules.everywhere, *texts):
            is_asked = compiled.evaluator.rule_id == rule_id
            if is_asked or (compiled.blocks_payment and compiled.stage <= last):
                yield compiled

    def _reached(
        self, compiled: CompiledRule, claim: Claim, line: ServiceLine
    ) -> Iterable[Lookback] | None:
        """Return where the rule looks for other lines; ``None`` if it may look at all of them."""
        links = self._links.get(compiled)
        if links is None:
            links = self._links[compiled] = _links_of(compiled)
        if not links:
            return ()
        if "any line" in links or ("same authorization" in links and claim.authorizations):
            return None
        of_day = (lookback_on_days(None, line),) if "same day" in links else ()
        return (*of_day, *compiled.lookbacks(claim, line))


@attrs.frozen(eq=False)
class _LinesByCode:
    """The lines of a claim, each of one day, by code and by day."""

    by_code: dict[str, list[ServiceLine]]
    by_day: dict[date, list[ServiceLine]]

    @classmethod
    def of(cls, lines: Iterable[ServiceLine]) -> _LinesByCode:
        """Return the lines by code and by day."""
        found = cls({}, {})
        for line in lines:
            found.by_code.setdefault(line.code, []).append(line)
            found.by_day.setdefault(line.date_from, []).append(line)
        return found

    def within(self, lookback: Lookback) -> Iterator[ServiceLine]:
        """Yield the lines to which the lookback applies."""
        if lookback.first == lookback.last:
            groups: Iterable[list[ServiceLine]] = (self.by_day.get(lookback.first, []),)
        elif lookback.codes is None:
            groups = self.by_code.values()
        else:
            groups = (self.by_code[code] for code in lookback.codes if code in self.by_code)
        for line in chain.from_iterable(groups):
            is_asked_for = lookback.codes is None or line.code in lookback.codes
            if is_asked_for and lookback.first <= line.date_from <= lookback.last:
                yield line


def _links_of(compiled: CompiledRule) -> frozenset[Link]:
    """Return how other lines come into the answer of the rule."""
    evaluator = compiled.evaluator
    if evaluator.compares_all_lines:
        return _ANY_LINE
    of_conditions = compiled.applies.reads.links if compiled.applies else frozenset()
    if not isinstance(evaluator, RuleEvaluator):
        # NOTE: the edits of tables are about lines of one day.
        return of_conditions | _SAME_DAY
    links = kind_of(evaluator.rule).reads.links
    is_told = links <= _SAME_DAY or isinstance(evaluator, NeedsHistory)
    return of_conditions | (links if is_told else _ANY_LINE)
