"""The words of required fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from payer_rules.claims import Claim
from payer_rules.decisions import Cure
from payer_rules.engine.cures import changed
from payer_rules.engine.evidence import value
from payer_rules.engine.verdict import Verdict
from payer_rules.engine.words import Explanation, Question, Words, line_label, line_of
from payer_rules.kinds.code_lists import codes_text
from payer_rules.kinds.required_field.evaluator import RENDERING, is_npi
from payer_rules.kinds.required_field.rule import RequiredField
from payer_rules.text.lists import listed

_BILLER: Final = "only if the billing provider rendered it"


#: The lists of codes of which a claim must have one, with their words.
_CODES: Final = {
    "revenue_code": "revenue code",
    "condition_code": "condition code",
    "occurrence_code": "occurrence code",
}
#: The list of codes whose field of the claim is the name.
_LIST_OF: Final = {
    "revenue_code": "revenue_code",
    "condition_codes": "condition_code",
    "occurrences": "occurrence_code",
}
#: The names of facts in descriptions of claims, for fields with another name.
_SHOWN: Final = {
    "member.sex": "sex",
    "condition_codes": "condition_code",
    "occurrences": "occurrence_code",
    "rendering_provider": "rendered_by",
}
_NAMES: Final = {
    "rendering_provider.npi": "the rendering provider's NPI",
    "dates.order": "date of the order",
    "dates.onset": "date of onset",
    "dates.initial_treatment": "date of initial treatment",
    "dates.last_seen": "date last seen",
    "dates.accident": "date of the accident",
    "dates.last_menstrual_period": "date of the last menstrual period",
    "dates.discharge": "date of discharge",
    "body_site": "tooth, area of the mouth or side",
    "body_site.quadrant": "area of the mouth",
    "body_site.surfaces": "tooth surfaces",
    "body_site.tooth": "tooth",
    "body_site.side": "side of the body",
    "drug.number": "drug number (NDC)",
    "drug.quantity": "quantity of the drug",
    "drug.unit": "unit of the drug",
    "occurrences": "occurrence codes",
}


def _name(field: str) -> str:
    """Return the name of the field as a biller knows it."""
    return _NAMES.get(field, field.replace("_", " ").replace(".", "'s "))


def _sentence(rule: RequiredField) -> str:
    names = [*map(_name, rule.fields), *_code_lists(rule)]
    return f"A claim with {codes_text(rule.codes)} states {listed(names, 'and')}."


def _code_lists(rule: RequiredField) -> Iterator[str]:
    for name, words in _CODES.items():
        if getattr(rule, name):
            yield f"{words} {listed(getattr(rule, name), 'or')}"


def _answers(rule: RequiredField, code: str) -> Iterator[tuple[Question, str]]:
    if code in rule.codes:
        names = [*map(_name, rule.fields), *_code_lists(rule)]
        yield "What else", f"the claim states {listed(names, 'and')}"


def _explain(rule: RequiredField, verdict: Verdict[tuple[str, ...]], claim: Claim) -> Explanation:
    label = line_label(line_of(verdict, claim))
    names = verdict.details
    return Explanation(
        message="; ".join(_fault(rule, label, name) for name in names),
        evidence=tuple(value("field", name) for name in names),
    )


def _fault(rule: RequiredField, label: str, name: str) -> str:
    wanted = getattr(rule, _LIST_OF.get(name, ""), None)
    if wanted and name not in rule.fields:
        return f"{label}: {_CODES[_LIST_OF[name]]} {listed(wanted, 'or')} is missing"
    return f"{label}: {_name(name)} is missing or not valid"


def _cure(rule: RequiredField, verdict: Verdict[tuple[str, ...]], claim: Claim) -> Cure | None:
    """Return the claim with the billing provider as the rendering provider."""
    line, npi = line_of(verdict, claim), claim.billing_provider.npi
    if verdict.details != (RENDERING,) or not is_npi(npi):
        return None
    return Cure(
        change=f"NPI {npi} as rendering provider of line {line.number}",
        condition=_BILLER,
        claim=changed(claim, line, rendering_provider=claim.billing_provider),
    )


def _shows(rule: RequiredField) -> frozenset[str]:
    """Return the facts of example claims to print: those that the rule requires."""
    names = {name if name in _SHOWN else name.partition(".")[0] for name in rule.fields}
    required = {_SHOWN.get(name, name) for name in names}
    lists = {name for name in _CODES if getattr(rule, name)}
    return frozenset({*required, *lists})


WORDS: Final = Words(
    subject="Filing",
    sentence=_sentence,
    answers=_answers,
    explain=_explain,
    cure=_cure,
    shows=_shows,
)
