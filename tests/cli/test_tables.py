"""``payer-rules tables``: what it prints, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode

UNITS: Final = "service,code,mue,mai,rationale\n"
PAIRS: Final = "column1,column2,deletion_date,modifier_indicator,rationale_id\n"
MANY: Final = 12


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of tables, and files of two releases next to it."""
    (tmp_path / "tables").mkdir()
    monkeypatch.setenv("PAYER_RULES_TABLES", str(tmp_path / "tables"))
    monkeypatch.chdir(tmp_path)
    more = "".join(f"90853,990{n:02},,1,1\n" for n in range(MANY))
    Path("ncci_practitioner_2024q2.csv").write_text(f"{PAIRS}90853,90832,,1,1\n")
    Path("ncci_practitioner_2024q3.csv").write_text(f"{PAIRS}90832,90853,,0,1\n{more}")
    for quarter, most in (("2024q2", 1), ("2024q3", 2)):
        Path(f"mue_{quarter}.csv").write_text(f"{UNITS}dme_supplier,A4253,{most},3,x\n")
    return tmp_path / "tables"


def imported() -> None:
    """Import both releases."""
    for quarter in ("2024q2", "2024q3"):
        files = (f"ncci_practitioner_{quarter}.csv", f"mue_{quarter}.csv")
        assert main(["tables", "import", *files, "--program", "medicare"]) == ExitCode.CLEAN


def test_import_and_list_tell_what_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    """One line a table, by program, release and setting; nothing before the first import."""
    assert main(["tables", "list"]) == ExitCode.CLEAN
    assert capsys.readouterr().out == "no tables are imported\n"
    imported()
    output = capsys.readouterr()
    assert output.err == ""
    assert main(["tables", "list"]) == ExitCode.CLEAN
    assert (
        capsys.readouterr().out.splitlines()
        == [
            "medicare/dme 2024q2: 1 MUE, from mue_2024q2.csv",
            "medicare/practitioner 2024q2: 1 pair without first days, "
            "from ncci_practitioner_2024q2.csv",
            "medicare/dme 2024q3: 1 MUE, from mue_2024q3.csv",
            "medicare/practitioner 2024q3: 13 pairs without first days, "
            "from ncci_practitioner_2024q3.csv",
        ]
        == output.out.splitlines()
    )


def test_list_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    """With the SHA-256 of each file, and no path or clock."""
    imported()
    capsys.readouterr()
    assert main(["tables", "list", "--report", "json"]) == ExitCode.CLEAN
    first = json.loads(capsys.readouterr().out)[0]
    assert first.pop("digest").startswith("sha256:")
    assert first["sources"][0].pop("digest").startswith("sha256:")
    assert first == {
        "program": "medicare",
        "setting": "dme",
        "release": "2024q2",
        "content": "units",
        "rows": 1,
        "dated": False,
        "sources": [{"name": "mue_2024q2.csv"}],
    }


def test_problems_of_files_end_with_their_code(capsys: pytest.CaptureFixture[str]) -> None:
    """Each on a line of its own, without a traceback; nothing at all is code 5."""
    Path("bad_practitioner_2024q3.csv").write_text(f"{PAIRS}90853,9083,,1,1\n")
    command = ["tables", "import", "bad_practitioner_2024q3.csv", "mue_2024q2.csv"]
    assert main([*command, "--program", "medicare"]) == ExitCode.FAULTY
    assert capsys.readouterr().err == (
        "bad_practitioner_2024q3.csv:2: '9083' is not a procedure code. "
        "Download the file again, or correct the line. [PR402]\n"
    )
    assert main(["tables", "import", "mue_2024q2.csv", "--release", "2024"]) == ExitCode.USAGE
    assert "--release: '2024' is not a release" in capsys.readouterr().err
    assert main(["tables", "import"]) == ExitCode.NOTHING
    main(["tables", "list"])
    assert capsys.readouterr().out == "no tables are imported\n"


def test_diff_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    """Counts by family and the first changes of each kind; code 1 where anything differs."""
    imported()
    capsys.readouterr()
    assert main(["tables", "diff", "2024q2", "2024q3"]) == ExitCode.FOUND
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == [
        "medicare/practitioner: pairs added: 12 (90xxx 12)",
        "    90853/99000: 1",
        "    90853/99001: 1",
    ]
    assert lines[11:] == [
        "    and 2 more: --report csv",
        "medicare/practitioner: pairs with another indicator: 1 (90xxx 1)",
        "    90832/90853: 1 → 0",
        "medicare/practitioner: pairs reversed: 1 (90xxx 1)",
        "    90832/90853: 90832 pays (earlier 90853 pays)",
        "medicare/dme: MUEs changed: 1 (Axxxx 1)",
        "    A4253: 1, MAI 3 → 2, MAI 3",
    ]


def test_diff_as_csv_and_data(capsys: pytest.CaptureFixture[str]) -> None:
    """Every change, one a row; the same in JSON with the counts of families."""
    imported()
    capsys.readouterr()
    command = ["tables", "diff", "2024q2", "2024q3", "--setting", "dme"]
    assert main([*command, "--report", "csv"]) == ExitCode.FOUND
    assert capsys.readouterr().out == (
        "table,content,change,family,code,other,old,new\n"
        'medicare/dme,units,value,Axxxx,A4253,,"1, MAI 3","2, MAI 3"\n'
    )
    assert main([*command, "--report", "json"]) == ExitCode.FOUND
    document = json.loads(capsys.readouterr().out)["medicare/dme"]
    assert document["families"]["MUEs changed"] == {"Axxxx": 1}
    assert document["changes"] == [
        {
            "content": "units",
            "change": "value",
            "family": "Axxxx",
            "code": "A4253",
            "other": None,
            "old": "1, MAI 3",
            "new": "2, MAI 3",
        }
    ]


def test_diff_of_a_release_with_itself_finds_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 0; an unknown release and a text that is not a release are errors."""
    imported()
    capsys.readouterr()
    assert main(["tables", "diff", "2024q2", "2024q2"]) == ExitCode.CLEAN
    assert capsys.readouterr().out.splitlines() == [
        "medicare/practitioner: no edit differs",
        "medicare/dme: no edit differs",
    ]
    assert main(["tables", "diff", "2024q1", "2024q2"]) == ExitCode.USAGE
    assert "no setting of a program has both 2024q1 and 2024q2" in capsys.readouterr().err
    assert main(["tables", "diff", "2024q1", "now"]) == ExitCode.USAGE
    assert "NEW: 'now' is not a release" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="the system has no pseudo-terminals")
def test_a_terminal_sees_a_bar_for_each_file(folder: Path) -> None:
    """On standard error, and there alone."""
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "payer_rules", "tables", "import", "mue_2024q2.csv"]
    done = subprocess.run(
        [*command, "--program", "medicare"],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm"},
        check=True,
    )
    os.close(theirs)
    drawn = os.read(ours, 1 << 16)
    os.close(ours)
    assert b"mue_2024q2.csv" in drawn
    assert done.stdout == b"medicare/dme 2024q2: 1 MUE, from mue_2024q2.csv\n"


def test_help_does_not_import_the_tables() -> None:
    """Neither the package nor its help loads what only an import needs."""
    code = (
        "import sys, payer_rules, payer_rules.cli as c; c.main(['--help']);"
        "print([m for m in ('openpyxl','platformdirs','zipfile','payer_rules.tables.importing',"
        "'payer_rules.tables.store') if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


CLAIM: Final = """
name = "two codes of which the plugin's table has none"
why = "only an imported table pairs them"
history = []

[claim]
id = "C1"
setting = "practitioner"
payer = "medicare"
received = 2024-08-20
member = { id = "M1" }
billing_provider = { npi = "1234567893", profession = "psychiatrist" }
place_of_service = "11"
contractor = "noridian"
diagnoses = ["F33.1"]

[[claim.lines]]
code = "90853"
date = 2024-08-15

[[claim.lines]]
code = "99011"
date = 2024-08-15
"""


@pytest.fixture
def claim(tmp_path: Path) -> str:
    """A claim of two codes, as a claim file, and as a scenario in a folder next to it."""
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures" / "two.scenario.toml").write_text(CLAIM)
    (tmp_path / "claim.toml").write_text("\n".join(CLAIM.splitlines()[3:]))
    return "claim.toml"


def test_check_finds_the_imported_tables(claim: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a word, or in the folder that is named; with the row of the file."""
    main(["check", claim, "--verbose"])
    assert "MUE" not in capsys.readouterr().out
    imported()
    capsys.readouterr()
    main(["check", claim, "--verbose"])
    found = capsys.readouterr().out
    assert "99011 bundles into 90853 (line 1)" in found
    assert "the table does not state its first date" in found
    assert (
        "Row of medicare/practitioner/2024q3: 90853/99011, indicator 1, "
        "in force now, first date not stated; CPT Manual or CMS manual coding instruction; "
        "ncci_practitioner_2024q3.csv:14" in " ".join(found.split())
    )
    main(["check", claim, "--verbose", "--tables", "elsewhere"])
    assert "bundles into" not in capsys.readouterr().out


def test_check_knows_only_what_was_published(
    claim: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A release that came out later is not known, and the assumption about its publication is listed."""
    imported()
    capsys.readouterr()
    main(["check", claim, "--verbose", "--known-on", "2024-08-20"])
    assert "medicare/ptp: the day of publication is not known; each release" in (
        capsys.readouterr().out
    )
    main(["check", claim, "--verbose", "--known-on", "2024-06-30"])
    assert "bundles into" not in capsys.readouterr().out


def test_a_folder_that_is_named_must_be_there(
    claim: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Otherwise a misspelt variable would remove every imported edit silently."""
    monkeypatch.setenv("PAYER_RULES_TABLES", "tabels")
    for command in (["check", claim, "--verbose"], ["tables", "list"]):
        assert main(command) == ExitCode.FAULTY
        assert "PAYER_RULES_TABLES: there is no folder 'tabels'" in capsys.readouterr().err


def test_conform_uses_only_the_tables_that_are_named(
    claim: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its result does not depend on what the machine has."""
    before = main(["conform", "fixtures", "--payer", "medicare", "--report", "json"])
    bundled = capsys.readouterr().out
    imported()
    capsys.readouterr()
    assert main(["conform", "fixtures", "--payer", "medicare", "--report", "json"]) == before
    assert capsys.readouterr().out == bundled
    main(["conform", "fixtures", "--payer", "medicare", "--report", "json", "--tables", "tables"])
    assert capsys.readouterr().out != bundled


def test_a_damaged_table_is_reported_and_nothing_is_judged(
    claim: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Edits that seem to be there and are not would pay what CMS denies."""
    imported()
    for path in folder.glob("medicare-practitioner-2024q3-pairs-*"):
        path.write_bytes(path.read_bytes()[:100])
    capsys.readouterr()
    assert main(["check", claim, "--verbose"]) == ExitCode.FAULTY
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.endswith(
        ": this table is damaged: it has changed since it was imported. "
        "Import CMS's files of this release again. [PR405]\n"
    )
