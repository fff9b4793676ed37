"""The tables of a profile: CSV files in its folder that give codes a value, by days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import FieldError, nearest
from payer_rules.profiles.reader import ProfileReader
from payer_rules.profiles.references import CodeSets, Sources
from payer_rules.profiles.rule_draft import RuleDraft
from payer_rules.rules import (
    Citation,
    CodedRule,
    CodeTableRow,
    DateRange,
    Rule,
    TableCondition,
    When,
    listed_codes,
)
from payer_rules.tables.csv_file import CsvFile
from payer_rules.text.quoting import quoted
from payer_rules.values.checked import CheckedRule

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable
    from pathlib import Path as FilePath

#: The name of the tables in a profile.
CODE_TABLES: Final = "tables"
_COLUMNS: Final = ["code", "value", "from", "to"]


@attrs.frozen(kw_only=True)
class CodeTable(CheckedRule):
    """A table of a profile: its file, the days for which it was read, and its sources."""

    file: str
    verified: DateRange
    citations: tuple[Citation, ...] = attrs.field(metadata={"key": "cites"})
    rows: tuple[CodeTableRow, ...] = attrs.field(default=(), metadata={"key": None})


def code_tables_of(
    reader: ProfileReader,
    folder: FilePath | Traversable | None,
    sources: Sources,
    code_sets: CodeSets,
) -> dict[str, CodeTable | None]:
    """Return the tables by name; ``None`` in place of one that is not valid."""
    found: dict[str, CodeTable | None] = {}
    for name, data in reader.table(CODE_TABLES).items():
        draft = RuleDraft(reader, (CODE_TABLES, name), sources, code_sets)
        if isinstance(data, dict):
            dates = draft.dates("verified", data.get("verified"))
            data = {**data, "cites": draft.rule_citations(data.get("cites")), "verified": dates}
        table = reader.structure(CodeTable, data, draft.path)
        rows = _rows(reader, name, table, folder) if table and draft.is_valid else None
        found[name] = attrs.evolve(table, rows=rows) if table and rows is not None else None
    return found


def _rows(
    reader: ProfileReader, name: str, table: CodeTable, folder: FilePath | Traversable | None
) -> tuple[CodeTableRow, ...] | None:
    """Return the rows of the file, or None after reporting its problems."""
    path = (CODE_TABLES, name, "file")
    if folder is None or "/" in table.file or "\\" in table.file or table.file.startswith("."):
        remedy = "Write the name of a CSV file in the folder of the profile."
        reader.report(path, f"file is {table.file!r}", remedy, ErrorCode.CODE_TABLE)
        return None
    file = CsvFile.read(folder / table.file, ErrorCode.CODE_TABLE)
    rows = tuple(_rows_of(file, table.verified))
    if not rows and not file.problems:
        file.problem("the table has no row", f"Write {','.join(_COLUMNS)} and a row for each code.")
    for problem in file.problems:
        reader.add(path, problem)
    return None if file.problems else rows


def _rows_of(file: CsvFile, verified: DateRange) -> Iterable[CodeTableRow]:
    for code, value, first, last in file.rows(_COLUMNS):
        problems = len(file.problems)
        file.check_code(code)
        dates = file.dates(first, last)
        if not value:
            file.problem("value is empty", "Write the value that the table gives the code.")
        if dates is None or len(file.problems) > problems:
            continue
        other = file.overlapping_line((code,), dates)
        if other is not None:
            message = f"{code} has a value on some of these dates on line {other} too"
            file.problem(message, "Give each row its own dates.")
        file.keep((code,), dates)
        # NOTE: what the table says on its last day is carried on, as a text is.
        ends_with_table = dates.last is not None and dates.last == verified.last
        kept = DateRange(dates.first, None) if ends_with_table else dates
        yield CodeTableRow(code=code, value=value, dates=kept)


@attrs.frozen
class TableReferences:
    """The tables of a profile, to which the conditions of its rules refer by name."""

    tables: Mapping[str, CodeTable | None]

    def are_valid(self, rule: Rule) -> bool:
        """Return True if every table that the rule names was read."""
        return all(self.tables.get(table.name) is not None for table in _conditions_of(rule))

    def resolved(self, rule: Rule) -> Rule:
        """Return the rule with the rows, the dates and the sources of the tables that it names."""
        used = [self.tables.get(table.name) for table in _conditions_of(rule)]
        tables = [table for table in dict.fromkeys(used) if table is not None]
        if not tables:
            return rule
        rule = attrs.evolve(
            rule,
            when=self._with_rows(rule.when),
            exceptions=tuple(map(self._with_rows, rule.exceptions)),
            citations=tuple(
                dict.fromkeys((*rule.citations, *(c for table in tables for c in table.citations)))
            ),
        )
        if rule.verified == "unknown":
            return rule
        return attrs.evolve(rule, verified=_shared(rule, tables))

    def _with_rows(self, when: When) -> When:
        return attrs.evolve(when, table=tuple(map(self._filled, when.table)))

    def _filled(self, condition: TableCondition) -> TableCondition:
        table = self.tables.get(condition.name)
        return attrs.evolve(condition, rows=table.rows if table else ())

    def errors(self, rule: Rule) -> Iterable[FieldError]:
        """Yield the names of tables that are not known, and the codes and values that they lack."""
        for at, condition in enumerate(rule.when.table):
            yield from self._errors(condition, ("when", "table", at))
            yield from self._missing_codes(rule, condition)
        for number, exception in enumerate(rule.exceptions):
            for at, condition in enumerate(exception.table):
                yield from self._errors(condition, ("except", number, "table", at))
        tables = [self.tables.get(table.name) for table in _conditions_of(rule)]
        if _shared(rule, [table for table in tables if table is not None]) is None:
            message = "the rule and its table were read for different days"
            remedy = "Give both a common span of verified dates."
            yield FieldError(("verified",), message, remedy, ErrorCode.CODE_TABLE)

    def _errors(
        self, condition: TableCondition, path: tuple[str | int, ...]
    ) -> Iterable[FieldError]:
        if condition.name not in self.tables:
            remedy = nearest(condition.name, self.tables)
            message = f"unknown table {quoted(condition.name)}"
            yield FieldError((*path, "name"), message, remedy, ErrorCode.UNKNOWN_REFERENCE)
        table = self.tables.get(condition.name)
        values = {row.value for row in table.rows} if table else condition.value
        for value in sorted(condition.value - values):
            message = f"the table {condition.name!r} has no value {value!r}"
            remedy = nearest(value, values)
            yield FieldError((*path, "value"), message, remedy, ErrorCode.CODE_TABLE)

    def _missing_codes(self, rule: Rule, condition: TableCondition) -> Iterable[FieldError]:
        table = self.tables.get(condition.name)
        if table is None or not isinstance(rule, CodedRule):
            return
        for code in sorted(listed_codes(rule.codes) - {row.code for row in table.rows}):
            message = f"the table {condition.name!r} has no row of {code}"
            remedy = "Add it to the table, or take the code out of the rule."
            yield FieldError(("codes",), message, remedy, ErrorCode.CODE_TABLE)


def _conditions_of(rule: Rule) -> list[TableCondition]:
    return [condition for when in rule.condition_tables for condition in when.table]


def _shared(rule: Rule, tables: Iterable[CodeTable]) -> DateRange | None:
    """Return the days for which the rule and all tables were read; ``None`` if there are none."""
    spans = [rule.verified_dates, *(table.verified for table in tables)]
    firsts = [span.first for span in spans if span and span.first]
    lasts = [span.last for span in spans if span and span.last]
    first, last = max(firsts, default=None), min(lasts, default=None)
    return None if first and last and first > last else DateRange(first, last)
