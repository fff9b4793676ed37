"""The practice file: found, read with all faults at once, and compared with what is installed."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from payer_rules.cli import main
from payer_rules.errors import InputError
from payer_rules.practice import find_practice, read_practice
from payer_rules.practice.practice import history_files

WHOLE: Final = """\
[practice]
state = "Illinois"
contractor = "J6"
history_complete_from = 2025-01-01
group_size_at_most = 12

[providers."1234567893"]
profession = "LCSW"

[payers."87726"]
payer = "uhc"
network = "in"

[[waivers]]
rule = "medicare/ptp"
codes = ["90853", "90834"]
reason = "contract amendment of 2026-03-01"
until = 2027-02-28
"""

Written = Callable[[str], Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Return a function that writes a practice file."""

    def write(text: str) -> Path:
        path = tmp_path / "practice.toml"
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    return write


def problems_of(path: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return what ``practice check`` prints about the file, without the path."""
    main(["practice", "check", str(path)])
    return [line.replace(str(path), "p") for line in capsys.readouterr().err.splitlines()]


def test_a_file_is_read_as_a_whole(written: Written) -> None:
    """Words are put into canonical form; everything has its place."""
    practice, _ = read_practice(written(WHOLE))
    assert (practice.house.state, practice.house.contractor) == ("IL", "ngs")
    assert practice.house.history_complete_from == date(2025, 1, 1)
    assert practice.providers["1234567893"].profession == "lcsw"
    assert practice.payers_by_identifier == {"87726": "uhc"}
    assert practice.payers["87726"].network == "in-network"
    assert [str(waiver) for waiver in practice.waivers] == [
        "medicare/ptp for 90834, 90853 until 2027-02-28: contract amendment of 2026-03-01"
    ]


def test_a_sound_file_is_clean(written: Written, capsys: pytest.CaptureFixture[str]) -> None:
    """The check counts what the file has, and finds nothing."""
    path = written(WHOLE)
    assert main(["practice", "check", str(path)]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == f"{path}: 1 provider, 1 payer, 1 waiver"
    assert err == ""


def test_all_faults_are_told_at_once(written: Written, capsys: pytest.CaptureFixture[str]) -> None:
    """Each invalid value is reported with its line, the nearest known word and a code."""
    path = written(
        """\
        [practices]
        [practice]
        state = "Ilinois"
        contractor = "NSG"
        group_size_at_most = 0
        [providers."123456789"]
        profession = "lcsv"
        [payers."87726"]
        network = "inn"
        [[waivers]]
        rule = "uhc/ptp"
        reason = ""
        until = 2027-02-28
        """
    )
    assert problems_of(path, capsys) == [
        "p:1: unknown key 'practices'. Did you mean 'practice'? [PR010]",
        "p:3: 'Ilinois' is not a state. Did you mean 'IL'? [PR013]",
        "p:4: 'NSG' is not a Medicare contractor (MAC). Did you mean 'ngs'? [PR013]",
        "p:5: group_size_at_most is 0, and a whole number of 1 or more belongs here. "
        "Write a whole number of 1 or more. [PR012]",
        "p:6: '123456789' is not an NPI. An NPI has ten digits. [PR013]",
        "p:7: 'lcsv' is not a profession. Did you mean 'lcsw'? [PR013]",
        "p:9: 'inn' is not a network. Did you mean 'in-network'? [PR013]",
        "p:10: a waiver of uhc/ptp names no codes. "
        'Write codes = ["90853", "90834"] for the edits of these codes. [PR014]',
        "p:12: the waiver states no reason. Say what was agreed, with whom and when. [PR014]",
    ]


def test_names_are_compared_with_what_is_installed(
    written: Written, capsys: pytest.CaptureFixture[str]
) -> None:
    """Unknown payers, plans, programs, rules and files are problems; a wrong check digit is none."""
    path = written(
        """\
        [practice]
        history = ["835/*.835"]
        [providers."1234567890"]
        profession = "lcsw"
        [payers."87726"]
        payer = "uch"
        plan = "primee"
        program = "medicad"
        [[waivers]]
        rule = "medicare/psychotherapy-docmentation"
        reason = "agreed"
        until = 2027-02-28
        [[waivers]]
        rule = "medcare/ptp"
        codes = ["90853", "90834"]
        reason = "agreed"
        until = 2027-02-28
        """
    )
    found = problems_of(path, capsys)
    starts = [
        "p:6: there is no payer 'uch'. Did you mean 'uhc'? [PR221]",
        "p:7: 'primee' is not a plan. Did you mean 'prime'? [PR013]",
        "p:8: 'medicad' is not a program. Did you mean 'medicaid'? [PR013]",
        "p:10: there is no rule 'medicare/psychotherapy-docmentation'. ",
        "p:14: there is no rule 'medcare/ptp'. ",
        str(path.parent / "835/*.835"),
        "remark: p:3: the check digit of the NPI 1234567890 is wrong. ",
    ]
    assert len(found) == len(starts)
    for line, start in zip(found, starts, strict=True):
        assert line.startswith(start)


def test_a_file_is_found_in_the_folder_or_above(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The nearest file counts; the environment variable and the option name another."""
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    (tmp_path / "practice.toml").touch()
    monkeypatch.chdir(inside)
    monkeypatch.delenv("PAYER_RULES_PRACTICE", raising=False)
    assert find_practice() == tmp_path / "practice.toml"
    (tmp_path / "a" / "practice.toml").touch()
    assert find_practice() == tmp_path / "a" / "practice.toml"
    (inside / "practice.toml").touch()
    assert find_practice() == Path("practice.toml")
    monkeypatch.setenv("PAYER_RULES_PRACTICE", "other.toml")
    assert find_practice() == Path("other.toml")
    assert find_practice(Path("mine.toml")) == Path("mine.toml")


def test_a_file_that_is_named_must_exist() -> None:
    """A file that was named and is missing is a problem, and not an empty practice."""
    with pytest.raises(InputError, match="there is no such file"):
        read_practice(Path("missing.toml"))


def test_check_without_a_file_says_how_to_write_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where no file is found, the command that writes one is named."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PAYER_RULES_PRACTICE", raising=False)
    assert main(["practice", "check"]) == 4
    assert "practice init FILE. [PR503]" in capsys.readouterr().err


def test_history_files_are_beside_the_practice_file(written: Written) -> None:
    """Names may have wildcards, and are relative to the folder of the practice file."""
    path = written('[practice]\nhistory = ["*.835", "835/1.835"]\n')
    for name in ("b.835", "a.835"):
        (path.parent / name).touch()
    practice, _ = read_practice(path)
    names = [each.relative_to(path.parent).as_posix() for each in history_files(practice)]
    assert names == ["a.835", "b.835", "835/1.835"]
