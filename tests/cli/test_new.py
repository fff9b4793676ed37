"""``payer-rules new`` as an integrator runs it: what it writes is sound, and what it refuses."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import pytest

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode

#: How many cases each kind of project has.
CASES: Final = {"": 6, "--python": 9}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the command runs."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def installed(project: Path, name: str, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the project where Python finds it, as pip would."""
    about = project / f"{package}-0.1.0.dist-info"
    about.mkdir()
    metadata = f"Metadata-Version: 2.1\nName: payer-rules-{name}\nVersion: 0.1.0\n"
    (about / "METADATA").write_text(metadata, encoding="utf-8")
    entries = f"[payer_rules]\n{name} = {package}\n"
    (about / "entry_points.txt").write_text(entries, encoding="utf-8")
    monkeypatch.syspath_prepend(str(project))


@pytest.mark.parametrize("kind", ["", "--python"])
def test_what_is_written_is_sound(
    kind: str, here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The profile is without a problem, every case agrees, and every changed fact is noticed."""
    name = f"blue-sky{kind.lstrip('-')}"
    package = f"payer_rules_{name.replace('-', '_')}"
    assert main(["new", *filter(None, [kind]), name]) == ExitCode.CLEAN
    installed(here / f"payer-rules-{name}", name, package, monkeypatch)
    profile = here / f"payer-rules-{name}" / package
    assert main(["profiles", "check", str(profile)]) == ExitCode.CLEAN
    assert main(["doctor"]) == ExitCode.CLEAN
    capsys.readouterr()
    assert main(["conform", "--payer", name]) == ExitCode.CLEAN
    assert f": {CASES[kind]} agree\n" in capsys.readouterr().out
    assert main(["mutate", "--payer", name]) == ExitCode.CLEAN
    assert "(100.0 %) noticed" in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["", "--python"])
def test_its_own_tests_pass(
    kind: str, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pytest, run in the project, replays each case and keeps each invariant."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert main(["new", *filter(None, [kind]), "acme"]) == ExitCode.CLEAN
    project = pytester.path / "payer-rules-acme"
    installed(project, "acme", "payer_rules_acme", monkeypatch)
    monkeypatch.setenv("PYTHONPATH", str(project))
    monkeypatch.chdir(project)
    done = pytester.run(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-v")
    assert done.ret == 0
    result = done.stdout.str()
    assert result.count(".cases.toml::acme::") == CASES[kind]
    assert "acme::every_rule_has_a_case_that_fires PASSED" in result
    assert ("test_minutes.py" in result) == (kind == "--python")


def test_it_prints_what_it_wrote_and_what_comes_next(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every file is printed, sorted, and under them three commands."""
    main(["new", "acme"])
    written, _, following = capsys.readouterr().out.partition("\n\n")
    files = [p.relative_to(here).as_posix() for p in here.rglob("*") if p.is_file()]
    assert written.splitlines() == sorted(files)
    assert following.splitlines() == [
        "Next:",
        "  cd payer-rules-acme",
        "  pip install --editable . pytest",
        "  pytest",
    ]


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("Acme", "acme"),
        ("acme_health", "acme-health"),
        ("Ácme Health, Inc.", "acme-health-inc"),
        ("acme-", "acme"),
        ("acme--health", "acme-health"),
        ("payer-rules-acme", "acme"),
        ("../acme", "acme"),
        ("", "acme"),
        ("健康", "acme"),
    ],
)
def test_another_name_is_offered(
    name: str, near: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be a payer's id is refused in one line, with the nearest that can; none is written."""
    assert main(["new", name]) == ExitCode.USAGE
    (output,) = capsys.readouterr().err.splitlines()
    assert output.startswith(f"NAME: {name!r} cannot be the id of a payer")
    assert output.endswith(f"Write {near!r}. [PR602]")
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("il-medicaid", "the plugin 'profiles' has a payer 'il-medicaid' already"),
        ("medicare", "the plugin 'medicare' has a payer 'medicare' already"),
        ("profiles", "there is a plugin 'profiles' already"),
    ],
)
def test_a_payer_or_plugin_that_is_here_is_not_written_again(
    name: str, problem: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two plugins of one name, or for one payer, would not be loaded."""
    assert main(["new", name]) == ExitCode.USAGE
    assert capsys.readouterr().err.startswith(f"NAME: {problem}. Use another name")
    assert list(here.iterdir()) == []


def test_nothing_is_written_over(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that holds anything is left as it is."""
    kept = here / "payer-rules-acme" / "notes.txt"
    kept.parent.mkdir()
    kept.write_text("mine", encoding="utf-8")
    assert main(["new", "acme"]) == ExitCode.FAULTY
    (output,) = capsys.readouterr().err.splitlines()
    assert output.startswith("payer-rules-acme: is there already and not an empty folder.")
    assert [p.read_text("utf-8") for p in here.rglob("*") if p.is_file()] == ["mine"]


def test_a_file_in_the_place_of_the_folder_is_kept(here: Path) -> None:
    """A file is no empty folder either."""
    (here / "payer-rules-acme").write_text("mine", encoding="utf-8")
    assert main(["new", "acme"]) == ExitCode.FAULTY
    assert (here / "payer-rules-acme").read_text("utf-8") == "mine"


def test_an_empty_folder_is_filled(here: Path) -> None:
    """A folder made beforehand is as good as a new one."""
    (here / "payer-rules-acme").mkdir()
    assert main(["new", "acme"]) == ExitCode.CLEAN
    assert (here / "payer-rules-acme" / "tox.ini").is_file()


def test_a_place_that_cannot_be_written_is_reported(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The system's message is one line, without a traceback."""
    assert main(["new", "a" * 300]) == ExitCode.FAULTY
    (output,) = capsys.readouterr().err.splitlines()
    assert "cannot be written: " in output
    assert list(here.iterdir()) == []
