"""The words of limits by the number of other services."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from payer_rules.claims import Claim
from payer_rules.engine.verdict import Verdict
from payer_rules.engine.words import (
    CodeList,
    Explanation,
    Question,
    Words,
    line_label,
    line_of,
    no_cure,
)
from payer_rules.kinds.code_lists import codes_text
from payer_rules.kinds.frequency_limit.explanation import plain
from payer_rules.kinds.ratio_limit.excess import RatioExcess
from payer_rules.kinds.ratio_limit.rule import RatioLimit
from payer_rules.kinds.related_lines import near_text, other_line_text
from payer_rules.rules import Codes


def _ratio(rule: RatioLimit) -> str:
    """Return the ratio: ``at most 2.5 units for each unit of 90791 in the same calendar month``."""
    one = rule.counts.removesuffix("s")
    times = plain(rule.times)
    number = f"{times} {one if times == '1' else rule.counts}"
    each = f"{other_line_text(rule.each)} {near_text(rule.each.within)}"
    return f"at most {number} for each {one} of {each}"


def _sentence(rule: RatioLimit) -> str:
    return f"{codes_text(rule.codes)}: {_ratio(rule)}."


def _answers(rule: RatioLimit, code: str) -> Iterator[tuple[Question, str]]:
    if code in rule.codes:
        is_of_day = rule.each.within == "day"
        yield "How many a day" if is_of_day else "How many in a longer time", _ratio(rule)


def _explain(rule: RatioLimit, verdict: Verdict[RatioExcess], claim: Claim) -> Explanation:
    excess, label = verdict.details, line_label(line_of(verdict, claim))
    counted = f"{plain(excess.counted)} {rule.counts} with {label}"
    return Explanation(message=f"{counted}; {plain(excess.allowed)} are allowed: {_ratio(rule)}")


def _code_sets(rule: RatioLimit) -> Iterator[tuple[str, Codes]]:
    yield "", rule.meets
    yield ", for each ", rule.each.codes


def _modifiers(rule: RatioLimit) -> Iterator[tuple[CodeList, str]]:
    for modifier in sorted(rule.each.modifier or ()):
        yield "modifier", modifier


WORDS: Final = Words(
    subject="How often",
    sentence=_sentence,
    answers=_answers,
    explain=_explain,
    cure=no_cure,
    code_sets=_code_sets,
    named=_modifiers,
)
