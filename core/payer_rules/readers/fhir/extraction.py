"""Claims and history lines extracted from the resources of a file."""

from __future__ import annotations

import typing
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path as FilePath
from typing import Final

from payer_rules.claims import Claim
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import FieldError, InvalidValueError, Problem
from payer_rules.history import HistoryLine
from payer_rules.readers.fhir.benefit_conversion import history_of
from payer_rules.readers.fhir.claim_conversion import claim_id, claim_of
from payer_rules.readers.fhir.files import LocatedResource, is_by_line, resources_of
from payer_rules.readers.fhir.references import ReferenceIndex, ReferenceResolver
from payer_rules.readers.fhir.resources import (
    FhirBundle,
    FhirClaim,
    FhirExplanationOfBenefit,
    FhirReferenced,
    fhir_type,
)
from payer_rules.readers.fhir.service_lines import is_uncoded
from payer_rules.readers.fhir.versions import OtherVersions
from payer_rules.readers.filed_claims import FiledClaim, UncodedClaim, with_lines_apart

_PARTIES: Final = typing.get_args(FhirReferenced)
#: Kinds of resources that are given in place of claims, and what they are.
_OTHERS: Final = {
    "ClaimResponse": "the payer's answer to a claim",
    "ExplanationOfBenefit": "a claim that was adjudicated: read it as history",
    "Claim": "a claim that was not adjudicated: read it as one",
    "CoverageEligibilityRequest": "a question about coverage",
    "CoverageEligibilityResponse": "an answer about coverage",
    "Coverage": "an insurance",
}
_NAMES: Final = frozenset([*_OTHERS, *map(fhir_type, (*_PARTIES, FhirBundle))])
_UNKNOWN: Final = "resources of other kinds"


def claims(
    path: FilePath, beside: Iterable[FilePath], name: str, setting: str | None
) -> Iterator[FiledClaim | UncodedClaim | Problem]:
    """Yield the claims of the file and its problems; ``setting`` is that of claims without one."""
    parties, versions = ReferenceIndex(), OtherVersions()
    count = 0
    for each in _wanted(path, beside, name, parties, FhirClaim):
        if isinstance(each, Problem):
            yield each
            continue
        count += 1
        if each.version is not None:
            yield from versions.problems(each)
        resource = each.resource
        if not isinstance(resource, FhirClaim):
            continue
        try:
            claim = claim_of(resource, ReferenceResolver(parties, resource.contained), setting)
        except InvalidValueError as error:
            yield from versions.problems(each, [*error.field_errors, *parties.unread.take_new()])
        else:
            if parties.unread.has_new:
                yield from each.problems(parties.unread.take_new())
            yield _filed(claim, resource, name, count)


def _filed(
    claim: Claim | None, resource: FhirClaim, name: str, count: int
) -> FiledClaim | UncodedClaim:
    """Return the claim with the numbers of its items that have no procedure code."""
    uncoded = tuple(
        item.sequence for item in resource.item if item.revenue is not None and is_uncoded(item)
    )
    if claim is None:
        return UncodedClaim(claim_id(resource) or "", uncoded, name, count)
    return with_lines_apart(FiledClaim(claim, None, name, count, None, uncoded))


def history(
    path: FilePath, beside: Iterable[FilePath], name: str, setting: str | None
) -> Iterator[HistoryLine | Problem]:
    """Yield the lines of the file's explanations of benefit, and its problems."""
    parties, versions = ReferenceIndex(), OtherVersions()
    for each in _wanted(path, beside, name, parties, FhirExplanationOfBenefit):
        if isinstance(each, Problem):
            yield each
            continue
        if each.version is not None:
            yield from versions.problems(each)
        resource = each.resource
        if not isinstance(resource, FhirExplanationOfBenefit):
            continue
        field_errors: list[FieldError] = []
        try:
            references = ReferenceResolver(parties, resource.contained)
            for line in history_of(resource, references, setting):
                if isinstance(line, HistoryLine):
                    yield line
                else:
                    field_errors += line
            field_errors += parties.unread.take_new()
        except InvalidValueError as error:
            field_errors = [*error.field_errors, *parties.unread.take_new()]
        if field_errors:
            yield from versions.problems(each, field_errors)


def _wanted(
    path: FilePath,
    beside: Iterable[FilePath],
    name: str,
    parties: ReferenceIndex,
    kind: type[FhirClaim | FhirExplanationOfBenefit],
) -> Iterator[LocatedResource | Problem]:
    """Yield the resources of the kind; index all others, and report a file without any.

    In a bundle, referenced resources may come later, so it is read twice; lines are read once.
    """
    for file in beside:
        yield from _remember(resources_of(file, file.name), parties)
    others: Counter[str] = Counter()
    met = False
    wanted = fhir_type(kind)
    for each in _in_turn(path, name, parties):
        if isinstance(each, Problem) or type(each.resource) is kind or each.unread == wanted:
            met = True
            yield each
        else:
            _keep(each, parties)
            others[each.kind if each.kind in _NAMES else _UNKNOWN] += 1
    if not met:
        yield _nothing(name, wanted, others)


def _in_turn(
    path: FilePath, name: str, parties: ReferenceIndex
) -> Iterable[LocatedResource | Problem]:
    """Return the resources; those of a bundle are indexed before the first is returned."""
    found = resources_of(path, name)
    try:
        if is_by_line(path):
            return found
    except OSError:
        return found
    together = tuple(found)
    for each in together:
        _keep(each, parties)
    return together


def _remember(
    found: Iterable[LocatedResource | Problem], parties: ReferenceIndex
) -> Iterator[Problem]:
    for each in found:
        if isinstance(each, Problem):
            yield each
        else:
            _keep(each, parties)


def _keep(each: LocatedResource | Problem, parties: ReferenceIndex) -> None:
    if isinstance(each, LocatedResource) and isinstance(each.resource, _PARTIES):
        parties.add(each.resource, each.full_url)


def _nothing(name: str, wanted: str, others: Counter[str]) -> Problem:
    kinds = ", ".join(
        f"{kind} ({_OTHERS[kind]})" if kind in _OTHERS else kind for kind in sorted(others)
    )
    message = f"the file holds no {wanted}" + (f", only {kinds}" if kinds else "")
    remedy = f"Give a file that holds a resource {wanted}."
    if wanted == "Claim" and "ExplanationOfBenefit" in others:
        remedy += " Give an ExplanationOfBenefit, which has earlier payments, with --history FILE."
    return Problem(name, message, remedy, ErrorCode.FHIR_RESOURCE)
