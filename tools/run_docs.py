"""Run the code in pages of the documentation, and write what the commands print into the pages.

    python tools/run_docs.py [--check] [PAGE…]

The pages are those of docs/tutorial and docs/how-to by default. Each page runs in an empty folder
of its own. A block of TOML, Python or YAML starts with a comment that names its file; a diff
changes the lines of a file; a console block contains commands after ``$`` and their output. Blocks
of CSV, and of ``sh`` (commands that need a network or a container engine) are shown and not run:
tests of their own read them. Console blocks of the README are copies of those
of a page that begin with the same command. ``--check`` writes nothing: it prints where a page
and the output of its commands differ, and exits with 1 if there is any difference.

A page runs in the environment of this tool. Commands that create an environment or install into it
are skipped, except for a project of the page itself. Durations are left out of the pages.
"""

from __future__ import annotations

import difflib
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import attrs

DOCS: Final = Path(__file__).resolve().parent.parent / "docs"
README: Final = DOCS.parent / "README.md"
BLOCK: Final = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
NAMED: Final = re.compile(r"# (\S+\.(?:toml|py|ya?ml))\n").match
INSTALL: Final = re.compile(
    r"pip install --quiet (?:--editable )?(\.\S*|[a-z]\S*)(?: \S+)*"
).fullmatch
ENVIRONMENT: Final = ("python3 -m venv .venv", ". .venv/bin/activate")
CHANGED: Final = re.compile(r"--- (\S+)\n\+\+\+ \1\n").match
SECONDS: Final = re.compile(r" in \d+\.\d+s\b")


def main(arguments: list[str]) -> int:
    """Run the pages and write or compare them; return 1 if one is out of date."""
    given = [Path(argument) for argument in arguments if argument != "--check"]
    check = "--check" in arguments
    lost = [page for page in given if not page.is_file()]
    if lost:
        print(f"there is no page {str(lost[0])!r}", file=sys.stderr)
        return 2
    stale = 0
    for page in given or sorted([*DOCS.glob("tutorial/*.md"), *DOCS.glob("how-to/*.md")]):
        found = page.read_text(encoding="utf-8")
        text = told(found)
        if check and text != found:
            stale = 1
            print(f"{page.name} says other than what runs.", file=sys.stderr)
            drift = difflib.unified_diff(found.splitlines(), text.splitlines(), lineterm="")
            print(*list(drift)[2:], sep="\n", file=sys.stderr)
        elif not check:
            page.write_text(text, encoding="utf-8")
            if page.resolve().is_relative_to(DOCS):
                readme = README.read_text(encoding="utf-8")
                README.write_text(with_blocks(readme, text), encoding="utf-8")
    return stale


def with_blocks(readme: str, page: str) -> str:
    """Return the README with each console block of the page that begins with the same command."""
    shown: dict[str, str] = {}
    for block in BLOCK.finditer(page):
        if block[1] == "console":
            shown.setdefault(block[2].partition("\n")[0], block[2])
    return BLOCK.sub(
        lambda block: f"```{block[1]}\n{shown.get(block[2].partition(chr(10))[0], block[2])}```",
        readme,
    )


def told(page: str) -> str:
    """Return the page with the output of its commands."""
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        return BLOCK.sub(lambda block: f"```{block[1]}\n{desk.run(block[1], block[2])}```", page)


@attrs.define
class Desk:
    """The folder in which a page runs, and how its last command ended."""

    folder: Path
    code: int = 0
    _search: list[str] = attrs.Factory(list)

    def run(self, language: str, block: str) -> str:
        """Return the block as it should appear in the page."""
        if language == "console":
            lines = block.splitlines()
            commands = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
            return "".join(f"{line}\n" for each in commands for line in self._printed(each))
        if language == "diff":
            self._change(block)
            return block
        if language in ("csv", "sh"):
            return block
        name = NAMED(block)
        if name is None:
            raise SystemExit(f"a block is never run; name its file in a comment:\n{block}")
        file = self.folder / name[1]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block, encoding="utf-8")
        return block

    def _change(self, block: str) -> None:
        """Replace the lines with a minus by those with a plus, and keep the others."""
        named = CHANGED(block)
        if named is None:
            raise SystemExit(f"a diff begins with --- and +++ and one file:\n{block}")
        file = self.folder / named[1]
        text = file.read_text(encoding="utf-8")
        for part in block[named.end() :].split("@@\n"):
            # NOTE: an empty line between others is written without the space before it.
            lines = [line if line[0] in "+- " else f" {line}" for line in part.splitlines(True)]
            old, new = ("".join(line[1:] for line in lines if line[0] in s) for s in ("- ", "+ "))
            if text.count(old) != 1:
                raise SystemExit(f"{named[1]} holds {text.count(old)} times, and not once:\n{old}")
            text = text.replace(old, new)
        file.write_text(text, encoding="utf-8")

    def _printed(self, command: str) -> Iterator[str]:
        yield f"$ {command}"
        if command in ENVIRONMENT:
            return
        if project := INSTALL(command):
            if project[1].startswith("."):
                self._install(self.folder / project[1])
            return
        if command.startswith("cd "):
            self.folder /= command.removeprefix("cd ")
            return
        # NOTE: each command has its own shell, which needs the exit code of the previous one.
        done = subprocess.run(
            ["sh", "-c", f"(exit {self.code}); {command}"],
            cwd=self.folder,
            env=self._surroundings(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        self.code = done.returncode
        yield from (SECONDS.sub("", line).rstrip() for line in done.stdout.rstrip().splitlines())

    def _surroundings(self) -> dict[str, str]:
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        # NOTE: unbuffered, so that errors appear after the earlier output, as in a terminal.
        python = {"PYTHONPATH": os.pathsep.join(self._search), "PYTHONUTF8": "1"}
        # NOTE: pytest prints more where CI or BUILD_NUMBER is set.
        inherited = {k: v for k, v in os.environ.items() if k not in ("CI", "BUILD_NUMBER")}
        return {**inherited, **python, "PYTHONUNBUFFERED": "1", "PATH": path, "COLUMNS": "88"}

    def _install(self, project: Path) -> None:
        """Put the project where Python finds it, as pip would, without a network or a build."""
        about = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        name = f"{about['name'].replace('-', '_')}-{about['version']}.dist-info"
        (project / name).mkdir()
        metadata = f"Metadata-Version: 2.1\nName: {about['name']}\nVersion: {about['version']}\n"
        (project / name / "METADATA").write_text(metadata, encoding="utf-8")
        lines = [
            line
            for group, entries in about["entry-points"].items()
            for line in (f"[{group}]", *(f"{key} = {value}" for key, value in entries.items()))
        ]
        (project / name / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")
        self._search.append(str(project))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
