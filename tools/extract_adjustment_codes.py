#!/usr/bin/env python3
"""Write the small extract of X12's lists of denial codes that travels with the core.

    python tools/extract_adjustment_codes.py            write the extract
    python tools/extract_adjustment_codes.py --check    compare it, change nothing

It reads CARCs and RARCs as of June 2024 from the folder in ``PAYER_RULES_CMS`` (by default
``../shared/cms`` next to the checkout), and keeps the codes that have ended and those that a
profile uses. A profile's code that is not in the lists is left out: they change three times a year.
"""

from __future__ import annotations

import csv
import io
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, TypeAlias

from extracts import CHECKOUT, ExtractError, folder_named, run

EXTRACT: Final = CHECKOUT / "core" / "payer_rules" / "adjustment_codes" / "codes.csv"
PROFILES: Final = (CHECKOUT / "payer_profiles", CHECKOUT / "plugins")
SOURCE: Final = "carc_rarc_codes_2024-06.csv"
COLUMNS: Final = ("kind", "code", "ended")

#: The list, ``carc`` or ``rarc``, and the code.
Code: TypeAlias = tuple[str, str]

# The lists of June 2024 have no end for any RARC. Section 4 of the payers' facts has one, without
# its day: a year alone means that the code ended in the course of it.
ENDED: Final[dict[Code, str]] = {("rarc", "M63"): "2004"}


def main(arguments: list[str] | None = None) -> int:
    """Write or compare the extract; return 0 if done or equal, 1 if different, 2 if impossible."""
    return run(Path(__file__).name, __doc__, lambda: {EXTRACT: extract(cms_folder())}, arguments)


def cms_folder() -> Path:
    """Return the folder with the lists."""
    absent = f"there is no folder with X12's lists. Name one that holds {SOURCE}."
    return folder_named("PAYER_RULES_CMS", "cms", absent)


def extract(cms: Path) -> bytes:
    """Return the content of the extract."""
    ends = ends_of(cms / SOURCE)
    used = {code for path in profiles() for code in codes_in(values_of(path))}
    kept = {code: ended for code, ended in ends.items() if ended or code in used}
    return as_csv((*code, kept[code]) for code in sorted(kept, key=by_number))


def ends_of(path: Path) -> dict[Code, str]:
    """Return the end of each code of the lists, or an empty text for codes that are valid."""
    if not path.is_file():
        raise ExtractError(f"{path.name}: not in the folder of X12's lists. Put it there.")
    with path.open(encoding="utf-8", newline="") as text:
        rows = [row for row in csv.DictReader(text) if row["type"] in ("CARC", "RARC")]
    ends = {(row["type"].lower(), row["code"]): row["end"] for row in rows}
    return {code: ended or ENDED.get(code, "") for code, ended in ends.items()}


def profiles() -> Iterator[Path]:
    """Return the profiles of the checkout, without its other TOML files."""
    for path in (found for root in PROFILES for found in root.rglob("*.toml")):
        if not path.name.endswith((".cases.toml", ".scenario.toml")):
            yield path


def values_of(profile: Path) -> dict[str, object]:
    """Return the values of a profile."""
    try:
        return tomllib.loads(profile.read_text("utf-8"))
    except ValueError as error:
        raise ExtractError(f"{profile.name}: {error}. Mend the profile first.") from error


def codes_in(value: object) -> Iterator[Code]:
    """Yield every CARC and RARC in the values of a profile."""
    if isinstance(value, list):
        for item in value:
            yield from codes_in(item)
    if isinstance(value, dict):
        if "carc" in value:
            yield "carc", value["carc"]
            yield from (("rarc", code) for code in value.get("rarc", ()))
        for item in value.values():
            yield from codes_in(item)


def by_number(code: Code) -> tuple[str, str, int]:
    """Return the sort key of a code: its letters, then its number."""
    kind, name = code
    letters = name.rstrip("0123456789")
    return kind, letters, int(name.removeprefix(letters))


def as_csv(rows: Iterable[tuple[str, ...]]) -> bytes:
    """Return the rows as CSV with a header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return text.getvalue().encode()


if __name__ == "__main__":
    sys.exit(main())
