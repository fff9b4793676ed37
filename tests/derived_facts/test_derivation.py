"""Facts that are derived from the claim form: each from its source, and never over a stated one."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payer_rules.claims import Authorization, Claim, Member, Provider, ServiceLine
from payer_rules.derived_facts import derive, derive_for_payer
from payer_rules.readers.filed_claims import FiledClaim, FormFacts
from payer_rules.rules import Payer

DAY: Final = date(2026, 11, 20)
CHICAGO: Final = FormFacts(form="837P", zip_code="606011234", sent=DAY)
INSTITUTION: Final = attrs.evolve(CHICAGO, form="837I")
LCSW: Final = "1041C0700X"
BLUE: Final = Payer(id="p", name="Blue Cross of P", kind="commercial")
OTHER: Final = Payer(id="q", name="Q", kind="commercial")


def filed(
    form: FormFacts | None = CHICAGO,
    *,
    taxonomy: str | None = None,
    codes: tuple[str, ...] = ("90853",),
    **stated: Any,
) -> FiledClaim:
    """Return a claim whose billing provider has the taxonomy, and its form."""
    lines = [ServiceLine(number=n, code=code, date_from=DAY) for n, code in enumerate(codes, 1)]
    values = {
        "id": "C1",
        "member": Member(id="XOF123456"),
        "billing_provider": Provider(npi="1234567893", taxonomy=taxonomy),
        "lines": lines,
        **stated,
    }
    return FiledClaim(Claim(**values), None, "a.837", 1, form=form)


def facts(derived: FiledClaim) -> dict[str, str]:
    """Return the derived facts with their sources."""
    return {fact.fact: fact.source for fact in derived.derived}


@pytest.mark.parametrize(
    ("form", "stated", "setting"),
    [
        (CHICAGO, {}, "practitioner"),
        (CHICAGO, {"taxonomy": LCSW}, "practitioner"),
        (CHICAGO, {"taxonomy": "332B00000X", "codes": ("E0601", "A7030")}, "dme"),
        (CHICAGO, {"taxonomy": "332B00000X"}, None),
        (CHICAGO, {"codes": ("E0601",)}, None),
        (CHICAGO, {"taxonomy": "261QF0400X"}, "fqhc"),
        (CHICAGO, {"taxonomy": "261QR1300X"}, "rhc"),
        (CHICAGO, {"taxonomy": "261QR0405X"}, "practitioner"),
        (CHICAGO, {"taxonomy": "261QM0801X"}, None),
        (INSTITUTION, {"bill_type": "131"}, "outpatient-hospital"),
        (INSTITUTION, {"bill_type": "0131"}, "outpatient-hospital"),
        (INSTITUTION, {"bill_type": "711"}, "rhc"),
        (INSTITUTION, {"bill_type": "761"}, "cmhc"),
        (INSTITUTION, {"bill_type": "771"}, "fqhc"),
        (INSTITUTION, {"bill_type": "851"}, "cah"),
        (INSTITUTION, {"bill_type": "111"}, None),
        (INSTITUTION, {}, None),
        (None, {}, None),
    ],
)
def test_the_setting_of_a_form(
    form: FormFacts | None, stated: dict[str, Any], setting: str | None
) -> None:
    """The setting follows from form, type of bill, taxonomy and codes, where only one is possible."""
    derived = derive(filed(form, **stated))
    assert derived.claim.setting == setting
    assert ("setting" in facts(derived)) is (setting is not None)


@pytest.mark.parametrize(
    ("zip_code", "state", "contractor"),
    [
        ("60601", "IL", "ngs"),
        ("606011234", "IL", "ngs"),
        ("66101", "KS", "wps"),
        # Noridian's name for Washington is from memory in the source.
        ("98101", "WA", None),
        # CMS divides this one by its last four digits.
        ("71953", None, None),
        ("00001", None, None),
        ("6060", None, None),
        ("A1B2C", None, None),
        (None, None, None),
    ],
)
def test_the_place_of_a_zip_code(
    zip_code: str | None, state: str | None, contractor: str | None
) -> None:
    """State and contractor are those of the billing provider's ZIP code."""
    claim = derive(filed(attrs.evolve(CHICAGO, zip_code=zip_code))).claim
    assert (claim.state, claim.contractor) == (state, contractor)


def test_equipment_has_no_contractor_of_practitioners() -> None:
    """Equipment is paid by contractors of its own, which the ZIP code does not show."""
    derived = derive(filed(taxonomy="332B00000X", codes=("E0601",)))
    assert (derived.claim.state, derived.claim.contractor) == ("IL", None)


@pytest.mark.parametrize(
    ("taxonomy", "profession"),
    [
        (LCSW, "lcsw"),
        (LCSW.lower(), "lcsw"),
        ("106H00000X", "lmft"),
        ("101YM0800X", "mental-health-counselor"),
        ("101YP2500X", "lpc"),
        ("103TC0700X", "psychologist"),
        ("2084P0800X", "psychiatrist"),
        ("2084P0804X", "psychiatrist"),
        ("363LP0808X", "pmhnp"),
        ("363L00000X", "nurse-practitioner"),
        ("104100000X", "social-worker"),
        ("101Y00000X", "counselor"),
        ("103K00000X", "behavior-analyst"),
        # CMS enrolls these as psychologists, and NUCC names them otherwise.
        ("106E00000X", None),
        ("106S00000X", None),
        ("103TS0200X", None),
        # A psychiatrist or another physician.
        ("2084A0401X", None),
        ("2084N0400X", None),
        ("207QG0300X", None),
        ("261QM0801X", None),
        ("nonsense", None),
        (None, None),
    ],
)
def test_the_profession_of_a_taxonomy(taxonomy: str | None, profession: str | None) -> None:
    """The profession is derived where the sources agree on one, and marked as derived."""
    derived = derive(filed(None, taxonomy=taxonomy))
    provider = derived.claim.billing_provider
    assert provider.profession == profession
    assert provider.profession_from == ("stated" if profession is None else "taxonomy")
    assert ("billing_provider.profession" in facts(derived)) is (profession is not None)


def test_each_provider_of_a_line_has_the_profession_of_its_taxonomy() -> None:
    """Rendering and performing providers are completed, and equal claims stay equal."""
    rendering = Provider(npi="1234567893", taxonomy="106H00000X")
    performing = Provider(npi="1111111112", taxonomy=LCSW)
    line = ServiceLine(
        code="90853", date_from=DAY, rendering_provider=rendering, performed_by=performing
    )
    (derived,) = derive(filed(None, lines=[line])).claim.lines
    assert derived.rendering_provider == attrs.evolve(rendering, profession="lmft")
    assert derived.performed_by == attrs.evolve(performing, profession="lcsw")


def test_a_form_without_numbers_names_no_authorization() -> None:
    """An 837 without REF G1 and 9F states that the claim has neither; other files do not."""
    claim = derive(filed()).claim
    assert (claim.authorizations, claim.referral, claim.sent) == ((), "none", DAY)
    bare = derive(filed(None)).claim
    assert (bare.authorizations, bare.referral, bare.sent) == (None, None, None)


def test_the_member_prefix_is_that_of_a_blue_plan() -> None:
    """The first three characters of the member id are the prefix, for a Blue plan's claims alone."""
    assert derive_for_payer(filed(), BLUE).claim.member.member_prefix == "XOF"
    assert derive_for_payer(filed(), OTHER).claim.member.member_prefix is None
    assert derive_for_payer(filed(None), BLUE).claim.member.member_prefix is None
    stated = filed(member=Member(id="XOF123456", member_prefix="CTY"))
    assert derive_for_payer(stated, BLUE).claim.member.member_prefix == "CTY"


@pytest.mark.parametrize(
    ("form", "settings", "setting"),
    [
        (CHICAGO, {"practitioner"}, "practitioner"),
        (CHICAGO, {"practitioner", "mental-health-center"}, None),
        (INSTITUTION, {"practitioner"}, None),
    ],
)
def test_a_mental_health_clinic_is_a_practice_where_the_payer_has_no_other_name_for_it(
    form: FormFacts, settings: set[str], setting: str | None
) -> None:
    """With a payer that licenses clinics the claim does not show which of the two it is."""
    clinic = derive(filed(form, taxonomy="261QM0801X"))
    assert derive_for_payer(clinic, OTHER, settings).claim.setting == setting
    stated = derive(filed(form, taxonomy="261QM0801X", setting="mental-health-center"))
    assert derive_for_payer(stated, OTHER, settings).claim.setting == "mental-health-center"


def test_no_derived_fact_shows_a_member() -> None:
    """Reports list derived facts, and a prefix is part of a member's id."""
    assert "XOF" not in repr(derive_for_payer(derive(filed(taxonomy=LCSW)), BLUE).derived)


_STATED: Final[dict[str, list[Any]]] = {
    "setting": ["dme", "fqhc"],
    "state": ["NY"],
    "contractor": ["wps"],
    "authorizations": [(Authorization(number="A1"),), ()],
    "referral": ["R1", "none"],
    "sent": [date(2026, 1, 1)],
}


@given(
    st.fixed_dictionaries({}, optional={k: st.sampled_from(v) for k, v in _STATED.items()}),
    st.sampled_from([CHICAGO, INSTITUTION, None]),
    st.sampled_from([None, "lmft"]),
)
def test_a_stated_fact_is_never_changed(
    stated: dict[str, Any], form: FormFacts | None, profession: str | None
) -> None:
    """Whatever is stated stays, is not listed as derived, and the given claim is not changed."""
    provider = Provider(npi="1234567893", taxonomy=LCSW, profession=profession)
    given_claim = filed(form, billing_provider=provider, **stated)
    before = attrs.asdict(given_claim.claim)
    derived = derive(given_claim)
    assert attrs.asdict(given_claim.claim) == before
    assert {name: getattr(derived.claim, name) for name in stated} == stated
    assert derived.claim.billing_provider.profession == (profession or "lcsw")
    assert facts(derived).keys().isdisjoint(stated)
    assert ("billing_provider.profession" in facts(derived)) is (profession is None)


@given(st.sampled_from([CHICAGO, INSTITUTION, None]), st.sampled_from([None, LCSW, "261QF0400X"]))
def test_derived_claims_are_sound_and_derived_once(
    form: FormFacts | None, taxonomy: str | None
) -> None:
    """A derived claim passes the checks of its class, and deriving again adds nothing."""
    derived = derive(filed(form, taxonomy=taxonomy, bill_type="131" if form else None))
    values = {field.name: getattr(derived.claim, field.name) for field in attrs.fields(Claim)}
    assert Claim(**values) == derived.claim
    assert derive(derived).claim is derived.claim
