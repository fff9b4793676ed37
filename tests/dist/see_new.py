"""Do as a newcomer does with a built wheel: install it, write a plugin, run its tox.

    python tests/dist/see_new.py DIR

DIR contains one wheel of this checkout. A new environment is created in a folder next to it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path
from typing import Final

LOCK: Final = Path(__file__).resolve().parents[2] / "locks" / "constraints.txt"
#: Each way to write a plugin, with a name of its own.
WAYS: Final = (("acme",), ("blue-sky", "--python"))
#: Variables that an enclosing run of tox sets for other tools.
OUTER: Final = ("TOX_", "COVERAGE_", "PYTEST_", "PYTHON", "VIRTUAL_ENV")


def main(arguments: list[str]) -> int:
    """0 where the tox of every plugin is green."""
    wheels = sorted(Path(arguments[0]).resolve().glob("*.whl")) if len(arguments) == 1 else []
    if len(wheels) != 1:
        print("usage: see_new.py DIR, with one wheel in it", file=sys.stderr)
        return 2
    home = wheels[0].parent.parent / "newcomer"
    bin_ = fresh(home / ".venv")
    surroundings = own(bin_, constraints(home, wheels[0]))
    run = ["python", "-m", "pip", "install", "--quiet", str(wheels[0]), "tox"]
    subprocess.run(run, cwd=home, env=surroundings, check=True)
    return max(seen(way, home, surroundings) for way in WAYS)


def fresh(environment: Path) -> Path:
    """A new environment; the folder of its programs."""
    venv.create(environment, clear=True, with_pip=True)
    return environment / ("Scripts" if os.name == "nt" else "bin")


def constraints(home: Path, wheel: Path) -> Path:
    """Write a file by which pip takes payer-rules from the wheel, and all others as locked.

    The hashes are left out: pip would ask for one of the newcomer's own wheel, too.
    """
    lines = [f"payer-rules @ {wheel.as_uri()}"]
    for line in LOCK.read_text(encoding="utf-8").splitlines():
        if not line.startswith(" "):
            lines.append(line.rstrip("\\ "))
    file = home / "constraints.txt"
    file.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return file


def own(programs: Path, constraint: Path) -> dict[str, str]:
    """Return the environment variables of a newcomer, without those of this run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OUTER)}
    path = os.pathsep.join([str(programs), kept["PATH"]])
    return {**kept, "PATH": path, "PIP_CONSTRAINT": str(constraint)}


def seen(way: tuple[str, ...], home: Path, surroundings: dict[str, str]) -> int:
    """0 where the command writes the plugin and tox in its folder is green."""
    project = home / f"payer-rules-{way[0]}"
    for command, folder in ((["payer-rules", "new", *way], home), (["tox", "run"], project)):
        print(f"$ {' '.join(command)}", flush=True)
        program = f"{surroundings['PATH'].split(os.pathsep)[0]}/{command[0]}"
        done = subprocess.run([program, *command[1:]], cwd=folder, env=surroundings, check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
