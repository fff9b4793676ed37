"""One payer's edit sheets, replayed against edit tables of which one fact is changed."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from typing import Final, TypeAlias

import attrs

from payer_rules.conformance.edit_claims import EditClaim, edits_alone
from payer_rules.conformance.edit_mutants import (
    EditMutant,
    TableMutant,
    codes_of,
    edit_mutants,
    table_mutants,
)
from payer_rules.conformance.fixtures import Suite
from payer_rules.conformance.mutant_results import ALL_POSITIONS, MutantResult
from payer_rules.conformance.mutation_runner import MutationRunner
from payer_rules.conformance.sheet_index import SheetIndex, codes_beside, codes_of_claims
from payer_rules.engine.edit_tables import table_order
from payer_rules.rulebook import RuleBook
from payer_rules.rules import AddOnEdit, Edit, EditTable, EditTerms, PairEdit, Payer, UnitEdit

_NAMES: Final[dict[type[Edit], str]] = {PairEdit: "ptp", UnitEdit: "mue", AddOnEdit: "add-on"}
_Changed: TypeAlias = Callable[[RuleBook], RuleBook]


def tables_of(payer: Payer, terms: Iterable[EditTerms]) -> tuple[EditTable, ...]:
    """Return the edit tables that bind the payer, sorted by address."""
    bound = (t for t in terms if isinstance(t, EditTable) and (t.is_own or t.program == payer.ncci))
    return tuple(sorted(bound, key=table_order))


def rows_of(table: EditTable) -> tuple[Edit, ...]:
    """Return all rows of the table."""
    return (*table.pairs, *table.units, *table.add_ons)


class EditMutationRunner:
    """The edit tables of a payer with the sheets that ask them, and its other fixtures."""

    def __init__(self, book: RuleBook, suite: Suite, fixtures: MutationRunner) -> None:
        self._payer = book.payer.id
        self._tables = tables_of(book.payer, book.tables)
        self._book = edits_alone(book)
        self._sheets = SheetIndex.of(suite, self._book)
        self._fixtures = fixtures

    def count_of_table(self, at: int) -> int:
        """Return how many mutants there are of what the table states of all its rows."""
        return sum(1 for _ in self._table_mutants(self._tables[at]))

    def _table_mutants(self, table: EditTable) -> Iterator[TableMutant]:
        paired = self._sheets.asking(f"{self._payer}/ptp", table.setting)
        return table_mutants(table, codes_of_claims(paired))

    def of_table(self, at: int, chosen: Container[int] = ALL_POSITIONS) -> Iterator[MutantResult]:
        """Yield the results of what the table in this place states of all its rows.

        ``chosen`` are the positions of the mutants that are tried.
        """
        table = self._tables[at]
        for position, mutant in enumerate(self._table_mutants(table)):
            if position not in chosen:
                continue
            claims = self._of_table(table, mutant)
            by, touched = self._replay(claims, frozenset(), _stating(mutant.new))
            yield MutantResult(
                payer=self._payer,
                rule=f"{self._payer}/{mutant.rule}" if mutant.rule else table.address,
                fact=f"{table.setting} {mutant.fact}" if mutant.rule else mutant.fact,
                change=mutant.change,
                status="noticed" if by else "survived",
                of="edits",
                by=by,
                touched=touched,
            )

    def _of_table(self, table: EditTable, mutant: TableMutant) -> Sequence[EditClaim]:
        """Return the lines on which the mutant can answer differently."""
        # NOTE: all lines of a sheet are of one provider.
        if mutant.fact == "scope":
            return ()
        codes = table.complete_for ^ mutant.new.complete_for
        named = "ptp" if "ptp" in table.holds else "mue"
        rule = f"{self._payer}/{mutant.rule or named}"
        pairs = {codes_of(edit) for edit in table.pairs}
        found = self._sheets.asking(rule, table.setting, codes)
        return sorted(found, key=lambda claim: claim.question.codes in pairs)

    def count_of_rows(self, at: int, first: int, last: int) -> int:
        """Return how many mutants the rows from first to last, without it, of the table have."""
        return sum(1 for _ in self._row_mutants(self._tables[at], first, last))

    def _row_mutants(
        self, table: EditTable, first: int, last: int
    ) -> Iterator[tuple[str, Sequence[EditClaim], EditMutant]]:
        """Yield each mutant with its rule and the claims that ask about its row."""
        for edit in rows_of(table)[first:last]:
            rule = f"{self._payer}/{_NAMES[type(edit)]}"
            claims = self._sheets.asking(rule, table.setting, codes_of(edit))
            beside = codes_beside(claims, edit.code) if isinstance(edit, AddOnEdit) else ()
            for mutant in edit_mutants(edit, table.verified, beside):
                yield rule, claims, mutant

    def of_rows(
        self, at: int, first: int, last: int, chosen: Container[int] = ALL_POSITIONS
    ) -> Iterator[MutantResult]:
        """Yield the results of the rows from first up to last of the table in this place.

        ``chosen`` are the positions of the mutants that are tried.
        """
        table = self._tables[at]
        # NOTE: the line that noticed a change is tried first for the next row.
        noticed: dict[tuple[str, str], int] = {}
        for position, (rule, claims, mutant) in enumerate(self._row_mutants(table, first, last)):
            if position not in chosen:
                continue
            likely = noticed.get((mutant.fact, mutant.change), 0)
            turned = (*claims[likely:], *claims[:likely])
            mutant_result = self._of_row(rule, table, mutant, turned)
            noticed[mutant.fact, mutant.change] = _place(mutant_result.by, claims)
            yield mutant_result

    def _of_row(
        self, rule: str, table: EditTable, mutant: EditMutant, claims: Sequence[EditClaim]
    ) -> MutantResult:
        by, touched = None, True
        if not mutant.is_refused:
            changed = _replacing(table, mutant.old, mutant.new)
            by, touched = self._replay(claims, codes_of(mutant.old), changed)
        return MutantResult(
            payer=self._payer,
            rule=rule,
            fact=" ".join(filter(None, (table.setting, _named(mutant.old), mutant.fact))),
            change=mutant.change,
            status="refused" if mutant.is_refused else "noticed" if by else "survived",
            of="edits",
            by=by,
            touched=touched,
        )

    def _replay(
        self, claims: Sequence[EditClaim], codes: frozenset[str], changed: _Changed
    ) -> tuple[str | None, bool]:
        """Return the line of a sheet, or the fixture, that disagrees with the changed tables."""
        book = changed(self._book)
        for claim in claims:
            if any(claim.differences(claim.question.answer(book))):
                return claim.question.name, True
        by, touched = self._fixtures.replay(self._fixtures.billing(codes), changed)
        questions = (claim.question for claim in claims)
        return by, touched or any(q.answer(book) != q.answer(self._book) for q in questions)


def _place(name: str | None, claims: Sequence[EditClaim]) -> int:
    return next((at for at, claim in enumerate(claims) if claim.question.name == name), 0)


def _named(edit: Edit) -> str:
    return f"{edit.column1}/{edit.column2}" if isinstance(edit, PairEdit) else edit.code


def _replacing(table: EditTable, old: Edit, new: Edit | None) -> _Changed:
    return lambda book: book.replace_edit(table, old, new)


def _stating(new: EditTable) -> _Changed:
    def changed(book: RuleBook) -> RuleBook:
        tables = [_stated(each, new) for each in book.tables]
        return RuleBook.build(book.payer, book.rules, tables, assume=book.assume, names=book.names)

    return changed


def _stated(terms: EditTerms, new: EditTable) -> EditTerms:
    """Return the book with the new table in place of the old one."""
    if terms.address != new.address:
        return terms
    if isinstance(terms, EditTable):
        return new if terms.is_release_of(new) else terms
    return attrs.evolve(terms, scope=new.scope)
