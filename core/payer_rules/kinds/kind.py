"""The parts of a kind of rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

import attrs

from payer_rules.engine.claim_state import Evaluator
from payer_rules.engine.stages import Stage
from payer_rules.rules import Payer, Rule

R = TypeVar("R", bound=Rule)


@attrs.frozen(kw_only=True)
class Kind(Generic[R]):
    """A kind of rule: its class and all that the rest of the program must know of it.

    ``table`` is the name of its tables in a profile. A profile cannot state a kind that is not
    ``is_data``: a `Check` is code.
    """

    rule: type[R]
    table: str
    hook: str
    evaluator: Callable[[R, Payer], Evaluator]
    stage: Callable[[R], Stage]
    is_data: bool = True
