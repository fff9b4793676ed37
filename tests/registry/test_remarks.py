"""What is installed and has no effect is named, and is no problem."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.registry import load, remarks_on


def remarks() -> list[str]:
    """The remarks on what is installed."""
    registry = load()
    collected = {payer: registry.collect(payer) for payer in registry.payers}
    assert registry.problems == ()
    return [str(remark) for remark in remarks_on(registry, collected)]


def test_what_is_bundled_has_an_effect() -> None:
    """Of the bundled plugins nothing is remarked."""
    assert remarks() == []


def test_a_table_that_binds_nobody_is_named(installed: Callable[..., None]) -> None:
    """The table is named with its payer and with the line that would bind the payer."""
    installed("table_for_nobody")
    assert remarks() == [
        "table-for-nobody 1.0, entry point 'table_for_nobody': the edit table "
        "'medicaid/practitioner' is left aside: the payer 'acme' is not bound by its edits. "
        'Write ncci = "medicaid" for the payer, or give no such table.'
    ]


def test_a_plugin_that_gives_nothing_is_named(installed: Callable[..., None]) -> None:
    """Every hook was called for every payer and no value came: the hooks are named."""
    installed("gives_nothing", "sound")
    (remark,) = remarks()
    assert remark.startswith(
        "gives-nothing 1.0, entry point 'gives_nothing': gives nothing: no value came from "
        "payer_rules_frequency_limits. "
    )


def test_a_plugin_that_stumbles_is_a_problem_and_no_remark(installed: Callable[..., None]) -> None:
    """A hook that raised gives nothing either; the problem is named once."""
    installed("returns_no_list", "sound")
    assert remarks() == []


@pytest.mark.parametrize(
    "group",
    [
        "payer_rule",
        "payer-rules",
        "payerrules",
        "Payer_Rules",
        "payer.rules",
        "payers_rules",
        "payer_ruels",
        "payer_rules.plugins",
        "payer_rules_plugin",
    ],
)
def test_a_group_that_looks_like_ours_is_named(
    group: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The distribution, the group as it is written and the one that is read are named."""
    install(tmp_path, group, monkeypatch)
    assert remarks() == [
        f"acme-plans 2.0, entry point 'acme': is in the entry-point group {group!r}, which is not "
        "read. Write [project.entry-points.payer_rules]."
    ]


@pytest.mark.parametrize("group", ["pytest11", "console_scripts", "rules", "payments", "my_rules"])
def test_another_group_is_left_alone(
    group: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Groups of other programs are no matter of ours."""
    install(tmp_path, group, monkeypatch)
    assert remarks() == []


def install(folder: Path, group: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A distribution with one entry point in the group."""
    about = folder / "acme_plans-2.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-plans\nVersion: 2.0\n")
    (about / "entry_points.txt").write_text(f"[{group}]\nacme = json\n")
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])


def test_doctor_prints_remarks_and_ends_with_1(
    installed: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    """Remarks are in both reports; with a problem the command ends as for the problem."""
    installed("table_for_nobody")
    assert main(["doctor"]) == ExitCode.FOUND
    assert "  table-for-nobody 1.0" in capsys.readouterr().out.partition("\nremarks\n")[2]
    assert main(["doctor", "--report", "json"]) == ExitCode.FOUND
    assert len(json.loads(capsys.readouterr().out)["remarks"]) == 1
    installed("table_for_nobody", "fails_to_import")
    assert main(["doctor"]) == ExitCode.FAULTY
