"""The page of gaps: what payers' texts say and no profile can say yet, by the missing concept."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from payer_rules.profiles import LeftOut
from payer_rules.reports.decisions import count_of

NOT_SAID: Final = (
    Path(__file__).resolve().parent.parent / "docs" / "examples" / "gallery" / "not-said.csv"
)
ABOUT: Final = """\
{rows} of the facts and {sentences} of the [gallery](gallery.md) that were read and that no profile
can say, by the concept that is missing. A row is here if it names its `concept` in `left-out.toml`.
The other {others} that are left out are out of scope, or say nothing of a claim:
[facts](facts.md)."""


def gaps(left_out: Iterable[LeftOut]) -> Iterator[str]:
    """Yield the parts of the page."""
    rows = [*left_out]
    missing = [row for row in rows if row.concept]
    with NOT_SAID.open(encoding="utf-8", newline="") as text:
        sentences = [*csv.DictReader(text)]
    yield "# Gaps"
    yield ABOUT.format(
        rows=count_of(len(missing), "row"),
        sentences=count_of(len(sentences), "sentence"),
        others=count_of(len(rows) - len(missing), "row"),
    )
    concepts = {row.concept for row in missing} | {each["concept"] for each in sentences}
    for concept in sorted(concepts, key=str.lower):
        yield f"## {concept[0].upper()}{concept[1:]}"
        lines = [
            f"- `{row.payer}`, {row.row}: {row.why}" for row in missing if row.concept == concept
        ]
        lines += [
            f"- [{each['payer']}]({each['url']}): {each['sentence']} It would take {each['takes']}."
            for each in sentences
            if each["concept"] == concept
        ]
        yield "\n".join(lines)
