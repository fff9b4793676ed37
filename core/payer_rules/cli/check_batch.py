"""``payer-rules check --results``: Parquet files of claim lines, with the answers in a folder."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

import attrs
from cyclopts import Group, Parameter

from payer_rules.cli.console import output
from payer_rules.cli.destinations import same_or_inside
from payer_rules.cli.exit_codes import FAIL_ON, ExitCode, FailOn, exit_code
from payer_rules.cli.options import print_problems
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem, Remark
from payer_rules.system.packages import require_packages

if TYPE_CHECKING:
    from payer_rules.batch.batch_summary import BatchSummary
    from payer_rules.checking import ClaimChecker
    from payer_rules.cli.known_facts import FactOptions, KnownFacts
    from payer_rules.cli.options import ReportOptions
    from payer_rules.cli.progress import ProgressBars
    from payer_rules.readers.formats import ReadOptions
    from payer_rules.reports.history_words import HistoryGiven

_OPTION: Final = "--results"
_UNREAD: Final = ("unread", "unknown")
#: The most missing facts that are listed.
_MOST_FACTS: Final = 5


@attrs.frozen(kw_only=True)
class ResultsOptions:
    """The options for answers as a folder of Parquet files."""

    results: Annotated[
        Path | None,
        Parameter(
            show_default=False,
            help="Check Parquet files or folders of any size, and write the answer on each line "
            "into this folder as Parquet. A run that was stopped continues there.",
        ),
    ] = None
    messages: Annotated[
        bool,
        Parameter(negative="", help="Also write the texts of findings and fixes (--results)."),
    ] = False


Results: TypeAlias = Annotated[
    ResultsOptions, Parameter(name="*", group=Group("Answers as Parquet", sort_key=6))
]
NO_RESULTS: Final = ResultsOptions()


def check_batch(
    files: Sequence[Path],
    checker: ClaimChecker,
    known: KnownFacts,
    asked: ResultsOptions,
    *,
    form: ReadOptions,
    facts: FactOptions,
    fail_on: FailOn,
    jobs: int,
    watch: ProgressBars,
) -> ExitCode:
    """Decide the lines of the files, write the results, and print the summary."""
    from payer_rules.batch import BatchRun, find_line_files

    assert asked.results is not None
    found, remarks = find_line_files(files, form.mapping)
    run = BatchRun(
        files=found,
        checker=checker,
        folder=asked.results,
        mapping=form.mapping,
        setting=form.setting,
        messages=asked.messages,
        jobs=jobs,
        described={"facts": [*_states(facts.files())]},
        watch=watch,
        on_continue=_print_continued,
    )
    summary = run.run()
    watch.stop()
    stream = output()
    lines = [*_summary_lines(summary, asked.results), *_fact_lines(summary, known.history_given)]
    stream.writelines(f"{line}\n" for line in lines)
    stream.flush()
    problems = [*known.problems, *remarks, *_problems(summary, asked.results)]
    print_problems(problems)
    return exit_code(
        problems=any(not isinstance(problem, Remark) for problem in problems),
        nothing=not summary.lines,
        findings=_fails(summary, fail_on),
        open_=any(expected in _UNREAD for _, expected, *_ in summary.lines),
    )


def require_batch(files: Iterable[Path], asked: ResultsOptions, reports: ReportOptions) -> None:
    """Raise `InputError` if the files or other options do not go with ``--results``."""
    from payer_rules.batch.line_files import is_parquet

    assert asked.results is not None
    problems: list[Problem] = []
    others = {
        "--report": reports.report,
        "--against": reports.against,
        "--verbose": reports.verbose,
    }
    for option, value in others.items():
        if value:
            message = "the answers go to --results, and no report is written"
            remedy = f"Leave out {option}, or leave out --results."
            problems.append(Problem(option, message, remedy, ErrorCode.OPTION_VALUE))
    for path in files:
        if path.exists() and not is_parquet(path):
            message = "it is no Parquet file, nor a folder with one"
            remedy = "Leave out --results, or write the claim lines as Parquet."
            problems.append(Problem(path.name, message, remedy, ErrorCode.UNKNOWN_FORMAT))
        if same_or_inside(asked.results, path):
            message = f"the folder {str(asked.results)!r} is, or is in, what is checked ({path})"
            problems.append(
                Problem(_OPTION, message, "Name another folder.", ErrorCode.EXISTING_FILE)
            )
    if problems:
        raise InputError(problems)
    require_packages(_OPTION, "batch", "which batches need", "pyarrow", "numpy", "numba")


def _states(paths: Iterable[Path]) -> Iterator[list[Any]]:
    """Yield the name, size and time of each file, by which a changed one is known."""
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                stat = os.stat(file)
                yield [file.name, stat.st_size, stat.st_mtime_ns]


def _summary_lines(summary: BatchSummary, folder: Path) -> Iterator[str]:
    """Yield the text of the summary."""
    lines = sum(summary.lines.values())
    yield f"{folder}: {lines:,} answers on {summary.claims:,} claims, from {summary.rows:,} rows"
    if lines:
        yield ""
        yield f"  {'payer':24} {'expected':14} {'basis':10} {'lines':>14}"
    counts: dict[tuple[str, ...], int] = {}
    for (payer, expected, basis, _), count in summary.lines.items():
        key = (payer, expected, basis)
        counts[key] = counts.get(key, 0) + count
    for (payer, expected, basis), count in sorted(counts.items()):
        yield f"  {payer:24} {expected:14} {basis:10} {count:>14,}"
    if summary.uncoded:
        yield ""
        yield f"Not checked: {summary.uncoded:,} lines with a revenue code and no procedure code."


def _print_continued(done: int, count: int) -> None:
    """Print how much of an earlier run is kept."""
    stream = output()
    verb = "is" if done == 1 else "are"
    stream.write(f"continuing: {done:,} of {count:,} partitions {verb} done\n")
    stream.flush()


def _fact_lines(summary: BatchSummary, given: HistoryGiven) -> Iterator[str]:
    """Yield the facts that most lines miss, each with its lines and what to do."""
    from payer_rules.reports.report_sections import fact_entry
    from payer_rules.reports.text_layout import PageLayout
    from payer_rules.rules import REASONS
    from payer_rules.summaries import FactGroup, FactKey
    from payer_rules.summaries.open_facts import RUN_STATUS, STATUS

    reasons = {str(reason): reason for reason in REASONS}
    found: dict[tuple[str, str], tuple[FactKey, Counter[str]]] = {}
    for (payer, reason, missing, rule), count in sorted(summary.facts.items()):
        is_of_run = missing == STATUS and not given.has_undecided
        fact = RUN_STATUS if is_of_run else missing
        key = FactKey(reasons[reason], fact, rule=rule or None)
        found.setdefault((fact, rule), (key, Counter()))[1][payer] += count
    ranked = sorted(found.values(), key=lambda item: (-item[1].total(), item[0].fact))
    if ranked:
        yield from ["", "Missing facts:"]
    for key, payers in ranked[:_MOST_FACTS]:
        group = FactGroup()
        group.tally.lines = payers.total()
        yield from fact_entry(key, group, [*payers], PageLayout(), given).with_details
    more = len(ranked) - _MOST_FACTS
    if more > 0:
        yield f"  … and {more:,} more: summary.json, facts"


def _problems(summary: BatchSummary, folder: Path) -> Iterator[Problem]:
    """Yield what is wrong: the rows set aside, and the problems of plugins."""
    if summary.bad_rows:
        kinds = {code: count for (code,), count in sorted(summary.problems.items())}
        listed = ", ".join(f"{count:,} × {code}" for code, count in kinds.items())
        message = f"{summary.bad_rows:,} of {summary.rows:,} rows were not checked ({listed})"
        remedy = f"{folder / 'bad_rows'} has each with its file, its row and what is wrong."
        yield Problem(str(folder), message, remedy, ErrorCode.TABLE_ROW)
    for message, remedy in summary.notes:
        yield Problem(str(folder), message, remedy, ErrorCode.RAISED)


def _fails(summary: BatchSummary, fail_on: FailOn) -> bool:
    """Return True if the run has what ``--fail-on`` names, or something stronger."""
    counted = FAIL_ON[: FAIL_ON.index(fail_on) + 1]
    found = any(
        outcome != "inform" and basis in counted for _, _, outcome, basis in summary.findings
    )
    expected = {(word, basis) for _, word, basis, _ in summary.lines}
    return (
        found
        or ("partial" in counted and any(basis == "partial" for _, basis in expected))
        or ("unread" in counted and any(word in _UNREAD for word, _ in expected))
    )
