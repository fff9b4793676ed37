"""The script that makes releases: versions, comparison, digests and signatures."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import tomllib
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

CHECKOUT: Final = Path(__file__).resolve().parents[2]
SCRIPT: Final = CHECKOUT / "tools" / "make_release.py"

if not SCRIPT.is_file():
    pytest.skip("runs from a checkout, with the script", allow_module_level=True)


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_release", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


release = _load()
CHANGELOG: Final = (
    "# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2026-11-30\n\n## [1.1.0] - 2026-01-31\n"
)


def _project() -> dict[str, object]:
    text = (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")
    project: dict[str, object] = tomllib.loads(text)["project"]
    return project


@pytest.mark.parametrize(
    ("version", "tags", "tagged", "problem"),
    [
        ("1.2.0", [], False, None),
        ("1.2.0", ["v1.2.0"], True, None),
        ("1.2.0", ["nightly"], False, None),
        ("1.3.0", [], False, "version '1.3.0', and the newest heading of CHANGELOG.md is '1.2.0'"),
        ("1.1.0", [], False, "the newest heading of CHANGELOG.md is '1.2.0'"),
        ("1.2.0", ["nightly"], True, "the commit has no tag. Tag it: git tag v1.2.0"),
        ("1.2.0", ["v1.2.0", "v1.2.1"], True, "the tag 'v1.2.1' of the commit is not 'v1.2.0'"),
        ("1.2.0", ["1.2.0"], False, "the tag '1.2.0' of the commit is not 'v1.2.0'"),
    ],
)
def test_version_heading_and_tag_agree(
    version: str, tags: list[str], tagged: bool, problem: str | None
) -> None:
    """A release is refused, with what to write, if one of the three is another."""
    if problem is None:
        release.check_version(version, CHANGELOG, tags, tagged=tagged)
        return
    with pytest.raises(release.ReleaseError) as raised:
        release.check_version(version, CHANGELOG, tags, tagged=tagged)
    assert problem in str(raised.value)


def test_two_builds_that_differ_are_named(tmp_path: Path) -> None:
    """Equal archives have no difference; a changed file, another time and another name are named."""
    for name, year, text in (
        ("a", 1980, "x"),
        ("b", 1980, "y"),
        ("c", 1981, "x"),
        ("d", 1980, "x"),
    ):
        (tmp_path / name).mkdir()
        with zipfile.ZipFile(tmp_path / name / "p-1.whl", "w") as wheel:
            wheel.writestr(zipfile.ZipInfo("p/a.py", (year, 1, 1, 0, 0, 0)), text)
    a, b, c, d = (tmp_path / name for name in "abcd")
    assert list(release.compared(a, d)) == []
    assert list(release.compared(a, b)) == ["p-1.whl: p/a.py"]
    assert list(release.compared(a, c)) == ["p-1.whl: order, times or modes"]
    (d / "p-1.whl").rename(d / "p-2.whl")
    assert list(release.compared(a, d)) == ["the names ['p-1.whl'] and ['p-2.whl']"]


def test_what_is_listed_is_what_the_project_needs() -> None:
    """The requirements are the dependencies and all extras, and the lock has a version of each."""
    project = _project()
    asked = release.requirements(project)
    extras = project["optional-dependencies"]
    assert isinstance(extras, dict)
    assert isinstance(project["dependencies"], list)
    assert set(project["dependencies"]) < set(asked)
    assert all(one in asked for extra in extras.values() for one in extra)
    pins = release.pins((CHECKOUT / "locks" / "constraints.txt").read_text(encoding="utf-8"))
    assert all("==" in pin and "hash" not in pin and "\\" not in pin for pin in pins)


def test_the_digests_are_read_by_others_and_signed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`sha256sum` accepts the sums, `ssh-keygen` the signature; without a key nothing is signed."""
    programs = [shutil.which(name) for name in ("sha256sum", "ssh-keygen")]
    if None in programs:
        pytest.skip("there is no sha256sum or no ssh-keygen")
    folder, key = tmp_path / "release", tmp_path / "key"
    folder.mkdir()
    (folder / "p-1.whl").write_bytes(b"wheel")
    release.write_sums(folder)
    subprocess.run(["sha256sum", "--check", "--quiet", release.SUMS], cwd=folder, check=True)
    release.sign(folder / release.SUMS, None)
    assert "not signed: PAYER_RULES_SIGNING_KEY names no SSH key" in capsys.readouterr().out
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    release.sign(folder / release.SUMS, str(key))
    signers = tmp_path / "allowed_signers"
    signers.write_text(f"maintainers {key.with_suffix('.pub').read_text(encoding='utf-8')}")
    named = ["-f", str(signers), "-I", "maintainers", "-n", "payer-rules"]
    verify = ["ssh-keygen", "-Y", "verify", *named, "-s", str(folder / f"{release.SUMS}.sig")]
    text = (folder / release.SUMS).read_bytes()
    assert subprocess.run(verify, input=text, check=False).returncode == 0
    assert subprocess.run(verify, input=text + b"x", check=False).returncode != 0
    with pytest.raises(release.ReleaseError, match="does not sign"):
        release.sign(folder / release.SUMS, str(tmp_path / "no key"))


def test_a_folder_with_files_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Files of an earlier release are not mixed with new ones."""
    (tmp_path / "old.whl").write_bytes(b"")
    assert release.main([str(tmp_path)]) == 1
    assert "is not empty. Name another folder, or empty it." in capsys.readouterr().err
