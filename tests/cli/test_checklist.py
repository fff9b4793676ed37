"""``payer-rules checklist``: what the record of a service must hold, and its source."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from payer_rules.claims import Documented
from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.practice.house_checklist import HOUSE_LIST

PROFILE: Final = """\
[payer]
id = "acme"
name = "Acme Health (invented)"
kind = "commercial"

[sources.MANUAL]
title = "Acme provider manual (invented)"
url = "https://example.com/manual"
read = 2026-11-23
confidence = "primary"

[[session_requirement]]
id = "group-size"
codes = ["90853"]
group_size = { at_most = 8 }
when = { place_of_service = ["11"] }
verified = { from = 2024-01-01, to = 2024-12-31 }
cites = ["MANUAL"]
rationale = "A group has at most eight members."

[[session_requirement]]
id = "note"
codes = ["90834"]
minutes = { at_least = 38 }
documented = ["topic", "start-end-times"]
cites = ["MANUAL"]
rationale = "The note states the topic and the times."
"""
GROUP: Final = """\
90853 · Acme Health (invented) · on 2026-12-01

  Asked for by the payer:
    [ ] 90853 asks for a group of at most 8 participants.
        Applies at place of service 11
        Rule acme/group-size; source MANUAL: Acme provider manual (invented)
          (primary)
        Read for other dates: we have not confirmed that it still applies.

  House list, no payer text:
    [ ] attendance: who was present
    [ ] start and end times of the session
    [ ] topic of the session
    [ ] role of the therapist
    [ ] interventions that were used
    [ ] progress of each member, in the member's own note
    [ ] outcome of the session
    [ ] medical necessity: why this member needs the service
    [ ] care plan: the goal that the session serves
"""
INDIVIDUAL: Final = """\
90834 · Acme Health (invented) · on 2024-08-15

  Asked for by the payer:
    [ ] 90834 asks for at least 38 minutes.
        Rule acme/note; source MANUAL: Acme provider manual (invented) (primary)
    [ ] start and end times of the session
        Rule acme/note; source MANUAL: Acme provider manual (invented) (primary)
    [ ] topic of the session
        Rule acme/note; source MANUAL: Acme provider manual (invented) (primary)

  House list for the other contents, no payer text:
    [ ] attendance: who was present
    [ ] role of the therapist
    [ ] interventions that were used
    [ ] progress of each member, in the member's own note
    [ ] outcome of the session
    [ ] medical necessity: why this member needs the service
    [ ] care plan: the goal that the session serves
"""


@pytest.fixture
def arguments(tmp_path: Path) -> list[str]:
    """The command with a profile of its own."""
    (tmp_path / "acme.toml").write_text(PROFILE, encoding="utf-8")
    return ["checklist", "--profiles", str(tmp_path), "--payer", "acme"]


def test_the_house_list_is_marked(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Where no text says what to document, the house list follows what the payer asks for."""
    assert main([*arguments, "--code", "90853", "--on", "2026-12-01"]) == ExitCode.CLEAN
    assert capsys.readouterr().out == GROUP


def test_the_house_list_holds_what_no_text_of_the_payer_names(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Each thing that the payer wants to be documented is an item with its source."""
    assert main([*arguments, "--code", "90834", "--on", "2024-08-15"]) == ExitCode.CLEAN
    assert capsys.readouterr().out == INDIVIDUAL


def test_one_item_of_a_payer_does_not_hide_the_house_list(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A text that was read for one thing in the note says nothing of its other contents."""
    words = ["--payer", "il-medicaid", "--code", "90853", "--on", "2026-11-30"]
    assert main(["checklist", *words]) == ExitCode.CLEAN
    own, heading, house = capsys.readouterr().out.partition(
        "  House list for the other contents, no payer text:\n"
    )
    assert own.count("[ ]") == 1
    assert heading
    assert house.count("[ ]") == len(HOUSE_LIST)


@pytest.mark.parametrize(
    ("stated", "shown"),
    [
        ('contractor = "ngs"\n', []),
        ('contractor = "palmetto"\n', ["Applies with modifier HQ"]),
        (
            "",
            ["Applies with modifier HQ, except where the contractor is ngs or noridian"],
        ),
    ],
)
def test_conditions_that_the_practice_file_answers_are_left_out(
    tmp_path: Path, stated: str, shown: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A rule that never applies to the practice's claims asks for nothing."""
    when = 'when = { modifier = ["HQ"] }\nexcept = [{ contractor = ["ngs", "noridian"] }]'
    profile = PROFILE.replace('when = { place_of_service = ["11"] }', when)
    (tmp_path / "acme.toml").write_text(profile, encoding="utf-8")
    practice = tmp_path / "practice.toml"
    practice.write_text(f"[practice]\n{stated}", encoding="utf-8")
    words = ["checklist", "--profiles", str(tmp_path / "acme.toml"), "--payer", "acme"]
    words += ["--code", "90853", "--on", "2024-08-15", "--practice", str(practice)]
    assert main(words) == ExitCode.CLEAN
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert [line for line in lines if line.startswith("Applies")] == shown
    assert any("at most 8" in line for line in lines) == bool(shown)


def test_a_waived_rule_and_the_contract_with_a_payer_count(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The checklist asks for nothing that the practice has settled with the payer."""
    profile = PROFILE.replace(
        'when = { place_of_service = ["11"] }', 'when = { network = ["out-of-network"] }'
    )
    (tmp_path / "acme.toml").write_text(profile, encoding="utf-8")
    practice = tmp_path / "practice.toml"
    waived = '[[waivers]]\nrule = "acme/note"\nreason = "amendment"\nuntil = 2024-12-31\n'
    contract = '[payers."1"]\npayer = "acme"\nnetwork = "in-network"\n'
    practice.write_text(waived + contract, encoding="utf-8")
    words = ["checklist", "--profiles", str(tmp_path / "acme.toml"), "--payer", "acme"]
    words += ["--practice", str(practice), "--on", "2024-08-15"]
    for code in ("90853", "90834"):
        assert main([*words, "--code", code]) == ExitCode.CLEAN
        assert "Asked for by the payer" not in capsys.readouterr().out


def test_a_checklist_for_machines(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Items have the rule and its sources; items of the house list are texts."""
    main([*arguments, "--code", "90853", "--on", "2026-12-01", "--report", "json"])
    (found,) = json.loads(capsys.readouterr().out)["checklists"]
    (item,) = found["items"]
    assert (found["payer"], found["code"], found["day"]) == ("acme", "90853", "2026-12-01")
    assert (item["rule"], item["is_confirmed"]) == ("acme/group-size", False)
    assert item["citations"][0]["row"] == "MANUAL"
    assert found["house"] == list(HOUSE_LIST.values())


def test_wrong_values_are_reported(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A text that is no code, and a payer that does not exist, are quoted."""
    assert main([*arguments, "--code", "9085"]) == ExitCode.USAGE
    assert "'9085' is not a procedure code" in capsys.readouterr().err
    assert main(["checklist", "--payer", "acne", "--code", "90853"]) == ExitCode.USAGE
    assert "there is no payer 'acne'" in capsys.readouterr().err


def test_the_house_list_has_every_word_of_a_record() -> None:
    """Each thing that a claim can state as documented has an item in plain words."""
    assert set(HOUSE_LIST) == set(Documented.__args__)  # type: ignore[attr-defined]


def test_the_house_list_is_printed_once_for_several_payers(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Payers whose texts ask for something come first, each with its items."""
    words = [*arguments, "--payer", "aetna", "--code", "90853", "--on", "2026-12-01"]
    assert main(words) == ExitCode.CLEAN
    out = capsys.readouterr().out
    assert "\n  House list, no payer text · acme, aetna:\n" in out
    assert out.count("[ ] attendance") == 1
    assert out.count("Asked for by the payer") == 1
