#!/usr/bin/env python3
"""Write the edit sheets of the bundled tables: tiny claims on either side of each row of CMS.

    python tools/make_edit_sheets.py            write the sheets
    python tools/make_edit_sheets.py --check    compare them, change nothing

It reads CMS's own tables in the folder in ``PAYER_RULES_CMS`` (by default ``../shared/cms`` next to
the checkout), not the plugins' extracts of them: a row that is wrong there disagrees here. The
answers follow MC-1.1 to MC-1.17 of the Medicare facts. Medicaid's units bind every state's program;
one of them answers for all.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import extract_later_editions as later
import extract_medicare_tables as cms
from extracts import CHECKOUT, run

SHEETS: Final = CHECKOUT / "plugins" / "payer_rules_medicare" / "cases" / "edits"
#: The sheet of Medicaid's units, which one of the programs answers.
STATE_SHEETS: Final = CHECKOUT / "payer_profiles" / "payer_rules_profiles" / "cases" / "edits"
STATE: Final = "wa-medicaid"
COLUMNS: Final = ("rule", "setting", "lines", "date", "answer", "carc_rarc", "row")

PTP: Final = "medicare/ptp"
MUE: Final = "medicare/mue"
ADD_ON: Final = "medicare/add-on"
#: What each rule denies with: MC-12.1, MC-12.3, MC-12.4.
DENIALS: Final = {PTP: "236", MUE: "151 MA01", ADD_ON: "107 N122"}
STATE_MUE: Final = f"{STATE}/mue"
#: The codes of practitioners whose units of 2024 Q3 the manual of 2026 states too: they hold on.
READ_AGAIN: Final = frozenset(
    code
    for reading in cms.UNITS_READ_AGAIN
    if cms.PRACTITIONER in reading.settings
    for code in reading.codes
)

#: The file tells nothing of a pair with this code: CMS has a row for it, the extract has not.
OUTSIDE: Final = "99281"
GROUP: Final = "90853"
#: MC-1.6: an evaluation and management code, of CPT's section 99202 to 99499, takes 25, all else
#: 59. Whether a clinic visit of a hospital is one the texts do not say; it carries both.
VISITS: Final = frozenset(code for code in cms.CODES if "99202" <= code <= "99499")
OF_VISITS: Final = "25"
DISTINCT: Final = "59"
CLINIC_VISIT: Final = "G0463"
#: MC-1.9: an MUE of each line by itself; MC-1.10 and MC-1.11: of all lines of the day.
BY_LINE: Final = "1"
#: MC-1.16: the primaries are complete; MC-1.17: the contractors may add to them.
COMPLETE: Final = "1"

DAY: Final = timedelta(days=1)
FIRST: Final = date.fromisoformat(cms.EFFECTIVE)
LAST: Final = date.fromisoformat(cms.THROUGH)


@dataclass(frozen=True, order=True)
class Line:
    """One line of a sheet."""

    rule: str
    setting: str
    lines: str
    day: date
    answer: str
    row: str

    @property
    def cells(self) -> tuple[str, ...]:
        """The values in the order of the columns."""
        denial = DENIALS.get(self.rule, "") if self.answer.startswith("denies") else ""
        day = self.day.isoformat()
        return (self.rule, self.setting, self.lines, day, self.answer, denial, self.row)


@dataclass(frozen=True)
class Span:
    """The days for which a row was read; without a last one it was read again since."""

    first: date
    last: date | None

    @classmethod
    def of(cls, first: str, last: str) -> Span:
        """The span of two cells."""
        return cls(date.fromisoformat(first), date.fromisoformat(last) if last else None)

    @property
    def inside(self) -> tuple[date, ...]:
        """The first day and the last; where it is open, the day after the quarter."""
        return (self.first, self.last or LAST + DAY)

    @property
    def outside(self) -> tuple[date, ...]:
        """The day before, and the day after if it ends."""
        return (self.first - DAY, *((self.last + DAY,) if self.last else ()))


def main(arguments: list[str] | None = None) -> int:
    """Write or check the sheets; 0 done or equal, 1 different, 2 they cannot be made."""
    return run(Path(__file__).name, __doc__, _made, arguments)


def _made() -> dict[Path, bytes]:
    folder = cms.cms_folder()
    made = {SHEETS / name: content for name, content in sheets(folder).items()}
    made[STATE_SHEETS / "medicaid-units.edits.csv"] = _written(of_medicaid(folder))
    return made


def sheets(folder: Path) -> dict[str, bytes]:
    """The sheets by name."""
    made: dict[str, list[Line]] = {"mue.edits.csv": [], "add-on.edits.csv": []}
    add_ons = cms.add_on_rows(folder / cms.ADD_ON_TABLE.source)
    for pairs, units in zip(cms.PAIR_TABLES, cms.UNIT_TABLES, strict=True):
        setting = pairs.setting
        rows = cms.pair_rows(folder / pairs.source, setting)
        made[f"ptp-{setting}.edits.csv"] = [*of_pairs(setting, rows), *of_others(setting, rows)]
        mues = cms.unit_rows(folder / units.source, setting)
        made["mue.edits.csv"] += of_units(setting, mues)
        payable = frozenset(code for code, most, *_ in mues if int(most))
        made["add-on.edits.csv"] += of_add_ons(setting, add_ons, rows, payable)
    (units_2026,) = (units for units in later.UNITS if units.program == "medicare")
    made["mue.edits.csv"] += of_later_units(MUE, later.unit_rows(folder, units_2026), READ_AGAIN)
    return {name: _written(lines) for name, lines in made.items()}


def _written(lines: Iterable[Line]) -> bytes:
    return cms.as_csv(COLUMNS, (line.cells for line in sorted(lines)))


def of_pairs(setting: str, rows: Iterable[tuple[str, ...]]) -> Iterator[Line]:
    """Each pair on its first day, with a modifier on column 2 on its last, and beyond both.

    Source: MC-1.1, MC-1.3, MC-1.6.
    """
    for column1, column2, indicator, first, last, row in rows:
        span, plain = Span.of(first, last), f"{column1} {column2}"
        yield Line(PTP, setting, plain, span.first, "denies 2", row)
        answer = "none" if indicator == "1" else "denies 2"
        yield Line(PTP, setting, f"{plain}-{_modifier(column2)}", span.inside[-1], answer, row)
        for day in span.outside:
            yield Line(PTP, setting, plain, day, "not evaluated 1 2", row)


def _modifier(column2: str) -> str:
    """The modifier that bypasses the pair where its indicator allows it."""
    if column2 == CLINIC_VISIT:
        return f"{OF_VISITS}-{DISTINCT}"
    return OF_VISITS if column2 in VISITS else DISTINCT


def of_others(setting: str, rows: Iterable[tuple[str, ...]]) -> Iterator[Line]:
    """Yield each code with one for which CMS has no row: that is known in the quarter."""
    paired = {frozenset(row[:2]) for row in rows}
    beside = {frozenset([code, _unpaired(code, paired)]) for code in cms.CODES}
    for lines in (" ".join(sorted(each)) for each in beside):
        yield Line(PTP, setting, lines, FIRST, "none", "PTP")
        if GROUP in lines:
            yield Line(PTP, setting, lines, LAST, "none", "PTP")
            yield Line(PTP, setting, lines, FIRST - DAY, "not evaluated 1 2", "PTP")
            yield Line(PTP, setting, lines, LAST + DAY, "not evaluated 1 2", "PTP")
    yield Line(PTP, setting, f"{GROUP} {OUTSIDE}", FIRST, "not evaluated 1 2", "PTP")


def _unpaired(code: str, paired: Set[frozenset[str]]) -> str:
    """The first listed code that has no row with the code."""
    return next(other for other in sorted(cms.CODES - {code}) if {code, other} not in paired)


def of_units(setting: str, rows: Iterable[tuple[str, ...]]) -> Iterator[Line]:
    """Each MUE kept, exceeded on one line, and exceeded by two lines; and where none is published.

    Source: MC-1.9, MC-1.10, MC-1.11, MC-1.14, MC-1.15.
    """
    published = set()
    for code, mue, mai, first, last, row in rows:
        published.add(code)
        span, most = Span.of(first, last), int(mue)
        above = _billed(code, most + 1)
        for day in span.inside:
            yield Line(MUE, setting, above, day, "denies 1", row)
        for day in span.outside:
            yield Line(MUE, setting, above, day, "not evaluated 1", row)
        if most:
            kept = _billed(code, most)
            yield Line(MUE, setting, kept, span.first, "none", row)
            answer = "none" if mai == BY_LINE else "denies 1 2"
            yield Line(MUE, setting, f"{kept} {code}", span.first, answer, row)
    for code in sorted(cms.CODES - published):
        yield Line(MUE, setting, code, FIRST, "not evaluated 1", "MUE")


def of_later_units(
    rule: str, rows: Iterable[tuple[str, ...]], held: Set[str] = frozenset()
) -> Iterator[Line]:
    """Yield each MUE of a later release kept and exceeded, on its days and on either side of them.

    The codes in ``held`` have the same units by an earlier row, which has no last day.
    Medicaid's file does not state whether two lines of a day are added: only one line is asked.
    Source: MC-1.9, MC-1.10, MC-1.11, MC-1.14.
    """
    for code, mue, *mai, first, last, row in rows:
        span, most = Span.of(first, last), int(mue)
        above = _billed(code, most + 1)
        for day in span.inside:
            yield Line(rule, cms.PRACTITIONER, above, day, "denies 1", row)
        outside = "denies 1" if code in held else "not evaluated 1"
        for day in span.outside:
            yield Line(rule, cms.PRACTITIONER, above, day, outside, row)
        if most:
            kept = _billed(code, most)
            yield Line(rule, cms.PRACTITIONER, kept, span.first, "none", row)
            if mai:
                answer = "none" if mai[0] == BY_LINE else "denies 1 2"
                yield Line(rule, cms.PRACTITIONER, f"{kept} {code}", span.first, answer, row)


def of_medicaid(folder: Path) -> Iterator[Line]:
    """Return the lines on Medicaid's units."""
    (units,) = (units for units in later.UNITS if units.program == "medicaid")
    return of_later_units(STATE_MUE, later.unit_rows(folder, units))


def _billed(code: str, units: int) -> str:
    return code if units == 1 else f"{code}x{units}"


def of_add_ons(
    setting: str,
    rows: Iterable[tuple[str, ...]],
    pairs: Iterable[tuple[str, ...]],
    payable: Set[str],
) -> Iterator[Line]:
    """Yield each add-on code alone, with each of its primaries, and with another payable code.

    Source: MC-1.16, MC-1.17.
    """
    rows = tuple(rows)
    primaries = {row[0]: row[2].split() for row in rows}
    paired = {frozenset(row[:2]) for row in pairs}
    for code, kind, _, first, last, row in rows:
        span = Span.of(first, last)
        for day in span.inside:
            yield Line(ADD_ON, setting, code, day, "denies 1", row)
        for day in span.outside:
            yield Line(ADD_ON, setting, code, day, "not evaluated 1", row)
        for primary in primaries[code]:
            lines = " ".join([*_carrying(primary, code, primaries), primary, code])
            yield Line(ADD_ON, setting, lines, span.first, "none", row)
        # A code with a pair of its own beside the add-on code could be denied itself.
        none = payable - {*primaries, *primaries[code]}
        other = next(each for each in sorted(none) if {code, each} not in paired)
        answer = "denies 2" if kind == COMPLETE else "not evaluated 2"
        yield Line(ADD_ON, setting, f"{other} {code}", span.first, answer, row)


def _carrying(primary: str, code: str, primaries: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The primary of a primary that is an add-on code too: one that is none of the code itself."""
    if primary in primaries:
        others = [other for other in primaries[primary] if other not in primaries[code]]
        yield (others or primaries[primary])[0]


if __name__ == "__main__":
    sys.exit(main())
