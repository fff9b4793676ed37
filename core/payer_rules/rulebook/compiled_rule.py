"""A compiled rule: its evaluator, its stage, and the lines to which it applies."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine.applicability import OUT_OF_SCOPE, Applicability, Applies
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.evaluator import Evaluator
from payer_rules.engine.lookback import Lookback, NeedsHistory
from payer_rules.engine.missing import EDITION
from payer_rules.engine.stages import LINES, Stage
from payer_rules.rulebook.topic_reader import TopicReader
from payer_rules.rules import SEVERITY, Codes


@attrs.frozen(eq=False)
class CompiledRule:
    """An evaluator with its stage and its applicability: ``None`` if it applies to every line.

    ``profession_codes`` are the codes of a rule that reads the profession of a provider.
    """

    evaluator: Evaluator
    stage: Stage
    applies: Applicability | None = None
    reader: TopicReader | None = None
    profession_codes: Codes = frozenset()
    #: Whether each line is evaluated by itself, without other lines and earlier ones.
    is_local: bool = attrs.field(init=False)
    #: Whether nothing that other rules find changes its findings.
    is_independent: bool = attrs.field(init=False)
    #: Whether its findings can keep a line from counting in later stages.
    blocks_payment: bool = attrs.field(init=False)

    @is_local.default
    def _takes_lines_alone(self) -> bool:
        return self.stage == LINES and not isinstance(self.evaluator, NeedsHistory)

    @is_independent.default
    def _takes_lines_as_billed(self) -> bool:
        return self.is_local or self.evaluator.takes_lines_as_billed

    @blocks_payment.default
    def _is_seen_at_adjudication(self) -> bool:
        rule = self.evaluator
        return rule.detected_in == "claim" and SEVERITY[rule.outcome] > SEVERITY["inform"]

    def reads_topic(
        self, state: ClaimState, line: ServiceLine, applies: Applies, *, is_elsewhere: bool
    ) -> bool:
        """Return True if the rule reads its topic on a line to which it does not apply, or may not.

        It does if it would apply but for the days for which its text was read. A rule about
        modifiers or places does if it would apply with others, and the line has some
        (``is_elsewhere``).
        """
        conditions, reader = self.applies, self.reader
        if conditions is None or reader is None or applies == OUT_OF_SCOPE:
            return conditions is None
        is_outdated = not isinstance(applies, str) and EDITION in applies
        if is_outdated and conditions.holds(state, line):
            return True
        is_about_others = is_elsewhere and reader.reads_excluded_lines
        return is_about_others and conditions.holds_elsewhere(state, line)

    def lookbacks(self, claim: Claim, line: ServiceLine) -> Iterator[Lookback]:
        """Yield the earlier lines on which the answer on the line can depend."""
        if self.applies is not None:
            yield from self.applies.lookbacks(line.date_from, line.date_to)
        if isinstance(self.evaluator, NeedsHistory):
            yield from self.evaluator.lookbacks(claim, line)
