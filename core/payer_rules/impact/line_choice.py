"""The choice of the changed lines that the reports of a comparison have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import attrs

from payer_rules.claims import ServiceLine
from payer_rules.impact.changed_lines import ChangedLine, Sides
from payer_rules.kinds import kind_of
from payer_rules.witnesses import ComparedSide


@attrs.frozen(kw_only=True)
class LineChoice:
    """The changed lines to report: of one of the codes and kinds of rules, with all the words.

    Without codes, kinds or words, all are reported. A kind is the name of its table in a profile. A
    word may be in a rule's name, the message or the source of either answer, in small letters or
    large ones.
    """

    codes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """What is chosen, as reports state it."""
        named = (("code", self.codes), ("kind of rule", self.kinds), ("text", self.words))
        return tuple(f"{noun} {', '.join(values)}" for noun, values in named if values)

    def lines_of_codes(self, lines: Iterable[ServiceLine]) -> Counter[str]:
        """Return how many of the lines have each of the codes."""
        if not self.codes:
            return Counter()
        return Counter(line.code for line in lines if line.code in self.codes)

    def has(self, line: ChangedLine, books: Sides[ComparedSide]) -> bool:
        """Return True if the line is one of those to report, by the old or the new book."""
        if self.codes and line.billed.code not in self.codes:
            return False
        if self.kinds and not any(kind in self.kinds for kind in _kinds_of(line.rules, books)):
            return False
        text = "\n".join(_texts_of(line)).casefold() if self.words else ""
        return all(word.casefold() in text for word in self.words)


ALL_CHANGES = LineChoice()


def _kinds_of(rules: Iterable[str], books: Sides[ComparedSide]) -> Iterator[str]:
    """Yield the tables of the rules, as profiles name them."""
    for side in filter(None, books):
        for name in rules:
            yield from (kind_of(rule).table for rule in side.editions(name))


def _texts_of(line: ChangedLine) -> Iterator[str]:
    yield from line.rules
    for answer in (line.old, line.new):
        if answer is not None:
            yield answer.question
            for reason in answer.reasons:
                yield from (reason.rule, reason.message, reason.source)
            for silent in answer.silent:
                yield from (silent.rule, silent.source)
