"""The generator of a realistic 837P, and the measure of its answers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from payer_rules.readers import FiledClaim
from payer_rules.readers.claim_files import read_claim_file
from payer_rules.readers.formats import ReadOptions
from payer_rules.readers.history_files import read_history_file

TOOLS: Final = Path(__file__).resolve().parents[2] / "tools"
SAMPLES: Final = TOOLS / "make_sample_claims.py"

if not SAMPLES.is_file():
    pytest.skip("runs from a checkout, with the scripts", allow_module_level=True)


def written(folder: Path, *options: str) -> dict[str, bytes]:
    """Return the files that the script writes."""
    subprocess.run([sys.executable, SAMPLES, folder, *options], check=True)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_same_options_write_the_same_files(tmp_path: Path) -> None:
    """The files depend on the month, the number of claims and the seed, and on nothing else."""
    first = written(tmp_path / "a")
    assert list(first) == ["claims.837", "history.835", "practice.toml"]
    assert written(tmp_path / "b") == first
    assert written(tmp_path / "c", "--month", "2026-11") != first
    assert written(tmp_path / "d", "--seed", "838") != first


@pytest.mark.parametrize("month", ["2024-08", "2026-11"])
def test_the_837p_is_valid_and_has_what_a_clinic_bills(month: str, tmp_path: Path) -> None:
    """Every claim is read and valid by the guide; services, telehealth and members are mixed."""
    written(tmp_path, "--month", month)
    filed = list(read_claim_file(tmp_path / "claims.837", ReadOptions(validate=True)))
    claims = [item.claim for item in filed if isinstance(item, FiledClaim)]
    assert (len(filed), len(claims)) == (200, 200)
    lines = [line for claim in claims for line in claim.lines]
    assert {line.code for line in lines} >= {"90834", "90853", "90791", "90833", "90785", "90847"}
    assert {line.place_of_service for line in lines} == {"11", "10", "02"}
    assert {line.date_from.strftime("%Y-%m") for line in lines} == {month}
    assert all(claim.rendering_provider(line).taxonomy for claim in claims for line in claim.lines)
    members = [claim.member.id for claim in claims]
    assert len(set(members)) < len(members)


def test_the_835_is_the_history_of_the_same_members(tmp_path: Path) -> None:
    """Every payment is read as a paid line from before the month."""
    written(tmp_path)
    history, problems = read_history_file(tmp_path / "history.835", ReadOptions())
    assert not problems
    assert history is not None
    lines = history.lines
    assert {line.status for line in lines} == {"paid"}
    assert max(str(line.date_from) for line in lines) < "2024-08"
    claims = read_claim_file(tmp_path / "claims.837", ReadOptions())
    members = {item.claim.member.id for item in claims if isinstance(item, FiledClaim)}
    assert {line.member for line in lines} <= members


LINE: Final = {"line": 1, "outcome": "unknown", "complete": False, "judged_by": []}


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (LINE, "unknown"),
        (LINE | {"outcome": "deny"}, "proved"),
        (LINE | {"expected": "unread", "basis": "none"}, "unread"),
        (LINE | {"expected": "review", "basis": "baseline"}, "baseline"),
        (LINE | {"expected": "pay", "basis": "partial"}, "partial"),
    ],
)
def test_a_line_is_counted_by_its_expected_outcome(
    line: dict[str, Any], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line is known by proof or presumption; an older document has the proved outcome alone."""
    monkeypatch.syspath_prepend(TOOLS)
    from measure_answers import Measures

    measures = Measures("acme")
    measures.add(json.loads(json.dumps({"lines": [{"topics": {"place": "unread"}} | line]})))
    assert measures.lines == {name: 1}
    assert measures.known == float(name in {"proved", "presumed", "partial"})
    assert measures.topics == ({"place": 1} if name == "partial" else {})
