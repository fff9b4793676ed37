"""Lines of a manual's case in a short notation, such as ``90834 59 x2``."""

from __future__ import annotations

from datetime import date, timedelta

from services import Service, State

STATES: dict[str, State] = {"paid": "pays", "pending": "perhaps", "denied": "denied"}


def service(number: int, told: str, day: date) -> Service:
    """Return the service of a code with its options.

    Two characters are a modifier, ``x2`` are units, ``+2`` are further days, ``day+1`` is the next
    day, ``Q`` is another provider, and ``pending`` or ``denied`` is the status of an earlier line.
    """
    code, *words = told.split()
    made = Service(number, code, day, day)
    for word in words:
        if word.startswith("day+"):
            later = day + timedelta(days=int(word[4:]))
            made = made._replace(first=later, last=later)
        elif word.startswith("+"):
            made = made._replace(last=made.first + timedelta(days=int(word[1:])))
        elif word.startswith("x"):
            made = made._replace(units=int(word[1:]))
        elif word == "Q":
            made = made._replace(provider=word)
        elif word in STATES:
            made = made._replace(state=STATES[word])
        else:
            made = made._replace(modifiers=(*made.modifiers, word))
    return made


def services(day: date, told: str) -> list[Service]:
    """Return the services of a case, numbered from 1 and separated by commas."""
    parts = [part.strip() for part in told.split(",") if part.strip()]
    return [service(number, part, day) for number, part in enumerate(parts, 1)]
