"""The reader of a file: by how the file begins, or as requested."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from payer_rules import InputError, Problem
from payer_rules.readers import FiledClaim
from payer_rules.readers.claim_files import read_claim_file
from payer_rules.readers.formats import FORMATS, ReadOptions
from payer_rules.readers.history_files import read_history_file

TOML = """
[claim]
id = "C1"
member = { id = "M1" }
billing_provider = { npi = "1234567893" }
[[claim.lines]]
code = "90853"
date = 2024-08-15
"""
X12 = (
    "ISA*00*          *00*          *ZZ*SUBMITTERID    *ZZ*RECEIVERID     *240815*1200*^*00501*"
    "000000001*0*T*:~GS*HC*S*R*20240815*1200*1*X*005010X222A1~ST*837*0001*005010X222A1~"
    "BHT*0019*00*1*20240815*1200*CH~HL*1**20*1~NM1*85*2*CLINIC*****XX*1234567893~HL*2*1*22*0~"
    "SBR*P*18*******CI~NM1*IL*1*DOE*J****MI*M1~DMG*D8*19800501*F~NM1*PR*2*PAYER*****PI*60054~"
    "CLM*C1*100***11:B:1*Y*A*Y*Y~HI*ABK:F331~LX*1~SV1*HC:90853*100*UN*1***1~"
    "DTP*472*D8*20240815~SE*15*0001~GE*1*1~IEA*1*000000001~"
)
FHIR = json.dumps(
    {
        "resourceType": "Claim",
        "id": "C1",
        "status": "active",
        "use": "claim",
        "patient": {"identifier": {"value": "M1"}},
        "provider": {
            "identifier": {"system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893"}
        },
        "item": [
            {
                "sequence": 1,
                "servicedDate": "2024-08-15",
                "productOrService": {
                    "coding": [{"system": "http://www.ama-assn.org/go/cpt", "code": "90853"}]
                },
            }
        ],
    }
)
TABLE = "claim,line,member,code,date_from,billing_npi\nC1,1,M1,90853,2024-08-15,1234567893\n"
TEXTS = {
    "claim.toml": TOML,
    "claim.txt": X12,
    "claim.json": FHIR,
    "claim.ndjson": FHIR + "\n",
    "claim.csv": TABLE,
    "claim.dat": TABLE,
}


def written(folder: Path, name: str, text: str) -> Path:
    """The file of this name in the folder, with the text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", TEXTS)
def test_a_file_states_its_format(tmp_path: Path, name: str) -> None:
    """The same claim in each format, found without a word."""
    (filed,) = read_claim_file(written(tmp_path, name, TEXTS[name]), ReadOptions())
    assert isinstance(filed, FiledClaim), filed
    (line,) = filed.claim.lines
    assert (filed.claim.id, filed.claim.member.id) == ("C1", "M1")
    assert (line.code, line.date_from) == ("90853", date(2024, 8, 15))
    assert filed.claim.billing_provider.npi == "1234567893"
    assert filed.payer_id == ("60054" if name == "claim.txt" else None)


@pytest.mark.parametrize("name", TEXTS)
def test_a_setting_is_that_of_claims_without_one(tmp_path: Path, name: str) -> None:
    """A claim's own setting is kept."""
    path = written(tmp_path, name, TEXTS[name])
    (filed,) = read_claim_file(path, ReadOptions(setting="practitioner"))
    assert isinstance(filed, FiledClaim)
    assert filed.claim.setting == "practitioner"
    own = written(tmp_path, "own.toml", TOML.replace("id =", 'setting = "dme"\nid =', 1))
    (filed,) = read_claim_file(own, ReadOptions(setting="practitioner"))
    assert isinstance(filed, FiledClaim)
    assert filed.claim.setting == "dme"


def test_what_is_said_is_believed(tmp_path: Path) -> None:
    """A format that is named is used for any file."""
    path = written(tmp_path, "claim.toml", TOML)
    (problem,) = (
        item
        for item in read_claim_file(path, ReadOptions(format="x12"))
        if isinstance(item, Problem)
    )
    assert "ISA" in str(problem)


@pytest.mark.parametrize("format_", ["xml", "X12", ""])
def test_an_unknown_format_is_a_problem(format_: str) -> None:
    """The known formats are listed."""
    with pytest.raises(InputError, match="there is no format"):
        ReadOptions(format=format_)
    assert all(ReadOptions(format=known) for known in FORMATS)


@pytest.mark.parametrize("name", ["nothing.toml", "nothing.837", "."])
def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path, name: str) -> None:
    """For claims as for history; a folder is no file."""
    (problem,) = read_claim_file(tmp_path / name, ReadOptions())
    assert isinstance(problem, Problem)
    store, problems = read_history_file(tmp_path / name, ReadOptions())
    assert store is None
    assert len(problems) == 1


def test_a_table_is_a_history_of_which_more_may_be_missing(tmp_path: Path) -> None:
    """Its lines are known, and that there are no others is not."""
    path = written(
        tmp_path, "paid.csv", TABLE.replace("\n", ",status\n", 1).replace("93\n", "93,paid\n")
    )
    store, problems = read_history_file(path, ReadOptions())
    assert problems == []
    assert store is not None
    assert [(line.code, line.status) for line in store.lines] == [("90853", "paid")]
    assert not store.is_complete_for_member


def test_the_checker_of_a_format_is_asked_first(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Segment and element by pyx12, the element of FHIR by fhir.resources; without the values."""
    x12 = written(tmp_path, "claim.txt", X12.replace("SBR*P*18*", "SBR*P*XX*"))
    messages = [
        str(item)
        for item in read_claim_file(x12, ReadOptions(validate=True))
        if isinstance(item, Problem)
    ]
    assert any(
        item.startswith("claim.txt, segment 6 of the transaction (SBR), element 2: the code is not")
        for item in messages
    ), messages
    assert not any("XX" in item for item in (*messages, caplog.text))
    resource = written(tmp_path, "claim.json", FHIR.replace('"status": "active", ', ""))
    missing = [str(item) for item in read_claim_file(resource, ReadOptions(validate=True))]
    assert any("claim.json:1 (Claim/C1, status): status is missing" in entry for entry in missing)


def test_a_sound_file_has_no_more_problems_when_it_is_checked(tmp_path: Path) -> None:
    """What is of no format with a checker is read as it is."""
    for name in ("claim.toml", "claim.csv"):
        (filed,) = read_claim_file(written(tmp_path, name, TEXTS[name]), ReadOptions(validate=True))
        assert isinstance(filed, FiledClaim)


def test_a_file_that_the_checker_cannot_check_is_reported(tmp_path: Path) -> None:
    """And its claims are read."""
    path = written(tmp_path, "claim.txt", X12.replace("005010X222A1", "005010X222A2"))
    problem, *others = read_claim_file(path, ReadOptions(validate=True))
    assert "pyx12 cannot check the file" in str(problem)
    assert any(isinstance(item, FiledClaim) for item in others)
