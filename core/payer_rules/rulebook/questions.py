"""The facts on which the answers on lines depend, by the rules that the lines have.

1. What a rule reads is declared by its kind (`engine/reads`), or by its evaluator where it reads
   less of a line that is alone, or of the lines of a day.
2. A rule that reads a fact which the key of a claim does not have, such as the day of receipt, is
   asked for each line, and its answer is a part of the key.
3. A rule of the last stages that looks at other days is evaluated on each claim (`late_rules`).
   Another one that does, or that looks at other members, leaves a claim without a key.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import lru_cache
from operator import attrgetter
from typing import Final, Literal, NamedTuple, TypeAlias

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.evaluator import Evaluator
from payer_rules.engine.missing import MODALITY, PROFESSION, MissingFact, MissingFacts
from payer_rules.engine.reads import DAYS, EARLIER_LINES, RENDERING, Link, Reads
from payer_rules.engine.rule_evaluator import LineRuleEvaluator, RuleEvaluator
from payer_rules.engine.verdict import Verdict
from payer_rules.kinds import kind_of
from payer_rules.kinds.frequency_limit.evaluator import CountingWindows, FrequencyLimitEvaluator
from payer_rules.rulebook.compiled_rule import CompiledRule
from payer_rules.rulebook.derived_professions import (
    has_derived_profession,
    without_derived_professions,
)
from payer_rules.rulebook.late_rules import is_late
from payer_rules.rulebook.line_rules import IN_KEY, LineRules
from payer_rules.rulebook.shared_caches import SharedCache
from payer_rules.rules import Window

#: Facts of a line that are in the key as they are, if a rule of the claim reads them.
AS_THEY_ARE: Final = ("body_site", "charge", "drug", "miles", "minutes", "session", "units")
_SAME_DAY: Final[frozenset[Link]] = frozenset(["same day"])
#: What a rule about lines of one day reads of the others, and of a line to compare it with them.
_OF_OTHERS: Final = (
    EARLIER_LINES | RENDERING | Reads(provider={"npi", "specialty"}, links=_SAME_DAY)
)
_READABLE_ALONE: Final = IN_KEY | DAYS | Reads(line=AS_THEY_ARE, session=Reads.everything().session)
#: The same of several lines: which of them have one provider is in the key, too.
_READABLE: Final = _READABLE_ALONE | _OF_OTHERS
#: The facts of a line that a rule reads; or that it reads more than those, of the line or of other
#: lines, too, of the same day or of any.
_FactsRead: TypeAlias = frozenset[str] | Literal["more", "lines of the day", "lines of any day"]
_NAMES: Final[frozenset[str]] = frozenset(["units"])
#: The number of sets of facts that are kept.
_CACHE_SIZE: Final = 1 << 10


class Questions(NamedTuple):
    """The facts on which the answers on a line depend, besides its rules and its day.

    ``names`` are facts of the lines of its claim; ``asked`` are the rules that read still others.
    ``names`` is ``None`` if the answers depend on more. ``has_late`` is true if a rule of the last
    stages looks at other days; it is evaluated on each claim. ``needs_stated_professions`` is true
    if a rule applies by a profession and by facts that the key does not have.
    """

    names: frozenset[str] | None
    asked: tuple[tuple[CompiledRule, MissingFacts], ...]
    has_late: bool = False
    needs_stated_professions: bool = False


@attrs.frozen(eq=False)
class QuestionsOfLines:
    """The questions about lines, by their rules: of lines that are alone on a claim, or are not."""

    is_alone: bool
    _known: SharedCache[LineRules, Questions] = attrs.field(factory=SharedCache, init=False)
    _read: dict[CompiledRule, _FactsRead] = attrs.field(factory=dict, init=False)

    def about(self, rules: LineRules, claim: Claim, line: ServiceLine) -> Questions:
        """Return what the answer on a line with these rules depends on."""
        questions = self._known.get(rules)
        if questions is None:
            questions = self._known.put(rules, self._of(rules, claim, line))
        return questions

    def counting_windows(
        self, rules: Iterable[CompiledRule], claim: Claim, line: ServiceLine
    ) -> CountingWindows | None:
        """Return the windows in which the rules count a line with those of other days.

        It is ``None`` if one of them looks at other days or members in another way.
        """
        found: dict[tuple[frozenset[str] | None, Window], None] = {}
        for compiled in rules:
            if self._facts_read(compiled, claim, line) == "lines of any day":
                evaluator = compiled.evaluator
                if not isinstance(evaluator, FrequencyLimitEvaluator):
                    return None
                windows = evaluator.counting_windows(line.code)
                if windows is None or not _applies_by_day(compiled):
                    return None
                found.update(dict.fromkeys(windows))
        return tuple(found)

    def _of(self, rules: LineRules, claim: Claim, line: ServiceLine) -> Questions:
        names = _NAMES
        asked: list[tuple[CompiledRule, MissingFacts]] = []
        facts_read = [self._facts_read(compiled, claim, line) for compiled, _ in rules.met]
        for (compiled, missing), read in zip(rules.met, facts_read, strict=True):
            if isinstance(read, frozenset):
                names |= read
            elif read == "more" and isinstance(compiled.evaluator, LineRuleEvaluator):
                asked.append((compiled, missing))
            elif not (is_late(compiled) and _applies_by_day(compiled)):
                return Questions(None, ())
        others = (compiled for compiled, _ in rules.met if compiled in rules.others)
        by_profession = any(line.code in compiled.profession_codes for compiled in others)
        has_late = any(isinstance(read, str) and read != "more" for read in facts_read)
        return Questions(names, tuple(asked), has_late, by_profession)

    def _facts_read(self, compiled: CompiledRule, claim: Claim, line: ServiceLine) -> _FactsRead:
        read = self._read.get(compiled)
        if read is None:
            read = _facts_read(compiled, is_alone=self.is_alone)
            if any(lookback.everyone for lookback in compiled.lookbacks(claim, line)):
                read = "lines of any day"
            self._read[compiled] = read
        return read


@lru_cache(_CACHE_SIZE)
def getter_of(names: frozenset[str]) -> Callable[[ServiceLine], Hashable]:
    """Return the function that returns these facts of a line."""
    return attrgetter(*sorted(names))


def joined_names(questions: Iterable[Questions]) -> frozenset[str]:
    """Return the facts that the rules of one of several lines read."""
    names = _NAMES
    for each in questions:
        if each.names and not each.names <= names:
            names |= each.names
    return names


def answer_on(
    compiled: CompiledRule,
    missing: MissingFacts,
    state: ClaimState,
    line: ServiceLine,
    rules: LineRules,
) -> Hashable | None:
    """Return the answer of a rule on a line; ``None`` if more may decide whether it is broken.

    ``missing`` are the facts without which it is open whether it applies, ``rules`` all those of
    the line.
    """
    evaluator = compiled.evaluator
    assert isinstance(evaluator, LineRuleEvaluator)
    answer = evaluator.answer(state, line)
    if not isinstance(answer, Verdict):
        return None if any(map(_is_presumed, answer)) else answer
    broken = (answer.outcome, answer.details)
    reads_profession = line.code in compiled.profession_codes
    if missing or not (reads_profession and has_derived_profession(state.claim)):
        return broken
    # NOTE: what is broken by a derived profession alone is not proved.
    if compiled in rules.others:
        return None
    other = without_derived_professions(state)
    same = next(each for each in other.lines if each.number == line.number)
    confirmed = evaluator.answer(other, same)
    return broken, confirmed.details if isinstance(confirmed, Verdict) else confirmed


def _is_presumed(missing: MissingFact) -> bool:
    """Return True if the expected answer may find something where the fact is missing."""
    return missing.reason == "text" or missing.name == MODALITY or missing == PROFESSION


def _facts_read(compiled: CompiledRule, *, is_alone: bool) -> _FactsRead:
    """Return what the answer of a rule depends on, of a line that is alone, or of several."""
    reads = _reads_of_day(compiled.evaluator, is_alone=is_alone)
    if reads is None or not _applies_by_day(compiled):
        return "lines of any day"
    # NOTE: no earlier line is on the day.
    readable = _READABLE_ALONE if is_alone else _READABLE
    if attrs.evolve(reads, history=()) | readable == readable:
        return reads.line.intersection(AS_THEY_ARE)
    return "more" if compiled.is_local else "lines of the day"


def _applies_by_day(compiled: CompiledRule) -> bool:
    """Return True if no line of another day decides whether the rule applies."""
    return compiled.applies is None or not compiled.applies.reads.links - _SAME_DAY


def _reads_of_day(evaluator: Evaluator, *, is_alone: bool) -> Reads | None:
    """Return what the rule reads of a line that is alone on its claim, or of lines of a day.

    It is ``None`` if the rule looks at other days, or is no rule of a kind.
    """
    if getattr(evaluator, "near", "day") != "day":
        return None
    if is_alone and evaluator.reads_alone is not None:
        return evaluator.reads_alone
    if evaluator.reads_on_day is not None:
        return evaluator.reads_on_day
    if not isinstance(evaluator, RuleEvaluator):
        return None
    reads = kind_of(evaluator.rule).reads
    if reads.links == _SAME_DAY:
        return reads.without(_OF_OTHERS) if is_alone else reads
    return None if reads.links else reads
