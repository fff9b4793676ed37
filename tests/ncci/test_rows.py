"""Every row is a test: the engine over CMS's complete tables against the slow references.

A few thousand rows of pairs by default, all MUEs and all add-on codes;
``PAYER_RULES_ROWS=200000 pytest tests/ncci/test_rows.py`` tries as many rows of pairs, in some ten
minutes.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

import published_tables
import pytest
from add_on_reference import CONTRACTORS, AddOnRow, add_on_answer
from engine_answers import (
    Engine,
    as_billed,
    claim_of,
    disagreement,
    engine_answer,
    left_by_line_rules,
    left_by_others,
)
from pair_reference import Row, pair_answer
from published_tables import DAY, QUARTER
from samples import Group, is_reversed, is_tombstone, sample
from services import Service
from unit_reference import UnitRow, unit_answer

pytestmark = pytest.mark.skipif(not published_tables.are_there(), reason=published_tables.ABSENT)

ROWS: Final = int(os.environ.get("PAYER_RULES_ROWS", "4000"))
TOTAL: Final = {"practitioner": 2_546_017, "outpatient-hospital": 1_775_818}
#: The modifiers on a row's column 1, and on its column 2.
MODIFIERS: Final[tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]] = (
    ((), ()),
    ((), ("59",)),
    (("59",), ()),
    ((), ("76",)),
)
SETTINGS: Final = pytest.mark.parametrize("setting", TOTAL)
#: The number of disagreements that are printed.
SHOWN: Final = 10


def summary(wrong: list[str]) -> str:
    """The first of the disagreements, and how many there are."""
    return "\n".join([f"{len(wrong)} disagreements", *wrong[:SHOWN]])


def days_of(rows: list[Row]) -> list[date]:
    """The day before, on and after each deletion date that the quarter's table may answer."""
    ends = {row.deletion for row in rows if row.deletion}
    around = {end + timedelta(days=n) for end in ends for n in (-1, 0, 1)}
    return sorted({DAY, *(day for day in around if day <= QUARTER[1])})


def questions(rows: list[Row]) -> Iterator[list[Service]]:
    """The two codes on one day, on each day that matters, with each of the modifiers."""
    one, other = rows[0].column1, rows[0].column2
    for day in days_of(rows):
        for on_first, on_second in MODIFIERS:
            yield [Service(1, one, day, day, on_first), Service(2, other, day, day, on_second)]


def disagreements_on_pairs(engine: Engine, setting: str, rows: list[Row]) -> Iterator[str]:
    """Each question about a pair that the engine answers otherwise."""
    for lines in questions(rows):
        decision = engine.decide(claim_of(setting, lines))
        expected = pair_answer(rows, setting, left_by_line_rules(decision, lines), [])
        differs = disagreement(expected, engine_answer(decision, "medicare/ptp"))
        if differs:
            yield f"{setting} {[(e.code, *e.modifiers) for e in lines]} {lines[0].first}: {differs}"


@pytest.fixture(scope="module", params=TOTAL)
def drawn(request: pytest.FixtureRequest) -> tuple[str, list[Group]]:
    """A setting, and the pairs drawn from its table."""
    setting: str = request.param
    return setting, sample(setting, TOTAL[setting], (ROWS + 1) // 2)


def test_the_sample_has_every_kind_of_row(drawn: tuple[str, list[Group]]) -> None:
    """All rationales and indicators, tombstones, pairs of several rows and reversed ones."""
    _, groups = drawn
    rows = [row for group in groups for row in group]
    assert len(rows) >= ROWS // 2
    assert {rationale for _, rationale in rows} == {str(number) for number in range(1, 13)}
    assert {row.indicator for row, _ in rows} == {0, 1, 9}
    assert any(is_tombstone(group) for group in groups)
    assert any(is_reversed(group) for group in groups)
    assert any(len(group) > 1 and not is_reversed(group) for group in groups)


def test_pairs(drawn: tuple[str, list[Group]], engine: Engine) -> None:
    """Without a modifier, with 59 on either column, with 76; around every deletion date."""
    setting, groups = drawn
    wrong = [
        differs
        for group in groups
        for differs in disagreements_on_pairs(engine, setting, [row for row, _ in group])
    ]
    assert not wrong, summary(wrong)


def unit_questions(row: UnitRow) -> Iterator[list[Service]]:
    """The MUE and one unit more, on one line and on two; lines on two days; a span."""
    for units in sorted({1, max(row.most, 1), row.most + 1}):
        yield [Service(1, row.code, DAY, DAY, (), units)]
        if units > 1:
            first = Service(1, row.code, DAY, DAY, (), units - 1)
            yield [first, Service(2, row.code, DAY, DAY, ("59",), 1)]
    tomorrow = DAY + timedelta(days=1)
    most = max(row.most, 1)
    yield [
        Service(1, row.code, DAY, DAY, (), most),
        Service(2, row.code, tomorrow, tomorrow, (), most),
    ]
    yield [Service(1, row.code, DAY, tomorrow + timedelta(days=1))]
    yield [Service(1, row.code, DAY, tomorrow, (), 2 * most + 1)]
    yield [Service(1, row.code, DAY, tomorrow + timedelta(days=1), (), 3 * most + 1)]


@SETTINGS
def test_units(setting: str, engine: Engine) -> None:
    """Every MUE: its value and one more, on one line and on two, by MAI 1, 2 and 3."""
    rows = published_tables.units(setting)
    wrong: list[str] = []
    for row in rows.values():
        for lines in unit_questions(row):
            decision = engine.decide(claim_of(setting, lines))
            expected = unit_answer(rows, QUARTER, lines, [])
            differs = disagreement(expected, engine_answer(decision, "medicare/mue"))
            if differs:
                asked = [(line.units, str(line.first), str(line.last)) for line in lines]
                wrong.append(f"{setting} {row} {asked}: {differs}")
    assert not wrong, summary(wrong)


def add_on_questions(code: str, primaries: list[str], other: str) -> Iterator[list[Service]]:
    """Yield the code alone, with each primary on its day and on another, and with another code."""
    line = Service(1, code, DAY, DAY)
    yield [line]
    yield [line, Service(2, other, DAY, DAY)]
    tomorrow = DAY + timedelta(days=1)
    for primary in primaries:
        yield [line, Service(2, primary, DAY, DAY)]
    for primary in primaries[:1]:
        yield [line, Service(2, primary, tomorrow, tomorrow)]
        yield [line, Service(2, primary, DAY, DAY, (), 1, "Q")]


@SETTINGS
def test_add_on_codes(setting: str, engine: Engine) -> None:
    """Every row of the file, and every add-on code without its primaries."""
    primaries: dict[str, list[str]] = {}
    own: dict[str, list[AddOnRow]] = {}
    for row in published_tables.add_ons():
        own.setdefault(row.code, []).append(row)
        primaries.setdefault(row.code, []).append(row.primary)
    others = sorted(published_tables.units(setting))
    chance = random.Random(8)
    wrong: list[str] = []
    for code, listed in primaries.items():
        known = [primary for primary in listed if primary != CONTRACTORS]
        for asked in add_on_questions(code, known, chance.choice(others)):
            lines = as_billed(setting, asked)
            decision = engine.decide(claim_of(setting, lines))
            rows = [row for line in lines for row in own.get(line.code, ())]
            expected = add_on_answer(rows, left_by_others(decision, lines), [])
            differs = disagreement(expected, engine_answer(decision, "medicare/add-on"))
            if differs:
                about = [(line.code, line.provider, str(line.first)) for line in lines]
                wrong.append(f"{setting} {about}: {differs}")
    assert not wrong, summary(wrong)
