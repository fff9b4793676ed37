"""A CSV file that is read row by row, while its faults are collected."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

import attrs

from payer_rules.claims import is_code
from payer_rules.errors import InputError, InvalidValueError, Problem, nearest
from payer_rules.rules import DateRange
from payer_rules.system.files import open_regular

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable
    from pathlib import Path


@attrs.define
class CsvFile:
    """The content of a file, the line reached, and the faults and rows met so far."""

    name: str
    content: bytes = b""
    text: str = ""
    line: int = 1
    problems: list[Problem] = attrs.Factory(list)
    # Most rows share a span: each is parsed once, and equal ones are one object.
    _spans: dict[tuple[str, str], DateRange | None] = attrs.Factory(dict)
    _rows: dict[tuple[str, ...], list[tuple[DateRange, int]]] = attrs.Factory(dict)

    @classmethod
    def read(cls, path: Path | Traversable) -> CsvFile:
        """The file at the path; one that cannot be read is an empty one with a fault."""
        file = cls(path.name)
        try:
            with open_regular(path) as opened:
                file.content = opened.read()
            file.text = file.content.decode("utf-8-sig")
        except InputError as error:
            file.problems += error.problems
        except OSError as error:
            file.problem(f"the file cannot be read ({error.strerror})", "Name a file that can.")
        except UnicodeDecodeError as error:
            file.line += file.content.count(b"\n", 0, error.start)
            file.problem("the file is not UTF-8", "Save it as UTF-8.")
        return file

    def problem(self, message: str, remedy: str) -> None:
        """Note what is wrong on the line reached."""
        self.problems.append(Problem(f"{self.name}:{self.line}", message, remedy))

    def rows(self, columns: list[str]) -> Iterator[list[str]]:
        """The rows under these columns that have a value for each; blank lines are skipped."""
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
        """Note a fault where the text has not the shape of a procedure code."""
        if not is_code(code):
            remedy = "A code has five digits or capital letters, such as '90853' or 'G0410'."
            self.problem(f"{code!r} is not a procedure code", remedy)

    def check_one_of(self, column: str, value: str, allowed: Mapping[str, int]) -> None:
        """Note a fault where the column has none of the allowed values."""
        if value not in allowed:
            self.problem(f"{column} is {value!r}", nearest(value, allowed))

    def check_row(self, row: str) -> None:
        """Note a fault where the row does not say from which row of the source it is."""
        if not row:
            self.problem("row is empty", "Name the row of the source.")

    def span(self, first: str, last: str) -> DateRange | None:
        """The days from first to last, empty is open; ``None``, with a fault, if bad."""
        if (first, last) not in self._spans:
            self._spans[first, last] = _dates(first, last)
        span = self._spans[first, last]
        if span is None:
            message = f"{first!r} to {last!r} is not a span of days"
            self.problem(message, "Write the earlier day first, each like 2024-07-01.")
        return span

    def beside(self, key: tuple[str, ...], span: DateRange) -> int | None:
        """The line of an earlier row of the key that holds on a day of the span."""
        return next((line for other, line in self._rows.get(key, ()) if other.overlaps(span)), None)

    def keep(self, key: tuple[str, ...], span: DateRange) -> None:
        """Remember the row for `beside`."""
        self._rows.setdefault(key, []).append((span, self.line))


def _dates(first: str, last: str) -> DateRange | None:
    try:
        return DateRange(
            date.fromisoformat(first) if first else None,
            date.fromisoformat(last) if last else None,
        )
    except (ValueError, InvalidValueError):
        return None
