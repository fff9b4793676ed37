"""CMS's manual and tables, case by case: the engine with the complete tables, and the references.

A case is answered in full: what it does not name is neither denied nor reviewed nor left open by
the edits.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

import attrs
import published_tables
import pytest
from add_on_reference import add_on_answer
from case_lines import services
from engine_answers import Engine, claim_of, engine_answer, history_of
from pair_reference import Row, pair_answer
from published_tables import QUARTER
from services import Answer, Service
from unit_reference import unit_answer

from payer_rules import Claim, History, Provider

pytestmark = pytest.mark.skipif(not published_tables.are_there(), reason=published_tables.ABSENT)

DAY: Final = published_tables.DAY
OFFICE, HOSPITAL = "practitioner", "outpatient-hospital"

#: Name; page of the manual or row of the facts; setting; day; lines; earlier lines; the answer:
#: ``ptp``, ``mue`` or ``add-on`` with the lines denied, ``ptp-review`` with those reviewed, and
#: ``mue-open`` with those that are not evaluated.
Case = tuple[str, str, str, date, str, str, Mapping[str, set[int]]]
# fmt: off
CASES: Final[tuple[Case, ...]] = (
    # Chapter I: who pays, and what a modifier does.
    ("column 2 is not paid beside column 1", "Intro-3, MC-1.1", OFFICE, DAY, "90853, 90834", "", {"ptp": {2}}),
    ("the order of the lines is nothing", "Intro-3, MC-1.1", OFFICE, DAY, "90834, 90853", "", {"ptp": {1}}),
    ("another day is another matter", "I-3, MC-1.1", OFFICE, DAY, "90853, 90834 day+1", "", {}),
    ("another provider is another matter", "I-3, MC-1.1", OFFICE, DAY, "90853, 90834 Q", "", {}),
    ("59 on column 2", "I-14, MC-1.3", OFFICE, DAY, "90853, 90834 59", "", {}),
    ("XE on column 2", "I-14, MC-1.3", OFFICE, DAY, "90853, 90834 XE", "", {}),
    ("XS on column 2", "I-14, MC-1.3", OFFICE, DAY, "90853, 90834 XS", "", {}),
    ("XP on column 2", "I-14, MC-1.3", OFFICE, DAY, "90853, 90834 XP", "", {}),
    ("XU on column 2", "I-14, MC-1.3", OFFICE, DAY, "90853, 90834 XU", "", {}),
    ("91 on column 2", "I-14, MC-1.3", OFFICE, DAY, "90853, 90834 91", "", {}),
    ("58 on column 2", "I-14, MC-1.3", OFFICE, DAY, "90853, 90834 58", "", {}),
    ("78 on column 2", "I-14, MC-1.3", OFFICE, DAY, "90853, 90834 78", "", {}),
    ("79 on column 2", "I-14, MC-1.3", OFFICE, DAY, "90853, 90834 79", "", {}),
    ("58 on column 1", "I-14, MC-1.3", OFFICE, DAY, "90853 58, 90834", "", {}),
    ("78 on column 1 of a hospital", "I-14, MC-1.3", HOSPITAL, DAY, "90853 78, 90834", "", {}),
    ("79 on column 1 before 2019-07-01", "I-14, MC-1.3", OFFICE, date(2019, 6, 30), "90853 79, 90834", "", {"mue-open": {1, 2}}),
    ("91 on column 1, a visit", "I-14, MC-1.3", OFFICE, DAY, "99213 91, G0396", "", {}),
    ("an anatomic modifier on column 2", "I-14, MC-1.3", OFFICE, DAY, "90853, 90834 LT", "", {}),
    ("an anatomic modifier on column 1", "I-14, MC-1.3", OFFICE, DAY, "90853 F9, 90834", "", {}),
    ("22 is no PTP-associated modifier", "I-14, MC-1.4", OFFICE, DAY, "90853, 90834 22", "", {"ptp": {2}}),
    ("76 is no PTP-associated modifier", "I-14, MC-1.4", OFFICE, DAY, "90853, 90834 76", "", {"ptp": {2}}),
    ("77 is no PTP-associated modifier", "I-14, MC-1.4", OFFICE, DAY, "90853 77, 90834 77", "", {"ptp": {2}}),
    ("a modifier beside 76 does it", "I-14, MC-1.3", OFFICE, DAY, "90853, 90834 76 59", "", {}),
    ("59 on column 1 in Part B's system", "MC-1.5", OFFICE, DAY, "90853 59, 90834", "", {}),
    ("59 on column 1 on its first day", "MC-1.5", OFFICE, date(2019, 7, 1), "90853 59, 90834", "", {"mue-open": {1, 2}}),
    ("59 on column 1 the day before", "MC-1.5", OFFICE, date(2019, 6, 30), "90853 59, 90834", "", {"ptp": {2}, "mue-open": {1, 2}}),
    ("59 on column 2 before that day", "MC-1.5", OFFICE, date(2019, 6, 30), "90853, 90834 59", "", {"mue-open": {1, 2}}),
    ("59 on column 1 of a hospital", "MC-1.5", HOSPITAL, DAY, "90853 59, 90834", "", {"ptp": {2}}),
    ("59 on column 2 of a hospital", "MC-1.5", HOSPITAL, DAY, "90853, 90834 59", "", {}),
    ("a visit beside a group", "MC-3:90853/99213", OFFICE, DAY, "90853, 99213", "", {"ptp": {2}}),
    ("25 on the visit", "I-15..18, MC-1.6", OFFICE, DAY, "90853, 99213 25", "", {}),
    ("57 on the visit", "I-14, MC-1.3", OFFICE, DAY, "90853, 99213 57", "", {}),
    ("24 on the visit", "I-14, MC-1.3", OFFICE, DAY, "90853, 99213 24", "", {}),
    ("27 on the visit in a hospital", "MC-1.6", HOSPITAL, DAY, "90853, 99213 27", "", {}),
    ("59 does not belong on a visit", "I-15..18, MC-1.6", OFFICE, DAY, "90853, 99213 59", "", {"ptp": {2}}),
    ("25 does not belong on a group", "I-15..18, MC-1.6", OFFICE, DAY, "90853 25, 99213", "", {"ptp": {2}}),
    ("indicator 9: deleted on the day it began", "I-14, MC-1.2", OFFICE, date(2022, 1, 1), "0001A, 90473", "", {"mue-open": {1, 2}}),
    ("the last day of a deleted row", "MC-1.19", OFFICE, date(2023, 12, 31), "0001A, 0591T", "", {"ptp": {2}, "mue-open": {1, 2}}),
    ("the day after its last", "MC-1.19", OFFICE, date(2024, 1, 1), "0001A, 0591T", "", {"mue-open": {1, 2}}),
    ("before the reversal", "MC-3:90853/90834", OFFICE, date(2014, 9, 30), "90853, 90834", "", {"ptp": {1}, "mue-open": {1, 2}}),
    ("after the reversal", "MC-3:90853/90834", OFFICE, date(2014, 10, 1), "90853, 90834", "", {"ptp": {2}, "mue-open": {1, 2}}),
    ("the last day of the quarter", "MC-14", OFFICE, date(2024, 9, 30), "90834, 96127", "", {"ptp": {2}}),
    ("the day after the quarter", "MC-14", OFFICE, date(2024, 10, 1), "90834, 96127", "", {"ptp-open": {1, 2}, "mue-open": {1, 2}}),
    ("column 1 was paid before", "MC-1.1", OFFICE, DAY, "90834", "90853", {"ptp": {1}}),
    ("column 1 was denied before", "MC-1.1", OFFICE, DAY, "90834", "90853 denied", {}),
    ("column 1 is pending", "MC-1.1", OFFICE, DAY, "90834", "90853 pending", {"ptp-open": {1}}),
    ("column 2 was paid before", "MC-1.1", OFFICE, DAY, "90853", "90834", {"ptp-review": {1}}),
    ("column 2 was paid before with 59", "MC-1.1", OFFICE, DAY, "90853", "90834 59", {}),
    ("column 1 on one of two days", "MC-1.1", OFFICE, DAY, "90853 +1, 90834", "", {"ptp-open": {2}}),
    ("column 2 on one of two days", "MC-1.1", OFFICE, DAY, "90853, 90834 +1", "", {"ptp-open": {2}}),
    ("column 1 was paid on one of two days", "MC-1.1", OFFICE, DAY, "90834", "90853 +1", {"ptp-open": {1}}),
    ("two days with a modifier", "MC-1.3", OFFICE, DAY, "90853 +1, 90834 59", "", {}),
    # Chapter XI, the codes of the family.
    ("group beside an evaluation", "XI-7, MC-2.1", OFFICE, DAY, "90791, 90853", "", {"ptp": {2}}),
    ("group beside an evaluation with 59", "XI-7, MC-2.1", OFFICE, DAY, "90791, 90853 59", "", {"ptp": {2}}),
    ("group beside an evaluation in a hospital", "MC-3:90791/90853", HOSPITAL, DAY, "90791, 90853", "", {}),
    ("a visit beside an evaluation", "XI-7, MC-2.2", OFFICE, DAY, "90792, 99213 25", "", {"ptp": {2}}),
    ("an evaluation with medical services beside one", "MC-4:90792", OFFICE, DAY, "90791 59, 90792", "", {"ptp": {1}}),
    ("individual beside family therapy", "XI-7, MC-2.3", OFFICE, DAY, "90847, 90834", "", {"ptp": {2}}),
    ("individual beside family therapy, apart", "XI-7, MC-2.3", OFFICE, DAY, "90846, 90837 XE", "", {}),
    ("psychotherapy without a visit, beside one", "XI-7, MC-2.5", OFFICE, DAY, "90834, 99213 25", "", {"ptp": {2}}),
    ("psychoanalysis beside a visit", "XI-8, MC-2.6", OFFICE, DAY, "90845, 99213 25", "", {"ptp": {2}}),
    ("psychoanalysis beside a visit in a hospital", "XI-8, MC-2.6", HOSPITAL, DAY, "90845, 99213 25", "", {}),
    ("alcohol screening beside a visit", "XI-8, MC-2.7", OFFICE, DAY, "99213, G0396", "", {"ptp": {2}}),
    ("alcohol screening at a time of its own", "XI-8, MC-2.7", OFFICE, DAY, "99213, G0396 59", "", {}),
    ("depression screening beside psychotherapy", "XII-8, MC-2.8", OFFICE, DAY, "90834, G0444", "", {"ptp": {2}}),
    ("depression screening at a time of its own", "XII-8, MC-2.8", OFFICE, DAY, "90834, G0444 59", "", {}),
    ("neurobehavioral status beside an evaluation", "XI-23, MC-2.9", OFFICE, DAY, "90791, 96116 59", "", {"ptp": {2}}),
    ("tests beside an evaluation", "XI-23, MC-2.10", OFFICE, DAY, "90791, 96130", "", {}),
    ("a brief assessment beside psychotherapy", "MC-4:90834/96127", OFFICE, DAY, "90834, 96127 59", "", {"ptp": {2}}),
    ("a brief assessment in a hospital", "MC-4:90834/96127", HOSPITAL, DAY, "90834, 96127 59", "", {}),
    # Medically unlikely edits.
    ("one group a day", "XI-34, MC-2.11", OFFICE, DAY, "90853", "", {}),
    ("two groups a day", "XI-34, MC-2.11", OFFICE, DAY, "90853 x2", "", {"mue": {1}}),
    ("two groups on two lines", "I-29, MC-1.11", OFFICE, DAY, "90853, 90853 76", "", {"mue": {1, 2}}),
    ("two groups of two providers", "I-28, MC-1.10", OFFICE, DAY, "90853, 90853 Q", "", {}),
    ("four groups in a hospital", "XI-34, MC-5:90853", HOSPITAL, DAY, "90853 x3, 90853 59", "", {}),
    ("five groups in a hospital", "XI-34, MC-5:90853", HOSPITAL, DAY, "90853 x4, 90853 59", "", {"mue": {1, 2}}),
    ("psychoanalysis twice", "XI-34, MC-2.13", OFFICE, DAY, "90845 59 x2", "", {"mue": {1}}),
    ("magnetic stimulation begun twice", "XI-34, MC-2.14", OFFICE, DAY, "90867 x2", "", {"mue": {1}}),
    ("a group was paid that day", "I-28, MC-1.10", OFFICE, DAY, "90853", "90853", {"mue": {1}}),
    ("a group is pending that day", "I-28, MC-1.10", OFFICE, DAY, "90853", "90853 pending", {"mue-open": {1}}),
    ("MAI 1 judges the line", "I-28, MC-1.9", OFFICE, DAY, "A6460, A6460 59", "", {}),
    ("MAI 1: more on a line", "I-28, MC-1.9", OFFICE, DAY, "A6460, A6460 59 x2", "", {"mue": {2}}),
    ("four units over three days", "I-34, MC-1.12", OFFICE, DAY, "90853 x4 +2", "", {}),
    ("six units over three days", "I-34, MC-1.12", OFFICE, DAY, "90853 x6 +2", "", {"mue": {1}}),
    ("a span that leaves the quarter", "I-28, MC-1.12", OFFICE, date(2024, 9, 30), "96127 x4 +1, 96127 x3", "", {"mue": {1, 2}}),
    ("a span that leaves the quarter, below it", "MC-1.12", OFFICE, date(2024, 9, 30), "96127 x2 +1, 96127", "", {"mue-open": {1}}),
    ("a span from before the quarter", "I-28, MC-1.12", OFFICE, date(2024, 6, 29), "96127 x6 +2, 96127 x2 day+2", "", {"mue": {1, 2}}),
    ("a span that was paid and leaves the quarter", "I-28, MC-1.12", OFFICE, date(2024, 9, 30), "96127 x2", "96127 x4 +1", {"mue": {1}}),
    ("an MUE of 0", "I-31, MC-1.14", OFFICE, DAY, "G0177", "", {"mue": {1}}),
    ("an MUE of 0 over a span", "I-31, MC-1.14", OFFICE, DAY, "G0177 +2", "", {"mue": {1}}),
    ("no published MUE", "I-35, MC-1.15", OFFICE, DAY, "H0004 x20", "", {"mue-open": {1}}),
    # Add-on codes.
    ("complexity with a group", "MC-6:90785", OFFICE, DAY, "90853, 90785", "", {}),
    ("complexity alone", "I-35, MC-1.16", OFFICE, DAY, "90785", "", {"add-on": {1}}),
    ("complexity with a visit alone", "MC-6:90785", OFFICE, DAY, "99213, 90785", "", {"add-on": {2}}),
    ("complexity with family therapy", "MC-6:90785", OFFICE, DAY, "90847, 90785", "", {"add-on": {2}}),
    ("complexity in a crisis", "MC-6:90785", OFFICE, DAY, "90839, 90785", "", {"ptp": {2}, "add-on": {2}}),
    ("a primary of another day", "I-35, MC-1.16", OFFICE, DAY, "90853 day+1, 90785", "", {"add-on": {2}}),
    ("a primary on one of two days", "I-35, MC-1.16", OFFICE, DAY, "90853 +1, 90785", "", {"add-on-open": {2}}),
    ("a primary of another provider", "I-35, MC-1.16", OFFICE, DAY, "90853 Q, 90785", "", {"add-on": {2}}),
    ("a primary that was paid before", "I-35, MC-1.16", OFFICE, DAY, "90785", "90853", {}),
    ("a primary that was denied before", "I-35, MC-1.16", OFFICE, DAY, "90785", "90853 denied", {"add-on": {1}}),
    ("a primary that a pair denied", "I-27, MC-1.8", OFFICE, DAY, "90845, 90832, 90785", "", {"ptp": {2}, "add-on": {3}}),
    ("a primary that its MUE denied", "I-27, MC-1.8", OFFICE, DAY, "90853 x2, 90785", "", {"mue": {1}, "add-on": {2}}),
    ("psychotherapy with a visit", "MC-6:90833", OFFICE, DAY, "99213, 90833", "", {}),
    ("psychotherapy with a visit, without one", "MC-6:90833", OFFICE, DAY, "90833", "", {"add-on": {1}}),
    ("further time of a crisis", "MC-6:90840", OFFICE, DAY, "90839, 90840 x2", "", {}),
    ("prolonged services with a long visit", "MC-6:G2212", OFFICE, DAY, "99215, G2212", "", {}),
    ("prolonged services with a shorter one", "MC-6:G2212", OFFICE, DAY, "99213, G2212", "", {"add-on": {2}}),
    ("type 2: the contractor says which", "I-36, MC-1.17", OFFICE, DAY, "0054T, 90853", "", {"add-on-open": {1}}),
    ("type 3: a listed primary", "I-36, MC-1.17", OFFICE, DAY, "99213, 96160", "", {}),
    ("type 3: the contractor may add", "I-36, MC-1.17", OFFICE, DAY, "90853, 96160", "", {"add-on-open": {2}}),
)
# fmt: on

TESTED = pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])


def lines_by_answer(answers: Mapping[str, Answer]) -> dict[str, set[int]]:
    """The answers as a case writes them."""
    result = {
        name + suffix: set(lines)
        for name, answer in answers.items()
        for suffix, lines in (
            ("", answer.denied),
            ("-review", answer.reviewed),
            ("-open", answer.missing),
        )
    }
    return {name: lines for name, lines in result.items() if lines}


@pytest.fixture(scope="module")
def rows() -> dict[str, list[Row]]:
    """All pairs of two codes of the cases, by setting."""
    message = ", ".join(f"{case[4]}, {case[5]}" for case in CASES)
    codes = {line.code for line in services(DAY, message)}

    def is_wanted(one: str, other: str) -> bool:
        return one in codes and other in codes

    return {s: [row for row, _ in published_tables.pairs(s, is_wanted)] for s in (OFFICE, HOSPITAL)}


def denied(line: Service, *answers: Answer) -> Service:
    """The line as edits leave it."""
    return line._replace(state="denied") if any(line.number in a.denied for a in answers) else line


@TESTED
def test_the_references_say_what_the_manual_says(case: Case, rows: dict[str, list[Row]]) -> None:
    """The slow references, asked one after the other."""
    _, _, setting, day, row, earlier, expected = case
    lines, history = services(day, row), services(day, earlier)
    ptp = pair_answer(rows[setting], setting, lines, history, QUARTER[1])
    mue = unit_answer(published_tables.units(setting), QUARTER, lines, history)
    left = [denied(line, ptp, mue) for line in lines]
    answers = {"ptp": ptp, "mue": mue}
    if QUARTER[0] <= day <= QUARTER[1]:
        answers["add-on"] = add_on_answer(published_tables.add_ons(), left, history)
    assert lines_by_answer(answers) == expected
    assert not any(answer.untold for answer in answers.values())


@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=731)], ids=["then", "in 2026"])
@TESTED
def test_presuming_finds_each_denial_on_a_bare_claim(
    case: Case, presuming: Engine, later: timedelta
) -> None:
    """With everything assumed an 837P's facts suffice, also two years after the tables.

    Denied beyond that is only what was open: a pending line counts as paid, and a table is carried.
    """
    _, _, setting, day, row, earlier, expected = case
    if later and day != DAY:
        pytest.skip("the case is one of its own day")
    lines, history = services(day + later, row), services(day + later, earlier)
    known = History.unknown(history_of(setting, history).lines)
    decision = presuming.decide(bare(claim_of(setting, lines)), known)
    for name in ("ptp", "mue", "add-on"):
        answer = engine_answer(decision, f"medicare/{name}")
        wanted = expected.get(name, set())
        assert wanted <= answer.denied <= wanted | expected.get(f"{name}-open", set()), name
    if any(name in expected for name in ("ptp", "mue", "add-on")):
        assert decision.outcome == "deny"


def bare(claim: Claim) -> Claim:
    """The claim with no more than an 837P holds."""
    lines = [
        attrs.evolve(
            line,
            modality=None,
            rendering_provider=Provider(npi=claim.rendering_provider(line).npi),
        )
        for line in claim.lines
    ]
    return attrs.evolve(
        claim,
        lines=lines,
        billing_provider=Provider(npi=claim.billing_provider.npi),
        contractor=None,
        condition_codes=None,
        inpatient_stays=None,
        received=None,
    )


@TESTED
def test_the_engine_says_what_the_manual_says(case: Case, engine: Engine) -> None:
    """Medicare's rule book over the complete tables."""
    _, _, setting, day, row, earlier, expected = case
    lines, history = services(day, row), services(day, earlier)
    decision = engine.decide(claim_of(setting, lines), history_of(setting, history))
    names = ("ptp", "mue", "add-on") if QUARTER[0] <= day <= QUARTER[1] else ("ptp", "mue")
    assert (
        lines_by_answer({name: engine_answer(decision, f"medicare/{name}") for name in names})
        == expected
    )
