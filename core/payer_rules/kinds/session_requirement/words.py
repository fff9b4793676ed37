"""The words of session requirements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from payer_rules.claims import Claim, Session
from payer_rules.decisions import Cure, Evidence
from payer_rules.engine.cures import changed
from payer_rules.engine.evidence import value
from payer_rules.engine.verdict import Verdict
from payer_rules.engine.words import Explanation, Question, Words, line_label, line_of
from payer_rules.kinds.code_lists import codes_text
from payer_rules.kinds.session_requirement.faults import SessionFault
from payer_rules.kinds.session_requirement.rule import SessionRequirement
from payer_rules.text.lists import listed

_LATE: Final = "only if it took place and the payer takes late entries that are marked as such"


def _sentence(rule: SessionRequirement) -> str:
    asks = []
    if rule.group_size:
        asks.append(f"a group of {rule.group_size} participants")
    if rule.participants_per_leader:
        asks.append(f"{rule.participants_per_leader} participants for each leader")
    if rule.minutes:
        of = " in all on that day" if rule.minutes_of == "day" else ""
        asks.append(f"{rule.minutes} minutes{of}")
    if rule.documented:
        asks.append(f"a record that holds {listed(rule.documented, 'and')}")
    return f"{codes_text(rule.codes)} asks for {' and '.join(asks)}{_or_modifier(rule)}."


def _or_modifier(rule: SessionRequirement) -> str:
    """Return the modifiers that lift the rule, as an alternative to what it asks for."""
    modifiers = rule.excusing_modifiers
    return f", or for modifier {listed(modifiers, 'or')}" if modifiers else ""


def _answers(rule: SessionRequirement, code: str) -> Iterator[tuple[Question, str]]:
    if code not in rule.codes:
        return
    if rule.group_size:
        yield "How many in the group", str(rule.group_size)
    if rule.participants_per_leader:
        yield "How many in the group", f"{rule.participants_per_leader} for each leader"
    if rule.minutes:
        yield "How long", f"{rule.minutes} minutes"
    if rule.documented:
        yield "What else", f"a record of {listed(rule.documented, 'and')}"


def _explain(
    rule: SessionRequirement, verdict: Verdict[tuple[SessionFault, ...]], claim: Claim
) -> Explanation:
    label = line_label(line_of(verdict, claim))
    faults = verdict.details
    return Explanation(
        message="; ".join(f"{label}: {_fault_text(rule, fault)}" for fault in faults)
        + _or_modifier(rule),
        evidence=tuple(each for fault in faults for each in _evidence(fault)),
    )


def _fault_text(rule: SessionRequirement, fault: SessionFault) -> str:
    if fault.part == "group_size":
        return f"a group of {fault.number}, and the payer asks for {rule.group_size}"
    if fault.part == "participants_per_leader":
        asked = f"{rule.participants_per_leader} for each leader"
        return f"a group of {fault.number}, and the payer asks for {asked}"
    if fault.part == "minutes":
        span = "of the day" if rule.minutes_of == "day" else "long"
        return f"{fault.number} minutes {span}, and the payer asks for {rule.minutes}"
    return f"the record lacks {listed(fault.entries, 'and')}"


def _evidence(fault: SessionFault) -> tuple[Evidence, ...]:
    if fault.part in ("group_size", "participants_per_leader"):
        return (value("session.group_size", fault.number),)
    if fault.part == "minutes":
        return (value("minutes", fault.number),)
    return tuple(value("not documented", entry) for entry in sorted(fault.entries))


def _cure(
    rule: SessionRequirement, verdict: Verdict[tuple[SessionFault, ...]], claim: Claim
) -> Cure | None:
    """Return the claim with a complete record, if the record alone is wrong."""
    fault, *others = verdict.details
    if fault.part != "documented" or others:
        return None
    line = line_of(verdict, claim)
    session = line.session if isinstance(line.session, Session) else Session()
    documented = (session.documented or frozenset()) | rule.documented
    completed = attrs.evolve(session, documented=documented)
    return Cure(
        change=f"{listed(fault.entries, 'and')} in the record of line {line.number}",
        condition=_LATE,
        claim=changed(claim, line, session=completed),
    )


def _shows(rule: SessionRequirement) -> frozenset[str]:
    """Return the facts of example claims to print: those that the rule asks for."""
    shown = {"minutes"} if rule.minutes else set()
    if rule.group_size or rule.participants_per_leader:
        shown.add("group")
    if rule.documented:
        shown.add("documented")
    return frozenset(shown)


WORDS: Final = Words(
    subject="Length, group size and documentation",
    sentence=_sentence,
    answers=_answers,
    explain=_explain,
    cure=_cure,
    shows=_shows,
)
