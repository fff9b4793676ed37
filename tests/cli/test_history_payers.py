"""Laws of histories with lines of several payers: each payer counts its own."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from x12_texts import interchange

from payer_rules.checking.payer_lines import PayerLines
from payer_rules.cli import main
from payer_rules.history import History, HistoryLine

CLAIMS = "claim,line,member,code,date_from,billing_npi,payer,setting,place_of_service\n"
CLAIM = "C1,1,M1,90853,2024-12-05,1234567893,acme,practitioner,11\n"
OWN, OTHERS, UNKNOWN = "12345", "67890", "99999"
PRACTICE = "[practice]\nhistory_complete_from = 2024-11-01\n"


def answer(identifier: str, *days: str) -> str:
    """An 835 of a payer that paid a session of the member on each of the days."""
    body = [
        segment
        for number, day in enumerate(days)
        for segment in (
            f"CLP*{identifier}-{number}*1*120*80**12*{identifier}-{number}",
            "NM1*QC*1*SAMPLE*PAT****MI*M1",
            "SVC*HC:90853*120*80**1",
            f"DTM*472*{day}",
        )
    ]
    head = ["BPR*I*80*C*CHK************20250101", f"TRN*1*T{identifier}*1999999999", "N1*PR*PAYER"]
    head += [f"REF*2U*{identifier}", "N1*PE*CLINIC*XX*1234567893", "LX*1"]
    return interchange([*head, *body], version="005010X221A1")


@pytest.fixture
def folder(acme: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the profiles of two payers, a claim for one, and its practice file."""
    monkeypatch.chdir(acme)
    profile = (acme / "acme" / "acme.toml").read_text()
    named = profile.replace('id = "acme"', f'id = "acme"\nidentifiers = ["{OWN}"]', 1)
    (acme / "acme" / "acme.toml").write_text(named)
    other = named.replace("acme", "other").replace(OWN, OTHERS)
    (acme / "acme" / "other.toml").write_text(other)
    (acme / "claims.csv").write_text(CLAIMS + CLAIM)
    (acme / "practice.toml").write_text(PRACTICE)
    return acme


@pytest.fixture(params=["files", "store"])
def known_by(request: pytest.FixtureRequest) -> str:
    """Whether the history is in files or in a store."""
    return str(request.param)


def history_of(known_by: str, *texts: str) -> tuple[str, ...]:
    """The options that give the 835s as files or as a store, written into this folder."""
    name = f"{len(list(Path().iterdir()))}"
    paths = []
    for at, text in enumerate(texts):
        paths.append(f"{name}-{at}.835")
        Path(paths[-1]).write_text(text)
    if known_by == "files":
        return tuple(word for path in paths for word in ("--history", path))
    assert main(["history", "load", *paths, "--store", f"sqlite:///{name}.db"]) in (0, 4)
    return ("--history", f"sqlite:///{name}.db")


def run(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What the program prints on standard output."""
    capsys.readouterr()
    main([*words, "--profiles", "acme"])
    return capsys.readouterr().out


def decisions(capsys: pytest.CaptureFixture[str], history: tuple[str, ...]) -> list[Any]:
    """The decisions on the claim of the folder."""
    text = run(capsys, "check", "claims.csv", *history, "--report", "json")
    return list(json.loads(text)["decisions"])


def test_lines_of_another_known_payer_change_no_decision(
    folder: Path, known_by: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Check, next, plan and payable answer as without them."""
    Path("plan.csv").write_text(
        "member,payer,code,date,clinician,place_of_service\nM1,acme,90853,2024-12-05,1234567893,11\n"
    )
    own, others = answer(OWN, "20241201"), answer(OTHERS, "20241202", "20241203")
    alone, together = history_of(known_by, own), history_of(known_by, own, others)
    assert decisions(capsys, together) == decisions(capsys, alone)
    ask = ("next", "--code", "90853", "--payer", "acme", "--member", "M1", "--from", "2024-12-05")
    payable = ("payable", "claims.csv", "--payer", "acme")
    for command in (ask, ("plan", "plan.csv"), payable):
        assert run(capsys, *command, *together) == run(capsys, *command, *alone)


def test_lines_of_the_payer_count_by_each_of_its_identifiers(
    folder: Path, known_by: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The identifier of the profile and one that the practice file maps are one payer."""
    texts = answer(OWN, "20241202"), answer(UNKNOWN, "20241203")
    Path("practice.toml").write_text(f'{PRACTICE}[payers."{UNKNOWN}"]\npayer = "acme"\n')
    (decision,) = decisions(capsys, history_of(known_by, *texts))
    assert [finding["basis"] for finding in decision["findings"]] == ["proved"]


def test_the_practice_file_precedes_the_profiles(
    folder: Path, known_by: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """An identifier that a profile lists is of the payer to which the practice maps it."""
    Path("practice.toml").write_text(f'{PRACTICE}[payers."{OWN}"]\npayer = "other"\n')
    (decision,) = decisions(capsys, history_of(known_by, answer(OWN, "20241202", "20241203")))
    assert decision["findings"] == []


def test_lines_of_an_unknown_payer_prove_nothing(
    folder: Path, known_by: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are presumed to be the payer's, and the answer names what to state."""
    history = history_of(known_by, answer(UNKNOWN, "20241202", "20241203"))
    (decision,) = decisions(capsys, history)
    assert [finding["basis"] for finding in decision["findings"]] == ["presumed"]
    text = run(capsys, "check", "claims.csv", *history)
    assert "Payer of an earlier claim: 1 line; presumed: that of the claim" in text
    assert 'practice.toml: [payers."…"]' in " ".join(text.split())


def test_what_is_left_before_lines_of_an_unknown_payer_is_presumed(
    folder: Path, known_by: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The number of the answer is named with those that are possible, and so is what it rests on."""
    ask = ("next", "--code", "90853", "--payer", "acme", "--member", "M1", "--from", "2024-12-05")
    text = run(capsys, *ask, *history_of(known_by, answer(UNKNOWN, "20241202", "20241203")))
    words = " ".join(text.split())
    assert "0 to 2 of 2 sessions in any 7 consecutive days, 2024-11-29 to 2024-12-05;" in words
    assert "; 0 presumed (acme/two-per-week)" in words
    blocked, _, _ = words.partition("Left on")
    assert "Not paid from 2024-12-05 to 2024-12-08" in blocked
    assert "payer of an earlier claim: that of the claim" in blocked


def test_the_identifier_of_the_claim_form_is_of_the_payer() -> None:
    """It counts as known, unless it is known to be another payer's."""
    day = date(2024, 12, 2)
    lines = [
        HistoryLine(
            claim=payer, member="M1", code="90853", date_from=day, status="paid", payer=payer
        )
        for payer in (OWN, OTHERS, UNKNOWN)
    ]
    of_payer, history = PayerLines(frozenset([OWN]), frozenset([OTHERS])), History(lines=lines)
    assert of_payer.counted(history, UNKNOWN).lines == (lines[0], lines[2])
    left = of_payer.counted(history, OTHERS).lines
    assert [(line.payer, line.status) for line in left] == [(OWN, "paid"), (UNKNOWN, "pending")]


def _with_a_broken_amount(remittance: str) -> str:
    return remittance.replace("HC:90853*120*80", "HC:90853*120*eighty")


def _paid_as_a_whole(remittance: str) -> str:
    """The remittance with the amounts and days of the claim in place of those of its service."""
    whole = remittance.replace("SVC*HC:90853*120*80**1", "CAS*CO*45*40")
    return whole.replace("DTM*472", "DTM*232")


def _under_another_id(remittance: str) -> str:
    """The remittance with an old id of the member, and the payer's correction of it."""
    patient = "NM1*QC*1*SAMPLE*PAT****MI*M1"
    old = patient.replace("*M1", "*OLD7")
    corrected = remittance.replace(patient, f"{old}~NM1*74*1*SAMPLE*PAT****C*M1")
    return re.sub(r"SE\*(\d+)", lambda found: f"SE*{int(found[1]) + 1}", corrected)


def _without_a_claim(remittance: str) -> str:
    """The remittance as it is after four segments were lost: SE states more than there are."""
    return re.sub(r"SE\*(\d+)", lambda found: f"SE*{int(found[1]) + 4}", remittance)


@pytest.mark.parametrize(
    "changed", [_with_a_broken_amount, _paid_as_a_whole, _under_another_id, _without_a_claim]
)
@pytest.mark.parametrize("more", ["", 'history_complete_for = "members"\n'])
def test_a_history_that_was_read_in_part_is_not_complete(
    folder: Path,
    known_by: str,
    more: str,
    changed: Callable[[str], str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """No line is proved to pay by what the practice states, whether a file or a store lacks lines."""
    (folder / "practice.toml").write_text(PRACTICE + more)
    sound = answer(OWN, "20241201")
    proved = decisions(capsys, history_of(known_by, sound))
    assert [each["outcome"] for each in proved] == ["pay" if more else "unknown"]
    history = history_of(known_by, sound.replace("MI*M1", "MI*M2"), changed(sound))
    (found,) = decisions(capsys, history)
    assert (found["outcome"], found["expected"]) == ("unknown", "pay")
    main(["check", "claims.csv", "--profiles", "acme", *history])
    printed = capsys.readouterr()
    assert "history_complete_from does not hold" in printed.out + printed.err


def test_a_table_states_the_payer_of_its_lines(
    folder: Path, known_by: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A payer counts lines with its id or identifier, and none of another payer."""
    rows = "claim,member,code,date,status,units,payer\n"
    for at, payer in enumerate(("acme", OWN)):
        rows += f"A{at},M1,90853,2024-12-0{at + 1},paid,1,{payer}\n"
    (own,) = decisions(capsys, history_of(known_by, rows))
    assert [finding["basis"] for finding in own["findings"]] == ["proved"]
    others = rows.replace(",acme\n", ",other\n").replace(f",{OWN}\n", f",{OTHERS}\n")
    (other,) = decisions(capsys, history_of(known_by, others))
    assert other["findings"] == []
