"""The evaluation of a claim: the rules that apply to it, stage by stage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine.applicability import Applicability
from payer_rules.engine.claim_state import ClaimState, Evaluator
from payer_rules.engine.lookback import Lookback, NeedsHistory
from payer_rules.engine.missing import MissingFacts
from payer_rules.engine.stages import ADD_ONS, LINES, Stage


@attrs.frozen(eq=False)
class CompiledRule:
    """An evaluator with its stage and its applicability: ``None`` if it applies to every line."""

    evaluator: Evaluator
    stage: Stage
    applies: Applicability | None = None
    #: Whether each line is evaluated by itself, without other lines and earlier ones.
    is_local: bool = attrs.field(init=False)

    @is_local.default
    def _takes_lines_alone(self) -> bool:
        return self.stage == LINES and not isinstance(self.evaluator, NeedsHistory)

    def lookbacks(self, claim: Claim, line: ServiceLine) -> Iterator[Lookback]:
        """Yield the earlier lines on which the answer on the line can depend."""
        if self.applies is not None:
            yield from self.applies.lookbacks(line.date_from, line.date_to)
        if isinstance(self.evaluator, NeedsHistory):
            yield from self.evaluator.lookbacks(claim, line)


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
        local = frozenset(each.evaluator for each in order if each.is_local)
        order = [each for each in order if not each.is_local]
    last = max((each.stage for each in order if each.evaluator.rule_id == until), default=None)
    # NOTE: add-on codes are evaluated once more after all others; the rules of one stage do not
    # see each other's verdicts.
    if last is not None and last < ADD_ONS:
        order = [each for each in order if each.stage < last or each.evaluator.rule_id == until]
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
