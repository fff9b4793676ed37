"""Problems in the words of requests: the readers speak of files and options of a command."""

from __future__ import annotations

import re
from typing import Final

import attrs

from payer_rules.errors import Problem

#: By option: what it is in a request.
_PLACES: Final = {"--payer": "parameter 'payer'", "--member": "service"}
#: What a remedy says to those who use a command, and what it says to a client.
_PHRASES: Final = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r" If it is one of these, name it with --format\.", ""),
        (r"FHIR in JSON, CSV, Parquet, TOML and JSON\.", "FHIR in JSON, CSV and JSON."),
        (r"X12, JSON, CSV, Parquet and TOML\.", "X12, JSON and CSV."),
        (r"A history store: --history .*", "Send claims."),
        (r" with --history FILE\.", " to the service when it is started."),
        (r"Name the payer with --payer, or list", "Name it as the parameter payer, or list"),
        (r"Name the patient with --member ID\.", "State the member."),
        (r", or name it in a mapping file: .*", "."),
        (r"date_from and date_to, or name them in a mapping file\.", "date_from and date_to."),
        (r"map it in a mapping file \(--columns\)\.", "rename it."),
    )
)


def in_words_of_requests(problem: Problem) -> Problem:
    """Return the problem of a request without files and options that only commands have."""
    remedy = problem.remedy
    for pattern, words in _PHRASES:
        remedy = pattern.sub(words, remedy)
    return attrs.evolve(problem, where=_PLACES.get(problem.where, problem.where), remedy=remedy)
