"""Mutation of edit tables: how each row is changed, who notices it, and the book with another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

import attrs
import pytest
from bundled import bundled_registry, bundled_suite

from payer_rules.conformance.edit_claims import edits_alone
from payer_rules.conformance.edit_mutants import edit_mutants, table_mutants
from payer_rules.conformance.edit_mutation_runner import EditMutationRunner, rows_of, tables_of
from payer_rules.conformance.edit_sheets import COLUMNS
from payer_rules.conformance.mutation_runner import MutationRunner
from payer_rules.conformance.mutation_testing import mutate
from payer_rules.registry import load
from payer_rules.reports.mutation_report import data_of, lines_of, untouched_of
from payer_rules.rulebook import RuleBook
from payer_rules.rules import AddOnEdit, DateRange, Edit, EditTable, PairEdit, UnitEdit

QUARTER: Final = DateRange(date(2024, 7, 1), date(2024, 9, 30))
SINCE: Final = DateRange(date(2024, 7, 1))
ENDS: Final = {
    ("verified.first", "left out"),
    ("verified.first", "2024-07-01 → 2024-06-30"),
    ("verified.first", "2024-07-01 → 2024-07-02"),
    ("verified.last", "left out"),
    ("verified.last", "2024-09-30 → 2024-09-29"),
    ("verified.last", "2024-09-30 → 2024-10-01"),
}
SHEET: Final = """
acme/ptp,practitioner,90853 90834,2024-07-01,denies 2,236,P-1
acme/ptp,practitioner,90853 90834-59,2024-07-01,none,,P-1
acme/mue,practitioner,90853x2,2024-07-01,denies 1,151 MA01,U-1
acme/add-on,practitioner,90853 90785,2024-07-01,none,,A-1
"""


def changes(edit: Edit) -> set[tuple[str, str]]:
    """Return the changes of the row, with 90837 billed on the same day."""
    return {(each.fact, each.change) for each in edit_mutants(edit, QUARTER, ["90837"])}


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (
            PairEdit("90853", "90834", 1, QUARTER, "P"),
            {("", "left out"), ("columns", "swapped"), ("indicator", "1 → 0"), *ENDS},
        ),
        (
            PairEdit("90853", "90834", 0, SINCE, "P"),
            {
                *(("", "left out"), ("columns", "swapped"), ("indicator", "0 → 1")),
                *(each for each in ENDS if each[0] == "verified.first"),
                ("verified.last", "open → 2024-09-30"),
            },
        ),
        (
            UnitEdit("90853", 1, 3, QUARTER, "U"),
            {("", "left out"), ("most", "1 → 0"), ("most", "1 → 2"), ("mai", "3 → 1"), *ENDS},
        ),
        (
            UnitEdit("90882", 0, 3, QUARTER, "U"),
            {("", "left out"), ("most", "0 → -1"), ("most", "0 → 1"), *ENDS},
        ),
        (
            AddOnEdit("90785", 1, frozenset({"90853", "90791"}), QUARTER, "A"),
            {
                *(("", "left out"), ("type", "1 → 3"), ("primaries", "with 90837")),
                *(("primaries", f"without {code}") for code in ("90791", "90853")),
                *ENDS,
            },
        ),
    ],
)
def test_every_fact_of_a_row_is_changed(edit: Edit, expected: set[tuple[str, str]]) -> None:
    """One at a time; a row left out is a change too, and an open end is closed with the quarter."""
    assert changes(edit) == expected


def test_units_below_none_are_refused() -> None:
    """An MUE below 0 is no fact; no other change is rejected."""
    refused = [
        (each.fact, each.change)
        for each in edit_mutants(UnitEdit("90882", 0, 3, QUARTER, "U"), QUARTER)
        if each.is_refused
    ]
    assert refused == [("most", "0 → -1")]


def test_a_mutant_is_another_row_or_none() -> None:
    """No bundled row has a mutant that is the row itself, and no table one that is the table."""
    book = bundled_registry().rulebook("medicare")
    for table in tables_of(book.payer, book.tables):
        for edit in rows_of(table)[::50]:
            assert all(each.new != edit for each in edit_mutants(edit, table.verified, ["90837"]))
        mutants = list(table_mutants(table, ["90853", "99281"]))
        assert all(each.new != table for each in mutants)
        changed = {(each.rule, each.fact) for each in mutants}
        of_pairs = {(None, "complete_for"), (None, "verified.last")} if table.pairs else set()
        assert {(None, "scope"), *of_pairs} <= changed
        assert {(rule, "adjustment.carc") for rule in table.holds} <= changed


@pytest.mark.parametrize("kind", [PairEdit, UnitEdit, AddOnEdit])
def test_a_row_replaced_is_as_a_book_built_anew(kind: type[Edit]) -> None:
    """Every line of a sheet on its codes is answered alike, and the fingerprint is another."""
    registry = bundled_registry()
    suite = bundled_suite()
    book = edits_alone(registry.rulebook("medicare"))
    questions = [claim.question for sheet in suite.sheets for claim in sheet.claims][::40]
    with_rows = [(each, rows_of_kind(each, kind)) for each in tables_of(book.payer, book.tables)]
    assert len([rows for _, rows in with_rows if rows]) >= 2
    for table, rows in with_rows:
        for edit in rows[:: max(1, len(rows) // 3)]:
            mutants = [m for m in edit_mutants(edit, table.verified) if not m.is_refused]
            for mutant in mutants[::3]:
                changed = table.replacing(edit, mutant.new)
                tables = [changed if each is table else each for each in book.tables]
                anew = RuleBook.build(book.payer, (), tables)
                replaced = book.replace_edit(table, edit, mutant.new)
                assert replaced.tables == anew.tables
                assert replaced.fingerprint.tables == anew.fingerprint.tables
                assert replaced.fingerprint != book.fingerprint
                assert replaced.codes == anew.codes
                own = [each for each in questions if edit_codes(edit) & each.codes]
                for question in (*questions[::20], *own):
                    assert question.answer(replaced) == question.answer(anew)


def rows_of_kind(table: EditTable, kind: type[Edit]) -> list[Edit]:
    """The rows of the table that are of the kind, none where it holds no such rows."""
    return [edit for edit in rows_of(table) if isinstance(edit, kind)]


def edit_codes(edit: Edit) -> set[str]:
    """The codes of the row."""
    return {edit.column1, edit.column2} if isinstance(edit, PairEdit) else {edit.code}


def test_a_row_replaced_twice_is_as_it_was() -> None:
    """A book whose row is changed and changed back answers as before; the book itself stays."""
    registry = bundled_registry()
    suite = bundled_suite()
    book = edits_alone(registry.rulebook("medicare"))
    table, old = next(
        (table, edit)
        for table in tables_of(book.payer, book.tables)
        for edit in table.pairs
        if table.setting == "practitioner" and (edit.column1, edit.column2) == ("90853", "90834")
    )
    new = attrs.evolve(old, indicator=0)
    changed = book.replace_edit(table, old, new)
    again = changed.replace_edit(table.replacing(old, new), new, old)
    question = [
        claim.question
        for sheet in suite.sheets
        for claim in sheet.claims
        if {"90853", "90834"} <= claim.question.codes
    ]
    assert any(each.answer(changed) != each.answer(book) for each in question)
    assert all(each.answer(again) == each.answer(book) for each in question)


def test_the_bundled_sheets_notice_a_wrong_row_of_each_kind() -> None:
    """Of rows taken here and there, each change is noticed by a line about that very row."""
    registry = bundled_registry()
    suite = bundled_suite()
    book = registry.rulebook("medicare")
    found = EditMutationRunner(
        book, suite, MutationRunner(registry, "medicare", attrs.evolve(suite, cases=()))
    )
    for at, table in enumerate(tables_of(book.payer, book.tables)):
        pairs, units = len(table.pairs), len(table.units)
        for first in (0, pairs // 2, pairs - 2, pairs, pairs + units // 2, pairs + units):
            for mutant_result in found.of_rows(at, first, first + 2):
                assert mutant_result.status != "survived", mutant_result
                if mutant_result.by:
                    assert mutant_result.by.startswith(f"{mutant_result.rule} {table.setting} ")


def test_what_the_sheets_of_a_plugin_do_not_notice_is_told(
    installed: Callable[..., None], tmp_path: Path
) -> None:
    """The score of its rules is followed by that of its rows; the first survivors are listed."""
    installed("wrong_edit_row")
    registry = load(without=["medicare", "profiles"])
    (tmp_path / "acme.edits.csv").write_text(",".join(COLUMNS) + SHEET, encoding="utf-8")
    result = mutate(registry, [tmp_path], payers=["acme"])
    fates = {(each.fact, each.change): each.status for each in result.of("acme", "edits")}
    assert fates["practitioner 90853/90834 indicator", "1 → 0"] == "noticed"
    assert fates["practitioner 90853/90834 columns", "swapped"] == "noticed"
    assert fates["practitioner 90853/90834 verified.last", "left out"] == "survived"
    assert fates["practitioner 90853 most", "1 → 2"] == "noticed"
    assert fates["practitioner 90853 most", "1 → 0"] == "survived"
    assert fates["practitioner 90785 primaries", "without 90853"] == "noticed"
    assert fates["practitioner adjustment.carc", "151 → A1"] == "noticed"
    assert fates["practitioner adjustment.carc", "107 → A1"] == "survived"
    counted = result.counted("acme", "edits")
    lines = list(lines_of(result, {}))
    row = "acme/ptp with practitioner 90853/90834 verified.last left out"
    assert f"{row}: no line of a sheet notices it" in lines
    assert f"and {counted['survived'] - 20} others; --report json names them" in lines
    assert f"edit tables: {counted['noticed']} of" in lines[-1]
    assert any("no line of a sheet touches it" in line for line in untouched_of(result))
    data = data_of(result, {})
    assert data["edits"] == {"acme": dict(sorted(counted.items()))}


def test_the_same_rows_have_the_same_verdicts(
    installed: Callable[..., None], tmp_path: Path
) -> None:
    """Whoever of the workers had which rows: verdicts, and who noticed what, are the same."""
    installed("wrong_edit_row")
    registry = load(without=["medicare", "profiles"])
    (tmp_path / "acme.edits.csv").write_text(",".join(COLUMNS) + SHEET, encoding="utf-8")
    first = mutate(registry, [tmp_path], payers=["acme"])
    assert mutate(registry, [tmp_path], payers=["acme"]) == first
