"""Medicare Administrative Contractors, by name, jurisdiction and Part B contractor number.

``contractors.csv`` is made by ``tools/extract_vocabularies.py`` from CMS's locality table. It
holds the jurisdictions and numbers whose contractor a text names.
"""

from __future__ import annotations

import csv
from importlib.resources import files
from typing import Final

from payer_rules.vocabularies.vocabulary import Term, Vocabulary

_NAMES: Final = {
    "cgs": ("CGS Administrators", "CGS Administrators LLC"),
    "first-coast": ("First Coast Service Options", "FCSO", "First Coast Service Options Inc"),
    "ngs": ("National Government Services", "National Government Services Inc"),
    "noridian": ("Noridian Healthcare Solutions", "Noridian Healthcare Solutions LLC"),
    "novitas": ("Novitas Solutions", "Novitas Solutions Inc"),
    "palmetto": ("Palmetto GBA", "Palmetto GBA LLC"),
    "wps": (
        "WPS Insurance Corporation",
        "WPS GHA",
        "WPS Government Health Administrators",
        "Wisconsin Physicians Service",
        "Wisconsin Physicians Service Insurance Corporation",
    ),
}


def _terms() -> tuple[Term, ...]:
    text = (files("payer_rules.vocabularies") / "contractors.csv").read_text("utf-8")
    aliases = {word: list(names) for word, names in _NAMES.items()}
    for row in csv.DictReader(text.splitlines()):
        aliases[row["contractor"]] += [row["jurisdiction"], row["number"]]
    return tuple(
        Term(word, aliases[word][0], tuple(dict.fromkeys(aliases[word])))
        for word in sorted(aliases)
    )


CONTRACTORS: Final = Vocabulary("a Medicare contractor (MAC)", _terms())
