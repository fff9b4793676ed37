"""Lines of a manual's case in a short notation, such as ``90834 59 x2``."""

from __future__ import annotations

from datetime import date, timedelta

from services import Service, State

STATES: dict[str, State] = {"paid": "pays", "pending": "perhaps", "denied": "denied"}


def service(number: int, message: str, day: date) -> Service:
    """Return the service of a code with its options.

    Two characters are a modifier, ``x2`` are units, ``+2`` are further days, ``day+1`` is the next
    day, ``Q`` is another provider, and ``pending`` or ``denied`` is the status of an earlier line.
    """
    code, *words = message.split()
    result = Service(number, code, day, day)
    for word in words:
        if word.startswith("day+"):
            later = day + timedelta(days=int(word[4:]))
            result = result._replace(first=later, last=later)
        elif word.startswith("+"):
            result = result._replace(last=result.first + timedelta(days=int(word[1:])))
        elif word.startswith("x"):
            result = result._replace(units=int(word[1:]))
        elif word == "Q":
            result = result._replace(provider=word)
        elif word in STATES:
            result = result._replace(state=STATES[word])
        else:
            result = result._replace(modifiers=(*result.modifiers, word))
    return result


def services(day: date, message: str) -> list[Service]:
    """Return the services of a case, numbered from 1 and separated by commas."""
    parts = [part.strip() for part in message.split(",") if part.strip()]
    return [service(number, part, day) for number, part in enumerate(parts, 1)]
