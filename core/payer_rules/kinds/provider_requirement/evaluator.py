"""The judge of provider requirements: who rendered, performed and supervised."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

import attrs

from payer_rules.claims import Provider, ServiceLine
from payer_rules.decisions import Cure
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.conditions import is_one, performer
from payer_rules.engine.cures import Curing, changed
from payer_rules.engine.evidence import value
from payer_rules.engine.line_rules import Answer, Breach, line_evaluator, line_label, listed, merged
from payer_rules.engine.missing import NONE_MISSING, of_record
from payer_rules.engine.truth import Truth, negated
from payer_rules.kinds.provider_requirement.rule import ProviderRequirement
from payer_rules.rules import ProviderCriteria

_RENDERED: Final = "only if such a provider rendered it and the claim names another by mistake"


def weigh(rule: ProviderRequirement, state: ClaimState, line: ServiceLine) -> Answer:
    """Whether the providers of the line are as required."""
    return merged(_answers(rule, state, line))


def _answers(rule: ProviderRequirement, state: ClaimState, line: ServiceLine) -> Iterator[Answer]:
    rendering = state.claim.rendering_provider(line)
    performing = performer(state.claim, line)
    # NOTE: where nobody else performed it, what is missing of the performer is so of the renderer.
    name = "performed_by" if line.performed_by else "rendering_provider"
    asked = (
        ("rendered", rendering, "rendering_provider", rule.rendered_by, rule.not_rendered_by),
        ("performed", performing, name, rule.performed_by, rule.not_performed_by),
    )
    for done, provider, field_, wanted, unwanted in asked:
        if wanted and (truth := is_one(provider, wanted, field_)) is not True:
            cure = partial(_corrected, wanted, state, line) if done == "rendered" else None
            yield _answer(truth, line, f"{_by(done, provider)}, not {_told(wanted)}", cure)
        if unwanted and (truth := negated(is_one(provider, unwanted, field_))) is not True:
            yield _answer(truth, line, f"may not be {_by(done, provider)}")
    if rule.supervised_by:
        yield _supervision(rule.supervised_by, performing, line)
    if rule.personally and performing.npi != rendering.npi:
        yield _answer(False, line, "the rendering provider did not perform it")


def _supervision(who: ProviderCriteria, performing: Provider, line: ServiceLine) -> Answer:
    supervisor = performing.supervised_by
    if supervisor is None:
        return of_record("supervised_by")
    if supervisor == "none":
        return _answer(False, line, f"nobody supervised it, and {_told(who)} must")
    truth = is_one(supervisor, who, "supervised_by")
    return _answer(truth, line, f"{_by('supervised', supervisor)}, not {_told(who)}")


def _answer(truth: Truth, line: ServiceLine, message: str, cure: Curing | None = None) -> Answer:
    if truth is True:
        return NONE_MISSING
    if truth is not False:
        return truth
    evidence = (value("provider", message),)
    return Breach(message=f"{line_label(line)}: {message}", evidence=evidence, cure=cure)


def _by(done: str, provider: Provider) -> str:
    known = (provider.profession, provider.specialty, provider.taxonomy)
    return f"{done} by {next((each for each in known if each), provider.npi)}"


def _told(who: ProviderCriteria) -> str:
    stated = [
        f"{word}{listed(each)}"
        for word, each in (
            ("", who.profession),
            ("taxonomy ", who.taxonomy),
            ("specialty ", who.specialty),
        )
        if each
    ]
    return " and ".join(stated)


def _corrected(who: ProviderCriteria, state: ClaimState, line: ServiceLine) -> Cure | None:
    """The line with such a rendering provider, where the rule asks for a profession."""
    if who.profession is None:
        return None
    rendering = attrs.evolve(state.claim.rendering_provider(line), profession=min(who.profession))
    return Cure(
        change=f"{_told(who)} as rendering provider of line {line.number}",
        condition=_RENDERED,
        claim=changed(state.claim, line, rendering_provider=rendering),
    )


make = line_evaluator(weigh)
