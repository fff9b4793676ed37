"""Decisions as JSON on one line, written part by part.

The decisions of a run are made of the same few parts: lines without a finding, questions that are
open, derived facts. The text of each is made once, and so is that of a whole list, which decisions
on equal claims share.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from operator import attrgetter
from typing import Any, Final

from payer_rules.decisions import Decision, Fingerprint
from payer_rules.json_forms.decision_form import PARTS
from payer_rules.json_forms.plain_data import line_of, plain
from payer_rules.json_forms.schema_files import DECISION
from payer_rules.values.identity_cache import MOST_LISTS, IdentityCache

#: The lists of which most decisions have nothing of their own.
_SHARED: Final = ("lines", "not_evaluated", "assumed", "derived")


def text_of_decision(decision: Decision) -> str:
    """Return the published form of the decision as JSON on one line."""
    lists = [text_of(parts) for text_of, parts in zip(_TEXTS, _lists(decision), strict=True)]
    return (
        f'{{"schema":"{DECISION}","claim":{line_of(decision.claim)},'
        f"{_answers(decision.payer, decision.outcome, decision.expected)},"
        f'{",".join(lists)},"fingerprint":{_FINGERPRINTS.of(decision.fingerprint)}}}'
    )


@lru_cache
def _answers(payer: str, outcome: str, expected: str) -> str:
    """Return the payer and both answers as JSON, without braces."""
    return line_of({"payer": payer, "outcome": outcome, "expected": expected})[1:-1]


def _writer(key: str, form: Callable[[Any], Any]) -> Callable[[tuple[Any, ...]], str]:
    """Return the function that writes the list with the key."""

    def text(part: object) -> str:
        return line_of(form(part))

    empty = f'"{key}":[]'
    texts = IdentityCache(text).all if key in _SHARED else partial(map, text)

    def text_of_list(parts: tuple[Any, ...]) -> str:
        return f'"{key}":[{",".join(texts(parts))}]' if parts else empty

    return IdentityCache(text_of_list, MOST_LISTS).of if key in _SHARED else text_of_list


_TEXTS: Final = [_writer(key, form) for key, form in PARTS.items()]
_lists: Final = attrgetter(*PARTS)
_FINGERPRINTS: Final = IdentityCache[Fingerprint, str](lambda value: line_of(plain(value)))
