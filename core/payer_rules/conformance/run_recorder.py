"""Making the record of a conformance run from its result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

import attrs

from payer_rules.conformance.manifest import Manifest
from payer_rules.conformance.matrix import ConformanceResult, ScenarioResult
from payer_rules.conformance.run_record import (
    CITING,
    AnswerRecord,
    CaseRecord,
    RuleRecord,
    RunRecord,
    ScenarioRecord,
    SharedValues,
)
from payer_rules.conformance.trial_results import TrialResult
from payer_rules.errors import Problem
from payer_rules.json_forms.claim_form import of_claim, of_history
from payer_rules.json_forms.decision_form import of_decision
from payer_rules.json_forms.plain_data import line_of, repeated
from payer_rules.readers import FiledClaim
from payer_rules.rules import Citation

#: A rule, and the sources that it cites.
CitedRule: TypeAlias = tuple[RuleRecord, Iterable[Citation]]
#: What decisions have of their own; without it they are often alike.
_OWN: Final = ("schema", "claim", "payer", "fingerprint")


class NumberedList:
    """Values in the order in which they were first seen; equal ones have one number."""

    def __init__(self) -> None:
        self.values: list[dict[str, Any]] = []
        self._numbers: dict[str, int] = {}

    def number(self, value: Any) -> int:  # noqa: ANN401
        """Return the number of the value, from 0."""
        text = line_of(value)
        if text not in self._numbers:
            self._numbers[text] = len(self.values)
            self.values.append(value)
        return self._numbers[text]


class Recorder:
    """The lists of a record while its answers are added."""

    def __init__(self) -> None:
        self.claims, self.decisions = NumberedList(), NumberedList()
        self.fingerprints, self.citations = NumberedList(), NumberedList()

    def claim(self, filed: FiledClaim) -> int:
        """Return the number of the claim with its history."""
        history = {} if filed.history is None else of_history(filed.history)
        return self.claims.number({**of_claim(filed.claim), **history})

    def answer(self, result: TrialResult) -> AnswerRecord:
        """Return the record of the answer."""
        data = of_decision(result.decision) if result.decision else {}
        return AnswerRecord(
            payer=result.trial.payer,
            status=result.status,
            decision=self.decisions.number(self._shared(data)) if data else None,
            fingerprint=self.fingerprints.number(data["fingerprint"]) if data else None,
            source=result.source,
            error=result.error,
            todo=result.trial.todo,
            differences=result.differences,
        )

    def scenario(self, row: ScenarioResult) -> ScenarioRecord:
        """Return the record of the scenario."""
        trials = [cell.trial for cell in row.cells.values()]
        return ScenarioRecord(
            name=row.name,
            why=row.why,
            file=row.file,
            assume=row.assume,
            claim=self.claim(trials[0].filed),
            answers=tuple(self.answer(cell) for cell in row.cells.values()),
        )

    def case(self, result: TrialResult) -> CaseRecord:
        """Return the record of the case."""
        trial = result.trial
        return CaseRecord(
            name=trial.name,
            rule=trial.rule or "",
            why=trial.why,
            file=trial.file,
            line=trial.line if result.is_failure or trial.todo else None,
            assume=tuple(sorted(trial.assume)),
            claim=self.claim(trial.filed),
            answer=self.answer(result),
        )

    def rule(self, record: RuleRecord, citations: Iterable[Citation]) -> RuleRecord:
        """Return the record of a rule with the numbers of its citations."""
        numbers = (self.citations.number(repeated(citation)) for citation in citations)
        return attrs.evolve(record, citations=tuple(numbers))

    def _shared(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return what a decision has in common with others, without what is empty."""
        shared = {key: value for key, value in data.items() if key not in _OWN and value != []}
        for key in CITING:
            if key in shared:
                shared[key] = [self._citing(entry) for entry in shared[key]]
        shared["lines"] = [_without_empty(line) for line in shared["lines"]]
        return shared

    def _citing(self, entry: dict[str, Any]) -> dict[str, Any]:
        """Return a finding or risk with the numbers of its citations."""
        numbers = [self.citations.number(citation) for citation in entry["citations"]]
        return {**_without_empty(entry), "citations": numbers}


def _without_empty(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if value not in (None, [])}


def _problem(problem: Problem) -> dict[str, str]:
    code = {"code": str(problem.code)} if problem.code else {}
    parts = {"where": problem.where, "message": problem.message, "remedy": problem.remedy}
    return {**parts, **code}


def record_of(
    result: ConformanceResult, manifest: Manifest, rules: Iterable[CitedRule] = ()
) -> RunRecord:
    """Return the record of the run; ``rules`` are those of its payers, with their sources."""
    recorder = Recorder()
    scenarios = tuple(recorder.scenario(row) for row in result.scenarios if row.cells)
    cases = tuple(recorder.case(case) for case in result.cases)
    return RunRecord(
        manifest=manifest,
        payers=result.payers,
        scenarios=scenarios,
        cases=cases,
        sheets=result.sheets,
        invariants=result.invariants,
        problems=tuple(map(_problem, result.problems)),
        rules=tuple(recorder.rule(rule, citations) for rule, citations in rules),
        shared=SharedValues(
            claims=recorder.claims.values,
            decisions=recorder.decisions.values,
            fingerprints=recorder.fingerprints.values,
            citations=recorder.citations.values,
        ),
    )
