"""A plan of appointments as text and as data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from payer_rules.claims import Session
from payer_rules.decisions import Expected, Finding
from payer_rules.planning.plan import PlannedAppointment, groups_of_one
from payer_rules.planning.schedule import ROW_PREFIX
from payer_rules.reports.data import Data, of_finding, of_line, plain
from payer_rules.reports.decisions import count_of, earlier_text, row_texts, sources
from payer_rules.reports.next_dates import (
    BASIS_LABELS,
    data_of,
    folded,
    rests_on_lines,
    unread_text,
)
from payer_rules.reports.outcome_words import (
    OUTCOME_LABELS,
    TOPIC_WORDS,
    denial_codes,
    expected_words,
)
from payer_rules.sessions.findings import SessionFinding
from payer_rules.summaries.line_classes import LINE_CLASSES, LineClass, class_of_line, is_audit_risk

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
    *,
    is_verbose: bool = False,
) -> Iterator[str]:
    """Yield the plan: the counts, then the appointments of each class, the worst class first.

    ``findings`` are those over several members: limits of a clinician's day or of a group. A
    verbose plan says of each appointment that is fine on what it rests.
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
            if line_class == "fine":
                yield from _fine(found, payers, is_verbose=is_verbose)
            else:
                yield from _of_class(line_class, found, payers)
    yield from _over_members(findings)
    yield from _groups_of_one(planned)


def _of_class(
    line_class: LineClass, planned: Sequence[PlannedAppointment], payers: Mapping[str, str]
) -> Iterator[str]:
    for each in planned:
        label = f" · {_label(each)}" if line_class == "reduced" else ""
        yield from folded(f"{_headline(each, payers)}{label}", "  ")
        if line_class != "unread":
            for finding in _reasons(each):
                yield from _finding(finding, each.line.expected)
            yield from _help(each)
        yield from (f"  {line}" for line in rests_on_lines(each.line.rests_on))


def _label(planned: PlannedAppointment) -> str:
    """Return the expected outcome, and whether the payer sees it on chart review only."""
    label = expected_words(planned.line.expected, planned.line.basis)
    is_of_record = is_audit_risk(planned.line, planned.decision)
    return f"audit risk ({label})" if is_of_record else label


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


def _fine(
    planned: Sequence[PlannedAppointment], payers: Mapping[str, str], *, is_verbose: bool
) -> Iterator[str]:
    """Yield the appointments by payer, the members of each day and code on one line.

    Before them is how many rest on what, with the topics of this payer that were not read.
    """
    by_payer: dict[str, list[PlannedAppointment]] = {}
    for each in planned:
        by_payer.setdefault(each.payer, []).append(each)
    for payer, of_payer in by_payer.items():
        yield from folded(f"{payers[payer]}: {_basis_of(of_payer)}", "  ")
        yield from _each(of_payer) if is_verbose else _by_day_and_code(of_payer)


def _basis_of(planned: Sequence[PlannedAppointment]) -> str:
    """Return how many appointments rest on what, and the topics that were not read."""
    counted = Counter(BASIS_LABELS[each.line.basis] for each in planned)
    text = ", ".join(f"{number} {label}" for label, number in counted.items())
    topics = dict.fromkeys(topic for each in planned for topic in each.line.unread_topics)
    unread = ", ".join(TOPIC_WORDS[topic] for topic in topics)
    return f"{text}; not read: {unread}" if unread else text


def _by_day_and_code(planned: Iterable[PlannedAppointment]) -> Iterator[str]:
    together: dict[tuple[str, str], list[str]] = {}
    for each in planned:
        appointment = each.appointment
        key = (str(appointment.day), appointment.line.code)
        together.setdefault(key, []).append(appointment.claim.member.id)
    for (day, code), members in together.items():
        yield from folded(f"{day}  {code}  {', '.join(members)}", "    ")


def _each(planned: Iterable[PlannedAppointment]) -> Iterator[str]:
    """Yield each appointment with what it rests on and the rules that were checked."""
    for each in planned:
        appointment, line = each.appointment, each.line
        member = appointment.claim.member.id
        text = f"{appointment.day}  {appointment.line.code}  {member}: {_basis_of([each])[2:]}"
        yield from folded(f"{text} · line {appointment.row} of the file", "    ")
        yield from rests_on_lines(line.rests_on, "      ")
        if line.judged_by:
            yield from folded(f"Checked by: {', '.join(line.judged_by)}", "      ")


def _groups_of_one(planned: Iterable[PlannedAppointment]) -> Iterator[str]:
    """Yield the groups of which the schedule has one appointment alone, each with its line."""
    for number, each in enumerate(groups_of_one(planned)):
        if not number:
            yield ""
            yield "GROUPS OF ONE: add the other members, or their number as group_size"
        session = each.line.session
        name = session.id if isinstance(session, Session) else ""
        yield f"  {each.day}  {each.line.code}  {name} · line {each.row} of the file"


def _reasons(planned: PlannedAppointment) -> list[Finding]:
    return [f for f in planned.decision.findings if f.outcome not in ("pay", "inform")]


def _finding(finding: Finding, expected: Expected) -> Iterator[str]:
    """Yield the message with its denial codes, and the rule; of a milder one also its outcome."""
    codes = denial_codes(finding.adjustment)
    message = _with_lines(finding.message)
    label = "" if finding.outcome == expected else f"{OUTCOME_LABELS[finding.outcome]}: "
    yield from folded(f"{label}{message} ({codes})" if codes else f"{label}{message}", "    ")
    if earlier := earlier_text(finding):
        yield from folded(_with_lines(earlier), "    ")
    yield from folded(f"Rule {finding.rule}; {sources(finding.citations)}", "    ")
    for text in row_texts(finding):
        yield from folded(text, "    ")


def _with_lines(text: str) -> str:
    """Return the text with the lines of the file in place of the ids of their claims."""
    return _CLAIM.sub(lambda match: f"line {int(match[1])} of the file", text)


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
    if planned.needs_members:
        yield "Add the other members of the group, or their number as group_size"
    for cure in planned.cures:
        change = _ONLY_LINE.sub(planned.appointment.line.code, str(cure))
        yield f"Possible fix: {change}"
    if planned.professions:
        first, more = (
            planned.professions[:_MOST_PROFESSIONS],
            planned.professions[_MOST_PROFESSIONS:],
        )
        others = f" or {len(more)} others" if more else ""
        yield f"Paid with a clinician who holds the session and is: {', '.join(first)}{others}"
    if planned.clinicians:
        npis = ", ".join(planned.clinicians)
        yield f"In the practice file: {npis}, only if that person holds the session"


def data_of_plan(
    planned: Sequence[PlannedAppointment], findings: Iterable[SessionFinding]
) -> dict[str, Data]:
    """Return the appointments, and the findings over several members, as JSON data."""
    appointments: list[Data] = [_appointment(each) for each in planned]
    return {
        "appointments": appointments,
        "over_members": [plain(each) for each in findings],
        "groups_of_one": [each.row for each in groups_of_one(planned)],
    }


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
        "needs_members": planned.needs_members,
    }
