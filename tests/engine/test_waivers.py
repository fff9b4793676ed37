"""Waivers: a waived rule is as if it were not there, up to the last day of the waiver."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final, Literal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapes import CITED, DAY, PAYER, claim, limit, line, outcomes, paid

from payer_rules.claims import Claim
from payer_rules.decisions import Decision, LineDecision
from payer_rules.errors import InvalidValueError
from payer_rules.history import History
from payer_rules.kinds import (
    ModifierRequirement,
    PlaceOfServiceRequirement,
    SameDayCombination,
    SessionRequirement,
)
from payer_rules.registry import load
from payer_rules.rulebook import RuleBook
from payer_rules.rules import (
    AddOnEdit,
    DateRange,
    EarlierLine,
    EditTable,
    PairEdit,
    Rule,
    Topic,
    UnitEdit,
    Waiver,
    When,
)

(SOURCE,) = CITED["citations"]
VERIFIED: Final = DateRange(date(2024, 1, 1), date(2024, 12, 31))
TABLE: Final = EditTable(
    program="medicare",
    setting="practitioner",
    release="2024",
    pairs=(PairEdit("90853", "90834", 0, VERIFIED, "A-1"),),
    units=(UnitEdit("90853", 1, 3, VERIFIED, "A-1"),),
    add_ons=(AddOnEdit("90785", 1, frozenset({"90834"}), VERIFIED, "A-1"),),
    complete_for=frozenset({"90785", "90834", "90853"}),
    verified=VERIFIED,
    pair_citations=(SOURCE,),
    unit_citations=(SOURCE,),
    add_on_citations=(SOURCE,),
    digest="none",
)
BOUND: Final = attrs.evolve(PAYER, ncci="medicare", ncci_citations=(SOURCE,))
EVERYTHING: Final = date(2100, 1, 1)
DAILY: Final = limit(1, 1, "90853", name="daily")
OTHER: Final = limit(1, 1, "90834", name="other")


def waiver(rule: str = "p/daily", until: date = EVERYTHING, *codes: str) -> Waiver:
    """Return a waiver of the rule."""
    return Waiver(rule=rule, reason="agreed by letter", until=until, codes=frozenset(codes))


def decide(book: RuleBook, judged: Claim) -> Decision:
    """Return the decision without any history."""
    return book.decide(judged, History())


def two(day: date = DAY, code: str = "90853", **fields: Any) -> Claim:
    """Return a claim with the code twice."""
    return claim(line(1, code, day), line(2, code, day), setting="practitioner", **fields)


@given(st.integers(-3, 3), st.integers(0, 2), st.integers(0, 2))
def test_a_rule_is_waived_up_to_the_last_day(until: int, first: int, last: int) -> None:
    """The answers are those of a book without the rule up to the day, and with it after."""
    in_force = DateRange(DAY - timedelta(days=first), DAY + timedelta(days=last))
    rule = attrs.evolve(DAILY, in_force=in_force)
    ends = DAY + timedelta(days=until)
    waived = RuleBook.build(PAYER, [rule, OTHER]).without([waiver(until=ends)])
    for offset in range(-4, 5):
        day = DAY + timedelta(days=offset)
        rules: list[Rule] = [OTHER] if day <= ends else [rule, OTHER]
        for judged in (two(day), two(day, "90834")):
            found = decide(waived, judged)
            expected = decide(RuleBook.build(PAYER, rules), judged)
            assert without_topics(found) == without_topics(expected)
            assert found.findings == expected.findings


def test_waivers_may_be_given_one_after_the_other() -> None:
    """A book that leaves out two rules in two steps is the book that leaves them out in one."""
    book = RuleBook.build(BOUND, [DAILY, OTHER], [TABLE])
    waivers = [waiver(), waiver("p/other"), waiver("p/ptp", EVERYTHING, "90834", "90853")]
    at_once, in_steps = book.without(waivers), book
    for each in waivers:
        in_steps = in_steps.without([each])
    judged = claim(line(1, "90853"), line(2, "90834"), line(3, "90834"), setting="practitioner")
    assert decide(in_steps, judged) == decide(at_once, judged)
    assert len(decide(in_steps, judged).notes) == len(waivers)


def without_topics(decision: Decision) -> list[LineDecision]:
    """Return the decisions on the lines without what was read of their topics."""
    return [attrs.evolve(line, topics={}) for line in decision.lines]


UNREAD: Final = attrs.evolve(PAYER, topics=())
ON_VIDEO: Final = When(modality=frozenset(["video"]))
BY_VIDEO: Final = claim(line(1, "90853", modality="video", place_of_service="02"))
READERS: Final[list[tuple[Topic, Rule, Claim]]] = [
    ("frequency", DAILY, claim(line(1, "90853", units=99))),
    (
        "combination",
        SameDayCombination(
            id="p/pair",
            first=frozenset(["90853"]),
            second=frozenset(["90834"]),
            indicator=0,
            scope="member",
            **CITED,
        ),
        claim(line(1, "90853"), line(2, "90834")),
    ),
    (
        "session",
        SessionRequirement(
            id="p/session",
            codes=frozenset(["99213"]),
            documented=frozenset(["attendance"]),
            **CITED,
        ),
        claim(line(1, "99213")),
    ),
    (
        "place",
        PlaceOfServiceRequirement(
            id="p/place",
            codes=frozenset(["90853"]),
            any_of=frozenset(["10"]),
            when=ON_VIDEO,
            **CITED,
        ),
        claim(line(1, "90853", modality="video", place_of_service="12")),
    ),
    (
        "modifier",
        ModifierRequirement(
            id="p/modifier",
            codes=frozenset(["90853"]),
            any_of=frozenset(["95"]),
            when=ON_VIDEO,
            **CITED,
        ),
        BY_VIDEO,
    ),
]


@pytest.mark.parametrize(("topic", "rule", "judged"), READERS)
@pytest.mark.parametrize("read", [None, "unknown", DateRange(date(2010, 1, 1), date(2010, 12, 31))])
def test_a_waived_rule_still_reads_its_topic(
    topic: Topic, rule: Rule, judged: Claim, read: DateRange | Literal["unknown"] | None
) -> None:
    """What is settled with the payer is no open question, for whichever days the text was read."""
    book = RuleBook.build(UNREAD, [rule, OTHER])
    statuses = [line.topics[topic] for line in decide(book, judged).lines]
    assert statuses[0] == "checked"
    book = RuleBook.build(UNREAD, [attrs.evolve(rule, verified=read), OTHER])
    waived = decide(book.without([waiver(rule.id)]), judged)
    assert [line.topics[topic] for line in waived.lines] == statuses
    assert not waived.findings


@pytest.mark.parametrize(("topic", "rule", "judged"), READERS)
def test_a_rule_reads_its_topic_as_before_when_its_waiver_has_ended(
    topic: Topic, rule: Rule, judged: Claim
) -> None:
    """Nothing is settled from then on."""
    old = attrs.evolve(rule, verified=DateRange(date(2010, 1, 1), date(2010, 12, 31)))
    for each in (rule, old):
        book = RuleBook.build(UNREAD, [each, OTHER])
        ended = decide(book.without([waiver(rule.id, DAY - timedelta(days=1))]), judged)
        assert ended.lines[0].topics == decide(book, judged).lines[0].topics


def test_the_earlier_lines_on_which_a_waived_rule_depends_are_queried() -> None:
    """A topic is read as with the whole history, if the rule depends on an earlier line."""
    when = When(history=(EarlierLine(codes=frozenset(["90791"])),))
    book = RuleBook.build(UNREAD, [attrs.evolve(DAILY, when=when)]).without([waiver()])
    judged = claim(line(1, "90853"))
    earlier = paid("90791", DAY - timedelta(days=400))
    known = History(lines=[earlier]).select(book.queries([judged]))
    for history, status in (
        (History(lines=[earlier]), "checked"),
        (known, "checked"),
        (None, "unread"),
    ):
        assert book.decide(judged, history).lines[0].topics["frequency"] == status


def test_a_waived_limit_leaves_a_line_paid_in_both_answers() -> None:
    """With the other topics read nothing is open: neither the topic nor a warning of national edits."""
    payer = attrs.evolve(PAYER, topics=tuple(s for s in PAYER.topics if s.topic != "frequency"))
    book = RuleBook.build(payer, [DAILY], baseline=load(payers=["medicare"]).baseline)
    judged = claim(line(1, "90853", units=99), setting="practitioner")
    assert [finding.rule for finding in decide(book, judged).findings] == ["p/daily"]
    (found,) = decide(book.without([waiver("p/daily")]), judged).lines
    assert (found.outcome, found.expected, found.basis) == ("pay", "pay", "proved")
    assert "p/daily" not in found.judged_by


def test_waived_units_of_edits_leave_the_frequency_read() -> None:
    """The MUE of a code that is waived is settled, and those of other codes are as they were."""
    book = RuleBook.build(BOUND, [], [TABLE])
    waived = book.without([waiver("p/mue", EVERYTHING, "90853")])
    assert decide(waived, TWICE).lines[0].topics["frequency"] == "checked"
    other = two(code="90834")
    assert decide(waived, other).lines[0].topics == decide(book, other).lines[0].topics


def test_a_decision_lists_the_waivers_that_it_touches() -> None:
    """Notes name a waiver where its rule has the code and the day; the fingerprint names all."""
    until = DAY + timedelta(days=1)
    book = RuleBook.build(PAYER, [DAILY, OTHER])
    waived = book.without([waiver(until=until), waiver("q/daily")])
    note = f"waived: p/daily until {until}: agreed by letter"
    assert decide(waived, two()).notes == (note,)
    assert decide(waived, two(until + timedelta(days=1))).notes == ()
    assert decide(waived, two(code="90834")).notes == ()
    fingerprint = decide(waived, two()).fingerprint
    assert fingerprint.waivers == (note.removeprefix("waived: "),)
    assert fingerprint.rulebook != book.fingerprint.rulebook


def test_a_waiver_of_another_payer_changes_nothing() -> None:
    """A book is the same without the rules of others."""
    book = RuleBook.build(PAYER, [DAILY])
    assert book.without([waiver("q/daily"), waiver("p/unknown")]) is book


def edits_of(decision: Decision) -> set[str]:
    """Return the rules with findings."""
    return {finding.rule for finding in decision.findings}


PAIR: Final = claim(line(1, "90853"), line(2, "90834"), setting="practitioner")
TWICE: Final = two()
ALONE: Final = claim(line(1, "90785"), setting="practitioner")


@pytest.mark.parametrize(
    ("rule", "codes", "judged"),
    [
        ("p/ptp", ("90834", "90853"), PAIR),
        ("p/ptp", ("90834", "90837", "90853"), PAIR),
        ("p/mue", ("90853",), TWICE),
        ("p/add-on", ("90785",), ALONE),
    ],
)
def test_edits_are_waived_by_their_codes(rule: str, codes: tuple[str, ...], judged: Claim) -> None:
    """An edit of the codes is silent until the day, and no other edit is."""
    book = RuleBook.build(BOUND, [], [TABLE])
    assert edits_of(decide(book, judged)) == {rule}
    assert edits_of(decide(book.without([waiver(rule, EVERYTHING, *codes)]), judged)) == set()
    assert edits_of(decide(book.without([waiver(rule, DAY, *codes)]), judged)) == set()
    before = DAY - timedelta(days=1)
    assert edits_of(decide(book.without([waiver(rule, before, *codes)]), judged)) == {rule}
    others = ("99213", "99214")
    assert edits_of(decide(book.without([waiver(rule, DAY, *others)]), judged)) == {rule}
    waived = book.without([waiver(rule, EVERYTHING, *codes)])
    for other in (PAIR, TWICE, ALONE):
        if other is not judged:
            assert edits_of(decide(waived, other)) == edits_of(decide(book, other))


def test_a_waiver_ends_within_a_line_of_several_days() -> None:
    """A line that goes on after the last day is paired on the days after it."""
    book = RuleBook.build(BOUND, [], [TABLE])
    later = DAY + timedelta(days=2)
    judged = claim(line(1, "90853", date_to=later), line(2, "90834", later), setting="practitioner")
    ending = waiver("p/ptp", DAY + timedelta(days=1), "90834", "90853")
    assert outcomes(decide(book.without([ending]), judged)) == outcomes(decide(book, judged))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"rule": "p/ptp"}, "names no codes"),
        ({"rule": "p/ptp", "codes": frozenset({"90853"})}, "a pair has two codes"),
        ({"rule": "p/daily", "codes": frozenset({"90853"})}, "waived as a whole"),
        ({"rule": "p/daily", "reason": " "}, "states no reason"),
        ({"rule": "p/mue", "codes": frozenset({"9085"})}, "not a procedure code"),
    ],
)
def test_a_waiver_states_what_and_why(fields: dict[str, Any], message: str) -> None:
    """A waiver has a reason, and codes if it is of edits and only then."""
    with pytest.raises(InvalidValueError, match=message):
        Waiver(**{"reason": "agreed", "until": DAY, **fields})
