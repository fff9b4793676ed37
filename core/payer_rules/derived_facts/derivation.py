"""The derivation of facts: what a claim form and a payer show, as facts of the claim."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from typing import Final, TypeAlias

import attrs

from payer_rules.claims import Claim, Provider, ServiceLine
from payer_rules.derived_facts.settings import derived_setting
from payer_rules.derived_facts.taxonomies import profession_of_taxonomy
from payer_rules.derived_facts.zip_codes import place_of_zip
from payer_rules.readers.cache import ParseCache
from payer_rules.readers.filed_claims import DerivedFact, FiledClaim, FormFacts
from payer_rules.rules import Payer
from payer_rules.unchecked import constructor

_CLAIM: Final = tuple(field.name for field in attrs.fields(Claim))
_LINE: Final = tuple(field.name for field in attrs.fields(ServiceLine))
_make_claim: Final = constructor(Claim)
_make_line: Final = constructor(ServiceLine)
_claim_values: Final = attrgetter(*_CLAIM)
_line_values: Final = attrgetter(*_LINE)
_PREFIX: Final = 3

#: The field of a claim, its value, and the fact as reports list it.
_Found: TypeAlias = tuple[str, object, DerivedFact]


def derive(filed: FiledClaim) -> FiledClaim:
    """Return the claim with the facts that its form and its taxonomies show."""
    found = [*_of_form(filed.claim, filed.form)] if filed.form else []
    claim = _with_professions(filed.claim)
    facts = [fact for _, _, fact in found]
    if claim is not filed.claim:
        facts += _derived_professions(claim)
    if not facts:
        return filed
    values = {name: value for name, value, _ in found}
    return _completed(filed, _changed(claim, values) if values else claim, facts)


def derive_for_payer(filed: FiledClaim, payer: Payer) -> FiledClaim:
    """Return the claim with the facts that its ids show to the payer."""
    member = filed.claim.member
    if member.member_prefix is not None or filed.form is None or "Blue" not in payer.name:
        return filed
    member = attrs.evolve(member, member_prefix=member.id[:_PREFIX])
    # NOTE: the prefix is part of a member's id, so it is not listed.
    fact = DerivedFact("member.member_prefix", "its first characters", "the member id")
    return _completed(filed, _changed(filed.claim, {"member": member}), [fact])


def _completed(filed: FiledClaim, claim: Claim, facts: list[DerivedFact]) -> FiledClaim:
    return attrs.evolve(filed, claim=claim, derived=tuple(sorted({*filed.derived, *facts})))


def _changed(claim: Claim, values: dict[str, object]) -> Claim:
    """Return the claim with other values of its fields, which are sound."""
    kept = zip(_CLAIM, _claim_values(claim), strict=True)
    return _make_claim(*(values.get(name, value) for name, value in kept))


def _of_form(claim: Claim, form: FormFacts) -> Iterator[_Found]:
    """Yield the fields that are not stated and that the form shows."""
    setting = claim.setting
    if setting is None and (shown := derived_setting(claim, form.form)):
        setting, source = shown
        yield "setting", setting, DerivedFact("setting", setting, source)
    if claim.authorizations is None:
        yield "authorizations", (), DerivedFact("authorizations", "none", f"{form.form} without G1")
    if claim.referral is None:
        yield "referral", "none", DerivedFact("referral", "none", f"{form.form} without 9F")
    if claim.sent is None and form.sent is not None:
        day = form.sent.isoformat()
        yield "sent", form.sent, DerivedFact("sent", day, f"the date in the {form.form}")
    if form.zip_code is not None:
        yield from _of_zip(claim, form.zip_code, setting)


def _of_zip(claim: Claim, zip_code: str, setting: str | None) -> Iterator[_Found]:
    place = _PLACES[zip_code]
    if place is None:
        return
    source = f"ZIP {zip_code[:5]}"
    if claim.state is None and place.state is not None:
        yield "state", place.state, DerivedFact("state", place.state, source)
    # NOTE: equipment is paid by contractors of its own.
    if claim.contractor is None and place.contractor is not None and setting != "dme":
        yield "contractor", place.contractor, DerivedFact("contractor", place.contractor, source)


_PLACES: Final = ParseCache(place_of_zip)


def _with_profession(provider: Provider) -> Provider:
    """Return the provider with the profession that its taxonomy shows, if it states none."""
    if provider.profession is not None or provider.taxonomy is None:
        return provider
    profession = profession_of_taxonomy(provider.taxonomy)
    if profession is None:
        return provider
    return attrs.evolve(provider, profession=profession, profession_from="taxonomy")


_PROVIDERS: Final = ParseCache(_with_profession)


def _with_professions(claim: Claim) -> Claim:
    """Return the claim with the professions of its providers."""
    values: dict[str, object] = {}
    billing = _PROVIDERS[claim.billing_provider]
    if billing.profession_from != claim.billing_provider.profession_from:
        values["billing_provider"] = billing
    lines = tuple(map(_line_with_professions, claim.lines))
    if any(new is not old for new, old in zip(lines, claim.lines, strict=True)):
        values["lines"] = lines
    return _changed(claim, values) if values else claim


def _line_with_professions(line: ServiceLine) -> ServiceLine:
    values: dict[str, Provider] = {}
    for name, provider in (
        ("rendering_provider", line.rendering_provider),
        ("performed_by", line.performed_by),
    ):
        if provider is not None and provider.profession is None and provider.taxonomy is not None:
            completed = _PROVIDERS[provider]
            if completed.profession is not None:
                values[name] = completed
    if not values:
        return line
    kept = zip(_LINE, _line_values(line), strict=True)
    return _make_line(*(values.get(name, value) for name, value in kept))


def _derived_professions(claim: Claim) -> Iterator[DerivedFact]:
    """Yield the professions of the claim that were derived, each provider once."""
    for name, provider in (
        ("billing_provider", claim.billing_provider),
        *(("rendering_provider", line.rendering_provider) for line in claim.lines),
        *(("performed_by", line.performed_by) for line in claim.lines),
    ):
        if provider is not None and provider.profession_from == "taxonomy":
            source = f"taxonomy {provider.taxonomy} of NPI {provider.npi}"
            yield DerivedFact(f"{name}.profession", provider.profession or "", source)
