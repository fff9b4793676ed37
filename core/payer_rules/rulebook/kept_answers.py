"""Answers on lines that depend on no other line, found once for all lines with equal keys.

Most claims of a practice are alike: they differ in names, ids and days. If all lines of a claim are
independent (`line_keys`), its decision is put together from the answers on equal lines. An answer
with a finding is not kept, because its words name days, lines and other claims.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Set
from typing import Final

import attrs

from payer_rules.decisions import Decision, LineDecision
from payer_rules.engine.missing import MissingFact
from payer_rules.rulebook.line_keys import LineKey
from payer_rules.rulebook.line_topics import LineTopics

#: The number of answers that are kept.
_CACHE_SIZE: Final = 1 << 15


@attrs.frozen(eq=False)
class LineAnswer:
    """The decision on a line without a finding, and the facts that each rule misses on it.

    ``broken`` are the rules whose texts the line breaks, but which have no answer for its days.
    """

    decision: LineDecision
    gaps: tuple[tuple[str, MissingFact], ...]
    topics: LineTopics
    broken: frozenset[str]
    #: The decision on a claim that has this line alone.
    of_claim: Decision | None


@attrs.frozen(eq=False)
class KeptAnswers:
    """The answers on independent lines of one rule book, by their keys."""

    _answers: dict[Hashable, LineAnswer] = attrs.field(factory=dict, init=False)
    #: The facts of keys with which a missing fact names the day.
    _dated: set[Hashable] = attrs.field(factory=set, init=False)

    def find(self, keys: tuple[LineKey, ...]) -> tuple[LineAnswer, ...]:
        """Return the answers on the lines, or none if one is not known."""
        found: list[LineAnswer] = []
        for key in keys:
            answer = self._answers.get(self._place(key))
            if answer is None:
                return ()
            found.append(answer)
        return tuple(found)

    def keep(self, keys: Iterable[LineKey], answers: Iterable[LineAnswer | None]) -> None:
        """Keep the answers on the lines; ``None`` stands for a line with a finding."""
        if len(self._answers) >= _CACHE_SIZE:
            self._answers.clear()
            self._dated.clear()
        for key, answer in zip(keys, answers, strict=True):
            if answer is None:
                continue
            if any(str(key.day) in missing.name for _, missing in answer.gaps):
                self._dated.add(key.facts)
            self._answers[self._place(key)] = answer

    def _place(self, key: LineKey) -> Hashable:
        return key if key.facts in self._dated else key.facts


def answers_of(
    decision: Decision,
    gaps: Mapping[tuple[str, MissingFact], Set[int]],
    topics: Mapping[int, LineTopics],
    broken: Mapping[str, Set[int]],
) -> Iterator[LineAnswer | None]:
    """Yield the answer on each line of a decision; ``None`` for a line with a finding.

    ``gaps`` are the lines on which each rule misses each fact.
    """
    found = {number for finding in decision.findings for number in finding.lines}
    found.update(risk.line for risk in decision.at_risk)
    for line in decision.lines:
        number = line.line
        yield (
            None
            if number in found
            else LineAnswer(
                line,
                tuple(gap for gap, numbers in gaps.items() if number in numbers),
                topics[number],
                frozenset(rule for rule, numbers in broken.items() if number in numbers),
                decision if len(decision.lines) == 1 else None,
            )
        )
