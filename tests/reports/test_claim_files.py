"""Laws of the files in which a roster's claims are sent: whole, to be sent, and nothing invented."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pytest

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.errors import InputError
from payer_rules.readers import FiledClaim
from payer_rules.readers.claim_files import read_claim_file
from payer_rules.readers.formats import ReadOptions
from payer_rules.registry import load
from payer_rules.reports.roster_files import ClaimFiles, files_of
from payer_rules.sessions.roster import read_roster
from payer_rules.sessions.roster_billing import BilledParticipant, RosterBiller

MADE: Final = datetime(2025, 10, 7, 9, 30)
PROFILE: Final = """
[payer]
id = "acme"
name = "Acme (invented)"
kind = "commercial"

[sources.A-1]
title = "Manual (invented)"
url = "https://example.com/manual"
read = 2026-01-02
confidence = "primary"

[[topics.all]]
none = { cites = ["A-1"] }
verified = { from = 1900-01-01 }

[[session_requirement]]
id = "record"
codes = ["90853"]
documented = ["topic"]
cites = ["A-1"]
rationale = "The topic is written down."
"""
ROSTER: Final = """
[session]
id = "G1"
date = 2025-10-06
facilitator = { npi = "1234567893" }

[claim]
payer = "acme"
code = "90853"
place_of_service = "11"
diagnoses = ["F33.1"]
charge = 85.50
insurer = { name = "Acme", id = "ACME1", filing = "CI" }
consents = { signature = "Y", assignment = "A", benefits = "Y", release = "Y" }

[providers.1234567893]
name = "Clinic"
tax_id = "123456789"
address = { street = "1 Example St", city = "Albany", state = "NY", zip = "122071234" }

[envelope]
control = 42
usage = "test"
submitter = { name = "Clinic", id = "CLINIC1", contact = "Billing", email = "desk@clinic.example" }
receiver = { name = "Clearinghouse", id = "CLEAR1" }
"""
ONE: Final = """
[[participants]]
member = { id = "M1", birth_date = 1980-05-01 }
documented = ["topic"]
patient = { last_name = "Doe", first_name = "Jane", gender = "F", address = { street = "2 Example Ave", city = "Albany", state = "NY", zip = "12207" } }
"""
TWO: Final = ONE.replace("M1", "M2").replace("Jane", "Ann")


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with Acme's profile."""
    (tmp_path / "acme.toml").write_text(PROFILE, encoding="utf-8")
    return tmp_path


def billed(desk: Path, *parts: str, form: str) -> tuple[ClaimFiles, list[BilledParticipant]]:
    """The files of the roster, and what became of its participants."""
    file = desk / "roster.toml"
    file.write_text("".join(parts), encoding="utf-8")
    roster = read_roster(file)
    result = [*RosterBiller(registry=load(profiles=[desk / "acme.toml"])).bill(roster)]
    return files_of(result, roster, form, MADE), result


@pytest.mark.parametrize(
    ("form", "names"),
    [
        ("837p", ["000000042.837"] * 2),
        ("fhir", ["G1-1.json", "G1-2.json"]),
        ("toml", ["G1-1.toml", "G1-2.toml"]),
    ],
)
def test_each_participant_has_a_claim(form: str, names: list[str], desk: Path) -> None:
    """In a file of its own or in one with all; read again it is the claim that was judged."""
    files, billing = billed(desk, ROSTER, ONE, TWO, form=form)
    assert files.problems == ()
    assert [files.names[item.number] for item in billing] == names
    assert set(files.texts) == set(names)
    read = []
    for name, text in files.texts.items():
        (desk / name).write_text(text, encoding="utf-8")
        read += [*read_claim_file(desk / name, ReadOptions(validate=form != "toml"))]
    claims = [item.claim for item in read if isinstance(item, FiledClaim)]
    assert len(claims) == len(read)
    for claim, item in zip(claims, billing, strict=True):
        assert item.claim is not None
        (line,), (judged,) = claim.lines, item.claim.lines
        assert (claim.id, claim.member) == (item.claim.id, item.claim.member)
        assert (line.code, line.place_of_service, line.charge) == ("90853", "11", judged.charge)


@pytest.mark.parametrize("form", ["837p", "fhir"])
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            lambda text: text.replace('documented = ["topic"]', "documented = []"), id="denied"
        ),
        pytest.param(lambda text: text.replace('documented = ["topic"]', ""), id="lacking"),
        pytest.param(lambda text: f'{text}payer = "nobody"\n', id="no payer"),
    ],
)
def test_what_is_not_to_be_sent_is_left_out(
    change: Callable[[str], str], form: str, desk: Path
) -> None:
    """Denied, incomplete and unchecked claims are in no file for the payer, but in TOML."""
    files, _ = billed(desk, ROSTER, ONE, change(TWO), form=form)
    assert list(files.names) == [1]
    assert not any("M2" in text for text in files.texts.values())
    files, _ = billed(desk, ROSTER, ONE, change(TWO), form="toml")
    assert list(files.names) == [1, 2]


def test_what_a_form_lacks_is_reported_once(desk: Path) -> None:
    """Missing information is printed for each participant with the file, and no claim is written without it."""
    roster = ROSTER.replace("charge = 85.50\n", "").replace('tax_id = "123456789"\n', "")
    files, _ = billed(desk, roster, ONE, TWO.replace('gender = "F", ', ""), form="837p")
    assert [str(problem) for problem in files.problems] == [
        "roster.toml: the tax id of provider 1234567893 is not known. "
        "Write tax_id = … under providers.1234567893.",
        "roster.toml, participants 1, 2: the charge of line 1 is not known. Write charge = ….",
        "roster.toml, participant 2: the patient's gender (F, M or U) is not known. "
        "Write gender = … under patient.",
    ]
    assert (files.texts, files.names) == ({}, {})


def test_one_who_lacks_something_does_not_keep_the_others_back(desk: Path) -> None:
    """The sound claims are in the file, and it counts them alone."""
    files, _ = billed(desk, ROSTER, ONE, TWO.replace('gender = "F", ', ""), form="837p")
    assert list(files.names) == [1]
    (text,) = files.texts.values()
    assert text.count("CLM*") == 1


def test_without_an_envelope_there_is_no_file(desk: Path) -> None:
    """Missing parts of the envelope are reported; FHIR has no envelope."""
    bare = ROSTER[: ROSTER.index("[envelope]")]
    files, _ = billed(desk, bare, ONE, form="837p")
    assert {problem.where for problem in files.problems} == {"roster.toml"}
    assert (files.texts, files.names) == ({}, {})
    assert billed(desk, bare, ONE, form="fhir")[0].problems == ()


def test_an_unknown_format_is_reported(desk: Path) -> None:
    """With those that are known."""
    with pytest.raises(InputError, match="Did you mean '837p'"):
        billed(desk, ROSTER, ONE, form="837")


def test_keys_for_forms_have_their_place(desk: Path) -> None:
    """A misspelt key in any place is reported with its line, and nothing is billed."""
    roster = ROSTER.replace("control =", "controls =").replace("filing =", "filling =")
    with pytest.raises(InputError) as raised:
        billed(desk, roster, ONE.replace("gender =", "gendre ="), form="toml")
    assert [str(problem).partition(". ")[0] for problem in raised.value.problems] == [
        "roster.toml:13: unknown key 'filling'",
        "roster.toml:22: unknown key 'controls'",
        "roster.toml:30: unknown key 'gendre'",
    ]


def bill(desk: Path, *message: str) -> int:
    """The exit code of the command on the roster."""
    command = ["sessions", "bill", str(desk / "roster.toml"), "--profiles", str(desk / "acme.toml")]
    return main([*command, *message])


def test_the_command_writes_what_is_to_be_sent(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file has the claims; the report lists who is left out and why, with the same exit code."""
    denied = TWO.replace('documented = ["topic"]', "documented = []")
    (desk / "roster.toml").write_text(ROSTER + ONE + denied, encoding="utf-8")
    out = ["--out", str(desk / "claims")]
    assert bill(desk, *out, "--format", "837p") == ExitCode.FOUND
    output = capsys.readouterr().out
    assert "participant 1, member M1: 000000042.837, pay by acme" in output
    assert "participant 2, member M2: left out, deny by acme" in output
    assert "2 participants; 1 claim; 1 to correct before you submit" in output
    assert [path.name for path in (desk / "claims").iterdir()] == ["000000042.837"]
    assert bill(desk, "--format", "837p", "--report", "json") == ExitCode.FOUND
    data: Any = json.loads(capsys.readouterr().out)
    assert [item["claim"] for item in data["participants"]] == ["000000042.837", None]


def test_the_command_says_what_is_lacking(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On standard error, also where nothing is to be written, and it ends as with a bad file."""
    bare = ROSTER.replace("charge = 85.50\n", "")
    (desk / "roster.toml").write_text(bare + ONE, encoding="utf-8")
    assert bill(desk, "--format", "837p") == ExitCode.FAULTY
    out, err = capsys.readouterr()
    assert (
        err == "roster.toml, participant 1: the charge of line 1 is not known. Write charge = …."
        " [PR014]\n"
    )
    assert "participant 1, member M1: left out, pay by acme" in out
