"""The claim of a witness in words, with every fact that it states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from payer_rules.claims import Claim, Provider, ServiceLine, Session
from payer_rules.history import History
from payer_rules.reports.claim_words import claim_in_words

#: The facts of lines that are printed where they are stated.
_OF_LINES: Final = frozenset(
    ["place_of_service", "modality", "charge", "minutes", "miles", "clock", "group", "documented"]
)
#: The names of facts in words, by the fields of the claim, of its lines and of its member.
_OF_CLAIM: Final = {
    **{
        name: name
        for name in ("setting", "bill_type", "contractor", "program", "plan", "network", "state")
    },
    **{name: name for name in ("diagnoses", "received", "authorizations", "referral", "order")},
    "occurrences": "occurrence_code",
    "condition_codes": "condition_code",
    "inpatient_stays": "inpatient",
    "other_payers": "other_payer",
    "dates": "dates",
}
_OF_A_LINE: Final = {
    "body_site": "body_site",
    "drug": "drug",
    "rendering_provider": "rendered_by",
    "performed_by": "performed_by",
}
_OF_MEMBER: Final = {"birth_date": "age", "sex": "sex", "statuses": "member_status"}
#: Of more earlier lines, the first two and the last are printed.
_FEW: Final = 6
_EARLIER: Final = "paid before: "


def claim_texts(claim: Claim, history: History | None) -> Iterator[str]:
    """Yield the lines and the facts of the claim, and the earlier services."""
    texts = list(claim_in_words(claim, history or History(), stated_facts(claim)))
    earlier = [text for text in texts if text.startswith(_EARLIER)]
    yield from (text for text in texts if text not in earlier)
    further = [*_further_facts(claim), *_provider_facts(claim.billing_provider)]
    if further:
        yield f"(also: {', '.join(further)})"
    if len(earlier) > _FEW:
        earlier = [*earlier[:2], f"… and {len(earlier) - 3} more, up to", earlier[-1]]
    yield from earlier
    if not earlier:
        yield f"earlier services: {'none' if history else 'not stated'}"


def stated_facts(claim: Claim) -> frozenset[str]:
    """Return the names of facts, as `claim_in_words` takes them, that the claim states."""
    facts = {
        *_OF_LINES,
        *_stated(_OF_CLAIM, claim),
        *_stated(_OF_MEMBER, claim.member),
        *(name for line in claim.lines for name in _stated(_OF_A_LINE, line)),
    }
    if any(_has_record(line) for line in claim.lines):
        facts.add("record")
    return frozenset(facts)


def _stated(names: Mapping[str, str], value: object) -> Iterator[str]:
    """Yield the names of the fields that the value states."""
    for field, name in names.items():
        if getattr(value, field) is not None:
            yield name


def _has_record(line: ServiceLine) -> bool:
    session = line.session
    if not isinstance(session, Session):
        return False
    return any(part is not None for part in (session.documents, session.elements, session.findings))


def _further_facts(claim: Claim) -> Iterator[str]:
    """Yield the stated facts that `claim_in_words` does not print."""
    member = claim.member
    if member.member_prefix:
        yield f"member prefix {member.member_prefix}"
    if member.benefit_year_start:
        yield f"benefit year from {member.benefit_year_start}"
    if claim.line_of_business:
        yield f"line of business {claim.line_of_business}"
    if claim.episode_start:
        yield f"episode since {claim.episode_start}"
    for line in claim.lines:
        if line.revenue_code and line.revenue_code != line.code:
            yield f"revenue code {line.revenue_code} on line {line.number}"
        if line.diagnosis_pointers:
            yield f"diagnosis pointers on line {line.number}"


def _provider_facts(provider: Provider) -> Iterator[str]:
    """Yield what the claim states of the billing provider, who renders if nobody else is named."""
    named = (provider.profession, provider.taxonomy, provider.specialty)
    known = [*filter(None, named), *map(str, provider.statuses or ())]
    if known:
        yield f"billed by {', '.join(known)}"
    if isinstance(provider.supervised_by, Provider):
        supervisor = provider.supervised_by
        yield f"supervised by {supervisor.profession or supervisor.npi}"
