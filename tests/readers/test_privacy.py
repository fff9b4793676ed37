"""No person is named: problems of a broken file contain no name, member id or date of birth.

A claim is named by its own id and its place in the file. If something is lost, doubled or in the
wrong place, the identity of the person is still not revealed.
"""

from __future__ import annotations

import json
import random
import re
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest

pytest.importorskip("msgspec")

from examples import examples
from fhir_writer import bundle, claim_resource, patient_resource
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from x12_texts import interchange

from payer_rules.claims import Claim, Member, Provider, ServiceLine
from payer_rules.cli import main
from payer_rules.errors import Problem
from payer_rules.readers.claim_files import read_claim_file
from payer_rules.readers.formats import ReadOptions
from payer_rules.readers.history_files import read_history_file

#: How everything begins that stands for the person; nothing else in the texts does. A year alone
#: is no date of birth.
MARKS: Final = ("ZQ", "1961-0", "19610")
CLAIM: Final = Claim(
    id="C1",
    member=Member(id="ZQMEMBER", birth_date=date(1961, 2, 3)),
    billing_provider=Provider(npi="1234567893"),
    lines=[ServiceLine(code="90853", date_from=date(2024, 8, 15), modifiers=("HQ",))],
    diagnoses=("F33.1",),
)
_PATIENT: Final = patient_resource(CLAIM) | {"name": [{"family": "ZQNAME", "given": ["ZQFIRST"]}]}
_EXPLAINED: Final = claim_resource(CLAIM) | {"resourceType": "ExplanationOfBenefit"}
_RESOURCES: Final = (_PATIENT, claim_resource(CLAIM), _EXPLAINED)
_DOCUMENT: Final[dict[str, Any]] = {
    "claim": {
        "id": "C1",
        "member": {"id": "ZQMEMBER", "birth_date": "1961-02-03"},
        "billing_provider": {"npi": "1234567893"},
        "lines": [{"code": "90853", "date": "2024-08-15", "units": 1}],
    },
    "history": [{"claim": "C0", "member": "ZQMEMBER", "code": "90853", "date": "2024-08-12"}],
}
_LINE: Final = ["LX*1", "SV1*HC:90853:HQ*80*UN*1***1", "DTP*472*D8*20240815"]
_PERSON: Final = ["NM1*IL*1*ZQNAME*ZQFIRST****MI*ZQMEMBER", "DMG*D8*19610203*F"]
TEXTS: Final = {
    "claim.toml": '[claim]\nid = "C1"\nmember = { id = "ZQMEMBER", birth_date = 1961-02-03 }\n'
    'billing_provider = { npi = "1234567893" }\n[[claim.lines]]\ncode = "90853"\nunits = 1\n'
    'date = 2024-08-15\n[[history]]\nclaim = "C0"\nmember = "ZQMEMBER"\ncode = "90853"\n'
    'date = 2024-08-12\nstatus = "paid"\n',
    "history.toml": '[[history]]\nclaim = "C0"\nmember = "ZQMEMBER"\ncode = "90853"\nnumber = 1\n'
    'date = 2024-08-12\nstatus = "paid"\n',
    "claim.json": json.dumps(_DOCUMENT),
    "lines.json": json.dumps(_DOCUMENT, indent=1),
    "claim.837": interchange(
        [
            "BHT*0019*00*1*20240815*1200*CH",
            *("HL*1**20*1", "NM1*85*2*CLINIC*****XX*1234567893"),
            *("HL*2*1*22*1", "SBR*P*18*******CI", *_PERSON, "NM1*PR*2*PAYER*****PI*60054"),
            *("HL*3*2*23*0", "PAT*19", "NM1*QC*1*ZQNAME*ZQFIRST", "DMG*D8*19610203*F"),
            *("CLM*C1*80***11:B:1*Y*A*Y*Y", "HI*ABK:F331", *_LINE),
            *("HL*4*1*22*0", "SBR*P*18*******CI", *_PERSON, "NM1*PR*2*PAYER*****PI*60054"),
            *("CLM*C2*80***11:B:1*Y*A*Y*Y", "HI*ABK:F331", *_LINE),
        ]
    ),
    "paid.835": interchange(
        [
            *("BPR*I*80*C*NON************20240820", "TRN*1*1*1512345678"),
            *("N1*PR*PAYER*XV*60054", "N1*PE*CLINIC*XX*1234567893", "LX*1"),
            *("CLP*C1*1*80*80**12*77", "NM1*QC*1*ZQNAME*ZQFIRST****MI*ZQMEMBER"),
            *("SVC*HC:90853*80*80**1", "DTM*472*20240815"),
            *("CLP*C2*1*80*80**12*78", "NM1*QC*1*ZQNAME*ZQFIRST****MI*ZQMEMBER"),
            *("SVC*HC:90853*80*80**1", "DTM*472*20240815"),
        ],
        version="005010X221A1",
    ),
    "bundle.json": json.dumps(bundle(*_RESOURCES), indent=1),
    "bundled.json": json.dumps(bundle(*_RESOURCES)),
    "claims.ndjson": "".join(f"{json.dumps(resource)}\n" for resource in _RESOURCES),
    "claims.csv": "claim,line,member,birth_date,code,units,date_from,billing_npi,status\n"
    "C1,1,ZQMEMBER,1961-02-03,90853,1,2024-08-15,1234567893,paid\n"
    "C2,1,ZQMEMBER,1961-02-03,90853,1,2024-08-16,1234567893,paid\n",
    "headless.csv": "C1,1,ZQMEMBER,1961-02-03,90853,1,2024-08-15,1234567893,ZQNAME\n" * 2,
}
#: How a file names a claim: by its own id.
_OWN_ID: Final = re.compile(r"CL[MP].ZQ|\n\"?ZQ|\nC?1961|\"id\": \"ZQ")
_PIECE: Final = re.compile(r'([*~:,"\n\[\]{}= ]+)')


def shifted(text: str, chance: random.Random) -> str:
    """The text with some of its elements, cells or values in the place of others."""
    pieces = _PIECE.split(text)
    places = [at for at in range(0, len(pieces), 2) if pieces[at] not in ("", "C1", "C2", "id")]
    for _ in range(chance.randint(1, 3)):
        one, other = chance.sample(places, 2)
        kind = chance.randrange(4)
        if kind == 0:
            pieces[one], pieces[other] = pieces[other], pieces[one]
        elif kind == 1:
            pieces[one] = pieces[other]
        elif kind == 2:
            pieces[one] = pieces[one][: len(pieces[one]) // 2]
        else:
            pieces[one] += chance.choice(["x", "\0", '"', "\u00e9", pieces[other]])
    return "".join(pieces)


def torn(text: str, chance: random.Random) -> str:
    """The text with some characters lost, doubled or other."""
    for _ in range(chance.randint(1, 3)):
        start = chance.randrange(len(text))
        end = start + chance.randrange(40)
        put = chance.choice(["", "", "\0", '"', "{", "~", "\ud800", text[start:end] * 2])
        text = text[:start] + put + text[end:]
    return text


def broken(name: str, chance: random.Random) -> bytes:
    """A file of the name that something happened to."""
    text = chance.choice([shifted, torn])(TEXTS[name], chance)
    return text.encode("utf-8", "surrogatepass")


def names_somebody(message: str) -> list[str]:
    """Return the lines that contain what identifies the person."""
    return [line for line in message.splitlines() if any(mark in line for mark in MARKS)]


def everything_printed(file: Path, form: ReadOptions) -> str:
    """All problems of the file, read as claims and as history."""
    found = [item for item in read_claim_file(file, form) if isinstance(item, Problem)]
    _, problems = read_history_file(file, form)
    return "\n".join(map(str, [*found, *problems]))


def with_own_ids(name: str, content: bytes) -> bool:
    """Return True if claims are named by ids of their own, and not by what identifies the person."""
    before = _OWN_ID.findall(TEXTS[name])
    return len(_OWN_ID.findall(content.decode("utf-8", "replace"))) <= len(before)


QUIET: Final = settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])


@settings(QUIET, max_examples=examples(600))
@given(name=st.sampled_from([*TEXTS]), seed=st.integers(0, 2**32))
def test_nobody_is_named_in_a_problem(
    name: str, seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """With any part lost, doubled or shifted, in every format."""
    content = broken(name, random.Random(seed))
    assume(with_own_ids(name, content))
    file = tmp_path_factory.getbasetemp() / name
    file.write_bytes(content)
    assert names_somebody(everything_printed(file, ReadOptions())) == []


@settings(QUIET, max_examples=examples(40))
@given(name=st.sampled_from([*TEXTS]), seed=st.integers(0, 2**32))
def test_nobody_is_named_by_a_checker(
    name: str, seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Nor do pyx12 and fhir.resources let a value through."""
    content = broken(name, random.Random(seed))
    assume(with_own_ids(name, content))
    file = tmp_path_factory.getbasetemp() / name
    file.write_bytes(content)
    assert names_somebody(everything_printed(file, ReadOptions(validate=True))) == []


@pytest.mark.parametrize("format_", ["toml", "x12", "fhir", "table"])
@pytest.mark.parametrize("name", TEXTS)
def test_nobody_is_named_where_the_format_is_another(
    name: str, format_: str, tmp_path: Path
) -> None:
    """A file of another format than the one named is reported without its text."""
    file = tmp_path / name
    file.write_text(TEXTS[name], encoding="utf-8")
    assert names_somebody(everything_printed(file, ReadOptions(format=format_))) == []


def _files(folder: Path, seed: int) -> list[str]:
    chance = random.Random(seed)
    files = []
    for at, name in enumerate([*TEXTS] * 8):
        content = broken(name, chance)
        if with_own_ids(name, content):
            file = folder / f"{at}-{name}"
            file.write_bytes(content)
            files.append(str(file))
    return files


@pytest.mark.parametrize("command", ["check", "sessions"])
def test_commands_name_nobody(
    command: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither standard error nor a log nor a traceback has what identifies the person."""
    with caplog.at_level(0):
        ended = main([command, "--payer", "medicare", *_files(tmp_path, 1)])
    output = capsys.readouterr()
    assert ended == 4, output.err
    assert names_somebody(output.err + output.out + caplog.text) == []


def test_a_payer_that_is_none_is_not_quoted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The text in place of the payer may belong to another field."""
    text = TEXTS["claim.837"].replace("60054", "ZQMEMBER")
    (tmp_path / "claim.837").write_text(text, encoding="utf-8")
    table = TEXTS["claims.csv"].replace("status", "payer").replace("paid", "ZQMEMBER")
    (tmp_path / "claims.csv").write_text(table, encoding="utf-8")
    main(["check", *(str(path) for path in tmp_path.iterdir())])
    errors = capsys.readouterr().err
    assert "there is no payer of this name, a text of 8 characters" in errors
    assert "no profile lists the payer identifier, a text of 8 characters" in errors
    assert names_somebody(errors) == []


def test_decisions_name_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A report on standard output names the claim, and no member of it."""
    for name in ("claim.toml", "claim.837", "claims.csv"):
        (tmp_path / name).write_text(TEXTS[name], encoding="utf-8")
    files = [str(path) for path in sorted(tmp_path.iterdir())]
    tools = ("html", "markdown", "junit", "sarif")
    for report in ("text", "json", "ndjson", "csv", "remittance", *tools):
        main(["check", "--payer", "all", "--report", report, *files])
        output = capsys.readouterr()
        assert "C1" in output.out
        assert names_somebody(output.out) == []


def test_what_changed_names_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The comparison with an earlier report names claims that are new and gone, and no member."""
    old, new = tmp_path / "claims.csv", tmp_path / "new.csv"
    old.write_text(TEXTS["claims.csv"], encoding="utf-8")
    new.write_text(TEXTS["claims.csv"].replace("C2,", "C3,"), encoding="utf-8")
    report = tmp_path / "old.ndjson"
    main(["check", "--payer", "medicare", "--report", f"ndjson:{report}", str(old)])
    main(["check", "--payer", "medicare", "--against", str(report), str(new)])
    printed = capsys.readouterr().out
    assert "C2 × medicare, line 1: no longer checked" in printed
    assert "C3 × medicare, line 1: new" in printed
    assert names_somebody(printed) == []


@pytest.mark.parametrize(
    "name", ["history.toml", "paid.835", "bundle.json", "claims.ndjson", "claims.csv"]
)
def test_a_history_names_nobody(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Problems of a history do not name the member."""
    sound = tmp_path / "claim.toml"
    sound.write_text(TEXTS["claim.toml"], encoding="utf-8")
    content = TEXTS[name].replace("90853", "ZQNAME").replace("1961-02-03", "1961-02-30")
    history = tmp_path / name
    history.write_text(content, encoding="utf-8")
    main(["check", "--payer", "medicare", "--history", str(history), str(sound)])
    assert names_somebody(capsys.readouterr().err) == []
