"""Frequency limits once more, by brute force: every day, every window, written from the design.

It shares no code with the engine. It takes everything for known: the history is complete, every
line was paid, and no earlier stratum denied anything.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations, combinations_with_replacement
from math import prod
from random import Random
from typing import Any

from payer_rules.claims import Claim, ServiceLine, Session
from payer_rules.history import HistoryLine
from payer_rules.kinds import FrequencyLimit
from payer_rules.rules import PaymentTiers, ServiceTypes, Window

DAY = timedelta(days=1)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: Windows are looked for this many days around a day: longer than the longest that tests use.
AROUND = 800


def month_later(day: date, months: int) -> date:
    """The same day so many months on, or the last day of a month too short."""
    at = day.year * 12 + day.month - 1 + months
    year, month = at // 12, at % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def year_starts(begins: str, day: date) -> list[date]:
    """The first days of the years around the day."""
    month, of_month = int(begins[:2]), int(begins[3:])
    starts = []
    for year in (day.year - 1, day.year, day.year + 1):
        last = monthrange(year, month)[1]
        starts.append(date(year, month, of_month) if of_month <= last else date(year, month + 1, 1))
    return starts


def windows(window: Window, claim: Claim, day: date) -> Iterator[tuple[date, date]]:
    """All windows that hold the day, of the shapes that do not hang on the services themselves."""
    number = window.number or 0
    if window.shape in ("day", "session"):
        yield day, day
    elif window.shape == "rolling":
        for back in range(number):
            yield day - back * DAY, day + (number - 1 - back) * DAY
    elif window.shape == "week":
        first = day
        while WEEKDAYS[first.weekday()] != window.begins:
            first -= DAY
        yield first, first + 6 * DAY
    elif window.shape == "month":
        yield day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    elif window.shape in ("calendar-year", "fiscal-year", "benefit-year"):
        begins = window.begins or "01-01"
        if window.shape == "benefit-year":
            begins = claim.member.benefit_year_start or "01-01"
        starts = year_starts(begins, day)
        first = max(start for start in starts if start <= day)
        yield first, min(start for start in starts if start > day) - DAY
    elif window.shape == "lifetime":
        yield date.min, date.max
    elif window.shape == "episode":
        start = claim.episode_start
        assert isinstance(start, date)
        yield (start, date.max) if day >= start else (date.min, start - DAY)
    else:
        yield from gaps(window, day)


def gaps(window: Window, day: date) -> Iterator[tuple[date, date]]:
    """The windows of a gap that hold the day, found by trying every first day."""
    number = window.number or 0
    for back in range(AROUND):
        first = day - back * DAY
        if window.shape == "gap-months":
            last = month_later(first, number) - DAY
        else:
            due = month_later(first.replace(day=1), number)
            last = due.replace(day=monthrange(due.year, due.month)[1])
        if last >= day:
            yield first, last


def days_of(line: ServiceLine) -> list[date]:
    """The days of the line."""
    return [line.date_from + n * DAY for n in range((line.date_to - line.date_from).days + 1)]


#: How much of each line, by its identity, was on which day; and no more ways than these are tried.
Placed = dict[int, dict[date, Decimal]]
MOST_WAYS = 120


def ways(rule: FrequencyLimit, line: ServiceLine) -> list[dict[date, Decimal]]:
    """The ways in which the services of a line may lie on its days."""
    days = days_of(line)
    whole = amount(rule, line, {})
    if len(days) == 1:
        return [{days[0]: whole}]
    if rule.counts in ("services", "days", "visits"):
        some = (each for n in range(1, len(days) + 1) for each in combinations(days, n))
        return [dict.fromkeys(each, Decimal(1)) for each in some]
    step = Decimal(30) if rule.counts == "minutes" else Decimal(1)
    found: list[dict[date, Decimal]] = []
    for chosen in combinations_with_replacement(days, int(whole / step)):
        found.append({day: step * chosen.count(day) for day in dict.fromkeys(chosen)})
    return found


def placements(rule: FrequencyLimit, claim: Claim, history: list[HistoryLine]) -> Iterator[Placed]:
    """The ways in which all lines may lie on their days, or many of them."""
    lines = [*claim.lines, *history]
    options = [ways(rule, line) for line in lines]
    number = prod(map(len, options))
    drawn = Random(number)
    chosen = range(number) if number <= MOST_WAYS else drawn.sample(range(number), MOST_WAYS)
    for at in chosen:
        placed: Placed = {}
        rest = at
        for line, each in zip(lines, options, strict=True):
            rest, choice = divmod(rest, len(each))
            placed[id(line)] = each[choice]
        yield placed


def amount(rule: FrequencyLimit, line: ServiceLine, left: dict[int, Decimal]) -> Decimal:
    """How much the line counts, or what is left of it after a reduction."""
    if id(line) in left:
        return left[id(line)]
    if rule.counts == "units":
        return line.units
    return Decimal(line.minutes or 0) if rule.counts == "minutes" else Decimal(1)


def counted(
    rule: FrequencyLimit,
    claim: Claim,
    lines: list[ServiceLine],
    span: tuple[date, date],
    left: dict[int, Decimal],
    placed: Placed,
) -> Decimal:
    """What the lines come to in the span."""
    first, last = span
    if rule.counts in ("days", "visits"):
        marks = set()
        for line in lines:
            own = not isinstance(line, HistoryLine)
            who: Any = claim.rendering_provider(line) if own else line.rendering_provider
            for day in placed[id(line)]:
                if first <= day <= last:
                    by = who.npi if rule.counts == "visits" and rule.visit != "date" else None
                    marks.add((day, by))
        return Decimal(len(marks))
    if rule.counts == "clock-minutes":
        minutes = set()
        for line in lines:
            if first <= line.date_from <= last and isinstance(line.session, Session):
                start, end = line.session.start, line.session.end
                assert start is not None
                assert end is not None
                at = line.date_from.toordinal() * 1440 + start.hour * 60 + start.minute
                length = (end.hour * 60 + end.minute - start.hour * 60 - start.minute) % 1440
                minutes |= set(range(at, at + length))
        return Decimal(len(minutes))
    total = Decimal(0)
    for line in lines:
        inside = [each for day, each in placed[id(line)].items() if first <= day <= last]
        if not inside:
            continue
        whole = amount(rule, line, left)
        if rule.counts in ("units", "minutes"):
            total += whole * sum(inside) / sum(placed[id(line)].values())
        else:
            total += whole
    return total


def anchored(
    rule: FrequencyLimit, lines: list[ServiceLine], line: ServiceLine
) -> tuple[date, date]:
    """The window that holds the line: each opens at the first service after the last one ended."""
    number, opened = rule.window.number or 1, date.min
    ended = date.min
    for day in sorted({each.date_from for each in [*lines, line]}):
        if day > line.date_from:
            break
        if ended == date.min or day > ended:
            opened, ended = day, day + (number - 1) * DAY
    return opened, ended


def fullest(
    rule: FrequencyLimit,
    claim: Claim,
    line: ServiceLine,
    others: list[ServiceLine],
    left: dict[int, Decimal],
    placed: Placed,
) -> Decimal:
    """What the fullest window around the line holds, the line with it."""
    if rule.window.shape == "line":
        return counted(rule, claim, [line], (line.date_from, line.date_to), left, placed)
    if rule.window.shape == "anchored":
        span = anchored(rule, others, line)
        return counted(rule, claim, [line, *others], span, left, placed)
    return max(
        counted(rule, claim, [line, *others], span, left, placed)
        for day in placed[id(line)]
        for span in windows(rule.window, claim, day)
    )


def pool(rule: FrequencyLimit, code: str) -> str:
    """What the code is counted with."""
    if isinstance(rule.pool, ServiceTypes):
        return next(name for name, codes in rule.pool.types if code in codes)
    return code if rule.pool == "per-code" else "all"


def whose(rule: FrequencyLimit, claim: Claim, line: ServiceLine) -> tuple[Any, ...]:
    """What two lines must share to be counted together."""
    earlier = isinstance(line, HistoryLine)
    rendering: Any = line.rendering_provider if earlier else claim.rendering_provider(line)
    billing: Any = (
        line.billing_provider if isinstance(line, HistoryLine) else claim.billing_provider
    )
    member = line.member if isinstance(line, HistoryLine) else claim.member.id
    session = getattr(line.session, "id", None)
    whole = (session,) if rule.window.shape == "session" else ()
    whom: tuple[Any, ...] = {
        "member": (member,),
        "provider": (member, rendering.npi),
        "rendering": (member, rendering.npi),
        "billing": (member, billing.npi),
        "specialty": (member, rendering.specialty),
        "all-members": (rendering.npi,),
        "session": (rendering.npi, session),
    }[rule.scope]
    return (*whom, *whole)


def turn(rule: FrequencyLimit, line: ServiceLine) -> tuple[Any, ...]:
    """Whose turn it is to be kept."""
    if isinstance(rule.keeps, tuple):
        return (rule.keeps.index(line.code), line.date_from, line.number)
    if rule.keeps == "highest-charge":
        return (-(line.charge or 0), line.date_from, line.number)
    return (line.date_from, line.number)


def covered(rule: FrequencyLimit, claim: Claim) -> set[int]:
    """The lines that an authorization takes, by date and number, where that exempts them."""
    found: set[int] = set()
    if rule.exempt is None or not rule.exempt.authorized:
        return found
    left = {each.number: each.units_left or Decimal(0) for each in claim.authorizations or ()}
    for line in sorted(claim.lines, key=lambda each: (each.date_from, each.number)):
        for leave in claim.authorizations or ():
            fits = line.code in (leave.codes or ()) and leave.provider == claim.billing_provider.npi
            dated = leave.date_from <= line.date_from and line.date_to <= leave.date_to  # type: ignore[operator]
            if fits and dated and left[leave.number] >= line.units:
                left[leave.number] -= line.units
                found.add(line.number)
                break
    return found


def judged(
    rule: FrequencyLimit, claim: Claim, history: list[HistoryLine], placed: Placed
) -> dict[int, tuple[str, Decimal | None]]:
    """The lines that do not fit: the outcome, and the part that is paid."""
    assert rule.limit != "none"
    found: dict[int, tuple[str, Decimal | None]] = {}
    kept: list[ServiceLine] = []
    left: dict[int, Decimal] = {}
    exempt = rule.exempt.modifier if rule.exempt else frozenset()
    authorized = covered(rule, claim)
    for line in sorted(claim.lines, key=lambda each: turn(rule, each)):
        if line.code not in rule.codes or exempt & set(line.modifiers):
            continue
        if line.number in authorized:
            continue
        beside = [
            each
            for each in [*history, *(claim.lines if rule.excess == "deny-all" else kept)]
            if each is not line
            and not (each in claim.lines and each.number in authorized)
            and each.code in rule.codes
            and not exempt & set(each.modifiers)
            and pool(rule, each.code) == pool(rule, line.code)
            and whose(rule, claim, each) == whose(rule, claim, line)
        ]
        total = fullest(rule, claim, line, beside, left, placed)
        own = amount(rule, line, left)
        if isinstance(rule.excess, PaymentTiers):
            kept.append(line)
            part = tiered(rule.excess, total - own, total)
            if part < 1:
                found[line.number] = (rule.outcome, part)
        elif total <= rule.limit:
            kept.append(line)
        elif rule.excess == "reduce" and own - (total - rule.limit) > 0:
            left[id(line)] = own - (total - rule.limit)
            found[line.number] = (rule.outcome, left[id(line)] / own)
            kept.append(line)
        else:
            found[line.number] = ("deny" if rule.excess == "reduce" else rule.outcome, None)
    return found


def tiered(tiers: PaymentTiers, first: Decimal, last: Decimal) -> Decimal:
    """The average part of the units from just above the first position to the last."""
    paid, step = Decimal(0), Decimal("0.5")
    at = first
    while at < last:
        part = Decimal(1)
        for above, pays in tiers.tiers:
            if at >= above:
                part = pays
        paid += part * step
        at += step
    return paid / (last - first)
