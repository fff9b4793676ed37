"""Several releases of one table in a plugin: which of them answers, and of what."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from importlib.resources import files

import pytest

from payer_rules import Claim, History, Member, Provider, ServiceLine
from payer_rules.decisions import Decision
from payer_rules.registry import load
from payer_rules.rulebook import RuleBook


@cache
def book(payer: str) -> RuleBook:
    """Return the rule book of the payer with the bundled tables."""
    return load(payers=[payer]).rulebook(payer)


def decided(
    payer: str, code: str, day: date, units: int = 1, setting: str = "practitioner"
) -> Decision:
    """Return the decision on one line."""
    claim = Claim(
        id="C1",
        member=Member(id="M1"),
        billing_provider=Provider(npi="1234567893", profession="psychiatrist"),
        setting=setting,
        received=day,
        lines=(ServiceLine(number=1, code=code, date_from=day, units=units),),
    )
    return book(payer).decide(claim, History())


def tables_of(decision: Decision) -> set[str | None]:
    """Return the tables in which the unit edits of the findings stand."""
    findings = (each for each in decision.findings if each.rule.endswith("/mue"))
    return {each.table for finding in findings for each in finding.evidence if each.kind == "row"}


@pytest.mark.parametrize(
    ("day", "release"),
    [
        (date(2024, 9, 30), "2024q3"),
        (date(2024, 10, 1), "2024q3"),
        (date(2026, 3, 31), "2024q3"),
        (date(2026, 4, 1), "2026q2"),
        (date(2026, 6, 30), "2026q2"),
        (date(2026, 7, 1), "2026q2"),
        (date(2026, 11, 29), "2026q2"),
    ],
    ids=str,
)
def test_the_newest_release_that_began_by_the_day_answers(day: date, release: str) -> None:
    """The units of 2026 answer from their first day; before it those of 2024 Q3 are carried."""
    decision = decided("medicare", "90834", day, units=3)
    assert tables_of(decision) == {f"medicare/practitioner/{release}"}
    is_proved = day in (date(2024, 9, 30), date(2026, 4, 1), date(2026, 6, 30))
    (finding,) = (each for each in decision.findings if each.rule == "medicare/mue")
    assert finding.basis == ("proved" if is_proved else "presumed")


@pytest.mark.parametrize("day", [date(2026, 5, 15), date(2026, 11, 29)], ids=str)
def test_a_code_that_the_newest_release_lacks_is_not_carried_from_an_older_one(day: date) -> None:
    """G0512 had units in 2024 and has none in 2026 (MC-5.1): nothing is known of its number."""
    assert tables_of(decided("medicare", "G0512", day, units=9)) == set()
    assert decided("medicare", "G0512", day, units=9).lines[0].topics["frequency"] != "carried"
    assert tables_of(decided("medicare", "G0512", date(2025, 5, 15), units=9)) == {
        "medicare/practitioner/2024q3"
    }


@pytest.mark.parametrize("day", [date(2026, 5, 15), date(2026, 11, 29)], ids=str)
def test_hospitals_keep_the_release_of_2024(day: date) -> None:
    """Of 2026 only the units of practitioners were read."""
    decision = decided("medicare", "90834", day, units=9, setting="outpatient-hospital")
    assert tables_of(decision) == {"medicare/outpatient-hospital/2024q3"}


def test_units_without_pairs_leave_the_combination_open() -> None:
    """Medicaid's units of 2026 Q1 are bundled, and none of its pairs: a pair is not proved."""
    day = date(2026, 2, 15)
    claim = Claim(
        id="C1",
        member=Member(id="M1"),
        billing_provider=Provider(npi="1234567893", profession="psychiatrist"),
        setting="practitioner",
        received=day,
        lines=(
            ServiceLine(number=1, code="90853", date_from=day),
            ServiceLine(number=2, code="90834", date_from=day),
        ),
    )
    decision = book("wa-medicaid").decide(claim, History())
    open_ = {(entry.rule, entry.missing) for entry in decision.not_evaluated}
    assert ("wa-medicaid/ptp", "medicaid/practitioner") in open_
    topics = decision.lines[0].topics
    assert (topics["frequency"], topics["combination"]) == ("checked", "baseline")


def test_medicaids_units_of_one_line_are_denied_and_of_two_lines_left_open() -> None:
    """The file does not state whether a value is of a line or of a day."""
    day = date(2026, 2, 15)
    decision = decided("wa-medicaid", "90853", day, units=2)
    assert tables_of(decision) == {"medicaid/practitioner/2026q1"}
    assert decision.lines[0].outcome == "deny"


def rows_of(release: str) -> dict[str, dict[str, str]]:
    """Return the status columns of a relative value file, by code."""
    table = files("payer_rules_medicare") / "tables" / f"fee_schedule_{release}.csv"
    with table.open(encoding="utf-8") as text:
        return {row["code"]: row for row in csv.DictReader(text)}


@pytest.mark.parametrize(
    ("release", "day"),
    [("2024q3", date(2024, 8, 1)), ("2025q4", date(2025, 11, 1)), ("2026q3", date(2026, 8, 1))],
    ids=str,
)
@pytest.mark.parametrize(
    ("rule", "status"),
    [
        ("not-valid-for-medicare", "I"),
        ("not-covered", "N"),
        ("bundled", "B"),
        ("priced-by-contractor", "C"),
        ("not-in-the-fee-schedule", "X"),
    ],
)
def test_rules_about_status_agree_with_the_files_of_their_quarters(
    rule: str, status: str, release: str, day: date
) -> None:
    """No rule denies a code for a status that the file of the quarter does not give it."""
    listed = rows_of(release)
    editions = [
        each
        for each in book("medicare").rules
        if each.id == f"medicare/{rule}" and each.verified_dates and day in each.verified_dates
    ]
    assert len(editions) == 1
    codes = {code for code in listed if code in editions[0].meets}
    assert {listed[code]["status"] for code in codes} == {status}
