"""Professions by taxonomy, where CMS's crosswalk and NUCC's names give one profession.

``taxonomies.csv`` is made by ``tools/extract_derived_facts.py``.
"""

from __future__ import annotations

import csv
import functools
from importlib.resources import files


@functools.cache
def _professions() -> dict[str, str]:
    text = (files("payer_rules.derived_facts") / "taxonomies.csv").read_text("utf-8")
    return {row["taxonomy"]: row["profession"] for row in csv.DictReader(text.splitlines())}


def profession_of_taxonomy(taxonomy: str) -> str | None:
    """Return the profession of providers of the taxonomy; ``None`` if it may be several."""
    return _professions().get(taxonomy.upper())
