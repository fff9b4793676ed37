"""So many services for each service of other codes."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.reads import OTHER_LINE, Reads
from payer_rules.engine.stages import LIMITS, Stage
from payer_rules.kinds.kind import Kind
from payer_rules.kinds.ratio_limit.evaluator import RatioEvaluator
from payer_rules.kinds.ratio_limit.rule import RatioLimit
from payer_rules.kinds.ratio_limit.words import WORDS

_MONTH: Final = 31

KIND: Final = Kind(
    rule=RatioLimit,
    table="ratio_limit",
    topic=None,
    evaluator=RatioEvaluator,
    stage=lambda rule: Stage(LIMITS, 1 if rule.each.within == "day" else _MONTH),
    words=WORDS,
    reads=OTHER_LINE
    | Reads(line={"units"}, history={"paid_units", "units"}, links={"nearby line"}),
)
