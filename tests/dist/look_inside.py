"""Look inside a new wheel and sdist, and print what is missing or does not belong there.

    python tests/dist/look_inside.py DIR

DIR contains one wheel and one sdist of this checkout.
"""

from __future__ import annotations

import fnmatch
import sys
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parents[2]
ROOTS: Final = ("core", "plugins", "payer_profiles")

#: What a wheel puts into site-packages, besides its own metadata.
PACKAGES: Final = frozenset(
    {"payer_rules", "payer_rules_medicaid", "payer_rules_medicare", "payer_rules_profiles"}
)
#: What lies at the top of an sdist.
SDIST_TOP: Final = frozenset(
    {
        *ROOTS,
        *("tests", "tools", "benchmarks", "docs", "locks"),
        *("pyproject.toml", "tox.ini", "README.md", "LICENSE"),
        *("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"),
        *("PKG-INFO", ".gitignore"),
    }
)
#: Files without which a package works in a checkout and not where it is installed.
SHIPPED: Final = ("*.py", "*.toml", "*.csv", "*.txt", "*.j2", "*.schema.json", "py.typed")
#: Names that no archive may hold, wherever they lie.
STRAYS: Final = (
    *("__pycache__", "*.py[cod]", "*.egg-info", "*.orig", "*.rej", "*.swp", "*~", ".DS_Store"),
    *(".*_cache", ".hypothesis", ".benchmarks", ".coverage", ".coverage.*", "htmlcov"),
    *(".venv", "venv", ".tox", ".git", ".env", "build"),
)


def main(arguments: list[str]) -> int:
    """0 where both archives hold what they should; 1 with a line for each problem."""
    if len(arguments) != 1:
        print("usage: look_inside.py DIR", file=sys.stderr)
        return 2
    problems = problems_of(Path(arguments[0]))
    print("\n".join(problems) or "the wheel and the sdist hold what they should")
    return 1 if problems else 0


def problems_of(folder: Path) -> list[str]:
    """Everything that is wrong with the archives of a folder."""
    wheels, sdists = sorted(folder.glob("*.whl")), sorted(folder.glob("*.tar.gz"))
    if len(wheels) != 1 or len(sdists) != 1:
        return [f"{folder.name}: {len(wheels)} wheels and {len(sdists)} sdists. Build one of each."]
    return [
        *(
            f"{wheels[0].name}: {problem}"
            for problem in problems_of_wheel(names_in_wheel(wheels[0]))
        ),
        *(
            f"{sdists[0].name}: {problem}"
            for problem in problems_of_sdist(names_in_sdist(sdists[0]))
        ),
    ]


def names_in_wheel(path: Path) -> set[str]:
    """The files of a wheel."""
    with zipfile.ZipFile(path) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


def names_in_sdist(path: Path) -> set[str]:
    """The files of an sdist, without the folder that holds them all."""
    with tarfile.open(path) as archive:
        return {m.name.partition("/")[2] for m in archive.getmembers() if not m.isdir()}


def problems_of_wheel(names: set[str]) -> list[str]:
    """What is wrong with the files of a wheel."""
    tops = {top for top in tops_of(names) if not top.endswith(".dist-info")}
    shipped = {path.partition("/")[2] for path in shipped_files()}
    return [
        *missing(PACKAGES - tops, "the package"),
        *unwanted(tops - PACKAGES),
        *missing(shipped - names, "the file"),
        *strays(names),
    ]


def problems_of_sdist(names: set[str]) -> list[str]:
    """What is wrong with the files of an sdist."""
    tops = tops_of(names)
    return [
        *missing(SDIST_TOP - tops, "at the top"),
        *unwanted(tops - SDIST_TOP),
        *missing(shipped_files() - names, "the file"),
        *strays(names),
    ]


def tops_of(names: Iterable[str]) -> set[str]:
    """The first part of every path."""
    return {name.partition("/")[0] for name in names}


def shipped_files() -> set[str]:
    """The files of the packages in this checkout that must ship, as paths in it."""
    paths = (p for root in ROOTS for pattern in SHIPPED for p in _in_packages(root, pattern))
    return {p.relative_to(CHECKOUT).as_posix() for p in paths if not _is_stray(p.parts)}


def _in_packages(root: str, pattern: str) -> Iterable[Path]:
    # Files directly in a root belong to no package and are not shipped.
    return (CHECKOUT / root).glob(f"*/**/{pattern}")


def missing(things: Iterable[str], what: str) -> list[str]:
    """Return a line for each missing thing."""
    return [f"{what} {thing!r} is missing" for thing in sorted(things)]


def unwanted(tops: Iterable[str]) -> list[str]:
    """Return a line for each thing at the top that does not belong there."""
    return [f"{top!r} does not belong at the top" for top in sorted(tops)]


def strays(names: Iterable[str]) -> list[str]:
    """A line for each file that slipped in."""
    found = sorted(name for name in names if _is_stray(PurePosixPath(name).parts))
    return [f"{name!r} slipped in" for name in found]


def _is_stray(parts: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatchcase(part, stray) for part in parts for stray in STRAYS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
