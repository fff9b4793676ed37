"""The counts of a batch, which partitions state and a run adds up."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import attrs

from payer_rules.decisions import NotEvaluated, Presumption
from payer_rules.summaries.open_facts import NOT_STATED, facts_of_line, keyed

if TYPE_CHECKING:
    import pyarrow as pa

_BY_LINE: Final = ("payer", "expected", "basis", "outcome")
_BY_FINDING: Final = ("payer", "rule", "outcome", "basis")
_BY_FACT: Final = ("payer", "class", "fact", "rule")


def _counted() -> Counter[tuple[str, ...]]:
    return Counter()


@attrs.define(eq=True)
class BatchSummary:
    """The counts of a batch: rows, claims, rows set aside, lines by answer, findings by rule.

    ``lines`` counts by payer, expected outcome, basis and proved outcome; ``findings`` by payer,
    rule, outcome and basis; ``facts`` the lines that miss a fact, by payer, class, fact and, for an
    unclear text, its rule; ``problems`` the rows set aside by what is wrong. ``notes`` are
    problems of plugins and profiles. ``fingerprints`` are those of the rules.
    """

    rows: int = 0
    claims: int = 0
    bad_rows: int = 0
    uncoded: int = 0
    lines: Counter[tuple[str, ...]] = attrs.field(factory=_counted)
    findings: Counter[tuple[str, ...]] = attrs.field(factory=_counted)
    facts: Counter[tuple[str, ...]] = attrs.field(factory=_counted)
    problems: Counter[tuple[str, ...]] = attrs.field(factory=_counted)
    notes: dict[tuple[str, ...], None] = attrs.field(factory=dict)

    @classmethod
    def of(cls, rows: int, results: pa.Table) -> BatchSummary:
        """Return the counts of the results of a partition with so many rows."""
        import pyarrow.compute as pc

        is_line = pc.is_valid(results["answer"])
        others = results.filter(pc.invert(is_line))
        bad = others.filter(pc.is_valid(others["problem"]))
        located = bad.filter(pc.is_valid(bad["source_row"]))
        notes = bad.filter(pc.is_null(bad["source_row"]))
        summary = cls(rows, bad_rows=located.num_rows, uncoded=others.num_rows - bad.num_rows)
        of_lines = results["claim"].filter(is_line) if others.num_rows else results["claim"]
        summary.claims = pc.count_distinct(of_lines).as_py()
        summary._count_answers(results)
        summary.findings = _findings(results)
        summary.problems = _counts(located, ("error_code",))
        noted = (notes[name].to_pylist() for name in ("problem", "remedy"))
        summary.notes = dict.fromkeys(zip(*noted, strict=True))
        return summary

    def _count_answers(self, results: pa.Table) -> None:
        """Count the lines by their answers, and the facts that they miss."""
        import pyarrow.compute as pc

        counted = pc.value_counts(results["answer"].combine_chunks())
        values, counts = (counted.field(name).to_pylist() for name in ("values", "counts"))
        times = dict(zip(values, counts, strict=True))
        # NOTE: each answer is stated once, in the first row that has it.
        stated = results.select([*_BY_LINE, "answer", "answer_text"])
        stated = stated.filter(pc.is_valid(stated["answer_text"]))
        for *key, number, text in zip(*(each.to_pylist() for each in stated), strict=True):
            self.lines[tuple(key)] += times[number]
            for fact in _missing_facts(text):
                self.facts[fact] += times[number]

    def add(self, other: BatchSummary) -> None:
        """Add the counts of another partition."""
        self.rows += other.rows
        self.claims += other.claims
        self.bad_rows += other.bad_rows
        self.uncoded += other.uncoded
        self.lines.update(other.lines)
        self.findings.update(other.findings)
        self.facts.update(other.facts)
        self.problems.update(other.problems)
        self.notes.update(other.notes)

    def data(self) -> dict[str, Any]:
        """Return the counts as JSON has them."""
        return {
            "rows": self.rows,
            "claims": self.claims,
            "bad_rows": self.bad_rows,
            "uncoded": self.uncoded,
            "lines": _listed(self.lines, _BY_LINE),
            "findings": _listed(self.findings, _BY_FINDING),
            "facts": _listed(self.facts, _BY_FACT),
            "problems": _listed(self.problems, ("error_code",)),
            "notes": [[*note] for note in self.notes],
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> BatchSummary:
        """Return the counts of the JSON."""
        return cls(
            data["rows"],
            data["claims"],
            data["bad_rows"],
            data["uncoded"],
            _unlisted(data["lines"], _BY_LINE),
            _unlisted(data["findings"], _BY_FINDING),
            _unlisted(data["facts"], _BY_FACT),
            _unlisted(data["problems"], ("error_code",)),
            dict.fromkeys(map(tuple, data["notes"])),
        )


def _findings(results: pa.Table) -> Counter[tuple[str, ...]]:
    """Return how many findings there are of each rule, by payer, outcome and basis."""
    import pyarrow.compute as pc

    with_findings = results.select(["payer", "findings"])
    with_findings = with_findings.filter(pc.is_valid(with_findings["findings"])).combine_chunks()
    found = pc.list_flatten(with_findings["findings"])
    if not len(found):
        return _counted()
    parents = pc.list_parent_indices(with_findings["findings"].combine_chunks())
    columns = {name: pc.struct_field(found, name) for name in _BY_FINDING[1:]}
    columns["payer"] = with_findings["payer"].take(parents)
    return _counts(_table(columns), _BY_FINDING)


@lru_cache(maxsize=1 << 16)
def _missing_facts(answer: str) -> tuple[tuple[str, ...], ...]:
    """Return the facts that a line with the answer misses, as reports count them."""
    data = json.loads(answer)
    presumed = tuple(
        Presumption(reason=each["class"], fact=each["fact"], rule=each.get("rule"))
        for each in data["rests_on"]
    )
    entries = (
        NotEvaluated(
            rule=each.get("rule"), lines=(), reason=each["reason"], missing=each["missing"]
        )
        for each in data["open"]
    )
    facts = facts_of_line(data["expected"], presumed, entries)
    keys = sorted({key for _, key in keyed(facts) if key.reason not in NOT_STATED}, key=str)
    return tuple((data["payer"], key.reason, key.fact, key.rule or "") for key in keys)


def _table(columns: dict[str, Any]) -> pa.Table:
    import pyarrow as pa

    return pa.table(columns)


def _counts(table: pa.Table, names: Iterable[str]) -> Counter[tuple[str, ...]]:
    """Return how many rows have each combination of values."""
    names = [*names]
    grouped = table.select(names).group_by(names).aggregate([([], "count_all")])
    keys = zip(*(grouped[name].to_pylist() for name in names), strict=True)
    return Counter(dict(zip(keys, grouped["count_all"].to_pylist(), strict=True)))


def _listed(counts: Counter[tuple[str, ...]], names: Iterable[str]) -> list[dict[str, Any]]:
    names = [*names]
    ordered = sorted(counts.items(), key=lambda item: [str(word) for word in item[0]])
    return [{**dict(zip(names, key, strict=True)), "count": count} for key, count in ordered]


def _unlisted(data: list[dict[str, Any]], names: Iterable[str]) -> Counter[tuple[str, ...]]:
    names = [*names]
    return Counter({tuple(each[name] for name in names): each["count"] for each in data})
