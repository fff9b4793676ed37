"""``payer-rules check``: check claims against the rules of their payers."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from payer_rules.cli.check_batch import NO_RESULTS, Results, check_batch, require_batch
from payer_rules.cli.exit_codes import ExitCode, exit_code, fails
from payer_rules.cli.known_facts import NO_FACTS, Facts, KnownFacts
from payer_rules.cli.option_problems import require_files
from payer_rules.cli.options import (
    ALL_PLUGINS,
    PLAIN_ANSWERS,
    PLAIN_REPORT,
    Answers,
    ClaimPayers,
    ClaimReports,
    Jobs,
    Plugins,
    ReportOptions,
    assumptions,
    print_problems,
    print_uncoded,
)
from payer_rules.cli.progress import progress_bars, rate_columns
from payer_rules.cli.reading_options import (
    ClaimFile,
    Reading,
    ReadingOptions,
    form_of,
    is_worth_sharing,
    read_all,
    read_share,
)
from payer_rules.errors import Remark

if TYPE_CHECKING:
    from payer_rules.checking import CheckRun, RenderedDecision
    from payer_rules.readers.formats import ReadOptions
    from payer_rules.reports.decision_changes import DecisionComparison
    from payer_rules.reports.history_words import HistoryGiven
    from payer_rules.reports.run_report import RunContext

_DEFAULTS: Final = ReadingOptions()


def check(
    *files: ClaimFile,
    payer: ClaimPayers = (),
    answers: Answers = PLAIN_ANSWERS,
    facts: Facts = NO_FACTS,
    reading: Reading = _DEFAULTS,
    jobs: Jobs = None,
    output: ClaimReports = PLAIN_REPORT,
    selection: Plugins = ALL_PLUGINS,
    batch: Results = NO_RESULTS,
) -> ExitCode:
    """Check claims against payer rules before you submit them.

    Each claim is checked against the payer that it names, and against all payers if it names
    none. NCCI and MUE edits come from the CMS files that you imported (payer-rules tables
    import), otherwise from the plugins.
    """
    from payer_rules.checking import CheckRun, ClaimChecker
    from payer_rules.cli.decision_reports import DecisionReports
    from payer_rules.reports.decision_changes import compared_text
    from payer_rules.system.processes import collect_seldom

    require_files("check", files, "Give claim files, such as claims.837, claims.csv or claim.toml.")
    form = attrs.evolve(form_of(reading), today=date.today())
    if batch.results:
        require_batch(files, batch, output)
    inputs = [*files, *facts.files(), reading.columns, *selection.profiles, output.against]
    reports = DecisionReports.of(output.report, inputs, is_verbose=output.verbose)
    comparison = reports.comparison(output.against)
    assumed = assumptions(answers.assume)
    known = KnownFacts.of(facts, selection, payer, attrs.evolve(form, format=None))
    given = known.history_given
    reports = reports.with_history(given)
    checker = ClaimChecker(
        registry=known.registry,
        payers=payer,
        known_on=answers.known_on,
        assume=assumed,
        store=known.store,
        renderers=(*reports.renderers, *((compared_text,) if comparison else ())),
        practice=known.practice,
    )
    collect_seldom()
    with progress_bars(rate_columns) as watch:
        if batch.results:
            return check_batch(
                files,
                checker,
                known,
                batch,
                form=form,
                facts=facts,
                fail_on=output.fail_on,
                jobs=jobs or os.cpu_count() or 1,
                watch=watch,
            )
        run = CheckRun(checker, jobs=jobs or os.cpu_count() or 1, watch=watch)
        decisions = decisions_of(run, files, form, strict=reading.strict)
        if comparison:
            decisions = comparison.without_texts(decisions)
        context = partial(_context, run, known, output, files, given, comparison)
        reports.write(decisions, run.summary, context, watch.stop)
    print_uncoded(run.uncoded)
    ended = context()
    print_problems(reports.not_printed(ended.problems))
    return ExitCode(ended.exit_code)


def decisions_of(
    run: CheckRun, files: Sequence[Path], form: ReadOptions, *, strict: bool
) -> Iterator[RenderedDecision]:
    """Yield the decisions on the claims of the files; large files are read by several workers."""
    # NOTE: with several readers the first problem found may not be the first in the files.
    if run.jobs > 1 and not strict and is_worth_sharing(files):
        return run.shared_answers(partial(read_share, files, form))
    return run.answers(read_all(files, form, strict=strict))


def _context(
    run: CheckRun,
    known: KnownFacts,
    output: ReportOptions,
    files: Iterable[Path],
    given: HistoryGiven,
    comparison: DecisionComparison | None,
) -> RunContext:
    """Return what reports state besides the summary of the run, when it has ended."""
    from payer_rules.reports.run_report import RunContext

    found = (*known.problems, *run.problems)
    code = exit_code(
        problems=any(not isinstance(problem, Remark) for problem in found),
        nothing=not run.summary.decisions,
        findings=fails(run.summary, output.fail_on),
        open_=run.summary.has_unread,
    )
    return RunContext(
        files=tuple(path.name for path in files),
        names={payer: known.registry.payers[payer].name for payer in run.summary.payers},
        problems=found,
        exit_code=code,
        history=given,
        is_verbose=output.verbose,
        since=str(output.against) if comparison else "",
        changes=comparison.changes() if comparison else (),
    )
