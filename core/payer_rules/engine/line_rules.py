"""Rules that judge each line by itself: what their judges have in common.

What a rule asks of a line is weighed by a function in the module of its kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Generic, TypeAlias, TypeVar

import attrs

from payer_rules.claims import ServiceLine
from payer_rules.decisions import Evidence, Finding
from payer_rules.engine.claim_state import ClaimState, Evaluator
from payer_rules.engine.cures import Curing
from payer_rules.engine.evidence import evidence_of
from payer_rules.engine.missing import EDITION, NONE_MISSING, MissingFacts
from payer_rules.rules import Adjustment, Payer, Rule

R = TypeVar("R", bound=Rule)


@attrs.frozen(kw_only=True)
class Breach:
    """How a line breaks a rule; ``adjustment`` takes the place of the rule's where it is given.

    ``cure`` is asked only of a breach that becomes a finding.
    """

    message: str
    evidence: tuple[Evidence, ...] = ()
    cure: Curing | None = None
    pays: Decimal | None = None
    adjustment: Adjustment | None = None


#: How the line breaks the rule, what is missing to tell, or nothing: the rule is kept.
Answer: TypeAlias = Breach | MissingFacts
Weigh: TypeAlias = Callable[[R, ClaimState, ServiceLine], Answer]


class LineEvaluator(Generic[R]):
    """Judges each line that the rule meets by the function that weighs its kind.

    ``recorded_as`` is the judge in whose name it records, where it serves another.
    """

    def __init__(self, rule: R, weigh: Weigh[R], *, recorded_as: Evaluator | None = None) -> None:
        self.rule = rule
        self.rule_id = rule.id
        self.outcome = rule.outcome
        self.detected_in = rule.detected_in
        self._weigh = weigh
        self._name = recorded_as or self

    def evaluate(self, state: ClaimState, met: list[tuple[ServiceLine, MissingFacts]]) -> None:
        """Find each line that breaks the rule, and leave open those of which it cannot tell."""
        for line, doubt in met:
            # NOTE: where the text itself is not known, what it asks of the line is not either.
            if EDITION in doubt:
                # NOTE: an authorization's units are taken line by line, so these are not weighed.
                read = self._weigh(self.rule, state, line) if self._name is self else None
                as_read = () if isinstance(read, Breach) else read
                is_kept = read is not None and not read
                state.record_unread_text(
                    self._name, line.number, doubt, is_kept=is_kept, as_read=as_read
                )
                continue
            answer = self._weigh(self.rule, state, line)
            if not answer:
                continue
            if isinstance(answer, Breach) and not doubt:
                state.record_finding(self._name, finding(state, self.rule, (line,), answer))
            else:
                missing = () if isinstance(answer, Breach) else answer
                state.record_missing(self._name, line.number, (*doubt, *missing))


def line_evaluator(weigh: Weigh[R]) -> Callable[[R, Payer], LineEvaluator[R]]:
    """The maker of judges that weigh by the function."""

    def make(rule: R, payer: Payer) -> LineEvaluator[R]:
        return LineEvaluator(rule, weigh)

    return make


def finding(state: ClaimState, rule: Rule, lines: Iterable[ServiceLine], breach: Breach) -> Finding:
    """The breach on the lines as a finding of the rule; a claim that is a cure needs no other."""
    lines = tuple(lines)
    return Finding(
        rule=rule.id,
        lines=tuple(line.number for line in lines),
        outcome=rule.outcome,
        detected_in=rule.detected_in,
        adjustment=breach.adjustment or rule.adjustment,
        message=breach.message,
        pays=breach.pays,
        evidence=(*map(evidence_of, lines), *breach.evidence),
        citations=rule.citations,
        cure=breach.cure() if breach.cure and not state.is_cure else None,
    )


def merged(answers: Iterable[Answer]) -> Answer:
    """One answer of several requirements: the breaches together, else all that is missing."""
    told = [answer for answer in answers if answer]
    if len(told) <= 1:
        return told[0] if told else NONE_MISSING
    breaches = [answer for answer in told if isinstance(answer, Breach)]
    if not breaches:
        return tuple(each for doubt in told if isinstance(doubt, tuple) for each in doubt)
    return attrs.evolve(
        breaches[0],
        message="; ".join(breach.message for breach in breaches),
        evidence=tuple(each for breach in breaches for each in breach.evidence),
        cure=breaches[0].cure if len(breaches) == 1 else None,
    )


def line_label(line: ServiceLine) -> str:
    """``90853 on 2024-08-15``."""
    return f"{line.code} on {line.date_from}"


def listed(words: Iterable[str], last: str = "or") -> str:
    """``a``, ``a or b``, ``a, b or c``, sorted."""
    *most, final = sorted(words)
    return f"{', '.join(most)} {last} {final}" if most else final
