"""``payer-rules coverage`` and ``mutate``: find facts that no case verifies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

from cyclopts import Parameter, validators

from payer_rules.cli.destinations import Destination, report_destinations, write_text
from payer_rules.cli.exit_codes import ExitCode, exit_code
from payer_rules.cli.mutate_write import require_folder, review
from payer_rules.cli.option_problems import require_known
from payer_rules.cli.options import (
    ALL_PLUGINS,
    Jobs,
    Payers,
    Plugins,
    Reports,
    print_problems,
)
from payer_rules.cli.progress import progress_bars
from payer_rules.text.escaping import join_lines

if TYPE_CHECKING:
    from payer_rules.conformance.mutant_results import MutantResult, MutationRun
    from payer_rules.registry import Registry


Sample: TypeAlias = Annotated[
    int | None,
    Parameter(
        name="--sample",
        validator=validators.Number(gte=1),
        show_default=False,
        help="Change only this number of facts, the same sample in every run.",
    ),
]
Write: TypeAlias = Annotated[
    bool,
    Parameter(
        name="--write",
        negative=(),
        show_default=False,
        help="Ask about each such change, and write the cases that you confirm.",
    ),
]
Fixtures: TypeAlias = Annotated[Path, Parameter(help="Scenarios and cases.")]


def mutate(
    *paths: Fixtures,
    payer: Payers = (),
    sample: Sample = None,
    jobs: Jobs = None,
    write: Write = False,
    report: Reports = (),
    selection: Plugins = ALL_PLUGINS,
) -> ExitCode:
    """Change the facts of rules, one at a time, and list the changes that no case detects.

    Each is printed with a case that would detect it: compare that case with the source. Without
    PATHS, the scenarios and cases of the installed plugins are used.

    Not changed are the group of an adjustment (CO or PR), the statements of topics, and the sources
    with their confidence.

    With --write, each is a question whether the source asks for the answer of the profile: y writes
    the case into the file of its rule, n says what to correct, skip leaves it, and all is y to
    every question about this list of the rule. An answer is a line; Ctrl-C keeps what was written.
    """
    from payer_rules.reports.data import text_of
    from payer_rules.reports.mutation_report import data_of, lines_of

    reports = report_destinations(report, *paths, *selection.profiles)
    if write:
        require_folder(paths)
    registry, run = _mutation(paths, payer, selection, sample=sample, jobs=jobs)
    if write:
        return _reviewed(registry, paths, run, reports)
    result = run()
    cases = _cases(registry, result)
    text, data = join_lines(lines_of(result, cases)), text_of(data_of(result, cases))
    write_text(reports, text=text, json=data)
    return _exit_code(
        registry, result, is_found=any(v.status == "survived" for v in result.verdicts)
    )


def _reviewed(
    registry: Registry,
    paths: tuple[Path, ...],
    run: Callable[[], MutationRun],
    reports: tuple[Destination, ...],
) -> ExitCode:
    """Ask about the changes that no case detects, and write the cases that are confirmed."""
    from payer_rules.reports.data import text_of
    from payer_rules.reports.mutation_report import data_of, lines_of_review

    result, counts = review(registry, paths, run)
    text = join_lines(lines_of_review(result, counts))
    write_text(reports, text=text, json=text_of(data_of(result, {})))
    survivors = sum(found.status == "survived" for found in result.verdicts)
    return _exit_code(registry, result, is_found=survivors > counts.now_noticed)


def coverage(
    *paths: Fixtures, payer: Payers = (), report: Reports = (), selection: Plugins = ALL_PLUGINS
) -> ExitCode:
    """List the facts that no case depends on, and count the others.

    A fact is covered if the answer to a case changes when the fact changes. Without PATHS, the
    scenarios and cases of the installed plugins are used.
    """
    from payer_rules.reports.data import text_of
    from payer_rules.reports.mutation_report import data_of, untouched_of

    reports = report_destinations(report, *paths, *selection.profiles)
    registry, run = _mutation(paths, payer, selection)
    result = run()
    write_text(reports, text=join_lines(untouched_of(result)), json=text_of(data_of(result, {})))
    return _exit_code(registry, result, is_found=not all(v.touched for v in result.verdicts))


def _mutation(
    paths: tuple[Path, ...],
    payers: tuple[str, ...],
    selection: Plugins,
    *,
    sample: int | None = None,
    jobs: int | None = None,
) -> tuple[Registry, Callable[[], MutationRun]]:
    """Return the registry, and a function that changes each fact and replays the fixtures."""
    from payer_rules.conformance.mutation_testing import mutate as replay
    from payer_rules.registry import load

    registry = load(profiles=selection.profiles, without=selection.without)
    require_known("--payer", payers, registry.payers, registry.problems)

    def run() -> MutationRun:
        with progress_bars() as watch:
            return replay(registry, paths, payers=payers, sample=sample, jobs=jobs, watch=watch)

    return registry, run


def _cases(registry: Registry, result: MutationRun) -> dict[MutantResult, str | None]:
    from payer_rules.conformance.survivors import cases_against

    with progress_bars() as watch:
        return dict(cases_against(registry, result, watch))


def _exit_code(registry: Registry, result: MutationRun, *, is_found: bool) -> ExitCode:
    problems = print_problems([*registry.problems, *result.problems])
    return exit_code(problems=problems, nothing=not result.verdicts, findings=is_found)
