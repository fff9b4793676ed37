"""Laws of the comparison of payers by code: nothing is left out, and its numbers are enforced."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from typing import Final

import attrs
import pytest

from payer_rules.claims import Claim, Session
from payer_rules.engine.words import QUESTIONS
from payer_rules.history import History
from payer_rules.planning.asked_service import AskedService
from payer_rules.registry import load
from payer_rules.reports.code_comparison import (
    CodeComparison,
    ComparedPayer,
    compare_code,
)
from payer_rules.reports.code_labels import BareCodes
from payer_rules.reports.comparison_text import LEGEND, comparison_data, comparison_lines
from payer_rules.reports.data import text_of
from payer_rules.reports.payer_answers import CodeAnswer
from payer_rules.reports.side_by_side import comparison_page, side_by_side
from payer_rules.rulebook import RuleBook
from payer_rules.rulebook.live_rules import CURRENT, status_of
from payer_rules.rules import EDIT_RULES, Topic
from payer_rules.summaries.line_classes import class_of_line

DAY: Final = date(2026, 11, 30)
REGISTRY: Final = load()
BOOKS: Final = {payer: REGISTRY.rulebook(payer) for payer in REGISTRY.payers}
CODES: Final = sorted({code for book in BOOKS.values() for code in book.codes})
FAMILY: Final = ("90791", "90832", "90834", "90837", "90839", "90846", "90847", "90853")


def _compared(code: str, day: date = DAY, units: int | None = None) -> CodeComparison:
    return compare_code(code, BOOKS.values(), day, units)


FAMILY_COMPARED: Final = {code: _compared(code) for code in FAMILY}


def _answers(compared: ComparedPayer) -> Iterator[CodeAnswer]:
    return (answer for cell in compared.cells for answer in cell.answers)


@pytest.mark.parametrize("day", [date(2024, 8, 15), DAY])
def test_every_rule_in_force_that_speaks_of_a_code_is_in_a_cell(day: date) -> None:
    """For each code and payer the cells have the rules of that day, and no other one."""
    for code in CODES:
        for compared in _compared(code, day).payers:
            rules = BOOKS[compared.payer.id].rules
            meant = {r.id for r in rules if code in r.meets and status_of(r, rules, day) in CURRENT}
            named = {answer.rule_id for answer in _answers(compared) if answer.rule}
            of_others = {r.id for r in rules if code not in r.meets}
            assert meant <= named
            assert named - meant <= of_others


def test_every_rule_of_a_cell_can_be_explained() -> None:
    """Ids in cells are those of rules, or of the edits that bind the payer."""
    for code in CODES:
        for compared in _compared(code).payers:
            named = {answer.rule_id for answer in _answers(compared)}
            assert named <= BOOKS[compared.payer.id].rule_ids
            edits = {f"{compared.payer.id}/{name}" for name in EDIT_RULES}
            assert {a.rule_id for a in _answers(compared) if not a.rule} <= edits


def _finds(book: RuleBook, claim: Claim, answer: CodeAnswer) -> bool:
    found = book.decide(claim, History()).findings
    return any(finding.rule == answer.rule_id for finding in found)


def _with_units(code: str, units: Decimal) -> Claim:
    return AskedService(code=code, day=DAY, place_of_service="11", units=units).claim(None)


def _with_group(code: str, size: int, minutes: int = 60) -> Claim:
    claim = AskedService(code=code, day=DAY, place_of_service="11", minutes=minutes).claim(None)
    line = attrs.evolve(claim.lines[0], session=Session(group_size=size))
    return attrs.evolve(claim, lines=[line])


def _stated(pattern: str) -> list[tuple[str, str, CodeAnswer, list[int]]]:
    """Return the answers that hold for all lines of an office, with code, payer and numbers."""
    return [
        (code, compared.payer.id, answer, [int(n) for n in match.groups() if n])
        for code, comparison in FAMILY_COMPARED.items()
        for compared in comparison.payers
        for answer in _answers(compared)
        if not answer.is_narrow or answer.of == "lines in the setting practitioner"
        if (match := re.fullmatch(pattern, answer.short))
    ]


def test_units_of_a_day_in_a_cell_are_what_the_engine_allows() -> None:
    """So many units break nothing of the rule, and one more does, unless the text is too old."""
    stated = _stated(r"(\d+) a (?:day|line)(?: \(MUE\))?")
    assert {answer.reading for _, _, answer, _ in stated} >= {"checked", "carried", "expired"}
    assert len(stated) > 100
    for code, payer, answer, (most,) in stated:
        book = BOOKS[payer]
        assert not _finds(book, _with_units(code, Decimal(most)), answer)
        above = _with_units(code, Decimal(most + 1))
        assert _finds(book, above, answer) is (answer.reading != "expired")


def test_group_sizes_in_a_cell_are_what_the_engine_allows() -> None:
    """A group of the least and of the most size breaks nothing; one smaller or larger does."""
    bounds = [
        *((*each, 0) for each in _stated(r"at most (\d+)")),
        *((*each, 1) for each in _stated(r"at least (\d+)")),
        *((*each, 2) for each in _stated(r"(\d+) to (\d+)")),
    ]
    assert {form for *_, form in bounds} == {0, 1, 2}
    for code, payer, answer, numbers, form in bounds:
        book, wrong = BOOKS[payer], [numbers[0] + 1, numbers[0] - 1, numbers[-1] + 1][form]
        assert all(not _finds(book, _with_group(code, size), answer) for size in numbers)
        assert _finds(book, _with_group(code, wrong), answer)


def test_minutes_in_a_cell_are_what_the_engine_allows() -> None:
    """A session of the least minutes breaks nothing of the rule, and a shorter one does."""
    stated = _stated(r"at least (\d+) minutes")
    assert len(stated) > 10
    for code, payer, answer, (least,) in stated:
        if answer.reading == "expired":
            continue
        assert not _finds(BOOKS[payer], _with_group(code, 8, least), answer)
        assert _finds(BOOKS[payer], _with_group(code, 8, least - 1), answer)


@pytest.mark.parametrize("units", [1, 2, 99])
def test_paid_units_are_what_the_engine_answers(units: int) -> None:
    """A payer is compared if its decision breaks no rule and the units of the day were read."""
    comparison = _compared("90853", units=units)
    claim = _with_units("90853", Decimal(units))
    paid = set()
    for payer, book in BOOKS.items():
        decision = book.decide(claim, History())
        (line,) = decision.lines
        is_read = line.topics["frequency"] not in ("unread", "baseline")
        if class_of_line(line, decision) == "fine" and is_read:
            paid.add(payer)
    assert {each.payer.id for each in comparison.compared} == paid
    assert bool(paid) is (units == 1)


def test_a_payer_without_an_answer_states_why() -> None:
    """A cell without a rule is one of four words, and only a text that was read says none."""
    cells = {
        (each.payer.id, cell.question): str(cell)
        for each in FAMILY_COMPARED["90853"].payers
        for cell in each.cells
    }
    assert cells["aetna", "How many a day"] == "unread"
    assert cells["wa-medicaid", "How many in a longer time"] == "none stated"
    assert cells["ma-medicaid", "How long"] == "no rule here"
    assert cells["bcbs-mt", "How many in a longer time"] == "too old"


def test_a_question_about_several_topics_is_read_if_all_of_them_were() -> None:
    """Nobody has read whether there is a rule while one of the topics was read by nobody."""
    topics: tuple[Topic, ...] = ("diagnosis", "coverage", "filing")
    partly = 0
    for code, comparison in FAMILY_COMPARED.items():
        for compared in comparison.payers:
            statuses = BOOKS[compared.payer.id].own_statuses(code, DAY)
            found = [statuses[topic] for topic in topics]
            if "unread" in found:
                assert compared.cell("What else").silence == "unread"
                partly += set(found) != {"unread"}
    assert partly > 10


def test_the_text_fits_a_terminal_and_explains_its_marks() -> None:
    """Lines have at most 80 columns, and each mark of a cell is in the legend."""
    for sources in (False, True):
        lines = [*comparison_lines(_compared("90837", units=1), sources=sources)]
        assert max(len(line) for line in lines if "http" not in line) <= 80
    text = "\n".join(lines)
    assert all(f"\n{question.upper()}\n" in text for question in QUESTIONS)
    marks = {mark for mark in LEGEND if mark in text.partition("\n*  ")[0]}
    assert {line.split("  ")[0] for line in text.splitlines()} >= marks


def test_payers_of_whom_nothing_was_read_are_counted_if_they_are_many() -> None:
    """Of all payers the number is named, and so is that of the others where some answer."""
    text = "\n".join(comparison_lines(_compared("H0015")))
    rest = dict(re.findall(r"^([A-Z ]+)\n(?:  .*\n)*?  unread +(.*)$", text, re.MULTILINE))
    assert rest["HOW MANY A DAY"] == f"the other {len(BOOKS) - 3} payers"
    assert rest["HOW LONG"] == f"all {len(BOOKS)} payers"


def test_every_payer_is_named_in_each_section_of_the_markdown() -> None:
    """A payer either answers a question or is in the list of those that do not, with the reason."""
    page = "\n\n".join(side_by_side(FAMILY_COMPARED["90837"], BareCodes()))
    _, *sections = re.split(r"^## .*$", page, flags=re.MULTILINE)
    assert len(sections) == len(QUESTIONS)
    for section in sections:
        assert all(payer.name in section for payer in REGISTRY.payers.values())


class _Texts(HTMLParser):
    """The cells of the page, and every address that it loads by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.loaded += [str(value) for name, value in attrs if name == "src" and value]


def test_the_page_has_a_cell_for_each_question_and_needs_no_network() -> None:
    """Every payer has a row with all questions; sources are links, and nothing is loaded."""
    page = "".join(comparison_page(FAMILY_COMPARED["90853"]))
    texts = _Texts()
    texts.feed(page)
    assert texts.tags.count("td") == len(BOOKS) * len(QUESTIONS)
    assert not texts.loaded
    assert "url(" not in page


def test_the_data_have_every_rule_and_why_there_is_none() -> None:
    """An entry of JSON has the answers of a cell with their rules, or the reason for none."""
    data = json.loads(text_of(comparison_data(FAMILY_COMPARED["90853"])))
    for compared, row in zip(FAMILY_COMPARED["90853"].payers, data["payers"], strict=True):
        for cell, stated in zip(compared.cells, row["cells"], strict=True):
            assert [a["rule"] for a in stated["answers"]] == [a.rule_id for a in cell.answers]
            assert (stated["silence"] is None) is bool(cell.answers)
