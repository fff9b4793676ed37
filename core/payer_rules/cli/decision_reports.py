"""The reports of ``payer-rules check``, written while decisions are made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import attrs

from payer_rules.checking import RenderedDecision, Renderer, RunSummary
from payer_rules.cli.destinations import Destination, opened, report_destinations
from payer_rules.errors import Problem, Remark
from payer_rules.reports.report_formats import REPORT_FORMATS, ReportFormat


@attrs.frozen
class DecisionReports:
    """The reports asked for, each with its format and destination."""

    reports: tuple[tuple[ReportFormat, Destination], ...]

    @classmethod
    def of(cls, asked: Iterable[str], inputs: Iterable[Path | None] = ()) -> DecisionReports:
        """Return the reports given as ``FORMAT`` or ``FORMAT:PATH``; text alone if there are none.

        Raises `InputError` if one cannot be written, or would replace an input.
        """
        found = report_destinations(asked, *inputs, kinds=REPORT_FORMATS)
        return cls(tuple((REPORT_FORMATS[each.kind], each) for each in found))

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
        problems: Callable[[], Sequence[Problem]],
        begin: Callable[[], object] = lambda: None,
    ) -> None:
        """Write all reports while the decisions are made.

        The summary and the problems of the files are read after the last decision. ``begin`` is
        called before the first text.
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
                found = problems()
                file.write(format_.empty(found) if is_first else format_.end(summary, found))
