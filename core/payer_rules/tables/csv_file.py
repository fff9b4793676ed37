"""A CSV file that is read row by row while its problems are collected."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

import attrs

from payer_rules.claims import is_code
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, InvalidValueError, Problem, nearest
from payer_rules.rules import DateRange
from payer_rules.system.files import open_regular

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable
    from pathlib import Path


@attrs.define
class CsvFile:
    """The content of a file, the current line, and the problems and rows read so far."""

    name: str
    content: bytes = b""
    text: str = ""
    line: int = 1
    problems: list[Problem] = attrs.Factory(list)
    kind_of_problem: ErrorCode = ErrorCode.EDIT_TABLE
    # Most rows share a date range: each is parsed once, and equal ones are one object.
    _dates_read: dict[tuple[str, str], DateRange | None] = attrs.Factory(dict)
    _rows: dict[tuple[str, ...], list[tuple[DateRange, int]]] = attrs.Factory(dict)

    @classmethod
    def read(
        cls, path: Path | Traversable, kind_of_problem: ErrorCode = ErrorCode.EDIT_TABLE
    ) -> CsvFile:
        """Return the file at the path; one that cannot be read is empty and has a problem."""
        file = cls(path.name, kind_of_problem=kind_of_problem)
        try:
            with open_regular(path) as opened:
                file.content = opened.read()
            file.text = file.content.decode("utf-8-sig")
        except InputError as error:
            file.problems += error.problems
        except OSError as error:
            file.problem(
                f"the file cannot be read ({error.strerror})", "Check the path and the permissions."
            )
        except UnicodeDecodeError as error:
            file.line += file.content.count(b"\n", 0, error.start)
            file.problem("the file is not UTF-8", "Save it as UTF-8.")
        return file

    def problem(self, message: str, remedy: str) -> None:
        """Record a problem on the current line."""
        where = f"{self.name}:{self.line}"
        self.problems.append(Problem(where, message, remedy, self.kind_of_problem))

    def rows(self, columns: list[str]) -> Iterator[list[str]]:
        """Yield the rows that have a value for each of these columns; blank lines are skipped."""
        reader = csv.reader(io.StringIO(self.text, newline=""), strict=True)
        try:
            if not self.problems and self._has_header(next(reader, []), columns):
                for values in reader:
                    self.line = reader.line_num
                    if self._fills(values, columns):
                        yield values
        except csv.Error as error:
            self.line = reader.line_num
            self.problem(f"this is not CSV: {error}", "Write plain values between commas.")

    def _has_header(self, header: list[str], columns: list[str]) -> bool:
        if header != columns:
            self.problem(f"the columns are {','.join(header)!r}", f"Write {','.join(columns)}.")
        return header == columns

    def _fills(self, values: list[str], columns: list[str]) -> bool:
        if values and len(values) != len(columns):
            remedy = f"Write {len(columns)}: {', '.join(columns)}."
            self.problem(f"the row has {len(values)} values", remedy)
        return len(values) == len(columns)

    def check_code(self, code: str) -> None:
        """Record a problem if the text does not have the form of a procedure code."""
        if not is_code(code):
            remedy = "A code has five digits or capital letters, such as '90853' or 'G0410'."
            self.problem(f"{code!r} is not a procedure code", remedy)

    def check_one_of(self, column: str, value: str, allowed: Mapping[str, int]) -> None:
        """Record a problem if the column has none of the allowed values."""
        if value not in allowed:
            self.problem(f"{column} is {value!r}", nearest(value, allowed))

    def check_row(self, row: str) -> None:
        """Record a problem if the row does not name the row of its source."""
        if not row:
            self.problem("row is empty", "Name the row of the source.")

    def dates(self, first: str, last: str) -> DateRange | None:
        """Return the dates from first to last, or record a problem; an empty end is open."""
        if (first, last) not in self._dates_read:
            self._dates_read[first, last] = _dates(first, last)
        dates = self._dates_read[first, last]
        if dates is None:
            message = f"{first!r} to {last!r} is not a range of dates"
            self.problem(message, "Write the earlier day first, each like 2024-07-01.")
        return dates

    def overlapping_line(self, key: tuple[str, ...], dates: DateRange) -> int | None:
        """Return the line of an earlier row with the same key and overlapping dates."""
        return next(
            (line for other, line in self._rows.get(key, ()) if other.overlaps(dates)), None
        )

    def keep(self, key: tuple[str, ...], dates: DateRange) -> None:
        """Keep the row for `overlapping_line`."""
        self._rows.setdefault(key, []).append((dates, self.line))


def _dates(first: str, last: str) -> DateRange | None:
    try:
        return DateRange(
            date.fromisoformat(first) if first else None,
            date.fromisoformat(last) if last else None,
        )
    except (ValueError, InvalidValueError):
        return None
