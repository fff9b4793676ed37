"""The keys of lines that depend on no other line: equal keys have equal answers.

A line is *independent* if no other line is on its day, and if none of its rules looks at other
days. Its key has

1. the rules of the line (`line_rules`), which stand for the facts that decide whether they apply,
2. further facts of the line that its rules declare to read, and a day that stands for its own:
   between two days on which a text, a rule or a table begins, ends or ages, nothing changes,
3. what rules answer that read still other facts, such as the day of receipt: they are asked.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.days import day_after
from payer_rules.engine.edit_lookup import EditLookup
from payer_rules.engine.edit_tables import EditTables
from payer_rules.engine.evaluator import Evaluator
from payer_rules.engine.missing import MODALITY, PROFESSION, MissingFact, MissingFacts
from payer_rules.engine.reads import DAYS, EARLIER_LINES, RENDERING, Link, Reads
from payer_rules.engine.rule_evaluator import LineRuleEvaluator, RuleEvaluator
from payer_rules.engine.verdict import Verdict
from payer_rules.history import History
from payer_rules.kinds import kind_of
from payer_rules.rulebook.applicable_rules import ApplicableRules
from payer_rules.rulebook.compiled_rule import CompiledRule
from payer_rules.rulebook.line_rules import IN_KEY, LineRules, claim_facts
from payer_rules.vocabularies.claim_frequencies import ORIGINAL

#: Facts of a line that are in its key as they are, if one of its rules reads them.
_AS_THEY_ARE: Final = ("body_site", "charge", "drug", "miles", "minutes", "session", "units")
_READABLE: Final = IN_KEY | DAYS | Reads(line=_AS_THEY_ARE, session=Reads.everything().session)
_SAME_DAY: Final[frozenset[Link]] = frozenset(["same day"])
#: What a rule about lines of one day reads of the others, and of a line to compare it with them.
_OF_OTHERS: Final = (
    EARLIER_LINES | RENDERING | Reads(provider={"npi", "specialty"}, links=_SAME_DAY)
)
#: The facts of a line that a rule reads; or that it reads more than those, or may read other lines.
_FactsRead: TypeAlias = frozenset[str] | Literal["more", "other lines"]
#: The number of codes, and of questions, that are kept.
_CACHE_SIZE: Final = 1 << 14


class LineKey(NamedTuple):
    """The facts on which the answer on a line depends, and its day.

    The day matters only if a missing fact names it, such as a table that has no such day.
    """

    facts: tuple[Hashable, ...]
    day: date


class Questions(NamedTuple):
    """The facts on which the answer on an independent line depends, besides its rules and its day.

    ``facts_of`` returns facts of the line; ``asked`` are the rules that read still others.
    """

    facts_of: Callable[[ServiceLine], Hashable]
    asked: tuple[LineRuleEvaluator[Any, Any], ...]


@attrs.frozen(eq=False)
class LineKeys:
    """The keys of the lines of claims, by the rules of one book.

    ``tables`` are the edits that bind the payer; ``baseline`` are those of its baseline, if it has
    one. ``topic_days`` returns the days on which what was read about a code changes.
    """

    rules: ApplicableRules
    tables: EditTables
    baseline: EditTables | None
    topic_days: Callable[[str, str | None], Iterable[date]]
    _days: Callable[[str, str | None], tuple[date, ...]] = attrs.field(init=False)
    _questions: dict[LineRules, Questions | None] = attrs.field(factory=dict, init=False)
    _read: dict[CompiledRule, _FactsRead] = attrs.field(factory=dict, init=False)

    @_days.default
    def _cached_days(self) -> Callable[[str, str | None], tuple[date, ...]]:
        return lru_cache(_CACHE_SIZE)(self._change_days)

    def of(
        self, state: ClaimState, expected: History | None, found: dict[int, LineRules]
    ) -> tuple[LineKey, ...]:
        """Return the keys of the lines of a claim that is not evaluated yet.

        There are none if one of the lines depends on others, or if its history is complete for a
        part of the providers. ``expected`` is the history of the expected answer, if it differs.
        The rules of lines are added to those ``found``, by number.
        """
        claim, history = state.claim, state.history
        is_whole = history.covers_billing is None and history.covers_rendering is None
        if not (is_whole and _is_original(claim)):
            return ()
        if any(_has_lines_on_days(each, claim) for each in (history, expected) if each):
            return ()
        # NOTE: a baseline looks up pairs of all codes of a claim.
        if self.baseline and len({line.code for line in claim.lines}) > 1:
            return ()
        of_claim = claim_facts(claim)
        shared = (self.rules.binding(claim), claim.billing_provider.profession_from)
        keys: list[LineKey] = []
        for line in state.lines:
            key = self._key(state, line, of_claim, shared, found)
            if key is None:
                return ()
            keys.append(key)
        return tuple(keys)

    def _key(
        self,
        state: ClaimState,
        line: ServiceLine,
        of_claim: Hashable,
        shared: Hashable,
        found: dict[int, LineRules],
    ) -> LineKey | None:
        """Return the key of the line, or ``None`` if it depends on other lines."""
        if line.date_from != line.date_to or state.shares_day(line):
            return None
        rules = found[line.number] = self.rules.of_line(state, line, of_claim)
        if rules not in self._questions:
            if len(self._questions) >= _CACHE_SIZE:
                self._questions.clear()
            self._questions[rules] = self._questions_about(rules)
        questions = self._questions[rules]
        if questions is None:
            return None
        answers: list[MissingFacts] = []
        for evaluator in questions.asked:
            answer = evaluator.answer(state, line)
            if isinstance(answer, Verdict) or any(map(_is_presumed, answer)):
                return None
            answers.append(answer)
        provider = line.rendering_provider
        facts = (
            rules,
            self._day(line.code, state.claim.setting, line.date_from),
            state.history.covers_from <= line.date_from,
            questions.facts_of(line),
            provider and provider.profession_from,
            shared,
            *answers,
        )
        return LineKey(facts, line.date_from)

    def _questions_about(self, rules: LineRules) -> Questions | None:
        """Return what the answer on a line with these rules depends on.

        It is ``None`` if one of them may look at other lines.
        """
        names = {"units"}
        asked: list[LineRuleEvaluator[Any, Any]] = []
        for compiled, _ in rules.met:
            if compiled not in self._read:
                self._read[compiled] = _facts_read(compiled)
            read = self._read[compiled]
            if isinstance(read, frozenset):
                names |= read
            elif read == "more" and isinstance(compiled.evaluator, LineRuleEvaluator):
                asked.append(compiled.evaluator)
            else:
                return None
        # NOTE: two names at least, so that the getter returns a tuple for any.
        return Questions(attrgetter("units", *sorted(names)), tuple(asked))

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

    def _days_of_kinds(self, code: str) -> Iterator[date]:
        for compiled in self.rules.by_code.of(code):
            if isinstance(compiled.evaluator, RuleEvaluator):
                rule = compiled.evaluator.rule
                yield from kind_of(rule).boundary_days(rule)


def _has_lines_on_days(history: History, claim: Claim) -> bool:
    """Return True if the member has an earlier line, paid or not, on a day of the claim."""
    member = claim.member.id
    return bool(history.lines) and any(
        True
        for line in claim.lines
        for _ in history.lines_between(line.date_from, line.date_to, member=member)
    )


def _is_original(claim: Claim) -> bool:
    """Return True if the claim neither replaces nor withdraws another."""
    return claim.replaces is None and claim.frequency_code in (None, ORIGINAL)


def _is_presumed(missing: MissingFact) -> bool:
    """Return True if the expected answer may find something where the fact is missing."""
    return missing.reason == "text" or missing.name == MODALITY or missing == PROFESSION


def _facts_read(compiled: CompiledRule) -> _FactsRead:
    """Return what the answer of a rule on an independent line depends on."""
    evaluator = compiled.evaluator
    reads = _reads_of_day(evaluator)
    if reads is None or (compiled.applies and compiled.applies.reads.links - _SAME_DAY):
        return "other lines"
    # NOTE: no earlier line is on the day.
    if attrs.evolve(reads, history=()) | _READABLE == _READABLE:
        return reads.line.intersection(_AS_THEY_ARE)
    return "more" if compiled.is_local else "other lines"


def _reads_of_day(evaluator: Evaluator) -> Reads | None:
    """Return what the rule reads of a line that is alone on its day.

    It is ``None`` if the rule looks at other days, or is no rule of a kind.
    """
    if getattr(evaluator, "near", "day") != "day":
        return None
    if evaluator.reads_alone is not None:
        return evaluator.reads_alone
    if not isinstance(evaluator, RuleEvaluator):
        return None
    reads = kind_of(evaluator.rule).reads
    if reads.links == _SAME_DAY:
        return reads.without(_OF_OTHERS)
    return None if reads.links else reads


def _days_of(lookup: EditLookup[Any], codes: tuple[str, ...]) -> Iterator[date]:
    """Yield the days on which the answer of a table, or the release that it names, changes."""
    yield from lookup.changes(codes)
    for source in lookup.sources:
        yield source.first
        if source.last < date.max:
            yield day_after(source.last)
