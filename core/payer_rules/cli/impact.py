"""``payer-rules impact``: whose claims are answered otherwise under other rules or tables."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import attrs
from cyclopts import Group, Parameter, validators

from payer_rules.cli.check import decisions_of
from payer_rules.cli.console import layout_of
from payer_rules.cli.destinations import Destination, opened, report_destinations
from payer_rules.cli.exit_codes import ExitCode, exit_code
from payer_rules.cli.impact_sides import ImpactSide, sides_of
from payer_rules.cli.known_facts import NO_FACTS, Facts, KnownFacts
from payer_rules.cli.option_problems import require_files, require_known, unknown_code
from payer_rules.cli.options import (
    ALL_PLUGINS,
    PLAIN_ANSWERS,
    Answers,
    ClaimPayers,
    Jobs,
    Plugins,
    assumptions,
    print_problems,
    print_uncoded,
)
from payer_rules.cli.progress import progress_bars, rate_columns
from payer_rules.cli.reading_options import Reading, ReadingOptions, form_of
from payer_rules.errors import InputError, Remark

if TYPE_CHECKING:
    from payer_rules.checking import ClaimChecker
    from payer_rules.impact.impact_run import Impact
    from payer_rules.impact.line_choice import LineChoice

#: The formats of the reports.
KINDS: Final = ("text", "html", "json", "csv", "xlsx", "parquet")
_DEFAULTS: Final = ReadingOptions()


@attrs.frozen(kw_only=True)
class ImpactOptions:
    """The claims to compare, and the reports on them."""

    claims: Annotated[
        tuple[Path, ...],
        Parameter(
            name="--claims",
            negative="",
            show_default=False,
            help="Claim files: 837, FHIR, CSV, Parquet, TOML or JSON. Repeatable.",
        ),
    ] = ()
    report: Annotated[
        tuple[str, ...],
        Parameter(
            name="--report",
            negative="",
            show_default=False,
            help="Format: text (default), html (one page with charts), json, csv, xlsx or parquet. "
            "Add :PATH to write a file. Repeatable.",
        ),
    ] = ()
    most: Annotated[
        int | None,
        Parameter(
            name="--most",
            validator=validators.Number(gte=0),
            show_default=False,
            help="The most changed lines that the text (default 20) and the page (default 1,000) "
            "list; other formats have all.",
        ),
    ] = None
    codes: Annotated[
        tuple[str, ...],
        Parameter(
            name="--code",
            negative="",
            show_default=False,
            help="Only changed lines of this code. Repeatable.",
        ),
    ] = ()
    kinds: Annotated[
        tuple[str, ...],
        Parameter(
            name="--kind",
            negative="",
            show_default=False,
            help="Only changed lines by a rule of this kind, such as frequency_limit. Repeatable.",
        ),
    ] = ()
    words: Annotated[
        tuple[str, ...],
        Parameter(
            name="--word",
            negative="",
            show_default=False,
            help="Only changed lines with this text in a rule's name, a reason or a source. "
            "Repeatable: all texts must be there.",
        ),
    ] = ()
    every: Annotated[
        bool,
        Parameter(
            name="--all",
            negative="",
            help="Decide all claims under both sides, also those that the change cannot touch.",
        ),
    ] = False


OwnOptions: TypeAlias = Annotated[
    ImpactOptions, Parameter(name="*", group=Group("Claims and reports", sort_key=0))
]
_NO_OPTIONS: Final = ImpactOptions()


def impact(
    *sides: Annotated[
        str,
        Parameter(
            help="OLD and NEW: two profiles or folders of profiles, two folders of imported "
            "tables, or two dates on which rules were known; or the word installed for one of them."
        ),
    ],
    options: OwnOptions = _NO_OPTIONS,
    payer: ClaimPayers = (),
    answers: Answers = PLAIN_ANSWERS,
    facts: Facts = NO_FACTS,
    reading: Reading = _DEFAULTS,
    jobs: Jobs = None,
    selection: Plugins = ALL_PLUGINS,
) -> ExitCode:
    """Find the claims that are answered otherwise under other rules, tables or known texts.

    Each claim is checked twice, as check does, with the OLD and with the NEW side. The report
    counts the lines with another answer by payer, rule, topic and code family, with charges, and
    lists them with both reasons and sources.
    """
    from payer_rules.checking import CheckRun, ClaimChecker
    from payer_rules.impact import ImpactChecker
    from payer_rules.impact.impact_run import Impact, totals_of
    from payer_rules.system.processes import collect_seldom

    pair = sides_of(sides)
    require_files("impact", options.claims, "Give claim files: --claims claims.837.")
    inputs = (*options.claims, *facts.files(), reading.columns, *selection.profiles)
    reports = report_destinations(
        options.report, *inputs, *(side.path for side in pair), kinds=KINDS
    )
    choice = _choice(options)
    form = form_of(reading)
    known = KnownFacts.of(facts, selection, payer, attrs.evolve(form, format=None))
    checker = ClaimChecker(
        registry=known.registry,
        payers=payer,
        known_on=answers.known_on,
        assume=assumptions(answers.assume),
        store=known.store,
        practice=known.practice,
    )
    old, new = (_checker_of(side, checker) for side in pair)
    comparison = ImpactChecker.of(
        old, new, known.history_given, is_whole=options.every, choice=choice
    )
    collect_seldom()
    with Impact() as found:
        with progress_bars(rate_columns) as watch:
            run = CheckRun(comparison, jobs=jobs or os.cpu_count() or 1, watch=watch)
            found.record(decisions_of(run, options.claims, form, strict=reading.strict))
        problems = (*known.problems, *run.problems)
        code = exit_code(
            problems=any(not isinstance(problem, Remark) for problem in problems),
            nothing=not run.summary.total.claims,
            findings=bool(found.summary.whole.total.lines),
        )
        names = (path.name for path in options.claims)
        totals = totals_of(pair[0].label, pair[1].label, names, run.summary, choice)
        found.end(totals, problems, code)
        _write(found, reports, options.most)
    print_uncoded(run.uncoded)
    print_problems(problems)
    return code


def _choice(options: ImpactOptions) -> LineChoice:
    """Return the changed lines to report; raises `InputError` for an unknown code or kind."""
    from payer_rules.claims import is_code
    from payer_rules.impact.line_choice import LineChoice
    from payer_rules.kinds import KINDS as RULE_KINDS

    require_known("--kind", options.kinds, [kind.table for kind in RULE_KINDS])
    if wrong := [unknown_code("--code", code) for code in options.codes if not is_code(code)]:
        raise InputError(wrong)
    return LineChoice(codes=options.codes, kinds=options.kinds, words=options.words)


def _checker_of(side: ImpactSide, checker: ClaimChecker) -> ClaimChecker:
    """Return the checker with the rules, tables or known texts of the side."""
    known_on = side.known_on or checker.known_on
    return attrs.evolve(checker, registry=side.registry(checker.registry), known_on=known_on)


def _write(found: Impact, reports: Sequence[Destination], most: int | None) -> None:
    """Write the reports of the comparison."""
    from payer_rules.impact.impact_rows import parquet_of_impact, workbook_of_impact
    from payer_rules.impact.impact_text import MOST_LINES, lines_of_impact
    from payer_rules.system.atomic_files import ReportText

    binary = {"xlsx": workbook_of_impact, "parquet": parquet_of_impact}
    with opened(reports) as files:
        for destination, file in zip(reports, files, strict=True):
            if destination.kind == "text":
                shown = MOST_LINES if most is None else most
                lines = lines_of_impact(found, layout_of(file), shown)
                file.writelines(f"{line}\n" for line in lines)
            elif destination.kind in binary and isinstance(file, ReportText):
                file.write_bytes(binary[destination.kind](found.lines()))
            else:
                file.writelines(_parts(found, destination.kind, most))


def _parts(found: Impact, kind: str, most: int | None) -> Iterable[str]:
    """Return the parts of a report that is text for tools."""
    from payer_rules.impact.impact_json import json_of_impact
    from payer_rules.impact.impact_page import page_of_impact
    from payer_rules.impact.impact_rows import csv_of_impact

    if kind == "html":
        return page_of_impact(found, most)
    return json_of_impact(found) if kind == "json" else csv_of_impact(found.lines())
