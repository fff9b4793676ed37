"""Build the files of a release, and check that anybody can build the same ones.

    python tools/make_release.py DIR [--tagged]

The steps, in order:

1. the version of pyproject.toml, the newest heading of CHANGELOG.md and the tag of the commit agree
   (with ``--tagged``, the commit must have a tag);
2. the committed files are exported and built twice, in folders, time zones and umasks that differ,
   at the time of the commit, and the two wheels and sdists are compared byte for byte;
3. the locked dependencies and extras are installed in an environment of their own, and CycloneDX
   lists them (``payer-rules-VERSION.cdx.json``), without a time of the build or a serial number;
4. ``SHA256SUMS`` is written, and signed with the SSH key in ``PAYER_RULES_SIGNING_KEY``, if any.

DIR is created, and must be empty. The exit code is 1 if a check fails; DIR is then left empty.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import venv
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parent.parent
KEY: Final = "PAYER_RULES_SIGNING_KEY"
SUMS: Final = "SHA256SUMS"
#: What a signature is for; `ssh-keygen -Y verify` asks for it.
NAMESPACE: Final = "payer-rules"
HEADING: Final = re.compile(r"^## \[(\d[^\]]*)\] - \d{4}-\d\d-\d\d$", re.MULTILINE)
#: The umask and the variables of each build.
SURROUNDINGS: Final[tuple[tuple[int, Mapping[str, str]], ...]] = (
    (0o022, {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "0"}),
    (0o077, {"TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "42"}),
)


class ReleaseError(Exception):
    """A check of the release that failed, in a sentence."""


def main(arguments: list[str]) -> int:
    """Make the release in a folder; return 1 if a check fails."""
    parser = argparse.ArgumentParser(description="Build the files of a release.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tagged", action="store_true", help="fail if the commit has no tag")
    options = parser.parse_args(arguments)
    try:
        make(options.folder, tagged=options.tagged)
    except ReleaseError as error:
        print(f"make_release.py: {error}", file=sys.stderr)
        return 1
    return 0


def make(folder: Path, *, tagged: bool) -> None:
    """Write all files of the release into the folder; raise `ReleaseError` if a check fails."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise ReleaseError(f"{str(folder)!r} is not empty. Name another folder, or empty it.")
    project = tomllib.loads(_git("show", "HEAD:pyproject.toml"))["project"]
    tags = _git("tag", "--points-at", "HEAD").split()
    check_version(project["version"], _git("show", "HEAD:CHANGELOG.md"), tags, tagged=tagged)
    with tempfile.TemporaryDirectory() as aside:
        built = built_twice(Path(aside))
        components = list_components(project, Path(aside))
        for file in (*built, components):
            shutil.copyfile(file, folder / file.name)
    write_sums(folder)
    sign(folder / SUMS, os.environ.get(KEY))
    for file in sorted(folder.iterdir()):
        print(f"{file.stat().st_size:>12,}  {file.name}")


def check_version(version: str, changelog: str, tags: Iterable[str], *, tagged: bool) -> None:
    """Raise `ReleaseError` if version, newest heading and tags of the commit do not agree."""
    headings = HEADING.findall(changelog)
    newest = headings[0] if headings else None
    if newest != version:
        raise ReleaseError(
            f"pyproject.toml states version {version!r}, and the newest heading of CHANGELOG.md is "
            f"{newest!r}. Write '## [{version}] - YYYY-MM-DD' above the changes."
        )
    of_versions = [tag for tag in tags if re.match(r"v?\d", tag)]
    if tagged and not of_versions:
        raise ReleaseError(f"the commit has no tag. Tag it: git tag v{version}.")
    if wrong := [tag for tag in of_versions if tag != f"v{version}"]:
        raise ReleaseError(f"the tag {wrong[0]!r} of the commit is not 'v{version}'.")


def built_twice(aside: Path) -> list[Path]:
    """Return the wheel and the sdist, built twice; raise `ReleaseError` if the builds differ."""
    exported = subprocess.run(
        ["git", "archive", "HEAD"], cwd=CHECKOUT, stdout=subprocess.PIPE, check=True
    ).stdout
    first, second = (
        _built(exported, aside / ("build" * number), umask, variables)
        for number, (umask, variables) in enumerate(SURROUNDINGS, 1)
    )
    if differences := [*compared(first, second)]:
        raise ReleaseError("two builds differ: " + "; ".join(differences))
    built = sorted(first.iterdir())
    checked = [sys.executable, "-m", "twine", "check", "--strict", *map(str, built)]
    subprocess.run(checked, check=True)
    return built


def _built(exported: bytes, folder: Path, umask: int, variables: Mapping[str, str]) -> Path:
    """Return the folder with the archives that are built of the exported files."""
    source, output = folder / "source", folder / "dist"
    source.mkdir(parents=True)
    time = {"SOURCE_DATE_EPOCH": _git("log", "-1", "--format=%ct").strip()}
    unpack = ["tar", "--extract", "--no-same-permissions", "--directory", str(source)]
    subprocess.run(unpack, input=exported, umask=umask, check=True)
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir"]
    surroundings = {**os.environ, **variables, **time}
    done = subprocess.run(
        [*build, str(output), str(source)],
        env=surroundings,
        umask=umask,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise ReleaseError(f"the build failed:\n{done.stdout}{done.stderr}")
    return output


def compared(first: Path, second: Path) -> Iterator[str]:
    """Yield what differs between the archives of two folders: names, or files in an archive."""
    names = [sorted(path.name for path in folder.iterdir()) for folder in (first, second)]
    if names[0] != names[1]:
        yield f"the names {names[0]} and {names[1]}"
        return
    for name in names[0]:
        one, other = first / name, second / name
        if one.read_bytes() != other.read_bytes():
            inside = sorted({path for path, _ in digests(one) ^ digests(other)})
            yield f"{name}: {', '.join(inside[:5]) or 'order, times or modes'}"


def digests(archive: Path) -> set[tuple[str, str]]:
    """Return the path and the digest of each file in a wheel or sdist."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return {(name, _digest(wheel.read(name))) for name in wheel.namelist()}
    with tarfile.open(archive) as sdist:
        files = ((member.name, sdist.extractfile(member)) for member in sdist.getmembers())
        return {(name, _digest(file.read())) for name, file in files if file is not None}


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def list_components(project: Mapping[str, object], aside: Path) -> Path:
    """Return the CycloneDX document of the locked dependencies and extras."""
    programs = aside / "components"
    venv.create(programs, with_pip=False)
    python = programs / ("Scripts" if os.name == "nt" else "bin") / "python"
    asked, locked, about = aside / "asked.txt", aside / "locked.txt", aside / "pyproject.toml"
    asked.write_text("\n".join([*requirements(project), ""]), encoding="utf-8")
    lock = _git("show", "HEAD:locks/constraints.txt")
    locked.write_text("\n".join([*pins(lock), ""]), encoding="utf-8")
    about.write_text(_git("show", "HEAD:pyproject.toml"), encoding="utf-8")
    file = aside / f"{project['name']}-{project['version']}.cdx.json"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    named = ["--constraint", str(locked), "--requirement", str(asked)]
    subprocess.run([*pip, "--no-compile", *named], check=True)
    listing = [sys.executable, "-m", "cyclonedx_py", "environment", "--pyproject", str(about)]
    surroundings = {k: v for k, v in os.environ.items() if k != "SOURCE_DATE_EPOCH"}
    subprocess.run(
        [*listing, "--output-reproducible", "--validate", "--output-file", str(file), str(python)],
        env=surroundings,
        check=True,
    )
    return file


def requirements(project: Mapping[str, object]) -> list[str]:
    """Return what the project needs at run time, with all extras."""
    extras = project["optional-dependencies"]
    asked = project["dependencies"]
    assert isinstance(extras, dict)
    assert isinstance(asked, list)
    return sorted({*asked, *(one for extra in extras.values() for one in extra)})


def pins(lock: str) -> list[str]:
    """Return the versions of a lock, without their hashes."""
    return [line.rstrip("\\ ") for line in lock.splitlines() if not line.startswith(" ")]


def write_sums(folder: Path) -> None:
    """Write the digest of each file of the folder, as `sha256sum --check` reads it."""
    lines = [f"{_digest(file.read_bytes())}  {file.name}\n" for file in sorted(folder.iterdir())]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def sign(file: Path, key: str | None) -> None:
    """Write the signature of the file next to it, if there is a key."""
    if not key:
        print(f"not signed: {KEY} names no SSH key")
        return
    command = ["ssh-keygen", "-Y", "sign", "-q", "-f", key, "-n", NAMESPACE, str(file)]
    if subprocess.run(command, check=False).returncode:
        raise ReleaseError(f"{key!r} in {KEY} does not sign. Name the file of an SSH key.")


def _git(*arguments: str) -> str:
    return subprocess.check_output(["git", *arguments], cwd=CHECKOUT, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
