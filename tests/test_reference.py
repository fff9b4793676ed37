"""Invariants of the reference: its pages agree with the code, and its examples are valid."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import attrs
import pytest

from payer_rules import Rule, hookspecs
from payer_rules.examples import examples_of
from payer_rules.kinds import KINDS
from payer_rules.profiles import Profile, read_profile
from payer_rules.profiles.profile_check import check_profile
from payer_rules.rules import SCOPES, When

CHECKOUT: Final = Path(__file__).resolve().parent.parent
TOOL: Final = CHECKOUT / "tools" / "make_reference.py"
PAGES: Final = CHECKOUT / "docs" / "reference"
NAMES: Final = (
    "cli.md",
    "errors.md",
    "hooks.md",
    "invariants.md",
    "rule-kinds.md",
    "stability.md",
    "vocabularies.md",
    "when.md",
)

if not TOOL.is_file():
    pytest.skip("there is no checkout around these tests", allow_module_level=True)

PROFILE: Final = read_profile(PAGES / "acme.toml", "docs")
RULE: Final = """
[payer]
id = "acme"
name = "Acme Health"
kind = "commercial"

[sources.MANUAL]
title = "Acme manual"
url = "https://example.com/manual"
read = 2026-11-23
confidence = "primary"

[courses.treatment]
codes = ["90853"]

[tables.indicators]
file = "indicators.csv"
verified = {{ from = 2026-01-01 }}
cites = ["MANUAL"]

[[coverage]]
id = "narrowed"
codes = ["90853"]
when = {{ {condition} }}
cites = ["MANUAL"]
rationale = "Group sessions are not covered where the condition holds."
"""


def _run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    run = [sys.executable, TOOL, *arguments]
    return subprocess.run(run, capture_output=True, text=True, check=False)


def _blocks(page: str) -> list[str]:
    text = (PAGES / page).read_text(encoding="utf-8")
    return re.findall(r"^```toml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def _profile(folder: Path, text: str) -> Profile:
    file = folder / "acme.toml"
    file.write_text(text, encoding="utf-8")
    return read_profile(file, "docs")


def _conditions() -> list[str]:
    text = (PAGES / "when.md").read_text(encoding="utf-8")
    return re.findall(r"^\| `(?:\w+)` \| [^|]+ \| `(\w+ = .+?)` \|", text, re.MULTILINE)


def test_the_pages_are_up_to_date() -> None:
    """The pages in docs/reference are the ones that the tool would write."""
    done = _run("--check")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_tool_writes_every_page(tmp_path: Path) -> None:
    """What the tool writes into an empty folder passes its own check."""
    assert _run(tmp_path).returncode == 0
    assert sorted(page.name for page in tmp_path.iterdir()) == list(NAMES)
    assert _run("--check", tmp_path).returncode == 0


def test_a_page_that_is_changed_or_gone_is_named(tmp_path: Path) -> None:
    """The check exits 1, names each page that is out of date, and no other; it writes nothing."""
    _run(tmp_path)
    (tmp_path / "cli.md").unlink()
    with (tmp_path / "when.md").open("a", encoding="utf-8") as page:
        page.write("A sentence that no code says.\n")
    done = _run("--check", tmp_path)
    assert done.returncode == 1
    assert re.findall(r"^(\S+) is out of date", done.stderr, re.MULTILINE) == ["when.md", "cli.md"]
    assert "-A sentence that no code says." in done.stderr
    assert not (tmp_path / "cli.md").exists()


def test_an_argument_that_nobody_knows_is_reported() -> None:
    """A misspelt option is refused and writes nothing."""
    done = _run("--chek")
    assert done.returncode == 2
    assert done.stderr.startswith("usage: ")


def test_the_examples_of_the_kinds_are_one_sound_profile(tmp_path: Path) -> None:
    """The examples, put together, are a profile without a problem and with a rule of each kind."""
    text = "\n".join(_blocks("rule-kinds.md"))
    assert text == (PAGES / "acme.toml").read_text(encoding="utf-8")
    profile = _profile(tmp_path, text)
    assert profile.problems == ()
    kinds = [type(rule).__name__ for rule in profile.rules]
    assert kinds == [kind.rule.__name__ for kind in KINDS if kind.is_data]


def test_the_example_profile_is_portable() -> None:
    """All TOML readers read the same from the example profile."""
    assert check_profile(PAGES / "acme.toml", "docs") == ((), ())


@pytest.mark.parametrize("rule", PROFILE.rules, ids=lambda rule: rule.id)
def test_an_example_rule_rejects_a_claim(rule: Rule) -> None:
    """Each rule among the examples does what it is there for: there is a claim it rejects."""
    assert PROFILE.payer
    assert examples_of(rule, PROFILE.payer).rejected


@pytest.mark.parametrize("condition", _conditions())
def test_the_example_of_a_condition_is_sound(condition: str, tmp_path: Path) -> None:
    """A rule that is narrowed by the example alone is without a problem, and narrowed."""
    rows = "code,value,from,to\n90853,1,2026-01-01,2026-06-30\n90853,2,2026-07-01,\n"
    (tmp_path / "indicators.csv").write_text(rows, encoding="utf-8")
    profile = _profile(tmp_path, RULE.format(condition=condition))
    assert profile.problems == ()
    (rule,) = profile.rules
    assert rule.when != When()


def test_every_condition_and_hook_has_its_place() -> None:
    """No condition is without an example, no hook without a heading, no scope untold."""
    keys = [condition.partition(" = ")[0] for condition in _conditions()]
    assert keys == [field.name for field in attrs.fields(When)]
    hooks = (PAGES / "hooks.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^## (\w+)", hooks, re.MULTILINE)) == sorted(hookspecs.__all__)
    when = (PAGES / "when.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in when for name in SCOPES)
