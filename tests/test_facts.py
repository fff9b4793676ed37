"""Every row of the facts is accounted for: a rule cites it, or a reason explains why none does."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Final

import pytest

from payer_rules.registry import Registry, load
from payer_rules.reports.sources import SourceRow, source_rows

CHECKOUT: Final = Path(__file__).resolve().parent.parent
SCRIPT: Final = CHECKOUT / "tools" / "extract_fact_rows.py"
LIST: Final = CHECKOUT / "docs" / "reference" / "fact-rows.csv"
FACTS: Final = Path(os.environ.get("PAYER_RULES_FACTS") or CHECKOUT.parent / "shared" / "facts")

if not LIST.is_file():
    pytest.skip("there is no checkout around these tests", allow_module_level=True)

#: CMS's tables, which an edit cites where the facts do not list its row.
is_document: Final = re.compile(r"(PTP|MUE|MUE-MCD|AOC)(:[0-9A-Z/]+)?").fullmatch
#: The text that a row's key names, and the confidence that a citation of it states.
TRUSTED: Final = {"S": "primary", "S-old": "archived", "S-prop": "proposed", "2": "secondary"}

#: The confidences from the surest to the weakest.
WEAKER: Final = ("primary", "archived", "proposed", "secondary")


def listed() -> dict[str, str]:
    """Every row of the facts, with how far it can be trusted."""
    with LIST.open(encoding="utf-8", newline="") as text:
        return {row["row"]: row["confidence"] for row in csv.DictReader(text)}


def keys_of(row: str) -> set[str]:
    """Return the keys of the row that name the kind of text."""
    return set(listed()[row].split()) & set(TRUSTED)


def accounts(registry: Registry, *payers: str) -> dict[str, SourceRow]:
    """The account of every row that is cited or left out, or of those of the payers named."""
    collected = {payer: registry.collect(payer) for payer in payers or registry.payers}
    return {account.row: account for account in source_rows(registry, collected)}


def unaccounted(registry: Registry) -> set[str]:
    """Return the rows without a rule and without a reason."""
    return set(listed()) - set(accounts(registry))


def test_no_row_of_the_facts_is_unaccounted() -> None:
    """Each row is cited by a rule or an edit, or left out with its reason."""
    assert unaccounted(load()) == set()


def test_no_row_is_cited_or_left_out_that_does_not_exist() -> None:
    """Cited rows are in the facts or in CMS's tables; rows that are left out are in the facts."""
    result = accounts(load())
    strangers = {row for row in result if row not in listed() and not is_document(row)}
    assert strangers == set()
    assert [row for row, account in result.items() if is_document(row) and account.left_out] == []


def test_a_row_that_a_profile_no_longer_cites_is_missed(tmp_path: Path) -> None:
    """Without what cites them, rows are unaccounted, and the other rows are not."""
    folder = Path(str(files("payer_rules_profiles")))
    for path in folder.glob("*.toml"):
        shutil.copy(path, tmp_path)
    profile = tmp_path / "il-medicaid.toml"
    text = profile.read_text(encoding="utf-8")
    profile.write_text(text[: text.index("[[frequency_limit]]")], encoding="utf-8")
    registry = load(without=["profiles"], profiles=[tmp_path])
    assert registry.problems == ()
    assert unaccounted(registry) == {"IL-1", "IL-2", "IL-11", "IL-12"}


def test_what_is_left_out_is_left_out_of_the_rules() -> None:
    """No rule of a payer cites a row that is left out of it; what is the rest of a row, one does."""
    registry = load()
    cited = {
        (payer, row)
        for payer in registry.payers
        for row, account in accounts(registry, payer).items()
        if account.rules
    }
    wrong = [
        item for item in registry.left_out if item.is_rest != ((item.payer, item.row) in cited)
    ]
    assert wrong == []


def test_no_rule_rests_on_memory() -> None:
    """A row of which no text was read is cited by no rule."""
    result = accounts(load())
    unread = {row for row, key in listed().items() if not set(key.split()) & set(TRUSTED)}
    assert {"IL-4", "NC-2", "MC-9.5"} <= unread
    assert {row: result[row].rules for row in unread if result[row].rules} == {}


def test_a_citation_is_no_surer_than_its_row() -> None:
    """The confidence of a citation is one that the row has, or a weaker one."""
    registry = load()
    surer = [
        (rule.id, citation.row, citation.confidence)
        for payer in registry.payers
        for rule in registry.collect(payer).rules
        for citation in rule.citations
        if WEAKER.index(citation.confidence)
        < min(WEAKER.index(TRUSTED[key]) for key in keys_of(citation.row))
    ]
    assert surer == []


@pytest.mark.skipif(not FACTS.is_dir(), reason="PAYER_RULES_FACTS names no folder with the facts")
def test_the_list_of_rows_is_a_fresh_one() -> None:
    """What is checked in equals, byte for byte, what the script makes of the facts."""
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--check"],
        env={**os.environ, "PAYER_RULES_FACTS": str(FACTS)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
