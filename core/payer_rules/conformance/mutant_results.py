"""The results of mutants: noticed by the suite, survived or refused."""

from __future__ import annotations

import sys
from collections import Counter
from typing import Final, Literal, TypeAlias

import attrs

from payer_rules.errors import Problem

MutantStatus: TypeAlias = Literal["noticed", "survived", "refused"]
MutantSource: TypeAlias = Literal["rule", "edits"]

#: The positions of all mutants.
ALL_POSITIONS: Final = range(sys.maxsize)


@attrs.frozen(kw_only=True)
class MutantResult:
    """The result of one mutant of a payer.

    ``of`` says whether a fact of a rule was changed or one of an edit table; ``by`` is the case,
    scenario or line of a sheet that disagreed with it; ``touched`` says whether it changed the
    answer on any fixture, be it one of which nothing is expected.
    """

    payer: str
    rule: str
    fact: str
    change: str
    status: MutantStatus
    of: MutantSource = "rule"
    by: str | None = None
    touched: bool = True


@attrs.frozen(kw_only=True)
class MutationRun:
    """The verdicts on all mutants, by payer and rule, and what was wrong with the fixtures.

    Those of edit tables stand behind those of rules. ``sampled_from`` is the number of all mutants
    where only a sample of them was tried.
    """

    payers: tuple[str, ...]
    verdicts: tuple[MutantResult, ...]
    problems: tuple[Problem, ...]
    sampled_from: int | None = None

    def of(self, payer: str | None = None, of: MutantSource = "rule") -> tuple[MutantResult, ...]:
        """Return the results of the mutants of rules, or of edit tables, of one payer or of all."""
        return tuple(v for v in self.verdicts if v.of == of and payer in (None, v.payer))

    def counted(self, payer: str | None = None, of: MutantSource = "rule") -> Counter[MutantStatus]:
        """Return the number of mutants of each status, of one payer or of all."""
        return Counter(mutant_result.status for mutant_result in self.of(payer, of))
