"""The proved and the expected answer on a realistic 837P, by several payers and with a history."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeAlias

import pytest

from payer_rules import Decision, History, load
from payer_rules.derived_facts import derive, derive_for_payer
from payer_rules.readers import FiledClaim
from payer_rules.readers.claim_files import read_claim_file
from payer_rules.readers.formats import ReadOptions
from payer_rules.readers.history_files import read_history_file
from payer_rules.rules import ASSUMABLE, SEVERITY, Assumable

TOOLS: Final = Path(__file__).resolve().parents[2] / "tools"
PAYERS: Final = (
    *("medicare", "il-medicaid", "aetna", "cigna"),
    *("tricare", "bcbs-il", "ca-medicaid", "tx-medicaid"),
)
MILD: Final = SEVERITY["inform"]
#: The share of lines with an expected outcome that does not rest on the baseline alone.
KNOWN: Final = 0.25
#: The claims, with what is derived of them for all payers, and what was paid before.
Sample: TypeAlias = tuple[list[FiledClaim], History]

if not TOOLS.is_dir():
    pytest.skip("runs from a checkout, with the scripts", allow_module_level=True)


@pytest.fixture(scope="module", params=["2024-08", "2026-11"])
def sample(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """Return the claims of a month, with what is derived of them, and the history."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(TOOLS)
        from make_sample_claims import files, month
    folder = tmp_path_factory.mktemp("sample")
    for name, text in files(month(request.param)).items():
        (folder / name).write_text(text, encoding="ascii")
    found = read_claim_file(folder / "claims.837", ReadOptions())
    claims = [derive(filed) for filed in found if isinstance(filed, FiledClaim)]
    history, _ = read_history_file(folder / "history.835", ReadOptions())
    assert history is not None
    return claims, history


def decisions(sample: Sample, payer: str, assume: tuple[Assumable, ...] = ()) -> Iterator[Decision]:
    """Yield the decisions of one payer."""
    claims, history = sample
    book = load(payers=[payer]).rulebook(payer, assume=assume)
    for filed in claims:
        yield book.decide(derive_for_payer(filed, book.payer).claim, history)


@pytest.mark.parametrize("payer", PAYERS)
def test_every_proved_finding_is_expected(sample: Sample, payer: str) -> None:
    """What the facts prove is found under all presumptions too, with the same outcome."""
    first = list(decisions(sample, payer))
    # NOTE: no table of Medicaid's edits can be assumed where none is installed.
    classes = [name for name in ASSUMABLE if name != "table" or "medicaid" not in payer]
    presuming = list(decisions(sample, payer, tuple(classes)))
    for proved, presumed in zip(first, presuming, strict=True):
        expected = {(f.rule, f.lines, f.outcome) for f in presumed.findings}
        strict = {(f.rule, f.lines, f.outcome) for f in proved.findings if f.basis == "proved"}
        assert strict <= expected
        for line in proved.lines:
            if line.outcome != "unknown" and SEVERITY[line.outcome] > MILD:
                assert SEVERITY[line.expected] >= SEVERITY[line.outcome], (proved.claim, line)


def test_medicare_is_known_on_every_line(sample: Sample) -> None:
    """An outcome is expected of each line, and none rests on the baseline."""
    lines = [line for decision in decisions(sample, "medicare") for line in decision.lines]
    assert {line.expected for line in lines}.isdisjoint(["unread", "unknown"])
    assert {line.basis for line in lines} <= {"proved", "presumed", "partial"}


def test_a_share_of_the_lines_is_known_together(sample: Sample) -> None:
    """At all eight payers together, as far as their texts were read and are not too old."""
    lines = [
        line for payer in PAYERS for message in decisions(sample, payer) for line in message.lines
    ]
    known = [
        line
        for line in lines
        if line.expected not in ("unread", "unknown") and line.basis != "baseline"
    ]
    assert len(known) >= KNOWN * len(lines)
