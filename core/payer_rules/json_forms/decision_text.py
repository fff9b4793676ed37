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

from payer_rules.decisions import Decision, Finding, Fingerprint, LineDecision
from payer_rules.json_forms.decision_form import LINE, PARTS, of_finding
from payer_rules.json_forms.plain_data import line_of, plain
from payer_rules.json_forms.schema_files import DECISION
from payer_rules.rules import Citation
from payer_rules.values.identity_cache import MOST_LISTS, IdentityCache

#: The lists of which most decisions have nothing of their own.
_SHARED: Final = ("lines", "not_evaluated", "assumed", "derived")
#: The number of values of a field of lines whose texts are kept.
_CACHE_SIZE: Final = 1 << 12


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


def _text_of_line(line: LineDecision) -> str:
    """Return the decision on a line as JSON: lines differ, and are made of the same few values."""
    return f"{{{','.join([text_of(getattr(line, key)) for key, text_of in _OF_LINE])}}}"


def _field_writer(key: str, form: Callable[[Any], Any]) -> Callable[[Any], str]:
    """Return the function that writes the field of a line with its key."""

    def text(value: object) -> str:
        return f'"{key}":{line_of(form(value))}'

    return IdentityCache(text).of if key == "topics" else lru_cache(_CACHE_SIZE)(text)


def _text_of_finding(finding: Finding) -> str:
    """Return the finding as JSON; the text of its citations is made once for a rule."""
    form = {**of_finding(finding), "citations": None}
    citations = f'"citations":{_CITATIONS.of(finding.citations)}'
    # NOTE: quotes inside of texts are escaped, so nothing but the key reads so.
    return line_of(form).replace('"citations":null', citations, 1)


def _writer(key: str, form: Callable[[Any], Any]) -> Callable[[tuple[Any, ...]], str]:
    """Return the function that writes the list with the key."""
    text = _OWN_TEXTS.get(key) or _text_by(form)
    empty = f'"{key}":[]'
    texts = IdentityCache(text).all if key in _SHARED else partial(map, text)

    def text_of_list(parts: tuple[Any, ...]) -> str:
        return f'"{key}":[{",".join(texts(parts))}]' if parts else empty

    return IdentityCache(text_of_list, MOST_LISTS).of if key in _SHARED else text_of_list


def _text_by(form: Callable[[Any], Any]) -> Callable[[Any], str]:
    return lambda part: line_of(form(part))


_CITATIONS: Final = IdentityCache[tuple[Citation, ...], str](lambda value: line_of(plain(value)))
_OF_LINE: Final = [(key, _field_writer(key, form)) for key, form in LINE.items()]
#: The lists whose entries share values rather than being shared.
_OWN_TEXTS: Final[dict[str, Callable[[Any], str]]] = {
    "lines": _text_of_line,
    "findings": _text_of_finding,
}
_TEXTS: Final = [_writer(key, form) for key, form in PARTS.items()]
_lists: Final = attrgetter(*PARTS)
_FINGERPRINTS: Final = IdentityCache[Fingerprint, str](lambda value: line_of(plain(value)))
