"""The house list: a rule of the practice where no text of the payer says what to document."""

from __future__ import annotations

from datetime import date
from typing import Final

import attrs

from payer_rules.claims import Claim, Documented, Member, Provider, ServiceLine, Session
from payer_rules.decisions import Decision
from payer_rules.history import History
from payer_rules.kinds import SessionRequirement
from payer_rules.practice import HouseFacts, Practice
from payer_rules.practice.house_checklist import HOUSE_LIST, house_rules
from payer_rules.registry import load
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Citation

ON: Final = Practice(house=HouseFacts(house_checklist=True))
OFF: Final = Practice()
CITED: Final = Citation(
    row="MANUAL",
    title="manual",
    url="https://example.com",
    read=date(2026, 11, 30),
    confidence="primary",
)


def book() -> RuleBook:
    """Return the rule book of a payer without a list of its own."""
    return load(payers=["aetna"]).rulebook("aetna")


def claim(documented: frozenset[Documented] | None) -> Claim:
    """Return a group session with the record."""
    line = ServiceLine(
        code="90853", date_from=date(2024, 8, 15), session=Session(documented=documented)
    )
    provider = Provider(npi="1234567893")
    return Claim(id="C1", member=Member(id="M1"), billing_provider=provider, lines=[line])


def house_findings(decision: Decision) -> list[tuple[str, str, str]]:
    """Return outcome, detection and message of the findings of the house list."""
    return [
        (finding.outcome, finding.detected_in, finding.message)
        for finding in decision.findings
        if finding.rule == "house/checklist"
    ]


def test_what_the_note_does_not_hold_is_a_finding_for_review() -> None:
    """The finding is about the record, and cites the house list and no text of the payer."""
    record = frozenset(HOUSE_LIST) - {"topic"}
    decision = ON.book(book()).decide(claim(record), History())
    assert house_findings(decision) == [
        ("review", "record", "90853 on 2024-08-15: the record lacks topic")
    ]
    (finding,) = (f for f in decision.findings if f.rule == "house/checklist")
    assert [each.row for each in finding.citations] == ["HOUSE"]
    assert "no payer text" in finding.citations[0].title


def test_a_complete_note_has_no_finding() -> None:
    """A record with everything on the list is in order."""
    decision = ON.book(book()).decide(claim(frozenset(HOUSE_LIST)), History())
    assert house_findings(decision) == []


def test_a_note_that_nobody_stated_is_a_missing_fact() -> None:
    """The list asks for the note, and never takes it for complete."""
    decision = ON.book(book()).decide(claim(None), History())
    missing = {entry.missing for entry in decision.not_evaluated if entry.rule == "house/checklist"}
    assert missing == {"session.documented"}


def test_the_list_is_off_until_the_practice_switches_it_on() -> None:
    """Without the key the rules are those of the payer."""
    assert OFF.book(book()).rules == book().rules
    ids = {rule.id for rule in ON.book(book()).rules} - {rule.id for rule in book().rules}
    assert ids == {"house/checklist"}


def test_the_list_reads_no_topic_of_the_payer() -> None:
    """What was read of the payer's policies is the same with the list."""
    bare = claim(frozenset(HOUSE_LIST))
    topics = [each.decide(bare, History()).lines[0].topics for each in (ON.book(book()), book())]
    assert topics[0] == topics[1]


def test_a_list_of_the_payer_takes_the_place_of_the_house_list() -> None:
    """For a code with a list of its own the house asks for nothing."""
    own = SessionRequirement(
        id="acme/note",
        codes=frozenset(["90853"]),
        documented=frozenset(["topic"]),
        citations=(CITED,),
        rationale="The note states the topic.",
    )
    (rule,) = house_rules([own])
    assert isinstance(rule, SessionRequirement)
    assert "90853" not in rule.codes
    assert "90834" in rule.codes
    everything = attrs.evolve(own, codes=rule.codes | own.codes)
    assert house_rules([everything]) == ()
