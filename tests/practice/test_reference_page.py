"""The reference of the practice file lists every key, and no other."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import attrs
import pytest

from payer_rules.practice import HouseFacts, PracticePayer, PracticeProvider
from payer_rules.rules import Waiver

PAGE: Final = Path(__file__).resolve().parents[2] / "docs/reference/practice-file.md"


@pytest.mark.parametrize(
    ("heading", "cls"),
    [
        ("[practice]", HouseFacts),
        ('[providers."NPI"]', PracticeProvider),
        ('[payers."ID"]', PracticePayer),
        ("[[waivers]]", Waiver),
    ],
)
def test_every_key_is_on_the_page(heading: str, cls: type) -> None:
    """A chapter has a row for each key of its table."""
    _, _, chapter = PAGE.read_text("utf-8").partition(f"## {heading}\n")
    rows = re.findall(r"^\| `([a-z_]+)` \|", chapter.partition("\n## ")[0], re.MULTILINE)
    assert sorted(rows) == sorted(field.name for field in attrs.fields(cls))
