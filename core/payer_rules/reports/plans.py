"""A plan of appointments as text and as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from payer_rules.decisions import Finding, LineDecision
from payer_rules.planning.plan import PlannedAppointment
from payer_rules.reports.data import Data, of_finding, of_line, plain
from payer_rules.reports.decisions import count_of, sources
from payer_rules.reports.next_dates import BASIS_LABELS, data_of, folded, rests_on_lines
from payer_rules.reports.outcome_words import denial_codes
from payer_rules.rules import UNPAID
from payer_rules.text.lists import joined

_WILL_NOT: Final = "WILL NOT BE PAID"
_MAY_NOT: Final = "MAY BE DENIED OR REDUCED"
_UNREAD: Final = "NOT READ"
_FINE: Final = "NO RULE BROKEN"
#: The classes of appointments, the worst first.
CLASSES: Final = (_WILL_NOT, _MAY_NOT, _UNREAD, _FINE)
_CERTAIN: Final = ("proved", "presumed")
#: More professions than these are counted.
_MOST_PROFESSIONS: Final = 6


def class_of(line: LineDecision) -> str:
    """Return the class under which an appointment is printed."""
    if line.expected in ("unread", "unknown"):
        return _UNREAD
    if line.expected in ("pay", "inform"):
        return _FINE
    return _WILL_NOT if line.expected in UNPAID and line.basis in _CERTAIN else _MAY_NOT


def lines_of(
    name: str, planned: Sequence[PlannedAppointment], payers: Mapping[str, str]
) -> Iterator[str]:
    """Yield the plan: the counts, then the appointments of each class, the worst class first."""
    by_class: dict[str, list[PlannedAppointment]] = {each: [] for each in CLASSES}
    for each in planned:
        by_class[class_of(each.line)].append(each)
    members = {each.appointment.claim.member.id for each in planned}
    days = [each.appointment.day for each in planned]
    span = f" · {min(days)} to {max(days)}" if days else ""
    counts = f"{count_of(len(planned), 'appointment')} · {count_of(len(members), 'member')}"
    yield f"{name}  {counts}{span}"
    for heading, found in by_class.items():
        if found:
            yield ""
            yield f"{heading}  {len(found)}"
            yield from _of_class(heading, found, payers)


def _of_class(
    heading: str, planned: Iterable[PlannedAppointment], payers: Mapping[str, str]
) -> Iterator[str]:
    if heading == _FINE:
        yield from _fine(planned)
        return
    for each in planned:
        yield from folded(_headline(each, payers), "  ")
        if heading != _UNREAD:
            for finding in _reasons(each):
                yield from _finding(finding)
            yield from _help(each)
        yield from (f"  {line}" for line in rests_on_lines(each.line.rests_on))


def _headline(planned: PlannedAppointment, payers: Mapping[str, str]) -> str:
    appointment = planned.appointment
    line, member = appointment.line, appointment.claim.member.id
    parts = (f"{appointment.day}  {line.code}  {member}", payers[planned.payer])
    return " · ".join((*parts, f"row {appointment.row}"))


def _fine(planned: Iterable[PlannedAppointment]) -> Iterator[str]:
    """Yield how many appointments rest on what, and the topics that were not read."""
    counted: dict[str, int] = {}
    unread: dict[str, None] = {}
    for each in planned:
        label = BASIS_LABELS[each.line.basis]
        counted[label] = counted.get(label, 0) + 1
        unread.update({t: None for t, status in each.line.topics.items() if status == "unread"})
    text = ", ".join(f"{number} {label}" for label, number in counted.items())
    yield from folded(f"{text}; not read: {joined(unread)}" if unread else text, "  ")


def _reasons(planned: PlannedAppointment) -> list[Finding]:
    return [f for f in planned.decision.findings if f.outcome not in ("pay", "inform")]


def _finding(finding: Finding) -> Iterator[str]:
    codes = denial_codes(finding.adjustment)
    yield from folded(f"{finding.message} ({codes})" if codes else finding.message, "    ")
    yield from folded(f"Rule {finding.rule}; {sources(finding.citations)}", "    ")


def _help(planned: PlannedAppointment) -> Iterator[str]:
    """Yield what would help; at least the sentence that nothing was found."""
    remedies = [*_remedies(planned)]
    if not remedies:
        yield "    Nothing that was tried would help: ask the payer before the session."
    for remedy in remedies:
        yield from folded(remedy, "    ")


def _remedies(planned: PlannedAppointment) -> Iterator[str]:
    next_date = planned.next_date
    if next_date is not None and next_date.day not in (None, planned.appointment.day):
        basis = BASIS_LABELS[next_date.answer.basis]
        yield f"Next date that pays: {next_date.day} ({basis})"
    for cure in planned.cures:
        yield f"Possible fix: {cure}"
    if planned.professions:
        first, more = (
            planned.professions[:_MOST_PROFESSIONS],
            planned.professions[_MOST_PROFESSIONS:],
        )
        others = f" or {len(more)} others" if more else ""
        yield f"Paid with a clinician who is: {', '.join(first)}{others}"


def data_of_plan(planned: Iterable[PlannedAppointment]) -> list[Data]:
    """Return the appointments as JSON data."""
    return [_appointment(each) for each in planned]


def _appointment(planned: PlannedAppointment) -> dict[str, Data]:
    appointment = planned.appointment
    return {
        "row": appointment.row,
        "member": appointment.claim.member.id,
        "payer": planned.payer,
        "code": appointment.line.code,
        "date": plain(appointment.day),
        "clinician": appointment.claim.rendering_provider(appointment.line).npi,
        "class": class_of(planned.line).lower(),
        "answer": of_line(planned.line),
        "findings": [of_finding(finding) for finding in planned.decision.findings],
        "next_date": data_of(planned.next_date) if planned.next_date else None,
        "professions": plain(planned.professions),
    }
