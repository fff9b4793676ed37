"""Documents: TOML 1.0 files as `tomllib` reads them, and the places of their values."""

from __future__ import annotations

import bisect
import functools
import tomllib
from collections.abc import Callable, Iterable
from decimal import Decimal
from importlib.resources.abc import Traversable
from pathlib import Path as FilePath
from typing import Final

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Path, Problem
from payer_rules.system.files import content_of
from payer_rules.text.quoting import VERBATIM, QuotingStyle
from payer_rules.toml_files.line_numbers import line_map, statements, tokens
from payer_rules.toml_files.syntax_problems import syntax_problem

#: The deepest nesting of tables and lists.
DEEPEST: Final = 40

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
#: The whole numbers of TOML: a sign and 63 bits.
_WHOLE: Final = range(-(2**63), 2**63)


@attrs.frozen
class TomlDocument:
    """A TOML file that was read: its values, and the lines on which they are written.

    ``name`` is what people see of the file; ``marked`` tells that it began with a byte order mark.
    """

    name: str
    text: str = attrs.field(repr=False)
    data: dict[str, object] = attrs.field(repr=False)
    marked: bool = False

    @functools.cached_property
    def _lines(self) -> dict[Path, int]:
        return line_map(self.text)

    def line(self, path: Path) -> int:
        """Return the line of the value at the path, or of the nearest table or list around it."""
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]

    def place(self, path: Path) -> str:
        """Return the file's name and the line of the value at the path: ``profile.toml:3``."""
        return f"{self.name}:{self.line(path)}"


def read(path: FilePath | Traversable, *, name: str | None = None) -> TomlDocument:
    """Return the document in the file; its name is the file's own unless another is given.

    Raises `InputError` with one fault where the file cannot be read or is not TOML.
    """
    name = name or path.name
    return parse(content_of(path, name), name)


def parse(text_bytes: bytes, name: str, showing: QuotingStyle = VERBATIM) -> TomlDocument:
    """Return the document in the bytes; raises `InputError` with one problem if it is no TOML."""
    try:
        text = text_bytes.decode("utf-8-sig")
        data = _values(text)
    except UnicodeDecodeError as error:
        raise InputError([not_utf8(name, error)]) from error
    except tomllib.TOMLDecodeError as error:
        raise InputError([syntax_problem(text, name, str(error), showing)]) from error
    # NOTE: valid TOML that exceeds int, Decimal or the interpreter's stack.
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise InputError([_too_much(text, name)]) from error
    return TomlDocument(name, text, data, text_bytes.startswith(_BYTE_ORDER_MARK))


def everything_in(data: object) -> list[object]:
    """Return all values in the data, at every level; raises `RecursionError` if it is too deep."""
    found: list[object] = []
    containers: list[object] = [data]
    for _ in range(DEEPEST):
        inside = [value for container in containers for value in _values_of(container)]
        containers = [value for value in inside if isinstance(value, dict | list)]
        found += inside
    if containers:
        raise RecursionError
    return found


def too_deep(where: str) -> Problem:
    """Return the problem of data nested deeper than `everything_in` allows."""
    return Problem(
        where,
        f"this is nested deeper than {DEEPEST} levels",
        "Write it flatter.",
        ErrorCode.NESTED_TOO_DEEP,
    )


def too_long(where: str) -> Problem:
    """Return the problem of a number with more digits than can be read."""
    return Problem(
        where,
        "this holds a number too long to be read",
        "Write it shorter.",
        ErrorCode.NUMBER_TOO_LONG,
    )


def not_utf8(name: str, error: UnicodeDecodeError) -> Problem:
    """Return the problem of a file in another encoding."""
    line = error.object.count(b"\n", 0, error.start) + 1
    message = f"the byte {error.object[error.start]:#04x} on this line is not UTF-8"
    return Problem(
        f"{name}:{line}", message, "Save the file with the encoding UTF-8.", ErrorCode.NOT_UTF8
    )


def _values(text: str) -> dict[str, object]:
    if _has_deep_key(text):
        raise RecursionError
    data = tomllib.loads(text, parse_float=Decimal)
    # NOTE: dotted keys and hexadecimal numbers are read at any length, and then break whoever walks
    # through the values or shows them.
    for value in everything_in(data):
        if isinstance(value, int) and value not in _WHOLE:
            raise OverflowError
    return data


def _has_deep_key(text: str) -> bool:
    """Return True if a key has more parts than tables may be deep.

    NOTE: told before, for the time that tomllib takes grows with the square of the parts.
    """
    if all(line.count(".") < DEEPEST for line in text.split("\n")):
        return False
    dots = 0
    for token in tokens(text):
        dots = dots + token.text.count(".") if token.kind == "word" else dots
        if token.kind not in ("word", "string"):
            dots = 0
        if dots >= DEEPEST:
            return True
    return False


def _values_of(container: object) -> Iterable[object]:
    if isinstance(container, dict):
        return container.values()
    return container if isinstance(container, list) else ()


def _excess(text: str) -> Callable[[str], Problem] | None:
    try:
        _values(text)
    except RecursionError:
        return too_deep
    except (ValueError, ArithmeticError):
        return too_long
    return None


def _too_much(text: str, name: str) -> Problem:
    line, part = first_failing(text, lambda part: _excess(part) is not None)
    told = _excess(part) or too_long
    return told(f"{name}:{line}")


def first_failing(text: str, fails: Callable[[str], bool]) -> tuple[int, str]:
    """Return the line of the first statement that cannot be read, and the text up to its end."""
    whole = [statement for statement in statements(text) if statement]
    places = [(statement[0].line, statement[-1].end) for statement in whole]
    first = bisect.bisect_left(places, True, key=lambda place: fails(text[: place[1]]))
    line, end = [*places, (1, len(text))][min(first, len(places) - 1)]
    return line, text[:end]
