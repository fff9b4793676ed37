"""Where the decisions of a run are written: each report into its file, or to standard output."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

import attrs

from payer_rules.checking import RenderedDecision, Renderer, RunSummary
from payer_rules.cli.console import output
from payer_rules.cli.destinations import Destination, destinations, opened
from payer_rules.errors import Problem
from payer_rules.reports.report_formats import REPORT_FORMATS, ReportFormat


@attrs.frozen
class DecisionReports:
    """The reports asked for, each with where it goes."""

    reports: tuple[tuple[ReportFormat, Destination], ...]

    @classmethod
    def of(cls, asked: Iterable[str], inputs: Iterable[Path | None] = ()) -> DecisionReports:
        """Return the reports as ``KIND`` or ``KIND:PATH``; text alone where none is asked for.

        Raises `InputError` where one cannot be written, or would take the place of an input.
        """
        found = destinations(asked, REPORT_FORMATS, inputs)
        return cls(tuple((REPORT_FORMATS[each.kind], each) for each in found))

    @property
    def renderers(self) -> tuple[Renderer, ...]:
        """What tells one decision, for each report."""
        return tuple(stream.one for stream, _ in self.reports)

    @property
    def prints_remarks(self) -> bool:
        """Return True if a report on standard output has the remarks about the files."""
        return any(where.path is None and where.kind == "text" for _, where in self.reports)

    def write(
        self,
        answers: Iterable[RenderedDecision],
        summary: RunSummary,
        problems: Callable[[], Sequence[Problem]],
        begin: Callable[[], object] = lambda: None,
    ) -> None:
        """Write all reports while the answers come.

        The tally and the faults of the files are read when the answers have ended. ``begin`` is
        called before the first text.
        """
        with ExitStack() as stack:
            written = stack.enter_context(opened(each for _, each in self.reports))
            files = [file or self._printed(at, stack) for at, file in enumerate(written)]
            begun = False
            for answered in answers:
                if not begun:
                    begin()
                told = zip(files, self.reports, answered.texts, strict=True)
                for file, (stream, _), text in told:
                    file.write((stream.between if begun else stream.head) + text)
                begun = True
            begin()
            for at, (file, (stream, where)) in enumerate(zip(files, self.reports, strict=True)):
                found = problems()
                file.write(stream.end(summary, found) if begun else stream.empty(found))
                if at and where.path is None:
                    file.seek(0)
                    shutil.copyfileobj(file, output(where.kind))
            if None in written:
                output().flush()

    def _printed(self, at: int, stack: ExitStack) -> TextIO:
        """Return standard output; a second report waits in a file until the first has ended."""
        if not at:
            return output(self.reports[at][1].kind)
        waiting = tempfile.TemporaryFile("w+", encoding="utf-8", errors="backslashreplace")  # noqa: SIM115
        return stack.enter_context(waiting)
