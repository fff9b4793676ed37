"""The derivation of facts: what a claim form and a payer show, as facts of the claim."""

from __future__ import annotations

from collections.abc import Container, Iterator
from datetime import date
from typing import Final, NamedTuple, TypeAlias

import attrs

from payer_rules.claims import Claim, Provider
from payer_rules.derived_facts.completion import (
    Additions,
    NamedProviders,
    changed_claim,
    completed,
    providers_of,
)
from payer_rules.derived_facts.settings import (
    Equipment,
    derived_setting,
    equipment_of,
    is_mental_health_clinic,
    setting_of_clinic,
)
from payer_rules.derived_facts.taxonomies import profession_of_taxonomy
from payer_rules.derived_facts.zip_codes import place_of_zip
from payer_rules.readers.cache import ParseCache
from payer_rules.readers.filed_claims import DerivedFact, FiledClaim, FormFacts
from payer_rules.rules import Payer

_PREFIX: Final = 3

#: The field of a claim, its value, and the fact as reports list it.
_Found: TypeAlias = tuple[str, object, DerivedFact]


class _Stated(NamedTuple):
    """The stated facts that decide what is derived: equal for most claims of a practice."""

    form: FormFacts | None
    setting: str | None
    bill_type: str | None
    state: str | None
    contractor: str | None
    sent: date | None
    names_authorization: bool
    names_referral: bool
    providers: NamedProviders
    equipment: Equipment


def derive(filed: FiledClaim) -> FiledClaim:
    """Return the claim with the facts that its form and its taxonomies show."""
    return _ADDITIONS[_stated(filed.claim, filed.form)].put_on(filed)


def derive_for_payer(
    filed: FiledClaim, payer: Payer, settings: Container[str] = frozenset()
) -> FiledClaim:
    """Return the claim with the facts that its form shows to the payer.

    ``settings`` are those that the payer's rules name.
    """
    claim = filed.claim
    if filed.form is None:
        return filed
    values: dict[str, object] = {}
    facts: list[DerivedFact] = []
    if claim.member.member_prefix is None and "Blue" in payer.name:
        prefix = claim.member.id[:_PREFIX]
        values["member"] = attrs.evolve(claim.member, member_prefix=prefix)
        facts.append(_OF_MEMBER)
    if claim.setting is None and is_mental_health_clinic(claim.billing_provider.taxonomy or ""):
        setting = setting_of_clinic(filed.form.form, settings)
        if setting is not None and equipment_of(claim.lines) == "none":
            values["setting"] = setting
            facts.append(DerivedFact("setting", setting, filed.form.form))
    return completed(filed, changed_claim(claim, values), tuple(facts)) if facts else filed


# NOTE: the prefix is part of a member's id, so reports do not print it.
_OF_MEMBER: Final = DerivedFact("member.member_prefix", "its first characters", "the member id")


def _stated(claim: Claim, form: FormFacts | None) -> _Stated:
    return _Stated(
        form,
        claim.setting,
        claim.bill_type,
        claim.state,
        claim.contractor,
        claim.sent,
        claim.authorizations is not None,
        claim.referral is not None,
        providers_of(claim),
        equipment_of(claim.lines),
    )


def _additions(stated: _Stated) -> Additions:
    found = [*_of_form(stated, stated.form)] if stated.form else []
    values = {name: value for name, value, _ in found}
    facts = {fact for _, _, fact in found}
    billing = _with_profession(stated.providers.billing)
    if billing is not stated.providers.billing:
        values["billing_provider"] = billing
        facts.add(_profession_fact("billing_provider", billing))
    providers: dict[Provider, Provider] = {}
    for name, named in (
        ("rendering_provider", stated.providers.rendering),
        ("performed_by", stated.providers.performing),
    ):
        for provider in named:
            if provider is not None and (known := _with_profession(provider)) is not provider:
                providers[provider] = known
                facts.add(_profession_fact(name, known))
    return Additions(values, providers, tuple(sorted(facts)))


#: By the stated facts: most claims of a file share them.
_ADDITIONS: Final = ParseCache(_additions)


def _of_form(stated: _Stated, form: FormFacts) -> Iterator[_Found]:
    """Yield the fields that are not stated and that the form shows."""
    setting = stated.setting
    if setting is None:
        taxonomy = stated.providers.billing.taxonomy or ""
        shown = derived_setting(form.form, stated.bill_type, taxonomy, stated.equipment)
        if shown is not None:
            setting, source = shown
            yield "setting", setting, DerivedFact("setting", setting, source)
    if not stated.names_authorization:
        yield "authorizations", (), DerivedFact("authorizations", "none", f"{form.form} without G1")
    if not stated.names_referral:
        yield "referral", "none", DerivedFact("referral", "none", f"{form.form} without 9F")
    if stated.sent is None and form.sent is not None:
        day = form.sent.isoformat()
        yield "sent", form.sent, DerivedFact("sent", day, f"the date in the {form.form}")
    if form.zip_code is not None:
        yield from _of_zip(stated, form.zip_code, setting)


def _of_zip(stated: _Stated, zip_code: str, setting: str | None) -> Iterator[_Found]:
    place = place_of_zip(zip_code)
    if place is None:
        return
    source = f"ZIP {zip_code[:5]}"
    if stated.state is None and place.state is not None:
        yield "state", place.state, DerivedFact("state", place.state, source)
    # NOTE: equipment is paid by contractors of its own.
    if stated.contractor is None and place.contractor is not None and setting != "dme":
        yield "contractor", place.contractor, DerivedFact("contractor", place.contractor, source)


def _with_profession(provider: Provider) -> Provider:
    """Return the provider with the profession that its taxonomy shows, if it states none."""
    if provider.profession is not None or provider.taxonomy is None:
        return provider
    profession = profession_of_taxonomy(provider.taxonomy)
    if profession is None:
        return provider
    return attrs.evolve(provider, profession=profession, profession_from="taxonomy")


def _profession_fact(name: str, provider: Provider) -> DerivedFact:
    source = f"taxonomy {provider.taxonomy} of NPI {provider.npi}"
    return DerivedFact(f"{name}.profession", provider.profession or "", source)
