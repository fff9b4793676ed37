"""The words of authorization requirements."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Final

import attrs

from payer_rules.claims import Authorization, Claim
from payer_rules.decisions import Cure
from payer_rules.engine.evidence import value
from payer_rules.engine.verdict import Verdict
from payer_rules.engine.words import Explanation, Question, Words, line_label, line_of
from payer_rules.kinds.authorization_requirement.rule import AuthorizationRequirement
from payer_rules.kinds.code_lists import codes_text
from payer_rules.text.lists import listed

_AUTHORIZED: Final = "asked for before the service"
_ON_FILE: Final = "only if it was given before the service"
_NUMBER: Final = "as given by the payer"


def _sentence(rule: AuthorizationRequirement) -> str:
    covers = (
        "; it must cover the code, the days and the provider, and have units left"
        if "authorization" in rule.needs
        else ""
    )
    return f"{codes_text(rule.codes)} needs {_named(rule)}{covers}{_details(rule)}."


_DATES: Final = {
    "requested": "requested",
    "issued": "issued",
    "notified": "notified to the payer",
}


def _details(rule: AuthorizationRequirement) -> str:
    """Return what is asked of an authorization: when, and by whom it was requested."""
    if rule.details is None:
        return ""
    parts = [f"{_DATES[name]} {deadline}" for name, deadline in rule.details.deadlines.items()]
    if rule.details.requested_by:
        parts.append(f"requested by {listed(rule.details.requested_by)}")
    return f"; it was {' and '.join(parts)}"


def _answers(rule: AuthorizationRequirement, code: str) -> Iterator[tuple[Question, str]]:
    if code in rule.codes:
        yield "With which authorization", f"with {listed(rule.needs)}"


def _explain(
    rule: AuthorizationRequirement, verdict: Verdict[tuple[str, ...]], claim: Claim
) -> Explanation:
    label, used_up = line_label(line_of(verdict, claim)), verdict.details
    if used_up:
        return Explanation(
            message=f"{label}: authorization {', '.join(used_up)} has no units left",
            evidence=tuple(value("authorization", number) for number in used_up),
            adjustment=rule.used_up,
        )
    lacks = "none on the claim covers it" if claim.authorizations else "the claim has none"
    return Explanation(message=f"{label}: needs {_named(rule)}, and {lacks}{_details(rule)}")


def _cure(
    rule: AuthorizationRequirement, verdict: Verdict[tuple[str, ...]], claim: Claim
) -> Cure | None:
    """Return the claim with what the rule needs."""
    change = f"{_named(rule)} for line {line_of(verdict, claim).number}"
    if "authorization" in rule.needs:
        authorizations = (*(claim.authorizations or ()), _complete(rule, claim))
        cured = attrs.evolve(claim, authorizations=authorizations)
        return Cure(change=change, condition=_AUTHORIZED, claim=cured)
    if "referral" in rule.needs:
        cured = attrs.evolve(claim, referral=_NUMBER)
    else:
        cured = attrs.evolve(claim, order=_NUMBER)
    return Cure(change=change, condition=_ON_FILE, claim=cured)


def _named(rule: AuthorizationRequirement) -> str:
    return listed(f"{'a' if each == 'referral' else 'an'} {each}" for each in rule.needs)


def _complete(rule: AuthorizationRequirement, claim: Claim) -> Authorization:
    """Return an authorization of all that the claim bills, as the rule asks for it."""
    return Authorization(
        **required_details(rule, min(line.date_from for line in claim.lines)),
        number=_NUMBER,
        codes=frozenset(line.code for line in claim.lines),
        date_from=min(line.date_from for line in claim.lines),
        date_to=max(line.date_to for line in claim.lines),
        provider=claim.billing_provider.npi,
        units_left=sum((line.units for line in claim.lines), Decimal(0)),
    )


def required_details(rule: AuthorizationRequirement, day: date) -> dict[str, Any]:
    """Return the dates and the requester of an authorization that the rule accepts on the day."""
    if rule.details is None:
        return {}
    deadlines = rule.details.deadlines.items()
    first = day.toordinal()
    dates = {
        name: date.fromordinal(max(1, first + min(0, deadline.offset)))
        for name, deadline in deadlines
    }
    professions = rule.details.requested_by
    return {**dates, **({"requested_by": min(professions)} if professions else {})}


WORDS: Final = Words(
    subject="Authorizations and referrals",
    sentence=_sentence,
    answers=_answers,
    explain=_explain,
    cure=_cure,
    shows=lambda rule: frozenset(
        "authorizations" if need == "authorization" else need for need in rule.needs
    ),
)
