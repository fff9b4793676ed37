"""Options of ``payer-rules conform``: the answers to show, and the runs to compare with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import attrs
from cyclopts import Group, Parameter

from payer_rules.cli.option_problems import date_of, unknown_value
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem

if TYPE_CHECKING:
    from payer_rules.cli.destinations import Destination
    from payer_rules.conformance import ResultFilter
    from payer_rules.conformance.manifest import RunOptions


@attrs.frozen(kw_only=True)
class ShownAnswers:
    """The options that select answers of a conformance run, with the names of `RunOptions`."""

    codes: Annotated[
        tuple[str, ...],
        Parameter(
            name="--code",
            negative="",
            show_default=False,
            help="Only claims with a line of this code. Repeatable.",
        ),
    ] = ()
    kinds: Annotated[
        tuple[str, ...],
        Parameter(
            name="--kind",
            negative="",
            show_default=False,
            help="Only answers by a rule of this kind, such as frequency_limit. Repeatable.",
        ),
    ] = ()
    words: Annotated[
        tuple[str, ...],
        Parameter(
            name="--word",
            negative="",
            show_default=False,
            help="Only answers with this text in the name, the reason, the source or a message. "
            "Repeatable: all texts must be there.",
        ),
    ] = ()
    topics: Annotated[
        tuple[str, ...],
        Parameter(
            name="--topic",
            negative="",
            show_default=False,
            help="Only claims with a line that touches this topic, such as frequency. Repeatable.",
        ),
    ] = ()
    first: Annotated[
        date | None,
        Parameter(
            name="--from",
            show_default=False,
            converter=date_of,
            help="Only claims whose first service is on this date (YYYY-MM-DD) or later.",
        ),
    ] = None
    last: Annotated[
        date | None,
        Parameter(
            name="--until",
            show_default=False,
            converter=date_of,
            help="Only claims whose first service is on this date or earlier.",
        ),
    ] = None
    differ: Annotated[
        bool,
        Parameter(negative="", help="Only scenarios in which confirmed answers of payers differ."),
    ] = False


@attrs.frozen(kw_only=True)
class OtherRuns:
    """The reports of other runs with which this one is compared."""

    against: Annotated[
        Path | None,
        Parameter(
            show_default=False,
            help="Also print what is different from the run of this report (JSON or HTML).",
        ),
    ] = None
    verify: Annotated[
        Path | None,
        Parameter(
            show_default=False,
            help="Repeat the run of this report (JSON or HTML) with its options, and print only "
            "whether it is complete and what is different now; exit code 1 if anything is.",
        ),
    ] = None


@attrs.frozen(kw_only=True)
class RunFiles:
    """The reports of a conformance run, and the files with its numbers."""

    report: Annotated[
        tuple[str, ...],
        Parameter(
            name="--report",
            negative="",
            show_default=False,
            help="Format: text (default), json or html (--verify and --against read both), csv, "
            "xlsx, markdown, junit (XML for build servers) or sarif (for code hosts). Add :PATH to "
            "write a file. Repeatable.",
        ),
    ] = ()
    badge: Annotated[
        Path | None,
        Parameter(
            show_default=False,
            help="Write how many answers are confirmed into this file: FILE.json for shields.io, "
            "or FILE.svg.",
        ),
    ] = None
    trend: Annotated[
        Path | None,
        Parameter(
            show_default=False,
            help="Add a row with the numbers of the run to this CSV file, unless its last row is "
            "about the same run.",
        ),
    ] = None

    def destinations(self) -> Iterator[Destination]:
        """Yield the badge and the trend; raises `InputError` if they cannot be written."""
        from payer_rules.cli.destinations import Destination
        from payer_rules.conformance.run_trend import earlier_rows
        from payer_rules.reports.badges import SUFFIXES

        if self.badge:
            if self.badge.suffix not in SUFFIXES:
                message = f"{str(self.badge)!r} is in no format of a badge"
                remedy = "Name a file that ends with .json (for shields.io) or .svg."
                raise InputError([Problem("--badge", message, remedy, ErrorCode.OPTION_VALUE)])
            yield Destination("badge", self.badge, "--badge")
        if self.trend:
            earlier_rows(self.trend)
            yield Destination("trend", self.trend, "--trend")


Shown: TypeAlias = Annotated[
    ShownAnswers, Parameter(name="*", group=Group("Answers to show", sort_key=2))
]
Others: TypeAlias = Annotated[OtherRuns, Parameter(name="*", group=Group("Other runs", sort_key=3))]
Files: TypeAlias = Annotated[RunFiles, Parameter(name="*", group=Group("Reports", sort_key=4))]
#: The formats of reports; `conformance_formats` writes all but the text.
CONFORMANCE_KINDS = ("text", "json", "html", "csv", "xlsx", "markdown", "junit", "sarif")
ALL_ANSWERS = ShownAnswers()
NO_OTHER_RUN = OtherRuns()
PLAIN_RUN = RunFiles()


def joined_options(report: RunOptions, more: RunOptions) -> RunOptions:
    """Return the options of a report, with those of the command line added."""
    return attrs.evolve(
        report,
        payers=report.payers or more.payers,
        profiles=tuple(dict.fromkeys([*report.profiles, *more.profiles])),
        without=tuple(dict.fromkeys([*report.without, *more.without])),
        tables=more.tables or report.tables,
    )


def filter_of(options: RunOptions) -> ResultFilter:
    """Return the filter of these options; raises `InputError` for an unknown kind or topic."""
    from payer_rules.kinds import KINDS
    from payer_rules.rules import TOPICS

    _require_known(options, [kind.table for kind in KINDS], TOPICS)
    return options.filter


def require_all_answers(options: RunOptions, files: RunFiles) -> None:
    """Raise `InputError` if a badge or a trend would be about a part of the answers."""
    if options.filters and (files.badge or files.trend):
        option = "--badge" if files.badge else "--trend"
        message = f"only some answers are shown ({', '.join(options.filters)})"
        remedy = "Leave out the options that select answers."
        raise InputError([Problem(option, message, remedy, ErrorCode.OPTION_VALUE)])


def _require_known(options: RunOptions, kinds: Iterable[str], topics: Iterable[str]) -> None:
    """Raise `InputError` with a problem for each unknown kind and topic."""
    kinds, topics = frozenset(kinds), frozenset(topics)
    problems = [unknown_value("--kind", kind, kinds) for kind in options.kinds if kind not in kinds]
    problems += [unknown_value("--topic", t, topics) for t in options.topics if t not in topics]
    if problems:
        raise InputError(problems)
