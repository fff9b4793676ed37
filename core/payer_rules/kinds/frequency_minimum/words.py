"""The words of frequency minimums."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from payer_rules.claims import Claim
from payer_rules.decisions import Evidence
from payer_rules.engine.evidence import evidence_of
from payer_rules.engine.verdict import Verdict
from payer_rules.engine.words import Explanation, Question, Words, line_label, line_of, no_cure
from payer_rules.kinds.code_lists import codes_text
from payer_rules.kinds.frequency_limit.explanation import MEASURES, place_text, plain
from payer_rules.kinds.frequency_limit.words import exempt_text, period_question, window_text
from payer_rules.kinds.frequency_minimum.rule import FrequencyMinimum
from payer_rules.kinds.frequency_minimum.shortfall import Shortfall
from payer_rules.kinds.provider_scopes import SAME_PROVIDER
from payer_rules.rules import Codes


def _sentence(rule: FrequencyMinimum) -> str:
    earlier = " on earlier days" if rule.earlier_only else ""
    return (
        f"{codes_text(rule.codes)}: paid only with at least {_number(rule)}{earlier} "
        f"{window_text(rule.window)} for one member {SAME_PROVIDER[rule.scope]}."
        f"{exempt_text(rule.exempt)}"
    )


def _number(rule: FrequencyMinimum) -> str:
    one, many = MEASURES[rule.counts]
    measure = one if rule.at_least == 1 else many
    return f"{plain(rule.at_least)} {measure} of {codes_text(rule.counted_codes)}"


def _answers(rule: FrequencyMinimum, code: str) -> Iterator[tuple[Question, str]]:
    if code in rule.codes:
        question = period_question(rule.window)
        yield question, f"at least {_number(rule)} {window_text(rule.window)}"


def _explain(rule: FrequencyMinimum, verdict: Verdict[Shortfall], claim: Claim) -> Explanation:
    shortfall = verdict.details
    found = plain(shortfall.total.total)
    earlier = " on earlier days" if rule.earlier_only else ""
    place = place_text(rule.window, shortfall.total)
    label = line_label(line_of(verdict, claim))
    return Explanation(
        message=f"{label}: {found} of at least {_number(rule)}{earlier} {place}",
        evidence=(
            *map(evidence_of, shortfall.others),
            Evidence(kind="value", name="minimum", value=plain(rule.at_least)),
            Evidence(kind="value", name="counted", value=found),
        ),
    )


def _shows(rule: FrequencyMinimum) -> frozenset[str]:
    counts_minutes = rule.counts in ("minutes", "clock-minutes")
    return frozenset(["minutes"]) if counts_minutes else frozenset()


def _code_sets(rule: FrequencyMinimum) -> Iterator[tuple[str, Codes]]:
    yield "", rule.codes
    if rule.of is not None:
        yield "counted: ", rule.of


WORDS: Final = Words(
    subject="How often",
    sentence=_sentence,
    answers=_answers,
    explain=_explain,
    cure=no_cure,
    code_sets=_code_sets,
    shows=_shows,
)
