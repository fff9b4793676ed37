"""Laws of remarks: a peculiarity of a file that loses nothing is separate, and no problem."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from test_x12_claims import BODY, HEADER
from x12_texts import Signs, interchange

from payer_rules.errors import Problem, Remark
from payer_rules.readers import FiledClaim
from payer_rules.readers.claim_files import read_claim_file
from payer_rules.readers.formats import ReadOptions
from payer_rules.readers.size_limits import MOST_FAULTS, limit_problems

TEXT: Final = interchange([*HEADER, *BODY])
COUNT: Final = len(HEADER) + len(BODY) + 2
ROW: Final = "C1,M1,90853,2024-08-15,1234567893,practitioner"
HEAD: Final = "claim,member,code,date,billing_npi,setting"


def read(path: Path) -> tuple[int, list[Problem]]:
    """How many claims the file gives, and its problems and remarks."""
    found = [*read_claim_file(path, ReadOptions())]
    return (
        sum(isinstance(item, FiledClaim) for item in found),
        [item for item in found if isinstance(item, Problem)],
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f"SE*{COUNT}", "SE*9"),
        (f"SE*{COUNT}*0001", f"SE*{COUNT}*0002"),
        ("GE*1*7", "GE*0*7"),
        ("GE*1*7", "GE*1*8"),
        ("IEA*1*", "IEA*0*"),
        ("IEA*1*000000009", "IEA*1*000000008"),
        ("GE*1*7", "GE*1*7~\nGE*1*7"),
        ("ISA*00*          *", "ISA*00**"),
        ("HL*2*1*22*0", "HL*7*1*22*0"),
        ("~\nHI", "~~\nHI"),
        ("IEA*1*000000009~\n", "IEA*1*000000009"),
        ("*DOE*", "*M\xfcLLER*"),
        ("N3*2 EXAMPLE AVE", "N3*2 EXAMPLE \xc5VE"),
        ("ST*837*0001*005010X222A1", "ST*837*0001*005010X222"),
    ],
)
def test_a_remark_about_an_837_costs_nothing(old: str, new: str, tmp_path: Path) -> None:
    """Counts, control numbers, widths, names in Latin-1 and the last terminator are remarks."""
    assert old in TEXT
    path = tmp_path / "f.837"
    path.write_bytes(TEXT.replace(old, new, 1).encode("latin-1"))
    claims, result = read(path)
    assert claims == 1
    assert result
    assert {type(item) for item in result} == {Remark}


@pytest.mark.parametrize(
    ("old", "new", "claims"),
    [
        (f"SE*{COUNT}", "SE*99", 1),
        ("GE*1*7", "GE*2*7", 1),
        ("IEA*1*", "IEA*2*", 1),
        ("IEA*1*000000009~\n", "", 1),
        ("GE*1*7~\n", "", 1),
        (f"SE*{COUNT}*0001~\n", "", 0),
        ("CLM*C1*", "CLM*C\xfc*", 0),
        ("HI*ABK:F411", "HI*ABK:F4\xfc1", 0),
        ("***1:2~", "***1:3~", 1),
        ("HI*ABK", "HIX*ABK", 0),
        ("ST*837*0001*005010X222A1", "ST*276*0001*005010X212", 0),
    ],
)
def test_what_loses_a_claim_or_a_fact_is_a_problem(
    old: str, new: str, claims: int, tmp_path: Path
) -> None:
    """A part of the file that is missing, and a fact that cannot be read, are problems."""
    assert old in TEXT
    path = tmp_path / "f.837"
    path.write_bytes(TEXT.replace(old, new, 1).encode("latin-1"))
    found, result = read(path)
    assert found == claims
    assert any(type(item) is Problem for item in result)


@pytest.mark.parametrize("name", ["my_note", "note", "patient name", "clinic", "claim_note", ""])
def test_a_column_of_somebody_else_is_a_remark(name: str, tmp_path: Path) -> None:
    """A column that is none of ours, and near none of ours, is not read."""
    path = tmp_path / "f.csv"
    path.write_text(f"{HEAD},{name}\n{ROW},hello\n")
    claims, (remark,) = read(path)
    assert claims == 1
    assert type(remark) is Remark


@pytest.mark.parametrize("name", ["modifier", "unit", "Units", "diagnosis", "place-of-service"])
def test_a_column_whose_name_slipped_is_a_problem(name: str, tmp_path: Path) -> None:
    """The facts of the column would be lost; the claim is read without it."""
    path = tmp_path / "f.csv"
    path.write_text(f"{HEAD},{name}\n{ROW},1\n")
    claims, (problem,) = read(path)
    assert claims == 1
    assert type(problem) is Problem
    assert "Did you mean" in problem.remedy


@pytest.mark.parametrize(("more", "claims"), [(",", 1), (",,", 1), (",x", 0), (",,x", 0)])
def test_empty_cells_behind_a_row_cost_nothing(more: str, claims: int, tmp_path: Path) -> None:
    """An extra delimiter at the end of a row is ignored; a value after it may belong to the row."""
    path = tmp_path / "f.csv"
    path.write_text(f"{HEAD}\n{ROW}{more}\n")
    found, problems = read(path)
    assert found == claims
    assert len(problems) == 1 - claims


def test_remarks_hide_no_problem() -> None:
    """The number of remarks is limited as that of problems, and every problem is given as well."""
    remarks: list[Problem] = [Remark("f", str(at), "r") for at in range(MOST_FAULTS + 5)]
    found = [*limit_problems(iter([*remarks, Problem("f", "last", "r")]), "f")]
    assert len(found) == MOST_FAULTS + 1
    assert found[-1] == Problem("f", "last", "r")


def test_a_terminator_that_components_are_parted_by_is_a_remark(tmp_path: Path) -> None:
    """If ISA16 names another separator than the file has, the values are kept."""
    path = tmp_path / "f.837"
    path.write_text(interchange([*HEADER, *BODY], signs=Signs("*", ">")).replace("*T*>", "*T*:"))
    claims, (remark,) = read(path)
    assert claims == 1
    assert type(remark) is Remark
