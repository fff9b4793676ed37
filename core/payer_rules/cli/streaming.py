"""Where the decisions of a run are written: each report into its file, or to standard output."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

import attrs

from payer_rules.checking import Answered, Sink, Tally
from payer_rules.errors import Fault, FaultError, nearest
from payer_rules.reports.streams import STREAMS, Stream


@attrs.frozen
class Streaming:
    """The reports asked for, each with the path of its file; ``None`` is standard output."""

    reports: tuple[tuple[Stream, Path | None], ...]

    @classmethod
    def of(cls, asked: Iterable[str]) -> Streaming:
        """The reports as ``KIND`` or ``KIND:PATH``; text alone where none is asked for."""
        reports: list[tuple[Stream, Path | None]] = []
        for each in tuple(asked) or ("text",):
            kind, _, path = each.partition(":")
            if kind not in STREAMS:
                problem = f"there is no report {kind!r}"
                raise FaultError([Fault("--report", problem, nearest(kind, STREAMS))])
            reports.append((STREAMS[kind], Path(path) if path else None))
        return cls(tuple(reports))

    @property
    def sinks(self) -> tuple[Sink, ...]:
        """What tells one decision, for each report."""
        return tuple(stream.one for stream, _ in self.reports)

    @property
    def prints_remarks(self) -> bool:
        """Return True if a report on standard output has the remarks about the files."""
        return any(path is None and stream is STREAMS["text"] for stream, path in self.reports)

    def write(
        self, answers: Iterable[Answered], tally: Tally, faults: Callable[[], Sequence[Fault]]
    ) -> None:
        """Write all reports while the answers come.

        The tally and the faults of the files are read when the answers have ended.
        """
        with ExitStack() as stack:
            files = [self._opened(path, at, stack) for at, (_, path) in enumerate(self.reports)]
            begun = False
            for answered in answers:
                told = zip(files, self.reports, answered.texts, strict=True)
                for file, (stream, _), text in told:
                    file.write((stream.between if begun else stream.head) + text)
                begun = True
            for at, (file, (stream, path)) in enumerate(zip(files, self.reports, strict=True)):
                found = faults()
                file.write(stream.end(tally, found) if begun else stream.empty(found))
                if at and path is None:
                    file.seek(0)
                    shutil.copyfileobj(file, sys.stdout)

    def _opened(self, path: Path | None, at: int, stack: ExitStack) -> TextIO:
        """The file of a report; a second one to standard output waits until the first has ended."""
        if path is None:
            if not at:
                return sys.stdout
            waiting = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115
            return stack.enter_context(waiting)
        try:
            return stack.enter_context(path.open("w", encoding="utf-8"))
        except OSError as error:
            problem = f"the report cannot be written to {str(path)!r}: {error.strerror}"
            raise FaultError([Fault("--report", problem, "Name another file.")]) from error
