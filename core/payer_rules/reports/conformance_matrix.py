"""The matrix of payers and scenarios: both answers of each cell, in the width of the page.

A few payers are columns, with a row for each scenario. Many payers are rows: each is followed by
its scenarios. Without ``show_all`` only cells that are confirmed or differ are printed.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, zip_longest
from typing import Final, TypeAlias

from payer_rules.conformance import (
    ConformanceResult,
    ScenarioResult,
    TrialResult,
    TrialStatus,
)
from payer_rules.reports.decisions import count_of
from payer_rules.reports.text_layout import PageLayout, Style
from payer_rules.text.escaping import visible

#: The sign, the words and the style of each status.
MARKS: Final[dict[TrialStatus, tuple[str, str, Style | None]]] = {
    "errored": ("!", "no answer", "red"),
    "disagrees": ("✗", "differs", "red"),
    "todo": ("~", "known to differ", "yellow"),
    "agrees": ("✓", "confirmed", "green"),
    "unreviewed": ("·", "confirmed by nobody", None),
    "not evaluated": ("?", "facts are missing", "dim"),
    "not applicable": ("-", "no rule speaks of the codes", "dim"),
}
#: The beginning of a text with a sign.
_SIGNED: Final = frozenset(f"{sign} " for sign, _, _ in MARKS.values())
#: The statuses of a cell for which an answer is expected, or which has none.
_SHOWN: Final[frozenset[TrialStatus]] = frozenset({"errored", "disagrees", "agrees"})
#: Least widths of the column of scenarios and of each payer, and the space between columns.
_SCENARIO: Final = 30
_PAYER: Final = 22
_GAP: Final = 2
#: The texts of a cell, each on a line of its own, and their style.
_Cell: TypeAlias = tuple[Sequence[str], Style | None]


def matrix_lines(
    result: ConformanceResult, layout: PageLayout, *, show_all: bool = False
) -> Iterator[str]:
    """Yield the matrix, the meaning of its signs, and how many cells are left out."""
    rows = [
        (row, {payer: cell for payer, cell in row.cells.items() if show_all or _is_shown(cell)})
        for row in result.scenarios
        if applies(row)
    ]
    shown = [(row, cells) for row, cells in rows if cells]
    if shown:
        room = layout.width - _SCENARIO
        has_columns = len(result.payers) * (_PAYER + _GAP) <= room
        make = _by_scenario if has_columns else _by_payer
        yield from make(result.payers, shown, layout)
        yield from ("", _legend(cell for _, cells in shown for cell in cells.values()))
    left_out = sum(len(row.cells) for row, _ in rows) - sum(len(cells) for _, cells in shown)
    if left_out:
        verb, them = ("is", "it") if left_out == 1 else ("are", "them")
        answers_left = f"{count_of(left_out, 'answer')} that nobody has confirmed"
        yield f"{answers_left} {verb} left out: --all prints {them}."
    if shown or left_out:
        yield ""


def lines_by_answer(result: ConformanceResult, layout: PageLayout) -> Iterator[str]:
    """Yield each scenario with its confirmed answers, and the payers that give each answer."""
    for row in result.scenarios:
        payers: dict[str, list[str]] = {}
        for payer, cell in row.cells.items():
            if cell.status == "agrees":
                payers.setdefault(_one_answer(cell), []).append(payer)
        yield layout.styled(_title(row), "bold")
        for answer, names in sorted(payers.items(), key=lambda each: -len(each[1])):
            text = f"{answer}: {', '.join(map(visible, names))}"
            wrapped = layout.wrapped(text, hanging=2 * _GAP)
            yield from (f"{' ' * _GAP}{line}" for line in wrapped)
        yield ""


def _one_answer(cell: TrialResult) -> str:
    """Return the expected outcomes of the lines, after the proved ones where these differ."""
    proved, expected = answers(cell)
    return expected if proved == expected else f"proved {proved}; expected {expected}"


def applies(row: ScenarioResult) -> bool:
    """Return True if a rule of any payer in the matrix speaks of a code of the scenario."""
    return any(cell.status != "not applicable" for cell in row.cells.values())


def _is_shown(cell: TrialResult) -> bool:
    return cell.status in _SHOWN


def _legend(cells: Iterable[TrialResult]) -> str:
    statuses = {cell.status for cell in cells}
    return "   ".join(f"{MARKS[s][0]} {MARKS[s][1]}" for s in MARKS if s in statuses)


_Rows: TypeAlias = Sequence[tuple[ScenarioResult, dict[str, TrialResult]]]


def _by_scenario(payers: Sequence[str], rows: _Rows, layout: PageLayout) -> Iterator[str]:
    """Yield a row for each scenario, with a column for each payer."""
    room = layout.width - _SCENARIO - _GAP * len(payers)
    column = min(room // len(payers), 2 * _PAYER)
    widths = [layout.width - (column + _GAP) * len(payers), *[column] * len(payers)]
    yield from _row([(["scenario"], "bold"), *(([p], "bold") for p in payers)], widths, layout)
    for row, cells in rows:
        columns = [_answer_cell(cells[p]) if p in cells else ([], None) for p in payers]
        yield from _row([([_title(row)], None), *columns], widths, layout)


def _answer_cell(cell: TrialResult) -> _Cell:
    """Return the sign with the proved outcomes, and below it the expected ones if they differ."""
    sign, words, style = MARKS[cell.status]
    if cell.decision is None:
        return [f"{sign} {words}"], style
    proved, expected = answers(cell)
    return [f"{sign} {proved}", *([f"  {expected}"] if expected != proved else [])], style


def _by_payer(payers: Sequence[str], rows: _Rows, layout: PageLayout) -> Iterator[str]:
    """Yield for each payer its scenarios, each with the proved and the expected outcomes."""
    proved, expected = layout.width // 6, layout.width // 4
    scenario = layout.width - proved - expected - 3 - 2 * _GAP
    widths = [3 - _GAP, scenario, proved, expected]
    head = ([""], ["payer and scenario"], ["proved"], ["expected"])
    yield from _row([(cell, "bold") for cell in head], widths, layout)
    for payer in payers:
        cells = [(row, row_cells[payer]) for row, row_cells in rows if payer in row_cells]
        if cells:
            yield ""
            yield layout.styled(visible(payer), "bold")
        for row, cell in cells:
            sign, words, style = MARKS[cell.status]
            both = answers(cell) if cell.decision else (words, "")
            columns = [([sign], style), ([_title(row)], None), *(([text], None) for text in both)]
            yield from _row(columns, widths, layout)


def _title(row: ScenarioResult) -> str:
    return row.name + (f" (assuming {', '.join(row.assume)})" if row.assume else "")


def answers(cell: TrialResult) -> tuple[str, str]:
    """Return the proved and the expected outcomes of the lines, with the basis of the latter."""
    lines = cell.decision.lines if cell.decision else ()
    expected = (
        line.expected if line.basis == "proved" else f"{line.expected} ({line.basis})"
        for line in lines
    )
    return _runs(line.outcome for line in lines), _runs(expected)


def _runs(words: Iterable[str]) -> str:
    """Return the words with commas; equal ones that follow each other are counted."""
    runs = ((word, len(tuple(same))) for word, same in groupby(words))
    return ", ".join(f"{count} × {word}" if count > 1 else word for word, count in runs)


def _row(cells: Iterable[_Cell], widths: Sequence[int], layout: PageLayout) -> Iterator[str]:
    """Yield the lines of one row; texts are wrapped in their column and padded to its width."""
    columns = []
    for (texts, style), width in zip(cells, widths, strict=True):
        lines = [line for text in texts for line in _wrapped(text, width)]
        columns.append([layout.styled(f"{line:<{width}}", style) for line in lines])
    empty = [" " * width for width in widths]
    for line in zip_longest(*columns):
        parts = (part or blank for part, blank in zip(line, empty, strict=True))
        yield (" " * _GAP).join(parts).rstrip()


def _wrapped(text: str, width: int) -> list[str]:
    has_sign = text[:2] in _SIGNED
    hanging = "  " if has_sign or text.startswith("  ") else ""
    return textwrap.wrap(
        visible(text), width, subsequent_indent=hanging, break_on_hyphens=False
    ) or [""]
