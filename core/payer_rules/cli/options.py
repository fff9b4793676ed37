"""Options that several commands share, and what all commands print on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import attrs
from cyclopts import Group, Parameter, validators

from payer_rules.cli.exit_codes import FailOn
from payer_rules.cli.option_problems import date_of, require_known
from payer_rules.errors import Problem, Remark

if TYPE_CHECKING:
    from payer_rules.rules import Reason


@attrs.frozen
class PluginSelection:
    """The plugins and profiles that a command uses."""

    profiles: Annotated[
        tuple[Path, ...],
        Parameter(
            name="--profiles",
            negative="",
            show_default=False,
            help="Also read payer profiles from this folder or file. Repeatable.",
        ),
    ] = ()
    without: Annotated[
        tuple[str, ...],
        Parameter(
            name="--without",
            negative="",
            show_default=False,
            help="Do not load this plugin. Repeatable.",
        ),
    ] = ()


Plugins: TypeAlias = Annotated[
    PluginSelection, Parameter(name="*", group=Group("Plugins and profiles", sort_key=5))
]
Payers: TypeAlias = Annotated[
    tuple[str, ...],
    Parameter(name="--payer", negative="", show_default=False, help="Only this payer. Repeatable."),
]
ClaimPayers: TypeAlias = Annotated[
    tuple[str, ...],
    Parameter(
        name="--payer",
        negative="",
        show_default=False,
        help="Check all claims against this payer, or against all, instead of the payer that "
        "each claim names. Repeatable.",
    ),
]
Reports: TypeAlias = Annotated[
    tuple[str, ...],
    Parameter(
        name="--report",
        negative="",
        show_default=False,
        help="Format: text (default) or json. Add :PATH to write a file. Repeatable.",
    ),
]
DecisionReportFiles: TypeAlias = Annotated[
    tuple[str, ...],
    Parameter(
        name="--report",
        negative="",
        show_default=False,
        help="Format: text (default), html (one page), csv, xlsx, markdown, json, ndjson, junit "
        "(XML for build servers), sarif (for code hosts), remittance (preview of the 835) or "
        "claim-response (FHIR, one per line). Add :PATH to write a file. Repeatable.",
    ),
]
Verbose: TypeAlias = Annotated[
    bool,
    Parameter(
        name="--verbose",
        negative="",
        help="Print every claim with its lines, findings and missing facts, then the summary "
        "without a limit of lines.",
    ),
]
FailOnOption: TypeAlias = Annotated[
    FailOn,
    Parameter(
        name="--fail-on",
        help="The weakest basis of a finding that gives exit code 1: proved, presumed or baseline; "
        "partial and unread also count lines whose policies were read in part or not at all. "
        "Otherwise a partly read line gives 0, and one that was not read gives 6.",
    ),
]
Jobs: TypeAlias = Annotated[
    int | None,
    Parameter(
        name="--jobs",
        validator=validators.Number(gte=1),
        show_default=False,
        help="Number of worker processes (default: one per core).",
    ),
]
Assume: TypeAlias = Annotated[
    tuple[str, ...],
    Parameter(
        negative="",
        show_default=False,
        help="Assume that missing facts of these classes are in order: claim, history, record, "
        "table, edition, text (separated by commas).",
    ),
]
Folder: TypeAlias = Annotated[
    Path | None,
    Parameter(
        name="--tables",
        show_default=False,
        help="Folder of imported CMS files (default: the folder in PAYER_RULES_TABLES, or "
        "payer-rules/tables in your data folder).",
    ),
]
Histories: TypeAlias = Annotated[
    tuple[str, ...],
    Parameter(
        name="--history",
        negative="",
        show_default=False,
        help="Earlier services of the members: 835, FHIR ExplanationOfBenefit, CSV, Parquet, TOML "
        "or JSON; or a history store, sqlite:///FILE or postgresql://USER@HOST/DATABASE. Used for "
        "claims without a history of their own. Files are repeatable; a line that several "
        "contain counts once. The commands next and plan also take an 837, whose "
        "claims count as not decided yet.",
    ),
]
KnownOn: TypeAlias = Annotated[
    date | None,
    Parameter(
        show_default=False,
        converter=date_of,
        help="Use only rules that payers had published by this date (YYYY-MM-DD).",
    ),
]
ALL_PLUGINS = PluginSelection()


@attrs.frozen(kw_only=True)
class AnswerOptions:
    """The options for the answers on claims."""

    known_on: KnownOn = None
    assume: Assume = ()


@attrs.frozen(kw_only=True)
class ReportOptions:
    """The options for the reports on claims, and for the exit code."""

    report: DecisionReportFiles = ()
    verbose: Verbose = False
    fail_on: FailOnOption = "presumed"
    against: Annotated[
        Path | None,
        Parameter(
            show_default=False,
            help="Also print the lines whose answer is different in this earlier report of check "
            "(ndjson or json), with both answers.",
        ),
    ] = None


Answers: TypeAlias = Annotated[
    AnswerOptions, Parameter(name="*", group=Group("Answers", sort_key=1))
]
ClaimReports: TypeAlias = Annotated[
    ReportOptions, Parameter(name="*", group=Group("Reports", sort_key=4))
]
PLAIN_ANSWERS = AnswerOptions()
PLAIN_REPORT = ReportOptions()


def print_problems(problems: Iterable[Problem]) -> bool:
    """Print problems and remarks on standard error; return True if there is any problem.

    Remarks come last, each with the word ``remark``.
    """
    found = list(dict.fromkeys(problems))
    for problem in sorted(found, key=lambda each: isinstance(each, Remark)):
        prefix = "remark: " if isinstance(problem, Remark) else ""
        print(f"{prefix}{problem.coded}", file=sys.stderr)
    return any(not isinstance(problem, Remark) for problem in found)


def print_uncoded(claims: int) -> None:
    """Print how many claims were not checked because they have no procedure code."""
    if claims:
        counted = "1 claim has" if claims == 1 else f"{claims:,} claims have"
        message = f"{counted} revenue codes and no procedure code: not checked"
        print(message, file=sys.stderr)


def assumptions(given: Iterable[str]) -> frozenset[Reason]:
    """Return the classes of missing facts to assume, from words separated by commas."""
    from payer_rules.rules import ASSUMABLE

    words = [word.strip() for text in given for word in text.split(",") if word.strip()]
    require_known("--assume", words, ASSUMABLE)
    return frozenset(reason for reason in ASSUMABLE if reason in words)
