"""The JSON report of a comparison: the totals, the counts by group, and every changed line."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from importlib.metadata import version

import attrs

from payer_rules.errors import Problem, Remark
from payer_rules.impact.directions import Direction
from payer_rules.impact.impact_run import Impact, ImpactTotals
from payer_rules.impact.impact_summary import ChangeGroup, Grouping
from payer_rules.json_forms.plain_data import Data, line_of, plain, text_of
from payer_rules.json_forms.schema_files import IMPACT


@attrs.frozen(kw_only=True)
class DirectionEntry:
    """The changed lines of one direction, as JSON."""

    direction: Direction
    claims: int
    lines: int
    charges: Decimal


@attrs.frozen(kw_only=True)
class GroupEntry:
    """The changed lines of a payer, rule, topic or code family, as JSON."""

    name: str
    claims: int
    lines: int
    charges: Decimal
    directions: tuple[DirectionEntry, ...]

    @classmethod
    def of(cls, name: str, group: ChangeGroup) -> GroupEntry:
        """Return the entry of a group."""
        return cls(name=name, directions=directions_of(group), **attrs.asdict(group.total))


@attrs.frozen(kw_only=True)
class ImpactCounts:
    """The counts of a comparison, as JSON: of all changed lines, and of each group."""

    totals: ImpactTotals
    directions: tuple[DirectionEntry, ...]
    payers: tuple[GroupEntry, ...]
    rules: tuple[GroupEntry, ...]
    topics: tuple[GroupEntry, ...]
    families: tuple[GroupEntry, ...]

    @classmethod
    def of(cls, impact: Impact) -> ImpactCounts:
        """Return the counts of a comparison."""

        def entries(grouping: Grouping) -> tuple[GroupEntry, ...]:
            return tuple(GroupEntry.of(*item) for item in impact.summary.ranked(grouping))

        return cls(
            totals=impact.totals,
            directions=directions_of(impact.summary.whole),
            payers=entries("payer"),
            rules=entries("rule"),
            topics=entries("topic"),
            families=entries("family"),
        )


@attrs.frozen(kw_only=True)
class ProblemEntry:
    """A problem or remark, as JSON."""

    where: str
    message: str
    remedy: str
    code: str | None


def directions_of(group: ChangeGroup) -> tuple[DirectionEntry, ...]:
    """Return the entries of the directions of a group."""
    found = group.in_order()
    return tuple(DirectionEntry(direction=name, **attrs.asdict(count)) for name, count in found)


def json_of_impact(impact: Impact) -> Iterator[str]:
    """Yield the report part by part; each changed line is on a line of its own."""
    counts = plain(ImpactCounts.of(impact))
    assert isinstance(counts, dict)
    problems = [each for each in impact.problems if not isinstance(each, Remark)]
    remarks = [each for each in impact.problems if isinstance(each, Remark)]
    head = {"schema": IMPACT, "engine": version("payer-rules"), **counts}
    head |= {"problems": list(map(_entry, problems)), "remarks": list(map(_entry, remarks))}
    yield text_of(head).removesuffix("\n}") + ',\n  "changes": ['
    between = "\n    "
    for line in impact.lines():
        yield between + line_of(plain(line))
        between = ",\n    "
    yield "\n  ]\n}\n"


def _entry(problem: Problem) -> Data:
    entry = ProblemEntry(
        where=problem.where,
        message=problem.message,
        remedy=problem.remedy,
        code=str(problem.code) if problem.code else None,
    )
    return plain(entry)
