"""The evaluation of a claim.

1. The rules that apply to each line are looked up (`applicable_rules`).
2. They are evaluated stage by stage; each stage sees the verdicts of earlier stages.
3. If facts are presumed, the claim is evaluated once more with them; what takes each line by itself
   is not repeated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Finding
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.evaluator import Evaluator
from payer_rules.engine.missing import MissingFacts
from payer_rules.engine.stages import ADD_ONS, LINES, Stage
from payer_rules.history import History
from payer_rules.rulebook.applicable_rules import ApplicableRules, MetRules
from payer_rules.rulebook.compiled_rule import CompiledRule

_UNKNOWN: Final = History.unknown()


@attrs.frozen(eq=False)
class Evaluation:
    """An evaluated claim: its state, and the rules that apply to its lines."""

    state: ClaimState
    met: MetRules


def evaluate_claim(
    rules: ApplicableRules, claim: Claim, history: History, assumptions: Assumptions
) -> Evaluation:
    """Return the evaluation of the claim with the assumptions."""
    state = ClaimState(claim, history, assumptions)
    met = rules.meet(state)
    evaluate(state, met.lines)
    return Evaluation(state, met)


def evaluate_again(
    rules: ApplicableRules, known: Evaluation, history: History, assumptions: Assumptions
) -> Evaluation:
    """Return the evaluation of the same claim with more assumptions.

    Unless earlier lines decide which rules apply, the rules that apply stay the same.
    """
    claim = known.state.claim
    if rules.needs_history(claim):
        return evaluate_claim(rules, claim, history, assumptions)
    state = ClaimState(claim, history, assumptions)
    state.unsure, state.editions = known.state.unsure, known.state.editions
    state.entries.update(dict.fromkeys(known.met.missing))
    evaluate(state, known.met.lines, earlier=known.state)
    return Evaluation(state, known.met)


def has_cure(
    rules: ApplicableRules, finding: Finding, history: History, assumptions: Assumptions
) -> bool:
    """Return True if the finding names a cure, and the cured claim no longer has the finding."""
    if finding.cure is None or finding.cure.claim is None:
        return False
    state = ClaimState(finding.cure.claim, history, assumptions, is_cure=True)
    evaluate(state, rules.meet(state).lines, until=finding.rule)
    verdicts = (verdict for _, verdict in state.verdicts if verdict.rule == finding.rule)
    return {line for verdict in verdicts for line in verdict.lines}.isdisjoint(finding.lines)


def evaluate(
    state: ClaimState,
    met: Mapping[CompiledRule, list[tuple[ServiceLine, MissingFacts]]],
    *,
    until: str | None = None,
    earlier: ClaimState | None = None,
) -> None:
    """Evaluate each rule on its lines, and finish each stage.

    ``until`` is the id of the only rule whose answer is needed; later stages are left out.
    ``earlier`` is the same claim as evaluated with less of the past known: what it recorded of
    single lines is copied.
    """
    order = sorted(met, key=_by_stage)
    local: frozenset[Evaluator] = frozenset()
    if earlier is not None:
        local = frozenset(compiled.evaluator for compiled in order if compiled.is_local)
        order = [compiled for compiled in order if not compiled.is_local]
    last = max((rule.stage for rule in order if rule.evaluator.rule_id == until), default=None)
    # NOTE: add-on codes are evaluated once more after all others; the rules of one stage do not
    # see each other's verdicts.
    if last is not None and last < ADD_ONS:
        order = [rule for rule in order if rule.stage < last or rule.evaluator.rule_id == until]
    add_ons = [compiled for compiled in order if compiled.stage == ADD_ONS]
    stage: Stage | None = None
    for compiled in order:
        if compiled.stage != stage:
            if earlier is not None and compiled.stage > LINES:
                state.copy_from(earlier, local)
                earlier = None
            state.finish_stage()
            stage = compiled.stage
            if stage == ADD_ONS:
                _cascade(state, met, add_ons)
        if stage != ADD_ONS:
            compiled.evaluator.evaluate(state, met[compiled])
    if earlier is not None:
        state.copy_from(earlier, local)
    if add_ons:
        state.finish_stage()
        _cascade(state, met, add_ons)


def _cascade(
    state: ClaimState,
    met: Mapping[CompiledRule, list[tuple[ServiceLine, MissingFacts]]],
    add_ons: Sequence[CompiledRule],
) -> None:
    """Evaluate add-on codes until nothing changes: a primary code may be an add-on code itself."""
    is_new = True
    while is_new:
        for compiled in add_ons:
            compiled.evaluator.evaluate(state, met[compiled])
        is_new = state.finish_stage()


def _by_stage(compiled: CompiledRule) -> Stage:
    return compiled.stage
