"""What a rule says, in plain words: its dimensions, kind by kind."""

from __future__ import annotations

from decimal import Decimal
from functools import singledispatch
from typing import Final

from payer_rules.kinds import (
    AddOnCode,
    AuthorizationRequirement,
    Check,
    Coverage,
    DiagnosisRequirement,
    DuplicateService,
    PlaceOfServiceRequirement,
    ProviderRequirement,
    RequiredField,
    SameDayCombination,
    SessionRequirement,
    TimelyFiling,
    kind_of,
)
from payer_rules.kinds.code_lists import codes_text
from payer_rules.reports.conditions import listed, who
from payer_rules.rules import Rule

_BY: Final = {
    "member": "whoever the provider is",
    "provider": "with the same provider, as the payer defines it",
    "rendering": "with the same rendering provider",
    "billing": "with the same billing provider",
}


@singledispatch
def rule_sentence(rule: Rule) -> str:
    """Return the rule in a sentence or two."""
    words = kind_of(rule).words
    return words.sentence(rule) if words else rule.rationale


@rule_sentence.register
def _(rule: SameDayCombination) -> str:
    first, second = codes_text(rule.first), codes_text(rule.second)
    if rule.undirected:
        return (
            f"{first} and {second} are not both paid on one day {_BY[rule.scope]}; "
            "the source does not say which of them is."
        )
    told = f"{second} is not paid on one day beside {first}, {_BY[rule.scope]}"
    if rule.indicator == 0:
        return f"{told}; no modifier changes that."
    line = {"first": f"on {first}", "second": f"on {second}", "either": "on either line"}
    return f"{told}, unless modifier {listed(rule.bypass)} stands {line[rule.bypass_on]}."


@rule_sentence.register
def _(rule: AddOnCode) -> str:
    if not rule.primaries:
        return (
            f"{codes_text(rule.codes)} is paid only beside a primary code; which ones was not read."
        )
    more = "" if rule.exhaustive else " (others may do as well)"
    return (
        f"{codes_text(rule.codes)} is paid only beside {codes_text(rule.primaries)}{more} "
        f"on the same day, {_BY[rule.scope]}, where that code is itself paid."
    )


@rule_sentence.register
def _(rule: SessionRequirement) -> str:
    asks = []
    if rule.group_size:
        asks.append(f"a group of {rule.group_size} participants")
    if rule.minutes:
        of = " in all on that day" if rule.minutes_of == "day" else ""
        asks.append(f"{rule.minutes} minutes{of}")
    if rule.documented:
        asks.append(f"a record that holds {listed(rule.documented, 'and')}")
    return f"{codes_text(rule.codes)} asks for {' and '.join(asks)}."


@rule_sentence.register
def _(rule: ProviderRequirement) -> str:
    asks = [
        f"{words} {who(provider)}"
        for words, provider in (
            ("is rendered by", rule.rendered_by),
            ("is not rendered by", rule.not_rendered_by),
            ("is performed by", rule.performed_by),
            ("is not performed by", rule.not_performed_by),
            ("is supervised by", rule.supervised_by),
        )
        if provider
    ]
    asks += ["is performed by the rendering provider in person"] if rule.personally else []
    return f"{codes_text(rule.codes)} {' and '.join(asks)}."


@rule_sentence.register
def _(rule: PlaceOfServiceRequirement) -> str:
    asks = []
    if rule.any_of:
        asks.append(f"has place of service {listed(rule.any_of)}")
    if rule.none_of:
        asks.append(f"may not have place of service {listed(rule.none_of)}")
    if rule.modality:
        asks.append(f"is delivered by {listed(rule.modality)} and not otherwise")
    return f"{codes_text(rule.codes)} {' and '.join(asks)}."


@rule_sentence.register
def _(rule: AuthorizationRequirement) -> str:
    what = listed(f"{'a' if each == 'referral' else 'an'} {each}" for each in rule.needs)
    covers = (
        "; an authorization covers the code, the days and the provider and has units left"
        if "authorization" in rule.needs
        else ""
    )
    return f"{codes_text(rule.codes)} needs {what}{covers}."


@rule_sentence.register
def _(rule: DiagnosisRequirement) -> str:
    among = {"principal": "first diagnosis", "claim": "claim", "line": "line"}[rule.among]
    asks = []
    if rule.any_of:
        asks.append(f"needs a diagnosis that begins with {listed(rule.any_of)}")
    if rule.none_of:
        asks.append(f"is not paid with a diagnosis that begins with {listed(rule.none_of)}")
    return f"{codes_text(rule.codes)} {' and '.join(asks)}; what counts is the {among}'s."


@rule_sentence.register
def _(rule: Coverage) -> str:
    if rule.covered:
        return f"{codes_text(rule.codes)} is covered."
    if rule.outcome == "reduce":
        part = (rule.pays or Decimal(0)) * 100
        return f"{codes_text(rule.codes)} is paid at {part.normalize():f} percent."
    told = {
        "inform": "is for information, without being denied",
        "review": "is looked at before it is paid",
        "patient-share": "is paid, and the member owes a part",
        "return": "cannot be processed",
    }
    return f"{codes_text(rule.codes)} {told.get(rule.outcome, 'is not paid')}."


@rule_sentence.register
def _(rule: DuplicateService) -> str:
    same = listed([each.replace("_", " ") for each in rule.same], "and")
    where = "in the claim or beside a paid one" if rule.across_claims else "in the claim"
    return (
        f"{codes_text(rule.codes)}: a line that equals an earlier one {where} in code, days, "
        f"{same} is the same service twice."
    )


@rule_sentence.register
def _(rule: TimelyFiling) -> str:
    of = {"first-day": "first day of the", "last-day": "last day of the", None: "day of"}
    return (
        f"{codes_text(rule.codes)}: the payer has the claim within {rule.within} of the "
        f"{of[rule.since]} service; the last day is still in time."
    )


@rule_sentence.register
def _(rule: RequiredField) -> str:
    fields = listed((each.replace("_", " ").replace(".", "'s ") for each in rule.fields), "and")
    return f"A claim with {codes_text(rule.codes)} states {fields}."


@rule_sentence.register
def _(rule: Check) -> str:
    name = rule.function.__qualname__
    return f"{codes_text(rule.codes)}: judged by a function of the plugin, {name}."
