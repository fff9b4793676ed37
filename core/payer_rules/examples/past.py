"""Claims of one line after what a frequency limit allows was used up, so long ago, by whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Final

import attrs

from payer_rules.claims import Authorization, Claim, Provider, Session
from payer_rules.examples.neighbours import with_neighbours
from payer_rules.examples.sketch import sketch
from payer_rules.examples.variants import exempts_authorized
from payer_rules.history import History, HistoryLine
from payer_rules.kinds import FrequencyLimit
from payer_rules.rules import PaymentTiers

#: Days on which one window may still reach back, and another no more.
_AGO: Final = (0, 1, 6, 7, 8, 13, 29, 30, 31, 59, 180, 184, 200, 330, 365, 366, 400, 800)
_MANY: Final = 200
_LASTING: Final = 60
_OTHER: Final = Provider(npi="1234567802", profession="psychologist")


def claims_with_past(rule: FrequencyLimit, code: str) -> Iterator[tuple[Claim, History]]:
    """A line after as many services as the limit allows, or one less, each so many days ago.

    They were on one day or on one day each, by the same provider, by another of the same practice,
    or by another practice.
    """
    if rule.limit == "none" or rule.limit > _MANY * _LASTING:
        return
    base, history = with_neighbours(rule, sketch(rule, code))
    biller = base.billing_provider
    if rule.window.number and rule.limit != 1:
        yield base, attrs.evolve(history, lines=[*history.lines, *_astride(rule, base)])
    yield from _authorized(rule, base, history)
    for ago in _AGO:
        for rendering, billing in ((biller, biller), (_OTHER, biller), (_OTHER, _OTHER)):
            for count in _counts(rule):
                one = _past(base, ago, rendering, billing, count)
                for apart in (0, 1):
                    lines = [
                        attrs.evolve(each, date_from=each.date_from - timedelta(days=apart * at))
                        for at, each in enumerate(one)
                    ]
                    spread = [attrs.evolve(each, date_to=each.date_from) for each in lines]
                    past = attrs.evolve(history, lines=[*history.lines, *spread])
                    yield base, past


def _astride(rule: FrequencyLimit, claim: Claim) -> Iterator[HistoryLine]:
    """Services in two anchored windows that no rolling one may hold together with the claim's."""
    biller, days = claim.billing_provider, rule.window.number or 0
    allowed = max(_counts(rule))
    for ago, count in ((days + 1, 1), (days // 2, allowed - 1), (1, 1)):
        for line in _past(claim, ago, biller, biller, count):
            yield attrs.evolve(line, claim=f"{line.claim}-{ago}")


def _authorized(
    rule: FrequencyLimit, claim: Claim, history: History
) -> Iterator[tuple[Claim, History]]:
    """The line beyond the limit with an authorization, and with one that is used up."""
    if rule.excess != "authorization" and not exempts_authorized(rule):
        return
    line, biller = claim.lines[0], claim.billing_provider
    leave = Authorization(
        number="A1",
        codes=frozenset([line.code]),
        date_from=line.date_from,
        date_to=line.date_to,
        provider=biller.npi,
    )
    lines = _past(claim, 1, biller, biller, max(_counts(rule)))
    each = [
        attrs.evolve(one, date_from=day, date_to=day)
        for at, one in enumerate(lines)
        for day in [one.date_from - timedelta(days=at)]
    ]
    past = attrs.evolve(history, lines=[*history.lines, *each])
    for left in (1, 0):
        given = attrs.evolve(leave, units_left=Decimal(left))
        yield attrs.evolve(claim, authorizations=(given,)), past


def _counts(rule: FrequencyLimit) -> list[int]:
    """As many services as the limit, or a step of its tiers, allows; and one less."""
    assert rule.limit != "none"
    steps = (
        [above for above, _ in rule.excess.tiers] if isinstance(rule.excess, PaymentTiers) else []
    )
    each = _LASTING if rule.counts in ("minutes", "clock-minutes") else 1
    most = {-(-int(limit) // each) for limit in (rule.limit, *steps)}
    return sorted({count for each in most for count in (each, each - 1)})


def _past(
    claim: Claim, ago: int, rendering: Provider, billing: Provider, count: int
) -> list[HistoryLine]:
    line = claim.lines[0]
    return [
        HistoryLine(
            claim=f"H{number}",
            member="MEMBER",
            code=line.code,
            modifiers=line.modifiers,
            date_from=line.date_from - timedelta(days=ago),
            place_of_service=line.place_of_service,
            modality=line.modality,
            minutes=_LASTING,
            charge=Decimal(100),
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
