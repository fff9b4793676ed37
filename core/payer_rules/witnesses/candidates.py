"""The claims of a search: on either side of every fact of the rules of both sides."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice
from typing import Final

import attrs

from payer_rules.claims import Claim
from payer_rules.examples import claims_around_edits
from payer_rules.examples.around import claims_around
from payer_rules.examples.sketch import example_code
from payer_rules.history import History
from payer_rules.rulebook import RuleBook
from payer_rules.rules import EditTable, Rule, code_of, differing_codes, listed_codes
from payer_rules.witnesses.compared_side import ComparedSide
from payer_rules.witnesses.line_differences import are_readings_of_one_payer

#: Of a rule with more claims, the first are tried, and then one of so many.
_FIRST: Final = 24
_ONE_OF: Final = 16
#: So many claims with a long history are tried: they take the most time, and differ the least.
_LONG: Final = 20
_MOST_LONG: Final = 4
_ENOUGH_LONG: Final = 24
#: The codes of a rule that are tried: those about which the other side has different rules.
_MOST_CODES: Final = 3


@attrs.frozen
class CandidateClaim:
    """A claim with its history, made from a rule or an edit table."""

    rule: str
    claim: Claim
    history: History


@attrs.frozen(kw_only=True)
class CandidateSource:
    """The rules and edits of two sides, from which claims are made.

    With ``codes``, only their claims are made; with ``is_whole``, all of them.
    """

    sides: tuple[ComparedSide, ComparedSide]
    codes: Collection[str] = ()
    is_whole: bool = False

    def rules(self) -> list[tuple[Rule, RuleBook]]:
        """Return the rules from which claims are made, each with the other side's book.

        Of two readings of one payer, these are the rules that only one of them has, if there are
        any.
        """
        one, other = (side.book for side in self.sides)
        found = [(rule, other) for rule in one.rules] + [(rule, one) for rule in other.rules]
        unique = {repr(rule): (rule, book) for rule, book in found if self._is_asked(rule)}
        if are_readings_of_one_payer(self.sides):
            changed = {text: item for text, item in unique.items() if _is_changed(*item)}
            unique = changed or unique
        # NOTE: not by their representation, because sets have another order in each process.
        return sorted(unique.values(), key=lambda item: (item[0].id, f"{item[0].in_force}"))

    def _is_asked(self, rule: Rule) -> bool:
        return not self.codes or any(code in rule.denied_codes for code in self.codes)

    def candidates(self) -> Iterator[CandidateClaim]:
        """Yield the claims, those of one rule after another; of a changed rule all of them."""
        makes_all = self.makes_all
        for rule, other in self.rules():
            around = claims_around(rule, self._codes(rule, other))
            for claim, history in around if makes_all else _sampled(around):
                yield CandidateClaim(rule.id, claim, history)
        yield from self._of_edits()

    @property
    def makes_all(self) -> bool:
        """Whether all claims that the rules give are made."""
        return self.is_whole or (
            are_readings_of_one_payer(self.sides)
            and all(_is_changed(rule, other) for rule, other in self.rules())
        )

    def _codes(self, rule: Rule, other: RuleBook) -> list[str]:
        """Return codes of the rule, one for each set of rules that the other side has on them."""
        if self.codes:
            return sorted(code for code in self.codes if code in rule.denied_codes)
        edited = [each for each in other.rules if each.id == rule.id]
        changed = {code for each in edited for code in differing_codes(rule.meets, each.meets)}
        groups: dict[frozenset[str], set[str]] = {}
        for code in sorted(listed_codes(rule.denied_codes)):
            met = frozenset(each.id for each in other.rules if code in each.meets)
            groups.setdefault(met, set()).add(code)
        groups.pop(frozenset(), None)
        chosen = (code_of(frozenset(codes)) for codes in groups.values())
        return sorted({example_code(rule), *islice(chosen, _MOST_CODES - 1), *changed})

    def _of_edits(self) -> Iterator[CandidateClaim]:
        tables = {
            table.address: table
            for side in self.sides
            for table in side.book.tables
            if isinstance(table, EditTable)
        }
        for _, table in sorted(tables.items()):
            for part in table.parts:
                for claim in claims_around_edits(part.name, table) if part.edits else ():
                    if not self.codes or any(line.code in self.codes for line in claim.lines):
                        yield CandidateClaim(part.name, claim, History())


def _is_changed(rule: Rule, other: RuleBook) -> bool:
    """Return True if the other reading of the payer has no such rule."""
    return rule not in other.rules


def _sampled(
    claims: Iterator[tuple[Claim, History]],
) -> Iterator[tuple[Claim, History]]:
    """Yield the first claims, and some of the others; of long ones only a few."""
    long = 0
    for at, (claim, history) in enumerate(claims):
        is_long = len(claim.lines) + len(history.lines) > _LONG
        long += is_long
        if long > _ENOUGH_LONG:
            # NOTE: to make them takes longer than to decide the others.
            return
        is_tried = at < _FIRST or at % _ONE_OF == 0
        if is_tried and (not is_long or long <= _MOST_LONG):
            yield claim, history
