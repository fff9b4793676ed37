"""JSON files as documents: the same values as from TOML, and the line of each."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import chain, islice
from typing import Final

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Path, Problem
from payer_rules.readers.json_positions import tokens, value_positions
from payer_rules.readers.size_limits import MOST_FAULTS
from payer_rules.text.quoting import REDACTED, QuotingStyle
from payer_rules.toml_files import document

#: By the start of the standard reader's message: the problem, where ``{}`` is what was met, and
#: the remedy.
_PLAIN: Final = {
    "Expecting property name": (
        "{} is where a key belongs",
        "Put keys in double quotes, and no comma after the last.",
    ),
    "Illegal trailing comma": (
        "there is a comma after the last value",
        "Leave it out.",
    ),
    "Expecting value": (
        "{} is where a value belongs",
        "Put text, codes and dates in double quotes, and no comma after the last value.",
    ),
    "Expecting ':'": ("{} is where ':' belongs", 'Write "key": value.'),
    "Expecting ','": (
        "{} is where ',' or the end belongs",
        "Put a comma between two values, and close every '{' and '['.",
    ),
    "Extra data": ("{} comes after the end", "Write one object in a file."),
    "Unterminated string": (
        "the text that begins with {} is never closed",
        "Close it with '\"' on the same line.",
    ),
    "Invalid control": (
        "a text goes over the end of its line, or holds a tab",
        "Close it with '\"' on the same line, and write a tab as \\t.",
    ),
    "Invalid \\": (
        "{} is not what JSON knows after a backslash",
        "Write the backslash twice.",
    ),
}
#: So many places are remembered; behind them the nearest thing around is told.
_MOST_PLACES: Final = 1_000_000
_NO_NUMBERS: Final = frozenset(["NaN", "Infinity", "-Infinity"])
_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")
_MET: Final = re.compile(r"\S[^\s,:\[\]{}]{0,39}")


@attrs.frozen
class JsonDocument:
    """A parsed JSON file; ``name`` is the name of the file in messages."""

    name: str
    text: str = attrs.field(repr=False)
    data: dict[str, object] = attrs.field(repr=False)

    @functools.cached_property
    def _lines(self) -> dict[Path, int]:
        lines: dict[Path, int] = {(): 1}
        for each in value_positions(self.text):
            if each.line != lines.get(each.path[:-1]):
                lines[each.path] = each.line
            if len(lines) > _MOST_PLACES:
                break
        return lines

    def line(self, path: Path) -> int:
        """Return the line of the value at the path, or of the nearest parent with a known line."""
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]

    def place(self, path: Path) -> str:
        """Return the file's name and the line of the value at the path: ``claim.json:3``."""
        return f"{self.name}:{self.line(path)}"


def parse(text_bytes: bytes, name: str, showing: QuotingStyle = REDACTED) -> JsonDocument:
    """Parse the bytes as a JSON object; raises `InputError` if they are not one."""
    try:
        text = text_bytes.decode("utf-8-sig")
        data, plain = _load(text)
    except UnicodeDecodeError as error:
        raise InputError([document.not_utf8(name, error)]) from error
    except json.JSONDecodeError as error:
        raise InputError([_syntax(name, _at_comma(error), showing)]) from error
    # NOTE: valid JSON, but int, Decimal or the interpreter's stack has no room for it.
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise InputError([_too_much(text, name)]) from error
    if not plain:
        raise InputError(_loose(text, name, showing))
    if not isinstance(data, dict):
        message = "the file does not hold an object"
        remedy = "Write { … } around its content."
        raise InputError([Problem(f"{name}:1", message, remedy, ErrorCode.JSON_SYNTAX)])
    return JsonDocument(name, text, data)


def _at_comma(error: json.JSONDecodeError) -> json.JSONDecodeError:
    """Return the error as newer Pythons report it: at the comma, not after it."""
    before = error.doc[: error.pos].rstrip()
    if not before.endswith(",") or error.doc[error.pos : error.pos + 1] not in ("]", "}"):
        return error
    return json.JSONDecodeError("Illegal trailing comma", error.doc, len(before) - 1)


def _load(text: str) -> tuple[object, bool]:
    """Return the value of the text, and False if only Python's own reader accepts it."""
    loose: list[object] = []

    def table(pairs: list[tuple[str, object]]) -> dict[str, object]:
        read = dict(pairs)
        if len(read) < len(pairs):
            loose.append(read)
        return read

    data = json.loads(
        text, parse_float=Decimal, parse_constant=loose.append, object_pairs_hook=table
    )
    document.everything_in(data)
    whole = not _HALF.search(text) or all(_is_whole(token) for token, _ in tokens(text))
    return data, whole and not loose


def _is_whole(token: str) -> bool:
    """Return False if the token is a text with half of a character (an unpaired surrogate)."""
    if not token.startswith('"'):
        return True
    try:
        json.loads(token).encode()
    except UnicodeEncodeError:
        return False
    return True


def _loose(text: str, name: str, showing: QuotingStyle) -> list[Problem]:
    each = (islice(found, MOST_FAULTS + 1) for found in (_repeated(text, showing), _unplain(text)))
    found = sorted(chain.from_iterable(each))
    return [
        Problem(f"{name}:{line}", message, remedy, ErrorCode.JSON_SYNTAX)
        for line, message, remedy in found
    ]


def _repeated(text: str, showing: QuotingStyle) -> Iterator[tuple[int, str, str]]:
    for each in value_positions(text):
        if each.again:
            message = f"the key {showing.key(str(each.path[-1]))} is written twice"
            yield each.line, message, "Write every key of an object once."


def _unplain(text: str) -> Iterator[tuple[int, str, str]]:
    for token, line in tokens(text):
        if token in _NO_NUMBERS:
            yield line, f"{token} is not a number", "Write a number, or leave it out."
        if not _is_whole(token):
            yield line, "a text holds half of a character", "Write the character itself."


def _syntax(name: str, error: json.JSONDecodeError, showing: QuotingStyle) -> Problem:
    message, remedy = next(
        (told for start, told in _PLAIN.items() if error.msg.startswith(start)),
        (f"this is not JSON ({error.msg})", "Write it as JSON."),
    )
    met = _MET.match(error.doc, error.pos)
    if met is None:
        message = message.replace("{} is", "the file ends")
    else:
        message = message.replace("{}", showing.piece(met[0]))
    return Problem(f"{name}:{error.lineno}", message, remedy, ErrorCode.JSON_SYNTAX)


def _too_much(text: str, name: str) -> Problem:
    line, told = next(_excesses(text), (1, document.too_long))
    return told(f"{name}:{line}")


def _excesses(text: str) -> Iterator[tuple[int, Callable[[str], Problem]]]:
    depth = 0
    for token, line in tokens(text):
        depth += (token in {"[", "{"}) - (token in {"]", "}"})
        if depth > document.DEEPEST:
            yield line, document.too_deep
        if not _has_room(token):
            yield line, document.too_long


def _has_room(token: str) -> bool:
    if token[0] not in "-0123456789":
        return True
    try:
        json.loads(token, parse_float=Decimal)
    except (ValueError, ArithmeticError):
        return False
    return True
