"""The harness: every scenario through every payer, every case and sheet through its own."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from payer_rules.conformance.edit_claims import EditQuestion
from payer_rules.conformance.fixtures import Case, Folder, Scenario, Suite, read_suite
from payer_rules.conformance.fixtures_of_rule import RuleFixture, fixtures_of_rule
from payer_rules.conformance.invariant_processes import InvariantResult, check_invariants
from payer_rules.conformance.invariants import ABOUT_ANSWERS
from payer_rules.conformance.matrix import CaseResult, ConformanceResult, ScenarioResult
from payer_rules.conformance.payer_runner import Job, PayerAnswers, Request, work
from payer_rules.conformance.sheet_results import SheetLineResult, SheetResult
from payer_rules.conformance.trial_results import TrialResult, TrialStatus, result_of
from payer_rules.decisions import Reason
from payer_rules.readers import FiledClaim
from payer_rules.registry import Registry

__all__ = [
    "CaseResult",
    "ConformanceResult",
    "InvariantResult",
    "RuleFixture",
    "ScenarioResult",
    "SheetLineResult",
    "SheetResult",
    "TrialResult",
    "TrialStatus",
    "conform",
    "fixtures_of_rule",
]

_TIME_LIMIT = 60.0


def conform(
    registry: Registry,
    paths: Iterable[Path] = (),
    *,
    payers: Collection[str] = (),
    time_limit: float = _TIME_LIMIT,
    laws: bool = True,
) -> ConformanceResult:
    """Replay the fixtures of the plugins, or those at the paths, through all payers or those named.

    The laws about answers are asked of each payer with the same fixtures, unless ``laws`` is false.
    ``time_limit`` is in seconds for each payer, and for each of its laws.
    """
    given: list[tuple[str | None, Folder]] = [(None, path) for path in paths]
    folders = given or [(plugin, folder) for plugin, folder in registry.case_folders]
    suite = read_suite(folders, registry.owners)
    chosen = tuple(payer for payer in registry.payers if not payers or payer in payers)
    jobs: dict[str, tuple[Request, ...]] = {
        payer: (*_jobs(suite, payer), *_questions(suite, payer)) for payer in chosen
    }
    done = work(registry, {p: each for p, each in jobs.items() if each}, time_limit)
    return ConformanceResult(
        payers=chosen,
        scenarios=tuple(_scenario_result(scenario, done, chosen) for scenario in suite.scenarios),
        cases=tuple(_case_result(case, done) for case in suite.cases if case.head.payer in chosen),
        problems=(*suite.problems, *(f for p in sorted(done) for f in done[p].problems)),
        sheets=tuple(
            SheetResult.of(sheet, done) for sheet in suite.sheets if set(sheet.payers) & set(chosen)
        ),
        laws=_laws(registry, suite, done, time_limit) if laws else (),
    )


def _laws(
    registry: Registry, suite: Suite, done: dict[str, PayerAnswers], time_limit: float
) -> tuple[InvariantResult, ...]:
    """Return what the laws about answers say of each payer that answered its fixtures."""
    asked = {payer: ABOUT_ANSWERS for payer, each in done.items() if each.answers}
    return check_invariants(registry, suite, asked, time_limit)


def _jobs(suite: Suite, payer: str) -> Iterable[Job]:
    for scenario in suite.scenarios:
        yield _job(_scenario_name(scenario), scenario.filed, scenario.head.assume)
    for case in suite.cases:
        if case.head.payer == payer:
            yield _job(_case_name(case), case.filed, case.head.assume)


def _questions(suite: Suite, payer: str) -> Iterable[EditQuestion]:
    for sheet in suite.sheets:
        yield from (claim.asked for claim in sheet.of(payer).claims)


def _job(name: str, filed: FiledClaim, assume: frozenset[Reason]) -> Job:
    # NOTE: the claim and the history, and nothing of what is expected.
    return Job(name, filed.claim, filed.history, assume)


def _scenario_name(scenario: Scenario) -> str:
    return f"scenario {scenario.head.name}"


def _case_name(case: Case) -> str:
    return f"case {case.head.rule} {case.head.name}"


def _scenario_result(
    scenario: Scenario, done: dict[str, PayerAnswers], payers: Iterable[str]
) -> ScenarioResult:
    name = _scenario_name(scenario)
    return ScenarioResult(
        name=scenario.head.name,
        why=scenario.head.why,
        file=scenario.file,
        assume=tuple(sorted(scenario.head.assume)),
        cells={p: result_of(done[p], name, scenario.expect.get(p)) for p in payers},
    )


def _case_result(case: Case, done: dict[str, PayerAnswers]) -> CaseResult:
    head = case.head
    cell = result_of(done[head.payer], _case_name(case), head)
    is_reported = cell.word in ("disagrees", "errored")
    return CaseResult(
        name=head.name,
        why=head.why,
        file=case.file,
        line=case.document.line(()) if is_reported else None,
        payer=head.payer,
        rule=head.rule,
        assume=tuple(sorted(head.assume)),
        cell=cell,
    )
