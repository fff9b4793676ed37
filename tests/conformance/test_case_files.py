"""Case files: what a case takes from its base, the short notation, and the conversion of old files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.conformance import case_notation as notation
from payer_rules.conformance.case_conversion import conversions_of
from payer_rules.conformance.case_files import expanded
from payer_rules.conformance.case_text import BaseTexts, CaseTexts, case_entries, case_text
from payer_rules.conformance.expectations import CaseHead
from payer_rules.conformance.fixtures import Suite, read_suite
from payer_rules.conformance.trials import Trial
from payer_rules.errors import InputError, InvalidValueError

OWNERS: Final = {"acme": "acme"}
FILE: Final = """
rule = "acme/one-a-day"

[base]
source = "T-1"
history = []
claim.id = "C1"
claim.member = { id = "M1" }
claim.billing_provider = { npi = "1234567893" }
claim.setting = "practitioner"
line.date = 2024-08-15
line.minutes = 60

[[case]]
name = "two"
why = "one a day is paid"
lines = "90853 90853"
outcomes = "pay deny"
findings = "deny 2 119 N362"

[[case]]
name = "another day"
why = "each day has its own"
omit = ["claim.setting"]
lines = "90853 90853-59x2 2024-08-16 {minutes = 45}"
findings = []

[[boundaries]]
base.why = "one a day is paid"
base.source = "T-1"
base.claim.id = "E1"
base.claim.member = { id = "M2" }
base.claim.billing_provider = { npi = "1234567893" }
base.history_line.status = "paid"
rows = [
    { name = "dates", history = "90853 2024-08-14 2024-08-15", lines = "90853 2024-08-15", findings = "deny 1" },
]
"""
OLD: Final = """
name = "NAME"
why = "one a day is paid"
payer = "acme"
rule = "acme/one-a-day"
source = "T-1"
lines = ["pay"]
findings = [{ rule = "acme/other", lines = [1], outcome = "reduce", carc = "45", pays = 81.2 }]
not_evaluated = [{ missing = "rules" }, { rule = "acme/other", missing = "edition" }]
assume = ["table"]

[claim]
id = "C1"
member = { id = "M1" }
billing_provider = { npi = "1234567893" }

[[claim.lines]]
code = "90853"
units = UNITS
date = 2024-08-15

[[history]]
claim = "C0"
code = "90853"
date = 2024-08-14
"""


def read(folder: Path, text: str = FILE) -> Suite:
    """Return what the file holds."""
    file = folder / "one-a-day.cases.toml"
    file.write_text(text, encoding="utf-8")
    return read_suite([(None, file)], OWNERS)


def cases_in(folder: Path) -> dict[str, Trial]:
    """Return the cases of the file by name."""
    suite = read(folder)
    assert suite.problems == ()
    return {case.name: case for case in suite.cases}


def test_a_case_states_what_differs_from_its_base(tmp_path: Path) -> None:
    """Facts of the claim and of each line come from the base, unless the case states or omits them."""
    cases = cases_in(tmp_path)
    claim = cases["another day"].filed.claim
    assert (claim.id, claim.setting) == ("C1", None)
    assert [line.date_from for line in claim.lines] == [date(2024, 8, 15), date(2024, 8, 16)]
    assert [line.minutes for line in claim.lines] == [60, 45]
    assert (claim.lines[1].modifiers, claim.lines[1].units) == (("59",), Decimal(2))
    assert cases["two"].filed.claim.setting == "practitioner"


def test_a_case_states_both_answers(tmp_path: Path) -> None:
    """`expected` and `basis` have one word for each line, and are written as they were read."""
    stated = 'expected = "unread deny"\nbasis = "none presumed"\nfindings = "deny 2'
    suite = read(tmp_path, FILE.replace('findings = "deny 2', stated))
    (case,) = (case for case in suite.cases if case.name == "two")
    head = case.expected
    assert isinstance(head, CaseHead)
    assert (head.expected, head.basis) == (("unread", "deny"), ("none", "presumed"))
    text = case_text(head, case.filed.claim, case.filed.history)
    assert 'expected = "unread deny"\nbasis = "none presumed"\n' in text


def test_lines_of_several_days_are_written_with_their_dates(tmp_path: Path) -> None:
    """If the lines of a case have other days, each has its own, even if its base states one."""
    files = FILE.replace('"90853 90853-59x2 2024-08-16 {minutes = 45}"', '"90853 90853 2024-08-17"')
    (case,) = (case for case in read(tmp_path, files).cases if case.name == "another day")
    head = case.expected
    assert isinstance(head, CaseHead)
    texts = CaseTexts.of(head, case.filed.claim, case.filed.history)
    base = BaseTexts(line={"date": "2024-08-15", "minutes": "60"})
    assert dict(case_entries(texts, base))["lines"] == '"90853 2024-08-15 2024-08-17"'


def test_each_group_has_its_own_base(tmp_path: Path) -> None:
    """A row takes what it shares from the base of its group; earlier lines are of H1, H2 and so on."""
    row = cases_in(tmp_path)["dates"]
    assert (row.filed.claim.id, row.why) == ("E1", "one a day is paid")
    assert row.filed.history is not None
    assert [(line.claim, line.status) for line in row.filed.history.lines] == [
        ("H1", "paid"),
        ("H2", "paid"),
    ]


def test_a_case_has_its_file_and_line(tmp_path: Path) -> None:
    """The place of a case is the file and the line of its table or row."""
    cases = cases_in(tmp_path)
    assert cases["two"].place == "one-a-day.cases.toml:14"
    assert cases["dates"].place == "one-a-day.cases.toml:36"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("claim.member", "claim.membre", "one-a-day.cases.toml:8: unknown key 'membre'"),
        ('"90853 90853"', '"90853 9085"', "one-a-day.cases.toml:17: '9085' cannot be read"),
        ('"deny 2 119', '"deny two 119', "one-a-day.cases.toml:19: 'deny two"),
        ('"deny 2 119', '"deny 3 119', "one-a-day.cases.toml:19: the claim has no line 3"),
        ("claim.setting\"]", "claim.plan\"]", "there is no 'claim.plan' to omit"),
        ("outcomes", "outcome", "one-a-day.cases.toml:18: unknown key 'outcome'"),
        ("[[boundaries]]", "[[boundary]]", "unknown key 'boundary'"),
        ("another day", "two", "two cases of the file have the name 'two'"),
        ('rule = "acme/one-a-day"', 'rule = "acne/one-a-day"', "there is no payer 'acne'"),
    ],
)  # fmt: skip
def test_a_problem_has_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    """A value that cannot be read is named with its line, in the case or in its base."""
    assert old in FILE
    problems = read(tmp_path, FILE.replace(old, new)).problems
    assert any(message in str(problem) for problem in problems), problems


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"pay deny"', '"pay denied"', ":18: outcomes is 'denied'. Did you mean 'deny'? [PR013]"),
        ('"pay deny"', '"pay"', ":18: entries in outcomes: 1; lines of the claim: 2. Write one entry for each line, "
         "in order of line number. [PR014]"),
        ('findings = "deny 2', 'expected = "pay"\nfindings = "deny 2', ":19: entries in expected: 1; lines of the claim: 2. "
         "Write one entry for each line, in order of line number. [PR014]"),
        ('findings = "deny 2', 'expected = "pay unred"\nfindings = "deny 2', ":19: expected is 'unred'. Did you mean 'unread'? [PR013]"),
        ('findings = "deny 2', 'basis = "proved presummed"\nfindings = "deny 2', ":19: basis is 'presummed'. Did you mean 'presumed'? [PR013]"),
        ('findings = "deny 2', 'basis = "proved 2"\nfindings = "deny 2', ":19: '2' cannot be read. Write it in the form 'presumed x2'. [PR013]"),
        ('findings = "deny 2', 'expcted = "pay"\nfindings = "deny 2', ":19: unknown key 'expcted'. Did you mean 'expected'? [PR010]"),
        ("outcomes", "outcomez", ":18: unknown key 'outcomez'. Did you mean 'outcomes'? [PR010]"),
        ("base.why", "base.wy", ":29: unknown key 'wy'. Did you mean 'why'? [PR010]"),
        ("[base]", "[bas]", ":4: unknown key 'bas'. Did you mean 'base'? [PR010]"),
        ('name = "two"\n', "", ":14: the key 'name' is missing. Add name = … [PR011]"),
        ('rule = "acme/one-a-day"', "", ":1: the file names no rule. "
         "Write rule = 'PAYER/NAME' on the first line. [PR011]"),
        ('"90853 90853"', "90853", ":17: 90853 cannot be read"),
    ],
)  # fmt: skip
def test_a_problem_names_the_key_of_the_file_and_has_a_code(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    """A message names the key that the person wrote, and ends with the code of its kind."""
    assert old in FILE
    problems = read(tmp_path, FILE.replace(old, new)).problems
    assert any(message in problem.coded for problem in problems), [p.coded for p in problems]


def test_the_notation_of_lines() -> None:
    """Code, modifiers, units, days and further facts; several days are several lines."""
    assert notation.lines_of(
        "90853-59-XEx1.5 2024-08-15/2024-08-16 90834 2024-08-15 2024-08-16"
    ) == [
        {
            "code": "90853",
            "modifiers": ["59", "XE"],
            "units": Decimal("1.5"),
            "date_from": date(2024, 8, 15),
            "date_to": date(2024, 8, 16),
        },
        {"code": "90834", "date": date(2024, 8, 15)},
        {"code": "90834", "date": date(2024, 8, 16)},
    ]
    assert notation.lines_of("90834 2024-08-15; 90853") == [
        {"code": "90834", "date": date(2024, 8, 15)},
        {"code": "90853"},
    ]


def test_the_notation_of_findings_and_open_questions() -> None:
    """A finding names its lines one by one or together; an open question names the rules that miss it."""
    found = notation.findings_of("deny 1-2,4+5 CO-97 M80 MA01 pays 10 (b/ptp)", "a/x")
    assert [finding["lines"] for finding in found] == [[1], [2], [4, 5]]  # type: ignore[index]
    assert found[0] == {
        "rule": "b/ptp", "outcome": "deny", "lines": [1], "group": "CO", "carc": "97",
        "rarc": ["M80", "MA01"], "pays": Decimal(10),
    }  # fmt: skip
    assert notation.gaps_of("edition (x, b/ptp); rules", "a/x") == [
        {"rule": "a/x", "missing": "edition"},
        {"rule": "b/ptp", "missing": "edition"},
        {"missing": "rules"},
    ]
    assert notation.words_of("pay x2 deny") == ["pay", "pay", "deny"]


@pytest.mark.parametrize(
    "text", ["90853 2024-13-01", "90853 {minutes}", "x", "90853 2024-08-15 59"]
)
def test_a_line_that_cannot_be_read_is_refused(text: str) -> None:
    """The text is quoted, with a form that can be read."""
    with pytest.raises(InvalidValueError, match="cannot be read"):
        expanded("a/x", {}, {"lines": text})


def old_files(folder: Path, names: dict[str, int]) -> None:
    """Write files with one case each."""
    for name, units in names.items():
        text = OLD.replace("NAME", name).replace("UNITS", str(units))
        (folder / f"{name}.case.toml").write_text(text, encoding="utf-8")


def test_old_files_are_converted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One file for the rule takes their place; the claims and expectations are the same."""
    old_files(tmp_path, {"by hand": 2, "dates-of-one-a-day-2": 3, "codes-of-one-a-day": 1})
    assert main(["cases", "convert", str(tmp_path)]) == ExitCode.CLEAN
    assert "one-a-day.cases.toml: 3 cases" in capsys.readouterr().out
    assert [file.name for file in tmp_path.iterdir()] == ["one-a-day.cases.toml"]
    suite = read_suite([(None, tmp_path)], OWNERS)
    assert suite.problems == ()
    units = {case.name: case.filed.claim.lines[0].units for case in suite.cases}
    assert units == {"by hand": 2, "codes": 1, "dates-2": 3}
    (finding,) = suite.cases[0].expected.findings  # type: ignore[union-attr]
    assert (finding.rule, finding.carc, finding.pays) == ("acme/other", "45", Decimal("81.2"))


def test_an_old_file_is_refused_with_the_command(tmp_path: Path) -> None:
    """The message names the command that converts it."""
    old_files(tmp_path, {"one": 1})
    (problem,) = read_suite([(None, tmp_path)], OWNERS).problems
    assert "payer-rules cases convert" in str(problem)


def test_a_file_that_cannot_be_read_is_not_converted(tmp_path: Path) -> None:
    """All problems are reported, and nothing is written or removed."""
    old_files(tmp_path, {"one": 1, "two": 2})
    (tmp_path / "two.case.toml").write_text("name = 1", encoding="utf-8")
    with pytest.raises(InputError):
        conversions_of([tmp_path])
    assert len(list(tmp_path.iterdir())) == 2


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A new file that is there already is a problem."""
    old_files(tmp_path, {"one": 1})
    (tmp_path / "one-a-day.cases.toml").write_text("", encoding="utf-8")
    assert main(["cases", "convert", str(tmp_path)]) == ExitCode.FAULTY
    assert (tmp_path / "one.case.toml").exists()
    assert main(["cases", "convert", str(tmp_path / "none")]) == ExitCode.FAULTY
