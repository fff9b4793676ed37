"""Claims of one line, with earlier lines that use up a frequency limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Final

import attrs

from payer_rules.claims import BodySite, Claim, Provider, Session
from payer_rules.history import History, HistoryLine
from payer_rules.kinds.claim_changes import authorization_of
from payer_rules.kinds.frequency_limit.parts import DECIDED_AMOUNTS, PaymentTiers, ReductionUnless
from payer_rules.kinds.frequency_limit.rule import FrequencyLimit

#: The earlier lines are so many days ago: around the lengths of common windows.
_DAYS_AGO: Final = (0, 1, 6, 7, 8, 13, 29, 30, 31, 59, 180, 184, 200, 330, 365, 366, 400, 800)
_MOST_LINES: Final = 200
_MINUTES: Final = 60
_DOLLARS: Final = 100
#: The site of no example claim.
_OTHER_SITE: Final = BodySite(tooth="32")
_OTHER: Final = Provider(npi="1234567802", profession="psychologist")


def history_examples(
    rule: FrequencyLimit, base: Claim, history: History
) -> Iterator[tuple[Claim, History]]:
    """Yield the claim after as many earlier lines as the limit allows, and after one less.

    The earlier lines are on one day or on different days, by the same provider, by another one of
    the same practice, or by another practice.
    """
    if rule.limit == "none" or rule.limit > _MOST_LINES * _MINUTES:
        return
    if rule.window.number and rule.limit != 1:
        yield base, _with(history, _across_windows(rule, base))
    yield from _authorized(rule, base, history)
    biller = base.billing_provider
    for days in _DAYS_AGO:
        for rendering, billing in ((biller, biller), (_OTHER, biller), (_OTHER, _OTHER)):
            for count in _counts(rule):
                lines = _earlier(base, days, rendering, billing, count)
                for apart in (0, 1):
                    yield base, _with(history, _spread(lines, apart))
                if rule.sites == "apart":
                    elsewhere = [attrs.evolve(line, body_site=_OTHER_SITE) for line in lines]
                    yield base, _with(history, elsewhere)


def _with(history: History, lines: Iterable[HistoryLine]) -> History:
    return attrs.evolve(history, lines=[*history.lines, *lines])


def _across_windows(rule: FrequencyLimit, claim: Claim) -> Iterator[HistoryLine]:
    """Yield lines in two anchored windows that no rolling window holds together with the claim."""
    biller, days = claim.billing_provider, rule.window.number or 0
    allowed = max(_counts(rule))
    for ago, count in ((days + 1, 1), (days // 2, allowed - 1), (1, 1)):
        for line in _earlier(claim, ago, biller, biller, count):
            yield attrs.evolve(line, claim=f"{line.claim}-{ago}")


def _authorized(
    rule: FrequencyLimit, claim: Claim, history: History
) -> Iterator[tuple[Claim, History]]:
    """Yield the claim above the limit with an authorization, and with one that is used up."""
    asks = rule.excess == "authorization" or isinstance(rule.excess, ReductionUnless)
    if not asks and not rule.exempts_authorized:
        return
    biller = claim.billing_provider
    lines = _earlier(claim, 1, biller, biller, max(_counts(rule)))
    past = _with(history, _spread(lines, 1))
    for units in (1, 0):
        authorization = attrs.evolve(authorization_of(claim), units_left=Decimal(units))
        yield attrs.evolve(claim, authorizations=(authorization,)), past


def _counts(rule: FrequencyLimit) -> list[int]:
    """Return how many lines the limit, or a step of its tiers, allows; and one less."""
    assert rule.limit != "none"
    tiers = rule.excess.tiers if isinstance(rule.excess, PaymentTiers) else ()
    amount = _MINUTES if rule.counts in ("minutes", "clock-minutes") else 1
    if rule.counts in ("charged", *DECIDED_AMOUNTS):
        amount = _DOLLARS
    most = {-(-int(limit) // amount) for limit in (rule.limit, *(above for above, _ in tiers))}
    return sorted({count for number in most for count in (number, number - 1)})


def _spread(lines: Iterable[HistoryLine], apart: int) -> Iterator[HistoryLine]:
    """Yield the lines, each so many days before the one before it."""
    for at, line in enumerate(lines):
        day = line.date_from - timedelta(days=apart * at)
        yield attrs.evolve(line, date_from=day, date_to=day)


def _earlier(
    claim: Claim, days: int, rendering: Provider, billing: Provider, count: int
) -> list[HistoryLine]:
    """Return paid lines like that of the claim, so many days before it."""
    line = claim.lines[0]
    return [
        HistoryLine(
            claim=f"H{number}",
            member="MEMBER",
            code=line.code,
            modifiers=line.modifiers,
            date_from=line.date_from - timedelta(days=days),
            place_of_service=line.place_of_service,
            modality=line.modality,
            minutes=_MINUTES,
            charge=Decimal(_DOLLARS),
            allowed=Decimal(_DOLLARS),
            paid=Decimal(_DOLLARS),
            session=Session(group_size=8),
            rendering_provider=rendering,
            billing_provider=billing,
            setting=claim.setting,
            diagnoses=claim.diagnoses,
            condition_codes=claim.condition_codes,
            status="paid",
        )
        for number in range(1, count + 1)
    ]
