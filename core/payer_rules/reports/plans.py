"""A plan of appointments as text and as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from payer_rules.decisions import Finding
from payer_rules.planning.plan import PlannedAppointment
from payer_rules.reports.data import Data, of_finding, of_line, plain
from payer_rules.reports.decisions import count_of, sources
from payer_rules.reports.next_dates import (
    BASIS_LABELS,
    data_of,
    folded,
    rests_on_lines,
    unread_text,
)
from payer_rules.reports.outcome_words import TOPIC_WORDS, denial_codes
from payer_rules.summaries.line_classes import LINE_CLASSES, LineClass, class_of_line

#: The headings of the classes of appointments.
_HEADINGS: Final[dict[LineClass, str]] = {
    "denied": "WILL NOT BE PAID",
    "reduced": "MAY BE DENIED OR REDUCED",
    "unread": "NOT READ",
    "fine": "NO RULE BROKEN",
}
#: More professions than these are counted.
_MOST_PROFESSIONS: Final = 6


def lines_of(
    name: str, planned: Sequence[PlannedAppointment], payers: Mapping[str, str]
) -> Iterator[str]:
    """Yield the plan: the counts, then the appointments of each class, the worst class first."""
    by_class: dict[LineClass, list[PlannedAppointment]] = {each: [] for each in LINE_CLASSES}
    for each in planned:
        by_class[class_of_line(each.line, each.decision)].append(each)
    members = {each.appointment.claim.member.id for each in planned}
    days = [each.appointment.day for each in planned]
    span = f" · {min(days)} to {max(days)}" if days else ""
    counts = f"{count_of(len(planned), 'appointment')} · {count_of(len(members), 'member')}"
    yield f"{name}  {counts}{span}"
    for line_class, found in by_class.items():
        if found:
            yield ""
            yield f"{_HEADINGS[line_class]}  {len(found)}"
            yield from _of_class(line_class, found, payers)


def _of_class(
    line_class: LineClass, planned: Sequence[PlannedAppointment], payers: Mapping[str, str]
) -> Iterator[str]:
    if line_class == "fine":
        yield from _fine(planned)
        return
    for each in planned:
        yield from folded(_headline(each, payers), "  ")
        if line_class != "unread":
            for finding in _reasons(each):
                yield from _finding(finding)
            yield from _help(each)
        yield from (f"  {line}" for line in rests_on_lines(each.line.rests_on))


def _headline(planned: PlannedAppointment, payers: Mapping[str, str]) -> str:
    appointment = planned.appointment
    line, member = appointment.line, appointment.claim.member.id
    parts = (f"{appointment.day}  {line.code}  {member}", payers[planned.payer])
    return " · ".join((*parts, f"line {appointment.row} of the file"))


def _fine(planned: Sequence[PlannedAppointment]) -> Iterator[str]:
    """Yield how many appointments rest on what, and the topics that were not read."""
    counted = Counter(BASIS_LABELS[each.line.basis] for each in planned)
    topics = dict.fromkeys(topic for each in planned for topic in each.line.unread_topics)
    text = ", ".join(f"{number} {label}" for label, number in counted.items())
    unread = ", ".join(TOPIC_WORDS[topic] for topic in topics)
    yield from folded(f"{text}; not read: {unread}" if unread else text, "  ")


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
    if next_date is not None and next_date.unread_from not in (None, planned.appointment.day):
        yield f"No sure date: {unread_text(next_date)}"
    for cure in planned.cures:
        yield f"Possible fix: {cure}"
    if planned.professions:
        first, more = (
            planned.professions[:_MOST_PROFESSIONS],
            planned.professions[_MOST_PROFESSIONS:],
        )
        others = f" or {len(more)} others" if more else ""
        yield f"Paid with a clinician who is: {', '.join(first)}{others}"
    if planned.clinicians:
        yield f"In the practice file: {', '.join(planned.clinicians)}"


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
        "class": class_of_line(planned.line, planned.decision),
        "answer": of_line(planned.line),
        "findings": [of_finding(finding) for finding in planned.decision.findings],
        "next_date": data_of(planned.next_date) if planned.next_date else None,
        "professions": plain(planned.professions),
        "clinicians": plain(planned.clinicians),
    }
