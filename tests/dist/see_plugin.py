"""See that an installed outside plugin is found, and run its own tests.

    python tests/dist/see_plugin.py FOLDER

FOLDER is the plugin's project. Its tests, where it has some, run in that folder.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path


def main(arguments: list[str]) -> int:
    """0 where the plugin is listed and its tests pass."""
    if len(arguments) != 1:
        print("usage: see_plugin.py FOLDER", file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    return listed(folder) or tested(folder)


def listed(folder: Path) -> int:
    """0 where ``payer-rules plugins`` names every entry point of the project."""
    done = subprocess.run(
        ["payer-rules", "plugins"], stdout=subprocess.PIPE, text=True, check=False
    )
    print(done.stdout, end="")
    unseen = [name for name in entry_points(folder) if name not in done.stdout]
    for name in unseen:
        print(f"{folder.name}: {name!r} is installed and not listed", file=sys.stderr)
    return done.returncode or len(unseen)


def entry_points(folder: Path) -> list[str]:
    """The names under which the project registers its plugins."""
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return sorted(project["entry-points"]["payer_rules"])


def tested(folder: Path) -> int:
    """0 where the project's own tests pass, or it has none."""
    if not (folder / "tests").is_dir():
        print(f"{folder.name}: has no tests of its own")
        return 0
    run = [sys.executable, "-m", "pytest", "tests"]
    return subprocess.run(run, cwd=folder, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
