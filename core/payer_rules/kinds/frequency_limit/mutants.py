"""The mutants of frequency limits that no other kind has."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Final

import attrs

from payer_rules.kinds.frequency_limit.parts import PaymentTiers, ReductionUnless
from payer_rules.kinds.frequency_limit.rule import FrequencyLimit
from payer_rules.kinds.mutants import OTHER_SCOPES, Change, Mutants

#: The measure in place of each.
OTHER_MEASURES: Final = {
    "units": "services",
    "services": "units",
    "visits": "services",
    "days": "services",
    "minutes": "units",
    "clock-minutes": "minutes",
    "charged": "units",
    "allowed": "charged",
    "paid": "charged",
    "points": "units",
}
_WORDS: Final = {
    "counts": OTHER_MEASURES,
    "excess": {"deny-all": "deny-lines", "reduce": "deny-lines", "authorization": "deny-lines"},
    "keeps": {"highest-charge": "earliest"},
    "pool": {"per-code": "together"},
    "scope": OTHER_SCOPES,
    "sites": {"apart": "together"},
    "sees": {"billed": "payable"},
    "visit": {"date": "date-and-provider", "date-and-provider": "date", "session": "date"},
}


def _is_moot(rule: FrequencyLimit, name: str) -> bool:
    """Return True if every reading states the fact, or the window is that of a session."""
    # NOTE: the lines of one session are in one window of any shape.
    if name == "window" and rule.scope == "session":
        return True
    readings = rule.readings
    return bool(readings) and all(getattr(reading, name, None) is not None for reading in readings)


def _changes(rule: FrequencyLimit) -> Iterator[Change]:
    """Yield the changes of the limit together with the first tier: the two are one fact.

    An excess that an authorization saves is not paid at all in its place.
    """
    if isinstance(rule.excess, ReductionUnless):
        yield ("excess",), f"{rule.excess} → reduce", partial(attrs.evolve, rule, excess="reduce")
    if not isinstance(rule.excess, PaymentTiers):
        return
    above, _ = rule.excess.tiers[0]
    for step in (above - 1, above + 1):
        yield ("limit",), f"{above} → {step}", partial(_with_first_tier_above, rule, step)


def _with_first_tier_above(rule: FrequencyLimit, step: Decimal) -> FrequencyLimit:
    assert isinstance(rule.excess, PaymentTiers)
    (_, pays), *further = rule.excess.tiers
    return attrs.evolve(rule, limit=step, excess=PaymentTiers(((step, pays), *further)))


MUTANTS: Final = Mutants(words=_WORDS, is_moot=_is_moot, changes=_changes)
