"""The reports of ``payer-rules check``, written while decisions are made."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Final, TextIO

import attrs

from payer_rules.checking import RenderedDecision, Renderer
from payer_rules.cli.console import layout_of
from payer_rules.cli.destinations import Destination, opened, report_destinations
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem, Remark
from payer_rules.reports.decision_changes import DecisionComparison
from payer_rules.reports.history_words import HistoryGiven
from payer_rules.reports.report_formats import (
    REPORT_FORMATS,
    VERBOSE_TEXT,
    ReportFormat,
)
from payer_rules.reports.run_report import RunContext
from payer_rules.summaries import RunSummary
from payer_rules.system.atomic_files import ReportText
from payer_rules.system.kept_texts import KeptText

#: The number of characters that are written together.
_WAITING: Final = 1 << 16


@attrs.frozen
class DecisionReports:
    """The reports asked for, each with its format and destination."""

    reports: tuple[tuple[ReportFormat, Destination], ...]

    @classmethod
    def of(
        cls,
        asked: Iterable[str],
        inputs: Iterable[Path | None] = (),
        *,
        is_verbose: bool = False,
    ) -> DecisionReports:
        """Return the reports given as ``FORMAT`` or ``FORMAT:PATH``; text alone if there are none.

        Raises `InputError` if one cannot be written, or would replace an input.
        """
        formats = {**REPORT_FORMATS, **({"text": VERBOSE_TEXT} if is_verbose else {})}
        found = report_destinations(asked, *inputs, kinds=formats)
        return cls(tuple((formats[each.kind], each) for each in found))

    def comparison(self, against: Path | None) -> DecisionComparison | None:
        """Return the comparison with an earlier report; raises `InputError` if none prints it."""
        if against is None:
            return None
        if not any(format_.has_changes for format_, _ in self.reports):
            message = "none of the reports prints what is different"
            remedy = "Add --report text, html:FILE or markdown:FILE."
            raise InputError([Problem("--against", message, remedy, ErrorCode.OPTION_VALUE)])
        return DecisionComparison.of(against)

    def with_history(self, given: HistoryGiven) -> DecisionReports:
        """Return the reports for a run that had this history."""
        reports = ((format_.with_history(given), where) for format_, where in self.reports)
        return DecisionReports(tuple(reports))

    @property
    def renderers(self) -> tuple[Renderer, ...]:
        """The functions that render one decision, of the reports that show decisions."""
        return tuple(format_.one for format_, _ in self.reports if format_.one)

    def not_printed(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return the problems, without remarks that a report on standard output contains."""
        prints_remarks = any(
            where.path is None and where.kind == "text" for _, where in self.reports
        )
        return [
            problem for problem in problems if not (prints_remarks and isinstance(problem, Remark))
        ]

    def write(
        self,
        decisions: Iterable[RenderedDecision],
        summary: RunSummary,
        end: Callable[[], RunContext],
        begin: Callable[[], object] = lambda: None,
    ) -> None:
        """Write all reports while the decisions are made.

        The summary and ``end`` are read after the last decision. ``begin`` is called before the
        first text.
        """
        with opened(where for _, where in self.reports) as files, ExitStack() as stack:
            writers = [
                stack.enter_context(closing(ReportWriter(file, format_)))
                for file, (format_, _) in zip(files, self.reports, strict=True)
            ]
            of_decisions = [writer for writer in writers if writer.shows_decisions]
            is_first = True
            for decision in decisions:
                if is_first:
                    begin()
                for writer, text in zip(of_decisions, decision.texts, strict=True):
                    writer.add(text)
                is_first = False
            begin()
            for writer in writers:
                writer.end(summary, end())


class ReportWriter:
    """A report while decisions are made: their texts go to its file, or are kept until the end."""

    def __init__(self, file: TextIO, format_: ReportFormat) -> None:
        self._file, self._format = file, format_
        self._kept = KeptText() if format_.whole else None
        self._is_first = True
        #: Texts that are written together, and their length.
        self._waiting: list[str] = []
        self._length = 0

    @property
    def shows_decisions(self) -> bool:
        """Return True if the report has a text of each decision."""
        return self._format.one is not None

    def add(self, text: str) -> None:
        """Add the text of a decision."""
        if not self._kept:
            self._waiting.append(self._format.head if self._is_first else self._format.between)
        self._waiting.append(text)
        self._is_first = False
        self._length += len(text)
        if self._length >= _WAITING:
            self._write_waiting()

    def _write_waiting(self) -> None:
        """Write the texts that wait."""
        (self._kept or self._file).write("".join(self._waiting))
        self._waiting.clear()
        self._length = 0

    def end(self, summary: RunSummary, context: RunContext) -> None:
        """Write what follows the last decision, or the whole report if the texts were kept."""
        self._write_waiting()
        context = attrs.evolve(context, layout=layout_of(self._file))
        if self._kept and self._format.whole:
            self._write_whole(self._format.whole(self._kept.lines(), summary, context))
        elif not summary.decisions:
            self._file.write(self._format.empty(context.problems))
        else:
            self._file.write(self._format.end(summary, context))

    def _write_whole(self, content: Iterable[str] | bytes) -> None:
        if not isinstance(content, bytes):
            self._file.writelines(content)
        elif isinstance(self._file, ReportText):
            self._file.write_bytes(content)

    def close(self) -> None:
        """Drop the texts that were kept."""
        if self._kept:
            self._kept.close()
