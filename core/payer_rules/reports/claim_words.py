"""A small claim in words, with the facts that matter to a rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from payer_rules.claims import (
    Authorization,
    BodySite,
    Claim,
    Drug,
    KnownNone,
    OtherPayer,
    Provider,
    ServiceLine,
    Session,
    TreatmentDates,
)
from payer_rules.examples import Examples
from payer_rules.history import History, HistoryLine
from payer_rules.kinds import kind_of
from payer_rules.rules import Rule

_FEW: Final = 9
#: The facts to print, by the fields of lines that have them.
_BY_FIELD: Final = {
    "charge": "charge",
    "minutes": "minutes",
    "modality": "modality",
    "place_of_service": "place_of_service",
    "rendering_provider": "rendered_by",
}
_HELD: Final = ("issued", "notified", "requested")
_CLAIM: Final = ("setting", "bill_type", "contractor", "program", "plan", "network", "state")


def shown_by(rule: Rule) -> frozenset[str]:
    """Return the fields of a claim that explain the answer of the rule."""
    stated = {
        field.name
        for when in rule.condition_tables
        for field in attrs.fields(type(when))
        if getattr(when, field.name) not in (None, ())
    }
    return kind_of(rule).words.shows(rule) | stated


def differing(examples: Examples) -> frozenset[str]:
    """Return the fields of lines by which the accepted and the rejected claim differ."""
    if examples.accepted is None or examples.rejected is None:
        return frozenset()
    pairs = zip(examples.accepted.claim.lines, examples.rejected.claim.lines, strict=False)
    return frozenset(
        shown
        for one, other in pairs
        for name, shown in _BY_FIELD.items()
        if getattr(one, name) != getattr(other, name)
    )


def claim_in_words(claim: Claim, history: History, shown: frozenset[str]) -> Iterator[str]:
    """Yield the lines, the earlier paid lines, and the claim's fields in ``shown``."""
    yield from _folded([", ".join(_line(line, shown)) for line in claim.lines])
    yield from (f"paid before: {', '.join(_earlier(claim, line, shown))}" for line in history.lines)
    about = ", ".join(_claim(claim, shown))
    if about:
        yield f"(claim: {about})"


def _earlier(claim: Claim, line: HistoryLine, shown: frozenset[str]) -> Iterator[str]:
    """Yield the line, and the member if it is another one."""
    yield f"{line.code} on {line.date_from}"
    if line.member != claim.member.id:
        yield "of another member"
    if "clock" in shown:
        yield from _clock(line.session)


def _clock(session: Session | KnownNone | None) -> Iterator[str]:
    """Yield when the session began and ended, if that is known."""
    if isinstance(session, Session) and session.start and session.end:
        yield f"from {session.start:%H:%M} to {session.end:%H:%M}"


def _folded(lines: list[str]) -> list[str]:
    """Return the lines; of many only the first two and the last."""
    if len(lines) <= _FEW:
        return lines
    return [*lines[:2], f"… and {len(lines) - 3} more like them, up to", lines[-1]]


def _line(line: ServiceLine, shown: frozenset[str]) -> Iterator[str]:
    yield f"line {line.number}: {line.code}"
    if line.modifiers:
        yield f"modifier {' '.join(line.modifiers)}"
    yield f"{line.units:f} unit{'' if line.units == 1 else 's'} on {line.date_from}"
    if "place_of_service" in shown and line.place_of_service:
        yield f"place of service {line.place_of_service}"
    if "modality" in shown and line.modality:
        yield f"by {line.modality}" if line.modality != "in-person" else line.modality
    if "charge" in shown and line.charge is not None:
        yield f"charge {line.charge}"
    if "minutes" in shown and line.minutes is not None:
        yield f"{line.minutes} minutes"
    if "miles" in shown and line.miles is not None:
        yield f"{line.miles} mile{'' if line.miles == 1 else 's'}"
    if "record" in shown:
        yield from _record(line)
    yield from _session(line, shown)
    if shown & {"body_site", "tooth", "surface", "quadrant", "side"}:
        yield from _body_site(line)
    if "drug" in shown:
        yield from _drug(line)
    if shown & {"rendered_by", "performed_by", "supervised_by", "supervised"}:
        yield from _providers(line)


def _session(line: ServiceLine, shown: frozenset[str]) -> Iterator[str]:
    session = line.session
    if not isinstance(session, Session):
        return
    if "clock" in shown:
        yield from _clock(session)
    if "group" in shown and session.group_size is not None:
        yield f"a group of {session.group_size}"
    if "group" in shown and session.leaders is not None:
        yield f"{session.leaders} leader{'' if session.leaders == 1 else 's'}"
    if "documented" in shown and session.documented is not None:
        yield f"documented: {', '.join(sorted(session.documented)) or 'nothing'}"


def _record(line: ServiceLine) -> Iterator[str]:
    session = line.session
    if not isinstance(session, Session):
        return
    kinds = [document.kind for document in session.documents or ()]
    elements = sorted({*(session.documented or ()), *(session.elements or ())})
    findings = [
        f"{each.name} {each.score} after {each.previous}" for each in session.findings or ()
    ]
    yield f"record: {', '.join((*kinds, *elements, *findings)) or 'nothing'}"


def _body_site(line: ServiceLine) -> Iterator[str]:
    site = line.body_site
    if not isinstance(site, BodySite):
        yield "no body site"
        return
    if site.tooth:
        surfaces = f" {''.join(site.surfaces)}" if site.surfaces else ""
        yield f"tooth {site.tooth}{surfaces}"
    if site.quadrant:
        yield f"area {site.quadrant} of the mouth"
    if site.side:
        yield f"{site.side} side"


def _other_payer(payer: OtherPayer) -> str:
    order = f"{payer.order} " if payer.order else ""
    decision = "undecided" if payer.decided == "none" else f"decided on {payer.decided}"
    return f"another {order}payer, {decision}" + (
        "" if payer.paid is None else f", paid {payer.paid}"
    )


def _drug(line: ServiceLine) -> Iterator[str]:
    drug = line.drug
    if not isinstance(drug, Drug):
        yield "no drug"
        return
    amount = "" if drug.quantity is None else f", {drug.quantity:f} {drug.unit or ''}".rstrip()
    yield f"drug {drug.number}{amount}"


def _providers(line: ServiceLine) -> Iterator[str]:
    if line.rendering_provider:
        yield f"rendered by {_who(line.rendering_provider)}"
    if line.performed_by:
        yield f"performed by {_who(line.performed_by)}"
    performer = line.performed_by or line.rendering_provider
    supervisor = performer.supervised_by if performer else None
    if isinstance(supervisor, Provider):
        yield f"supervised by {_who(supervisor)}"


def _who(provider: Provider) -> str:
    statuses = "".join(f", {status}" for status in provider.statuses or ())
    return f"{provider.profession or 'a provider'} ({provider.npi}{statuses})"


def _claim(claim: Claim, shown: frozenset[str]) -> Iterator[str]:
    for name in _CLAIM:
        if name in shown and getattr(claim, name):
            yield f"{name.replace('_', ' ')} {getattr(claim, name)}"
    if "diagnoses" in shown or "diagnosis" in shown:
        yield f"diagnoses {', '.join(claim.diagnoses or ()) or 'none'}"
    if "age" in shown and claim.member.birth_date:
        yield f"member born {claim.member.birth_date}"
    if "member_status" in shown:
        statuses = ", ".join(map(str, claim.member.statuses or ()))
        yield f"member with {statuses or 'no status'}"
    if "other_payer" in shown:
        yield from map(_other_payer, claim.other_payers or ())
        if not claim.other_payers:
            yield "no other payer"
    if "sex" in shown and claim.member.sex:
        yield f"sex {claim.member.sex}"
    if "dates" in shown:
        yield from _dates(claim)
    if "occurrence_code" in shown:
        codes = [occurrence.code for occurrence in claim.occurrences or ()]
        yield f"occurrence code {', '.join(codes) or 'none'}"
    if "condition_code" in shown:
        yield f"condition code {', '.join(claim.condition_codes or ()) or 'none'}"
    if "inpatient" in shown:
        yield "an inpatient stay that day" if claim.inpatient_stays else "no inpatient stay"
    if "received" in shown:
        yield f"received {claim.received}"
    if "authorizations" in shown:
        yield from map(_authorization, claim.authorizations or ())
        if not claim.authorizations:
            yield "no authorization"
    for name in ("referral", "order"):
        if name in shown and getattr(claim, name):
            number = getattr(claim, name)
            yield f"no {name}" if number == "none" else f"{name} {number}"


def _authorization(held: Authorization) -> str:
    """Return the authorization with its codes, days and units left, and who asked for it when."""
    codes = f" for {', '.join(sorted(held.codes))}" if held.codes else ""
    span = f" from {held.date_from} to {held.date_to}" if held.date_from else ""
    units = "" if held.units_left is None else f", {held.units_left:f} units left"
    dates = [f", {name} {day}" for name in _HELD if (day := getattr(held, name)) is not None]
    asked = f" by {held.requested_by}" if held.requested_by else ""
    return f"authorization {held.number}{codes}{span}{units}{''.join(dates)}{asked}"


def _dates(claim: Claim) -> Iterator[str]:
    for field in attrs.fields(TreatmentDates):
        day = getattr(claim.dates, field.name, None)
        if day is not None:
            yield f"date of {field.name.replace('_', ' ')} {day}"
