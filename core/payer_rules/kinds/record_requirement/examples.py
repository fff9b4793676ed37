"""Claims whose record holds what a rule asks for, or not all of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import attrs

from payer_rules.claims import Claim, ClinicalFinding, Provider, RecordDocument, Session
from payer_rules.engine.months import months_on
from payer_rules.kinds.claim_changes import OTHER_PROVIDER, with_line
from payer_rules.kinds.record_requirement.parts import DocumentCriteria, FindingCriteria
from payer_rules.kinds.record_requirement.rule import DOCUMENTED, RecordRequirement
from payer_rules.rules import ProviderCriteria, ServiceDeadline

_PREVIOUS = Decimal(100)


def examples(rule: RecordRequirement, base: Claim) -> Iterator[Claim]:
    """Yield a complete record, an empty one, and the record with each part changed."""
    whole = _complete(rule, base)
    yield _with(base, whole)
    empty = Session(documented=frozenset(), elements=frozenset(), documents=(), findings=())
    yield _with(base, empty)
    for at, criteria in enumerate(rule.documents):
        for document in _documents(criteria, base):
            documents = (*whole.documents[:at], document, *whole.documents[at + 1 :])
            yield _with(base, attrs.evolve(whole, documents=documents))
    for alternatives in rule.elements:
        for element in sorted(alternatives):
            yield _with(
                base, _with_elements(whole, (rule.record_elements - alternatives) | {element})
            )
        yield _with(base, _with_elements(whole, rule.record_elements - alternatives))
    for at, wanted in enumerate(rule.findings):
        for finding in _findings(wanted):
            findings = (*whole.findings[:at], finding, *whole.findings[at + 1 :])
            yield _with(base, attrs.evolve(whole, findings=findings))


@attrs.frozen
class _Record:
    """A complete record: its documents, elements and findings."""

    documents: tuple[RecordDocument, ...]
    findings: tuple[ClinicalFinding, ...]
    elements: frozenset[str]


def _complete(rule: RecordRequirement, base: Claim) -> _Record:
    return _Record(
        tuple(next(_documents(criteria, base)) for criteria in rule.documents),
        tuple(next(_findings(criteria)) for criteria in rule.findings),
        rule.record_elements,
    )


def _with_elements(whole: _Record, elements: frozenset[str]) -> _Record:
    return attrs.evolve(whole, elements=elements)


def _with(base: Claim, record: _Record | Session) -> Claim:
    if isinstance(record, Session):
        return with_line(base, session=record)
    session = Session(
        group_size=8,
        documented=record.elements & DOCUMENTED,  # type: ignore[arg-type]
        elements=record.elements - DOCUMENTED,
        documents=record.documents,
        findings=record.findings,
    )
    return with_line(base, session=session)


def _documents(criteria: DocumentCriteria, base: Claim) -> Iterator[RecordDocument]:
    """Yield a document that meets the criteria, and documents around each of them."""
    day = base.lines[0].date_from
    signed = _last(criteria.signed, day) if isinstance(criteria.signed, ServiceDeadline) else day
    written = min(_last(criteria.written, day) if criteria.written else day, day)
    right = RecordDocument(
        kind=min(criteria.kind),
        written=written,
        signed=min(signed, day),
        signed_by=_signer(criteria, base),
        expires=day,
    )
    yield right
    yield from (attrs.evolve(right, kind=kind) for kind in sorted(criteria.kind))
    for step in (0, 1):
        if criteria.written:
            yield attrs.evolve(right, written=_moved(_last(criteria.written, day), step))
        if isinstance(criteria.signed, ServiceDeadline):
            yield attrs.evolve(right, signed=_moved(signed, step))
    if criteria.no_older_than is not None:
        days, months = criteria.no_older_than.days or 0, criteria.no_older_than.months or 0
        oldest = _moved(months_on(day, -months), -days)
        yield from (attrs.evolve(right, written=_moved(oldest, step)) for step in (-1, 0, 1))
    yield attrs.evolve(right, signed="none")
    yield attrs.evolve(right, signed_by=OTHER_PROVIDER)
    yield attrs.evolve(right, expires=_moved(day, -1))
    yield attrs.evolve(right, kind="other")


def _last(deadline: ServiceDeadline, day: date) -> date:
    return _moved(day, deadline.offset)


def _moved(day: date, days: int) -> date:
    return date.fromordinal(max(1, min(date.max.toordinal(), day.toordinal() + days)))


def _signer(criteria: DocumentCriteria, base: Claim) -> Provider:
    rendering = base.rendering_provider(base.lines[0])
    if not isinstance(criteria.signed_by, ProviderCriteria):
        return rendering
    return attrs.evolve(
        OTHER_PROVIDER,
        profession=min(criteria.signed_by.profession or ["psychologist"]),
        taxonomy=min(criteria.signed_by.taxonomy) if criteria.signed_by.taxonomy else None,
        specialty=min(criteria.signed_by.specialty) if criteria.signed_by.specialty else None,
    )


def _findings(criteria: FindingCriteria) -> Iterator[ClinicalFinding]:
    """Yield a finding that meets the criteria, and findings on both sides of each number."""
    share = (criteria.change_share_at_least or Decimal(0)) * _PREVIOUS
    change = max(share, criteria.change_at_least or Decimal(0))
    score = criteria.at_least if criteria.at_least is not None else criteria.at_most
    if score is None:
        score = _PREVIOUS - change
    previous = score + change
    if criteria.change_share_at_least is not None and criteria.change_share_at_least < 1:
        needed = score / (1 - criteria.change_share_at_least)
        previous = max(previous, needed)
    yield ClinicalFinding(name=criteria.name, score=score, previous=previous)
    for step in (Decimal(-1), Decimal(1)):
        yield ClinicalFinding(name=criteria.name, score=score + step, previous=previous)
        yield ClinicalFinding(name=criteria.name, score=score, previous=previous + step)
    yield ClinicalFinding(name="other", score=score, previous=previous)
