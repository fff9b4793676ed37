"""The evaluation of a claim.

1. The rules that apply to each line are looked up (`applicable_rules`).
2. They are evaluated stage by stage; each stage sees the verdicts of earlier stages.
3. If facts are presumed, the claim is evaluated once more with them; what takes each line by itself
   is not repeated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from operator import attrgetter
from typing import Final

import attrs

from payer_rules.claims import ServiceLine
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.evaluator import Evaluator
from payer_rules.engine.missing import HISTORY, MODALITY, PROFESSION, MissingFacts
from payer_rules.engine.stages import ADD_ONS, LINES, Stage
from payer_rules.history import History
from payer_rules.rulebook.applicable_rules import ApplicableRules, LinesByRule, MetRules
from payer_rules.rulebook.compiled_rule import CompiledRule
from payer_rules.rulebook.derived_professions import (
    has_derived_profession,
    may_be_unconfirmed,
)
from payer_rules.rulebook.doubted_answers import evaluate_rule
from payer_rules.rulebook.line_rules import LineRules

_by_stage: Final = attrgetter("stage")


@attrs.frozen(eq=False)
class Evaluation:
    """An evaluated claim: its state, and the rules that apply to its lines."""

    state: ClaimState
    met: MetRules


def evaluate_claim(
    rules: ApplicableRules, state: ClaimState, of_lines: Mapping[int, LineRules]
) -> Evaluation:
    """Return the evaluation of a claim in whose state nothing is evaluated yet.

    ``of_lines`` are the rules of lines that were found before, by number.
    """
    met = rules.meet(state, of_lines)
    evaluate(state, met.lines)
    return Evaluation(state, met)


def evaluate_again(
    rules: ApplicableRules, known: Evaluation, history: History, assumptions: Assumptions
) -> Evaluation:
    """Return the evaluation of the same claim with more assumptions.

    The rules that apply stay the same, unless earlier lines or a presumed value decide it.
    """
    claim = known.state.claim
    state = known.state.with_assumptions(history, assumptions)
    if rules.needs_history(claim):
        met = rules.meet(state)
    elif assumptions.carries_texts:
        met = rules.meet_again(state, known.met)
    else:
        met = known.met
        state.entries.update(dict.fromkeys(met.missing))
    has_same_history = history.lines == known.state.history.lines
    settled = _settled(known, met.lines, has_same_history=has_same_history)
    evaluate(state, met.lines, earlier=known.state, settled=settled)
    return Evaluation(state, met)


def _settled(
    known: Evaluation, met: LinesByRule, *, has_same_history: bool
) -> frozenset[CompiledRule]:
    """Return the rules whose answers stay the same, because they miss nothing that is presumed.

    These are rules on single lines, by the same facts, and others that find nothing and miss
    nothing but history in which they would find no more.
    """
    has_derived = has_derived_profession(known.state.claim)
    reopened = {
        evaluator
        for evaluator, missing, _ in known.state.entries
        if missing.reason == "text"
        or missing.name == MODALITY
        or (missing == PROFESSION and has_derived)
    }
    recorded = _recorded(known.state)
    return frozenset(
        compiled
        for compiled, lines in met.items()
        if (
            compiled.evaluator not in reopened
            if compiled.is_local
            else has_same_history
            and compiled.stage != ADD_ONS
            and compiled.evaluator not in recorded
        )
        and lines == known.met.lines.get(compiled)
    )


def _recorded(state: ClaimState) -> set[Evaluator]:
    """Return the evaluators that have a verdict, or may have one if what they miss is presumed."""
    recorded = {evaluator for evaluator, _ in state.verdicts}
    recorded.update([evaluator for evaluator, _, _ in state.conditional])
    recorded.update(
        [
            evaluator
            for evaluator, missing, _ in state.entries
            if missing != HISTORY or not evaluator.finds_all_in_known_lines
        ]
    )
    return recorded


def evaluate(
    state: ClaimState,
    met: Mapping[CompiledRule, list[tuple[ServiceLine, MissingFacts]]],
    *,
    earlier: ClaimState | None = None,
    settled: Set[CompiledRule] = frozenset(),
) -> None:
    """Evaluate each rule on its lines, and finish each stage.

    ``earlier`` is the same claim as evaluated with fewer assumptions: what it recorded of the
    ``settled`` rules is copied.
    """
    order = sorted((compiled for compiled in met if compiled not in settled), key=_by_stage)
    confirms = may_be_unconfirmed(state)
    copied = {compiled.evaluator for compiled in settled}
    add_ons = [compiled for compiled in order if compiled.stage == ADD_ONS]
    stage: Stage | None = None
    seen: tuple[int, ...] = ()
    for compiled in order:
        if compiled.stage != stage:
            if earlier is not None and compiled.stage > LINES:
                state.copy_from(earlier, copied)
                earlier = None
            state.finish_stage()
            stage = compiled.stage
            if stage == ADD_ONS:
                _cascade(state, met, add_ons, confirms=confirms)
                seen = _seen_by_add_ons(state)
        if stage != ADD_ONS:
            # NOTE: most claims have no fact in doubt, and every rule of every line passes here.
            if state.in_review or (confirms and compiled.profession_codes):
                evaluate_rule(state, compiled, met[compiled], confirms=confirms)
            else:
                compiled.evaluator.evaluate(state, met[compiled])
    if earlier is not None:
        state.copy_from(earlier, copied)
    state.finish_stage()
    if add_ons and _seen_by_add_ons(state) != seen:
        _cascade(state, met, add_ons, confirms=confirms)


def _seen_by_add_ons(state: ClaimState) -> tuple[int, ...]:
    """Return the numbers of verdicts and missing facts on which add-on codes may depend.

    The expected answer takes lines for payable whatever facts they miss.
    """
    return state.finished[:1] if state.assumptions.is_expected else state.finished


def _cascade(
    state: ClaimState,
    met: Mapping[CompiledRule, list[tuple[ServiceLine, MissingFacts]]],
    add_ons: Sequence[CompiledRule],
    *,
    confirms: bool,
) -> None:
    """Evaluate add-on codes until nothing changes: a primary code may be an add-on code itself."""
    is_new = True
    while is_new:
        for compiled in add_ons:
            evaluate_rule(state, compiled, met[compiled], confirms=confirms)
        is_new = state.finish_stage()
