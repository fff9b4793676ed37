"""Services in the terms of NCCI's manual, and the answers on them, as plain tuples.

They share nothing with the claims of the project, so that the references that read them do neither.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Literal, NamedTuple, TypeAlias

#: Whether a service is payable, as far as everything but the edit in question is concerned.
State: TypeAlias = Literal["pays", "perhaps", "denied"]


class Service(NamedTuple):
    """A line of a claim, or of the history, of one beneficiary; both days are included.

    ``provider`` is whoever "same provider" means for the payer. A number is that of the line in
    its claim, and of no use in a history.
    """

    number: int
    code: str
    first: date
    last: date
    modifiers: tuple[str, ...] = ()
    units: int = 1
    provider: str = "P"
    state: State = "pays"

    @property
    def days(self) -> list[date]:
        """Every day of the line."""
        count = (self.last - self.first).days + 1
        return [self.first + timedelta(days=n) for n in range(count)]


class Answer(NamedTuple):
    """The answer of one kind of edit on the lines of a claim, by their numbers.

    ``reviewed``: paid already in the wrong order. ``missing``: a deciding fact is missing.
    ``untold``: all facts are known, and the texts that were read do not cover the case.
    """

    denied: frozenset[int] = frozenset()
    reviewed: frozenset[int] = frozenset()
    missing: frozenset[int] = frozenset()
    untold: frozenset[int] = frozenset()


def answer(
    denied: Collection[int] = (),
    reviewed: Collection[int] = (),
    missing: Collection[int] = (),
    untold: Collection[int] = (),
) -> Answer:
    """Return each line with its worst certain answer, and with what remains open."""
    missing = frozenset(missing) - frozenset(denied)
    untold = frozenset(untold) - frozenset(denied)
    return Answer(frozenset(denied), frozenset(reviewed), missing, untold)


def is_on_a_day(*services: Service) -> bool:
    """Return whether each service is of one day; the day of a longer one is not known."""
    return all(service.first == service.last for service in services)


def same_day(one: Service, other: Service) -> list[date]:
    """The days that two services share."""
    return [day for day in one.days if day in other.days]
