"""Laws of lines that have a revenue code and no procedure code, in every form that has them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Final

import attrs
import pytest
import pyx12.x12file
from fhir_writer import claim_resource
from hypothesis import given
from hypothesis import strategies as st
from table_writer import rows_of, write_csv
from x12_texts import INSTITUTIONAL, claim_segments, claims_in, day, header, interchange

from payer_rules.checking import CheckRun, ClaimChecker
from payer_rules.claims import Claim, Member, Provider, ServiceLine
from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.errors import Problem
from payer_rules.readers import FiledClaim, UncodedClaim
from payer_rules.readers.claim_files import read_claim_file
from payer_rules.readers.fhir import read_fhir_history
from payer_rules.readers.formats import ReadOptions
from payer_rules.readers.line_tables import read_history_table
from payer_rules.registry import Registry, load

#: The code of an item without a service, as CMS's server writes it.
ABSENT: Final = {"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason"}
CODES: Final = ("90853", "90834", "G0410")
#: A payer with one rule, which requires a fact that the line states.
ACME: Final = """
[payer]
id = "acme"
name = "Acme Health (invented)"
kind = "commercial"
[sources.A-1]
title = "Manual (invented)"
url = "https://acme.example"
read = 2026-11-23
confidence = "primary"

[[topics.all]]
none = { cites = ["A-1"] }
verified = { from = 1900-01-01 }
[[modifier_requirement]]
id = "without-gt"
codes = ["90853", "90834", "G0410"]
none_of = ["GT"]
cites = ["A-1"]
rationale = "A session carries no GT."
"""
NOTE: Final = "line 2 has a revenue code and no procedure code: not checked"
NOTES: Final = "lines 2, 3 have a revenue code and no procedure code: not checked"


def claim_of(count: int) -> Claim:
    """A hospital's claim of so many lines."""
    lines = [
        ServiceLine(
            number=at,
            code=CODES[at % 3],
            units=Decimal(at),
            date_from=day("20240815"),
            charge=Decimal(100),
            revenue_code="0915",
        )
        for at in range(1, count + 1)
    ]
    return Claim(
        id="C1",
        member=Member(id="M1"),
        billing_provider=Provider(npi="1234567893"),
        lines=lines,
        setting="outpatient-hospital",
        bill_type="131",
        frequency_code="1",
        diagnoses=("F331",),
    )


def as_x12(claim: Claim, uncoded: frozenset[int], folder: Path) -> Path:
    """An 837I of the claim, in which those lines have no procedure code."""
    segments = [*claim_segments(claim, is_institutional=True)]
    for line in claim.lines:
        if line.number in uncoded:
            at = segments.index(f"LX*{line.number}") + 1
            segments[at] = segments[at].replace(f"HC:{line.code}", "")
    file = folder / "claims.837"
    file.write_text(interchange([*header(claim), *segments], version=INSTITUTIONAL))
    return file


def as_fhir(claim: Claim, uncoded: frozenset[int], folder: Path) -> Path:
    """Return a resource of the claim, in which those items give a reason or nothing."""
    resource = claim_resource(claim)
    for item in resource["item"]:
        if item["sequence"] in uncoded:
            absent = {"coding": [{**ABSENT, "code": "not-applicable"}]}
            item["productOrService"] = absent if item["sequence"] % 2 else {}
    file = folder / "claims.ndjson"
    file.write_text(json.dumps(resource) + "\n")
    return file


def as_table(claim: Claim, uncoded: frozenset[int], folder: Path) -> Path:
    """A table of the claim, in which those rows have no code."""
    rows = [{**row, "code": ""} if row["line"] in uncoded else row for row in rows_of(claim)]
    return write_csv(folder / "claims.csv", rows, ",")


Writer = Callable[[Claim, frozenset[int], Path], Path]
FORMS: Final = {"x12": as_x12, "fhir": as_fhir, "table": as_table}


@pytest.mark.parametrize("write", FORMS.values(), ids=FORMS)
@given(uncoded=st.frozensets(st.integers(1, 4)))
def test_the_other_lines_are_read_as_if_these_were_not_there(
    write: Writer, uncoded: frozenset[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The claim has its coded lines and the numbers of the others; there is no problem."""
    claim = claim_of(4)
    (found,) = read_claim_file(write(claim, uncoded, tmp_path_factory.getbasetemp()), ReadOptions())
    result = tuple(sorted(uncoded))
    coded = [line for line in claim.lines if line.number not in uncoded]
    if not coded:
        assert found == UncodedClaim("C1", result, found.file, 1)  # type: ignore[union-attr]
        return
    assert isinstance(found, FiledClaim), found
    # NOTE: an 837 states that a line has no drug.
    lines = tuple(attrs.evolve(line, drug=None) for line in found.claim.lines)
    assert (found.uncoded, lines) == (result, tuple(coded))
    assert (found.claim.id, found.claim.bill_type, found.number) == ("C1", "131", 1)


@pytest.mark.parametrize("write", FORMS.values(), ids=FORMS)
def test_check_judges_the_others_and_notes_these(
    write: Writer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A clean claim stays clean: exit code 0, a note in the decision, a count in the summary."""
    (tmp_path / "acme.toml").write_text(ACME)
    asked = ["--payer", "acme", "--profiles", str(tmp_path)]
    for uncoded, note in (({2}, NOTE), ({2, 3}, NOTES)):
        file = write(claim_of(3), frozenset(uncoded), tmp_path)
        assert main(["check", str(file), *asked, "--report", "json"]) == ExitCode.CLEAN
        printed = capsys.readouterr()
        (decision,) = json.loads(printed.out)["decisions"]
        assert note in decision["notes"]
        assert [line["line"] for line in decision["lines"]] == sorted({1, 2, 3} - uncoded)
        assert printed.err == ""
        assert main(["check", str(file), *asked, "--verbose"]) == ExitCode.CLEAN
        assert f"  note: {note}\n" in capsys.readouterr().out


@pytest.mark.parametrize("write", FORMS.values(), ids=FORMS)
def test_a_claim_of_nothing_else_is_reported_and_no_problem(
    write: Writer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is counted on standard error; the exit code means that nothing was run."""
    file = write(claim_of(2), frozenset([1, 2]), tmp_path)
    assert main(["check", str(file), "--payer", "medicare"]) == ExitCode.NOTHING
    printed = capsys.readouterr()
    assert printed.out == "no claim was checked\n"
    assert printed.err == "1 claim has revenue codes and no procedure code: not checked\n"
    assert main(["sessions", str(file)]) == ExitCode.NOTHING
    assert capsys.readouterr().err == printed.err
    assert main(["check", str(file), str(file), "--payer", "medicare", "--strict"])
    assert capsys.readouterr().err.startswith("2 claims have revenue codes")


#: A payer that denies lines with a revenue code alone.
DENIED: Final = """
[[coverage]]
id = "no-recreation"
codes = ["rev:0915"]
cites = ["A-1"]
rationale = "A line without a procedure code is not paid."
"""


@pytest.mark.parametrize("write", FORMS.values(), ids=FORMS)
def test_rules_that_name_a_revenue_code_judge_its_lines(
    write: Writer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From every form: the line has a decision and no note; so has a claim of such lines alone."""
    (tmp_path / "acme.toml").write_text(ACME + DENIED)
    asked = ["--payer", "acme", "--profiles", str(tmp_path), "--report", "json"]
    for uncoded in ({2}, {1, 2}):
        file = write(claim_of(2), frozenset(uncoded), tmp_path)
        assert main(["check", str(file), *asked]) == ExitCode.FOUND
        printed = capsys.readouterr()
        (decision,) = json.loads(printed.out)["decisions"]
        assert decision["notes"] == []
        denied = [entry["line"] for entry in decision["lines"] if entry["outcome"] == "deny"]
        assert (denied, len(decision["lines"])) == (sorted(uncoded), 2)
        assert printed.err == ""


def counting_run(registry: Registry, *payers: str) -> CheckRun:
    """Return a run with a report, without which it gives no decisions."""
    checker = ClaimChecker(registry=registry, payers=payers, renderers=(lambda *_: "",))
    return CheckRun(checker)


def test_each_payer_has_the_lines_of_which_its_rules_speak(tmp_path: Path) -> None:
    """A claim is judged with a revenue line for one payer, and without it for another."""
    (tmp_path / "acme.toml").write_text(ACME + DENIED)
    (tmp_path / "other.toml").write_text(ACME.replace('"acme"', '"other"'))
    registry = load(profiles=[tmp_path])
    mixed = as_x12(claim_of(2), frozenset([2]), tmp_path)
    (filed,) = read_claim_file(mixed, ReadOptions())
    (alone,) = read_claim_file(as_table(claim_of(1), frozenset([1]), tmp_path), ReadOptions())
    for asked, found in (
        (("acme", "other"), (3, 2, 0, 1)),
        (("other",), (1, 1, 1, 1)),
        (("acme",), (2, 2, 0, 0)),
    ):
        run = counting_run(registry, *asked)
        decided = [*run.answers([filed, alone])]
        assert (len(decided), run.claims, run.uncoded, run.summary.uncoded) == found


def test_a_broken_or_repeated_revenue_line_is_left_aside(tmp_path: Path) -> None:
    """A number that another line has, and amounts that are none, are no problem of the claim."""
    text = as_x12(claim_of(3), frozenset([1, 2]), tmp_path).read_text()
    for old, new in (("LX*1~", "LX*3~"), ("SV2*0915**100*UN*1", "SV2*0915**X*UN*1")):
        assert old in text
        (filed,), problems = claims_in(text.replace(old, new, 1))
        assert problems == []
        assert [line.number for line in filed.claim.lines] == [3]
        assert [line.number for line in filed.revenue_lines] == [2]


@pytest.mark.parametrize("write", FORMS.values(), ids=FORMS)
def test_the_total_of_a_claim_is_no_line(write: Writer, tmp_path: Path) -> None:
    """Revenue code 0001 is the sum of the charges: no rule speaks of it."""
    claim = claim_of(3)
    lines = [*claim.lines[:2], attrs.evolve(claim.lines[2], revenue_code="0001")]
    file = write(attrs.evolve(claim, lines=lines), frozenset([2, 3]), tmp_path)
    (filed,) = read_claim_file(file, ReadOptions())
    assert isinstance(filed, FiledClaim)
    assert (filed.uncoded, [line.number for line in filed.revenue_lines]) == ((2, 3), [2])


def test_a_run_counts_them(tmp_path: Path) -> None:
    """Lines are counted by decision, as checked lines are; claims without others by themselves."""
    some = as_x12(claim_of(3), frozenset([2, 3]), tmp_path)
    (filed,) = read_claim_file(some, ReadOptions())
    (alone,) = read_claim_file(as_table(claim_of(1), frozenset([1]), tmp_path), ReadOptions())
    run = counting_run(load(), "medicare", "tricare")
    assert len([*run.answers([filed, alone])]) == 2
    assert (run.claims, run.uncoded, run.problems) == (1, 1, {})
    assert (run.summary.lines, run.summary.uncoded) == (2, 4)


@given(uncoded=st.frozensets(st.integers(1, 4), max_size=3))
def test_no_line_of_an_institutional_claim_is_lost(
    uncoded: frozenset[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Lines read and lines left aside are as many as pyx12 counts services."""
    content = as_x12(claim_of(4), uncoded, tmp_path_factory.getbasetemp()).read_text()
    (filed,), problems = claims_in(content)
    ids = [segment.get_seg_id() for segment in pyx12.x12file.X12Reader(io.StringIO(content))]
    assert problems == []
    assert len(filed.claim.lines) + len(filed.uncoded) == ids.count("SV2") == 4


def test_what_is_wrong_with_such_a_line_is_no_matter(tmp_path: Path) -> None:
    """An invalid day or number of a line that is not evaluated does not reject the claim."""
    text = as_x12(claim_of(2), frozenset([1]), tmp_path).read_text()
    broken = text.replace(
        "LX*1~\nSV2*0915**100*UN*1~\nDTP*472*D8*20240815~\n", "LX*X~\nSV2*0120~\n"
    )
    assert broken != text
    (filed,), _ = claims_in(broken)
    assert (filed.uncoded, [line.number for line in filed.claim.lines]) == ((1,), [2])


def test_what_is_wrong_with_the_others_is_reported(tmp_path: Path) -> None:
    """Another broken line breaks the claim as ever."""
    claim = claim_of(2)
    for write, old, new in (
        (as_x12, "SV2*0915*HC:G0410*100*UN*2", "SV2*0915*HC:G0410*100*UN*TWO"),
        (as_fhir, '"G0410"', '"G041"'),
        (as_table, "G0410", "G041"),
    ):
        file = write(claim, frozenset([1]), tmp_path)
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))
        (problem,) = read_claim_file(file, ReadOptions())
        assert isinstance(problem, Problem)


def test_without_a_revenue_code_it_is_a_problem(tmp_path: Path) -> None:
    """A line without any code is broken, in every form."""
    claim = claim_of(2)
    bare = attrs.evolve(
        claim, lines=[attrs.evolve(line, revenue_code=None) for line in claim.lines]
    )
    for write in (as_fhir, as_table):
        (problem,) = read_claim_file(write(bare, frozenset([1]), tmp_path), ReadOptions())
        assert isinstance(problem, Problem)
    file = as_x12(claim, frozenset([1]), tmp_path)
    file.write_text(file.read_text().replace("SV2*0915**", "SV2***"))
    (problem,) = read_claim_file(file, ReadOptions())
    assert isinstance(problem, Problem)
    assert problem.message == "the line has no procedure code"


def test_an_item_with_another_code_is_not_one_without(tmp_path: Path) -> None:
    """A code of a system that is not known, and a group of items, are services that were meant."""
    for service in (
        {"productOrService": {"coding": [{"system": "http://x.example", "code": "1"}]}},
        {"productOrService": {}, "detail": [{"sequence": 1}]},
    ):
        resource = claim_resource(claim_of(2))
        resource["item"][0] |= service
        file = tmp_path / "claim.json"
        file.write_text(json.dumps(resource))
        (problem,) = read_claim_file(file, ReadOptions())
        assert isinstance(problem, Problem)


def test_in_a_history_they_have_the_code_of_their_revenue_code(tmp_path: Path) -> None:
    """Such lines count for rules that name their revenue code, in every form of a history."""
    resource = claim_resource(claim_of(2)) | {"resourceType": "ExplanationOfBenefit"}
    resource["item"][0]["productOrService"] = {"coding": [{**ABSENT, "code": "not-applicable"}]}
    file = tmp_path / "benefit.json"
    file.write_text(json.dumps(resource))
    assert [_code(item) for item in read_fhir_history(file)] == [(1, "rev:0915"), (2, "G0410")]
    file = as_table(claim_of(2), frozenset([1]), tmp_path)
    lines = [_code(item) for item in read_history_table(file, mapping={})]
    assert lines == [(1, "rev:0915"), (2, "G0410")]


def _code(line: object) -> tuple[int, str]:
    assert isinstance(line, ServiceLine), line
    return line.number, line.code
