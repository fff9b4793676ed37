"""The one place where TOML is read.

``tomllib`` decides: it reads what TOML 1.0 says. The ``toml`` package serves only to tell where a
reader built on it would see something else.
"""

from __future__ import annotations

import bisect
import functools
import tomllib
from collections.abc import Callable
from decimal import Decimal
from importlib.resources.abc import Traversable
from pathlib import Path as FilePath

import attrs

from payer_rules._toml_differences import differences
from payer_rules._toml_faults import syntax_fault
from payer_rules._toml_lines import line_map, statements
from payer_rules.errors import Fault, FaultError, Path

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@attrs.frozen
class Document:
    """A TOML file that was read: its values, and where each is written.

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
        """The line of the value at the path, or of the nearest thing around it that has one."""
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]

    def place(self, path: Path) -> str:
        """The file's name and the line of the value at the path: ``profile.toml:3``."""
        return f"{self.name}:{self.line(path)}"


def read(path: FilePath | Traversable, *, name: str | None = None) -> Document:
    """The document in the file, called by the file's own name where no other is given.

    Raises `FaultError` with one fault where the file cannot be read or is not TOML.
    """
    name = name or path.name
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FaultError([_unreadable(name, error)]) from error
    return parse(content, name)


def parse(text_bytes: bytes, name: str) -> Document:
    """The document that the bytes are; raises `FaultError` with one fault if they are no TOML."""
    try:
        text = text_bytes.decode("utf-8-sig")
        data = tomllib.loads(text, parse_float=Decimal)
    except UnicodeDecodeError as error:
        raise FaultError([_not_utf8(name, error)]) from error
    except tomllib.TOMLDecodeError as error:
        raise FaultError([syntax_fault(text, name, str(error))]) from error
    # NOTE: valid TOML, but int, Decimal or the interpreter's stack has no room for it.
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise FaultError([_too_much(text, name)]) from error
    return Document(name, text, data, text_bytes.startswith(_BYTE_ORDER_MARK))


def portable_differences(document: Document) -> list[Fault]:
    """Where a reader built on the ``toml`` package would see something else than is written."""
    import toml

    faults = [_byte_order_mark(document.name)] if document.marked else []
    text = document.text.replace("\r\n", "\n")
    refusal = _refusal(text)
    if refusal is not None:
        line = _first_failing(text, lambda part: _refusal(part) is not None)
        return [*faults, _refused(f"{document.name}:{line}", refusal)]
    misfits = differences(document.data, toml.loads(text))
    return faults + [misfit.at(document.place(misfit.path)) for misfit in misfits]


def _refusal(text: str) -> Exception | None:
    import toml

    try:
        toml.loads(text)
    # NOTE: it leaves valid TOML that it cannot read with whatever broke: IndexError, TypeError …
    except Exception as error:
        return error
    return None


def _gives_up(text: str) -> bool:
    try:
        tomllib.loads(text, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError):
        return True
    return False


def _first_failing(text: str, fails: Callable[[str], bool]) -> int:
    """The line of the statement from which on reading the text fails."""
    whole = [statement for statement in statements(text) if statement]
    ends = [statement[-1].end for statement in whole]
    first = bisect.bisect_left(ends, True, key=lambda end: fails(text[:end]))
    return [*(statement[0].line for statement in whole), 1][min(first, len(whole) - 1)]


def _unreadable(name: str, error: OSError) -> Fault:
    if isinstance(error, IsADirectoryError):
        return Fault(name, "this is a directory, and a file belongs here", "Name a file in it.")
    if isinstance(error, PermissionError):
        return Fault(name, "you may not read this file", "Ask for permission to read it.")
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return Fault(name, "there is no such file", "Check the path.")
    return Fault(name, f"the file cannot be read ({error.strerror})", "Check the file.")


def _not_utf8(name: str, error: UnicodeDecodeError) -> Fault:
    line = error.object.count(b"\n", 0, error.start) + 1
    problem = f"the byte {error.object[error.start]:#04x} on this line is not UTF-8"
    return Fault(f"{name}:{line}", problem, "Save the file with the encoding UTF-8.")


def _too_much(text: str, name: str) -> Fault:
    problem = "this holds a number too long, or lists nested too deep, to be read"
    return Fault(f"{name}:{_first_failing(text, _gives_up)}", problem, "Write it shorter.")


def _byte_order_mark(name: str) -> Fault:
    problem = "the file begins with a byte order mark, which the toml package takes for text"
    return Fault(f"{name}:1", problem, "Save the file as UTF-8 without a byte order mark.")


def _refused(where: str, error: Exception) -> Fault:
    said = getattr(error, "msg", None) or f"{type(error).__name__}: {error}"
    problem = f"a reader built on the toml package cannot read this ({said})"
    return Fault(where, problem, "Write it plainer, with values of one type in a list.")
