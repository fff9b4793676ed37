"""``payer-rules impact``: its sides, its reports, and its exit codes."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator
from published import Pair, pair_text, written
from two_payers import ACME

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.impact.directions import DIRECTIONS, MIRRORED
from payer_rules.impact.impact_rows import ChangedRow
from payer_rules.json_forms.schema_files import schema_of
from payer_rules.tables.importing import import_tables
from payer_rules.tables.releases import Release, TableIdentity

CLAIMS: Final = """\
claim,line,member,code,date_from,units,billing_npi,payer,charge
A1,1,SECRET1,90853,2024-08-15,2,1234567893,acme,160.00
A1,2,SECRET1,90834,2024-08-15,1,1234567893,acme,120.50
A2,1,SECRET2,90834,2024-08-16,1,1234567893,acme,120.50
A3,1,SECRET3,90853,2024-08-16,3,1234567893,acme,
"""
NEW: Final = ACME.replace("limit = 2", "limit = 1").replace('carc = "119"', 'carc = "151"')
BARE: Final = [f"--without={name}" for name in ("medicaid", "medicare", "profiles")]
#: The claims whose lines of 90853 are answered otherwise, with the direction.
CHANGED: Final = [("A1", "1", "pays-to-denies"), ("A3", "1", "other-reason")]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with two versions of a profile and with claims, where the commands run."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("old.toml", ACME), ("new.toml", NEW), ("claims.csv", CLAIMS)):
        Path(name).write_text(text)


def impact(*options: str, sides: tuple[str, ...] = ("old.toml", "new.toml")) -> int:
    """Compare the two versions on the claims."""
    return main(["impact", *sides, "--claims", "claims.csv", *BARE, *options])


def report(name: str = "report.json") -> dict[str, Any]:
    """Return the JSON report that was written."""
    found: dict[str, Any] = json.loads(Path(name).read_text())
    return found


def rows() -> list[dict[str, str]]:
    """Return the rows of the CSV report."""
    with Path("rows.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_text_names_lines_reasons_sources_and_dollars(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The report has the directions with charges, the groups, and both answers on each line."""
    assert impact() == ExitCode.FOUND
    text = capsys.readouterr().out
    for part in (
        "old.toml → new.toml\n  3 claims, 4 lines, $401 billed",
        "2 claims, 2 lines, $160: another answer or reason",
        "✗ pays → denies                   1 claim, 1 line, $160",
        "BY RULE\n  acme/two-a-day  2 claims, 2 lines, $160",
        "BY TOPIC\n  how often",
        "BY CODE FAMILY\n  90xxx",
        "✗ A1 line 1: 90853 on 2024-08-15, $160.00, acme: pays → denies\n    was pay",
        "is deny\n      CO-151: 2 units of 90853 on 2024-08-15; limit 1",
        "rule acme/two-a-day; source MANUAL: Acme provider manual (invented)",
    ):
        assert part in text
    assert all(len(line) <= 80 for line in text.splitlines())


def test_the_lines_that_are_listed_are_as_many_as_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """``--most`` limits the lines of the text, whose heading has the number of all."""
    impact("--most", "1")
    text = capsys.readouterr().out
    assert "LINES (1 of 2: --most shows more)" in text
    assert "A1 line 1" in text
    assert "A3 line 1" not in text
    impact("--most", "0")
    assert "LINES" not in capsys.readouterr().out


def test_json_follows_its_schema_and_its_counts_are_those_of_its_lines() -> None:
    """The document is valid; each count is the number and the charges of the lines it is about."""
    impact("--report", "json:report.json")
    data = report()
    Draft202012Validator(schema_of("impact")).validate(data)
    changes = data["changes"]
    found = [(c["claim"], str(c["billed"]["line"]), c["direction"]) for c in changes]
    assert found == CHANGED
    for name, of in (
        ("payers", lambda c: [c["payer"]]),
        ("rules", lambda c: c["rules"]),
        ("topics", lambda c: c["topics"]),
        ("families", lambda c: [f"{c['billed']['code'][:2]}xxx"]),
    ):
        for group in data[name]:
            own = [c for c in changes if group["name"] in of(c)]
            assert group["lines"] == len(own)
            assert Decimal(group["charges"]) == sum(
                Decimal(c["billed"]["charge"] or 0) for c in own
            )
    assert sum(entry["lines"] for entry in data["directions"]) == len(changes)


def test_every_format_has_the_same_lines() -> None:
    """CSV, workbook and Parquet have a row for each changed line."""
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed")
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    impact(*(f"--report={kind}:rows.{kind}" for kind in ("csv", "xlsx", "parquet")))
    assert [(row["claim"], row["line"], row["direction"]) for row in rows()] == CHANGED
    sheet = openpyxl.load_workbook("rows.xlsx").active
    cells = [*sheet.iter_rows(values_only=True)]
    assert cells[0] == ChangedRow._fields
    table = parquet.read_table("rows.parquet")
    assert table.column_names == [*ChangedRow._fields]
    for name, at in (("claim", 0), ("direction", 8), ("new_source", 20), ("charge", 6)):
        values = [row[at] for row in cells[1:]]
        assert table.column(name).to_pylist() == values
        assert [row[name] or None for row in rows()] == [v and f"{v}" for v in values] or (
            name == "charge"
        )


@pytest.mark.parametrize("kind", ["text", "html", "json", "csv", "xlsx", "parquet"])
def test_no_report_names_a_member(kind: str) -> None:
    """The ids of claims are in a report, and never those of members."""
    for package, kinds in (("openpyxl", "xlsx"), ("pyarrow", "parquet"), ("jinja2", "html")):
        if kind == kinds:
            pytest.importorskip(package, reason=f"{package} is not installed")
    impact("--report", f"{kind}:found")
    assert b"SECRET" not in Path("found").read_bytes()


def test_mirrored_sides_have_the_mirrored_report() -> None:
    """The same lines with both answers exchanged and the opposite direction."""
    impact("--report", "json:report.json")
    impact("--report", "json:other.json", sides=("new.toml", "old.toml"))
    one, other = report()["changes"], report("other.json")["changes"]
    for before, after in zip(one, other, strict=True):
        assert (before["old"], before["new"]) == (after["new"], after["old"])
        assert after["direction"] == MIRRORED[before["direction"]]


def test_every_direction_is_that_of_the_other_side_mirrored() -> None:
    """Mirrored twice, a direction is itself."""
    assert {name: MIRRORED[MIRRORED[name]] for name in DIRECTIONS} == {
        name: name for name in DIRECTIONS
    }


@pytest.mark.parametrize("side", ["old.toml", "profiles", "2024-08-15", "installed", "tables"])
def test_a_side_and_itself_differ_in_nothing(side: str, capsys: pytest.CaptureFixture[str]) -> None:
    """No line is answered otherwise, no answer is compared, and the exit code is 0."""
    Path("tables").mkdir()
    Path("profiles").mkdir()
    Path("profiles/acme.toml").write_text(ACME)
    assert impact("--profiles", "old.toml", sides=(side, side)) == ExitCode.CLEAN
    text = capsys.readouterr().out
    assert "No line has another answer or reason." in text
    assert "0 answers compared" in text


def test_the_installed_profile_is_compared_with_a_draft() -> None:
    """The word installed is the profile in use; a payer of one side alone is newly checked."""
    code = impact("--profiles=old.toml", "--report=csv:rows.csv", sides=("installed", "new.toml"))
    assert code == ExitCode.FOUND
    assert [(row["claim"], row["line"], row["direction"]) for row in rows()] == CHANGED


def test_the_day_on_which_a_rule_was_published_decides() -> None:
    """Before the day on which a payer published a rule, nobody was bound by it."""
    dated = 'known = { from = 2024-09-01 }\nid = "two-a-day"'
    Path("dated.toml").write_text(ACME.replace('id = "two-a-day"', dated))
    sides = ("2024-08-15", "2024-09-15")
    assert impact("--profiles=dated.toml", "--report=csv:rows.csv", sides=sides) == ExitCode.FOUND
    (row,) = (each for each in rows() if each["direction"] == "pays-to-denies")
    assert (row["claim"], row["rules"]) == ("A3", "acme/two-a-day")


def test_a_quarter_with_another_pair_changes_the_claim_that_has_it(tmp_path: Path) -> None:
    """Two folders of imported tables are compared; the claim without the pair stays."""
    identity = TableIdentity(program="medicare", setting="practitioner", release=Release(2024, 3))
    for name, pairs in (
        ("before", [Pair("90853", "90832")]),
        ("after", [Pair("90853", "90832"), Pair("90853", "90834", indicator=0)]),
    ):
        text = pair_text(pairs)
        import_tables([written(tmp_path, f"{name}.txt", text)], Path(name), identity=identity)
    options = ["--payer=medicare", "--setting=practitioner", "--report=csv:rows.csv"]
    command = ["impact", "before", "after", "--claims=claims.csv", *options]
    assert main(command) == ExitCode.FOUND
    found = {(row["claim"], row["line"]): row for row in rows()}
    assert list(found) == [("A1", "2")]
    assert found["A1", "2"]["rules"] == "medicare/ptp"
    assert found["A1", "2"]["topics"] == "combination"


@pytest.mark.parametrize(
    ("sides", "message"),
    [
        (("old.toml",), "two sides are compared, not 1: old.toml"),
        (("old.toml", "2024-08-15"), "a profile and a day cannot be compared"),
        (("old.toml", "tables"), "'tables' is no file, folder or date"),
        (("old.toml", "claims.csv"), "'claims.csv' is neither a profile nor a folder"),
        (("2024-02-30", "2024-08-15"), "'2024-02-30' is not a date"),
    ],
    ids=str,
)
def test_sides_that_cannot_be_compared_are_refused(
    sides: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command line is wrong; one message names what is, and what to give."""
    assert impact(sides=sides) == ExitCode.USAGE
    (line,) = capsys.readouterr().err.splitlines()
    assert message in line


@pytest.mark.parametrize("kind", ["xlsx", "parquet"])
def test_a_format_that_is_no_text_needs_a_file(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is not printed."""
    assert impact("--report", kind) == ExitCode.USAGE
    assert f"cannot be printed. Write {kind}:FILE." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "changed"),
    [
        (("--code", "90853"), CHANGED),
        (("--code", "90853", "--code", "90834"), CHANGED),
        (("--code", "90834"), []),
        (("--kind", "frequency_limit"), CHANGED),
        (("--kind", "modifier_requirement"), []),
        (("--word", "2 UNITS"), CHANGED[:1]),
        (("--word", "2 units", "--word", "3 units"), []),
        (("--code", "90853", "--word", "3 units"), CHANGED[1:]),
        (("--word", "SECRET1"), []),
    ],
)
def test_only_changed_lines_that_are_chosen_are_reported(
    options: tuple[str, ...],
    changed: list[tuple[str, str, str]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """They are counted alone, and each report states the choice."""
    code = impact(
        *options, "--report", "text", "--report=csv:rows.csv", "--report=json:report.json"
    )
    assert code == (ExitCode.FOUND if changed else ExitCode.CLEAN)
    assert [(each["claim"], each["line"], each["direction"]) for each in rows()] == changed
    text = " ".join(capsys.readouterr().out.split())
    assert "Only lines of: " in text
    assert ("No such line has another answer" in text) is (not changed)
    assert report()["totals"]["chosen"]
    assert sum(each["lines"] for each in report()["directions"]) == len(changed)


@pytest.mark.parametrize(
    ("codes", "said", "lines"),
    [
        (("99999",), "No line that was read has code 99999.", {"99999": 0}),
        (("99999", "A0001"), "has code 99999 or A0001.", {"99999": 0, "A0001": 0}),
        (("90834", "99999"), "No such line has another answer", {"90834": 2, "99999": 0}),
        (("90853", "99999"), "2 claims, 2 lines, $160: another", {"90853": 2, "99999": 0}),
        (("90834",), "No such line has another answer", {"90834": 2}),
        (("90853",), "2 claims, 2 lines, $160: another", {"90853": 2}),
    ],
)
def test_a_code_that_no_line_has_is_named(
    codes: tuple[str, ...],
    said: str,
    lines: dict[str, int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Once: as the result if no line has any of the codes, otherwise with the choice."""
    impact(*(f"--code={code}" for code in codes), "--report=text", "--report=json:report.json")
    text = " ".join(capsys.readouterr().out.split())
    assert said in text
    assert text.count("No line that was read has code") == (0 in lines.values())
    assert ("another answer" in text) is any(lines.values())
    Draft202012Validator(schema_of("impact")).validate(report())
    assert report()["totals"]["chosen_codes"] == lines


def test_an_unknown_code_or_kind_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """The message names the nearest kind."""
    assert impact("--kind", "frequency_limits") == ExitCode.USAGE
    assert "Did you mean 'frequency_limit'?" in capsys.readouterr().err
    assert impact("--code", "9085") == ExitCode.USAGE


def test_exit_codes_are_those_of_all_commands() -> None:
    """Nothing given, no claim, and a file that cannot be read."""
    assert main(["impact"]) == ExitCode.NOTHING
    assert main(["impact", "old.toml", "new.toml"]) == ExitCode.NOTHING
    Path("claims.csv").write_text(CLAIMS.splitlines()[0])
    assert impact() == ExitCode.NOTHING
    Path("claims.csv").write_text(CLAIMS.replace("2024-08-16", "2024-99-16", 1))
    assert impact() == ExitCode.FAULTY


def test_the_profile_of_a_side_must_be_valid(capsys: pytest.CaptureFixture[str]) -> None:
    """Its problems are printed with file and line."""
    Path("new.toml").write_text(NEW.replace("limit = 1", 'limit = "one"'))
    assert impact() == ExitCode.FAULTY
    assert "new.toml:" in capsys.readouterr().err


def test_more_claims_than_memory_holds_are_compared_alike(
    monkeypatch: pytest.MonkeyPatch, each_report: Callable[[], str]
) -> None:
    """By way of the disk and in two processes, every report is the same byte for byte."""
    whole = each_report()
    monkeypatch.setattr("payer_rules.checking.check_run.MOST_IN_MEMORY", 1)
    assert each_report() == whole


@pytest.fixture
def each_report() -> Callable[[], str]:
    """Return the function that writes the reports that are text, and returns them."""

    def reports() -> str:
        kinds = ("text", "csv", "json")
        asked = (f"--code={code}" for code in ("90853", "90834"))
        impact("--jobs", "2", *asked, *(f"--report={kind}:found.{kind}" for kind in kinds))
        return "".join(Path(f"found.{kind}").read_text() for kind in kinds)

    return reports
