"""A comparison that has ended: what was compared, the counts, and the changed lines on disk."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from types import TracebackType
from typing import Self

import attrs

from payer_rules.checking import RenderedDecision
from payer_rules.errors import Problem
from payer_rules.impact.changed_lines import ChangedLine
from payer_rules.impact.impact_summary import ImpactSummary
from payer_rules.impact.line_choice import ALL_CHANGES, LineChoice
from payer_rules.summaries import RunSummary
from payer_rules.system.kept_texts import KeptText


@attrs.frozen(kw_only=True)
class ImpactTotals:
    """The two sides of a comparison by name, and how many claims were read and decided again.

    ``decided`` counts the decisions of payers on claims that were compared; all others depend on
    nothing that differs. ``chosen`` states which changed lines are reported, if not all;
    ``chosen_codes`` has each code of this choice, and how many lines of the claims have it.
    """

    old: str
    new: str
    files: tuple[str, ...]
    claims: int
    lines: int
    charges: Decimal
    decided: int
    chosen: tuple[str, ...] = ()
    chosen_codes: Mapping[str, int] = attrs.field(factory=dict)

    @property
    def absent_codes(self) -> tuple[str, ...]:
        """The codes of the choice that no line has."""
        return tuple(code for code, lines in self.chosen_codes.items() if not lines)


@attrs.define(eq=False)
class Impact:
    """The changed lines of a run and their counts; the lines are kept on disk if they are many.

    ``totals``, ``problems`` and ``exit_code`` are there when the run has ended.
    """

    summary: ImpactSummary = attrs.field(factory=ImpactSummary, init=False)
    totals: ImpactTotals = attrs.field(init=False)
    problems: tuple[Problem, ...] = attrs.field(default=(), init=False)
    exit_code: int = attrs.field(default=0, init=False)
    _kept: KeptText = attrs.field(factory=KeptText, init=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._kept.close()

    def record(self, decisions: Iterable[RenderedDecision]) -> None:
        """Count and keep the changed lines of the decisions."""
        for decision in decisions:
            (text,) = decision.texts
            self.summary.count(_lines_of(text))
            self._kept.write(f"{text}\n")

    def end(self, totals: ImpactTotals, problems: Iterable[Problem], exit_code: int) -> None:
        """Add what is known when the run has ended."""
        self.totals, self.problems, self.exit_code = totals, tuple(problems), exit_code

    def lines(self) -> Iterator[ChangedLine]:
        """Yield the changed lines, by claim, payer and number."""
        for text in self._kept.lines():
            yield from _lines_of(text)


def totals_of(
    old: str,
    new: str,
    files: Iterable[str],
    summary: RunSummary,
    choice: LineChoice = ALL_CHANGES,
) -> ImpactTotals:
    """Return the totals of a run with this summary, which reports the lines of the choice."""
    total = summary.total
    return ImpactTotals(
        old=old,
        new=new,
        files=tuple(files),
        claims=total.claims,
        lines=total.lines,
        charges=total.charges,
        decided=summary.decisions,
        chosen=choice.texts,
        chosen_codes={code: summary.codes[code] for code in choice.codes},
    )


def _lines_of(text: str) -> list[ChangedLine]:
    return [ChangedLine.from_data(each) for each in json.loads(text)]
