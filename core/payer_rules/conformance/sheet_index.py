"""The lines of a payer's edit sheets, by rule, setting and codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import combinations
from typing import Final, TypeAlias

import attrs

from payer_rules.conformance.edit_claims import EditClaim
from payer_rules.conformance.fixtures import Suite
from payer_rules.rulebook import RuleBook

#: Rule, setting, and one or two of the codes billed, or none.
_Key: TypeAlias = tuple[str, str, frozenset[str]]
_PAIR: Final = 2


@attrs.frozen
class SheetIndex:
    """The lines that agree with a book, so that what disagrees with another was changed in it."""

    _claims: dict[_Key, tuple[EditClaim, ...]]

    @classmethod
    def of(cls, suite: Suite, book: RuleBook) -> SheetIndex:
        """Return the lines of the suite for the payer of the book that agree with it."""
        found: dict[_Key, list[EditClaim]] = {}
        for sheet in suite.sheets:
            for claim in sheet.of(book.payer.id).claims:
                # NOTE: a line that disagrees with the unchanged rows shows nothing of a mutant.
                if not any(claim.differences(claim.question.answer(book))):
                    for key in _keys(claim):
                        found.setdefault(key, []).append(claim)
        return cls({key: tuple(claims) for key, claims in found.items()})

    def asking(
        self, rule: str, setting: str, codes: frozenset[str] = frozenset()
    ) -> tuple[EditClaim, ...]:
        """Return the lines for the rule and setting with all of the codes, at most two."""
        return self._claims.get((rule, setting, codes), ())


def _keys(claim: EditClaim) -> Iterable[_Key]:
    question = claim.question
    for number in range(_PAIR + 1):
        for some in combinations(sorted(question.codes), number):
            yield question.rule, question.setting, frozenset(some)


def codes_of_claims(claims: Iterable[EditClaim]) -> list[str]:
    """Return the billed codes, the more frequent first."""
    billed = Counter(code for claim in claims for code in sorted(claim.question.codes))
    return [code for code, _ in billed.most_common()]


def codes_beside(claims: Iterable[EditClaim], code: str) -> list[str]:
    """Return the codes billed with this code alone, the more frequent first."""
    alone = (claim for claim in claims if len(claim.question.codes) == _PAIR)
    return [other for other in codes_of_claims(alone) if other != code]
