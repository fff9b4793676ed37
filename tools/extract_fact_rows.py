#!/usr/bin/env python3
"""Write the list of the rows of the facts: their ids and how far each can be trusted, no prose.

    python tools/extract_fact_rows.py            write the list
    python tools/extract_fact_rows.py --check    compare it, change nothing

It reads the tables of the Markdown files in the folder in ``PAYER_RULES_FACTS`` (by default
``../shared/facts`` next to the checkout) and of those in ``docs/facts``, with the rows that were
read later. The page ``docs/reference/facts.md`` and its test use the list, so that both work
without the facts.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from extracts import CHECKOUT, ExtractError, folder_named, run
from payer_rules.reports.sources import in_order

LIST: Final = CHECKOUT / "docs" / "reference" / "fact-rows.csv"
LATER: Final = CHECKOUT / "docs" / "facts"
COLUMNS: Final = ("row", "confidence")

#: ``TRI-1`` and ``MC-1.10``: the rows that carry their id.
ROW: Final = re.compile(r"[A-Z]+-[0-9]+(?:\.[0-9]+)?").fullmatch
#: The first head of a table of rows, and of one of documents.
HEADS: Final = ("ID", "tag")
SECTION: Final = re.compile(r"^## (\d+)\. ", re.MULTILINE)
CODE: Final = re.compile(r"[0-9A-Z]{5}(?![0-9A-Z])")
CONFIDENCE: Final = re.compile(r"S-old|S-prop|not verified|\bS\b|\bM\b|\b2\b")
#: The file whose data tables have rows without an id, which are cited by section and codes.
MEDICARE: Final = "medicare.md"
PAIRS, MATRIX, UNITS, ADD_ONS = 3, 4, 5, 6
#: What section 4 calls E/M.
VISITS: Final = "99202 99203 99204 99205 99211 99212 99213 99214 99215"
#: The confidence of tables without a column for it, by their headings.
BY_HEADING: Final = "S"


def main(arguments: list[str] | None = None) -> int:
    """Write or compare the list; return 0 if done or equal, 1 if different, 2 if impossible."""
    return run(
        Path(__file__).name, __doc__, lambda: {LIST: extract(facts_folder(), LATER)}, arguments
    )


def facts_folder() -> Path:
    """Return the folder with the facts."""
    absent = "there is no folder with the facts. Name it there."
    return folder_named("PAYER_RULES_FACTS", "facts", absent)


def extract(folder: Path, *later: Path) -> bytes:
    """Return the content of the list; of rows with one id the first counts."""
    found: dict[str, str] = {}
    for path in (path for place in (folder, *later) for path in sorted(place.glob("*.md"))):
        text = path.read_text(encoding="utf-8")
        rows = [*rows_with_ids(text), *(data_rows(text) if path.name == MEDICARE else ())]
        for row, confidence in rows:
            found.setdefault(row, confidence)
    if not found:
        raise ExtractError(f"{folder.name}: no row of a table has an id. Name the right folder.")
    text_out = io.StringIO()
    writer = csv.writer(text_out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((row, found[row]) for row in sorted(found, key=in_order))
    return text_out.getvalue().encode()


def rows_with_ids(text: str) -> Iterator[tuple[str, str]]:
    """Yield the rows that start with an id, each with the keys of its last cell."""
    is_of_rows = has_column = False
    for cells in lines_of(text):
        if cells[0] in HEADS:
            is_of_rows = cells[0] == "ID"
            has_column = cells[-1].lower().startswith("conf")
        elif is_of_rows and ROW(cells[0]):
            keys = CONFIDENCE.findall(re.sub(r"\(.*?\)", "", cells[-1])) if has_column else []
            yield cells[0], " ".join(dict.fromkeys(keys)) or BY_HEADING


def data_rows(text: str) -> Iterator[tuple[str, str]]:
    """Yield the rows of the data tables, each by its section and codes."""
    parts = SECTION.split(text)
    sections = dict(zip(map(int, parts[1::2]), parts[2::2], strict=True))
    of_row = {PAIRS: of_pair, MATRIX: of_matrix, UNITS: of_code, ADD_ONS: of_add_on}
    for number, ids in of_row.items():
        for cells in lines_of(sections.get(number, "")):
            yield from ((f"MC-{number}:{codes}", BY_HEADING) for codes in ids(cells))


def of_pair(cells: list[str]) -> Iterator[str]:
    """Yield a pair, or the pairs of one code with several."""
    for first in CODE.findall(cells[0]):
        yield from (f"{first}/{second}" for second in CODE.findall(cells[1]))


def of_matrix(cells: list[str]) -> Iterator[str]:
    """Yield the pairs of one code with all codes that its row lists."""
    seconds = CODE.findall(cells[3].replace("E/M", VISITS))
    yield from (f"{cells[1]}/{second}" for second in seconds)


def of_code(cells: list[str]) -> Iterator[str]:
    """Yield the code of the row."""
    yield from CODE.findall(cells[0])[:1]


def of_add_on(cells: list[str]) -> Iterator[str]:
    """Yield the add-on code, or all codes to which the row applies."""
    if codes := CODE.findall(cells[0]):
        yield "/".join(codes)


def lines_of(text: str) -> Iterator[list[str]]:
    """Yield the cells of every line of a table, without the rules under the heads."""
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and not set(line) <= set("|- "):
            yield cells


if __name__ == "__main__":
    sys.exit(main())
