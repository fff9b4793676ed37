"""The record of a conformance run: what its JSON report holds.

Answers of several payers are often alike, so each decision, claim and citation is stated once and
named by its number in a list. A record can be compared with that of another run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from payer_rules.conformance.differences import Difference
from payer_rules.conformance.earlier_runs import EarlierRun
from payer_rules.conformance.invariant_processes import InvariantResult
from payer_rules.conformance.manifest import Manifest
from payer_rules.conformance.sheet_results import SheetResult
from payer_rules.conformance.trial_results import TrialStatus
from payer_rules.decisions import Decision
from payer_rules.json_forms.decision_form import decision_from

#: The lists of a decision whose entries cite sources.
CITING: Final = ("findings", "at_risk")
#: The lists that are left out where they are empty, and their classes require.
_NO_ENTRIES: Final[dict[str, Any]] = {"findings": [], "not_evaluated": []}
_NO_LINE_ENTRIES: Final[dict[str, Any]] = {"judged_by": []}


@attrs.frozen(kw_only=True)
class AnswerRecord:
    """The answer of a payer: its status, and the numbers of its decision and fingerprint.

    ``todo`` is the reason why a case is known to disagree.
    """

    payer: str
    status: TrialStatus
    decision: int | None = None
    fingerprint: int | None = None
    source: str | None = None
    error: str | None = None
    todo: str | None = None
    differences: tuple[Difference, ...] = ()

    @property
    def details(self) -> tuple[str, ...]:
        """The error, or what differs, after the reason why it is known to differ."""
        if self.error:
            return (self.error,)
        known = [f"todo: {self.todo}"] if self.status == "todo" else []
        return (*known, *map(str, self.differences))


@attrs.frozen(kw_only=True)
class ScenarioRecord:
    """A scenario, the number of its claim, and the answers of the payers."""

    name: str
    why: str
    file: str
    assume: tuple[str, ...] = ()
    claim: int
    answers: tuple[AnswerRecord, ...]


@attrs.frozen(kw_only=True)
class CaseRecord:
    """A case of a rule, the number of its claim, and the answer of its payer."""

    name: str
    rule: str
    why: str
    file: str
    line: int | None = None
    assume: tuple[str, ...] = ()
    claim: int
    answer: AnswerRecord


@attrs.frozen
class AskedAnswer:
    """An answer with what was asked: a scenario or a case."""

    asked: ScenarioRecord | CaseRecord
    answer: AnswerRecord

    @property
    def rule(self) -> str:
        """The rule of a case; an empty text for a scenario."""
        return self.asked.rule if isinstance(self.asked, CaseRecord) else ""

    @property
    def title(self) -> str:
        """The name of the scenario, or that of the case after its rule."""
        return f"{self.rule}: {self.asked.name}" if self.rule else self.asked.name


@attrs.frozen(kw_only=True)
class RuleRecord:
    """A rule of a payer: its kind, the file and line where it is written, and its sources.

    ``citations`` are numbers in the list of the record; file and line may not be known.
    """

    id: str
    kind: str
    file: str | None = None
    line: int | None = None
    citations: tuple[int, ...] = ()


@attrs.frozen(kw_only=True)
class SharedValues:
    """The values that answers name by number: claims with their histories, decisions, and so on.

    A decision has no claim, payer and fingerprint of its own, and numbers as its citations.
    """

    claims: Sequence[Mapping[str, Any]] = ()
    decisions: Sequence[Mapping[str, Any]] = ()
    fingerprints: Sequence[Mapping[str, Any]] = ()
    citations: Sequence[Mapping[str, Any]] = ()


@attrs.frozen(kw_only=True)
class RunRecord:
    """A conformance run as its JSON report holds it."""

    manifest: Manifest
    payers: tuple[str, ...]
    scenarios: tuple[ScenarioRecord, ...]
    cases: tuple[CaseRecord, ...]
    sheets: tuple[SheetResult, ...]
    invariants: tuple[InvariantResult, ...]
    problems: tuple[Mapping[str, str], ...]
    rules: tuple[RuleRecord, ...] = ()
    earlier: EarlierRun | None = None
    shared: SharedValues = attrs.field(factory=SharedValues, metadata={"json": None})

    def answers(self) -> Iterator[AskedAnswer]:
        """Yield each answer with what was asked: scenarios first, each with its payers."""
        for scenario in self.scenarios:
            yield from (AskedAnswer(scenario, answer) for answer in scenario.answers)
        yield from (AskedAnswer(case, case.answer) for case in self.cases)

    def decision(self, answer: AnswerRecord, claim: int) -> Decision | None:
        """Return the decision of an answer to the claim with this number, if there is one."""
        if answer.decision is None or answer.fingerprint is None:
            return None
        decision = self.shared.decisions[answer.decision]
        cited = {key: self._cited(decision[key]) for key in CITING if key in decision}
        lines = [{**_NO_LINE_ENTRIES, **line} for line in decision["lines"]]
        own = {
            "lines": lines,
            "claim": self.shared.claims[claim]["claim"]["id"],
            "payer": answer.payer,
            "fingerprint": self.shared.fingerprints[answer.fingerprint],
        }
        return decision_from({**_NO_ENTRIES, **decision, **cited, **own})

    def _cited(self, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return findings or risks with the citations whose numbers they state."""
        return [
            {**entry, "citations": [self.shared.citations[number] for number in entry["citations"]]}
            for entry in entries
        ]
