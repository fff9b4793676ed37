"""``payer-rules coverage`` and ``mutate``: whether the suite would notice a wrong fact."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

from cyclopts import Parameter, validators

from payer_rules.cli.exit_codes import ExitCode, first_of
from payer_rules.cli.options import (
    ALL_PLUGINS,
    Payers,
    Plugins,
    Reports,
    deliver,
    known,
    print_problems,
    report_destinations,
)
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
        help="Change only so many facts, drawn from all; the same ones in every run.",
    ),
]
Jobs: TypeAlias = Annotated[
    int | None,
    Parameter(
        name="--jobs",
        validator=validators.Number(gte=1),
        show_default=False,
        help="Number of processes; one per core is the default.",
    ),
]


def mutate(
    *paths: Path,
    payer: Payers = (),
    sample: Sample = None,
    jobs: Jobs = None,
    report: Reports = (),
    selection: Plugins = ALL_PLUGINS,
) -> ExitCode:
    """Change every fact, one at a time; print those whose change no case notices.

    Each comes with a case that would notice it: hold that against the source.
    Without paths, the scenarios and cases that travel with the plugins.
    """
    from payer_rules.reports.data import text_of
    from payer_rules.reports.mutation_report import data_of, lines_of

    reports = report_destinations(report, *paths, selection=selection)
    registry, result = _mutated(paths, payer, selection, sample=sample, jobs=jobs)
    cases = _cases(registry, result)
    deliver(reports, join_lines(lines_of(result, cases)), text_of(data_of(result, cases)))
    return _ended(registry, result, is_found=any(v.status == "survived" for v in result.verdicts))


def coverage(
    *paths: Path, payer: Payers = (), report: Reports = (), selection: Plugins = ALL_PLUGINS
) -> ExitCode:
    """Print the facts on which no case's answer depends, and how many there are of the others.

    A fact is touched if a fixture's answer changes with it.
    Without paths, the scenarios and cases that travel with the plugins.
    """
    from payer_rules.reports.data import text_of
    from payer_rules.reports.mutation_report import data_of, untouched_of

    reports = report_destinations(report, *paths, selection=selection)
    registry, result = _mutated(paths, payer, selection)
    deliver(reports, join_lines(untouched_of(result)), text_of(data_of(result, {})))
    return _ended(registry, result, is_found=not all(v.touched for v in result.verdicts))


def _mutated(
    paths: tuple[Path, ...],
    payers: tuple[str, ...],
    selection: Plugins,
    *,
    sample: int | None = None,
    jobs: int | None = None,
) -> tuple[Registry, MutationRun]:
    from payer_rules.conformance.mutation_testing import mutate as replay
    from payer_rules.registry import load

    registry = load(profiles=selection.profiles, without=selection.without)
    known("--payer", payers, registry.payers)
    return registry, replay(registry, paths, payers=payers, sample=sample, jobs=jobs)


def _cases(registry: Registry, result: MutationRun) -> dict[MutantResult, str | None]:
    from payer_rules.conformance.survivors import cases_against

    return dict(cases_against(registry, result))


def _ended(registry: Registry, result: MutationRun, *, is_found: bool) -> ExitCode:
    codes: set[ExitCode] = set()
    if print_problems([*registry.problems, *result.problems]):
        codes.add(ExitCode.FAULTY)
    if is_found:
        codes.add(ExitCode.FOUND)
    if not result.verdicts:
        codes.add(ExitCode.NOTHING)
    return first_of(codes)
