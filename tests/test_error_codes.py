"""The codes of problems: each is documented, used, and printed with its problem."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Final

import pytest

import payer_rules
from payer_rules.cli import main
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import FieldError, Problem, nearest

SOURCES: Final = sorted(Path(payer_rules.__file__).parent.rglob("*.py"))
PAGE: Final = Path(__file__).parents[1] / "docs/reference/errors.md"


@pytest.mark.parametrize("code", ErrorCode, ids=str)
def test_a_code_is_three_digits_with_a_sentence(code: ErrorCode) -> None:
    """A code is ``PR`` and a number, and its meaning is one sentence."""
    assert re.fullmatch(r"PR[0-7]\d\d", code)
    assert re.fullmatch(r"[A-Z].*\w\.", code.meaning)


def test_every_code_is_used() -> None:
    """No code is listed of which no module makes a problem."""
    used = {
        name
        for path in SOURCES
        for name in re.findall(r"ErrorCode\.([A-Z_0-9]+)", path.read_text("utf-8"))
    }
    assert used == set(ErrorCode.__members__)


def test_every_code_is_on_the_page() -> None:
    """The page lists each code with its meaning."""
    rows = dict(re.findall(r"^\| `(PR\d+)` \| (.*?) +\|$", PAGE.read_text("utf-8"), re.MULTILINE))
    assert rows == {str(code): code.meaning for code in ErrorCode}


def test_a_code_does_not_tell_two_problems_apart() -> None:
    """Problems are equal by place, message and remedy."""
    first = Problem("a.toml:1", "it is wrong", "Change it.", ErrorCode.NOT_UTF8)
    assert first == Problem("a.toml:1", "it is wrong", "Change it.")


def test_a_problem_without_a_code_is_printed_alone() -> None:
    """The code comes last, in brackets, and only where there is one."""
    error = FieldError(("a",), "it is wrong", "Change it.")
    assert error.at("a.toml:1").coded == "a.toml:1: it is wrong. Change it. [PR014]"
    assert Problem("a.toml:1", "it is wrong", "Change it.").coded.endswith("Change it.")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_problem_has_a_code(path: Path) -> None:
    """No problem of a file, a profile, a plugin, a command line or a report is without its code."""
    uncoded = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("Problem", "Remark", "PluginError")
        and len(node.args) < 4
        and not any(isinstance(argument, ast.Starred) for argument in node.args)
        and not any(keyword.arg == "code" for keyword in node.keywords)
    ]
    assert not uncoded


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.837", "ISA*00~", "PR301"),
        ("a.837", "PK\x03\x04", "PR009"),
        ("a.json", '{"resourceType": "Claim", "use": "claim"}', "PR313"),
        ("a.json", "{", "PR016"),
        ("a.toml", "[claim", "PR003"),
        ("a.toml", 'x = "y"', "PR010"),
        ("a.csv", "claim,member\n1,2\n", "PR321"),
    ],
)
def test_check_prints_the_codes_of_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: str, code: str
) -> None:
    """A file that cannot be read is reported with the code of what is wrong."""
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    main(["check", "--payer", "medicare", str(path)])
    assert f"[{code}]" in capsys.readouterr().err


def test_profiles_check_prints_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each problem of a profile is printed with its code."""
    path = tmp_path / "acme.toml"
    path.write_text('[payer]\nid = "acme"\nnmae = "Acme"\nkind = "commercial"\n', encoding="utf-8")
    main(["profiles", "check", str(path)])
    printed = capsys.readouterr().err.splitlines()
    assert [line.rpartition(" ")[2] for line in printed] == ["[PR011]", "[PR010]"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["check"], "PR603"),
        (["check", "--no-such-option"], "PR601"),
        (["chek"], "PR601"),
        (["check", "claim.toml", "--known-on", "2024"], "PR601"),
        (["rules", "--payer", "medicar"], "PR221"),
        (["check", "claim.toml", "--assume", "histories"], "PR602"),
        (["check", "claim.toml", "--format", "pdf"], "PR013"),
        (["check", "claim.toml", "--report", "pdf"], "PR602"),
        (["check", "claim.toml", "--report", "csv:claim.toml"], "PR605"),
        (["check", "claim.toml", "--report", "csv:none/a.csv"], "PR604"),
        (["check", "claim.toml", "--report", "csv", "--report", "json"], "PR606"),
        (["check", "claim.toml", "--setting", "practitoner"], "PR602"),
        (["next"], "PR603"),
        (["explain", "medicare/pt"], "PR602"),
        (["checklist", "--code", "9085"], "PR602"),
        (["doctor", "--time-limit", "0"], "PR602"),
        (["profiles", "check", ".", "--stale-after", "soon"], "PR602"),
        (["new", "Acme Health"], "PR602"),
        (["practice", "init", "claim.toml", "--out", "claim.toml"], "PR503"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else value,
)
def test_a_wrong_command_line_has_a_code(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: str,
) -> None:
    """What is wrong with an option is one problem with its code, and no traceback."""
    monkeypatch.chdir(tmp_path)
    Path("claim.toml").write_text("")
    main(arguments)
    printed = capsys.readouterr().err
    assert f"[{code}]" in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize("name", ["IL-Medicaid", "il medicaid", "IL_MEDICAID", "il-medicade"])
def test_the_nearest_name_has_the_same_letters(name: str) -> None:
    """Case, blanks, underscores and hyphens make no name nearer than its letters do."""
    known = ["in-medicaid", "il-medicaid", "wi-medicaid"]
    assert nearest(name, known) == "Did you mean 'il-medicaid'?"
