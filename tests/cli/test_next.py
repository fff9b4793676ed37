"""``payer-rules next``: the first date on which a service would be paid."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest
from x12_texts import interchange, written

from payer_rules.claims import Claim, Member, Provider, ServiceLine
from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode

HISTORY: Final = """\
[[history]]
claim = "A"
member = "M1"
code = "90853"
date = 2026-12-01
status = "paid"
billing_provider = { npi = "1234567893" }

[[history]]
claim = "B"
member = "M1"
code = "90853"
date = 2026-12-03
status = "paid"
billing_provider = { npi = "1234567893" }
"""
CLAIM: Final = """\
history = []

[claim]
id = "C1"
payer = "acme"
member = { id = "M1" }
billing_provider = { npi = "1234567893" }

[[claim.lines]]
code = "90853"
date = 2026-12-01
place_of_service = "11"

[[claim.lines]]
code = "90853"
date = 2026-12-01
place_of_service = "11"

[[claim.lines]]
code = "90853"
date = 2026-12-01
place_of_service = "11"
"""


@pytest.fixture
def folder(acme: Path) -> Path:
    """A folder with a profile, a history and a claim."""
    (acme / "before.toml").write_text(HISTORY, encoding="utf-8")
    (acme / "claim.toml").write_text(CLAIM, encoding="utf-8")
    return acme


def ask(folder: Path, *words: str) -> int:
    """Return the exit code of the question about a group session at place 11."""
    question = ["--code", "90853", "--payer", "acme", "--place", "11", *words]
    return main(["next", *question, "--profiles", str(folder / "acme")])


def test_the_date_the_reason_and_what_is_left(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The answer names the date, the rule that blocks until then, and the units left."""
    history = ("--history", str(folder / "before.toml"))
    assert ask(folder, "--member", "M1", "--from", "2026-12-04", *history) == ExitCode.CLEAN
    out = capsys.readouterr().out
    assert out.startswith("90853 · Acme Health (invented)\n  Next payable date: 2026-12-08 (")
    assert (
        "  Not paid from 2026-12-04 to 2026-12-07: third 90853 in the 7 days 2026-11-28\n"
        "    to 2026-12-04; limit 2 (CO-119 N362)\n"
        "    Together with claim A and claim B\n"
        "    Rule acme/two-per-week; source MANUAL: Acme provider manual (invented)\n"
        "      (primary)\n"
        "  Left on 2026-12-04, before this claim:\n"
        "    0 of 2 sessions in any 7 consecutive days, 2026-11-28 to 2026-12-04\n"
        "      (acme/two-per-week)\n"
    ) in out
    assert max(map(len, out.splitlines())) <= 80


def test_what_is_left_is_an_interval_without_a_history(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sessions that are not known may have used up the limit."""
    ask(folder, "--from", "2026-12-04")
    text = " ".join(capsys.readouterr().out.split())
    span = "2026-11-28 to 2026-12-04"
    assert f" 0 to 2 of 2 sessions in any 7 consecutive days, {span}; 2 presumed" in text


def test_no_date_within_the_horizon_ends_with_1(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The last date that was tried is named."""
    words = ("--member", "M1", "--from", "2026-12-04", "--until", "2026-12-06")
    assert ask(folder, *words, "--history", str(folder / "before.toml")) == ExitCode.FOUND
    assert "  Next payable date: none from 2026-12-04 to 2026-12-06\n" in capsys.readouterr().out


def test_each_line_of_a_claim_is_moved_alone(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The third session of the week is paid a week later; the others stay where they are."""
    words = ["next", str(folder / "claim.toml"), "--profiles", str(folder / "acme")]
    assert main([*words, "--report", "json"]) == ExitCode.CLEAN
    answers = json.loads(capsys.readouterr().out)["answers"]
    found = {answer["line"]: answer["next_payable"] for answer in answers}
    assert found == {1: "2026-12-01", 2: "2026-12-01", 3: "2026-12-08"}
    assert answers[2]["blocked"][0]["finding"]["rule"] == "acme/two-per-week"


def test_a_wrong_question_is_explained(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a claim and a code nothing is asked; a wrong code is quoted."""
    assert main(["next"]) == ExitCode.NOTHING
    assert "neither a claim file nor a code was given" in capsys.readouterr().err
    assert main(["next", "--code", "9085", "--payer", "medicare"]) == ExitCode.FAULTY
    assert "'9085' is not a procedure code" in capsys.readouterr().err


def test_a_code_and_a_claim_file_are_two_questions(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A code is not asked about together with the lines of a file, which would not be counted."""
    words = ["next", str(folder / "claim.toml"), "--code", "90853", "--payer", "medicare"]
    assert main(words) == ExitCode.USAGE
    assert "claim files and --code 90853 were given. Give one of them" in capsys.readouterr().err


@pytest.mark.parametrize(("member", "is_known"), [("M1", True), ("M11", False)])
def test_a_member_without_services_in_the_history_is_named(
    folder: Path, member: str, is_known: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """The id may be mistyped, and then nothing of the history was counted."""
    ask(folder, "--member", member, "--history", str(folder / "before.toml"))
    remark = f"The history has no service of member {member}."
    assert (remark in capsys.readouterr().out) is not is_known


def test_a_history_of_several_members_needs_a_name(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is not guessed which patient is meant."""
    both = HISTORY.replace('member = "M1"', 'member = "M2"', 1)
    (folder / "both.toml").write_text(both, encoding="utf-8")
    assert ask(folder, "--history", str(folder / "both.toml")) == ExitCode.USAGE
    assert "--member: the history has several members" in capsys.readouterr().err


def test_a_code_without_a_policy_has_no_date(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What nobody read is not taken for a date that pays."""
    words = ["next", "--code", "90847", "--payer", "acme", "--from", "2026-12-04"]
    assert main([*words, "--profiles", str(folder / "acme")]) == ExitCode.OPEN
    out = capsys.readouterr().out
    assert out.startswith("90847 · Acme Health (invented)\n  No date: this payer's policy was not")
    assert "nothing that was read is against 2026-12-04\n" in " ".join(out.split()) + "\n"


def sent(folder: Path, *claims: Claim) -> str:
    """Write the claims to an 837P and return its path."""
    path = folder / "sent.837"
    path.write_text(interchange(*map(written, claims)), encoding="utf-8")
    return str(path)


def session(claim: str, day: int, **facts: str) -> Claim:
    """Return a claim of member M1 for one group session in December."""
    line = ServiceLine(
        code="90853", date_from=date(2026, 12, day), place_of_service="11", charge=Decimal(60)
    )
    return Claim(
        id=claim,
        member=Member(id="M1", birth_date=date(1980, 1, 2)),
        billing_provider=Provider(npi="1234567893"),
        setting="practitioner",
        diagnoses=("F331",),
        lines=[line],
        **facts,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("claims", "day"),
    [
        ([session("A", 1), session("B", 3)], "2026-12-08"),
        ([session("A", 1)], "2026-12-04"),
        (
            [session("A", 1), session("B", 3), session("C", 3, replaces="B", frequency_code="7")],
            "2026-12-08",
        ),
        (
            [session("A", 1), session("B", 3), session("C", 3, replaces="B", frequency_code="8")],
            "2026-12-04",
        ),
    ],
    ids=["two sessions", "one session", "a replaced claim", "a voided claim"],
)
def test_claims_without_a_decision_count(
    claims: list[Claim], day: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sessions of an 837 that is given as history count as billed; withdrawn ones do not."""
    words = ("--member", "M1", "--from", "2026-12-04", "--history", sent(folder, *claims))
    assert ask(folder, *words) == ExitCode.CLEAN
    assert f"Next payable date: {day} (" in capsys.readouterr().out


def test_a_claim_that_a_history_decides_counts_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A session that was sent and denied since is not pending, and no difference is reported."""
    denied = HISTORY.replace('"paid"', '"denied"')
    (folder / "before.toml").write_text(denied, encoding="utf-8")
    files = ("--history", sent(folder, session("A", 1), session("B", 3)))
    words = ("--member", "M1", "--from", "2026-12-04", *files)
    assert ask(folder, *words, "--history", str(folder / "before.toml")) == ExitCode.CLEAN
    answer = capsys.readouterr()
    assert "Next payable date: 2026-12-04 (" in answer.out
    assert not answer.err


def test_a_history_that_was_not_read_is_named_after_the_answer(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An answer without the services of a broken file names them as not counted."""
    (folder / "before.toml").write_text(HISTORY.replace('"90853"', '"9085"'), encoding="utf-8")
    words = ("--member", "M1", "--history", str(folder / "before.toml"))
    assert ask(folder, *words) == ExitCode.FAULTY
    assert "Not counted: the part of the history that was not read" in capsys.readouterr().out


@pytest.mark.parametrize(("first", "is_named"), [("2026-12-10", False), ("2026-12-11", True)])
def test_a_history_that_ends_before_the_date_is_named(
    first: str, is_named: bool, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A history that is stated to be complete, and ends over a week before the date, says so."""
    practice = folder / "practice.toml"
    practice.write_text("[practice]\nhistory_complete_from = 2026-01-01\n", encoding="utf-8")
    files = ("--history", str(folder / "before.toml"), "--practice", str(practice))
    ask(folder, "--member", "M1", "--from", first, *files)
    out = capsys.readouterr().out
    assert ("\nThe last service in the history is of 2026-12-03: by" in out) == is_named


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-01-01", "9999-12-31"),
        ("9999-12-30", None),
        ("9999-12-31", "9999-12-31"),
        ("0001-01-01", "0001-01-02"),
        ("0001-01-01", None),
    ],
)
def test_days_at_the_ends_of_the_calendar_are_answered(
    first: str, last: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """Days that a calendar hardly has are no internal error, for any of several payers."""
    until = ["--until", last] if last else []
    for payer in ("tricare", "medicare", "il-medicaid"):
        code = main(["next", "--code", "90853", "--payer", payer, "--from", first, *until])
        assert code in (ExitCode.CLEAN, ExitCode.FOUND, ExitCode.OPEN), capsys.readouterr().err
