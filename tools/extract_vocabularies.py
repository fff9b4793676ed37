"""Extract the places of service and the Medicare contractors that the vocabularies hold.

    python tools/extract_vocabularies.py [--check]

PAYER_RULES_CMS names the folder of CMS's tables; ``--check`` compares and changes nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from extracts import CHECKOUT, folder_named, run

FOLDER: Final = CHECKOUT / "core/payer_rules/vocabularies"
#: Where the contractor's name is from memory in the source, texts that name it for a jurisdiction.
CONFIRMED: Final[Mapping[str, str]] = {
    "J5": "Iowa Medical Society, J5 MAC: WPS for Iowa, Kansas, Missouri and Nebraska",
    "JH": "Novitas Solutions, portal MedicareJH",
    "JJ": "Palmetto GBA, JJ Part B pages (jjb)",
    "JL": "CMS, Jurisdiction L Fact Sheet: Novitas Solutions",
}
_FROM_MEMORY: Final = "M"


def made() -> Mapping[Path, bytes]:
    """Return the extracts by the path of their file."""
    source = folder_named(
        "PAYER_RULES_CMS", "cms", "name the folder of CMS's tables in this variable"
    )
    return {
        FOLDER / "places_of_service.csv": _csv(("code", "name"), _places(source)),
        FOLDER / "contractors.csv": _csv(
            ("number", "jurisdiction", "contractor", "source"), _contractors(source)
        ),
    }


def _places(source: Path) -> Iterator[tuple[str, ...]]:
    for row in _rows(source / "pos_codes.csv"):
        yield row["pos"], row["name"]


def _contractors(source: Path) -> Iterator[tuple[str, ...]]:
    """Yield the Part B numbers whose contractor a text names, each once."""
    seen: set[str] = set()
    for row in _rows(source / "mac_contractors.csv"):
        confidence, jurisdiction = row["confidence_of_name"], row["jurisdiction"]
        is_confirmed = not confidence.startswith(_FROM_MEMORY)
        text = confidence.partition(": ")[2] if is_confirmed else CONFIRMED.get(jurisdiction)
        if text is not None and row["contractor_number"] not in seen:
            seen.add(row["contractor_number"])
            yield row["contractor_number"], jurisdiction, row["contractor"], text


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _csv(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


if __name__ == "__main__":
    raise SystemExit(run("extract_vocabularies.py", __doc__, made, None))
