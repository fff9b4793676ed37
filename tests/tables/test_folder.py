"""The folder of tables: replaced as a whole by one import at a time, even if one is killed."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from time import monotonic, sleep
from typing import Final

import pytest
from published import (
    GIVEN,
    Pair,
    content_of,
    edits_in,
    imported,
    pair_text,
    problems_of,
    unit_text,
    written,
)

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.errors import InputError, InvalidValueError
from payer_rules.tables import catalog
from payer_rules.tables.folders import tables_folder
from payer_rules.tables.importing import import_tables
from payer_rules.tables.releases import Release, TableIdentity
from payer_rules.tables.store import TableStore

OPTIONS: Final = ("--program", "medicare", "--setting", "practitioner", "--release", "2024q3")
KILLS: Final = 10


def started(folder: Path, *files: Path) -> subprocess.Popen[str]:
    """An import in a process of its own."""
    command = [sys.executable, "-m", "payer_rules", "tables", "import", *map(str, files), *OPTIONS]
    return subprocess.Popen(
        [*command, "--tables", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def many(rationale: str, count: int = 200_000) -> Iterator[Pair]:
    """So many pairs, with this rationale."""
    for number in range(count):
        yield Pair(f"{number % 300:04}T", f"{number // 300 + 10_000}", rationale=rationale)


def rationales(folder: Path) -> set[str | None]:
    """Return the content of the folder's tables, read in full."""
    edits = edits_in(folder)
    result = {row.rationale for row in edits.all_pairs()}
    return result | {row.rationale for row in edits.all_units()}


def test_a_killed_import_leaves_the_old_tables_or_the_new_ones(tmp_path: Path) -> None:
    """An import is killed at ten random moments; the next import deletes its files."""
    folder = tmp_path / "t"
    old = [
        written(tmp_path, "old.txt", pair_text(many("old"))),
        written(tmp_path, "old.csv", unit_text(["90853,1,3,old"])),
    ]
    new = [
        written(tmp_path, "new.txt", pair_text(many("new"))),
        written(tmp_path, "new.csv", unit_text(["90853,2,3,new"])),
    ]
    begun = monotonic()
    run = started(folder, *old)
    assert run.communicate()[1] == ""
    lasts = monotonic() - begun
    chance = random.Random(8)
    for _ in range(KILLS):
        with started(folder, *new) as run:
            sleep(chance.uniform(0, lasts))
            run.kill()
        assert rationales(folder) in ({"old"}, {"new"})
        edits = edits_in(folder)
        assert edits.units("90853")[0].most == (2 if rationales(folder) == {"new"} else 1)
        import_tables(old, folder, identity=GIVEN)
        assert rationales(folder) == {"old"}
    assert len(content_of(folder)) == 3


def test_while_an_import_is_under_way_another_is_refused(tmp_path: Path) -> None:
    """It reports the lock and a remedy, and imports nothing; afterwards it succeeds."""
    folder = tmp_path / "t"
    file = written(tmp_path, "one.txt", pair_text([Pair("90853", "90832")]))
    with catalog.locked(folder):
        run = started(folder, file)
        errors = run.communicate()[1]
    assert run.returncode == ExitCode.FAULTY
    assert errors.endswith(
        ": another import is running in this folder. "
        "Wait until it has ended, then try again. [PR406]\n"
    )
    assert content_of(folder) == {}
    run = started(folder, file)
    assert (run.communicate()[1], run.returncode) == ("", ExitCode.CLEAN)


def test_two_imports_at_once_do_not_mix(tmp_path: Path) -> None:
    """Each is either whole or refused, and one of them at least is whole."""
    folder = tmp_path / "t"
    one = written(tmp_path, "one.txt", pair_text(many("one")))
    two = written(tmp_path, "two.csv", unit_text(["90853,1,3,two"]))
    with started(folder, one) as first, started(folder, two) as second:
        ended = {"one": first, "two": second}
        errors = [run.communicate()[1] for run in ended.values()]
    done = {name for name, run in ended.items() if run.returncode == ExitCode.CLEAN}
    assert done
    assert rationales(folder) == done
    assert all("another import is running in this folder" in error for error in errors if error)
    assert len([error for error in errors if error]) == 2 - len(done)


def test_a_refused_import_leaves_every_byte_as_it_was(tmp_path: Path) -> None:
    """One bad row in one of several files, and nothing of any is taken."""
    good = written(tmp_path, "a.txt", pair_text([Pair("90853", "90832")]))
    imported(tmp_path / "t", good)
    before = content_of(tmp_path / "t")
    other = written(tmp_path, "b.csv", unit_text(["90853,1,3,x"]))
    bad = written(tmp_path, "c.txt", pair_text([Pair("90853", "90833"), "bad"]))
    assert problems_of(tmp_path / "t", other, bad)
    assert content_of(tmp_path / "t") == before


def test_the_same_files_make_the_same_tables(tmp_path: Path) -> None:
    """The tables are equal byte for byte, in any order of their rows."""
    rows = [Pair("90853", "90832"), Pair("0001A", "99213"), Pair("90832", "0001A")]
    for name in ("one", "two"):
        imported(tmp_path / name, written(tmp_path, "a.txt", pair_text(rows)))
    assert content_of(tmp_path / "one") == content_of(tmp_path / "two")


def test_several_releases_stand_side_by_side(tmp_path: Path) -> None:
    """Each has its own rows; they are listed oldest first."""
    for quarter in (4, 3):
        text = pair_text([Pair("90853", "90832", indicator=1 if quarter == 4 else 0)])
        identity = TableIdentity(
            program="medicare", setting="practitioner", release=Release(2024, quarter)
        )
        imported(tmp_path / "t", written(tmp_path, "a.txt", text), identity=identity)
    tables = TableStore.open(tmp_path / "t")
    assert list(map(str, tables.releases("medicare", "practitioner"))) == ["2024q3", "2024q4"]
    assert tables.releases("medicare", "dme") == tables.releases("medicaid", "practitioner") == ()
    found = [tables.edits("medicare", "practitioner", Release(2024, q)) for q in (3, 4)]
    assert [edits.pairs("90832", "90853")[0].indicator for edits in found] == [0, 1]


def test_the_catalog_states_from_which_files_a_table_comes(tmp_path: Path) -> None:
    """A table lists name and SHA-256 of its file, rows, release, setting, and whether it has dates."""
    import hashlib

    file = written(tmp_path, "a.txt", pair_text([Pair("90853", "90832")]))
    (table,) = import_tables([file], tmp_path / "t", identity=GIVEN)
    (source,) = table.sources
    assert source.digest == f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"
    assert (source.name, table.rows, table.is_dated) == ("a.txt", 1, True)
    assert TableStore.open(tmp_path / "t").tables == (table,)


@pytest.mark.parametrize(
    "text", ["", "{}", '{"version": 3}', '{"version": 1, "tables": [{}]}', "[]", "[" * 9999]
)
def test_a_catalog_that_cannot_be_read_is_a_problem(tmp_path: Path, text: str) -> None:
    """It is never taken for an empty one."""
    written(tmp_path, "catalogue.json", text)
    with pytest.raises(InputError, match="the catalog of tables is"):
        TableStore.open(tmp_path)


def test_a_release_in_the_catalog_must_be_one(tmp_path: Path) -> None:
    """As every other word of it."""
    imported(tmp_path / "t", written(tmp_path, "a.txt", pair_text([Pair("90853", "90832")])))
    data = json.loads((tmp_path / "t" / "catalogue.json").read_text())
    data["tables"][0]["release"] = "2024q5"
    (tmp_path / "t" / "catalogue.json").write_text(json.dumps(data))
    with pytest.raises(InputError):
        TableStore.open(tmp_path / "t")


def test_a_table_that_is_gone_is_a_problem(tmp_path: Path) -> None:
    """An import may replace what another process is about to open."""
    edits = imported(
        tmp_path / "t", written(tmp_path, "a.txt", pair_text([Pair("90853", "90832")]))
    )
    (tmp_path / "t" / edits.tables[0].file).unlink()
    with pytest.raises(InputError, match="an import replaced it"):
        edits_in(tmp_path / "t").open("pairs")


def test_tables_lie_where_the_option_or_the_variable_or_the_user_s_data_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In that order."""
    monkeypatch.setenv("PAYER_RULES_TABLES", str(tmp_path / "named"))
    assert tables_folder(tmp_path) == tmp_path
    assert tables_folder() == tmp_path / "named"
    monkeypatch.delenv("PAYER_RULES_TABLES")
    assert tables_folder().parts[-2:] == ("payer-rules", "tables")


def test_a_release_lasts_a_quarter() -> None:
    """The next begins on the day after."""
    releases = [Release(year, quarter) for year in (2024, 2025) for quarter in (1, 2, 3, 4)]
    for release, following in pairwise(releases):
        assert release.last + timedelta(1) == following.first
        assert Release.parse(str(release)) == release
    assert Release(2024, 3).first == date(2024, 7, 1)
    assert Release.parse("2024q5") is Release.parse("2024") is None


@pytest.mark.parametrize(
    ("name", "program", "setting", "release", "piece"),
    [
        ("ccipra-v322r0-f1.txt", "medicare", "practitioner", "2026q3", 1),
        ("ccioph-v301r1-f4.TXT", "medicare", "outpatient-hospital", "2024q2", 4),
        ("medicare-ncci-2026q1-practitioner-ptp-edits-ccipra-v320r0-f2.zip", "medicare", "practitioner", "2026q1", 2),
        ("MCR_MUE_DMESupplierServices_Eff_10-01-2025.csv", "medicare", "dme", "2025q4", None),
        ("medicaid-ncci-q2-2026-ptp-edits-practitioner-services.zip", "medicaid", "practitioner", "2026q2", None),
        ("medicaid-ncci-2026-q3-ptp-edits-durable-medical-equipment.zip", "medicaid", "dme", "2026q3", None),
        ("AOC_V2025Q4_01-MCR.txt", "medicare", None, "2025q4", None),
        ("pairs.txt", None, None, None, None),
    ],
)  # fmt: skip
def test_what_a_name_tells(
    name: str, program: str | None, setting: str | None, release: str | None, piece: int | None
) -> None:
    """The names under which CMS publishes its files, and the archives they lie in."""
    identity = TableIdentity.from_name(name)
    found = identity.release and str(identity.release)
    assert (identity.program, identity.setting, found, identity.piece) == (
        program,
        setting,
        release,
        piece,
    )


OUTSIDE: Final = ("0000q1", "0001q4", "1999q4", "2200q1", "9999q4")


@pytest.mark.parametrize(
    "text",
    [
        *OUTSIDE,
        "2024q0",
        "2024q5",
        "2024",
        "24q3",
        "12024q3",
        "2024q3 ",
        "2024q33",
        "\u0662\u0660\u0662\u0664q3",
        "",
    ],
)
def test_what_is_no_release_is_not_taken_for_one(tmp_path: Path, text: str) -> None:
    """As an option of each command, and in the catalog."""
    assert Release.parse(text) is None
    file = written(tmp_path, "a.txt", pair_text([Pair("90853", "90832")]))
    options = [*OPTIONS[:-1], text, "--tables", str(tmp_path / "t")]
    assert main(["tables", "import", str(file), *options]) == ExitCode.USAGE
    assert main(["tables", "diff", text, "2024q3", *options[-2:]]) == ExitCode.FAULTY
    assert not (tmp_path / "t").exists()


@pytest.mark.parametrize(("year", "quarter"), [(1999, 4), (2200, 1), (0, 1), (2024, 0), (2024, 5)])
def test_a_release_is_one_of_two_hundred_years(year: int, quarter: int) -> None:
    """Also where Python makes it."""
    with pytest.raises(InvalidValueError, match="2000q1 to 2199q4"):
        Release(year, quarter)
    assert Release(2000, 1).first == date(2000, 1, 1)
    assert Release(2199, 4).last == date(2199, 12, 31)


@pytest.mark.parametrize(
    "name",
    [
        *(f"pairs_{release}.txt" for release in OUTSIDE),
        "pairs-q1-0000.txt",
        "pairs_q4_1999.txt",
        "q12200.txt",
        "ccipra-v001r0-f1.txt",
        "ccioph-v053r0.txt",
        "MCR_MUE_PractitionerServices_Eff_10-01-1999.csv",
        "MCR_MUE_PractitionerServices_Eff_01-01-2200.csv",
    ],
)
def test_a_name_that_states_a_release_of_no_time_is_a_problem(tmp_path: Path, name: str) -> None:
    """An option does not override it: the table is not of that release."""
    file = written(tmp_path, name, pair_text([Pair("90853", "90832")]))
    (problem,) = problems_of(tmp_path / "t", file)
    assert "the name states the release" in problem.message
    assert content_of(tmp_path / "t") == {}


@pytest.mark.parametrize("name", ["v12024q3.txt", "pairs20240101q35.txt", "q320245.txt"])
def test_digits_that_are_part_of_more_are_no_release(name: str) -> None:
    """A longer number is not a release."""
    assert TableIdentity.from_name(name).release is None


def test_catalog_file_is_the_only_name_that_is_replaced(tmp_path: Path) -> None:
    """A table's file is named by its content, so a reader's file never changes under it."""
    edits = imported(
        tmp_path / "t", written(tmp_path, "a.txt", pair_text([Pair("90853", "90832")]))
    )
    edits.open("pairs")
    imported(tmp_path / "t", written(tmp_path, "a.txt", pair_text([Pair("90853", "90834")])))
    assert len(edits.pairs("90853", "90832")) == 1
    (table,) = catalog.read(tmp_path / "t")
    assert table.digest[7:23] in table.file
