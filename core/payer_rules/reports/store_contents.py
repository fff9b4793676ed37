"""The contents of a history store as text and as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Final

from payer_rules.history import HistoryLine
from payer_rules.json_forms.plain_data import Data
from payer_rules.text.escaping import visible

if TYPE_CHECKING:
    from payer_rules.stores import LoadedFile, StoredFile
    from payer_rules.stores.store_status import StoreStatus

NO_SERVICE: Final = "The store has no service of this member. Check the id, as in the 835."
_REMEDY: Final = "Load a corrected file in its place: history load FILE --instead-of NAME."


def lines_of_load(loaded: Iterable[LoadedFile]) -> Iterator[str]:
    """Yield a line for each file, and the sum of several."""
    loaded = tuple(loaded)
    for each in loaded:
        result = _loaded(each) if each.result == "loaded" else each.result
        yield f"{visible(each.name)}: {result}"
    if len(loaded) > 1:
        new = [each for each in loaded if each.result == "loaded"]
        files, lines = len(new), sum(each.lines for each in new)
        yield f"{_counted(files, 'file')} and {_counted(lines, 'line')} loaded"


def data_of_load(loaded: Iterable[LoadedFile]) -> Data:
    """Return the result for each file."""
    return {
        "files": [
            {
                "name": each.name,
                "result": each.result,
                "lines": each.lines,
                "services": each.services,
                "payments_without_services": each.bare,
            }
            for each in loaded
        ]
    }


def lines_of_status(name: str, status: StoreStatus, *, lists_files: bool = False) -> Iterator[str]:
    """Yield the state of the store, with a line for each file if they are asked for."""
    days = status.overview.days
    yield visible(name)
    span = f", {days[0]} to {days[1]}" if days else ""
    yield f"  services       {status.overview.services:,}{span}"
    yield f"  complete       {_completeness(status)}"
    if status.coverage.kept_from != date.min:
        yield f"  deleted        all that ended before {status.coverage.kept_from}"
    if status.coverage.forgotten:
        yield f"  deleted        {_counted(len(status.coverage.forgotten), 'member')}"
    yield f"  payers         {', '.join(map(visible, status.payers)) or 'not stated by the files'}"
    if status.payers and status.unnamed:
        services = _counted(status.unnamed, "service")
        yield f"                 {services} without a payer: each payer counts them"
    faulty = f", {len(status.faulty):,} with problems" if status.faulty else ""
    yield f"  files          {status.files:,}{faulty}"
    for file, problems in status.faulty:
        yield f"                 {visible(file)}: {_counted(problems, 'problem')}"
    if status.faulty:
        yield f"                 {_REMEDY}"
    if status.last:
        yield f"  last load      {visible(status.last[0])}, {status.last[1]}"
    if lists_files:
        yield from map(_file, status.loaded)


def data_of_status(status: StoreStatus) -> Data:
    """Return the state of the store."""
    covers = status.coverage
    return {
        "services": status.overview.services,
        "days": _days(status.overview.days),
        "covers_from": None if covers.covers_from == date.max else covers.covers_from.isoformat(),
        "covers_billing": covers.covers_billing,
        "covers_rendering": covers.covers_rendering,
        "kept_from": None if covers.kept_from == date.min else covers.kept_from.isoformat(),
        "deleted_members": len(covers.forgotten),
        "payers": list(status.payers),
        "services_without_payer": status.unnamed,
        "files": status.files,
        "files_with_problems": len(status.faulty),
        "problems_of_files": [
            {"name": name, "problems": problems} for name, problems in status.faulty
        ],
        "claims_that_differ": status.conflicts,
        "last_file": status.last[0] if status.last else None,
        "last_load": status.last[1] if status.last else None,
        "loaded_files": [
            {
                "name": each.name,
                "digest": each.digest,
                "loaded_at": each.loaded_at,
                "days": _days(each.days),
                "lines": each.lines,
                "problems": each.problems,
            }
            for each in status.loaded
        ],
    }


def lines_of_services(lines: Iterable[HistoryLine]) -> Iterator[str]:
    """Yield a line for each service, or that there is none."""
    lines = tuple(lines)
    if not lines:
        yield NO_SERVICE
    texts = Counter(map(_service, lines))
    for line in lines:
        text = _service(line)
        number = line.payer_claim if texts[text] > 1 else None
        yield text if number is None else f"{text}, payer's number {visible(number)}"


def _service(line: HistoryLine) -> str:
    """Return the days, code, units, outcome and claim of the service."""
    days = f"{line.date_from}" + (f" to {line.date_to}" if line.days > 1 else "")
    code = "-".join((line.code, *line.modifiers))
    paid = f", ${line.paid:,.2f}" if line.paid is not None else ""
    units = _counted(line.units, "unit")
    status = line.status or "outcome not known"
    return f"{days}  {code}  {units}  {status}{paid}  claim {visible(line.claim)}"


def _file(file: StoredFile) -> str:
    """Return the digest and name of the file, its days, lines and problems, and its load."""
    days = f"{file.days[0]} to {file.days[1]}" if file.days else "no services"
    parts = [visible(file.name), days, _counted(file.lines, "line")]
    parts += [_counted(file.problems, "problem")] if file.problems else []
    return f"  {file.short_digest}   {', '.join(parts)}, loaded {file.loaded_at}"


def _days(days: tuple[date, date] | None) -> list[Data] | None:
    return [day.isoformat() for day in days] if days else None


def _loaded(file: LoadedFile) -> str:
    """Return how many lines were loaded, and why the store has not as many services more."""
    text = f"{_counted(file.lines, 'line')} loaded"
    if file.services != file.lines:
        change = "more" if file.services >= 0 else "fewer"
        services = _counted(abs(file.services), "service")
        text += f"; {services} {change} in the store, since lines repeat or change others"
    if file.bare:
        text += f"; {_counted(file.bare, 'payment')} without services (SVC)"
    return text


def _completeness(status: StoreStatus) -> str:
    """Return from which day, and for whom, no service is missing."""
    covers = status.coverage
    if covers.is_partly_read:
        return "on no day: a part of a file was not read"
    if covers.covers_from == date.max:
        return "not stated by the files (history_complete_from in practice.toml states it)"
    since = "always" if covers.covers_from == date.min else f"from {covers.covers_from}"
    return (
        f"{since}, for services billed by {covers.covers_billing}"
        if covers.covers_billing
        else since
    )


def _counted(number: object, noun: str) -> str:
    shown = f"{number:,}" if isinstance(number, int) else f"{number}"
    return f"{shown} {noun}{'' if number == 1 else 's'}"
