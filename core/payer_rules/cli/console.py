"""Standard output, which is reserved for reports: plugins print to standard error."""

from __future__ import annotations

import io
import os
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, TextIO, cast

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.system.atomic_files import ReportText

if TYPE_CHECKING:
    from payer_rules.reports.text_layout import PageLayout

_STDOUT: Final = 1
_STDERR: Final = 2
#: Reports in the encoding of the terminal; other formats are always UTF-8.
_TEXT: Final = ("text", "remittance")
#: The width of a terminal that does not know its own.
_WIDTH: Final = 80
#: The least width in which the columns of a report have room.
_NARROWEST: Final = 72
#: Characters of drawn tables, and the one that begins a color: such lines have their width.
_DRAWN: Final = frozenset("│┃─━\x1b")
_OUTPUT: ContextVar[TextIO | None] = ContextVar("output")


class _PluginOutput(io.TextIOBase):
    """The standard output of plugins: a writer to standard error that cannot be closed."""

    def write(self, text: str, /) -> int:
        return sys.stderr.write(text)

    def fileno(self) -> int:
        return sys.stderr.fileno()

    def flush(self) -> None:
        sys.stderr.flush()

    def close(self) -> None:
        pass


class _WrappedText(io.TextIOBase):
    """A terminal on which long lines are wrapped between words, with their indentation."""

    def __init__(self, stream: TextIO, width: int) -> None:
        self._stream, self.width = stream, width
        self._rest = ""

    def write(self, text: str, /) -> int:
        *lines, self._rest = (self._rest + text).split("\n")
        self._stream.writelines(f"{wrapped(line, self.width)}\n" for line in lines)
        return len(text)

    def fileno(self) -> int:
        return self._stream.fileno()

    def flush(self) -> None:
        self._stream.write(wrapped(self._rest, self.width))
        self._rest = ""
        self._stream.flush()


def wrapped(line: str, width: int) -> str:
    """Return the line wrapped between words; a line of a table or with color is not changed."""
    if len(line) <= width or not _DRAWN.isdisjoint(line):
        return line
    indent = line[: len(line) - len(line.lstrip())] + "  "
    return textwrap.fill(
        line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def output(kind: str = "text") -> TextIO:
    """Return standard output for a report of the format; raises `InputError` if it is closed."""
    stream = _OUTPUT.get(sys.stdout)
    if stream is None:
        problem = "standard output is closed"
        raise InputError(
            [Problem("--report", problem, "Write the report into a file.", ErrorCode.OUTPUT_FILE)]
        )
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding=None if kind in _TEXT else "utf-8", errors="backslashreplace")
    if kind in _TEXT and stream.isatty():
        return cast("TextIO", _WrappedText(stream, _width_of(stream)))
    return stream


def layout_of(stream: TextIO) -> PageLayout:
    """Return the layout of a report: that of the terminal, or the default of files and pipes.

    A terminal has colors unless the environment variable NO_COLOR has a value, or TERM is dumb.
    """
    from payer_rules.reports.text_layout import PageLayout

    if not isinstance(stream, _WrappedText):
        return PageLayout()
    has_color = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return PageLayout(width=max(stream.width, _NARROWEST), has_color=has_color)


def _width_of(stream: TextIO) -> int:
    """Return the number in the environment variable COLUMNS, or the width of the terminal."""
    columns = os.environ.get("COLUMNS", "")
    width = int(columns) if columns.isdigit() else 0
    # NOTE: a terminal may not know its width, and then states 0.
    return width or os.get_terminal_size(stream.fileno()).columns or _WIDTH


@contextmanager
def reserved_output() -> Iterator[None]:
    """Reserve standard output for reports while the context lasts."""
    _open_all()
    with _reserved(sys.stdout) as stream, redirect_stdout(_PluginOutput()):
        token = _OUTPUT.set(stream)
        try:
            yield
            if stream is not None:
                stream.flush()
        finally:
            _OUTPUT.reset(token)


def _open_all() -> None:
    """Open closed standard streams, or the next file opened would get their descriptors."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115


@contextmanager
def _reserved(stream: Any) -> Iterator[TextIO | None]:  # noqa: ANN401
    """Yield a copy of the process's standard output; another stream is yielded unchanged."""
    try:
        is_own = stream is not None and stream.fileno() == _STDOUT
    except (OSError, ValueError):
        is_own = False
    if not is_own:
        yield stream
        return
    stream.flush()
    own = os.dup(_STDOUT)
    # NOTE: a reader of a pipe waits until all writers have closed it, so children must not hold it.
    closed_in_children = [own]
    _close_in_children(closed_in_children)
    os.dup2(_STDERR, _STDOUT)
    report = ReportText(
        own,
        "standard output",
        "the report",
        encoding=stream.encoding,
        is_terminal=stream.line_buffering,
    )
    try:
        yield report
    finally:
        closed_in_children.clear()
        _restore(report)


def _close_in_children(descriptors: list[int]) -> None:
    def close() -> None:
        for descriptor in descriptors:
            os.close(descriptor)

    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=close)


def _restore(report: ReportText) -> None:
    """Restore standard output; write errors have been reported already."""
    try:
        os.dup2(report.fileno(), _STDOUT)
        report.close()
    except (OSError, InputError):
        pass
