"""The words of units from quantities."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from payer_rules.claims import Claim
from payer_rules.decisions import Cure
from payer_rules.engine.cures import changed
from payer_rules.engine.verdict import Verdict
from payer_rules.engine.words import Explanation, Question, Words, line_label, line_of
from payer_rules.kinds.code_lists import codes_text
from payer_rules.kinds.frequency_limit.explanation import plain
from payer_rules.kinds.provider_scopes import SAME_PROVIDER
from payer_rules.kinds.unit_rule.rule import Measured, UnitRule
from payer_rules.kinds.unit_rule.supported_units import SupportedUnits

_MEASURES: Final[dict[Measured, str]] = {
    "minutes": "minutes",
    "miles": "miles",
    "dose": "units of the drug",
}
_ONE: Final[dict[Measured, str]] = {
    "minutes": "minute",
    "miles": "mile",
    "dose": "unit of the drug",
}
_RESTS: Final = {
    "up": "any rest is one more unit",
    "nearest": "a rest of half of it or more is one more unit",
    "down": "",
}


def _sentence(rule: UnitRule) -> str:
    pooled = ""
    if rule.pool == "day":
        pooled = f" All lines of a day, {SAME_PROVIDER[rule.scope]}, are added."
    least = ""
    if rule.line_minimum is not None:
        least = f" A line with less than {plain(rule.line_minimum)} has no unit."
    steps = _steps(rule)
    return f"{codes_text(rule.codes)}: {steps}.{pooled}{least}"


def _steps(rule: UnitRule) -> str:
    """Return the steps: ``a unit for each 15 minutes; a rest of 8 or more is one more unit``."""
    steps = rule.steps
    text = f"a unit for each {_amount(steps.step, rule)}"
    if steps.first is not None:
        text = f"a unit for the first {_amount(steps.first, rule)}"
        text += f" and each further {plain(steps.step)}"
    rest = _RESTS[steps.round] if steps.round else ""
    if steps.at_least is not None:
        rest = f"a rest of {plain(steps.at_least)} or more is one more unit"
    if steps.step == steps.at_least:
        rest = ""
    text += f"; {rest}" if rest else ", and none for the rest"
    if steps.first_at_least is not None:
        text += f"; none below {plain(steps.first_at_least)}"
    if steps.part is not None:
        text += f"; in parts of {plain(steps.part)}"
        text += f" below {plain(steps.whole_from)}" if steps.whole_from else ""
    return text


def _amount(number: Decimal, rule: UnitRule) -> str:
    """Return the amount: ``15 minutes``; of 1 the word alone, with the unit of a drug."""
    unit = f" ({rule.drug_unit})" if rule.drug_unit else ""
    if number == 1:
        return f"{_ONE[rule.measured]}{unit}"
    return f"{plain(number)} {_MEASURES[rule.measured]}{unit}"


def _answers(rule: UnitRule, code: str) -> Iterator[tuple[Question, str]]:
    if code in rule.codes:
        yield "How long", _steps(rule)


def _explain(rule: UnitRule, verdict: Verdict[SupportedUnits], claim: Claim) -> Explanation:
    details, label = verdict.details, line_label(line_of(verdict, claim))
    measure = _MEASURES[rule.measured]
    lines = " of all lines of the day" if details.is_pooled else ""
    pays = None
    if verdict.outcome == "reduce":
        pays = details.supported / details.billed
    return Explanation(
        message=f"{label} has {_units(details.billed)}, and {plain(details.quantity)} "
        f"{measure}{lines} support {plain(details.supported)}",
        pays=pays,
    )


def _units(number: Decimal) -> str:
    return f"{plain(number)} unit{'' if number == 1 else 's'}"


def _cure(rule: UnitRule, verdict: Verdict[SupportedUnits], claim: Claim) -> Cure | None:
    """Return the claim with the units that are supported."""
    supported = verdict.details.supported
    if supported <= 0:
        return None
    return Cure(
        change=f"{_units(supported)} on line {verdict.lines[0]}",
        condition=f"only if the {_MEASURES[rule.measured]} are as stated",
        claim=changed(claim, line_of(verdict, claim), units=supported),
    )


def _shown(rule: UnitRule) -> frozenset[str]:
    return frozenset(["drug" if rule.measured == "dose" else rule.measured])


WORDS: Final = Words(
    subject="How often",
    sentence=_sentence,
    answers=_answers,
    explain=_explain,
    cure=_cure,
    shows=_shown,
)
