"""``practice init``: a first practice file is valid, and is never written over another."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pytest

from payer_rules.cli import main
from payer_rules.practice import read_practice

CHECKOUT: Final = Path(__file__).resolve().parents[2]
SHARED: Final = Path(os.environ.get("PAYER_RULES_SHARED") or CHECKOUT.parent / "shared")
SAMPLES: Final = sorted((SHARED / "samples/x12").glob("*")) if SHARED.is_dir() else []
CLAIMS: Final = (
    "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *261120*1200*^*00501*"
    "000000009*0*T*:~GS*HC*S*R*20261120*1200*7*X*005010X222A1~ST*837*0001*005010X222A1~"
    "BHT*0019*00*1*20261120*1200*CH~HL*1**20*1~NM1*85*2*CLINIC*****XX*1234567893~N3*1 ST~"
    "N4*CHICAGO*IL*606011234~HL*2*1*22*0~SBR*P*18~NM1*IL*1*DOE*JANE****MI*M1~"
    "NM1*PR*2*PAYER*****PI*12345~CLM*C1*80***11:B:1*Y*A*Y*Y~HI*ABK:F331~"
    "NM1*82*1*ROE*MARY****XX*1111111112~PRV*PE*PXC*1041C0700X~LX*1~SV1*HC:90853*80*UN*1*11**1~"
    "DTP*472*D8*20261120~SE*18*0001~GE*1*7~IEA*1*000000009~"
)


def written(tmp_path: Path) -> tuple[int, Path]:
    """Run ``practice init``, and return its exit code and the file."""
    source, out = tmp_path / "claims.837", tmp_path / "practice.toml"
    source.write_text(CLAIMS, encoding="utf-8")
    return main(["practice", "init", str(source), "--out", str(out)]), out


def test_a_draft_holds_what_the_claims_show(tmp_path: Path) -> None:
    """Facts are written as facts; what somebody must confirm is a question."""
    code, out = written(tmp_path)
    assert code == 0
    text = out.read_text("utf-8")
    practice, _ = read_practice(out)
    assert (practice.house.state, practice.house.contractor) == ("IL", "ngs")
    assert list(practice.providers) == ["1111111112"]
    assert practice.providers["1111111112"].profession is None
    assert '# profession = "lcsw"  # By taxonomy 1041C0700X: is this the license?' in text
    assert '\n[payers."12345"]  # 1 claim: which payer is it?' in text


def test_a_draft_is_valid_with_its_questions_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The signs of all questions may be removed, once the names are real ones."""
    _, out = written(tmp_path)
    answered = [
        line.removeprefix("# ") if "=" in line or line.startswith("# [") else line
        for line in out.read_text("utf-8").splitlines()
        if not line.startswith("# history =")
    ]
    text = "\n".join(answered).replace('"PAYER"', '"uhc"').replace("PAYER/RULE", "medicare/mue")
    text = text.replace("reason =", 'codes = ["90853"]\nreason =')
    out.write_text(text, encoding="utf-8")
    capsys.readouterr()
    assert main(["practice", "check", str(out)]) == 0
    assert capsys.readouterr().err == ""


def test_the_questions_of_a_draft_are_listed_until_they_are_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The check names what is open, and exits with 6 while an identifier has no payer."""
    _, out = written(tmp_path)
    capsys.readouterr()
    assert main(["practice", "check", str(out)]) == 6
    assert capsys.readouterr().out.splitlines()[1] == (
        "Not answered yet: whose identifier 12345 it is; the license of provider 1111111112; the "
        "largest group (group_size_at_most); the 835s that you received (history)"
    )
    text = out.read_text("utf-8").replace('# payer = "PAYER"', 'payer = "uhc"')
    out.write_text(text, encoding="utf-8")
    assert main(["practice", "check", str(out)]) == 0
    assert "identifier" not in capsys.readouterr().out


def test_no_file_is_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A practice file that exists stays."""
    _, out = written(tmp_path)
    out.write_text("[practice]\n", encoding="utf-8")
    code, _ = written(tmp_path)
    assert code == 4
    assert out.read_text("utf-8") == "[practice]\n"
    assert "the file exists already" in capsys.readouterr().err


@pytest.mark.skipif(not SAMPLES, reason="the folder of samples is not here")
def test_drafts_of_real_files_are_valid(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A draft of each real 837 passes the check, and names no member."""
    drafts = 0
    for at, sample in enumerate(SAMPLES):
        out = tmp_path / f"{at}.toml"
        main(["practice", "init", str(sample), "--out", str(out)])
        if out.exists():
            drafts += 1
            capsys.readouterr()
            code = main(["practice", "check", str(out)])
            problems = capsys.readouterr().err.splitlines()
            assert code in (0, 6), problems
            assert all(problem.startswith("remark: ") for problem in problems)
    assert drafts > 20
