"""The keys of claims: claims with equal keys have equal answers, but for ids, days and words.

A claim has a key if its lines are of single days, no earlier line is on one of them, and none of
its rules looks at other days. The key has

1. the rules of each line (`line_rules`), which stand for the facts that decide whether they apply,
2. further facts of the lines that their rules declare to read (`questions`),
3. the distance of the days, and periods that stand for them: between two days on which a text, a
   rule or a table begins, ends or ages, nothing changes,
4. which lines have one rendering provider, and which that of the claim,
5. what rules answer that read still other facts, such as the day of receipt: they are asked. So
   are the conditions of statements about topics.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from datetime import date
from functools import lru_cache
from itertools import combinations
from typing import Any, Final, NamedTuple, TypeAlias

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine import ncci
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.days import day_after
from payer_rules.engine.edit_lookup import EditLookup
from payer_rules.engine.edit_tables import EditTables
from payer_rules.engine.missing import MissingFacts
from payer_rules.engine.rule_evaluator import RuleEvaluator
from payer_rules.history import History
from payer_rules.kinds import kind_of
from payer_rules.kinds.frequency_limit.evaluator import CountingWindows
from payer_rules.rulebook.applicable_rules import ApplicableRules
from payer_rules.rulebook.compiled_rule import CompiledRule
from payer_rules.rulebook.derived_professions import has_derived_profession
from payer_rules.rulebook.line_rules import LineRules, claim_facts, may_be_in_force
from payer_rules.rulebook.questions import (
    Questions,
    QuestionsOfLines,
    answer_on,
    getter_of,
    joined_names,
)
from payer_rules.rules import Window
from payer_rules.vocabularies.claim_frequencies import ORIGINAL

#: The number of codes, and of pairs of codes, that are kept.
_CACHE_SIZE: Final = 1 << 14
#: The distances, the places and the pairs of lines.
_Relations: TypeAlias = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
_UNRELATED: Final[_Relations] = ((), (), ())


class ClaimFacts(NamedTuple):
    """The facts on which the answers on a claim depend.

    Of each line there are its number with its ``rules``; the ``period`` that stands for its day;
    whether the history is complete for its day (``is_covered``); the ``values`` that rules read;
    and the ``origins`` of its profession, after that of the billing provider. ``binding`` are the
    facts that are missing to know that edit tables bind the claim, and ``answers`` those of the
    rules and conditions that are asked. Several lines are related by the ``distances`` of their
    days, the ``places`` of their providers among those of the claim, and the periods of the
    ``pairs`` of codes of a day.
    """

    rules: tuple[tuple[int, LineRules], ...]
    periods: tuple[date, ...]
    is_covered: tuple[bool, ...]
    values: tuple[Hashable, ...]
    origins: tuple[str | None, ...]
    binding: MissingFacts | None
    answers: tuple[Hashable, ...]
    distances: tuple[int, ...]
    places: tuple[int, ...]
    pairs: tuple[int, ...]


class ClaimKey(NamedTuple):
    """The facts on which the answers on a claim depend, and its first day.

    The day matters only if an answer names it, such as a table that has no such day. ``has_late``
    is true if the answers of late rules (`late_rules`) are to be added.
    """

    facts: ClaimFacts
    day: date
    has_late: bool


class KeyedClaim(NamedTuple):
    """The rules of the lines of a claim, by number, and the key of the claim if it has one."""

    rules: dict[int, LineRules]
    key: ClaimKey | None


@attrs.frozen(eq=False)
class ClaimKeys:
    """The keys of claims, by the rules of one book.

    ``tables`` are the edits that bind the payer; ``baseline`` are those of its baseline, if it has
    one. ``topic_days`` returns the days on which what was read about a code changes, and
    ``topic_conditions`` how statements about topics apply to a line, by facts that no key has.
    """

    rules: ApplicableRules
    tables: EditTables
    baseline: EditTables | None
    topic_days: Callable[[str, str | None], Iterable[date]]
    topic_conditions: Callable[[ClaimState, ServiceLine], Iterable[Hashable]]
    _days: Callable[[str, str | None], tuple[date, ...]] = attrs.field(init=False)
    _days_of_pair: Callable[[str, str, str | None], tuple[date, ...]] = attrs.field(init=False)
    _alone: QuestionsOfLines = attrs.field(factory=lambda: QuestionsOfLines(True), init=False)
    _together: QuestionsOfLines = attrs.field(factory=lambda: QuestionsOfLines(False), init=False)

    @_days.default
    def _cached_days(self) -> Callable[[str, str | None], tuple[date, ...]]:
        return lru_cache(_CACHE_SIZE)(self._change_days)

    @_days_of_pair.default
    def _cached_days_of_pair(self) -> Callable[[str, str, str | None], tuple[date, ...]]:
        return lru_cache(_CACHE_SIZE)(self._change_days_of_pair)

    def of(self, state: ClaimState, expected: History | None) -> KeyedClaim:
        """Return the rules and the key of a claim that is not evaluated yet.

        It has no key if its history is complete for a part of the providers. ``expected`` is the
        history of the expected answer, if it differs.
        """
        of_claim = claim_facts(state.claim)
        rules = {line.number: self.rules.of_line(state, line, of_claim) for line in state.lines}
        return KeyedClaim(rules, self._key(state, expected, rules))

    def _key(
        self, state: ClaimState, expected: History | None, rules: dict[int, LineRules]
    ) -> ClaimKey | None:
        questions = self._questions(state, rules)
        if questions is None or not _has_key(state, expected):
            return None
        answers = _answers(questions, state, rules)
        if answers is None:
            return None
        stated = [each for line in state.lines for each in self.topic_conditions(state, line)]
        facts = self._facts(state, rules, questions, (*answers, *stated))
        has_late = any(each.has_late for each in questions)
        return ClaimKey(facts, state.lines[0].date_from, has_late)

    def _facts(
        self,
        state: ClaimState,
        rules: dict[int, LineRules],
        questions: Iterable[Questions],
        answers: tuple[Hashable, ...],
    ) -> ClaimFacts:
        """Return the facts on which the answers on the claim depend."""
        claim, covered = state.claim, state.history.covers_from
        setting, facts_of = claim.setting, getter_of(joined_names(questions))
        return ClaimFacts(
            tuple(rules.items()),
            tuple([self._day(line.code, setting, line.date_from) for line in state.lines]),
            tuple([covered <= line.date_from for line in state.lines]),
            tuple(map(facts_of, state.lines)),
            (
                claim.billing_provider.profession_from,
                *[claim.rendering_provider(line).profession_from for line in state.lines],
            ),
            self.rules.binding(claim),
            answers,
            *(self._relations(claim, state.lines) if len(rules) > 1 else _UNRELATED),
        )

    def _questions(self, state: ClaimState, rules: dict[int, LineRules]) -> list[Questions] | None:
        """Return what the lines depend on; ``None`` if that is more than keys have."""
        of_lines = self._alone if len(rules) == 1 else self._together
        questions = [of_lines.about(rules[line.number], state.claim, line) for line in state.lines]
        if any(each.names is None for each in questions):
            return None
        is_stated = not any(each.needs_stated_professions for each in questions)
        return questions if is_stated or not has_derived_profession(state.claim) else None

    def _relations(self, claim: Claim, lines: tuple[ServiceLine, ...]) -> _Relations:
        """Return how the lines are related: by their days, their providers and their codes."""
        first, setting = lines[0].date_from, claim.setting
        places = {claim.billing_provider.npi: 0}
        providers = [claim.rendering_provider(line).npi for line in lines]
        pairs = [
            bisect_right(self._days_of_pair(one.code, other.code, setting), one.date_from)
            for one, other in combinations(lines, 2)
            if one.date_from == other.date_from and one.code != other.code
        ]
        return (
            tuple([(line.date_from - first).days for line in lines]),
            tuple([places.setdefault(npi, len(places)) for npi in providers]),
            tuple(pairs),
        )

    def rules_of(self, claim: Claim) -> dict[int, tuple[CompiledRule, ...]]:
        """Return the rules that may apply to each line number, of texts, on its day.

        They are those of all claims with equal facts for the keys of lines (`line_rules`).
        """
        state = ClaimState(claim, History.unknown(), Assumptions.none())
        return self._rules_of(state)

    def _rules_of(self, state: ClaimState) -> dict[int, tuple[CompiledRule, ...]]:
        of_claim, found = claim_facts(state.claim), {}
        for line in state.lines:
            rules = self.rules.of_line(state, line, of_claim)
            others = (each for each in rules.others if may_be_in_force(each, state, line))
            met = dict.fromkeys((*(each for each, _ in rules.met), *others))
            found[line.number] = tuple(met)
        return found

    def counting_windows(self, claim: Claim) -> CountingWindows | None:
        """Return the windows in which the claim is counted together with other days.

        Periods stand for its days: the answers on claims of a member depend on their days only by
        their periods, their order, and which of them are of one day or share a window. It is so for
        all claims with equal facts for the keys of lines, if they state no other date that a rule
        reads, and no history is known but that of these claims. It is ``None`` if a rule depends on
        the days in another way.
        """
        state = ClaimState(claim, History.unknown(), Assumptions.none())
        if not _has_key(state, None):
            return None
        of_lines = self._alone if len(claim.lines) == 1 else self._together
        rules = self._rules_of(state)
        found: dict[tuple[frozenset[str] | None, Window], None] = {}
        for line in claim.lines:
            windows = of_lines.counting_windows(rules[line.number], claim, line)
            if windows is None:
                return None
            found.update(dict.fromkeys(windows))
        return tuple(found)

    def change_days(self, codes: Collection[str]) -> tuple[date, ...]:
        """Return the days that divide the periods of claims with these codes, in any setting."""
        days = {self.rules.payer.ncci_received_from or date.min}
        settings = {*self.tables.by_setting, *(self.baseline.by_setting if self.baseline else ())}
        for code in codes:
            days.update(self.rules.change_days(code))
            for setting in (None, *settings):
                days.update(self._days(code, setting))
        for one, other in combinations(codes, 2):
            for setting in settings:
                days.update(self._days_of_pair(one, other, setting))
        return tuple(sorted(days))

    def _day(self, code: str, setting: str | None, day: date) -> date:
        """Return the day that stands for the day of a line."""
        days = self._days(code, setting)
        return days[bisect_right(days, day) - 1]

    def _change_days(self, code: str, setting: str | None) -> tuple[date, ...]:
        days = {date.min, *self.topic_days(code, setting), *self._days_of_kinds(code)}
        for tables in (self.tables, self.baseline):
            edits = tables and tables.by_setting.get(setting or "")
            if edits:
                days.update(_days_of(edits.units, (code,)), _days_of(edits.add_ons, (code,)))
                days.update(_days_of(edits.pairs, (code, code)))
        return tuple(sorted(days))

    def _change_days_of_pair(self, code: str, other: str, setting: str | None) -> tuple[date, ...]:
        """Return the days on which the edits of the pair change, besides those of its codes."""
        days: set[date] = {ncci.EITHER_LINE_SINCE}
        for tables in (self.tables, self.baseline):
            edits = tables and tables.by_setting.get(setting or "")
            if edits:
                days.update(edits.pairs.changes((code, other)))
        return tuple(sorted(days))

    def _days_of_kinds(self, code: str) -> Iterator[date]:
        for compiled in self.rules.by_code.of(code):
            if isinstance(compiled.evaluator, RuleEvaluator):
                rule = compiled.evaluator.rule
                yield from kind_of(rule).boundary_days(rule)


def _answers(
    questions: Iterable[Questions], state: ClaimState, rules: dict[int, LineRules]
) -> tuple[Hashable, ...] | None:
    """Return what the rules answer that are asked; ``None`` if more may decide one of them."""
    answers: list[Hashable] = []
    for line, of_line in zip(state.lines, questions, strict=True):
        for compiled, missing in of_line.asked:
            answer = answer_on(compiled, missing, state, line, rules[line.number])
            if answer is None:
                return None
            answers.append(answer)
    return tuple(answers)


def _has_key(state: ClaimState, expected: History | None) -> bool:
    """Return True if the claim is an original one, and no earlier line is on one of its days."""
    claim, history = state.claim, state.history
    is_whole = history.covers_billing is None and history.covers_rendering is None
    if not is_whole or claim.replaces is not None or claim.frequency_code not in (None, ORIGINAL):
        return False
    histories = [each for each in (history, expected) if each and each.lines]
    member = claim.member.id
    for line in state.lines:
        day = line.date_from
        if line.date_to != day:
            return False
        for each in histories:
            if each.has_line(day, day, member=member):
                return False
    return True


def _days_of(lookup: EditLookup[Any], codes: tuple[str, ...]) -> Iterator[date]:
    """Yield the days on which the answer of a table, or the release that it names, changes."""
    yield from lookup.changes(codes)
    for source in lookup.sources:
        yield source.first
        if source.last < date.max:
            yield day_after(source.last)
