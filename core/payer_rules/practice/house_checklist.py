"""The house list: what a practice writes into each note where no text of the payer says it.

A practice file switches it on with ``house_checklist = true``. Then it is the rule
``house/checklist`` of each payer, for the codes for which the payer states no such list. It reads
no topic of the payer's policies, and its findings are for review in the practice's own record.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from payer_rules.claims import Documented
from payer_rules.kinds import RecordRequirement, SessionRequirement
from payer_rules.rules import Citation, Codes, Rule, union_of
from payer_rules.rules.national_codes import SESSION_CODES

#: What the note of a session holds, in the order in which it is written.
HOUSE_LIST: Final[dict[Documented, str]] = {
    "attendance": "attendance: who was present",
    "start-end-times": "start and end times of the session",
    "topic": "topic of the session",
    "therapist-role": "role of the therapist",
    "interventions": "interventions that were used",
    "individual-progress": "progress of each member, in the member's own note",
    "outcome": "outcome of the session",
    "medical-necessity": "medical necessity: why this member needs the service",
    "care-plan": "care plan: the goal that the session serves",
}
_SOURCE: Final = Citation(
    row="HOUSE",
    title="house list of the practice, no payer text",
    url="practice.toml",
    read=date(2026, 11, 30),
    confidence="secondary",
)


def documented_codes(rules: Iterable[Rule]) -> Codes:
    """Return the codes for which a rule says what must be documented."""
    lists = (
        rule
        for rule in rules
        if (isinstance(rule, SessionRequirement) and rule.documented)
        or (isinstance(rule, RecordRequirement) and rule.elements)
    )
    return union_of(rule.codes for rule in lists)


def house_rules(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Return the house list as a rule for the codes of which the payer's rules have no list."""
    documented = documented_codes(rules)
    codes = frozenset(code for code in SESSION_CODES if code not in documented)
    if not codes:
        return ()
    return (
        SessionRequirement(
            id="house/checklist",
            codes=codes,
            documented=frozenset(HOUSE_LIST),
            outcome="review",
            citations=(_SOURCE,),
            rationale="The note of a session holds everything on the practice's house list.",
        ),
    )
