"""Elements of the record of a session; payers declare further ones."""

from __future__ import annotations

from typing import Final

from payer_rules.vocabularies.vocabulary import Term, Vocabulary

RECORD_ELEMENTS: Final = Vocabulary(
    "an element of the record",
    (
        Term("attendance", "who was present"),
        Term("topic", "the topic of the session"),
        Term("therapist-role", "the role of the therapist"),
        Term("interventions", "interventions that were used"),
        Term("start-end-times", "start and end times of the session"),
        Term("outcome", "the outcome of the session"),
        Term("individual-progress", "the progress of each member"),
        Term("medical-necessity", "why the member needs the service"),
        Term("care-plan", "the goal that the session serves"),
    ),
)
