"""The words of provider requirements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from payer_rules.claims import Claim, Provider
from payer_rules.decisions import Cure
from payer_rules.engine.cures import changed
from payer_rules.engine.evidence import value
from payer_rules.engine.provider_conditions import performer
from payer_rules.engine.verdict import Verdict
from payer_rules.engine.words import Explanation, Question, Words, line_label, line_of
from payer_rules.kinds.code_lists import codes_text
from payer_rules.kinds.provider_requirement.evaluator import ProviderFault
from payer_rules.kinds.provider_requirement.rule import ProviderRequirement
from payer_rules.rules import ProviderCriteria
from payer_rules.text.lists import listed

_RENDERED: Final = "only if such a provider rendered it and the claim names another by mistake"


def criteria_text(criteria: ProviderCriteria, joined_by: str = " with ") -> str:
    """Return ``lcsw or psychologist``, with taxonomy and specialty codes if they are stated."""
    parts = (
        ("", criteria.profession),
        ("taxonomy ", criteria.taxonomy),
        ("specialty ", criteria.specialty),
    )
    return joined_by.join(f"{word}{listed(each)}" for word, each in parts if each)


def _sentence(rule: ProviderRequirement) -> str:
    asks = [
        f"{words} {criteria_text(criteria)}"
        for words, criteria in (
            ("is rendered by", rule.rendered_by),
            ("is not rendered by", rule.not_rendered_by),
            ("is performed by", rule.performed_by),
            ("is not performed by", rule.not_performed_by),
            ("is supervised by", rule.supervised_by),
        )
        if criteria
    ]
    asks += ["is performed by the rendering provider in person"] if rule.personally else []
    return f"{codes_text(rule.codes)} {' and '.join(asks)}."


def _answers(rule: ProviderRequirement, code: str) -> Iterator[tuple[Question, str]]:
    if code not in rule.codes:
        return
    parts = (
        ("", rule.rendered_by),
        ("not ", rule.not_rendered_by),
        ("", rule.performed_by),
        ("not ", rule.not_performed_by),
        ("supervised by ", rule.supervised_by),
    )
    asks = [f"{word}{criteria_text(criteria)}" for word, criteria in parts if criteria]
    yield (
        "Who",
        ", ".join([*asks, *(["the rendering provider in person"] if rule.personally else [])]),
    )


def _explain(
    rule: ProviderRequirement, verdict: Verdict[tuple[ProviderFault, ...]], claim: Claim
) -> Explanation:
    line = line_of(verdict, claim)
    rendering, performing = claim.rendering_provider(line), performer(claim, line)
    texts = [_fault_text(rule, fault, rendering, performing) for fault in verdict.details]
    return Explanation(
        message="; ".join(f"{line_label(line)}: {text}" for text in texts),
        evidence=tuple(value("provider", text) for text in texts),
    )


def _fault_text(
    rule: ProviderRequirement, fault: ProviderFault, rendering: Provider, performing: Provider
) -> str:
    if fault == "personally":
        return "the rendering provider did not perform it"
    if fault == "not_supervised":
        return f"nobody supervised it, and {_wanted(rule.supervised_by)} must"
    if fault == "supervised_by" and isinstance(performing.supervised_by, Provider):
        supervisor = _by("supervised", performing.supervised_by)
        return f"{supervisor}, not {_wanted(rule.supervised_by)}"
    if fault in ("rendered_by", "not_rendered_by"):
        provider, wanted = _by("rendered", rendering), rule.rendered_by
    else:
        provider, wanted = _by("performed", performing), rule.performed_by
    return (
        f"may not be {provider}"
        if fault.startswith("not_")
        else f"{provider}, not {_wanted(wanted)}"
    )


def _by(verb: str, provider: Provider) -> str:
    known = (provider.profession, provider.specialty, provider.taxonomy)
    return f"{verb} by {next((each for each in known if each), provider.npi)}"


def _wanted(criteria: ProviderCriteria | None) -> str:
    return criteria_text(criteria, " and ") if criteria else ""


def _cure(
    rule: ProviderRequirement, verdict: Verdict[tuple[ProviderFault, ...]], claim: Claim
) -> Cure | None:
    """Return the claim with such a rendering provider, if the rule asks for a profession."""
    wanted = rule.rendered_by
    if verdict.details != ("rendered_by",) or wanted is None or wanted.profession is None:
        return None
    line = line_of(verdict, claim)
    rendering = attrs.evolve(claim.rendering_provider(line), profession=min(wanted.profession))
    return Cure(
        change=f"{_wanted(wanted)} as rendering provider of line {line.number}",
        condition=_RENDERED,
        claim=changed(claim, line, rendering_provider=rendering),
    )


WORDS: Final = Words(
    subject="Who may provide it",
    sentence=_sentence,
    answers=_answers,
    explain=_explain,
    cure=_cure,
    shows=lambda rule: frozenset(["rendered_by"]),
)
