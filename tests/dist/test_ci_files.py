"""The hooks for pre-commit, the action and the workflow do in a plugin's repository what they say."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from payer_rules.scaffold import files_of, write

CHECKOUT: Final = Path(__file__).resolve().parents[2]
HOOKS: Final = CHECKOUT / ".pre-commit-hooks.yaml"
ACTION: Final = CHECKOUT / "action.yml"
PAGE: Final = CHECKOUT / "docs" / "how-to" / "run-in-ci.md"
PROFILE: Final = "payer_rules_acme/acme.toml"
#: What conform needs to know where the plugin is not installed.
FOLDERS: Final = ["payer_rules_acme/cases", "--profiles", "payer_rules_acme", "--payer", "acme"]

if not HOOKS.is_file():
    pytest.skip("an sdist has no hooks and no action", allow_module_level=True)
yaml = pytest.importorskip("yaml", reason="PyYAML comes with pre-commit (group hooks)")


def _read(text: str) -> Any:
    return yaml.safe_load(text)


def _example(name: str) -> Any:
    """Return the YAML of a block of the page."""
    blocks = re.findall(r"```yaml\n# (\S+)\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return _read(dict(blocks)[name])


def _environment(home: Path) -> dict[str, str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    own = {"PATH": path, "PRE_COMMIT_HOME": str(home), "HOME": str(home)}
    # NOTE: git reads no settings of the machine, and names of a tester.
    git = {
        f"GIT_{who}_{what}": "tester@example.com"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    return {**os.environ, **own, **git, "GIT_CONFIG_NOSYSTEM": "1"}


def _repository(folder: Path, environment: dict[str, str]) -> str:
    """Commit the files of the folder and return the commit."""
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "Add"]):
        subprocess.run(["git", *command], cwd=folder, env=environment, check=True)
    head = ["git", "rev-parse", "HEAD"]
    return subprocess.check_output(head, cwd=folder, env=environment, encoding="utf-8").strip()


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """The folder of a new plugin, whose profile and cases agree."""
    folder = tmp_path / "payer-rules-acme"
    write(folder, files_of("acme"))
    return folder


def _edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_each_hook_calls_a_command_with_files_that_it_reads() -> None:
    """A hook's files are the profiles that its command reads, or all files that cases depend on."""
    profiles, conform = _read(HOOKS.read_text(encoding="utf-8"))
    assert [hook["entry"] for hook in (profiles, conform)] == [
        "payer-rules profiles check",
        "payer-rules conform",
    ]
    paths = {*files_of("acme", with_python=True), "payer_rules_acme/left-out.toml"}
    read = {
        path
        for path in paths
        if re.search(profiles["files"], path) and not re.search(profiles["exclude"], path)
    }
    assert read == {PROFILE}
    depends = {path for path in paths if re.search(conform["files"], path)}
    assert depends == {path for path in paths if path.startswith("payer_rules_acme/")}


@pytest.mark.parametrize(
    ("file", "old", "new", "failed"),
    [
        ("pyproject.toml", "pytest>=9", "pytest>=9.0", []),
        (PROFILE, "limit = 1", "limit = 2", ["payer-rules-conform"]),
        (
            PROFILE,
            "limit = 1",
            "limit = 'one'",
            ["payer-rules-profiles", "payer-rules-conform"],
        ),
    ],
)
def test_pre_commit_runs_the_hooks(
    file: str, old: str, new: str, failed: list[str], plugin: Path, tmp_path: Path
) -> None:
    """pre-commit passes a sound plugin, and fails the hook that a wrong file concerns."""
    pytest.importorskip("pre_commit", reason="pre-commit is not installed (group hooks)")
    environment = _environment(tmp_path / "home")
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    shutil.copy(HOOKS, hooks)
    config = _example("installed.pre-commit-config.yaml")
    config["repos"][0] |= {"repo": str(hooks), "rev": _repository(hooks, environment)}
    config["repos"][0]["hooks"][1]["args"] = FOLDERS
    (plugin / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    _edit(plugin / file, old, new)
    _repository(plugin, environment)
    run = [sys.executable, "-m", "pre_commit", "run", "--all-files", "--color=never"]
    done = subprocess.run(run, cwd=plugin, env=environment, capture_output=True, encoding="utf-8")
    assert re.findall(r"^- hook id: (\S+)$", done.stdout, re.MULTILINE) == failed, done.stdout
    assert done.returncode == bool(failed)


def _step(name: str) -> dict[str, Any]:
    steps = _read(ACTION.read_text(encoding="utf-8"))["runs"]["steps"]
    (found,) = [step for step in steps if step.get("id") == name]
    return dict(found)


@pytest.mark.parametrize(("limit", "code"), [("1", 0), ("2", 1)])
def test_the_action_reports_and_keeps_the_exit_code(
    limit: str, code: int, plugin: Path, tmp_path: Path
) -> None:
    """The script of the action writes each report, and ends as conform does."""
    bash = shutil.which("bash") or pytest.skip("there is no bash")
    _edit(plugin / PROFILE, "limit = 1", f"limit = {limit}")
    variables = {
        "ARGUMENTS": "\n".join([*FOLDERS, ""]),
        "REPORTS": "out of the way",
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
    }
    script = ["--noprofile", "--norc", "-eo", "pipefail", "-c", _step("conform")["run"]]
    done = subprocess.run(
        [bash, *script],
        cwd=plugin,
        env={**_environment(tmp_path), **variables},
        capture_output=True,
        encoding="utf-8",
    )
    assert (done.returncode, done.stderr) == (code, "")
    assert (tmp_path / "output").read_text(encoding="utf-8") == f"exit-code={code}\n"
    reports = {path.name: path.read_text("utf-8") for path in (plugin / "out of the way").iterdir()}
    assert sorted(reports) == [f"payer-rules.{end}" for end in ("json", "md", "sarif", "xml")]
    assert reports["payer-rules.md"] == (tmp_path / "summary").read_text(encoding="utf-8")
    assert (PROFILE in reports["payer-rules.sarif"]) is bool(code)


def test_the_action_reads_what_it_declares() -> None:
    """Every input is used and every used input is declared; none is pasted into a script."""
    action = _read(ACTION.read_text(encoding="utf-8"))
    steps = action["runs"]["steps"]
    assert set(re.findall(r"inputs\.([\w-]+)", str(steps))) == set(action["inputs"])
    assert [step for step in steps if "${{" in step.get("run", "")] == []
    uploads = [step for step in steps if "upload" in step.get("uses", "")]
    assert all("!cancelled()" in step["if"] for step in uploads)
    rows = re.findall(r"^\| `([\w-]+)` \| .* \| .* \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert [row for row in rows if not row.startswith("payer-rules-")] == list(action["inputs"])


def test_the_workflow_grants_what_the_uploads_need() -> None:
    """The example workflow may read the code and write code scanning results, and nothing else."""
    workflow = _example(".github/workflows/conform.yml")
    (job,) = workflow["jobs"].values()
    assert (workflow["permissions"], job["permissions"]) == (
        {},
        {"contents": "read", "security-events": "write"},
    )
    (step,) = [step for step in job["steps"] if "payer-rules" in step["uses"]]
    assert set(step["with"]) <= set(_read(ACTION.read_text(encoding="utf-8"))["inputs"])
