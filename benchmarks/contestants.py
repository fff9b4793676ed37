"""Those who answer the questions: the screen, DuckDB, Polars, and plain Python.

Each takes the file and the rules, prepares its tables, and then answers under a clock that begins
at the file. ``python contestants.py NAME FILE FOLDER THREADS LIMITS`` prints the result as JSON.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import sql_tables
from payer_rules.batch.screen_rules import ScreenRules
from questions import Found, digest, rules


class Clock:
    """A clock of wall and processor seconds that starts when it is made."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def found(self, rule: Any, row: Any, other: Any) -> Found:
        """Return what was found, with the seconds until now."""
        seconds, cpu = time.perf_counter() - self._wall, time.process_time() - self._cpu
        return Found(rule, row, other, seconds, cpu)


def screen(file: Path, asked: ScreenRules, threads: int) -> Found:
    """Answer by the screen of columns; its loops are compiled before."""
    from payer_rules.batch.screening import read_lines, screen_lines

    screen_lines(read_lines(file).slice(0, 1_000), asked, counts="billed", threads=threads)
    clock = Clock()
    found = screen_lines(read_lines(file), asked, counts="billed", threads=threads)
    answer = clock.found(found.rule, found.row, found.other)
    assert not found.left
    return answer


def duckdb(file: Path, asked: ScreenRules, threads: int) -> Found:
    """Answer by SQL: lines with numbers for codes, and the pairs of lines of a day, come first."""
    import duckdb as package

    base = package.connect()
    base.execute(f"set threads = {threads}")
    base.execute("set preserve_insertion_order = false")
    modifiers = pq.read_table(file, columns=["modifiers"])["modifiers"].unique().to_pylist()
    prepared = {
        "given_pairs": sql_tables.pair_table(asked),
        "given_units": sql_tables.unit_table(asked),
        "given_limits": sql_tables.limit_table(asked),
        "given_bypass": sql_tables.bypass_table(modifiers),
    }
    visits = sql_tables.visit_codes(asked)
    for name, table in prepared.items():
        base.register(name, table)
    base.register("given_visits", pa.table({"code": visits}))
    base.execute(_DUCKDB_TABLES)
    clock = Clock()
    base.execute(_DUCKDB_LINES.format(file=file))
    keys = base.execute(_DUCKDB_KEYS).fetchnumpy()
    return clock.found(keys["rule"], keys["line"], keys["other"])


_DUCKDB_TABLES: Final = """
create table codes as
    select code, row_number() over (order by code)::smallint as id,
           code in (from given_visits) as visit
    from (select lower as code from given_pairs union select higher from given_pairs
          union select code from given_units);
create table pairs as
    select a.id as lower, b.id as higher, p.first, p.last, bypassable, reversed
    from given_pairs p join codes a on p.lower = a.code join codes b on p.higher = b.code;
create table units as select id as code, most, of_line from given_units join codes using (code);
create table limits as select l.* exclude (code), id as code
    from given_limits l join codes using (code);
create table bypass as
    select modifiers, visit, (as_first::int + 2 * as_second::int)::tinyint as bits
    from given_bypass;
"""
_DUCKDB_LINES: Final = """
create temp table lines as
    select l.file_row_number::int as line, l.member::text as m, hash(l.member) as member,
           c.id as code, l.date, l.units::int as units, l.billing_npi::bigint as billing,
           l.rendering_npi::bigint as rendering, b.bits
    from read_parquet('{file}', file_row_number = true) l
    join codes c using (code)
    join bypass b on b.modifiers = l.modifiers and b.visit = c.visit;
create temp table met as
    select a.line as one, b.line as other, a.code < b.code as ordered, a.date,
           least(a.code, b.code) as lower, greatest(a.code, b.code) as higher,
           a.bits as mine, b.bits as theirs
    from lines a join lines b on a.member = b.member and a.date = b.date
     and a.rendering = b.rendering and a.line < b.line and a.code <> b.code;
create temp table counted as
    select l.line, l.member, l.date, rule, shape, length, maximum,
           case scope when 'member' then 0 when 'billing' then billing else rendering end as who,
           case when by_units then units else 1 end as amount,
           case shape when 'day' then l.date when 'week' then date_trunc('week', l.date)
                when 'month' then date_trunc('month', l.date)
                when 'calendar-year' then date_trunc('year', l.date)
                else l.date - (length - 1)::int end::date as since
    from lines l join limits using (code);
"""
_DUCKDB_KEYS: Final = """
with found as (
    select met.*, ordered <> reversed as first_is_one, bypassable
    from met join pairs p on met.lower = p.lower and met.higher = p.higher
     and met.date between p.first and p.last
)
select 0 as rule, case when first_is_one then other else one end as line,
       case when first_is_one then one else other end as other
from found
where not (bypassable and case when first_is_one then mine & 1 or theirs & 2
                                else theirs & 1 or mine & 2 end)
union all
select 1, line, -1 from lines join units using (code)
where of_line and (units > most or most = 0)
union all
select 1, line, -1 from lines
join (select member, rendering, date, code from lines join units using (code) where not of_line
      group by member, rendering, date, code, most having sum(units) > most or most = 0) as above
using (member, rendering, date, code)
union all
select rule, line, -1 from (
    select rule, line, maximum, sum(amount) over (
        partition by rule, member, who
        order by (date - date '1970-01-01')::bigint * 4294967296 + line
        range between ((date - since)::bigint * 4294967296 + line) preceding
        and current row) as total
    from counted where shape = 'rolling')
where total > maximum
union all
select rule, line, -1 from (
    select rule, line, maximum, sum(amount) over (
        partition by rule, member, who, since order by date, line rows unbounded preceding) as total
    from counted where shape <> 'rolling')
where total > maximum
"""


def polars(file: Path, asked: ScreenRules, threads: int) -> Found:
    """Answer by lazy frames: codes as numbers, running totals, and where the window began."""
    os.environ["POLARS_MAX_THREADS"] = str(threads)
    import polars as pl

    modifiers = pq.read_table(file, columns=["modifiers"])["modifiers"].unique().to_pylist()
    given: dict[str, Any] = {
        name: pl.from_arrow(getattr(sql_tables, f"{name}_table")(asked))
        for name in ("pair", "unit", "limit")
    }
    bypass: Any = pl.from_arrow(sql_tables.bypass_table(modifiers))
    names = sorted({*given["pair"]["lower"], *given["pair"]["higher"], *given["unit"]["code"]})
    visits = set(sql_tables.visit_codes(asked))
    codes = pl.DataFrame(
        {
            "name": names,
            "code": pl.Series(range(len(names)), dtype=pl.Int16),
            "visit": [name in visits for name in names],
        }
    )
    numbers = dict(zip(names, range(len(names)), strict=True))
    pairs = given["pair"].with_columns(
        pl.col("lower", "higher").replace_strict(numbers, return_dtype=pl.Int16)
    )
    unit = given["unit"].with_columns(pl.col("code").replace_strict(numbers, return_dtype=pl.Int16))
    limit = given["limit"].filter(pl.col("code").is_in(names))
    limit = limit.with_columns(pl.col("code").replace_strict(numbers, return_dtype=pl.Int16))
    clock = Clock()
    lines = (
        pl.scan_parquet(file)
        .select("member", "date", "modifiers", "units", "billing_npi", "rendering_npi", name="code")
        .with_row_index("line")
        .join(codes.lazy(), on="name")
        .join(bypass.lazy(), on=["modifiers", "visit"])
        .select(
            pl.col("line").cast(pl.Int32),
            pl.col("member").rank("dense").cast(pl.Int32),
            "date",
            "code",
            pl.col("units").cast(pl.Int32),
            pl.col("billing_npi").cast(pl.Int64).alias("billing"),
            pl.col("rendering_npi").cast(pl.Int64).alias("rendering"),
            "as_first",
            "as_second",
        )
        .collect()
        .lazy()
    )
    asks = [_polars_pairs(pl, lines, pairs.lazy()), *_polars_units(pl, lines, unit.lazy())]
    asks += [_polars_limits(pl, lines, limit.lazy())]
    parts = [part.select("rule", "line", "other") for part in pl.collect_all(asks)]
    keys = pl.concat(parts)
    return clock.found(*(keys[name].to_numpy() for name in ("rule", "line", "other")))


def _polars_pairs(pl: Any, lines: Any, pairs: Any) -> Any:
    on_day = ["member", "date", "rendering"]
    several = lines.filter(pl.len().over(on_day) > 1)
    met = several.join(several, on=on_day, suffix="_2").filter(
        (pl.col("line") < pl.col("line_2")) & (pl.col("code") != pl.col("code_2"))
    )
    met = met.with_columns(
        lower=pl.min_horizontal("code", "code_2"), higher=pl.max_horizontal("code", "code_2")
    )
    found = met.join(pairs, on=["lower", "higher"]).filter(
        pl.col("date").is_between(pl.col("first"), pl.col("last"))
    )
    is_one = (pl.col("code") < pl.col("code_2")) != pl.col("reversed")
    free = (
        pl.when(is_one)
        .then(pl.col("as_first") | pl.col("as_second_2"))
        .otherwise(pl.col("as_first_2") | pl.col("as_second"))
    )
    return found.filter(~(pl.col("bypassable") & free)).select(
        rule=pl.lit(0, pl.Int32),
        line=pl.when(is_one).then(pl.col("line_2")).otherwise(pl.col("line")),
        other=pl.when(is_one).then(pl.col("line")).otherwise(pl.col("line_2")),
    )


def _polars_units(pl: Any, lines: Any, units: Any) -> list[Any]:
    mine = lines.join(units, on="code")
    none = {"rule": pl.lit(1, pl.Int32), "other": pl.lit(-1, pl.Int32)}
    of_line = mine.filter(
        pl.col("of_line") & ((pl.col("units") > pl.col("most")) | (pl.col("most") == 0))
    )
    of_day = mine.filter(~pl.col("of_line"))
    group = ["member", "rendering", "date", "code"]
    above = (
        of_day.group_by(group)
        .agg(pl.col("units").sum(), pl.col("most").first())
        .filter((pl.col("units") > pl.col("most")) | (pl.col("most") == 0))
    )
    return [
        of_line.select("line", **none),
        of_day.join(above, on=group, how="semi").select("line", **none),
    ]


def _polars_limits(pl: Any, lines: Any, limits: Any) -> Any:
    day = pl.col("date")
    since = (
        pl.when(pl.col("shape") == "day")
        .then(day)
        .when(pl.col("shape") == "week")
        .then(day.dt.truncate("1w"))
        .when(pl.col("shape") == "month")
        .then(day.dt.truncate("1mo"))
        .when(pl.col("shape") == "calendar-year")
        .then(day.dt.truncate("1y"))
        .otherwise(day - pl.duration(days=pl.col("length") - 1))
    )
    who = (
        pl.when(pl.col("scope") == "member")
        .then(0)
        .when(pl.col("scope") == "billing")
        .then(pl.col("billing"))
        .otherwise(pl.col("rendering"))
    )
    group = ["rule", "member", "who"]
    counted = (
        lines.join(limits, on="code")
        .select(
            "rule",
            "member",
            "line",
            "date",
            "maximum",
            who=who,
            amount=pl.when("by_units").then(pl.col("units")).otherwise(1),
            before=since - pl.duration(days=1),
        )
        .sort("date", "line")
        .with_columns(total=pl.col("amount").cum_sum().over(group))
    )
    past = counted.select(*group, before="date", past="total")
    return (
        counted.sort("before")
        .join_asof(past, on="before", by=group, strategy="backward", check_sortedness=False)
        .filter(pl.col("total") - pl.col("past").fill_null(0) > pl.col("maximum"))
        .select(rule=pl.col("rule").cast(pl.Int32), line="line", other=pl.lit(-1, pl.Int32))
    )


def python(file: Path, asked: ScreenRules, threads: int) -> Found:
    """Answer by plain loops and dicts, member by member, on one core."""
    del threads
    from plain_python import answer, prepared

    ready = prepared(asked)
    clock = Clock()
    return clock.found(*answer(file, ready))


CONTESTANTS: Final[dict[str, Callable[[Path, ScreenRules, int], Found]]] = {
    "screen": screen,
    "duckdb": duckdb,
    "polars": polars,
    "python": python,
}


def main() -> None:
    """Run one contestant, and print what it found as JSON."""
    name, file, folder, threads, count = sys.argv[1:]
    found = CONTESTANTS[name](Path(file), rules(Path(folder), int(count)), int(threads))
    by_rule: dict[str, int] = defaultdict(int)
    for rule, many in zip(*np.unique(np.asarray(found.rule), return_counts=True), strict=True):
        by_rule["pairs" if rule == 0 else "units" if rule == 1 else "limits"] += int(many)
    result = {
        "name": name,
        "threads": int(threads),
        "seconds": found.seconds,
        "cpu": found.cpu,
        "keys": len(found.rule),
        "by_rule": by_rule,
        "hash": digest(found),
        "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
