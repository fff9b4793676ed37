"""The words of checks: the plugin's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from payer_rules.claims import Claim
from payer_rules.engine.verdict import Verdict
from payer_rules.engine.words import Explanation, Question, Words, no_cure
from payer_rules.kinds.check.rule import Check
from payer_rules.kinds.code_lists import codes_text


def _sentence(rule: Check) -> str:
    name = rule.function.__qualname__
    return f"{codes_text(rule.codes)}: evaluated by a function of the plugin, {name}."


def _answers(rule: Check, code: str) -> Iterator[tuple[Question, str]]:
    if code in rule.codes:
        yield "What else", "a function of the plugin decides"


def _explain(rule: Check, verdict: Verdict[str], claim: Claim) -> Explanation:
    return Explanation(message=verdict.details)


WORDS: Final = Words(
    subject="Other rules",
    sentence=_sentence,
    answers=_answers,
    explain=_explain,
    cure=no_cure,
    states_outcome=True,
)
