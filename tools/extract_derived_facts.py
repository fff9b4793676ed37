"""Extract the tables by which facts are derived from what a claim form states.

    python tools/extract_derived_facts.py [--check]

- ``zip_codes.csv``: state, Part B contractor number and pricing locality by ZIP code, from CMS's
  file of ZIP codes. ZIP codes that CMS divides by their last four digits are left out.
- ``taxonomies.csv``: profession by taxonomy, from CMS's crosswalk to Medicare specialties and from
  NUCC's names. Taxonomies for which the two disagree are left out.

PAYER_RULES_CMS names the folder of CMS's tables; ``--check`` compares and changes nothing.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from extracts import CHECKOUT, folder_named, run
from payer_rules.vocabularies import PROFESSIONS

FOLDER: Final = CHECKOUT / "core/payer_rules/derived_facts"
#: Kansas and Missouri in halves, as CMS writes them.
_STATES: Final = {"EK": "KS", "WK": "KS", "EM": "MO", "WM": "MO"}
_ZIPS_OF_A_ROW: Final = 400
#: By Medicare specialty; those of physicians are decided by NUCC's names.
_PROFESSIONS: Final = {
    "42": "nurse-midwife",
    "50": "nurse-practitioner",
    "62": "psychologist",
    "68": "psychologist",
    "80": "lcsw",
    "89": "clinical-nurse-specialist",
    "97": "physician-assistant",
    "E1": "lmft",
    "E2": "mental-health-counselor",
}
_PSYCHIATRY: Final = frozenset(["26", "86"])
_ADDICTION_MEDICINE: Final = "79"
#: Counselors of both licenses are enrolled as specialty E2.
_SAME: Final = {"lpc": "mental-health-counselor", "pmhnp": "nurse-practitioner"}
_PHYSICIANS: Final = "Allopathic & Osteopathic Physicians"
_CREATIVE: Final = frozenset(["Drama Therapist", "Poetry Therapist"])


def made() -> Mapping[Path, bytes]:
    """Return the extracts by the path of their file."""
    source = folder_named(
        "PAYER_RULES_CMS", "cms", "name the folder of CMS's tables in this variable"
    )
    return {
        FOLDER / "zip_codes.csv": _csv(
            ("state", "contractor_number", "locality", "zips"), _zips(source)
        ),
        FOLDER / "taxonomies.csv": _csv(("taxonomy", "profession"), _taxonomies(source)),
    }


def _zips(source: Path) -> Iterator[tuple[str, ...]]:
    """Yield the places with the ranges of their ZIP codes, such as ``60601-08``."""
    places: dict[tuple[str, str, str], list[int]] = {}
    with gzip.open(source / "zip5_locality_2025-10.txt.gz", "rt", encoding="ascii") as file:
        for row in file:
            state, zip_code, carrier = row[:2], row[2:7], row[7:12]
            if row[20] == "0":
                place = (_STATES.get(state, state), carrier, row[12:14])
                places.setdefault(place, []).append(int(zip_code))
    for place in sorted(places):
        ranges = [*_ranges(sorted(places[place]))]
        for at in range(0, len(ranges), _ZIPS_OF_A_ROW):
            yield *place, " ".join(ranges[at : at + _ZIPS_OF_A_ROW])


def _ranges(numbers: list[int]) -> Iterator[str]:
    """Yield the ranges of consecutive numbers; the last number by its last digits alone."""
    first = last = numbers[0]
    for number in [*numbers[1:], -1]:
        if number == last + 1:
            last = number
            continue
        yield f"{first:05}" if first == last else f"{first:05}-{_ending(first, last)}"
        first = last = number


def _ending(first: int, last: int) -> str:
    low, high = f"{first:05}", f"{last:05}"
    return next(high[at:] for at in range(5) if low[at] != high[at])


def _taxonomies(source: Path) -> Iterator[tuple[str, str]]:
    """Yield the taxonomies for which the crosswalk and NUCC's names give one profession."""
    named: dict[str, set[str]] = {}
    names: dict[str, str] = {}
    for row in _rows(source / "nucc_taxonomy_behavioral_v25.1.csv"):
        names[row["code"]] = row["grouping"]
        named.setdefault(row["code"], set()).update(_by_name(row))
    for row in _rows(source / "taxonomy_to_medicare_specialty_bh_2025-01.csv"):
        found = named.setdefault(row["taxonomy"], set())
        found.update(_by_specialty(row["specialty"], row["taxonomy_name"]))
    for taxonomy in sorted(named):
        professions = named[taxonomy]
        broader = {_SAME[word] for word in professions if word in _SAME}
        if len(professions - broader) == 1:
            yield taxonomy, next(iter(professions - broader))


def _by_name(row: dict[str, str]) -> Iterator[str]:
    """Yield the profession that NUCC's name is, or is an alias of."""
    kind, part = row["classification"], row["specialization"].replace("(", "").replace(")", "")
    if row["grouping"] == _PHYSICIANS:
        if "Psychiatry" in part:
            yield "psychiatrist"
    elif kind in _CREATIVE:
        yield "creative-arts-therapist"
    elif kind in ("Registered Nurse", "Occupational Therapist", "Clinical Nurse Specialist"):
        yield PROFESSIONS.canonical(kind) or ""
    else:
        word = PROFESSIONS.canonical(f"{kind}, {part}" if part else kind)
        if word is None and kind in ("Psychologist", "Clinical Neuropsychologist"):
            word = PROFESSIONS.canonical(kind)
        if word is not None:
            yield word


def _by_specialty(specialty: str, name: str) -> Iterator[str]:
    """Yield the profession of those who are enrolled with the specialty.

    Neuropsychiatry holds neurologists, and geriatric psychiatry a taxonomy of family medicine, so
    the name decides. Addiction medicine is one of several kinds of physicians.
    """
    if specialty in _PROFESSIONS:
        yield _PROFESSIONS[specialty]
    elif specialty in _PSYCHIATRY and "Psychiatry" in name.rpartition("Neurology")[2]:
        yield "psychiatrist"
    elif specialty == _ADDICTION_MEDICINE and "Psychiatry" not in name:
        yield "physician"


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
    raise SystemExit(run("extract_derived_facts.py", __doc__, made, None))
