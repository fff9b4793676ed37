"""The evaluation of what the record of a session holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final, Literal

import attrs

from payer_rules.claims import ClinicalFinding, Provider, RecordDocument, ServiceLine, Session
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.missing import NONE_MISSING, MissingFacts, of_record
from payer_rules.engine.months import months_on
from payer_rules.engine.provider_conditions import is_one
from payer_rules.engine.truth import Truth, both, either
from payer_rules.engine.verdict import Answer, broken_parts
from payer_rules.kinds.record_requirement.parts import DocumentCriteria, FindingCriteria
from payer_rules.kinds.record_requirement.rule import DOCUMENTED, RecordRequirement
from payer_rules.rules import ServiceDeadline, TimeLimit

#: The record of a line that is known to have none.
_NOTHING: Final = Session(documented=frozenset(), elements=frozenset(), documents=(), findings=())
_UNKNOWN: Final = Session()


@attrs.frozen
class RecordGap:
    """A part of the rule that the record does not hold: its field, and its place in the list."""

    part: Literal["documents", "elements", "findings"]
    at: int


def evaluate_line(
    rule: RecordRequirement, state: ClaimState, line: ServiceLine
) -> Answer[tuple[RecordGap, ...]]:
    """Return the parts of the rule that the record of the line does not hold, if any."""
    return broken_parts(rule, line, _gaps(rule, state, line))


def _gaps(
    rule: RecordRequirement, state: ClaimState, line: ServiceLine
) -> Iterator[RecordGap | MissingFacts]:
    session = _NOTHING if line.session == "none" else line.session or _UNKNOWN
    rendering = state.claim.rendering_provider(line)
    for at, document in enumerate(rule.documents):
        yield _gap(RecordGap("documents", at), _document(document, session, line, rendering))
    for at, alternatives in enumerate(rule.elements):
        yield _gap(RecordGap("elements", at), _element(alternatives, session))
    for at, finding in enumerate(rule.findings):
        yield _gap(RecordGap("findings", at), _finding(finding, session))


def _gap(gap: RecordGap, truth: Truth) -> RecordGap | MissingFacts:
    if truth is False:
        return gap
    return NONE_MISSING if truth is True else truth


def _document(
    criteria: DocumentCriteria, session: Session, line: ServiceLine, rendering: Provider
) -> Truth:
    """Return whether the record has a document that meets the criteria."""
    if session.documents is None:
        return of_record("session.documents")
    of_kind = [document for document in session.documents if document.kind in criteria.kind]
    return either(both(_of_document(each, criteria, line, rendering)) for each in of_kind)


def _of_document(
    document: RecordDocument, criteria: DocumentCriteria, line: ServiceLine, rendering: Provider
) -> Iterator[Truth]:
    """Yield whether the document meets each of the criteria."""
    written, signed = document.written, document.signed
    if criteria.written is not None:
        yield (
            _written_missing() if written is None else _is_in_time(written, criteria.written, line)
        )
    if criteria.no_older_than is not None:
        is_known = written is not None
        yield _is_recent(written, criteria.no_older_than, line) if is_known else _written_missing()
    if criteria.signed is not None:
        yield _is_signed(signed, criteria.signed, line)
    if criteria.signed_by is not None:
        yield _is_signed_by(document, criteria, line, rendering)
    if criteria.unexpired:
        expires = document.expires
        missing = of_record("session.documents.expires")
        yield missing if expires is None else expires == "none" or line.date_to <= expires


def _written_missing() -> MissingFacts:
    return of_record("session.documents.written")


def _is_in_time(day: date, deadline: ServiceDeadline, line: ServiceLine) -> bool:
    return day.toordinal() <= line.date_from.toordinal() + deadline.offset


def _is_recent(written: date | None, limit: TimeLimit, line: ServiceLine) -> bool:
    """Return True if the document was written at most so long before the service."""
    assert written is not None
    if limit.days is not None:
        return line.date_to.toordinal() <= written.toordinal() + limit.days
    return line.date_to <= months_on(written, limit.months or 0)


def _is_signed(
    signed: date | Literal["none"] | None, wanted: bool | ServiceDeadline, line: ServiceLine
) -> Truth:
    if signed is None:
        return of_record("session.documents.signed")
    if signed == "none" or isinstance(wanted, bool):
        return signed != "none"
    return _is_in_time(signed, wanted, line)


def _is_signed_by(
    document: RecordDocument, criteria: DocumentCriteria, line: ServiceLine, rendering: Provider
) -> Truth:
    signer = document.signed_by
    if document.signed == "none":
        return False
    if signer is None:
        return of_record("session.documents.signed_by")
    if criteria.signed_by is None or criteria.signed_by == "rendering":
        return signer.npi == rendering.npi
    truth = is_one(signer, criteria.signed_by, "session.documents.signed_by", line)
    # NOTE: who signed is a fact of the record, and not of the claim.
    return of_record(truth[0].name) if isinstance(truth, tuple) else truth


def _element(alternatives: frozenset[str], session: Session) -> Truth:
    """Return whether the note has one of the elements."""
    truths: list[Truth] = []
    if alternatives & DOCUMENTED:
        stated = session.documented
        missing = of_record("session.documented")
        truths.append(missing if stated is None else not alternatives.isdisjoint(stated))
    if alternatives - DOCUMENTED:
        named = session.elements
        missing = of_record("session.elements")
        truths.append(missing if named is None else not alternatives.isdisjoint(named))
    return either(truths)


def _finding(criteria: FindingCriteria, session: Session) -> Truth:
    """Return whether the record has a finding that meets the criteria."""
    if session.findings is None:
        return of_record("session.findings")
    named = [finding for finding in session.findings if finding.name == criteria.name]
    return either(both(_of_finding(finding, criteria)) for finding in named)


def _of_finding(finding: ClinicalFinding, criteria: FindingCriteria) -> Iterator[Truth]:
    score, previous = finding.score, finding.previous
    if score is None:
        if (
            criteria.asks_for_change
            or criteria.at_least is not None
            or criteria.at_most is not None
        ):
            yield of_record("session.findings.score")
        return
    if criteria.at_least is not None:
        yield score >= criteria.at_least
    if criteria.at_most is not None:
        yield score <= criteria.at_most
    if not criteria.asks_for_change:
        return
    if previous is None:
        yield of_record("session.findings.previous")
        return
    change = abs(score - previous)
    if criteria.change_at_least is not None:
        yield change >= criteria.change_at_least
    if criteria.change_share_at_least is not None:
        yield change >= criteria.change_share_at_least * abs(previous)
