"""Tables of a profile: conditions on the value that a table gives a code on the day of service."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from shapes import CITED, DAY, PAYER, claim, gaps, line, outcomes

from payer_rules.conformance.mutants import mutants_of
from payer_rules.engine.condition_days import rule_days
from payer_rules.errors import InvalidValueError
from payer_rules.examples import examples_of
from payer_rules.history import History
from payer_rules.json_forms.rule_form import of_rule, rule_from
from payer_rules.kinds import Coverage
from payer_rules.profiles import Profile, read_profile
from payer_rules.profiles.profile_check import check_profile
from payer_rules.reports.conditions import conditions_text
from payer_rules.rulebook import RuleBook
from payer_rules.rules import AnyCode, CodeTableRow, DateRange, TableCondition, TopicStatement, When

VALUES: Final = ("1", "2", "9")
#: The first days of the quarters of rows.
QUARTERS: Final = (date(2024, 1, 1), date(2024, 4, 1), date(2024, 7, 1), date(2024, 10, 1))


@st.composite
def rows(draw: st.DrawFn) -> tuple[CodeTableRow, ...]:
    """Draw a value, or none, of two codes in each quarter; the last quarter is open."""
    found = []
    for code in ("90853", "90834"):
        for at, first in enumerate(QUARTERS):
            value = draw(st.sampled_from([None, *VALUES]))
            last = None if at == 3 else QUARTERS[at + 1] - timedelta(days=1)
            if value is not None:
                found.append(CodeTableRow(code=code, value=value, dates=DateRange(first, last)))
    return tuple(found)


def value_of(table: tuple[CodeTableRow, ...], code: str, day: date) -> str | None:
    """Return the value of the code on the day, by a look at every row."""
    return next((row.value for row in table if row.code == code and day in row.dates), None)


@settings(max_examples=examples(200))
@given(
    rows(),
    st.sets(st.sampled_from(VALUES), min_size=1),
    st.sampled_from(["90853", "90834", "97110"]),
    st.integers(-40, 420),
    st.integers(0, 100),
    st.booleans(),
)
def test_a_condition_holds_where_the_table_has_the_value(
    table: tuple[CodeTableRow, ...],
    wanted: set[str],
    code: str,
    start: int,
    more: int,
    is_exception: bool,
) -> None:
    """It holds if the code has one of the values on all days of the line, and is open if on some."""
    when = When(table=(TableCondition(name="t", value=frozenset(wanted), rows=table),))
    conditions: dict[str, Any] = {"exceptions": (when,)} if is_exception else {"when": when}
    rule = Coverage(id="p/no", codes=AnyCode(), **conditions, **CITED)
    first = QUARTERS[0] + timedelta(days=start)
    days = [first + timedelta(days=n) for n in range(more + 1)]
    answers = {(value_of(table, code, day) in wanted) is not is_exception for day in days}
    judged = claim(line(1, code, first, date_to=days[-1]))
    decision = RuleBook.build(PAYER, [rule]).decide(judged, History())
    expected = "unknown" if len(answers) > 1 else "deny" if True in answers else "pay"
    assert outcomes(decision) == [expected]
    assert gaps(decision) <= {("p/no", "claim", "date")}


LISTED: Final = TableCondition(
    name="indicators",
    value=frozenset(["1"]),
    rows=(
        CodeTableRow(code="90834", value="2"),
        CodeTableRow(code="97110", value="1", dates=DateRange(DAY, DAY + timedelta(days=9))),
    ),
)
RULE: Final = Coverage(id="p/no", codes=AnyCode(), when=When(table=(LISTED,)), **CITED)


def test_a_table_in_words_json_mutants_and_days() -> None:
    """A condition on a table has words, a form in JSON, mutants of its values, and days of change."""
    assert conditions_text(RULE.when) == "listed as 1 in indicators"
    assert rule_from(of_rule(RULE)) == RULE
    assert {m.fact for m in mutants_of(RULE, ())} >= {"when.table.0", "when.table.0.value"}
    assert not any("rows" in mutant.fact for mutant in mutants_of(RULE, ()))
    assert {DAY, DAY + timedelta(days=10)} <= set(rule_days(RULE))


def test_an_example_has_a_code_and_a_day_of_the_table() -> None:
    """The example of a rule on any code has a code that the table lists, on one of its days."""
    rejected = examples_of(RULE, PAYER).rejected
    assert rejected is not None
    (billed,) = rejected.claim.lines
    assert billed.code == "97110"
    assert billed.date_from in LISTED.rows[1].dates


def test_a_statement_about_topics_has_no_table() -> None:
    """Tables are conditions of rules alone."""
    with pytest.raises(InvalidValueError, match=r"no condition on tables \(table\)"):
        TopicStatement(
            topic="frequency",
            none=CITED["citations"],
            when=RULE.when,
            verified=DateRange(date(2024, 1, 1)),
        )


HEAD: Final = """
[payer]
id = "p"
name = "P"
kind = "commercial"
[sources.A]
title = "Manual"
url = "https://example.org/manual"
read = 2024-07-01
confidence = "primary"
[sources.B]
title = "Indicators"
url = "https://example.org/indicators"
read = 2024-07-01
confidence = "primary"
"""
TABLE: Final = """
[tables.indicators]
file = "indicators.csv"
verified = { from = 2024-01-01, to = 2024-12-31 }
cites = ["B"]
"""
COVERAGE: Final = """
[[coverage]]
id = "no"
codes = ["90853", "97110"]
when = { table = [{ name = "indicators", value = ["1"] }] }
cites = ["A"]
rationale = "What has the indicator 1 is not covered."
"""
CSV: Final = """code,value,from,to
90853,1,2024-01-01,2024-06-30
90853,2,2024-07-01,2024-12-31
97110,1,,2024-12-31
"""


def profile(folder: Path, text: str = HEAD + TABLE + COVERAGE, rows: str = CSV) -> Profile:
    """Return the profile with the file of its table."""
    (folder / "indicators.csv").write_text(rows, encoding="utf-8")
    (folder / "p.toml").write_text(text, encoding="utf-8")
    assert check_profile(folder / "p.toml", "x")[0] == read_profile(folder / "p.toml", "x").problems
    return read_profile(folder / "p.toml", plugin="x")


def test_a_profile_reads_a_table_from_its_folder(tmp_path: Path) -> None:
    """The rule is read for the days of the table, cites it, and decides by it."""
    read = profile(tmp_path)
    assert read.problems == ()
    (rule,) = read.rules
    assert rule.verified == DateRange(date(2024, 1, 1), date(2024, 12, 31))
    assert [citation.row for citation in rule.citations] == ["A", "B"]
    book = RuleBook.build(attrs.evolve(PAYER), [rule])
    for day, expected in ((date(2024, 6, 30), "deny"), (date(2024, 7, 1), "pay")):
        assert outcomes(book.decide(claim(line(1, "90853", day)), History())) == [expected]


def test_a_table_is_carried_as_a_text_is(tmp_path: Path) -> None:
    """After its last day a table says what it said then: not proved, and expected by its age."""
    (rule,) = profile(tmp_path).rules
    book = RuleBook.build(PAYER, [rule])
    decision = book.decide(claim(line(1, "97110", date(2026, 3, 1))), History())
    assert gaps(decision) == {("p/no", "edition", "edition")}
    assert [(item.outcome, item.expected) for item in decision.lines] == [("unknown", "deny")]
    later = book.decide(claim(line(1, "90853", date(2026, 3, 1))), History())
    assert [item.expected for item in later.lines] == ["pay"]


@pytest.mark.parametrize(
    ("text", "rows", "message"),
    [
        (HEAD + COVERAGE, CSV, "unknown table 'indicators'"),
        (HEAD + TABLE + COVERAGE.replace('["1"]', '["3"]'), CSV, "has no value '3'"),
        (HEAD + TABLE + COVERAGE.replace("97110", "90834"), CSV, "has no row of 90834"),
        (HEAD + TABLE + COVERAGE, CSV.replace("2024-07-01", "2024-06-30"), "on line 2 too"),
        (HEAD + TABLE + COVERAGE, CSV.replace("97110", "9711"), "'9711' is not a procedure code"),
        (HEAD + TABLE + COVERAGE, CSV.replace("97110,1", "97110,"), "value is empty"),
        (HEAD + TABLE + COVERAGE, CSV.replace("2024-06-30", "June"), "is not a range of dates"),
        (HEAD + TABLE + COVERAGE, "code,value\n", "the columns are 'code,value'"),
        (HEAD + TABLE + COVERAGE, "code,value,from,to\n", "the table has no row"),
        (HEAD + TABLE.replace("indicators.csv", "none.csv") + COVERAGE, CSV, "none.csv"),
        (HEAD + TABLE.replace("indicators.csv", "../a.csv") + COVERAGE, CSV, "file is '../a.csv'"),
        (HEAD + TABLE.replace('cites = ["B"]', "") + COVERAGE, CSV, "cites no source"),
        (HEAD + TABLE.replace("verified", "read") + COVERAGE, CSV, "unknown key 'read'"),
        (
            HEAD + TABLE + COVERAGE + "verified = { from = 2025-01-01 }",
            CSV,
            "the rule and its table were read for different days",
        ),
    ],
)
def test_a_table_that_does_not_fit_is_reported(
    text: str, rows: str, message: str, tmp_path: Path
) -> None:
    """The problem names the file and the line, and the rule is not used."""
    read = profile(tmp_path, text, rows)
    assert any(message in str(problem) for problem in read.problems)
    assert read.rules == ()


def test_a_rule_of_an_unknown_date_keeps_it(tmp_path: Path) -> None:
    """A table does not give a date to a text whose date is not known."""
    (rule,) = profile(tmp_path, HEAD + TABLE + COVERAGE + 'verified = "unknown"').rules
    assert rule.verified == "unknown"
