"""The loops of the screen as machine code: pairs, units and limits of each member's lines.

Lines of a member are in order of receipt. `screen_accepted` decides claim by claim, and only lines
that were not denied count later; `screen_billed` takes all lines as billed together. A member with
a line on which the answer rests on more than the columns is marked: the engine decides it.
"""

from __future__ import annotations

from payer_rules.batch.screen_arrays import (
    FIRST_LIMIT,
    PAIR_RULE,
    ROLLING,
    UNIT_RULE,
    KeyArrays,
    LineArrays,
    Numbers,
    RuleArrays,
)
from payer_rules.batch.screen_member import (
    DENIED,
    REVIEWED,
    MemberLines,
    add_key,
    compiled,
    conflict,
    empty_member,
    load_member,
    shares,
)


@compiled
def _screen_pairs(
    local: MemberLines, rules: RuleArrays, keys: KeyArrays, start: int, end: int
) -> bool:
    """Record pairs among the claim's lines and with earlier ones; return True if one is open."""
    is_open = False
    for line in range(start, end):
        other = local.before[line]
        while other >= 0:
            if other >= start or local.state[other] != DENIED:
                first, second, unclear = conflict(local, rules, line, other)
                if first >= 0:
                    is_open |= unclear or (other < start and local.state[other] == REVIEWED)
                    if other >= start or second == line:
                        add_key(keys, PAIR_RULE, local.row[second], local.row[first])
                        local.fresh[second] = 1
                    else:
                        add_key(keys, PAIR_RULE, local.row[line], local.row[other])
                        local.reviewed[line] = 1
            other = local.before[other]
    for line in range(start, end):
        if local.fresh[line]:
            local.state[line] = DENIED
        elif local.reviewed[line]:
            local.state[line] = REVIEWED
        local.fresh[line] = 0
    return is_open


@compiled
def _screen_units(
    local: MemberLines, rules: RuleArrays, keys: KeyArrays, start: int, end: int
) -> bool:
    """Record the lines whose units, or those of their day, exceed the MUE."""
    is_open = False
    local.taken[start:end] = 0
    for last in range(end - 1, start - 1, -1):
        code = local.code[last]
        most = rules.most[code]
        if most < 0 or local.taken[last]:
            continue
        if rules.is_of_line[code]:
            if local.units[last] > most or most == 0:
                add_key(keys, UNIT_RULE, local.row[last], -1)
                local.fresh[last] = 1
            continue
        total = 0
        line = last
        while line >= 0:
            if local.code[line] == code:
                shared = shares(local, rules.unit_scope, last, line)
                if line >= start or local.state[line] != DENIED:
                    is_open |= shared < 0 or (line < start and local.state[line] == REVIEWED)
                    if shared > 0:
                        total += local.units[line]
            line = local.before[line]
        is_above = total > most or most == 0
        line = last
        while line >= start:
            if local.code[line] == code and shares(local, rules.unit_scope, last, line) > 0:
                local.taken[line] = 1
                if is_above:
                    add_key(keys, UNIT_RULE, local.row[line], -1)
                    local.fresh[line] = 1
            line = local.before[line]
    return is_open


@compiled
def _amount(local: MemberLines, rules: RuleArrays, limit: int, line: int) -> int:
    return local.units[line] if rules.counts_units[limit] else 1


@compiled
def _fullest(local: MemberLines, rules: RuleArrays, limit: int, line: int) -> tuple[int, bool]:
    """Return the most that a window around the line holds without it, and whether it is open."""
    day, scope = local.day[line], rules.limit_scope[limit]
    length = rules.length[limit]
    is_rolling = rules.window[limit] == ROLLING
    period = 0 if is_rolling else rules.periods[length, day - rules.first_period_day]
    total, count, is_open, has_later = 0, 0, False, False
    entry = local.heads[limit]
    while entry >= 0:
        other = local.entry_line[entry]
        entry = local.entry_next[entry]
        if local.state[other] == DENIED:
            continue
        there = local.day[other]
        if is_rolling:
            if abs(there - day) >= length:
                continue
        elif rules.periods[length, there - rules.first_period_day] != period:
            continue
        shared = shares(local, scope, line, other)
        is_open |= shared < 0 or (shared > 0 and local.state[other] == REVIEWED)
        if shared > 0:
            amount = _amount(local, rules, limit, other)
            total += amount
            has_later |= there > day
            local.found[0, count], local.found[1, count] = there, amount
            count += 1
    if is_rolling and has_later:
        total = _fullest_rolling(local, count, day, length)
    return total, is_open


@compiled
def _fullest_rolling(local: MemberLines, count: int, day: int, length: int) -> int:
    """Return the most that the lines found add to a window of so many days with the day."""
    best = 0
    for at in range(-1, count):
        start = day if at < 0 else local.found[0, at]
        if start > day:
            continue
        total = 0
        for each in range(count):
            if start <= local.found[0, each] < start + length:
                total += local.found[1, each]
        best = max(best, total)
    return best


@compiled
def _keep(local: MemberLines, limit: int, line: int) -> None:
    entry = local.entries[0]
    local.entry_line[entry] = line
    local.entry_next[entry] = local.heads[limit]
    local.heads[limit] = entry
    local.entries[0] = entry + 1


@compiled
def _screen_limit(
    local: MemberLines, rules: RuleArrays, keys: KeyArrays, limit: int, start: int, end: int
) -> bool:
    """Record the lines of a claim that do not fit into a window of the limit."""
    is_open = False
    count = 0
    order = local.taken[start:end]
    for line in range(start, end):
        if rules.has_code[limit, local.code[line]]:
            place = count
            while place > 0 and local.day[order[place - 1]] > local.day[line]:
                order[place] = order[place - 1]
                place -= 1
            order[place] = line
            count += 1
    for denied in range(2):
        for place in range(count):
            line = order[place]
            if (local.state[line] == DENIED) != (denied == 1):
                continue
            total, unclear = _fullest(local, rules, limit, line)
            is_open |= unclear or local.state[line] == REVIEWED
            if total + _amount(local, rules, limit, line) > rules.maximum[limit]:
                add_key(keys, FIRST_LIMIT + limit, local.row[line], -1)
                local.fresh[line] = 1
            elif not denied:
                _keep(local, limit, line)
    return is_open


@compiled
def _settle(local: MemberLines, start: int, end: int) -> None:
    """Take the denials of a stage over."""
    for line in range(start, end):
        if local.fresh[line]:
            local.state[line] = DENIED
            local.fresh[line] = 0


@compiled
def _screen_limits(
    local: MemberLines, rules: RuleArrays, keys: KeyArrays, start: int, end: int
) -> bool:
    """Evaluate the limits that a claim's codes meet, stage by stage; that of a day is the first."""
    is_open = False
    count = 0
    for line in range(start, end):
        code = local.code[line]
        for at in range(rules.limit_places[code], rules.limit_places[code + 1]):
            limit = rules.limits_of_code[at]
            if local.stamps[limit] != start:
                local.stamps[limit] = start
                place = count
                while place > 0 and local.touched[place - 1] > limit:
                    local.touched[place] = local.touched[place - 1]
                    place -= 1
                local.touched[place] = limit
                count += 1
    stage = 1
    for at in range(count):
        limit = local.touched[at]
        if rules.stage[limit] != stage:
            _settle(local, start, end)
            stage = rules.stage[limit]
        is_open |= _screen_limit(local, rules, keys, limit, start, end)
    _settle(local, start, end)
    return is_open


@compiled
def _room_for(lines: LineArrays, rules: RuleArrays, first: int, last: int) -> MemberLines:
    """Return room for the lines of any of the members, and for all limits of their codes."""
    most = 1
    for member in range(first, last):
        most = max(most, lines.starts[member + 1] - lines.starts[member])
    widest = 1
    for code in range(rules.codes):
        widest = max(widest, rules.limit_places[code + 1] - rules.limit_places[code])
    return empty_member(most, len(rules.maximum), most * widest)


@compiled
def screen_accepted(
    lines: LineArrays, rules: RuleArrays, first: int, last: int, keys: KeyArrays, opened: Numbers
) -> None:
    """Add the keys of the members, claim by claim, and mark the members that are open."""
    local = _room_for(lines, rules, first, last)
    for member in range(first, last):
        count = load_member(lines, member, local)
        start = 0
        while start < count:
            end = start + 1
            while end < count and local.claim[end] == local.claim[start]:
                end += 1
            is_open = _screen_pairs(local, rules, keys, start, end)
            is_open |= _screen_units(local, rules, keys, start, end)
            is_open |= _screen_limits(local, rules, keys, start, end)
            opened[member] |= is_open
            start = end


@compiled
def screen_billed(
    lines: LineArrays, rules: RuleArrays, first: int, last: int, keys: KeyArrays, opened: Numbers
) -> None:
    """Add the keys of the members, all lines as billed: what is denied counts as well."""
    local = _room_for(lines, rules, first, last)
    for member in range(first, last):
        count = load_member(lines, member, local)
        is_open = _bill_limits(local, rules, keys, count)
        for line in range(count):
            other = local.before[line]
            while other >= 0:
                one, two, unclear = conflict(local, rules, line, other)
                if one >= 0:
                    is_open |= unclear
                    add_key(keys, PAIR_RULE, local.row[two], local.row[one])
                other = local.before[other]
        is_open |= _screen_units(local, rules, keys, 0, count)
        opened[member] |= is_open


@compiled
def _bill_limits(local: MemberLines, rules: RuleArrays, keys: KeyArrays, count: int) -> bool:
    """Record the lines with which a window that ends on their day is too full.

    The lines come in order of their days, as `_link_days` left them.
    """
    is_open = False
    order = local.taken
    for place in range(count):
        line = order[place]
        day, code = local.day[line], local.code[line]
        for at in range(rules.limit_places[code], rules.limit_places[code + 1]):
            limit = rules.limits_of_code[at]
            length, scope = rules.length[limit], rules.limit_scope[limit]
            is_rolling = rules.window[limit] == ROLLING
            period = 0 if is_rolling else rules.periods[length, day - rules.first_period_day]
            total = _amount(local, rules, limit, line)
            entry = local.heads[limit]
            while entry >= 0:
                other = local.entry_line[entry]
                if is_rolling:
                    if local.day[other] <= day - length:
                        break
                elif rules.periods[length, local.day[other] - rules.first_period_day] != period:
                    break
                shared = shares(local, scope, line, other)
                is_open |= shared < 0
                if shared > 0:
                    total += _amount(local, rules, limit, other)
                entry = local.entry_next[entry]
            if total > rules.maximum[limit]:
                add_key(keys, FIRST_LIMIT + limit, local.row[line], -1)
            _keep(local, limit, line)
    return is_open
