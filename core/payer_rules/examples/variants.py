"""Claims around a rule: for each kind, those that are likely to keep it and to break it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta
from decimal import Decimal
from functools import singledispatch
from typing import Any, Final

import attrs

from payer_rules.claims import Claim, Session
from payer_rules.kinds import (
    AddOnCode,
    FrequencyLimit,
    SameDayCombination,
    kind_of,
)
from payer_rules.kinds.claim_changes import (
    OTHER_PROVIDER,
    authorization_of,
    elsewhere,
    with_codes,
    with_each_line,
    with_line,
)
from payer_rules.rules import CodedRule, Rule, Window

#: Whom most rules do not name; some name the first.
_UNLICENSED: Final = ("bachelor", "peer-specialist")
_FEW: Final = 20
_MANY: Final = 200
_DAY_MINUTES: Final = 24 * 60 - 1
_MONTH: Final = 31


@singledispatch
def variants(rule: Rule, base: Claim) -> Iterator[Claim]:
    """Claims like the base on which a rule of this kind may answer differently."""
    examples = kind_of(rule).examples
    yield from examples(rule, base) if examples else (base, *elsewhere(base))


@variants.register
def _(rule: FrequencyLimit, base: Claim) -> Iterator[Claim]:
    code = base.lines[0].code
    most = 1 if rule.limit == "none" else int(rule.limit)
    if rule.counts in ("minutes", "clock-minutes") and most < _DAY_MINUTES:
        yield from (_lasting(base, minutes) for minutes in (most, most + 1))
    for count in (min(most, _MANY), min(most, _MANY) + 1):
        if count:
            yield _ending_in_force(_spread(with_codes(base, *[code] * count), rule.window), rule)
        yield with_line(base, units=Decimal(max(1, count)))
    if most < _FEW:
        beyond = with_codes(base, *[code] * (most + 1))
        yield from _told_apart(beyond)
        if exempts_authorized(rule):
            yield attrs.evolve(beyond, authorizations=(authorization_of(beyond),))


def _told_apart(claim: Claim) -> Iterator[Claim]:
    """The claim with lines that differ: by charge, by session, by who rendered the last."""
    apart: list[dict[str, Any]] = [{"charge": Decimal(50 + line.number)} for line in claim.lines]
    yield with_each_line(claim, apart)
    for sessions in (1, len(claim.lines)):
        ids = [f"S{at % sessions}" for at in range(len(claim.lines))]
        yield with_each_line(claim, [{"session": Session(id=each, group_size=8)} for each in ids])
    yield with_each_line(
        claim, [*[{}] * (len(claim.lines) - 1), {"rendering_provider": OTHER_PROVIDER}]
    )


def _lasting(claim: Claim, minutes: int) -> Claim:
    """The claim with a session of so many minutes, by the clock too."""
    end = time(minutes // 60, minutes % 60)
    session = Session(start=time(0), end=end, group_size=1)
    return with_line(claim, minutes=minutes, session=session)


def _ending_in_force(claim: Claim, rule: Rule) -> Claim:
    """The claim, or, where its later lines are beyond the rule's dates, as much earlier."""
    first, last = claim.lines[0].date_from, claim.lines[-1].date_from
    if last in (rule.verified_dates or rule.in_force) and last in rule.in_force:
        return claim
    lines = [
        attrs.evolve(line, date_from=day, date_to=day)
        for line in claim.lines
        for day in [line.date_from - (last - first)]
    ]
    return attrs.evolve(claim, lines=lines)


def _spread(claim: Claim, window: Window) -> Claim:
    """The claim with its lines on days of their own, as far apart as a window of days is wide."""
    apart = 1 if 1 < len(claim.lines) <= _MONTH and window.days > 1 else 0
    if window.shape in ("rolling", "anchored"):
        apart = max(0, window.days - 1) // max(1, len(claim.lines) - 1)
    lines = [
        attrs.evolve(line, date_from=day, date_to=day)
        for at, line in enumerate(claim.lines)
        for day in [line.date_from + timedelta(days=at * apart)]
    ]
    return attrs.evolve(claim, lines=lines)


@variants.register
def _(rule: SameDayCombination, base: Claim) -> Iterator[Claim]:
    first, second = min(rule.first), min(rule.second)
    pair = with_codes(base, first, second)
    for number in (1, 2):
        for modifier in sorted(rule.bypass)[:1]:
            lines = [
                attrs.evolve(each, modifiers=(modifier,)) if each.number == number else each
                for each in pair.lines
            ]
            yield attrs.evolve(pair, lines=lines)
    yield pair
    yield with_each_line(pair, [{}, {"rendering_provider": OTHER_PROVIDER}])
    yield with_codes(base, second)


@variants.register
def _(rule: AddOnCode, base: Claim) -> Iterator[Claim]:
    for primary in sorted(rule.primaries)[:1]:
        yield with_codes(base, base.lines[0].code, primary)
    yield base


def exempts_authorized(rule: FrequencyLimit) -> bool:
    """Return whether what an authorization covers does not count."""
    return rule.exempt is not None and rule.exempt.authorized


def code_of(rule: Rule) -> str:
    """The code an example shows: 90853 where the rule speaks of it, else the first."""
    if isinstance(rule, SameDayCombination):
        return min(rule.second)
    codes = rule.codes if isinstance(rule, CodedRule) else rule.meets
    return "90853" if "90853" in codes else min(codes)
