"""Claims of a clinic reviewed as sessions: what none of them shows by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

import attrs

from payer_rules.claims import Claim
from payer_rules.errors import Fault
from payer_rules.readers import Filed
from payer_rules.readers.addressed import Addressed
from payer_rules.sessions.agreement import weigh_agreement
from payer_rules.sessions.days import (
    days_of,
    weigh_doubtful,
    weigh_hours,
    weigh_overlaps,
    weigh_untimed,
)
from payer_rules.sessions.findings import About, OpenQuestion, SessionFinding, Told
from payer_rules.sessions.held import HeldSession, places_of
from payer_rules.sessions.payer_limits import SessionRules, weigh_limits
from payer_rules.sessions.rebuilding import Rebuilt, rebuild
from payer_rules.sessions.services import (
    WITHDRAWING,
    ClaimLine,
    Service,
    services_of,
    standing,
)


@attrs.frozen(kw_only=True)
class Review:
    """The sessions, those of groups among them, and all that is told of them, in order.

    ``assumed`` are questions of the classes that were taken to be in order.
    """

    sessions: tuple[HeldSession, ...]
    groups: tuple[HeldSession, ...]
    findings: tuple[SessionFinding, ...]
    questions: tuple[OpenQuestion, ...]
    assumed: tuple[OpenQuestion, ...]
    faults: tuple[Fault, ...]


def review(filed: Iterable[Filed], rules: SessionRules, addressed: Addressed) -> Review:
    """What is told of the sessions that the claims bill, each held to its payers' limits."""
    given = list(filed)
    faults = [*_same_ids(given)]
    claims = [(each.claim, tuple(addressed.payers_of(each, faults))) for each in standing(given)]
    codes = rules.group_codes
    rebuilt = rebuild((s for claim, to in claims for s in services_of(claim, to)), codes)
    told = [
        *_replacing(each.claim for each in given),
        *_of_sessions(rebuilt, rules),
        *_of_payers(claims, rebuilt, rules),
    ]
    told.sort(key=_order)
    open_ = [each for each in told if isinstance(each, OpenQuestion)]
    return Review(
        sessions=rebuilt.sessions,
        groups=tuple(each for each in rebuilt.sessions if each.is_group(codes)),
        findings=tuple(each for each in told if isinstance(each, SessionFinding)),
        questions=tuple(each for each in open_ if each.reason not in rules.assume),
        assumed=tuple(each for each in open_ if each.reason in rules.assume),
        faults=tuple(dict.fromkeys(faults)),
    )


def _same_ids(filed: Iterable[Filed]) -> Iterator[Fault]:
    """Claims whose lines cannot be told from those of another."""
    seen: set[str] = set()
    for each in filed:
        if each.claim.id in seen:
            where = f"{each.file}, claim {each.claim.id}"
            problem = "another claim has this id"
            yield Fault(where, problem, "Give each claim an id of its own, and each file once.")
        seen.add(each.claim.id)


def _replacing(claims: Iterable[Claim]) -> Iterator[OpenQuestion]:
    """Claims that withdraw another and do not say which: any may be the one."""
    for claim in claims:
        if claim.frequency_code in WITHDRAWING and claim.replaces is None:
            service = next(services_of(claim, ()))
            yield OpenQuestion(
                kind="claim",
                about=About(provider=service.provider, day=service.line.date_from),
                message=f"claim {claim.id} withdraws another; which, it does not say",
                lines=(service.place,),
                reason="claim",
                missing="replaces",
            )


def _of_sessions(rebuilt: Rebuilt, rules: SessionRules) -> Iterator[Told]:
    codes = rules.group_codes
    for session in rebuilt.sessions:
        yield from weigh_agreement(session)
        if session.is_group(codes):
            yield from _unaddressed(session)
    yield from map(weigh_doubtful, rebuilt.doubtful)
    for day in days_of(rebuilt):
        yield from weigh_hours(day)
        yield from weigh_untimed(day, codes)
    for _, own in groupby(rebuilt.sessions, key=_provider):
        yield from weigh_overlaps(own, codes)


def _provider(session: HeldSession) -> str:
    return session.provider


def _unaddressed(session: HeldSession) -> Iterator[OpenQuestion]:
    """The lines of a group whose claims go to no payer that is known."""
    lines: list[Service] = [each for each in session.services if not each.payers]
    if lines:
        yield OpenQuestion(
            kind="size",
            about=session.about,
            message="the claims name no payer, so its limits are not known",
            lines=places_of(lines),
            reason="claim",
            missing="payer",
        )


def _of_payers(
    claims: list[tuple[Claim, tuple[str, ...]]], rebuilt: Rebuilt, rules: SessionRules
) -> Iterator[Told]:
    sessions = {place: session for session in rebuilt.sessions for place in session.places}
    theirs: dict[str, list[Claim]] = {}
    for claim, payers in claims:
        for payer in payers:
            theirs.setdefault(payer, []).append(claim)
    for payer, own in sorted(theirs.items()):
        yield from weigh_limits(payer, own, sessions, rules)


def _order(told: Told) -> tuple[str, str, str, str, str, str, tuple[ClaimLine, ...]]:
    about, rule = told.about, told.rule or ""
    named = about.session or ""
    day = about.day.isoformat()
    return about.provider, day, named, told.kind, rule, told.message, told.lines
