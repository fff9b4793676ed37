"""The same questions in plain Python, tuned: one dict of pairs, numbers for codes, no classes."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from datetime import date
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

import sql_tables
from payer_rules.batch.screen_rules import ScreenRules

_EPOCH = date(1970, 1, 1).toordinal()
Row = tuple[int, int, str, str, int, str, str]


class Prepared(NamedTuple):
    """The rules as dicts."""

    pairs: dict[tuple[str, str], list[tuple[int, int, bool, bool]]]
    units: dict[str, tuple[int, bool]]
    limits: dict[str, list[tuple[int, str, int, str, bool, int]]]
    visits: frozenset[str]


def prepared(rules: ScreenRules) -> Prepared:
    """Return the rules as dicts."""
    pairs: dict[tuple[str, str], list[tuple[int, int, bool, bool]]] = defaultdict(list)
    for lower, higher, first, last, *rest in zip(
        *(column.to_pylist() for column in sql_tables.pair_table(rules).columns), strict=True
    ):
        days = (first.toordinal() - _EPOCH, last.toordinal() - _EPOCH)
        pairs[lower, higher].append((*days, *rest))
    units = {
        row["code"]: (row["most"], row["of_line"])
        for row in sql_tables.unit_table(rules).to_pylist()
    }
    limits: dict[str, list[tuple[int, str, int, str, bool, int]]] = defaultdict(list)
    for row in sql_tables.limit_table(rules).to_pylist():
        names = ("rule", "shape", "length", "scope", "by_units", "maximum")
        limits[row["code"]].append(tuple(row[name] for name in names))
    return Prepared(dict(pairs), units, dict(limits), frozenset(sql_tables.visit_codes(rules)))


def answer(file: Path, rules: Prepared) -> tuple[list[int], list[int], list[int]]:
    """Return the keys of all lines."""
    names = ["member", "date", "code", "modifiers", "units", "rendering_npi", "billing_npi"]
    table = pq.read_table(file, columns=names)
    columns = [
        table[name].cast(pa.int32()).to_pylist() if name == "date" else table[name].to_pylist()
        for name in names
    ]
    bypass = {
        (row["modifiers"], row["visit"]): (row["as_first"], row["as_second"])
        for row in sql_tables.bypass_table(sorted({*columns[3]})).to_pylist()
    }
    members: dict[str, list[Row]] = defaultdict(list)
    for line, (member, *facts) in enumerate(zip(*columns, strict=True)):
        members[member].append((facts[0], line, *facts[1:]))
    keys: list[tuple[int, int, int]] = []
    for rows in members.values():
        rows.sort()
        _member(rows, rules, bypass, keys)
    return [key[0] for key in keys], [key[1] for key in keys], [key[2] for key in keys]


def _member(
    rows: list[Row], rules: Prepared, bypass: dict[Any, Any], keys: list[tuple[int, int, int]]
) -> None:
    start = 0
    for end in range(1, len(rows) + 1):
        if end == len(rows) or rows[end][0] != rows[start][0]:
            _day(rows[start:end], rules, bypass, keys)
            start = end
    pools: dict[Any, list[tuple[int, int, int]]] = defaultdict(list)
    for row in rows:
        for limit in rules.limits.get(row[2], ()):
            scope = limit[3]
            who = "" if scope == "member" else row[6] if scope == "billing" else row[5]
            pools[limit, who].append((row[0], row[1], row[4] if limit[4] else 1))
    for (limit, _), lines in pools.items():
        if sum(line[2] for line in lines) > limit[5]:
            _pool(limit, lines, keys)


def _pool(limit: Any, lines: list[tuple[int, int, int]], keys: list[tuple[int, int, int]]) -> None:
    days = [line[0] for line in lines]
    totals = [0, *accumulate(line[2] for line in lines)]
    for at, (day, line, _) in enumerate(lines):
        first = bisect_left(days, _since(limit[1], limit[2], day))
        if totals[at + 1] - totals[first] > limit[5]:
            keys.append((limit[0], line, -1))


def _since(shape: str, length: int, day: int) -> int:
    if shape == "rolling":
        return day - length + 1
    if shape == "day":
        return day
    if shape == "week":
        return day - (day + 3) % 7
    when = date.fromordinal(day + _EPOCH)
    return when.replace(day=1, month=when.month if shape == "month" else 1).toordinal() - _EPOCH


def _day(
    rows: list[Row], rules: Prepared, bypass: dict[Any, Any], keys: list[tuple[int, int, int]]
) -> None:
    units = rules.units
    if len(rows) == 1:
        row = rows[0]
        most = units.get(row[2])
        if most and (row[4] > most[0] or not most[0]):
            keys.append((1, row[1], -1))
        return
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        sums[row[2], row[5]] += row[4]
    for at, row in enumerate(rows):
        most = units.get(row[2])
        if most:
            of_day = row[4] if most[1] else sums[row[2], row[5]]
            if of_day > most[0] or not most[0]:
                keys.append((1, row[1], -1))
        for other in rows[:at]:
            if row[2] != other[2] and row[5] == other[5]:
                _pair(row, other, rules, bypass, keys)


def _pair(
    row: Row,
    other: Row,
    rules: Prepared,
    bypass: dict[Any, Any],
    keys: list[tuple[int, int, int]],
) -> None:
    lower, higher = (row, other) if row[2] < other[2] else (other, row)
    for first, last, bypassable, is_reversed in rules.pairs.get((lower[2], higher[2]), ()):
        if first <= row[0] <= last:
            one, two = (higher, lower) if is_reversed else (lower, higher)
            free = bypassable and (
                bypass[one[3], one[2] in rules.visits][0]
                or bypass[two[3], two[2] in rules.visits][1]
            )
            if not free:
                keys.append((0, two[1], one[1]))


def facts(file: Path, rules: Prepared) -> list[dict[str, Any]]:
    """Return what an engine decides on: every pair, units and windows, whether found or not."""
    names = ["member", "date", "code", "modifiers", "units", "rendering_npi", "billing_npi"]
    table = pq.read_table(file, columns=names).to_pylist()
    texts = sorted({row["modifiers"] for row in table})
    bypass = {
        (row["modifiers"], row["visit"]): (row["as_first"], row["as_second"])
        for row in sql_tables.bypass_table(texts).to_pylist()
    }
    members: dict[str, list[Row]] = defaultdict(list)
    for line, row in enumerate(table):
        day = row["date"].toordinal() - _EPOCH
        facts_of_line = (row[name] for name in names[2:])
        members[row["member"]].append((day, line, *facts_of_line))
    found: list[dict[str, Any]] = []
    for rows in members.values():
        rows.sort()
        for at in range(len(rows)):
            found += _facts_of(rows, at, rules, bypass)
    return found


def _facts_of(rows: list[Row], at: int, rules: Prepared, bypass: dict[Any, Any]) -> Any:
    row = rows[at]
    on_day = [each for each in rows if each[0] == row[0] and each[5] == row[5]]
    most = rules.units.get(row[2])
    if most:
        units = row[4] if most[1] else sum(each[4] for each in on_day if each[2] == row[2])
        yield {"kind": "units", "amount": units, "most": most[0], "key": (1, row[1], -1)}
    for other in on_day:
        if other[1] < row[1] and other[2] != row[2]:
            everything: list[tuple[int, int, int]] = []
            _pair(row, other, rules, bypass, everything)
            lower, higher = min(row[2], other[2]), max(row[2], other[2])
            if (lower, higher) in rules.pairs:
                key = everything[0] if everything else (0, row[1], other[1])
                yield {"kind": "pair", "free": not everything, "key": key}
    for limit in rules.limits.get(row[2], ()):
        codes = {code for code, each in rules.limits.items() if limit in each}
        whose = {"member": None, "billing": 6}.get(limit[3], 5)
        first = _since(limit[1], limit[2], row[0])
        total = sum(
            each[4] if limit[4] else 1
            for each in rows[: at + 1]
            if each[0] >= first
            and each[2] in codes
            and (whose is None or each[whose] == row[whose])
        )
        yield {"kind": "limit", "amount": total, "most": limit[5], "key": (limit[0], row[1], -1)}
