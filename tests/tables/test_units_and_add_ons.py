"""Medically unlikely edits and add-on codes from CMS's files into the store and back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from published import (
    ADD_ON_HEADING,
    GIVEN,
    NOTICE,
    RELEASE,
    Pair,
    add_on_text,
    cells_of,
    edits_in,
    imported,
    medicaid_unit_text,
    pair_text,
    problems_of,
    unit_text,
    workbook,
    written,
)

from payer_rules.rules import ALWAYS, DateRange
from payer_rules.rules.edit_rows import AddOnEdit, UnitEdit
from payer_rules.tables.importing import import_tables
from payer_rules.tables.releases import Release, TableIdentity

CODES: Final = st.from_regex(r"[0-9A-Z][0-9]{3}[0-9A-Z]", fullmatch=True)
MAI: Final = {1: "1 Line Edit", 2: "2 Date of Service Edit: Policy", 3: "3"}
PLAIN: Final = "service,code,mue,mai,rationale\n"
UNITS: Final = "MCR_MUE_PractitionerServices_Eff_07-01-2024.csv"
#: The lines of the notice and of the heading, which both go over several.
ABOVE: Final = 5


@given(
    st.dictionaries(
        CODES, st.tuples(st.integers(0, 10**9 - 1), st.sampled_from([1, 2, 3])), min_size=1
    )
)
def test_every_mue_is_found_as_it_was_published(rows: dict[str, tuple[int, int]]) -> None:
    """Value, indicator, rationale and line; the notice is passed over, however many lines it has."""
    result = [f'{code},{most},{MAI[mai]},"CMS, Policy"' for code, (most, mai) in rows.items()]
    with TemporaryDirectory() as name:
        file = written(Path(name), UNITS, unit_text(result))
        import_tables([file], Path(name) / "t")
        edits = edits_in(Path(name) / "t")
        expected: dict[str, UnitEdit] = {}
        for line, (code, (most, mai)) in enumerate(rows.items(), ABOVE + 1):
            indicator: Any = mai
            row = UnitEdit(code, most, indicator, ALWAYS, UNITS, line, "CMS, Policy")
            expected[code] = row
        assert {code: edits.units(code) for code in rows} == {c: (r,) for c, r in expected.items()}
        assert list(edits.all_units()) == [expected[code] for code in sorted(expected)]
        assert edits.units("ZZZZZ") == ()
        assert NOTICE.encode() not in (Path(name) / "t" / edits.tables[0].file).read_bytes()


def test_an_mue_of_0_is_not_an_mue_that_is_not_published(tmp_path: Path) -> None:
    """The one is a row and the other is none; a table without a file of MUEs is marked so."""
    edits = imported(tmp_path / "t", written(tmp_path, UNITS, unit_text(["90875,0,2,x"])))
    assert [row.most for row in edits.units("90875")] == [0]
    assert edits.units("90853") == ()
    assert edits.has_units
    assert not edits_in(tmp_path / "t", setting="dme").has_units


@pytest.mark.parametrize(
    ("services", "name", "setting"),
    [
        ("Practitioner Services", "PractitionerServices", "practitioner"),
        ("Outpatient Hospital Services", "OutpatientHospitalServices", "outpatient-hospital"),
        ("DME Supplier Services", "DMESupplierServices", "dme"),
    ],
)
def test_heading_and_name_tell_the_setting(
    tmp_path: Path, services: str, name: str, setting: str
) -> None:
    """The three settings are never mixed up, in text and in workbooks."""
    text = unit_text(["A4253,3,3 Date of Service Edit: Clinical,x"], services)
    file = written(tmp_path, f"MCR_MUE_{name}_Eff_10-01-2026.csv", text)
    book = written(tmp_path, f"MCR_MUE_{name}_Eff_01-01-2027.xlsx", workbook(cells_of(text, ",")))
    import_tables([file, book], tmp_path / "t")
    for release in (Release(2026, 4), Release(2027, 1)):
        for item in ("practitioner", "outpatient-hospital", "dme"):
            found = edits_in(tmp_path / "t", setting=item, release=release).units("A4253")
            assert len(found) == (item == setting)


def test_heading_and_name_may_not_differ(tmp_path: Path) -> None:
    """A file of hospital edits under a practitioner's name is refused."""
    text = unit_text(["90853,1,3,x"], "Outpatient Hospital Services")
    (problem,) = problems_of(
        tmp_path / "t", written(tmp_path, UNITS, text), identity=TableIdentity()
    )
    assert (
        problem.message
        == "the heading states outpatient-hospital, and the name states practitioner"
    )


def test_medicaid_s_mues_have_no_indicator(tmp_path: Path) -> None:
    """The headings distinguish Medicare's and Medicaid's files."""
    file = written(tmp_path, "a_2026q1.csv", medicaid_unit_text(["90853,1,CMS Policy"]))
    plain = written(tmp_path, "b_practitioner_2026q2.csv", "code,mue,rationale\n90853,2,x\n")
    import_tables([file, plain], tmp_path / "t")
    found = [
        edits_in(tmp_path / "t", program="medicaid", release=Release(2026, quarter)).units("90853")
        for quarter in (1, 2)
    ]
    assert [(row.most, row.mai) for (row,) in found] == [(1, None), (2, None)]
    assert not edits_in(tmp_path / "t", release=Release(2026, 1)).has_units


def test_one_plain_csv_may_hold_several_settings(tmp_path: Path) -> None:
    """Each row goes to the table of its service, with its line in the file."""
    rows = "practitioner,90853,1,3,x\noutpatient_hospital,90853,5,3,x\ndme_supplier,A4253,2,1,\n"
    import_tables(
        [written(tmp_path, "mue_2024q3.csv", PLAIN + rows)],
        tmp_path / "t",
        identity=TableIdentity(),
    )
    hospital = edits_in(tmp_path / "t", setting="outpatient-hospital")
    assert hospital.units("90853") == (UnitEdit("90853", 5, 3, ALWAYS, "mue_2024q3.csv", 3, "x"),)
    (row,) = edits_in(tmp_path / "t", setting="dme").units("A4253")
    assert (row.mai, row.rationale, row.line) == (1, None, 4)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("9085,1,1,x", "'9085' is not a procedure code"),
        ("90853,-1,1,x", "the MUE is '-1', not a whole number"),
        ("90853,1,4 Line Edit,x", "the adjudication indicator is '4 Line Edit', not 1, 2 or 3"),
        ("90853,1,1,x,x", "the row has 5 cells, not 4"),
        ("90785,1,1,x", f"the code 90785 is also in {UNITS}:6"),
        ("90853,1,1,\udcff", "the line is not UTF-8"),
    ],
)
def test_a_bad_mue_is_named_by_file_and_line(tmp_path: Path, row: str, message: str) -> None:
    """As a bad pair is."""
    text = unit_text(["90785,3,3,x", row]).encode(errors="surrogateescape")
    (problem,) = problems_of(
        tmp_path / "t", written(tmp_path, UNITS, text), identity=TableIdentity()
    )
    assert problem.where == f"{UNITS}:{ABOVE + 2}"
    assert problem.message == message


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            "nobody,90853,1,1,x",
            "service is 'nobody', not one of practitioner, outpatient_hospital, dme_supplier",
        ),
        ("practitioner,90853,1,0,x", "mai is '0', not 1, 2 or 3"),
        ("practitioner,90785,1,1,x", "the code 90785 is also in a_2024q3.csv:2"),
    ],
)
def test_a_bad_row_of_plain_mues_is_named(tmp_path: Path, row: str, message: str) -> None:
    """The same code in another setting is no problem."""
    rows = f"practitioner,90785,3,3,x\n{row}\ndme_supplier,90785,3,3,x\n"
    file = written(tmp_path, "a_2024q3.csv", PLAIN + rows)
    (problem,) = problems_of(tmp_path / "t", file, identity=TableIdentity())
    assert (problem.where, problem.message) == ("a_2024q3.csv:3", message)


def test_a_file_of_mues_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    """Within a row, within the notice, below the heading."""
    whole = unit_text(["90785,3,3,CMS Policy"])
    for text, message in (
        (whole[:-4], "the file ends within this line"),
        (unit_text([]), "no row follows the heading"),
        (whole[:90], "the heading is not one of CMS's"),
    ):
        (problem,) = problems_of(
            tmp_path / "t", written(tmp_path, UNITS, text), identity=TableIdentity()
        )
        assert problem.message.startswith(message)


def test_add_on_codes_belong_to_a_program_and_all_its_settings(tmp_path: Path) -> None:
    """The setting makes no difference; rows of one code, type and date range are one."""
    text = "add_on_code,aoc_type,primary_code\n90785,1,90791\n90785,1,90832\n0054T,2,CCCCC\n"
    file = written(tmp_path, "aoc_medicare.csv", text)
    import_tables([file], tmp_path / "t", identity=TableIdentity(release=RELEASE))
    for setting in ("practitioner", "outpatient-hospital", "dme"):
        edits = edits_in(tmp_path / "t", setting=setting)
        assert edits.add_on_codes == {"90785", "0054T"}
        assert edits.add_ons("0054T") == (
            AddOnEdit("0054T", 2, frozenset(), ALWAYS, "aoc_medicare.csv", 4, is_dated=False),
        )
        (row,) = edits.add_ons("90785")
        assert (row.type, row.primaries, row.line) == (1, frozenset(["90791", "90832"]), 2)
        assert edits.add_ons("90791") == ()
    assert not edits_in(tmp_path / "t", program="medicaid").has_add_ons


def test_add_on_codes_of_cms_s_text_have_dates(tmp_path: Path) -> None:
    """Dates are year and day of the year; the file's name states program and quarter."""
    rows = [
        "1\t90785\t\t90791\t\t2013001\t\t",
        "1\t90785\t\t90853\t\t2013001\t2024182\t",
        "2\t0054T\t\tCCCCC\t\t2014001\t\tContractor Defined Primary Codes",
    ]
    text = add_on_text(rows)
    files = [
        written(tmp_path, "AOC_V2024Q3-MCR.txt", text),
        written(tmp_path, "AOC_V2024Q4-MCR.xlsx", workbook(cells_of(text, "\t"))),
    ]
    import_tables(files, tmp_path / "t")
    for quarter, file in enumerate(files, 3):
        edits = edits_in(tmp_path / "t", release=Release(2024, quarter))
        assert [(row.primaries, row.verified, row.line) for row in edits.add_ons("90785")] == [
            (frozenset(["90791"]), DateRange(date(2013, 1, 1)), 3),
            (frozenset(["90853"]), DateRange(date(2013, 1, 1), date(2024, 6, 30)), 4),
        ]
        assert all(row.is_dated and row.row == file.name for row in edits.all_add_ons())


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("4\t90785\t\t90791\t\t2013001\t\t", "the type is '4', not 1, 2 or 3"),
        ("1\t9078\t\t90791\t\t2013001\t\t", "'9078' is not a procedure code"),
        ("1\t90785\t\t90785\t\t2013001\t\t", "90785 is its own primary"),
        (
            "1\t90785\t\tCCCCC\t\t2013001\t\t",
            "90785 is of type 1, and its primary code is CCCCC (defined by contractors)",
        ),
        (
            "1\t90785\t\t90791\t\t2013366\t\t",
            "the effective date is '2013366', not a day like 2024183",
        ),
        ("1\t90785\t\t90791\t\t\t\t", "the effective date is empty"),
        (
            "1\t90785\t\t90791\t\t2013001\t2012001\t",
            "the deletion date 2012-01-01 is before the effective date 2013-01-01",
        ),
        ("1\t90785\t\t90791", "the row has 4 cells, not 8"),
        (
            "1\t90840\t\t90839\t\t2013001\t\t",
            "90840 with 90839 is also in a.txt:3, word for word",
        ),
        ("3\t90840\t\t90853\t\t2013001\t\t", "90840 is of type 3, and in a.txt:3 of 1"),
    ],
)
def test_a_bad_add_on_row_is_named_by_file_and_line(tmp_path: Path, row: str, message: str) -> None:
    """As a bad pair is."""
    text = add_on_text(["1\t90840\t\t90839\t\t2013001\t\t", row])
    (problem,) = problems_of(tmp_path / "t", written(tmp_path, "a.txt", text))
    assert (problem.where, problem.message) == ("a.txt:4", message)


def test_what_was_imported_before_stays(tmp_path: Path) -> None:
    """Pairs, MUEs and add-on codes join; only what is imported again is replaced."""
    pairs = written(tmp_path, "p.txt", pair_text([Pair("90853", "90832")]))
    units = written(tmp_path, "u.csv", unit_text(["90853,1,3,x"]))
    add_ons = written(tmp_path, "a.txt", add_on_text(["1\t90785\t\t90791\t\t2013001\t\t"]))
    for file in (pairs, units, add_ons):
        edits = imported(tmp_path / "t", file)
    assert (edits.has_pairs, edits.has_units, edits.has_add_ons) == (True, True, True)
    fewer = written(tmp_path, "p.txt", pair_text([Pair("90853", "90834")]))
    edits = imported(tmp_path / "t", fewer)
    assert edits.pairs("90853", "90832") == ()
    assert len(edits.pairs("90853", "90834")) == len(edits.units("90853")) == 1
    assert len(list((tmp_path / "t").glob("*.table"))) == 3


def test_columns_of_add_on_codes_are_found_by_name(tmp_path: Path) -> None:
    """Descriptions of the file write the same names in several ways."""
    heading = ADD_ON_HEADING.replace("EffDT", "Eff_DT_Julian").upper()
    text = f"{heading}\n1\t90785\t\t90791\t\t2013001\t\t\n"
    edits = imported(tmp_path / "t", written(tmp_path, "a.txt", text), identity=GIVEN)
    assert edits.add_on_codes == {"90785"}
