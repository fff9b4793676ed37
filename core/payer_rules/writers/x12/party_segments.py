"""The segments that name somebody, in an 837P: NM1, N3, N4, REF, DMG, PRV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from payer_rules.claims import Claim, Provider
from payer_rules.errors import Path
from payer_rules.writers.parties import Address, ProviderDetails, SubmissionDetails
from payer_rules.writers.x12.element_writer import ElementWriter, eight, segment

_WHOLE_ZIP = 9

#: DMG03 by the member's sex.
_GENDERS: Final[dict[str | None, str]] = {"f": "F", "m": "M", "x": "U"}


def billing_segments(
    provider: Provider, providers: Mapping[str, ProviderDetails], writer: ElementWriter
) -> Iterator[str]:
    """Yield loops 2000A and 2010AA after their HL: the billing provider."""
    path: Path = ("providers", provider.npi)
    party = providers.get(provider.npi, ProviderDetails())
    yield from _taxonomy("BI", provider)
    yield _name("85", provider, party, writer)
    yield from _address(party.address, path, "provider", writer)
    zip_code = party.address.zip
    if zip_code and len(zip_code) != _WHOLE_ZIP:
        message = f"the ZIP code of provider {provider.npi} is {zip_code!r}"
        remedy = "Write the nine digits of ZIP+4: the form takes no other of who bills."
        writer.report_problem((*path, "address", "zip"), message, remedy)
    tax_id = writer.text(party.tax_id, (*path, "tax_id"), _of("the tax id", provider), 9, 9)
    yield segment("REF", party.tax_id_kind, tax_id)


def insured_segments(
    claim: Claim, submission: SubmissionDetails, writer: ElementWriter
) -> Iterator[str]:
    """Yield loops 2000B, 2010BA and 2010BB after their HL: member and payer.

    The member is the patient. The payer is the first to pay (P): payments of other payers are not
    known.
    """
    patient, insurer = submission.patient, submission.insurer
    last = writer.text(
        patient.last_name, ("patient", "last_name"), "the patient's last name", 1, 60
    )
    first = writer.text(
        patient.first_name, ("patient", "first_name"), "the patient's first name", 1, 35
    )
    filing = writer.text(
        insurer.filing, ("insurer", "filing"), "the claim filing indicator (SBR09)", 1, 2
    )
    group = ""
    if patient.group is not None:
        group = writer.text(patient.group, ("patient", "group"), "the number of the group", 1, 50)
    yield segment("SBR", "P", "18", group, "", "", "", "", "", filing)
    member = writer.text(claim.member.id, ("member", "id"), "the member's id", 2, 80)
    yield segment("NM1", "IL", "1", last, first, "", "", "", "MI", member)
    yield from _address(patient.address, ("patient",), "patient", writer)
    born = claim.member.birth_date
    if born is None:
        writer.report_missing(("member", "birth_date"), "the patient's date of birth")
    gender = patient.gender or _GENDERS.get(claim.member.sex)
    if gender is None:
        writer.report_missing(("patient", "gender"), "the patient's gender (F, M or U)")
    yield segment("DMG", "D8", eight(born) if born else "", gender or "")
    name = writer.text(insurer.name, ("insurer", "name"), "the insurer's name", 1, 60)
    insurer_id = writer.text(insurer.id, ("insurer", "id"), "the insurer's id", 2, 80)
    yield segment("NM1", "PR", "2", name, "", "", "", "", "PI", insurer_id)


def rendering_segments(
    provider: Provider, providers: Mapping[str, ProviderDetails], writer: ElementWriter
) -> Iterator[str]:
    """Yield loop 2310B or 2420A: the rendering provider."""
    yield _name("82", provider, providers.get(provider.npi, ProviderDetails()), writer)
    yield from _taxonomy("PE", provider)


def supervising_segment(
    provider: Provider, providers: Mapping[str, ProviderDetails], writer: ElementWriter
) -> str:
    """Return loop 2310D or 2420D: the supervising provider, who is a person."""
    party = providers.get(provider.npi, ProviderDetails())
    if party.name:
        message = f"provider {provider.npi} supervises, and has the name of an organization"
        remedy = "Write last_name and first_name instead of name."
        writer.report_problem(("providers", provider.npi, "name"), message, remedy)
    return _name("DQ", provider, party, writer)


def _taxonomy(role: str, provider: Provider) -> Iterator[str]:
    if provider.taxonomy is not None:
        yield segment("PRV", role, "PXC", provider.taxonomy)


def _name(entity: str, provider: Provider, party: ProviderDetails, writer: ElementWriter) -> str:
    """Return the NM1 of a provider."""
    path: Path = ("providers", provider.npi)
    npi = writer.npi(provider.npi, path, "a provider")
    if party.name is None and party.last_name is None:
        remedy = f"Write name = …, or last_name and first_name, under {'.'.join(map(str, path))}."
        writer.report_problem(path, f"{_of('the name', provider)} is not known", remedy)
        return ""
    if party.name is not None:
        name = writer.text(party.name, (*path, "name"), _of("the name", provider), 1, 60)
        return segment("NM1", entity, "2", name, "", "", "", "", "XX", npi)
    last = writer.text(party.last_name, (*path, "last_name"), _of("the last name", provider), 1, 60)
    first = writer.text(
        party.first_name, (*path, "first_name"), _of("the first name", provider), 1, 35
    )
    return segment("NM1", entity, "1", last, first, "", "", "", "XX", npi)


def _of(what: str, provider: Provider) -> str:
    return f"{what} of provider {provider.npi}"


def _address(address: Address, outer: Path, who: str, writer: ElementWriter) -> Iterator[str]:
    """Yield N3 and N4."""
    path: Path = (*outer, "address")
    whose = f"provider {outer[1]}" if who == "provider" else f"the {who}"
    yield segment(
        "N3", writer.text(address.street, (*path, "street"), f"the street of {whose}", 1, 55)
    )
    city = writer.text(address.city, (*path, "city"), f"the city of {whose}", 2, 30)
    state = writer.text(address.state, (*path, "state"), f"the state of {whose}", 2, 2)
    zip_code = writer.text(address.zip, (*path, "zip"), f"the ZIP code of {whose}", 5, 9)
    yield segment("N4", city, state, zip_code)
