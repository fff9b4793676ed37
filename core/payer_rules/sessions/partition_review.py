"""The review of the sessions in one partition of the claims."""

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
    """The results of a session review, each kind in order.

    ``group_codes`` mark group sessions; ``assumed`` are questions that were assumed to be in order.
    """

    @property
    def group_codes(self) -> frozenset[str]:
        """The codes for which a payer limits the group size."""

    @property
    def sessions(self) -> Iterable[BilledSession]:
        """The sessions that the claims bill."""

    @property
    def findings(self) -> Iterable[SessionFinding]:
        """The findings."""

    @property
    def questions(self) -> Iterable[OpenQuestion]:
        """The open questions."""

    @property
    def assumed(self) -> Iterable[OpenQuestion]:
        """The open questions that were assumed to be in order."""


@attrs.frozen(kw_only=True)
class PartitionReview:
    """The `SessionReview` of one partition; ``problems`` have the numbers of their claims."""

    group_codes: frozenset[str]
    sessions: tuple[BilledSession, ...]
    findings: tuple[SessionFinding, ...]
    questions: tuple[OpenQuestion, ...]
    assumed: tuple[OpenQuestion, ...]
    problems: tuple[tuple[int, Problem], ...]

    @property
    def groups(self) -> tuple[BilledSession, ...]:
        """The group sessions."""
        return tuple(s for s in self.sessions if s.is_group(self.group_codes))


@attrs.frozen
class Partition:
    """The part of a run that this review handles: its providers, and all withdrawn claim ids."""

    withdrawals: Withdrawals
    is_own: Callable[[str], bool]


def review_partition(
    numbered: Iterable[tuple[int, FiledClaim]],
    rules: SessionRules,
    router: PayerRouter,
    partition: Partition,
) -> PartitionReview:
    """Return the review of the sessions that the claims bill.

    The claims are all claims with a line of the partition's providers.
    """
    claims_read = list(numbered)
    problems: list[tuple[int, Problem]] = []
    claims = [*_routed(claims_read, router, partition, problems)]
    codes = rules.group_codes
    rebuilt = reconstruct_sessions(
        (
            s
            for each, to in claims
            for s in services_of(each.claim, to)
            if partition.is_own(s.provider)
        ),
        codes,
    )
    replacing = list(_replacing((filed.claim for _, filed in claims_read), partition))
    unsure = frozenset(line.claim for question in replacing for line in question.lines)
    results = [
        *(each for each in replacing if partition.is_own(each.about.provider)),
        *_of_sessions(rebuilt, rules, unsure),
        *_of_payers(claims, rebuilt, rules, partition),
    ]
    results.sort(key=result_sort_key)
    questions = [each for each in results if isinstance(each, OpenQuestion)]
    return PartitionReview(
        group_codes=codes,
        sessions=rebuilt.sessions,
        findings=tuple(each for each in results if isinstance(each, SessionFinding)),
        questions=tuple(each for each in questions if each.reason not in rules.assume),
        assumed=tuple(each for each in questions if each.reason in rules.assume),
        problems=tuple(problems),
    )


def _routed(
    claims_read: Iterable[tuple[int, FiledClaim]],
    router: PayerRouter,
    partition: Partition,
    problems: list[tuple[int, Problem]],
) -> Iterator[tuple[FiledClaim, tuple[str, ...]]]:
    """Yield the active claims with their payers; unknown payers are added to the problems."""
    for number, filed in claims_read:
        if is_active(filed.claim, partition.withdrawals.ids):
            found: list[Problem] = []
            yield filed, tuple(router.payers_of(filed, found))
            problems += ((number, problem) for problem in found)


def _replacing(claims: Iterable[Claim], partition: Partition) -> Iterator[OpenQuestion]:
    """Yield the claims that withdraw an unknown other claim."""
    claims = list(claims)
    billed: dict[tuple[str, str, str, date], list[str]] = {}
    for claim in claims:
        if claim.frequency_code not in WITHDRAWING:
            for service in services_of(claim, ()):
                billed.setdefault(_identity(service), []).append(claim.id)
    for claim in claims:
        if claim.frequency_code in WITHDRAWING:
            services = list(services_of(claim, ()))
            message = _unknown_withdrawal(claim, partition.withdrawals)
            service = services[0]
            if message is None and claim.replaces in partition.withdrawals.strange:
                # NOTE: it may be the payer's number of a claim that bills the same service.
                same = ((each, billed.get(_identity(each), ())) for each in services)
                service, others = next(
                    ((s, o) for s, o in same if o and partition.is_own(s.provider)), (service, ())
                )
                if others:
                    message = (
                        f"claim {claim.id} withdraws {claim.replaces}, which is not the id of a "
                        f"claim here; it may be claim {min(others)}, which bills the same service"
                    )
            if message is not None:
                yield _question(service, message)


def _identity(service: BilledService) -> tuple[str, str, str, date]:
    """Return the values that are equal if two services may be the same."""
    return service.provider, service.member, service.line.code, service.line.date_from


def _unknown_withdrawal(claim: Claim, withdrawals: Withdrawals) -> str | None:
    """Return the reason why the withdrawn claim is not known; ``None`` if it is."""
    if claim.replaces is None:
        return f"claim {claim.id} withdraws another claim and does not name it"
    if claim.id in withdrawals.circular:
        return f"claim {claim.id} withdraws {claim.replaces}, which also withdraws it"
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
            yield from _without_payer(session)
    yield from map(question_membership, rebuilt.doubtful)
    for day in days_of(rebuilt):
        yield from check_hours(day)
        yield from question_untimed(day, codes)
    for _, own in groupby(rebuilt.sessions, key=_provider):
        yield from find_overlaps(own, codes)


def _provider(session: BilledSession) -> str:
    return session.provider


def _without_payer(session: BilledSession) -> Iterator[OpenQuestion]:
    """Yield the lines of a group whose claims have no known payer."""
    lines: list[BilledService] = [each for each in session.services if not each.payers]
    if lines:
        yield OpenQuestion(
            kind="size",
            about=session.about,
            message="the claims name no payer, so the payer's limits are not known",
            lines=claim_lines(lines),
            reason="claim",
            missing="payer",
        )


def _of_payers(
    claims: list[tuple[FiledClaim, tuple[str, ...]]],
    rebuilt: ReconstructedSessions,
    rules: SessionRules,
    partition: Partition,
) -> Iterator[SessionResult]:
    sessions = {place: session for session in rebuilt.sessions for place in session.places}
    withdrawn = partition.withdrawals.ids
    by_payer: dict[str, list[FiledClaim]] = {}
    for filed, payers in claims:
        for payer in payers:
            by_payer.setdefault(payer, []).append(filed)
    for payer, own in sorted(by_payer.items()):
        yield from check_limits(payer, own, sessions, rules, partition.is_own, withdrawn)


def result_sort_key(
    result: SessionResult,
) -> tuple[str, str, str, str, str, str, tuple[ClaimLine, ...]]:
    """Return the sort key of the result: provider, day, then session."""
    about, rule = result.about, result.rule or ""
    session = about.session or ""
    day = about.day.isoformat()
    return about.provider, day, session, result.kind, rule, result.message, result.lines
