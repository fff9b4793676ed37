"""``payer-rules plan``: which appointments will not be paid, and what would help."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode

HEAD: Final = (
    "member,payer,code,date,clinician,rendering_profession,group,place_of_service,modifiers\n"
)


@pytest.fixture
def folder(acme: Path) -> Path:
    """A folder with a profile, and a history without lines that is complete."""
    (acme / "before.toml").write_text("history = []\n", encoding="utf-8")
    return acme


def plan(folder: Path, *rows: str, more: tuple[str, ...] = ()) -> int:
    """Return the exit code of the plan of the rows."""
    file = folder / "week.csv"
    file.write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    history = ("--history", str(folder / "before.toml"))
    return main(["plan", str(file), "--profiles", str(folder / "acme"), *history, *more])


GROUPS: Final = tuple(
    f"M1,acme,90853,2026-12-{day},1234567893,lcsw,G1,11," for day in ("01", "03", "05")
)


def test_a_third_session_is_moved_to_the_first_day_that_pays(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each appointment counts for the later ones, and the answer names rule and date."""
    assert plan(folder, *GROUPS) == ExitCode.FOUND
    out = capsys.readouterr().out
    assert out.startswith(
        "week.csv  3 appointments · 1 member · 2026-12-01 to 2026-12-05\n\nWILL NOT BE PAID  1\n"
        "  2026-12-05  90853  M1 · Acme Health (invented) · line 4 of the file\n"
        "    third 90853 in the 7 days 2026-11-29 to 2026-12-05; limit 2 (CO-119 N362)\n"
        "    Together with line 2 of the file and line 3 of the file\n"
        "    Rule acme/two-per-week; source MANUAL: Acme provider manual (invented)\n"
        "      (primary)\n"
        "    Next date that pays: 2026-12-08 ("
    )
    assert "NO RULE BROKEN  2" in out
    assert max(map(len, out.splitlines())) <= 80


def test_a_modifier_that_would_help_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A change of the appointment is tried before it is proposed."""
    assert plan(folder, "M1,acme,90853,2026-12-01,1234567893,lcsw,G1,10,") == ExitCode.FOUND
    out = capsys.readouterr().out
    assert "    Possible fix: modifier 95 on 90853, only if" in out
    assert "Next date that pays" not in out


def test_a_clinician_with_whom_it_would_be_paid_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The professions that the payer accepts for the appointment are listed."""
    assert plan(folder, "M1,acme,90834,2026-12-01,1234567893,lmft,,11,") == ExitCode.FOUND
    out = capsys.readouterr().out
    assert "    Paid with a clinician who holds the session and is: psychologist, lcsw\n" in out
    assert "Possible fix" not in out


def test_faults_of_the_file_end_with_4_and_the_others_are_planned(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All faults are reported with file and row, a payer that does not exist as well."""
    rows = ("M2,acme,9085,2026-12-01,1234567893,,,11,", "M3,acne,90853,2026-12-01,1234567893,,,11,")
    assert plan(folder, *GROUPS[:1], *rows) == ExitCode.FAULTY
    out, err = capsys.readouterr()
    assert out.startswith("week.csv  1 appointment ·")
    assert "week.csv:3 (code): '9085' is not a procedure code" in err
    assert "week.csv:4: there is no payer 'acne'. Did you mean 'acme'?" in err


def test_a_plan_for_machines(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each appointment has its row, its answer, its findings and the next date."""
    plan(folder, *GROUPS, more=("--report", "json"))
    appointments = json.loads(capsys.readouterr().out)["appointments"]
    assert [each["row"] for each in appointments] == [2, 3, 4]
    last = appointments[-1]
    assert last["class"] == "denied"
    assert [finding["rule"] for finding in last["findings"]] == ["acme/two-per-week"]
    assert last["next_date"]["next_payable"] == "2026-12-08"


def test_appointments_that_are_fine_are_listed_by_day_and_code(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Members of one day, code and payer share a line."""
    rows = [f"{m},acme,90853,2026-12-01,1234567893,lcsw,G1,11," for m in ("M1", "M2", "M3")]
    assert plan(folder, *rows) == ExitCode.CLEAN
    out = capsys.readouterr().out
    assert "  Acme Health (invented): 3 " in out
    assert "    2026-12-01  90853  M1, M2, M3\n" in out


REVIEW: Final = """
[[same_day_combination]]
id = "evaluation-with-group"
first = ["90791"]
second = ["90853"]
indicator = 0
scope = "member"
outcome = "review"
cites = ["MANUAL"]
rationale = "An evaluation and a group of one day are looked at."
"""
ALONE: Final = """
[sources.GUIDE]
title = "A guide to group psychotherapy (invented)"
url = "https://example.com/guide"
read = 2026-11-23
confidence = "secondary"

[[session_requirement]]
id = "group-of-several"
codes = ["90853"]
group_size = { at_least = 2 }
outcome = "review"
verified = { from = 2024-01-01, to = 2026-11-23 }
adjustment = { group = "CO", carc = "152" }
cites = ["GUIDE"]
rationale = "A single patient is no group."
"""
HOURS: Final = """
[[frequency_limit]]
id = "eight-hours"
codes = ["90834"]
limit = 480
counts = "minutes"
window = "day"
scope = "all-members"
cites = ["MANUAL"]
rationale = "A clinician is paid for eight hours a day."
"""


def add(folder: Path, rule: str) -> None:
    """Add the rule to the profile of the invented payer."""
    with (folder / "acme" / "acme.toml").open("a", encoding="utf-8") as profile:
        profile.write(rule)


def test_another_appointment_is_named_by_its_line_of_the_file(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An appointment that is for review says so, and no message names an invented claim."""
    add(folder, REVIEW)
    rows = [f"M1,acme,{c},2026-12-01,1234567893,lcsw,,11," for c in ("90791", "90853")]
    assert plan(folder, *rows) == ExitCode.FOUND
    out = capsys.readouterr().out
    assert "  2026-12-01  90853  M1 · Acme Health (invented) · line 3 of the file · review\n" in out
    assert "90791 (line 2 of the file)" in " ".join(out.split())
    assert "row-" not in out


def test_a_finding_that_is_milder_than_the_answer_has_its_own_outcome(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A warning among the reasons of a denial is not read as a denial."""
    add(folder, REVIEW)
    sessions = [("90853", 1), ("90853", 2), ("90791", 3), ("90853", 3)]
    plan(folder, *(f"M1,acme,{c},2026-12-0{day},1234567893,lcsw,,11," for c, day in sessions))
    denied = capsys.readouterr().out.partition("MAY BE DENIED OR REDUCED")[0]
    assert "WILL NOT BE PAID" in denied
    assert "    third 90853 in the 7 days" in denied
    assert "    review: " in denied


def test_a_group_of_one_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One appointment alone is no group: the schedule may lack the other members."""
    rows = [f"M{n},acme,90853,2026-12-01,1234567893,lcsw,{g},11," for n, g in enumerate("AAB", 1)]
    plan(folder, *rows)
    out = capsys.readouterr().out
    assert "GROUPS OF ONE: add the other members" in out
    assert "  2026-12-01  90853  B · line 4 of the file\n" in out
    assert "  A · line" not in out
    plan(folder, *rows, more=("--report", "json"))
    assert json.loads(capsys.readouterr().out)["groups_of_one"] == [4]


def test_a_group_of_one_gets_no_date_but_its_members(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No day pays a group of one, also where the text about it is too old; the risk is of an audit."""
    add(folder, ALONE)
    rows = [f"M{n},acme,90853,2026-12-01,1234567893,lcsw,{g},11," for n, g in enumerate("AAB", 1)]
    assert plan(folder, *rows) == ExitCode.FOUND
    out = capsys.readouterr().out
    heading = "M3 · Acme Health (invented) · line 4 of the file · audit risk (review) 90853 on"
    assert heading in " ".join(out.partition("MAY BE DENIED OR REDUCED  1\n")[2].split())
    assert "    Add the other members of the group, or their number as group_size\n" in out
    assert "Next date that pays" not in out
    assert "No sure date" not in out
    plan(folder, *rows, more=("--report", "json"))
    helped = json.loads(capsys.readouterr().out)["appointments"]
    assert [each["needs_members"] for each in helped] == [False, False, True]


def test_a_group_of_one_that_exceeds_a_limit_needs_no_members(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """More members help only where the size of the group is what is wrong."""
    plan(folder, *GROUPS)
    assert "Add the other members of the group" not in capsys.readouterr().out


def test_a_verbose_plan_says_on_what_fine_appointments_rest(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each has its own basis, the rules that were checked, and what is presumed."""
    plan(folder, GROUPS[0], more=("--verbose",))
    out = capsys.readouterr().out
    assert "    2026-12-01  90853  M1: " in out
    assert "      Checked by: acme/" in out
    assert max(map(len, out.splitlines())) <= 80


def test_limits_over_all_members_are_checked(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A limit of a clinician's day is exceeded by appointments of several members together."""
    add(folder, HOURS)
    rows = [f"M{n},acme,90834,2026-12-01,1234567893,lcsw,,11,,60" for n in range(1, 10)]
    file = folder / "week.csv"
    head = HEAD.replace("modifiers", "modifiers,minutes")
    file.write_text(head + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    command = ["plan", str(file), "--profiles", str(folder / "acme")]
    assert main(command) == ExitCode.FOUND
    out = capsys.readouterr().out
    assert "OVER SEVERAL MEMBERS\n" in out
    assert "limit 480" in " ".join(out.split())
    assert "    Line 10 of the file\n    Rule acme/eight-hours;" in out
    assert main([*command, "--report", "json"]) == ExitCode.FOUND
    (finding,) = json.loads(capsys.readouterr().out)["over_members"]
    assert finding["rule"] == "acme/eight-hours"


def test_an_empty_schedule_ends_with_5(folder: Path) -> None:
    """Nothing was run."""
    assert plan(folder) == ExitCode.NOTHING


def test_the_practice_file_states_who_the_clinicians_are(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A profession in the practice file decides a rule about clinicians, in a plan as in a check."""
    row = "M1,acme,90834,2026-12-01,1234567893,,,11,"
    text = """\
[providers."1234567893"]
profession = "lmsw"

[providers."1234567802"]
profession = "psychologist"
"""
    (folder / "practice.toml").write_text(text, encoding="utf-8")
    practice = ("--practice", str(folder / "practice.toml"))
    assert plan(folder, row, more=practice) == ExitCode.FOUND
    out = capsys.readouterr().out
    assert "    Paid with a clinician who holds the session and is: psychologist, lcsw\n" in out
    assert "    In the practice file: 1234567802, only if that person holds the session\n" in out
