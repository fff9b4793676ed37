"""The container: what its file promises, and the image where a container engine is available."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

CHECKOUT: Final = Path(__file__).resolve().parents[2]
FILE: Final = CHECKOUT / "Containerfile"
#: Set by `tox run -e container`: to build the image takes minutes and a network.
BUILD: Final = "PAYER_RULES_CONTAINER"

if not FILE.is_file():
    pytest.skip("an sdist has no Containerfile", allow_module_level=True)


def _instructions() -> list[tuple[str, str]]:
    text = re.sub(r"^#.*\n", "", FILE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = text.replace("\\\n", "").splitlines()
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines if line)]


def _of(name: str) -> list[str]:
    return [rest for found, rest in _instructions() if found == name]


def test_the_base_is_pinned_and_the_user_is_not_root() -> None:
    """Every base has a tag with its version, and what is entered runs as a user of its own."""
    assert all(re.match(r"\S+:3\.\d+-slim-\w+( AS build)?$", base) for base in _of("FROM"))
    assert _of("USER") == ["10001"]
    last = [name for name, _ in _instructions()][-7:]
    assert last == ["USER", "WORKDIR", "VOLUME", "RUN", "HEALTHCHECK", "ENTRYPOINT", "CMD"]
    assert [json.loads(line) for line in _of("ENTRYPOINT")] == [["payer-rules"]]


def test_the_image_has_the_source_folders_alone() -> None:
    """What is copied is what the build needs; files of a practice next to it stay out."""
    lines = (CHECKOUT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    allowed = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    assert allowed == {"core", "plugins", "payer_profiles", "locks", "pyproject.toml", "README.md", "LICENSE"}
    assert all((CHECKOUT / name).exists() for name in allowed)
    assert [line for line in _of("COPY") if "--from=build" not in line] == [". /source"]


@pytest.fixture(scope="module")
def engine() -> str:
    """The container engine, if the image is to be built."""
    if not os.environ.get(BUILD):
        pytest.skip(f"{BUILD} is not set (tox run -e container)")
    found = shutil.which("podman") or shutil.which("docker")
    return found or pytest.skip("there is no podman and no docker")


def test_the_image_answers(engine: str, tmp_path: Path) -> None:
    """The image is built, runs without a network as its own user, and checks a mounted claim."""
    build = [engine, "build", "--file", str(FILE), "--tag", "payer-rules:test", str(CHECKOUT)]
    subprocess.run(build, check=True)
    (tmp_path / "claims.csv").write_text("claim,member,code,date_from\n", encoding="utf-8")
    tmp_path.chmod(0o755)
    run = [engine, "run", "--rm", "--network", "none", "--volume", f"{tmp_path}:/data"]
    listed = subprocess.check_output([*run, "payer-rules:test", "payers"], encoding="utf-8")
    assert "tricare" in listed
    checked = [*run, "payer-rules:test", "check", "claims.csv", "--payer", "tricare"]
    assert subprocess.run(checked, check=False).returncode == 5
    user = [*run, "--entrypoint", "id", "payer-rules:test", "-u"]
    assert subprocess.check_output(user, encoding="utf-8").strip() == "10001"
