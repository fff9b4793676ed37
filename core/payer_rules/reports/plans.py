"""A plan of appointments as text and as data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from payer_rules.decisions import Finding
from payer_rules.planning.plan import PlannedAppointment
from payer_rules.planning.schedule import ROW_PREFIX
from payer_rules.reports.data import Data, of_finding, of_line, plain
from payer_rules.reports.decisions import count_of, sources
from payer_rules.reports.next_dates import (
    BASIS_LABELS,
    data_of,
    folded,
    rests_on_lines,
    unread_text,
)
from payer_rules.reports.outcome_words import OUTCOME_LABELS, TOPIC_WORDS, denial_codes
from payer_rules.sessions.findings import SessionFinding
from payer_rules.summaries.line_classes import LINE_CLASSES, LineClass, class_of_line

#: The headings of the classes of appointments.
_HEADINGS: Final[dict[LineClass, str]] = {
    "denied": "WILL NOT BE PAID",
    "reduced": "MAY BE DENIED OR REDUCED",
    "unread": "NOT READ",
    "fine": "NO RULE BROKEN",
}
#: The claim of an appointment in a message, and its only line.
_CLAIM: Final = re.compile(rf"claim {ROW_PREFIX}(\d+)")
_ONLY_LINE: Final = re.compile(r"\bline 1\b")
#: More professions than these are counted.
_MOST_PROFESSIONS: Final = 6


def lines_of(
    name: str,
    planned: Sequence[PlannedAppointment],
    payers: Mapping[str, str],
    findings: Iterable[SessionFinding] = (),
) -> Iterator[str]:
    """Yield the plan: the counts, then the appointments of each class, the worst class first.

    ``findings`` are those over several members: limits of a clinician's day or of a group.
    """
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
    yield from _over_members(findings)


def _of_class(
    line_class: LineClass, planned: Sequence[PlannedAppointment], payers: Mapping[str, str]
) -> Iterator[str]:
    if line_class == "fine":
        yield from _fine(planned, payers)
        return
    for each in planned:
        outcome = f" · {OUTCOME_LABELS[each.line.expected]}" if line_class == "reduced" else ""
        yield from folded(f"{_headline(each, payers)}{outcome}", "  ")
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


def _over_members(findings: Iterable[SessionFinding]) -> Iterator[str]:
    """Yield the limits that the appointments of several members exceed together."""
    for number, finding in enumerate(findings):
        if not number:
            yield ""
            yield "OVER SEVERAL MEMBERS"
        yield from folded(f"{finding.about}: {finding.message}", "  ")
        rows = [_row(line.claim) for line in finding.lines]
        noun = "Lines" if len(rows) > 1 else "Line"
        yield from folded(f"{noun} {', '.join(map(str, rows))} of the file", "    ")
        if finding.rule:
            yield from folded(f"Rule {finding.rule}; {sources(finding.citations)}", "    ")


def _row(claim: str) -> int:
    """Return the row of the appointment whose claim has this id."""
    return int(claim.removeprefix(ROW_PREFIX))


def _fine(planned: Sequence[PlannedAppointment], payers: Mapping[str, str]) -> Iterator[str]:
    """Yield the appointments, the members of each day, code and payer on one line.

    Before them is how many rest on what, with the topics that were not read.
    """
    counted = Counter(BASIS_LABELS[each.line.basis] for each in planned)
    topics = dict.fromkeys(topic for each in planned for topic in each.line.unread_topics)
    text = ", ".join(f"{number} {label}" for label, number in counted.items())
    unread = ", ".join(TOPIC_WORDS[topic] for topic in topics)
    yield from folded(f"{text}; not read: {unread}" if unread else text, "  ")
    together: dict[tuple[str, str, str], list[str]] = {}
    for each in planned:
        claim, line = each.appointment.claim, each.appointment.line
        key = (str(each.appointment.day), line.code, payers[each.payer])
        together.setdefault(key, []).append(claim.member.id)
    for (day, code, payer), members in together.items():
        yield from folded(f"{day}  {code}  {', '.join(members)} · {payer}", "  ")


def _reasons(planned: PlannedAppointment) -> list[Finding]:
    return [f for f in planned.decision.findings if f.outcome not in ("pay", "inform")]


def _finding(finding: Finding) -> Iterator[str]:
    codes = denial_codes(finding.adjustment)
    message = _CLAIM.sub(lambda match: f"line {int(match[1])} of the file", finding.message)
    yield from folded(f"{message} ({codes})" if codes else message, "    ")
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
        change = _ONLY_LINE.sub(planned.appointment.line.code, str(cure))
        yield f"Possible fix: {change}"
    if planned.professions:
        first, more = (
            planned.professions[:_MOST_PROFESSIONS],
            planned.professions[_MOST_PROFESSIONS:],
        )
        others = f" or {len(more)} others" if more else ""
        yield f"Paid with a clinician who is: {', '.join(first)}{others}"
    if planned.clinicians:
        yield f"In the practice file: {', '.join(planned.clinicians)}"


def data_of_plan(
    planned: Iterable[PlannedAppointment], findings: Iterable[SessionFinding]
) -> dict[str, Data]:
    """Return the appointments, and the findings over several members, as JSON data."""
    appointments: list[Data] = [_appointment(each) for each in planned]
    return {"appointments": appointments, "over_members": [plain(each) for each in findings]}


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
