"""Several histories joined: each line once, with a report of the differences between files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final, TypeAlias, get_args

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import Problem
from payer_rules.history import History, HistoryLine, Status
from payer_rules.text.quoting import named, redacted

__all__ = ["joined", "widest_of"]

#: What two files may say differently of one line, so that it is not known what counts.
_COMPARED: Final = ("status", "units", "paid_units", "modifiers")
_NAMES: Final = tuple(field.name for field in attrs.fields(HistoryLine))
#: By code and days the same service, of whatever number.
_Service: TypeAlias = tuple[str, date, date]


@attrs.define
class _JoinedLine:
    """A line and the name of the file that it was read from."""

    line: HistoryLine
    file: str

    @property
    def service(self) -> _Service:
        return _service(self.line)

    def clear_outcome(self) -> None:
        """Clear the status and the paid units of the line: they are not known."""
        self.line = attrs.evolve(self.line, status=None, paid_units=None)


def joined(histories: Sequence[tuple[str, History]]) -> tuple[History, list[Problem]]:
    """Return the histories of files as one, and the problems of lines that differ.

    A line that several files have counts once. Where the files differ, its outcome is not known.
    What one file states to be complete stays complete with the lines of the others.
    """
    if len(histories) == 1:
        return histories[0][1], []
    held: dict[tuple[str, str], list[_JoinedLine]] = {}
    problems: list[Problem] = []
    for file, history in histories:
        claims: dict[tuple[str, str], list[HistoryLine]] = {}
        for line in history.lines:
            claims.setdefault((line.member, line.claim), []).append(line)
        for claim, lines in claims.items():
            problems += _add(held.setdefault(claim, []), lines, file)
    widest = widest_of([history for _, history in histories])
    together = (entry.line for entries in held.values() for entry in entries)
    return attrs.evolve(widest, lines=together), problems


def widest_of(histories: Iterable[History]) -> History:
    """Return the history that knows most: of all providers rather than one, then the longest."""
    return min(
        histories,
        key=lambda each: (
            each.covers_from == date.max,
            each.covers_billing is not None,
            each.covers_from,
            each.covers_rendering is None,
        ),
    )


def _add(entries: list[_JoinedLine], lines: Iterable[HistoryLine], file: str) -> Iterator[Problem]:
    """Add the lines of one claim in the file to those of earlier files."""
    earlier = list(entries)
    added = []
    for line in lines:
        same = [
            entry
            for entry in earlier
            if entry.service == _service(line) and _may_share_payer(entry.line, line)
        ]
        if same:
            entry = min(same, key=lambda entry: _unlike(entry.line, line))
            earlier.remove(entry)
            yield from _unite(entry, line, file)
        else:
            added.append(_JoinedLine(line, file))
    for new in added:
        # NOTE: left are lines of the earlier files that this one does not have.
        clash = next((each for each in earlier if _clash(each.line, new.line)), None)
        if clash is not None:
            codes = redacted(clash.line.code), redacted(new.line.code)
            what = f"its code is {codes[0]} in {clash.file} and {codes[1]} here"
            if clash.line.code == new.line.code:
                what = f"its days are others in {clash.file}"
            yield _problem(new.line, file, what)
            clash.clear_outcome()
            new.clear_outcome()
    entries += added


def _service(line: HistoryLine) -> _Service:
    return line.code, line.date_from, line.date_to


def _unlike(one: HistoryLine, other: HistoryLine) -> tuple[bool, int]:
    """Return a measure of the difference between two lines of one service.

    Files may number the lines of a claim differently.
    """
    return one.number != other.number, len([*_differences(one, other)])


def _clash(one: HistoryLine, other: HistoryLine) -> bool:
    """Return True if two services have one line number and neither was taken back."""
    if "void" in (one.status, other.status) or not _may_share_payer(one, other):
        return False
    return one.number == other.number


def _may_share_payer(one: HistoryLine, other: HistoryLine) -> bool:
    """Return True unless the two lines state different payers, each of which answers by itself."""
    return None in (one.payer, other.payer) or one.payer == other.payer


def _differences(one: HistoryLine, other: HistoryLine) -> Iterator[str]:
    for name in _COMPARED:
        mine, theirs = getattr(one, name), getattr(other, name)
        if mine not in (None, ()) and theirs not in (None, ()) and mine != theirs:
            yield name


def _unite(entry: _JoinedLine, line: HistoryLine, file: str) -> Iterator[Problem]:
    """Merge the line into the entry; if they differ, the outcome is not known."""
    mine = entry.line
    differing = [*_differences(mine, line)]
    missing = {
        name: getattr(line, name)
        for name in _NAMES
        if getattr(mine, name) in (None, ()) and getattr(line, name) not in (None, ())
    }
    if not differing:
        entry.line = attrs.evolve(mine, **missing)
        return
    missing["units"] = max(mine.units, line.units)
    entry.line = attrs.evolve(mine, **missing)
    entry.clear_outcome()
    name = differing[0]
    values = _told(getattr(mine, name)), _told(getattr(line, name))
    what = f"its {name.replace('_', ' ')} is {values[0]} in {entry.file} and {values[1]} here"
    yield _problem(line, file, what)


def _told(value: object) -> str:
    """Return the value for a message, as far as it may be quoted."""
    return str(value) if value in get_args(Status) else redacted(value)


def _problem(line: HistoryLine, file: str, what: str) -> Problem:
    message = f"line {redacted(line.number)} of claim {named(line.claim)} differs: {what}"
    remedy = "Give the file that holds: until then it is not known whether the line counts."
    return Problem(file, message, remedy, ErrorCode.HISTORIES_DIFFER)
