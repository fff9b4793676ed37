"""What is noted of a request while it is answered: counts, and ids of keys, rules and payers.

The log, the metrics and the audit log are written from these notes alone, so that nothing of a
claim can reach them.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Final

import attrs

from payer_rules.decisions import Fingerprint


@attrs.define(eq=False)
class RequestNotes:
    """The counts of one request, and the key that it was sent with.

    ``claims`` and ``lines`` were read from its body, each line once; ``key`` is the id of the key,
    empty without one. ``payers`` are installed payers that it names as
    parameters, and ``books`` has the fingerprint of each rule book that was used.
    """

    key: str = ""
    claims: int = 0
    lines: int = 0
    payers: set[str] = attrs.field(factory=set)
    books: dict[str, Fingerprint] = attrs.field(factory=dict)


_notes: Final[ContextVar[RequestNotes]] = ContextVar("request_notes")


def begin_notes() -> RequestNotes:
    """Return new notes; `current_notes` returns them until the end of the request."""
    notes = RequestNotes()
    _notes.set(notes)
    return notes


def current_notes() -> RequestNotes:
    """Return the notes of the request that is answered; outside of one, notes for nobody."""
    return _notes.get(None) or RequestNotes()
