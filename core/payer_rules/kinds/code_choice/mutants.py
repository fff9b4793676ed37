"""The mutants of code choices."""

from __future__ import annotations

from typing import Final

from payer_rules.kinds.code_choice.rule import CodeChoice
from payer_rules.kinds.mutants import OTHER_SCOPES, Mutants


def _is_moot(rule: CodeChoice, name: str) -> bool:
    """Return True for the provider of a line that is taken by itself."""
    return name == "scope" and rule.pool == "line"


MUTANTS: Final[Mutants[CodeChoice]] = Mutants(
    words={
        "scope": OTHER_SCOPES,
        "pool": {"day": "line", "line": "day"},
        "by": {"minutes": "units", "group-size": "minutes", "units": "minutes", "codes": "units"},
    },
    is_moot=_is_moot,
)
