"""Claims made out of those of a case, whose answer is the same, or no cleaner.

`longer` adds lines, `renumbered` changes the line numbers, `renamed` the ids of the claim and of
the member, and `less_known` takes back one stated fact after another. A fact that is taken back is
not known: it becomes neither a default nor "none". Codes, days, units and modifiers stay, and so
does what would be replaced by another fact: a provider, for the billing one renders where no other
is named; the last day of a stay, which would go on; a modality or minutes that the line states
twice. The claim's frequency code and the claim that it replaces stay, too: they say which claim it
is, not what was done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, Final, TypeVar

import attrs

from payer_rules.claims import Claim, Provider, ServiceLine, Session, modalities
from payer_rules.history import History, HistoryLine

L = TypeVar("L", bound=ServiceLine)
T = TypeVar("T")

_DAY: Final = timedelta(days=1)
#: A longer claim would only cost time: what many lines show, these show.
_MOST: Final = 20
_OF_CLAIM: Final = (
    *("setting", "bill_type", "condition_codes", "occurrences", "dates", "contractor"),
    *("program", "plan", "network"),
    *("state", "line_of_business", "diagnoses", "authorizations", "referral", "order"),
    *("inpatient_stays", "episode_start", "received", "other_payers"),
)
_OF_MEMBER: Final = ("birth_date", "sex", "member_prefix", "benefit_year_start", "statuses")
_OF_PROVIDER: Final = ("taxonomy", "specialty", "profession", "supervised_by", "statuses")
_OF_LINE: Final = (
    *("place_of_service", "charge", "revenue_code", "diagnosis_pointers", "session"),
    "miles",
    *("dates", "body_site", "drug"),
)
_OF_SESSION: Final = (
    *("id", "start", "end", "group_size", "group_size_at_most", "leaders", "documented"),
    *("elements", "documents", "findings"),
)
_OF_AUTHORIZATION: Final = (
    *("codes", "date_from", "date_to", "provider", "units_left"),
    *("requested", "issued", "notified", "requested_by"),
)
_OF_HISTORY: Final = ("status", "diagnoses", "setting", "condition_codes", "billing_provider")
_CLAIM_ID: Final = "renamed-claim"
_MEMBER_ID: Final = "renamed-member"


def longer(claim: Claim, history: History | None) -> tuple[Claim, History | None] | None:
    """Return the claim with each line twice more, once a day later; none of a long claim.

    The lines of the history come twice more, too.
    """
    past = history.lines if history else ()
    if len(claim.lines) > _MOST or len(past) > _MOST:
        return None
    longer = attrs.evolve(claim, lines=(*claim.lines, *_more(claim.lines)))
    return longer, attrs.evolve(history, lines=(*past, *_more(past))) if history else None


def _more(lines: tuple[L, ...]) -> Iterator[L]:
    last = max((line.number for line in lines), default=0)
    for at, line in enumerate(lines, start=1):
        yield attrs.evolve(line, number=last + at)
        if line.date_to < date.max:
            later: dict[str, Any] = {
                "date_from": line.date_from + _DAY,
                "date_to": line.date_to + _DAY,
            }
            yield attrs.evolve(line, number=last + len(lines) + at, **later)


def renumber(number: int) -> int:
    """Return another line number: the order stays, and none is odd or follows the one before."""
    return 6 * number + 4


def renumbered(claim: Claim, history: History | None) -> tuple[Claim, History | None]:
    """Return the claim and its history with other line numbers in the same order."""
    past = attrs.evolve(history, lines=map(_renumbered, history.lines)) if history else None
    return attrs.evolve(claim, lines=map(_renumbered, claim.lines)), past


def _renumbered(line: L) -> L:
    return attrs.evolve(line, number=renumber(line.number))


def renamed(claim: Claim, history: History | None) -> tuple[Claim, History | None]:
    """Return the claim and its history with another claim id and another member id."""
    own, member = claim.id, claim.member.id

    def of(line: HistoryLine) -> HistoryLine:
        return attrs.evolve(
            line,
            claim=_CLAIM_ID if line.claim == own else line.claim,
            member=_MEMBER_ID if line.member == member else line.member,
        )

    past = attrs.evolve(history, lines=map(of, history.lines)) if history else None
    as_member = attrs.evolve(claim.member, id=_MEMBER_ID)
    return attrs.evolve(claim, id=_CLAIM_ID, member=as_member), past


def with_voided(claim: Claim, history: History | None) -> tuple[Claim, History] | None:
    """Return the claim with voided copies of its lines in the history; none without a history."""
    if history is None:
        return None
    copies = [
        attrs.evolve(HistoryLine.of(claim, line, status="void"), claim=f"void-{line.number}")
        for line in claim.lines
    ]
    return claim, attrs.evolve(history, lines=(*history.lines, *copies))


def less_known(
    claim: Claim, history: History | None
) -> Iterator[tuple[str, Claim, History | None]]:
    """Yield the claim and its history with one stated fact not known, and the name of the fact."""
    for name in _OF_CLAIM:
        if getattr(claim, name) is not None:
            yield name, _but(claim, name, None), history
    yield from _inside(claim, history, "member", claim.member, _OF_MEMBER)
    yield from _inside(claim, history, "billing_provider", claim.billing_provider, _OF_PROVIDER)
    for at, authorization in enumerate(claim.authorizations or ()):
        for name, less in _without(authorization, _OF_AUTHORIZATION):
            held = _replaced(claim.authorizations or (), at, less)
            yield f"authorizations.{name}", attrs.evolve(claim, authorizations=held), history
    for at, line in enumerate(claim.lines):
        for name, less_line in _line_facts(line):
            lines = _replaced(claim.lines, at, less_line)
            yield name, attrs.evolve(claim, lines=lines), history
    if history is not None:
        yield from _history_facts(claim, history)


def _history_facts(claim: Claim, history: History) -> Iterator[tuple[str, Claim, History | None]]:
    yield "history", claim, None
    if history.covers_from < date.max:
        yield "history.covers_from", claim, attrs.evolve(history, covers_from=date.max)
    if len(history.lines) > _MOST:
        return
    for at, line in enumerate(history.lines):
        for name, less in (*_line_facts(line), *_without(line, _OF_HISTORY)):
            lines = _replaced(history.lines, at, less)
            yield f"history.{name}", claim, attrs.evolve(history, lines=lines)


def _inside(
    claim: Claim, history: History | None, name: str, held: object, fields: Iterable[str]
) -> Iterator[tuple[str, Claim, History | None]]:
    for inner, less in _without(held, fields):
        yield f"{name}.{inner}", _but(claim, name, less), history


def _line_facts(line: L) -> Iterator[tuple[str, L]]:
    yield from _without(line, _OF_LINE)
    if line.modality is not None:
        less = attrs.evolve(line, modality=None)
        # NOTE: modifiers or the place may imply another modality than the line states.
        if line.modality in modalities(less):
            yield "modality", less
    if line.minutes is not None and not _tells_minutes(line.session):
        yield "minutes", attrs.evolve(line, minutes=None)
    for name, provider in _providers(line):
        for inner, less_provider in _without(provider, _OF_PROVIDER):
            yield f"{name}.{inner}", _but(line, name, less_provider)
    if isinstance(line.session, Session):
        for inner, session in _without(line.session, _OF_SESSION):
            yield f"session.{inner}", attrs.evolve(line, session=session)


def _tells_minutes(session: object) -> bool:
    return isinstance(session, Session) and session.start is not None and session.end is not None


def _providers(line: ServiceLine) -> Iterator[tuple[str, Provider]]:
    for name in ("rendering_provider", "performed_by"):
        provider = getattr(line, name)
        if isinstance(provider, Provider):
            yield name, provider


def _without(held: Any, fields: Iterable[str]) -> Iterator[tuple[str, Any]]:  # noqa: ANN401
    for name in fields:
        if getattr(held, name) is not None:
            yield name, _but(held, name, None)


def _but(value: T, name: str, new: object) -> T:
    """Return the value with one field replaced."""
    changes: dict[str, Any] = {name: new}
    return attrs.evolve(value, **changes)  # type: ignore[misc]


def _replaced(values: tuple[Any, ...], at: int, new: object) -> tuple[Any, ...]:
    return (*values[:at], new, *values[at + 1 :])
