"""The generators of named sets of claims."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Final

import published_tables
import pytest

from payer_rules.claims import Claim
from payer_rules.readers import FiledClaim
from payer_rules.readers.claim_files import read_claim_file
from payer_rules.readers.formats import ReadOptions

TOOLS: Final = Path(__file__).resolve().parents[2] / "tools"
SCRIPT: Final = TOOLS / "make_claim_sets.py"
NAMES: Final = ("clinic-network", "multi-specialty-group", "all-distinct")
FEW: Final = ("--claims", "400", "--members", "60", "--weeks", "10")

if not SCRIPT.is_file():
    pytest.skip("runs from a checkout, with the scripts", allow_module_level=True)
pytest.importorskip("numpy", reason="numpy is of the extra batch")
pytest.importorskip("pyarrow", reason="pyarrow is of the extra batch")


@pytest.fixture
def tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small pair table in place of CMS's, so that the sets are drawn everywhere."""
    rows = [["column1", "column2", "deletion_date", "modifier_indicator", "rationale_id"]]
    codes = [f"{99202 + at}" for at in range(60)]
    rows += [[one, other, "", "1", "1"] for one, other in combinations(codes, 2)]
    rows += [["00001", "00002", "20200101", "1", "1"]]
    with gzip.open(tmp_path / published_tables.PAIRS["practitioner"], "wt", newline="") as file:
        csv.writer(file).writerows(rows)
    monkeypatch.syspath_prepend(TOOLS)
    import claim_sets

    monkeypatch.setattr(claim_sets, "PAIRS", tmp_path / published_tables.PAIRS["practitioner"])
    return tmp_path


def written(file: Path, name: str, *options: str) -> bytes:
    """Return the file that the script writes."""
    from make_claim_sets import main

    main([name, str(file), *FEW, *options])
    return file.read_bytes()


def claims(file: Path) -> Iterator[Claim]:
    """The claims of a file, without what names the file."""
    for item in read_claim_file(file, ReadOptions(setting="practitioner")):
        assert isinstance(item, FiledClaim)
        yield item.claim


@pytest.mark.parametrize("name", NAMES)
def test_the_same_options_write_the_same_bytes(name: str, tables: Path) -> None:
    """A set depends on its options and on nothing else."""
    first = written(tables / "a.parquet", name)
    assert written(tables / "b.parquet", name) == first
    assert written(tables / "c.parquet", name, "--seed", "26") != first


@pytest.mark.parametrize("name", NAMES)
def test_both_forms_say_the_same(name: str, tables: Path) -> None:
    """The 837P and the table are read as the same claims, but for what only one can say."""
    written(tables / "claims.837", name)
    written(tables / "claims.parquet", name)
    of_form, of_table = list(claims(tables / "claims.837")), list(claims(tables / "claims.parquet"))
    assert len(of_form) == len(of_table) == 400
    for one, other in zip(of_form, of_table, strict=True):
        assert said(one) == said(other)


def said(claim: Claim) -> list[object]:
    """What both forms say of a claim."""
    lines = [
        (line.number, line.code, line.modifiers, line.units, line.date_from, line.charge)
        for line in claim.lines
    ]
    rendering = [claim.rendering_provider(line) for line in claim.lines]
    who = [(each.npi, each.taxonomy) for each in rendering]
    places = [line.place_of_service for line in claim.lines]
    billing = claim.billing_provider.npi
    diagnoses = [code.replace(".", "") for code in claim.diagnoses or ()]
    born = (claim.member.id, claim.member.birth_date, claim.member.sex)
    return [claim.id, born, billing, who, places, lines, diagnoses]


def test_claims_of_the_third_set_have_first_lines_of_their_own(tables: Path) -> None:
    """No two claims begin with the same two codes."""
    written(tables / "claims.parquet", "all-distinct")
    pairs = [
        tuple(line.code for line in each.lines[:2]) for each in claims(tables / "claims.parquet")
    ]
    assert len({*pairs}) == len(pairs)


def test_a_network_bills_evaluations_first_and_groups_on_their_day(tables: Path) -> None:
    """Each group of a clinician meets on one weekday; the usual services are all there."""
    written(tables / "claims.parquet", "clinic-network")
    listed = list(claims(tables / "claims.parquet"))
    codes = {line.code for each in listed for line in each.lines}
    assert codes >= {"90791", "90834", "90837", "90853", "99213", "90833", "90785"}
    modifiers = {modifier for each in listed for line in each.lines for modifier in line.modifiers}
    assert modifiers >= {"95", "59"}
    taxonomies = {each.rendering_provider(line).taxonomy for each in listed for line in each.lines}
    assert len(taxonomies) == 5
    weekdays = {line.date_from.weekday() for each in listed for line in each.lines}
    assert weekdays == {0, 1, 2, 3, 4}
