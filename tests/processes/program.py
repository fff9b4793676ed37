"""The program as a process of its own, with a plugin that misbehaves as it is asked to."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

MINIATURES: Final = Path(__file__).resolve().parent.parent / "miniatures"
#: More than this is hanging, on a busy machine too.
LONGEST: Final = 180.0
CLAIM: Final = """\
history = []
[claim]
id = "C1"
payer = "acme"
member = { id = "M1" }
billing_provider = { npi = "1234567893" }
[[claim.lines]]
code = "90853"
date = 2024-08-15
"""
#: Starts Python as somebody at a terminal does. What runs the tests in the background ignores some
#: signals, and so would whatever it starts.
AS_BY_HAND: Final = """\
import os, signal, sys
for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(each, signal.SIG_DFL)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
HEADER: Final = "claim,line,member,code,date_from,billing_npi,payer\n"


def many(claims: int = 2_100) -> str:
    """Return a table of so many claims that they go by way of the disk."""
    rows = (f"C{n:05},1,M{n % 700},90853,2024-08-15,1234567893,acme\n" for n in range(claims))
    return HEADER + "".join(rows)


class Program:
    """``payer-rules`` in a folder of its own, with nothing installed but the miniature."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.temporary = folder / "temporary"
        self.marks = folder / "marks"
        installed = folder / "installed" / "misbehaves-1.0.dist-info"
        for item in (self.temporary, self.marks, installed):
            item.mkdir(parents=True)
        (installed / "METADATA").write_text(
            "Metadata-Version: 2.1\nName: misbehaves\nVersion: 1.0\n"
        )
        (installed / "entry_points.txt").write_text("[payer_rules]\nmisbehaves = misbehaves\n")
        (folder / "claim.toml").write_text(CLAIM)
        (folder / "many.csv").write_text(many())

    def environment(self, misbehave: str = "", **more: str) -> dict[str, str]:
        """Return the environment in which the plugin misbehaves as requested."""
        return {
            **os.environ,
            "PYTHONPATH": f"{self.folder / 'installed'}{os.pathsep}{MINIATURES}",
            "TMPDIR": str(self.temporary),
            "MISBEHAVE": misbehave,
            "MARK": str(self.marks),
            **more,
        }

    def run(
        self, *arguments: str, misbehave: str = "", shell: str = "", **more: Any
    ) -> subprocess.CompletedProcess[str]:
        """Run the program to its end; ``shell`` is a line in which it is ``"$@"``."""
        command = [sys.executable, "-m", "payer_rules", *arguments, *self.without(arguments)]
        if shell:
            command = ["bash", "-c", shell, "bash", *command]
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment(misbehave, **more),
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=LONGEST,
            check=False,
        )

    def start(
        self, *arguments: str, misbehave: str = "", to: int = subprocess.PIPE, **more: str
    ) -> subprocess.Popen[str]:
        """Start the program; its output goes into pipes, or to a terminal."""
        program = ["-m", "payer_rules", *arguments, *self.without(arguments)]
        return subprocess.Popen(
            [sys.executable, "-c", AS_BY_HAND, *program],
            cwd=self.folder,
            env=self.environment(misbehave, **more),
            stdout=to,
            stderr=to,
            text=True,
        )

    @staticmethod
    def without(arguments: tuple[str, ...]) -> list[str]:
        """Return the options that leave the bundled plugins out, which take time to load."""
        if arguments[0] in ("profiles", "tables", "new"):
            return []
        return [
            item for name in ("medicaid", "medicare", "profiles") for item in ("--without", name)
        ]

    def marked(self, count: int) -> list[int]:
        """Return the processes that sleep in the plugin, once there are so many."""
        self.until(lambda: len(list(self.marks.iterdir())) >= count)
        return [int(path.name) for path in self.marks.iterdir()]

    @staticmethod
    def until(happens: Callable[[], object]) -> None:
        """Wait until something happens."""
        end = time.monotonic() + LONGEST
        while not happens():
            assert time.monotonic() < end, "it never happens"
            time.sleep(0.05)

    @property
    def left(self) -> list[str]:
        """The names of what lies in the folder of temporary files."""
        return [path.name for path in self.temporary.iterdir()]

    @property
    def drafts(self) -> list[str]:
        """The names of reports that were begun and are no reports."""
        return [path.name for path in self.folder.glob(".payer-rules-*")]
