"""The conformance run: scenarios asked of each payer, cases and edit sheets of their own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from payer_rules.conformance.edit_claims import EditQuestion
from payer_rules.conformance.filters import EVERYTHING, ResultFilter
from payer_rules.conformance.fixtures import Folder, Scenario, Suite, read_suite
from payer_rules.conformance.fixtures_of_rule import RuleFixture, fixtures_of_rule
from payer_rules.conformance.invariant_processes import InvariantResult, check_invariants
from payer_rules.conformance.invariants import ABOUT_ANSWERS
from payer_rules.conformance.matrix import (
    ConformanceResult,
    PlannedAnswers,
    ScenarioResult,
)
from payer_rules.conformance.payer_runner import PayerAnswers, Request, answers_of_payers
from payer_rules.conformance.sheet_results import SheetLineResult, SheetResult
from payer_rules.conformance.trial_results import TrialResult, TrialStatus, result_of
from payer_rules.kinds import kind_of
from payer_rules.registry import Registry

__all__ = [
    "ConformanceResult",
    "InvariantResult",
    "PlannedAnswers",
    "ResultFilter",
    "RuleFixture",
    "ScenarioResult",
    "SheetLineResult",
    "SheetResult",
    "TrialResult",
    "TrialStatus",
    "conform",
    "fixtures_of_rule",
]

#: The seconds within which a payer must answer: three times what the largest one takes under load.
_TIME_LIMIT = 180.0


def conform(
    registry: Registry,
    paths: Iterable[Path] = (),
    *,
    payers: Collection[str] = (),
    time_limit: float = _TIME_LIMIT,
    invariants: bool = True,
    only: ResultFilter = EVERYTHING,
) -> ConformanceResult:
    """Ask all payers, or those named, the fixtures of the plugins, or those at the paths.

    The invariants about answers are checked with the same fixtures, unless ``invariants`` is
    false or ``only`` selects some answers. ``time_limit`` is in seconds for each payer, and for
    each of its invariants.
    """
    named: list[tuple[str | None, Folder]] = [(None, path) for path in paths]
    suite = only.asked(read_suite(named or registry.case_folders, registry.owners, payers))
    invariants = invariants and only.is_empty
    chosen = tuple(payer for payer in registry.payers if not payers or payer in payers)
    requests = {payer: tuple(_requests(suite, payer)) for payer in chosen}
    answers = answers_of_payers(registry, {p: r for p, r in requests.items() if r}, time_limit)
    problems = (problem for payer in sorted(answers) for problem in answers[payer].problems)
    result = ConformanceResult(
        payers=chosen,
        scenarios=tuple(_scenario_result(each, answers, chosen) for each in suite.scenarios),
        cases=tuple(
            result_of(case, answers[case.payer]) for case in suite.cases if case.payer in chosen
        ),
        problems=(*suite.problems, *problems),
        sheets=tuple(
            SheetResult.of(sheet, answers)
            for sheet in suite.sheets
            if set(sheet.payers) & set(chosen)
        ),
        invariants=_invariants(registry, suite, answers, time_limit) if invariants else (),
        planned=_planned(suite, requests, invariants=invariants),
    )
    return only.shown(result, _kinds(registry, chosen) if only.kinds else {})


def _planned(
    suite: Suite, requests: Mapping[str, Sequence[Request]], *, invariants: bool
) -> PlannedAnswers:
    """Return the number of answers that the payers with these requests owe."""
    edits = {payer: sum(isinstance(r, EditQuestion) for r in requests[payer]) for payer in requests}
    asked = sum(len(each) > edits[payer] for payer, each in requests.items())
    return PlannedAnswers(
        scenarios=len(suite.scenarios) * len(requests),
        cases=sum(case.payer in requests for case in suite.cases),
        edits=sum(edits.values()),
        invariants=asked * len(ABOUT_ANSWERS) if invariants else 0,
    )


def _kinds(registry: Registry, payers: Iterable[str]) -> dict[str, str]:
    """Return the kind of each rule of the payers, by the rule's id."""
    return {
        rule.id: kind_of(rule).table for payer in payers for rule in registry.collect(payer).rules
    }


def _invariants(
    registry: Registry, suite: Suite, answers: Mapping[str, PayerAnswers], time_limit: float
) -> tuple[InvariantResult, ...]:
    """Return the results of the invariants about answers, for payers that decided a claim."""
    invariants = {payer: ABOUT_ANSWERS for payer, each in answers.items() if each.decisions}
    return check_invariants(registry, suite, invariants, time_limit)


def _requests(suite: Suite, payer: str) -> Iterator[Request]:
    """Yield what is sent to the payer's process: claims and edit questions, and no expectation."""
    for trial in suite.trials(payer):
        yield trial.without_expectation()
    for sheet in suite.sheets:
        yield from (claim.question for claim in sheet.of(payer).claims)


def _scenario_result(
    scenario: Scenario, answers: Mapping[str, PayerAnswers], payers: Iterable[str]
) -> ScenarioResult:
    return ScenarioResult(
        name=scenario.head.name,
        why=scenario.head.why,
        file=scenario.file,
        assume=tuple(sorted(scenario.head.assume)),
        cells={payer: result_of(scenario.trial(payer), answers[payer]) for payer in payers},
    )
