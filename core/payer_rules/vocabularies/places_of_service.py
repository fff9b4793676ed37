"""Places of service: CMS's two-digit codes.

``places_of_service.csv`` is made by ``tools/extract_vocabularies.py`` from CMS's list.
"""

from __future__ import annotations

import csv
from importlib.resources import files
from typing import Final

from payer_rules.vocabularies.vocabulary import Term, Vocabulary


def _terms() -> tuple[Term, ...]:
    text = (files("payer_rules.vocabularies") / "places_of_service.csv").read_text("utf-8")
    return tuple(
        Term(row["code"], row["name"], (row["name"],)) for row in csv.DictReader(text.splitlines())
    )


PLACES_OF_SERVICE: Final = Vocabulary("a place of service", _terms(), is_code=True)
