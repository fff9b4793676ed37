"""The page on mutation names exactly what no case detects."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

import pytest

from payer_rules.conformance.mutation_testing import mutate
from payer_rules.registry import load

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "reference" / "mutation.md"

if not PAGE.is_file():
    pytest.skip("there is no checkout around these tests", allow_module_level=True)


def reasons() -> dict[str, str]:
    """Each survivor that the page names, with its reason."""
    rows = re.findall(r"^\| `(.+?)` (.+?) \| (.+?) \| (.+?) \|$", PAGE.read_text("utf-8"), re.M)
    return {f"{rule} with {fact} {change}": why for rule, fact, change, why in rows}


#: How many facts the plain run changes; the deep run changes all of them.
SAMPLE: Final = None if os.environ.get("PAYER_RULES_EXAMPLES") else 600


def test_what_no_case_notices_is_named_with_its_reason() -> None:
    """The survivors are on the page; at least 98 of 100 valid changes are noticed.

    That holds for the facts of rules and for those of edit tables. In the deep run, which changes
    every fact, the page names nothing else.
    """
    result = mutate(load(), sample=SAMPLE)
    survivors = {
        f"{v.rule} with {v.fact} {v.change}" for v in result.verdicts if v.status == "survived"
    }
    assert survivors <= set(reasons())
    assert all(reasons().values())
    for of in ("rule", "edits"):
        counted = result.counted(of=of)
        assert counted["noticed"] >= 0.98 * (counted["noticed"] + counted["survived"]) > 0
    if SAMPLE is None:
        assert survivors == set(reasons())
        rows = result.counted(of="edits")
        counts = f"{rows['noticed']:,} of the {rows['noticed'] + rows['survived']:,} valid changes"
        assert counts in PAGE.read_text("utf-8")
