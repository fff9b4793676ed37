"""Claims of three lines whose codes are drawn from CMS's tables themselves, so that pairs hit."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from typing import Final, NamedTuple

import published_tables
from add_on_reference import AddOnRow, add_on_answer
from engine_answers import disagreement, engine_answer, left_by_line_rules, left_by_others
from pair_reference import Row, pair_answer
from published_tables import DAY, QUARTER
from services import Answer, Service
from unit_reference import UnitRow, unit_answer

from payer_rules import Decision

SEED: Final = 8
#: The codes are those of one pair of so many.
ONE_OF: Final = 400

Lines = list[Service]


class DrawnClaims(NamedTuple):
    """Claims of a setting, and the rows of all pairs of their codes."""

    setting: str
    lines: list[Lines]
    pairs: dict[frozenset[str], list[Row]]
    units: dict[str, UnitRow]
    add_ons: dict[str, list[AddOnRow]]

    def answers(self, lines: Lines, decision: Decision | None = None) -> dict[str, Answer]:
        """Return the answers of the references; a decision gives the effects of its other rules."""
        for_pairs = left_by_line_rules(decision, lines) if decision else lines
        pairs = [row for key in _keys(lines) for row in self.pairs.get(key, ())]
        ptp = pair_answer(pairs, self.setting, for_pairs, [])
        mue = unit_answer(self.units, QUARTER, lines, [])
        denied = ptp.denied | mue.denied
        left = [li._replace(state="denied") if li.number in denied else li for li in lines]
        rows = [row for line in lines for row in self.add_ons.get(line.code, ())]
        for_add_ons = left_by_others(decision, lines) if decision else left
        return {"ptp": ptp, "mue": mue, "add-on": add_on_answer(rows, for_add_ons, [])}

    def disagreements(self, lines: Lines, decision: Decision) -> Iterator[str]:
        """Where the decision is not that of the references."""
        for name, expected in self.answers(lines, decision).items():
            differs = disagreement(expected, engine_answer(decision, f"medicare/{name}"))
            if differs:
                yield f"{self.setting} {[line.code for line in lines]} {name}: {differs}"

    def split(self, count: int) -> tuple[list[Lines], list[Lines]]:
        """Return this many claims without an answer, and this many with a denial."""
        clean: list[Lines] = []
        found: list[Lines] = []
        for lines in self.lines:
            answers = self.answers(lines).values()
            if any(answer.denied for answer in answers):
                found.append(lines)
            elif not any(any(answer) for answer in answers):
                clean.append(lines)
        assert min(len(clean), len(found)) >= count
        return clean[:count], found[:count]


def drawn_claims(setting: str, count: int) -> DrawnClaims:
    """So many claims of a row's two codes and a third one, and thrice as many of any three codes.

    All codes have a row that is active, and an MUE of one at least.
    """
    chance = random.Random(SEED)
    units = published_tables.units(setting)
    wanted = published_tables.drawn(SEED, ONE_OF)
    rows = [
        row
        for row, _ in published_tables.pairs(setting, wanted)
        if not row.deletion and all(_is_payable(units, c) for c in (row.column1, row.column2))
    ]
    codes = sorted({code for row in rows for code in (row.column1, row.column2)})
    result = [[r.column1, r.column2, chance.choice(codes)] for r in chance.choices(rows, k=count)]
    result += [chance.sample(codes, 3) for _ in range(3 * count)]
    lines = [[Service(n, code, DAY, DAY) for n, code in enumerate(item, 1)] for item in result]
    add_ons: dict[str, list[AddOnRow]] = defaultdict(list)
    for add_on in published_tables.add_ons():
        add_ons[add_on.code].append(add_on)
    return DrawnClaims(setting, lines, _pairs(setting, lines), units, dict(add_ons))


def _is_payable(units: dict[str, UnitRow], code: str) -> bool:
    return code in units and units[code].most > 0


def _keys(lines: Lines) -> set[frozenset[str]]:
    codes = {line.code for line in lines}
    return {frozenset([one, other]) for one in codes for other in codes if one != other}


def _pairs(setting: str, claims: list[Lines]) -> dict[frozenset[str], list[Row]]:
    asked = {key for lines in claims for key in _keys(lines)}
    found: dict[frozenset[str], list[Row]] = defaultdict(list)
    for row, _ in published_tables.pairs(setting, lambda a, b: frozenset([a, b]) in asked):
        found[frozenset([row.column1, row.column2])].append(row)
    return dict(found)
