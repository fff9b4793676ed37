"""What a change of rules does to claims: held against two complete runs, from both sides."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Final

import attrs
import pytest
from bundled import bundled_registry, bundled_suite

from payer_rules.checking import CheckRun, ClaimChecker
from payer_rules.checking.claim_checker import PositionedClaim
from payer_rules.conformance.mutants import Mutant, mutants_of
from payer_rules.decisions import Decision
from payer_rules.impact import ChangedLine, ImpactChecker
from payer_rules.impact.changed_lines import answers_text
from payer_rules.impact.directions import MIRRORED
from payer_rules.json_forms.decision_form import of_decision
from payer_rules.json_forms.plain_data import line_of
from payer_rules.readers import FiledClaim
from payer_rules.registry import CollectedRules, Registry
from payer_rules.rules import Rule

#: Payers of which a text, tables of Medicaid, and tables of Medicare decide.
PAYERS: Final = ("tricare", "il-medicaid", "medicare")
#: So many mutants of a payer are tried on so many claims of its fixtures.
_MUTANTS: Final = 9
_CLAIMS: Final = 30


@attrs.frozen(kw_only=True)
class ChangedRegistry(Registry):
    """The bundled plugins, with another rule in place of one."""

    mutant: Mutant

    def collect(self, payer_id: str) -> CollectedRules:
        """Return the rules of the payer with the changed one."""
        found = bundled_registry().collect(payer_id)
        changed = self.mutant.new
        assert isinstance(changed, Rule)
        rules = (changed if rule is self.mutant.old else rule for rule in found.rules)
        return attrs.evolve(found, rules=tuple(rules))


def changed_registry(mutant: Mutant) -> ChangedRegistry:
    """Return the bundled plugins with the changed rule."""
    fields = attrs.fields(Registry)
    values = {str(field.alias): getattr(bundled_registry(), field.name) for field in fields}
    return ChangedRegistry(**values, mutant=mutant)


@cache
def claims_of(payer: str) -> tuple[PositionedClaim, ...]:
    """Return claims of the payer's fixtures; two and two are of one member.

    Some have a finding of a rule that the mutants change, if there are such claims.
    """
    trials = [each.filed for each in bundled_suite().trials(payer)]
    names, book = {mutant.name for mutant in mutants(payer)}, bundled_registry().rulebook(payer)
    meant = [
        filed
        for filed in trials
        if not names.isdisjoint(
            finding.rule for finding in book.decide(filed.claim, filed.history).findings
        )
    ]
    chosen = [*meant[: _CLAIMS // 3], *trials[:: max(len(trials) // _CLAIMS, 1)]]
    return tuple(((0, number), _renamed(filed, number)) for number, filed in enumerate(chosen))


def _renamed(filed: FiledClaim, number: int) -> FiledClaim:
    """Return the claim with an id of its own, and a member that it shares with its neighbor."""
    member = f"M{number // 2}"
    claim = filed.claim
    history = filed.history and attrs.evolve(
        filed.history,
        lines=tuple(attrs.evolve(line, member=member) for line in filed.history.lines),
    )
    claim = attrs.evolve(
        claim, id=f"C{number}", member=attrs.evolve(claim.member, id=member), payer=None
    )
    return attrs.evolve(filed, claim=claim, history=history, number=number, payer_id=None)


@cache
def mutants(payer: str) -> tuple[Mutant, ...]:
    """Return some of the rules of the payer with one fact changed."""
    rules = bundled_registry().collect(payer).rules
    every = [each for rule in rules for each in mutants_of(rule, ("90853", "90834"))]
    changed = [each for each in every if each.new is not None]
    return tuple(changed[:: max(len(changed) // _MUTANTS, 1)])


def whole_text(filed: FiledClaim, decision: Decision) -> str:
    """Return the decision as JSON."""
    return line_of(of_decision(decision))


def checker(payer: str, registry: Registry | None = None) -> ClaimChecker:
    """Return the checker of the payer's claims, which also renders whole decisions."""
    return ClaimChecker(
        registry=registry or bundled_registry(),
        payers=(payer,),
        renderers=(answers_text, whole_text),
    )


def impact(payer: str, comparison: ImpactChecker) -> list[ChangedLine]:
    """Return the lines of the payer's claims whose answer differs."""
    found = comparison.evaluate_partition(claims_of(payer))
    texts = [text for decision in found.answers for text in decision.texts]
    return [ChangedLine.from_data(line) for text in texts for line in json.loads(text)]


def decisions(side: ClaimChecker, payer: str) -> list[dict[str, Any]]:
    """Return the decisions of a complete run as JSON."""
    return [json.loads(each.texts[1]) for each in side.evaluate_partition(claims_of(payer)).answers]


def answers(decision: dict[str, Any]) -> dict[int, Any]:
    """Return the answer on each line: both outcomes, and the findings with their codes."""
    return {
        line["line"]: (
            line["outcome"],
            line["expected"],
            sorted(
                str((f["rule"], f["outcome"], f["group"], f["carc"]))
                for f in decision["findings"]
                if line["line"] in f["lines"]
            ),
        )
        for line in decision["lines"]
    }


def differing(payer: str, old: ClaimChecker, new: ClaimChecker) -> list[tuple[str, int]]:
    """Return claim and number of each line whose answer differs between two complete runs."""
    runs = [decisions(side, payer) for side in (old, new)]
    return [
        (before["claim"], number)
        for before, after in zip(*runs, strict=True)
        for number in answers(before)
        if answers(before)[number] != answers(after)[number]
    ]


@pytest.mark.parametrize("payer", PAYERS)
def test_no_claim_is_touched_by_the_same_rules(payer: str) -> None:
    """The impact of rules and the same rules, read again, is nothing, and no claim is decided."""
    same = attrs.evolve(bundled_registry())
    old, new = checker(payer), checker(payer, same)
    assert impact(payer, ImpactChecker(old, new, is_whole=True)) == []
    found = ImpactChecker(old, new).evaluate_partition(claims_of(payer))
    assert (found.answers, found.summary.decisions) == ((), 0)
    assert found.summary.total.claims == len(claims_of(payer))


@pytest.mark.parametrize("payer", PAYERS)
def test_the_changed_lines_are_those_of_two_complete_runs(payer: str) -> None:
    """Every line that a changed fact answers otherwise is there, and no other; mirrored as well.

    Some of them name the rule whose fact was changed.
    """
    old, named = checker(payer), set()
    for mutant in mutants(payer):
        new = checker(payer, changed_registry(mutant))
        found = impact(payer, ImpactChecker(old, new))
        assert [(line.claim, line.billed.line) for line in found] == differing(payer, old, new)
        assert impact(payer, ImpactChecker(old, new, is_whole=True)) == found
        assert impact(payer, ImpactChecker(new, old)) == [mirrored(line) for line in found]
        named |= {mutant.name for line in found if mutant.name in line.rules}
    assert named


def mirrored(line: ChangedLine) -> ChangedLine:
    """Return the line as it is seen from the other side."""
    direction = MIRRORED[line.direction]
    return attrs.evolve(line, old=line.new, new=line.old, direction=direction)


def test_a_run_by_way_of_the_disk_is_as_one_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Partitions and two processes give the same lines in the same order."""
    payer = "tricare"
    mutant = next(each for each in mutants(payer) if each.fact != "outcome")
    comparison = ImpactChecker.of(checker(payer), checker(payer, changed_registry(mutant)))
    items = [filed for _, filed in claims_of(payer)]
    whole = [*CheckRun(comparison).answers(items)]
    monkeypatch.setattr("payer_rules.checking.check_run.MOST_IN_MEMORY", 3)
    assert [*CheckRun(comparison, jobs=2).answers(items)] == whole
