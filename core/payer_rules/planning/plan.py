"""The plan: each appointment of a schedule decided after the earlier ones, and what would help.

1. Appointments are decided by member and payer in order of day; those before are history.
2. For an appointment that will not be paid, three changes are tried: those that its findings
   propose, a later date, and a clinician of another profession. The other appointments keep their
   days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias

import attrs

from payer_rules.checking import check_claims
from payer_rules.claims import Claim, Session
from payer_rules.decisions import Cure, Decision, LineDecision
from payer_rules.errors import Problem
from payer_rules.history import History, HistoryLine, Status
from payer_rules.planning.payer_books import PayerBooks, RoutedClaim
from payer_rules.planning.schedule import Appointment, Schedule
from payer_rules.practice import Practice
from payer_rules.readers import FiledClaim
from payer_rules.rulebook import RuleBook
from payer_rules.rulebook.next_payable import PAID, NextPayable
from payer_rules.vocabularies import PROFESSIONS

#: An appointment, and its claim for one payer.
RoutedAppointment: TypeAlias = tuple[Appointment, RoutedClaim]

#: The expected outcomes for which nothing has to be changed, or of which nothing is known.
_QUIET: Final = (*PAID, "unread", "unknown")


@attrs.frozen(kw_only=True)
class PlannedAppointment:
    """An appointment with its decision and, if it will not be paid as planned, what would help.

    ``cures`` are changes of the appointment that were tried, ``next_date`` the next date on which
    it would be paid, and ``professions`` those of clinicians with whom it would be paid.
    With ``needs_members`` it would be paid in a group of more members than itself.
    ``clinicians`` are the NPIs of the practice's clinicians who have such a profession.
    """

    appointment: Appointment
    payer: str
    decision: Decision
    cures: tuple[Cure, ...] = ()
    next_date: NextPayable | None = None
    professions: tuple[str, ...] = ()
    clinicians: tuple[str, ...] = ()
    needs_members: bool = False

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
    """The plan of a schedule by the rule books of payers.

    ``problems`` collects those of payers that appointments name, with the rows.
    """

    books: PayerBooks
    problems: list[Problem] = attrs.field(factory=list, init=False)

    def plan(self, schedule: Schedule) -> list[PlannedAppointment]:
        """Return the planned appointments, in order of day and row."""
        found: list[PlannedAppointment] = []
        for routed in self._by_payer(schedule).values():
            found += _planned(routed, self.books)
        return sorted(found, key=lambda each: (each.appointment.day, each.appointment.row))

    def _by_payer(self, schedule: Schedule) -> dict[str, list[RoutedAppointment]]:
        """Return the appointments of each payer; those of an unknown payer become problems."""
        found: dict[str, list[RoutedAppointment]] = {}
        for appointment in schedule.appointments:
            known = len(self.books.problems)
            for routed in self.books.routed(_filed(appointment, schedule.name)):
                found.setdefault(routed.payer, []).append((appointment, routed))
            wrong = self.books.problems[known:]
            del self.books.problems[known:]
            self.problems += (_at(appointment, problem) for problem in wrong)
        return found


def _at(appointment: Appointment, problem: Problem) -> Problem:
    """Return the problem of a claim at the row of the appointment; other problems stay."""
    is_of_claim = appointment.claim.id in problem.where
    return attrs.evolve(problem, where=appointment.place) if is_of_claim else problem


def _planned(
    appointments: Sequence[RoutedAppointment], books: PayerBooks
) -> Iterator[PlannedAppointment]:
    """Yield the appointments of one payer, each decided after the earlier ones."""
    book = appointments[0][1].book
    decisions = list(check_claims((routed.filed for _, routed in appointments), book, books.store))
    for at, (appointment, routed) in enumerate(appointments):
        planned = PlannedAppointment(
            appointment=appointment, payer=routed.payer, decision=decisions[at]
        )
        if planned.needs_help:
            history = routed.history.extended(_other_lines(appointments, decisions, at))
            helped = _with_help(planned, routed.filed.claim, book, history)
            yield attrs.evolve(helped, clinicians=tuple(_clinicians(helped, books.practice)))
        else:
            yield planned


def _other_lines(
    appointments: Sequence[RoutedAppointment], decisions: Sequence[Decision], at: int
) -> Iterator[HistoryLine]:
    """Yield the lines of the member's other appointments, earlier and later ones."""
    member = appointments[at][0].claim.member.id
    for place, (other, decision) in enumerate(zip(appointments, decisions, strict=True)):
        claim = other[1].filed.claim
        if place != at and claim.member.id == member:
            yield HistoryLine.of(claim, claim.lines[0], status=_status(decision))


def _filed(appointment: Appointment, file: str) -> FiledClaim:
    return FiledClaim(appointment.claim, None, file, appointment.row)


def _status(decision: Decision) -> Status:
    return "paid" if decision.lines[0].expected in _QUIET else "denied"


def _with_help(
    planned: PlannedAppointment, claim: Claim, book: RuleBook, history: History
) -> PlannedAppointment:
    return attrs.evolve(
        planned,
        cures=tuple(_cures(planned.decision, claim)),
        next_date=book.next_payable(claim, history),
        professions=tuple(_professions(claim, book, history)),
        needs_members=_is_paid_in_a_group(claim, book, history),
    )


def _is_paid_in_a_group(claim: Claim, book: RuleBook, history: History) -> bool:
    """Return True if the appointment is alone in its group, and would be paid in a larger one."""
    (line,) = claim.lines
    if not (isinstance(line.session, Session) and _is_alone(line.session)):
        return False
    session = attrs.evolve(line.session, group_size=None)
    changed = attrs.evolve(claim, lines=[attrs.evolve(line, session=session)])
    return book.decide(changed, history, test_cures=False).lines[0].expected in PAID


def _cures(decision: Decision, claim: Claim) -> Iterator[Cure]:
    """Yield the changes that help, except that of the clinician, who is not yet decided."""
    providers = [line.rendering_provider for line in claim.lines]
    for finding in decision.findings:
        cure = finding.cure
        if cure is None or cure.claim is None:
            continue
        if [line.rendering_provider for line in cure.claim.lines] == providers:
            yield cure


def _clinicians(planned: PlannedAppointment, practice: Practice) -> Iterator[str]:
    """Yield the clinicians of the practice with whom the appointment would be paid."""
    for npi, provider in sorted(practice.providers.items()):
        if provider.profession in planned.professions:
            yield npi


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


def groups_of_one(planned: Iterable[PlannedAppointment]) -> list[Appointment]:
    """Return the appointments that are the only one of their group, each row once."""
    by_row = {each.appointment.row: each.appointment for each in planned}
    return [each for each in by_row.values() if _is_alone(each.line.session)]


def _is_alone(session: Session | str | None) -> bool:
    return isinstance(session, Session) and bool(session.id) and session.group_size == 1
