"""An oracle for frequency limits: brute force over every day and every window.

It shares no code with the engine and assumes that everything is known: the history is complete,
every line was paid, and no earlier stage denied anything.
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
from payer_rules.kinds import (
    FrequencyLimit,
    FrequencyMinimum,
    PaymentTiers,
    ReductionUnless,
    ServiceTypes,
)
from payer_rules.rules import Course, Window

DAY = timedelta(days=1)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: Windows are looked for this many days around a day: longer than the longest that tests use.
AROUND = 800


def month_later(day: date, months: int) -> date:
    """Return the same day so many months later, or the last day of a shorter month."""
    at = day.year * 12 + day.month - 1 + months
    year, month = at // 12, at % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def year_starts(begins: str, day: date) -> list[date]:
    """Return the first days of the years around the day."""
    month, of_month = int(begins[:2]), int(begins[3:])
    starts = []
    for year in (day.year - 1, day.year, day.year + 1):
        last = monthrange(year, month)[1]
        starts.append(date(year, month, of_month) if of_month <= last else date(year, month + 1, 1))
    return starts


def windows(window: Window, claim: Claim, day: date) -> Iterator[tuple[date, date]]:
    """Yield all windows that contain the day, of the shapes that do not depend on services."""
    number = window.number or 0
    if window.shape in ("day", "session"):
        yield day, day
    elif window.shape == "rolling":
        length = number - window.early_by_days
        for back in range(length):
            yield day - back * DAY, day + (length - 1 - back) * DAY
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
    elif window.shape in ("lifetime", "authorization"):
        yield date.min, date.max
    elif window.shape == "episode":
        start = claim.episode_start
        assert isinstance(start, date)
        yield (start, date.max) if day >= start else (date.min, start - DAY)
    else:
        yield from gaps(window, day)


def gaps(window: Window, day: date) -> Iterator[tuple[date, date]]:
    """Yield the windows of months that contain the day, by trying every first day."""
    number = window.number or 0
    for back in range(AROUND):
        first = day - back * DAY
        if window.shape == "rolling-months":
            last = month_later(first, number) - DAY
        else:
            assert window.shape == "gap-full-months"
            due = month_later(first.replace(day=1), number)
            last = due.replace(day=monthrange(due.year, due.month)[1])
        last -= window.early_by_days * DAY
        if last >= day:
            yield first, last


def days_of(line: ServiceLine) -> list[date]:
    """Return the days of the line."""
    return [line.date_from + n * DAY for n in range((line.date_to - line.date_from).days + 1)]


#: How much of each line, by its identity, was on each day. At most so many ways are tried.
Placed = dict[int, dict[date, Decimal]]
MOST_WAYS = 120


def ways(rule: FrequencyLimit, line: ServiceLine) -> list[dict[date, Decimal]]:
    """Return the ways in which the services of a line can be spread over its days."""
    days = days_of(line)
    whole = amount(rule, line, {})
    if len(days) == 1:
        return [{days[0]: whole}]
    if rule.counts in ("charged", "allowed", "points"):
        return [{day: whole} for day in days]
    if rule.counts in ("services", "days", "visits"):
        subsets = (chosen for n in range(1, len(days) + 1) for chosen in combinations(days, n))
        return [dict.fromkeys(chosen, Decimal(1)) for chosen in subsets]
    step = Decimal(30) if rule.counts == "minutes" else Decimal(1)
    found: list[dict[date, Decimal]] = []
    for chosen in combinations_with_replacement(days, int(whole / step)):
        found.append({day: step * chosen.count(day) for day in dict.fromkeys(chosen)})
    return found


def placements(rule: FrequencyLimit, claim: Claim, history: list[HistoryLine]) -> Iterator[Placed]:
    """Yield the ways in which all lines can be spread over their days, or many of them."""
    lines = [*claim.lines, *history]
    options = [ways(rule, line) for line in lines]
    number = prod(map(len, options))
    drawn = Random(number)
    chosen = range(number) if number <= MOST_WAYS else drawn.sample(range(number), MOST_WAYS)
    for at in chosen:
        placed: Placed = {}
        rest = at
        for line, ways_of_line in zip(lines, options, strict=True):
            rest, choice = divmod(rest, len(ways_of_line))
            placed[id(line)] = ways_of_line[choice]
        yield placed


def amount(rule: FrequencyLimit, line: ServiceLine, left: dict[int, Decimal]) -> Decimal:
    """Return how much the line counts, or what is left of it after a reduction."""
    if id(line) in left:
        return left[id(line)]
    if rule.counts == "units":
        return line.units
    if rule.counts == "allowed":
        return line.allowed or Decimal(0)
    if rule.counts == "charged":
        return line.charge or Decimal(0)
    if rule.counts == "points":
        assert rule.points is not None
        return line.units * dict(rule.points.points)[line.code]
    return Decimal(line.minutes or 0) if rule.counts == "minutes" else Decimal(1)


def counted(
    rule: FrequencyLimit,
    claim: Claim,
    lines: list[ServiceLine],
    span: tuple[date, date],
    left: dict[int, Decimal],
    placed: Placed,
) -> Decimal:
    """Return the total of the lines in the span."""
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
        inside = [share for day, share in placed[id(line)].items() if first <= day <= last]
        if not inside:
            continue
        whole = amount(rule, line, left)
        if rule.counts in ("units", "minutes", "charged", "allowed", "points"):
            total += whole * sum(inside) / sum(placed[id(line)].values())
        else:
            total += whole
    return total


def anchored(
    rule: FrequencyLimit, lines: list[ServiceLine], line: ServiceLine
) -> tuple[date, date]:
    """Return the window of the line; each opens at the first service after the last one ended."""
    number, opened = rule.window.number or 1, date.min
    ended = date.min
    for day in sorted({other.date_from for other in [*lines, line]}):
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
    """Return the total of the fullest window around the line, the line included."""
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


#: A service of a course: its day, its code and the line.
Service = tuple[date, str, ServiceLine]


def services_of(course: Course, lines: list[ServiceLine]) -> list[Service]:
    """Return the services of a course: earlier lines before those of the claim on each day."""
    codes = course.codes | (course.opens or frozenset()) | course.ends.codes
    ordered = sorted(
        (line for line in lines if line.code in codes),
        key=lambda line: (
            line.date_from,
            not isinstance(line, HistoryLine),
            getattr(line, "claim", ""),
            line.number,
        ),
    )
    return [(line.date_from, line.code, line) for line in ordered]


def is_over(course: Course, first: date, served: date, day: date) -> bool:
    """Return True if a course is closed on the day because of the time that went by."""
    ends = course.ends
    return (
        (ends.days_without is not None and (day - served).days > ends.days_without)
        or (ends.months_without is not None and day > month_later(served, ends.months_without))
        or (ends.days is not None and (day - first).days >= ends.days)
        or (ends.months is not None and day >= month_later(first, ends.months))
    )


def place_in_course(
    course: Course, lines: list[ServiceLine], line: ServiceLine
) -> tuple[int, int, int, date, date] | None:
    """Return the ordinal, day and number of a line in its course, and the course's days.

    Every day is looked at, up to two years after the line.
    """
    opens = course.codes if course.opens is None else course.opens
    by_day: dict[date, list[Service]] = {}
    for service in services_of(course, lines):
        by_day.setdefault(service[0], []).append(service)
    is_service = any(one is line for services in by_day.values() for *_, one in services)
    day = min([*by_day, line.date_from])
    last = line.date_from + 2 * 366 * DAY
    first = served = day
    is_open, ordinal, number = False, 0, 0
    found: tuple[int, int, int, date] | None = None
    while day <= last:
        if is_open and is_over(course, first, served, day):
            is_open = False
            if found is not None:
                return (*found, max(day - DAY, line.date_from))
        for at, code, one in by_day.get(day, ()):
            restarts = code in opens and not (is_open and first == at)
            closes = code in course.ends.codes and (restarts or code not in opens)
            if is_open and not (closes and restarts):
                ordinal, served = ordinal + 1, at
            elif code in opens:
                if found is not None:
                    return (*found, max(day - DAY, line.date_from))
                is_open, first, served, ordinal, number = True, at, at, 1, number + 1
            if one is line:
                if not is_open:
                    return None
                found = (ordinal, (at - first).days + 1, number, first)
            if is_open and closes and not restarts:
                is_open = False
                if found is not None:
                    return (*found, day)
        if day == line.date_from and not is_service:
            if not is_open:
                return None
            found = (ordinal, (day - first).days + 1, number, first)
        day += DAY
    return (*found, date.max) if found is not None else None


def pool(rule: FrequencyLimit, code: str) -> str:
    """Return what the codes that count together have in common."""
    if isinstance(rule.pool, ServiceTypes):
        return next(name for name, codes in rule.pool.types if code in codes)
    return code if rule.pool == "per-code" else "all"


def whose(rule: FrequencyLimit, claim: Claim, line: ServiceLine) -> tuple[Any, ...]:
    """Return what lines that count together have in common."""
    earlier = isinstance(line, HistoryLine)
    rendering: Any = line.rendering_provider if earlier else claim.rendering_provider(line)
    billing: Any = (
        line.billing_provider if isinstance(line, HistoryLine) else claim.billing_provider
    )
    member = line.member if isinstance(line, HistoryLine) else claim.member.id
    session = getattr(line.session, "id", None)
    whole = (session,) if rule.window.shape == "session" else ()
    if rule.window.shape == "authorization":
        whole = (authorization_of(claim, line),)
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


def authorization_of(claim: Claim, line: ServiceLine) -> str | None:
    """Return the number of the only authorization that covers the line, or None."""
    for held in claim.authorizations or ():
        assert held.date_from is not None
        assert held.date_to is not None
        is_dated = held.date_from <= line.date_from and line.date_to <= held.date_to
        if is_dated and line.code in (held.codes or ()):
            return held.number
    return None


def turn(rule: FrequencyLimit, line: ServiceLine) -> tuple[Any, ...]:
    """Return the sort key of the order in which lines are kept."""
    if isinstance(rule.keeps, tuple):
        return (rule.keeps.index(line.code), line.date_from, line.number)
    if rule.keeps == "highest-charge":
        return (-(line.charge or 0), line.date_from, line.number)
    return (line.date_from, line.number)


def covered(rule: FrequencyLimit, claim: Claim) -> set[int]:
    """Return the numbers of the lines that an authorization exempts, by date and number."""
    found: set[int] = set()
    if rule.exempt is None or not rule.exempt.authorized:
        return found
    left = {a.number: a.units_left or Decimal(0) for a in claim.authorizations or ()}
    excepted = {modifier for when in rule.exceptions for modifier in when.modifier or ()}
    lines = [
        line
        for line in claim.lines
        if line.code in rule.codes and not excepted & set(line.modifiers)
    ]
    for line in sorted(lines, key=lambda line: (line.date_from, line.number)):
        for authorization in claim.authorizations or ():
            assert authorization.date_from is not None
            assert authorization.date_to is not None
            is_of_provider = authorization.provider == claim.billing_provider.npi
            fits = is_of_provider and line.code in (authorization.codes or ())
            starts_in_time = authorization.date_from <= line.date_from
            dated = starts_in_time and line.date_to <= authorization.date_to
            if fits and dated and left[authorization.number] >= line.units:
                left[authorization.number] -= line.units
                found.add(line.number)
                break
    return found


def judged(
    rule: FrequencyLimit, claim: Claim, history: list[HistoryLine], placed: Placed
) -> dict[int, tuple[str, Decimal | None]]:
    """Return the outcome and the part that is paid for each line that does not fit."""
    assert rule.limit != "none"
    found: dict[int, tuple[str, Decimal | None]] = {}
    kept: list[ServiceLine] = []
    left: dict[int, Decimal] = {}
    exempt = rule.exempt.modifier if rule.exempt else frozenset()
    for exception in rule.exceptions:
        exempt |= exception.modifier or frozenset()
    authorized = covered(rule, claim)
    units_left = {held.number: held.units_left or Decimal(0) for held in claim.authorizations or ()}
    for line in claim.lines:
        if line.number in authorized:
            # NOTE: a claim of these tests has one authorization at most.
            units_left[next(iter(units_left))] -= line.units
    course = rule.window.course
    outside = [
        line.number
        for line in claim.lines
        if course and place_in_course(course, [*history, *claim.lines], line) is None
    ]
    for line in sorted(claim.lines, key=lambda line: turn(rule, line)):
        if line.code not in rule.codes or exempt & set(line.modifiers):
            continue
        if line.number in authorized:
            continue
        if rule.window.shape == "authorization" and authorization_of(claim, line) is None:
            continue
        others = [
            other
            for other in [*history, *(claim.lines if rule.excess == "deny-all" else kept)]
            if other is not line
            and not (other in claim.lines and other.number in (*authorized, *outside))
            and other.code in rule.codes
            and not exempt & set(other.modifiers)
            and pool(rule, other.code) == pool(rule, line.code)
            and whose(rule, claim, other) == whose(rule, claim, line)
            and (rule.sites == "together" or other.body_site == line.body_site)
        ]
        if rule.window.course is not None:
            place = place_in_course(rule.window.course, [*history, *claim.lines], line)
            if place is None:
                continue
            total = counted(rule, claim, [line, *others], place[-2:], left, placed)
        else:
            total = fullest(rule, claim, line, others, left, placed)
        own = amount(rule, line, left)
        if isinstance(rule.excess, PaymentTiers):
            kept.append(line)
            part = tiered(rule.excess, total - own, total)
            if part < 1:
                found[line.number] = (rule.outcome, part)
        elif total <= rule.limit:
            kept.append(line)
        elif isinstance(rule.excess, ReductionUnless):
            fits = max(Decimal(0), own - (total - rule.limit))
            number = authorization_of(claim, line)
            granted = min(own - fits, units_left[number]) if number else Decimal(0)
            if number:
                units_left[number] -= granted
            if fits:
                left[id(line)] = fits
                kept.append(line)
            if fits + granted < own:
                paid = (fits + granted) / own
                found[line.number] = (rule.outcome, paid) if paid else ("deny", None)
        elif rule.excess == "reduce" and own - (total - rule.limit) > 0:
            left[id(line)] = own - (total - rule.limit)
            found[line.number] = (rule.outcome, left[id(line)] / own)
            kept.append(line)
        else:
            found[line.number] = ("deny" if rule.excess == "reduce" else rule.outcome, None)
    return found


def is_short(
    minimum: FrequencyMinimum,
    counts_like: FrequencyLimit,
    claim: Claim,
    history: list[HistoryLine],
    line: ServiceLine,
    placed: Placed,
) -> bool:
    """Return True if no window around the line holds as much as the minimum asks for.

    ``counts_like`` is a limit that counts the same services.
    """
    exempt = minimum.exempt.modifier if minimum.exempt else frozenset()
    codes = minimum.of if minimum.of is not None else minimum.codes
    lines = [
        other
        for other in [*history, *claim.lines]
        if other.code in codes
        and not exempt & set(other.modifiers)
        and whose(counts_like, claim, other) == whose(counts_like, claim, line)
    ]
    if minimum.window.shape == "line":
        own = [other for other in lines if other is line]
        most = counted(counts_like, claim, own, (line.date_from, line.date_to), {}, placed)
        return most < minimum.at_least
    totals = []
    for day in placed[id(line)]:
        for first, last in windows(minimum.window, claim, day):
            span = (first, day - DAY) if minimum.earlier_only else (first, last)
            totals.append(counted(counts_like, claim, lines, span, {}, placed))
    return max(totals) < minimum.at_least


def tiered(tiers: PaymentTiers, first: Decimal, last: Decimal) -> Decimal:
    """Return the average part that is paid from above the first position up to the last."""
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
