"""The conditions on providers: who rendered, performed and supervised the service."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from payer_rules.claims import Claim, Provider, ServiceLine
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.condition import Condition
from payer_rules.engine.missing import of_line, of_record
from payer_rules.engine.reads import RENDERING, STATUS, Reads
from payer_rules.engine.statuses import has_status
from payer_rules.engine.truth import Truth, among, both
from payer_rules.history import HistoryLine
from payer_rules.rules import ProviderCriteria

#: What a claim states of a provider of an earlier line, where that line does not.
_OF_PERSON: Final = ("profession", "profession_from", "taxonomy", "specialty", "statuses")


def is_one(
    provider: Provider | None, criteria: ProviderCriteria, name: str, line: ServiceLine
) -> Truth:
    """Return whether the provider of the line meets the criteria; ``name`` is its field."""
    if provider is None:
        return of_line(line, name)
    tests: list[Truth] = []
    if criteria.profession is not None:
        profession = provider.profession
        is_alone = (criteria.taxonomy, criteria.specialty, criteria.status) == (None, None, None)
        if is_alone and profession is not None:
            return profession in criteria.profession
        missing = of_line(line, f"{name}.profession")
        tests.append(among(profession, criteria.profession, missing))
    if criteria.taxonomy is not None:
        missing = of_line(line, f"{name}.taxonomy")
        tests.append(among(provider.taxonomy, criteria.taxonomy, missing))
    if criteria.specialty is not None:
        missing = of_line(line, f"{name}.specialty")
        tests.append(among(provider.specialty, criteria.specialty, missing))
    if criteria.status is not None:
        missing = of_line(line, f"{name}.statuses")
        tests.append(has_status(provider.statuses, criteria.status, line, missing))
    return both(tests)


def _renderer(state: ClaimState, line: ServiceLine) -> Provider | None:
    """Return the provider who rendered the line, ``None`` if an earlier line names none.

    An earlier line may name a provider of the claim by the NPI alone: the claim has the rest. With
    an assumed history a line that names none was rendered by the claim's provider who billed it,
    since an 835 names a rendering provider that differs from who is paid.
    """
    if not isinstance(line, HistoryLine):
        return state.claim.rendering_provider(line)
    if line.rendering_provider is not None:
        return _as_on(state.claim, line.rendering_provider)
    billing, own = line.billing_provider, state.claim.billing_provider
    is_own = billing is not None and billing.npi == own.npi
    return own if is_own and state.assumptions.has_history else None


def _as_on(claim: Claim, earlier: Provider) -> Provider:
    """Return the provider of an earlier line, with the facts that the claim states of them."""
    for provider in _providers(claim):
        if provider.npi == earlier.npi:
            facts = {name: getattr(provider, name) for name in _OF_PERSON}
            if earlier.profession is not None:
                del facts["profession"], facts["profession_from"]
            for name in ("taxonomy", "specialty", "statuses"):
                if getattr(earlier, name) is not None:
                    del facts[name]
            return attrs.evolve(earlier, **facts)
    return earlier


def _providers(claim: Claim) -> Iterator[Provider]:
    yield claim.billing_provider
    for line in claim.lines:
        yield from filter(None, (line.rendering_provider, line.performed_by))


def _rendered_by(criteria: ProviderCriteria, state: ClaimState, line: ServiceLine) -> Truth:
    return is_one(_renderer(state, line), criteria, "rendering_provider", line)


def performer(claim: Claim, line: ServiceLine) -> Provider:
    """Return the provider who performed the line: by default the one who rendered it."""
    return line.performed_by or claim.rendering_provider(line)


def _performer(state: ClaimState, line: ServiceLine) -> Provider | None:
    """Return who performed the line, ``None`` if an earlier line does not name them."""
    if line.performed_by is None:
        return _renderer(state, line)
    is_earlier = isinstance(line, HistoryLine)
    return _as_on(state.claim, line.performed_by) if is_earlier else line.performed_by


def _performed_by(criteria: ProviderCriteria, state: ClaimState, line: ServiceLine) -> Truth:
    return is_one(_performer(state, line), criteria, "performed_by", line)


def _supervised_by(criteria: ProviderCriteria, state: ClaimState, line: ServiceLine) -> Truth:
    performing = _performer(state, line)
    supervisor = performing and performing.supervised_by
    if supervisor is None:
        return of_record("supervised_by")
    return False if supervisor == "none" else is_one(supervisor, criteria, "supervised_by", line)


def _supervised(wanted: bool, state: ClaimState, line: ServiceLine) -> Truth:
    performing = _performer(state, line)
    supervisor = performing and performing.supervised_by
    if supervisor is None:
        return of_record("supervised_by")
    return (supervisor != "none") is wanted


_PERFORMER: Final = RENDERING | Reads(line={"performed_by"})
_UNDATED: Final = Reads(provider={"profession", "specialty", "taxonomy"})
_CRITERIA: Final = STATUS | _UNDATED | Reads(provider={"statuses"})
_SUPERVISOR: Final = Reads(provider={"supervised_by"})
#: What names the provider of an earlier line, and states more of them on the claim.
_PERSON: Final = _PERFORMER | Reads(
    claim={"lines"},
    provider={"npi", *_OF_PERSON},
    history={"billing_provider", "rendering_provider", "performed_by"},
)

#: The conditions by their names in `When`.
PROVIDER_CONDITIONS: Final[dict[str, Condition]] = {
    "rendered_by": Condition(_rendered_by, RENDERING | _CRITERIA, _PERSON),
    "performed_by": Condition(_performed_by, _PERFORMER | _CRITERIA, _PERSON),
    "supervised_by": Condition(_supervised_by, _PERFORMER | _CRITERIA | _SUPERVISOR, _PERSON),
    "supervised": Condition(_supervised, _PERFORMER | _SUPERVISOR, _PERSON),
}
#: What criteria without a dated status read of who rendered the service.
UNDATED_READS: Final = RENDERING | _UNDATED
