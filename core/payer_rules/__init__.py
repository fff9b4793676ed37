"""Payer claim rules as plugins: facts with sources, one engine, a harness that replays claims.

An integrator imports `hookimpl` and the rule kinds from here; a developer who embeds the engine
calls ``payer_rules.load().rulebook("medicare").decide(claim, history)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from payer_rules.claims import (
    Authorization,
    Claim,
    InpatientStay,
    Member,
    Provider,
    ServiceLine,
    Session,
)
from payer_rules.decisions import Cure, Decision, Evidence, Finding, LineDecision, NotEvaluated
from payer_rules.errors import Fault, FaultError, MisfitError, PayerRulesError
from payer_rules.history import History, HistoryLine
from payer_rules.markers import hookimpl
from payer_rules.rules import (
    Adjustment,
    Age,
    Beside,
    Citation,
    Dates,
    Earlier,
    EditTable,
    FrequencyLimit,
    ModifierRequirement,
    PairEdit,
    Payer,
    Rule,
    SameDayCombination,
    UnitEdit,
    When,
    Who,
    Window,
)

if TYPE_CHECKING:
    from payer_rules.registry import load

__all__ = [
    "Adjustment",
    "Age",
    "Authorization",
    "Beside",
    "Citation",
    "Claim",
    "Cure",
    "Dates",
    "Decision",
    "Earlier",
    "EditTable",
    "Evidence",
    "Fault",
    "FaultError",
    "Finding",
    "FrequencyLimit",
    "History",
    "HistoryLine",
    "InpatientStay",
    "LineDecision",
    "Member",
    "MisfitError",
    "ModifierRequirement",
    "NotEvaluated",
    "PairEdit",
    "Payer",
    "PayerRulesError",
    "Provider",
    "Rule",
    "SameDayCombination",
    "ServiceLine",
    "Session",
    "UnitEdit",
    "When",
    "Who",
    "Window",
    "hookimpl",
    "load",
]


def __getattr__(name: str) -> object:
    # NOTE: importing the package must load no plugin, and the registry brings importlib.metadata.
    if name == "load":
        from payer_rules.registry import load

        return load
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
