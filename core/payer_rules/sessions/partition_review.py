"""Claims of a clinic reviewed as sessions: what none of them shows by itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import Protocol

import attrs

from payer_rules.claims import Claim
from payer_rules.errors import Problem
from payer_rules.payer_routing import PayerRouter
from payer_rules.readers import FiledClaim
from payer_rules.sessions.agreement import check_agreement
from payer_rules.sessions.billed_services import (
    BilledService,
    ClaimLine,
    Withdrawals,
    is_active,
    services_of,
)
from payer_rules.sessions.billed_sessions import BilledSession, claim_lines
from payer_rules.sessions.clinician_days import (
    check_hours,
    days_of,
    find_overlaps,
    question_membership,
    question_untimed,
)
from payer_rules.sessions.findings import (
    OpenQuestion,
    SessionFinding,
    SessionReference,
    SessionResult,
)
from payer_rules.sessions.payer_limits import SessionRules, check_limits
from payer_rules.sessions.reconstruction import ReconstructedSessions, reconstruct_sessions
from payer_rules.vocabularies.claim_frequencies import WITHDRAWING


class SessionReview(Protocol):
    """What is told of sessions, each kind in its order; sessions are of groups by ``group_codes``.

    ``assumed`` are questions of the classes that were taken to be in order.
    """

    @property
    def group_codes(self) -> frozenset[str]:
        """The codes of which a payer says how large a group may be."""

    @property
    def sessions(self) -> Iterable[BilledSession]:
        """The sessions that the claims bill."""

    @property
    def findings(self) -> Iterable[SessionFinding]:
        """What is wrong."""

    @property
    def questions(self) -> Iterable[OpenQuestion]:
        """What is not known."""

    @property
    def assumed(self) -> Iterable[OpenQuestion]:
        """What was not known, and taken to be in order."""


@attrs.frozen(kw_only=True)
class PartitionReview:
    """A `SessionReview` whose parts are all there; ``problems`` beside the claims' numbers."""

    group_codes: frozenset[str]
    sessions: tuple[BilledSession, ...]
    findings: tuple[SessionFinding, ...]
    questions: tuple[OpenQuestion, ...]
    assumed: tuple[OpenQuestion, ...]
    problems: tuple[tuple[int, Problem], ...]

    @property
    def groups(self) -> tuple[BilledSession, ...]:
        """The sessions of groups."""
        return tuple(each for each in self.sessions if each.is_group(self.group_codes))


@attrs.frozen
class Partition:
    """What one review of several tells: its own providers; what is withdrawn is so in all."""

    withdrawals: Withdrawals
    is_own: Callable[[str], bool]


def review_partition(
    numbered: Iterable[tuple[int, FiledClaim]],
    rules: SessionRules,
    router: PayerRouter,
    purview: Partition,
) -> PartitionReview:
    """What is told of the sessions that the claims bill, each held to its payers' limits.

    The claims are all that have a line of the purview's own providers.
    """
    given = list(numbered)
    problems: list[tuple[int, Problem]] = []
    claims = [*_routed(given, router, purview, problems)]
    codes = rules.group_codes
    rebuilt = reconstruct_sessions(
        (s for claim, to in claims for s in services_of(claim, to) if purview.is_own(s.provider)),
        codes,
    )
    replacing = list(_replacing((each.claim for _, each in given), purview))
    unsure = frozenset(place.claim for each in replacing for place in each.lines)
    told = [
        *(each for each in replacing if purview.is_own(each.about.provider)),
        *_of_sessions(rebuilt, rules, unsure),
        *_of_payers(claims, rebuilt, rules, purview),
    ]
    told.sort(key=result_sort_key)
    open_ = [each for each in told if isinstance(each, OpenQuestion)]
    return PartitionReview(
        group_codes=codes,
        sessions=rebuilt.sessions,
        findings=tuple(each for each in told if isinstance(each, SessionFinding)),
        questions=tuple(each for each in open_ if each.reason not in rules.assume),
        assumed=tuple(each for each in open_ if each.reason in rules.assume),
        problems=tuple(problems),
    )


def _routed(
    given: Iterable[tuple[int, FiledClaim]],
    router: PayerRouter,
    purview: Partition,
    problems: list[tuple[int, Problem]],
) -> Iterator[tuple[Claim, tuple[str, ...]]]:
    """The claims that stand, each with its payers; those that are not there are faults."""
    for number, each in given:
        if is_active(each.claim, purview.withdrawals.ids):
            strange: list[Problem] = []
            yield each.claim, tuple(router.payers_of(each, strange))
            problems += ((number, problem) for problem in strange)


def _replacing(claims: Iterable[Claim], purview: Partition) -> Iterator[OpenQuestion]:
    """Yield the claims of which it is not known which other claim they withdraw."""
    claims = list(claims)
    billed: dict[tuple[str, str, str, date], list[str]] = {}
    for claim in claims:
        if claim.frequency_code not in WITHDRAWING:
            for each in services_of(claim, ()):
                billed.setdefault(_same(each), []).append(claim.id)
    for claim in claims:
        if claim.frequency_code in WITHDRAWING:
            services = list(services_of(claim, ()))
            told = _untold(claim, purview.withdrawals)
            at = services[0]
            if told is None and claim.replaces in purview.withdrawals.strange:
                # NOTE: it may be the payer's number of a claim that bills the same service.
                alike = ((each, billed.get(_same(each), ())) for each in services)
                at, others = next(
                    ((e, o) for e, o in alike if o and purview.is_own(e.provider)), (at, ())
                )
                if others:
                    told = (
                        f"claim {claim.id} withdraws {claim.replaces}, which is the id of no claim "
                        f"here; it may be claim {min(others)}, which bills the same service"
                    )
            if told is not None:
                yield _question(at, told)


def _same(service: BilledService) -> tuple[str, str, str, date]:
    """Return what two services have in common if they may be one."""
    return service.provider, service.member, service.line.code, service.line.date_from


def _untold(claim: Claim, withdrawals: Withdrawals) -> str | None:
    """Return why it is not known which claim the claim withdraws; ``None``: it names one."""
    if claim.replaces is None:
        return f"claim {claim.id} withdraws another; which, it does not say"
    if claim.id in withdrawals.circular:
        return f"claim {claim.id} withdraws {claim.replaces}, and is itself withdrawn by it"
    return None


def _question(service: BilledService, message: str) -> OpenQuestion:
    return OpenQuestion(
        kind="claim",
        about=SessionReference(provider=service.provider, day=service.line.date_from),
        message=message,
        lines=(service.place,),
        reason="claim",
        missing="replaces",
    )


def _of_sessions(
    rebuilt: ReconstructedSessions, rules: SessionRules, unsure: Collection[str]
) -> Iterator[SessionResult]:
    codes = rules.group_codes
    for session in rebuilt.sessions:
        yield from check_agreement(session, unsure)
        if session.is_group(codes):
            yield from _unaddressed(session)
    yield from map(question_membership, rebuilt.doubtful)
    for day in days_of(rebuilt):
        yield from check_hours(day)
        yield from question_untimed(day, codes)
    for _, own in groupby(rebuilt.sessions, key=_provider):
        yield from find_overlaps(own, codes)


def _provider(session: BilledSession) -> str:
    return session.provider


def _unaddressed(session: BilledSession) -> Iterator[OpenQuestion]:
    """The lines of a group whose claims go to no payer that is known."""
    lines: list[BilledService] = [each for each in session.services if not each.payers]
    if lines:
        yield OpenQuestion(
            kind="size",
            about=session.about,
            message="the claims name no payer, so its limits are not known",
            lines=claim_lines(lines),
            reason="claim",
            missing="payer",
        )


def _of_payers(
    claims: list[tuple[Claim, tuple[str, ...]]],
    rebuilt: ReconstructedSessions,
    rules: SessionRules,
    purview: Partition,
) -> Iterator[SessionResult]:
    sessions = {place: session for session in rebuilt.sessions for place in session.places}
    theirs: dict[str, list[Claim]] = {}
    for claim, payers in claims:
        for payer in payers:
            theirs.setdefault(payer, []).append(claim)
    for payer, own in sorted(theirs.items()):
        yield from check_limits(payer, own, sessions, rules, purview.is_own)


def result_sort_key(
    told: SessionResult,
) -> tuple[str, str, str, str, str, str, tuple[ClaimLine, ...]]:
    """Where it stands: by provider and day, then by session."""
    about, rule = told.about, told.rule or ""
    named = about.session or ""
    day = about.day.isoformat()
    return about.provider, day, named, told.kind, rule, told.message, told.lines
