"""Laws of remarks on the command line: the exit code is that of what was found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from payer_rules.cli import main

ROW: Final = "A1,1,M1,90853,2024-08-15,1234567893,il-medicaid,practitioner"
HEAD: Final = "claim,line,member,code,date_from,billing_npi,payer,setting"
TWO: Final = f"{HEAD}\n{ROW}\n{ROW.replace(',1,', ',2,')}\n"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("history.toml").write_text("history = []\n")


def check(capsys: pytest.CaptureFixture[str], table: str, *options: str) -> tuple[int, str, str]:
    """The exit code and both outputs of the table's claims."""
    Path("claims.csv").write_text(table)
    code = main(["check", "claims.csv", "--history", "history.toml", *options])
    out, err = capsys.readouterr()
    return code, out, err


def with_column(table: str) -> str:
    """Return the table with a column that no reader knows."""
    head, *rows = table.splitlines()
    return "\n".join([f"{head},my_note", *(f"{row},hello" for row in rows)]) + "\n"


@pytest.mark.parametrize("table", [TWO, f"{HEAD}\n{ROW}\n", f"{HEAD}\n"])
@pytest.mark.parametrize("report", ["text", "json", "ndjson", "csv"])
def test_a_remark_leaves_exit_code_and_decisions_as_they_are(
    table: str, report: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Findings, open questions and no claim at all end as they do without a remark."""
    code, out, _ = check(capsys, table, "--report", report)
    odd, result, _ = check(capsys, with_column(table), "--report", report)
    assert odd == code != 4
    if report == "json":
        assert json.loads(result)["decisions"] == json.loads(out)["decisions"]
    else:
        assert result.startswith(out)


def test_the_json_report_states_remarks_and_problems_apart(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each is given as place, problem and remedy; a problem ends with exit code 4."""
    table = with_column(TWO) + f"{ROW.replace('90853', '9085').replace('A1', 'A2')},\n"
    code, out, err = check(capsys, table, "--report", "json")
    read = json.loads(out)
    assert code == 4
    assert [item["where"] for item in read["problems"]] == ["claims.csv:4 (code)"]
    assert [item["where"] for item in read["remarks"]] == ["claims.csv:1"]
    assert [line.partition(":")[0] for line in err.splitlines()] == ["claims.csv", "remark"]


def test_the_text_report_ends_with_the_remarks(capsys: pytest.CaptureFixture[str]) -> None:
    """They follow the counts, and are not printed a second time."""
    _, out, err = check(capsys, with_column(TWO))
    assert "remarks about the files (no claim, line or fact was lost):\n  claims.csv:1: " in out
    assert err == ""


def test_a_report_in_a_file_leaves_remarks_to_standard_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Where no text report is printed, each remark is printed with the word before it."""
    _, out, err = check(capsys, with_column(TWO), "--report", "text:report.txt")
    assert out == ""
    assert err.startswith("remark: claims.csv:1: column 9")
    assert "remarks about the files" in Path("report.txt").read_text()


def test_strict_does_not_stop_at_a_remark(capsys: pytest.CaptureFixture[str]) -> None:
    """With --strict the first problem ends the run, and a remark does not."""
    code, out, _ = check(capsys, with_column(TWO), "--strict")
    assert code == 1
    assert "WILL BE DENIED" in out


REMITTANCE: Final = (
    "ISA*00*          *00*          *ZZ*S              *ZZ*R              *240901*1200*^*00501*"
    "000000001*0*T*:~GS*HP*S*R*20240901*1200*1*X*005010X221A1~ST*835*0001~TRN*1*77*1999999999~"
    "N1*PR*PAYER~N1*PE*CLINIC*XX*1234567893~LX*1~{}SE*{}*0001~GE*1*1~IEA*1*000000001~"
)
PAID: Final = "CLP*OLD*1*80*80**MB*ICN1*11*1~NM1*QC*1*DOE*JANE****MI*M1~SVC*HC:90853*80*80**1~DTM*472*20240815~"
BACK: Final = PAID.replace("OLD*1*80*80", "OLD*22*-80*-80").replace("*ICN1*", "*ICN2*")
ONE: Final = f"{HEAD}\n{ROW}\n"


def remittance(name: str, *answers: str) -> str:
    """The name of a file with an 835 of the answers."""
    body = "".join(answers)
    Path(name).write_text(REMITTANCE.format(body, body.count("~") + 6))
    return name


def test_a_reversal_that_names_the_original_takes_it_back(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """REF F8 of an 835: the payment does not count, in one file or in two, in either order."""
    back = BACK.replace("SVC*HC:90853*80*80", "REF*F8*ICN1~SVC*HC:90853*-80*-80")
    first, second = remittance("1.835", PAID), remittance("2.835", back)
    both = remittance("both.835", PAID, back)
    Path("claims.csv").write_text(ONE)
    for files, code in (([first], 1), ([both], 0), ([first, second], 0), ([second, first], 0)):
        options = [part for file in files for part in ("--history", file)]
        assert main(["check", "claims.csv", *options]) == code
        assert ("CO-119" in capsys.readouterr().out) == (code == 1)


def test_history_may_be_given_several_times(capsys: pytest.CaptureFixture[str]) -> None:
    """The lines of all files count, and one that two files have counts once."""
    first = remittance("1.835", PAID)
    Path("more.csv").write_text(
        "claim,member,code,date,status\nOLD,M1,90853,2024-08-15,paid\nWEEK,M1,90853,2024-08-14,paid\n"
    )
    Path("claims.csv").write_text(ONE)
    codes = [
        main(
            [
                "check",
                "claims.csv",
                "--verbose",
                *(part for file in files for part in ("--history", file)),
            ]
        )
        for files in ([first], ["more.csv", first], [first, "more.csv"], ["history.toml"])
    ]
    out = capsys.readouterr().out
    assert codes == [1, 1, 1, 0]
    assert out.count("third 90853") == 2


@pytest.mark.parametrize("name", ["payments.835", "benefits.json"])
def test_what_was_paid_is_no_file_of_claims(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An 835 or an explanation of benefit given as claims ends with 4, and names the option."""
    remittance("payments.835", PAID)
    Path("benefits.json").write_text(
        '{"resourceType": "ExplanationOfBenefit", "id": "E", "status": "active", "use": "claim", '
        '"patient": {"reference": "Patient/M1"}, "item": []}'
    )
    assert main(["check", name]) == 4
    (output,) = capsys.readouterr().err.splitlines()
    assert "with --history FILE" in output
