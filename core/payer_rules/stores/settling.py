"""The lines of claims of which several payments or files speak: what is in force of them.

Most claims are in one payment of one file, and their lines stay as they were read. For the others
the lines are found as if all files were read together, whichever was loaded first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import TypeAlias

import attrs

from payer_rules.errors import Problem
from payer_rules.history import History, HistoryLine
from payer_rules.history.history_sources import UNDECIDED
from payer_rules.readers.joined_histories import joined
from payer_rules.readers.x12 import PaymentState, settled_lines
from payer_rules.stores.database import SELECTED, Database, Row
from payer_rules.stores.line_rows import LINE_COLUMNS, line_of, row_of, text_from

#: A member and the id of a claim, as the database has them.
ClaimKey: TypeAlias = tuple[str, str]

#: The columns of a line that say where it is from, before those of `LINE_COLUMNS`.
ORIGIN_COLUMNS = ("file", "position", "payment", "state")
_PAYMENT = (
    "SELECT file, payment, claim, payer_claim, original, payer, status, trace, paid_on, charge,"
    " paid, frequency, member FROM payments"
)
#: The payment of a claim that replaces or voids another one.
_WITHDRAWS = "(o.frequency IN ('7', '8') OR p.frequency IN ('7', '8'))"
_SOURCES = f"SELECT payment, state, {SELECTED} FROM lines WHERE member = ? AND claim = ?"


@attrs.define
class SettledClaims:
    """The changes by settling: how many lines came into force, and how many without a decision.

    ``gone`` are the first and the last day of lines that went out of force, which may be in force
    again; ``problems`` are the facts that files state differently.
    """

    services: int = 0
    undecided: int = 0
    gone: tuple[date, date] = (date.max, date.min)
    problems: list[Problem] = attrs.Factory(list)

    def count(self, lines: Iterable[HistoryLine], sign: int = 1) -> None:
        """Add lines that are in force, or take them away."""
        for line in lines:
            self.services += sign
            self.undecided += sign * (line.status in UNDECIDED)
            if sign < 0:
                first, last = self.gone
                self.gone = (min(first, line.date_from), max(last, line.date_to))


def entangled_claims(database: Database, file: int) -> Iterator[ClaimKey]:
    """Yield the claims of a file of which other payments, or other files, speak as well.

    The table ``loading`` has the claims of the file.
    """
    payments = (
        "SELECT DISTINCT p.member, p.claim FROM payments p WHERE p.file = ? AND ("
        " p.original IS NOT NULL"
        " OR EXISTS (SELECT 1 FROM payments o WHERE o.claim = p.claim"
        "  AND (o.file <> p.file OR o.payment <> p.payment))"
        " OR EXISTS (SELECT 1 FROM payments o WHERE o.original = p.payer_claim)"
        f" OR EXISTS (SELECT 1 FROM payments o WHERE o.payer_claim = p.payer_claim"
        f"  AND o.claim <> p.claim AND {_WITHDRAWS}))"
    )
    others = (
        "SELECT DISTINCT n.member, n.claim FROM loading n JOIN lines o ON o.member = n.member"
        " AND o.claim = n.claim WHERE o.file <> 0 AND o.file <> ?"
    )
    for member, claim in (*database.rows(payments, (file,)), *database.rows(others, (file,))):
        yield member or "", claim


def dependent_claims(database: Database, file: int) -> set[ClaimKey]:
    """Return the claims of which lines may be in force because of the file, or no longer are.

    The table ``loading`` has the claims of the file.
    """
    settled = (
        "SELECT DISTINCT n.member, n.claim FROM loading n JOIN lines o ON o.member = n.member"
        " AND o.claim = n.claim WHERE o.file = 0"
    )
    found = {*entangled_claims(database, file), *database.rows(settled)}
    for _, claim in tuple(found):
        related = _related_payments(database, claim)
        found.update((row[-1], row[2]) for row in related if row[-1] is not None)
    return found


def settle(database: Database, keys: Iterable[ClaimKey], names: dict[int, str]) -> SettledClaims:
    """Write the lines that are in force of the claims, and of those that depend on them.

    ``names`` are the names of the files, for messages.
    """
    settled = SettledClaims()
    done: set[ClaimKey] = set()
    for key in keys:
        if key in done:
            continue
        payments = _related_payments(database, key[1])
        related = {(row[-1], row[2]) for row in payments if row[-1] is not None} | {key}
        sources = {each: database.rows(_SOURCES, each) for each in sorted(related)}
        in_force = _remitted(payments, sources)
        for each, rows in sources.items():
            _settle_claim(database, each, rows, in_force.get(each, []), names, settled)
        done |= related
    return settled


def _related_payments(database: Database, claim: str) -> list[Row]:
    """Return the payments of the claim, and those of claims that they change or are changed by."""
    found: dict[tuple[int, int], Row] = {}
    seen: set[str] = set()
    waiting = [claim]
    while waiting:
        each = waiting.pop()
        if each in seen:
            continue
        seen.add(each)
        for row in database.rows(f"{_PAYMENT} WHERE claim = ?", (each,)):
            found[row[0], row[1]] = row
            number, original = row[3], row[4]
            links = (("payer_claim", original), ("original", number), ("payer_claim", number))
            for column, value in links:
                if value is not None:
                    others = database.rows(f"{_PAYMENT} WHERE {column} = ?", (value,))
                    waiting += (other[2] for other in others)
    return [found[place] for place in sorted(found)]


def _remitted(
    payments: Iterable[Row], sources: dict[ClaimKey, list[Row]]
) -> dict[ClaimKey, list[HistoryLine]]:
    """Return the lines of the payments that are in force, by claim."""
    lines: dict[tuple[int, int], list[tuple[int, HistoryLine]]] = {}
    keys: dict[ClaimKey, ClaimKey] = {}
    for key, rows in sources.items():
        keys[text_from(key[0]), text_from(key[1])] = key
        for payment, _, *row in rows:
            file, position = row[-2:]
            if payment is not None:
                lines.setdefault((file, payment), []).append((position, line_of(tuple(row))))
    states = [
        _state_of(row, [line for _, line in sorted(lines.get((row[0], row[1]), []), key=_place)])
        for row in payments
    ]
    found: dict[ClaimKey, list[HistoryLine]] = {}
    for line in settled_lines(states):
        found.setdefault(keys[line.member, line.claim], []).append(line)
    return found


def _place(line: tuple[int, HistoryLine]) -> int:
    return line[0]


def _state_of(row: Row, lines: list[HistoryLine]) -> PaymentState:
    _, _, claim, number, original, payer, status, trace, paid_on, charge, paid, frequency, _ = row
    return PaymentState(
        claim=text_from(claim),
        number=_known_text(number),
        original=_known_text(original),
        payer=_known_text(payer),
        status=status,
        frequency=_known_text(frequency),
        trace=_known_text(trace),
        day=None if paid_on is None else date.fromordinal(paid_on),
        charge=Decimal(charge),
        paid=Decimal(paid),
        lines=lines,
    )


def _known_text(text: str | None) -> str | None:
    return None if text is None else text_from(text)


def _settle_claim(
    database: Database,
    key: ClaimKey,
    rows: list[Row],
    remitted: list[HistoryLine],
    names: dict[int, str],
    settled: SettledClaims,
) -> None:
    """Write the lines that are in force of one claim, in place of those that were."""
    settled.count((line_of(tuple(row)) for _, state, *row in rows if state), -1)
    files: dict[int, list[tuple[int, HistoryLine]]] = {}
    for payment, _, *row in rows:
        file, position = row[-2:]
        if file and payment is None:
            files.setdefault(file, []).append((position, line_of(tuple(row))))
    histories = [
        (names[file], History.unknown(tuple(line for _, line in sorted(lines, key=_place))))
        for file, lines in sorted(files.items())
    ]
    remittances = {row[-2] for row in rows if row[0] is not None}
    if remittances:
        name = ", ".join(names[file] for file in sorted(remittances))
        histories.append((name, History.unknown(tuple(remitted))))
    history, problems = joined(histories) if histories else (History.unknown(), [])
    settled.count(history.lines)
    settled.problems += problems
    _replace(database, key, history.lines, has_conflict=bool(problems))


def _replace(
    database: Database, key: ClaimKey, lines: Iterable[HistoryLine], *, has_conflict: bool
) -> None:
    """Write the lines in force; what was read stays, and is no longer in force by itself."""
    where = "WHERE member = ? AND claim = ?"
    database.change(f"DELETE FROM lines {where} AND file = 0", key)
    database.change(f"UPDATE lines SET state = 0 {where} AND state <> 0", key)
    database.change(f"DELETE FROM conflicts {where}", key)
    if has_conflict:
        database.insert("conflicts", ("member", "claim"), [key])
    rows = [(0, at, None, 2, *row_of(line)) for at, line in enumerate(lines)]
    if rows:
        database.insert("lines", (*ORIGIN_COLUMNS, *LINE_COLUMNS), rows)
