"""Laws of the documentation: its commands print what the pages show, and its links are valid."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

CHECKOUT: Final = Path(__file__).resolve().parent.parent
DOCS: Final = CHECKOUT / "docs"
TOOL: Final = CHECKOUT / "tools" / "run_docs.py"

if not TOOL.is_file():
    pytest.skip("there is no checkout around these tests", allow_module_level=True)

PAGES: Final = sorted(page for page in DOCS.rglob("*.md") if "examples" not in page.parts)
RUN: Final = [page for page in PAGES if page.parent.name in ("tutorial", "how-to")]
PAGE: Final = """\
# A page

```toml
# folder/file.toml
answer = 42
```

```console
$ cat folder/file.toml | tail -n 1
answer = 41
an older line
$ exit 3
$ echo $?
```
"""
PRINTED: Final = """\
```console
$ cat folder/file.toml | tail -n 1
answer = 42
$ exit 3
$ echo $?
3
```
"""


def _run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    run = [sys.executable, TOOL, *arguments]
    return subprocess.run(run, capture_output=True, encoding="utf-8", check=False)


def _name(page: Path) -> str:
    return page.relative_to(DOCS).as_posix()


def _anchors(page: Path) -> set[str]:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


def _links(page: Path) -> list[tuple[Path, str]]:
    """Where the page's relative links lead: a file, and a heading in it or nothing."""
    links = re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", page.read_text(encoding="utf-8"))
    return [((page.parent / file).resolve() if file else page, to) for file, to in links]


@pytest.mark.parametrize("page", RUN, ids=_name)
def test_a_page_says_what_its_commands_print(page: Path) -> None:
    """Every block of the page runs, in order, and every command prints what the page shows."""
    done = _run("--check", page)
    assert (done.returncode, done.stderr) == (0, "")


def test_all_pages_to_learn_and_to_do_are_run() -> None:
    """There are a tutorial and how-to pages, and each has commands."""
    assert len(RUN) >= 4
    assert all("```console" in page.read_text(encoding="utf-8") for page in RUN)


def test_another_answer_is_reported_and_written(tmp_path: Path) -> None:
    """The check exits 1 and shows the difference; without it the page is put right."""
    page = tmp_path / "page.md"
    page.write_text(PAGE, encoding="utf-8")
    done = _run("--check", page)
    assert done.returncode == 1
    assert {"-answer = 41", "-an older line", "+answer = 42", "+3"} <= set(done.stderr.splitlines())
    assert page.read_text(encoding="utf-8") == PAGE
    assert _run(page).returncode == 0
    assert page.read_text(encoding="utf-8").endswith(PRINTED)
    assert _run("--check", page).returncode == 0


def test_a_block_that_nothing_runs_is_refused(tmp_path: Path) -> None:
    """A block without the name of its file would never be read by anything."""
    page = tmp_path / "page.md"
    page.write_text("```toml\nanswer = 42\n```\n", encoding="utf-8")
    done = _run("--check", page)
    assert done.returncode == 1
    assert "a block is never run" in done.stderr


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("-answer = 42\n+answer = 43\n", "answer = 43\n"),
        (" answer = 42\n+\n+more = 1\n@@\n-more = 1\n+more = 2\n", "answer = 42\n\nmore = 2\n"),
    ],
)
def test_a_diff_changes_a_file(change: str, message: str, tmp_path: Path) -> None:
    """Lines with a minus make room for those with a plus, part by part."""
    page = tmp_path / "page.md"
    diff = f"```diff\n--- a.toml\n+++ a.toml\n{change}```\n"
    shown = "```console\n$ tail -n +2 a.toml\n```\n"
    page.write_text(f"```toml\n# a.toml\nanswer = 42\n```\n\n{diff}\n{shown}", encoding="utf-8")
    assert _run(page).returncode == 0
    assert page.read_text(encoding="utf-8").endswith(f"a.toml\n{message}```\n")


@pytest.mark.parametrize(
    ("diff", "message"),
    [
        ("--- a.toml\n+++ a.toml\n-answer = 41\n", "a.toml holds 0 times"),
        ("-answer = 42\n", "a diff begins with --- and +++"),
    ],
)
def test_a_diff_that_fits_nothing_is_refused(diff: str, message: str, tmp_path: Path) -> None:
    """A page cannot change a line that does not exist."""
    page = tmp_path / "page.md"
    page.write_text(
        f"```toml\n# a.toml\nanswer = 42\n```\n\n```diff\n{diff}```\n", encoding="utf-8"
    )
    done = _run("--check", page)
    assert done.returncode == 1
    assert message in done.stderr


def test_a_page_goes_where_it_says(tmp_path: Path) -> None:
    """After ``cd`` commands run there; how long one took is not written."""
    page = tmp_path / "page.md"
    page.write_text('```console\n$ mkdir a\n$ cd a\n$ echo "${PWD##*/} in 0.12s"\n```\n', "utf-8")
    assert _run(page).returncode == 0
    assert page.read_text("utf-8").endswith('0.12s"\na\n```\n')


def test_a_page_that_is_not_there_is_reported() -> None:
    """A misspelt name runs nothing."""
    done = _run("--check", "docs/no-such-page.md")
    assert (done.returncode, done.stderr) == (2, "there is no page 'docs/no-such-page.md'\n")


def test_the_readme_shows_what_a_page_runs() -> None:
    """Each console block of the README is one of a page whose commands run."""
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```console\n.*?^```", readme, re.MULTILINE | re.DOTALL)
    pages = "".join(page.read_text(encoding="utf-8") for page in RUN)
    assert len(blocks) >= 3
    assert [block for block in blocks if block not in pages] == []


def test_the_index_leads_to_every_page() -> None:
    """Every page is linked from the index, or from a page of a list."""
    indexes = [page for page in PAGES if page.name == "README.md"]
    listed = {file for index in indexes for file, _ in _links(index)}
    assert set(PAGES) - {DOCS / "README.md"} <= listed


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_lead_to_a_file_and_a_heading(page: Path) -> None:
    """Every link inside the project leads to a file that is there, and to a heading in it."""
    broken = [
        f"{file.name}#{to}"
        for file, to in _links(page)
        if not file.is_file() or (to and to not in _anchors(file))
    ]
    assert broken == []
