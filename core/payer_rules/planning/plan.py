"""The plan: each appointment of a schedule decided after the earlier ones, and what would help.

1. Appointments are decided by member and payer in order of day; those before are history.
2. For an appointment that will not be paid, three changes are tried: those that its findings
   propose, a later date, and a clinician of another profession. The other appointments keep their
   days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import attrs

from payer_rules.checking import check_claims
from payer_rules.claims import Claim
from payer_rules.decisions import Cure, Decision, LineDecision
from payer_rules.errors import Problem
from payer_rules.history import History, HistoryLine, Status
from payer_rules.payer_routing import ALL, PayerRouter
from payer_rules.planning.schedule import Appointment, Schedule
from payer_rules.readers import FiledClaim
from payer_rules.registry import Registry
from payer_rules.rulebook import RuleBook
from payer_rules.rulebook.next_payable import PAID, NextPayable
from payer_rules.vocabularies import PROFESSIONS

#: The expected outcomes for which nothing has to be changed, or of which nothing is known.
_QUIET: Final = (*PAID, "unread", "unknown")


@attrs.frozen(kw_only=True)
class PlannedAppointment:
    """An appointment with its decision and, if it will not be paid as planned, what would help.

    ``cures`` are changes of the appointment that were tried, ``next_date`` the next date on which
    it would be paid, and ``professions`` those of clinicians with whom it would be paid.
    """

    appointment: Appointment
    payer: str
    decision: Decision
    cures: tuple[Cure, ...] = ()
    next_date: NextPayable | None = None
    professions: tuple[str, ...] = ()

    @property
    def line(self) -> LineDecision:
        """Return the decision on the only line."""
        return self.decision.lines[0]

    @property
    def needs_help(self) -> bool:
        """Return True if the appointment will not, or perhaps not, be paid as planned."""
        return self.line.expected not in _QUIET


@attrs.define(eq=False)
class Planner:
    """The plan of a schedule by the rules of a registry, after the lines of a history.

    ``problems`` collects those of payers that appointments name and of their rules.
    """

    registry: Registry
    store: History | None = None
    problems: list[Problem] = attrs.field(factory=list, init=False)

    def plan(self, schedule: Schedule) -> list[PlannedAppointment]:
        """Return the planned appointments, in order of day and row."""
        found: list[PlannedAppointment] = []
        for payer, appointments in self._by_payer(schedule).items():
            collected = self.registry.collect(payer)
            self.problems += collected.problems
            book = self.registry.rulebook(payer, collected=collected)
            found += self._planned(payer, book, appointments)
        return sorted(found, key=lambda each: (each.appointment.day, each.appointment.row))

    def _by_payer(self, schedule: Schedule) -> dict[str, list[Appointment]]:
        """Return the appointments of each payer; those of an unknown payer become problems."""
        router = PayerRouter(self.registry, (), default_payers=(ALL,))
        found: dict[str, list[Appointment]] = {}
        for appointment in schedule.appointments:
            filed = _filed(appointment, schedule.name)
            wrong: list[Problem] = []
            for payer in router.payers_of(filed, wrong):
                found.setdefault(payer, []).append(appointment)
            self.problems += (attrs.evolve(each, where=appointment.place) for each in wrong)
        return found

    def _planned(
        self, payer: str, book: RuleBook, appointments: Sequence[Appointment]
    ) -> Iterator[PlannedAppointment]:
        filed = [_filed(each, each.place) for each in appointments]
        decisions = list(check_claims(filed, book, self.store))
        for at, (appointment, decision) in enumerate(zip(appointments, decisions, strict=True)):
            planned = PlannedAppointment(appointment=appointment, payer=payer, decision=decision)
            if planned.needs_help:
                history = self._others(appointments, decisions, at)
                yield _with_help(planned, book, history)
            else:
                yield planned

    def _others(
        self, appointments: Sequence[Appointment], decisions: Sequence[Decision], at: int
    ) -> History:
        """Return the history with the member's other appointments, earlier and later ones."""
        member = appointments[at].claim.member.id
        lines = [
            HistoryLine.of(other.claim, other.line, status=_status(decision))
            for place, (other, decision) in enumerate(zip(appointments, decisions, strict=True))
            if place != at and other.claim.member.id == member
        ]
        return (self.store or History.unknown()).extended(lines)


def _filed(appointment: Appointment, file: str) -> FiledClaim:
    return FiledClaim(appointment.claim, None, file, appointment.row)


def _status(decision: Decision) -> Status:
    return "paid" if decision.lines[0].expected in _QUIET else "denied"


def _with_help(planned: PlannedAppointment, book: RuleBook, history: History) -> PlannedAppointment:
    claim = planned.appointment.claim
    return attrs.evolve(
        planned,
        cures=tuple(finding.cure for finding in planned.decision.findings if finding.cure),
        next_date=book.next_payable(claim, history),
        professions=tuple(_professions(claim, book, history)),
    )


def _professions(claim: Claim, book: RuleBook, history: History) -> Iterable[str]:
    """Yield the professions of clinicians with whom the appointment would be paid."""
    (line,) = claim.lines
    provider = claim.rendering_provider(line)
    for profession in (term.word for term in PROFESSIONS.terms):
        if profession != provider.profession:
            other = attrs.evolve(provider, profession=profession, taxonomy=None)
            changed = attrs.evolve(claim, lines=[attrs.evolve(line, rendering_provider=other)])
            decision = book.decide(changed, history, test_cures=False)
            if decision.lines[0].expected in PAID:
                yield profession
