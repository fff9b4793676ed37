"""Edit sheets: what a line asks, which lines are refused, and what a wrong row looks like."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest
from bundled import bundled_answers, bundled_suite
from hypothesis import given
from hypothesis import strategies as st

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.conformance import conform
from payer_rules.conformance.edit_sheets import COLUMNS, read_edit_sheet
from payer_rules.conformance.fixtures import read_suite
from payer_rules.conformance.invariants import INVARIANTS, PayerUnderTest
from payer_rules.registry import Registry, load
from payer_rules.reports.conformance_report import lines_of

OWNERS: Final = {"acme": "wrong_edit_row", "medicare": "medicare"}
HEAD: Final = ",".join(COLUMNS)
#: CMS's edits of the miniature's codes.
TRUE: Final = (
    "acme/ptp,practitioner,90853 90834,2024-07-01,denies 2,236,P-1",
    "acme/ptp,practitioner,90853 90834-59,2024-07-01,none,,P-1",
    "acme/ptp,practitioner,90853 90834,2024-06-30,not evaluated 1 2,,P-1",
    "acme/ptp,practitioner,90791 90853-59,2024-07-01,denies 2,236,P-2",
    "acme/ptp,practitioner,90785 90853,2024-07-01,none,,P-2",
    "acme/mue,practitioner,90853x2,2024-07-01,denies 1,151 MA01,U-1",
    "acme/mue,practitioner,90853 90853,2024-07-01,denies 1 2,151 MA01,U-1",
    "acme/add-on,practitioner,90853 90785,2024-07-01,none,,A-1",
    "acme/add-on,practitioner,90785,2024-10-01,not evaluated 1,,A-1",
)
PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "test-with-pytest.md"
WRONG_ROW: Final = "acme/ptp practitioner 2024-07-01 90791 90853-59"


def sheet(folder: Path, *lines: str) -> Path:
    """A sheet with the lines."""
    file = folder / "acme.edits.csv"
    file.write_text("\n".join([HEAD, *lines, ""]), encoding="utf-8")
    return file


@pytest.fixture
def registry(installed: Callable[..., None]) -> Registry:
    """The payer whose second pair has the wrong indicator, alone."""
    installed("wrong_edit_row")
    return load(without=["medicare", "profiles"])


def test_a_line_is_a_claim_of_one_day(tmp_path: Path) -> None:
    """Code, modifiers and units of each service line, in their order."""
    line = "acme/mue,practitioner,90837-59-XEx2 90853,2024-07-01,denies 1,151 MA01,U-1"
    read, problems = read_edit_sheet(sheet(tmp_path, line), None, OWNERS)
    claim = read.claims[0].question.claim
    assert not problems
    assert claim.setting == "practitioner"
    assert [
        (item.number, item.code, item.modifiers, item.units, item.date_from, item.date_to)
        for item in claim.lines
    ] == [
        (1, "90837", ("59", "XE"), Decimal(2), date(2024, 7, 1), date(2024, 7, 1)),
        (2, "90853", (), Decimal(1), date(2024, 7, 1), date(2024, 7, 1)),
    ]
    assert read.claims[0].question.name == "acme/mue practitioner 2024-07-01 90837-59-XEx2 90853"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("acme/ptp,practitioner,9083 90853,2024-07-01,none,,P", "'9083' in lines is not a service"),
        ("acme/ptp,practitioner,,2024-07-01,none,,P", "'' in lines is not a service line"),
        ("acme/mue,practitioner,90853x0,2024-07-01,none,,P", "'90853x0' in lines is not a service"),
        ("acme/mue,practitioner,90853-5,2024-07-01,none,,P", "'90853-5' in lines is not a service"),
        ("acme/ptp,practitioner,90853,2024-13-01,none,,P", "date is '2024-13-01'"),
        ("acme/ptp,practitioner,90853,2024-07-01,denied,,P", "answer is 'denied'"),
        ("acme/ptp,practitioner,90853,2024-07-01,denies,,P", "answer is 'denies'"),
        ("acme/ptp,practitioner,90853,2024-07-01,denies 2,,P", "and the claim has 1 line"),
        ("acme/ptp,practitioner,90853,2024-07-01,denies 1,CO236,P", "carc_rarc is 'CO236'"),
        ("acme/ptp,practitioner,90853,2024-07-01,none,236,P", "and the answer denies nothing"),
        ("acme/ptp,,90853,2024-07-01,none,,P", "setting is empty"),
        ("acme/ptp,practitioner,90853,2024-07-01,none,,", "row is empty"),
        ("acme/ptp,practitioner,90853,2024-07-01,none,P", "the row has 6 values"),
        ("acme/pairs,practitioner,90853,2024-07-01,none,,P", "'acme/pairs' is not made of edit"),
        (
            "acne/ptp,practitioner,90853,2024-07-01,none,,P",
            "there is no payer 'acne'. Did you mean",
        ),
        (TRUE[0], "the claim stands on line 2 too"),
    ],
)
def test_a_bad_line_is_reported_and_the_others_are_used(
    line: str, message: str, tmp_path: Path
) -> None:
    """One problem with file and line; the lines before and after it are read."""
    read, problems = read_edit_sheet(sheet(tmp_path, TRUE[0], line, TRUE[1]), None, OWNERS)
    assert [claim.line for claim in read.claims] == [2, 4]
    assert len(problems) == 1
    assert str(problems[0]).startswith("acme.edits.csv:3: ")
    assert message in str(problems[0])


def test_a_payer_of_another_plugin_is_reported_once(tmp_path: Path) -> None:
    """A plugin's sheet is for its own payers; a user's sheet is for all."""
    file = sheet(tmp_path, *TRUE[:3])
    read, problems = read_edit_sheet(file, "medicare", OWNERS)
    assert not read.claims
    assert [str(problem).partition(". ")[0] for problem in problems] == [
        "acme.edits.csv:2: the payer 'acme' belongs to the plugin 'wrong_edit_row'"
    ]
    assert len(read_edit_sheet(file, "wrong_edit_row", OWNERS)[0].claims) == 3


@given(st.text(alphabet='05x9-8A ",\n', max_size=40), st.text(max_size=12))
def test_no_text_stops_the_reader(lines: str, answer: str) -> None:
    """With any text in a cell, a line is a claim that can be built, or a problem."""
    from io import BytesIO

    class File(BytesIO):
        name = "odd.edits.csv"

        def open(self, mode: str = "rb") -> BytesIO:
            return BytesIO(self.getvalue())

    cells = ["acme/ptp", "practitioner", lines, "2024-07-01", answer, "", "P-1"]
    content = f"{HEAD}\n{','.join(cells)}\n".encode("utf-8", "surrogatepass")
    read, problems = read_edit_sheet(File(content), None, OWNERS)  # type: ignore[arg-type]
    assert read.claims or problems or not "".join(cells).strip()
    for claim in read.claims:
        assert len(claim.question.claim.lines) == len(claim.question.lines)


def test_a_wrong_row_disagrees(registry: Registry, tmp_path: Path) -> None:
    """The claim that its true indicator denies is named with what was expected, and no other."""
    result = conform(registry, [sheet(tmp_path, *TRUE)])
    (found,) = result.sheets
    assert (found.claims, found.agreeing) == (9, 8)
    assert [item.name for item in found.others] == [WRONG_ROW]
    lines = list(lines_of(result))
    assert lines[0] == "acme.edits.csv: 8 of 9 claims agree"
    assert lines[1] == (
        f"    acme.edits.csv:5: {WRONG_ROW}: acme/ptp: expected denies 2; got none; source P-2"
    )
    assert lines[2] == "9 claims of edit sheets: 1 disagrees, 8 agree"
    (found,) = result.sheets
    assert (found.claims, found.agreeing) == (9, 8)
    assert found.others[0].differences[0].expected == "denies 2"


def test_other_denial_codes_disagree(registry: Registry, tmp_path: Path) -> None:
    """The CARC and the RARCs are compared where the sheet gives them, and only there."""
    stem = "acme/mue,practitioner,{},2024-07-01,denies 1,{},U-1"
    lines = [
        stem.format("90853x2", "151"),
        stem.format("90853x3", ""),
        stem.format("90853x4", "50"),
    ]
    result = conform(registry, [sheet(tmp_path, *lines)])
    found = [(item.line, item.differences[0].got) for item in result.sheets[0].others]
    assert found == [(2, "151 MA01"), (4, "151 MA01")]


def test_a_sheet_that_agrees_is_one_line(registry: Registry, tmp_path: Path) -> None:
    """However many claims it holds."""
    result = conform(registry, [sheet(tmp_path, *(line for line in TRUE if "P-2" not in line))])
    assert next(lines_of(result)) == "acme.edits.csv: 7 claims: all agree"
    assert set(result.statuses()) == {"agrees"}


def test_conform_ends_by_what_the_sheets_say(
    installed: Callable[..., None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """1 where a claim disagrees, 4 where a line is invalid, 5 where no payer was asked."""
    installed("wrong_edit_row")
    wrong = sheet(tmp_path, *TRUE)
    assert main(["conform", str(wrong), "--payer", "acme"]) == ExitCode.FOUND
    assert main(["conform", str(wrong), "--payer", "medicare"]) == ExitCode.NOTHING
    assert main(["conform", str(sheet(tmp_path, TRUE[0], "x")), "--payer", "acme"]) == (
        ExitCode.FAULTY
    )
    assert "acme.edits.csv:3: the row has 1 values" in capsys.readouterr().err


def test_a_payer_that_gives_its_tables_incompletely_is_errored(
    registry: Registry, tmp_path: Path, installed: Callable[..., None]
) -> None:
    """No claim of its sheets agrees while the rules of a plugin are incomplete."""
    installed("wrong_edit_row", "table_at_fault")
    result = conform(load(without=["medicare", "profiles"]), [sheet(tmp_path, *TRUE[:1])])
    assert result.statuses() == ("errored",)
    assert result.sheets[0].others[0].error


def test_a_line_of_a_sheet_that_disagrees_breaks_a_invariant(
    registry: Registry, tmp_path: Path
) -> None:
    """The invariant that every case agrees holds for sheets too."""
    suite = read_suite([(None, sheet(tmp_path, *TRUE))], registry.owners)
    violations = list(INVARIANTS["every_case_agrees"](PayerUnderTest.of(registry, "acme", suite)))
    assert violations == [f"{WRONG_ROW}: acme/ptp: expected denies 2; got none"]


@pytest.mark.skipif(not PAGE.is_file(), reason="there is no checkout around these tests")
def test_the_sheet_of_the_page_agrees(tmp_path: Path) -> None:
    """What the documentation shows as an edit sheet is one, and Medicare's answers agree with it."""
    shown = re.findall(r"^```csv\n(.*?)^```", PAGE.read_text("utf-8"), re.M | re.S)
    assert len(shown) == 1
    (tmp_path / "page.edits.csv").write_text(shown[0], encoding="utf-8")
    result = conform(load(), [tmp_path], payers=["medicare"], invariants=False)
    assert not result.problems
    assert result.statuses() == ("agrees",) * 5


def test_the_bundled_sheets_are_kept() -> None:
    """Every line that travels with a plugin is sound, asks a bundled payer, and agrees."""
    suite = bundled_suite()
    assert not suite.problems
    asked = {payer for sheet in suite.sheets for payer in sheet.payers}
    assert asked == {"medicare", "wa-medicaid"}
    result = bundled_answers()
    assert sum(sheet.claims for sheet in result.sheets) > 10_000
    assert [item for sheet in result.sheets for item in sheet.others] == []
