"""The reports of ``payer-rules check``, written while decisions are made."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import attrs

from payer_rules.checking import RenderedDecision, Renderer
from payer_rules.cli.console import layout_of
from payer_rules.cli.destinations import Destination, opened, report_destinations
from payer_rules.errors import Problem, Remark
from payer_rules.reports.history_words import HistoryGiven
from payer_rules.reports.report_formats import (
    REPORT_FORMATS,
    VERBOSE_TEXT,
    ReportFormat,
    verbose_text,
)
from payer_rules.reports.run_report import RunContext
from payer_rules.summaries import RunSummary


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

    def with_history(self, given: HistoryGiven) -> DecisionReports:
        """Return the reports for a run that had this history."""
        verbose = verbose_text(given)
        return DecisionReports(
            tuple(
                (verbose if format_ is VERBOSE_TEXT else format_, where)
                for format_, where in self.reports
            )
        )

    @property
    def renderers(self) -> tuple[Renderer, ...]:
        """The function of each report that renders one decision."""
        return tuple(format_.one for format_, _ in self.reports)

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
        formats = [format_ for format_, _ in self.reports]
        with opened(where for _, where in self.reports) as files:
            is_first = True
            for decision in decisions:
                if is_first:
                    begin()
                for file, format_, text in zip(files, formats, decision.texts, strict=True):
                    file.write((format_.head if is_first else format_.between) + text)
                is_first = False
            begin()
            for file, format_ in zip(files, formats, strict=True):
                context = attrs.evolve(end(), layout=layout_of(file))
                file.write(
                    format_.empty(context.problems) if is_first else format_.end(summary, context)
                )
