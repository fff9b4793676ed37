"""Code choices: a table of codes by minutes, panels, and a search through all missing facts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import attrs
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from shapes import BILLER, CITED, DAY, PAYER, claim, line, outcomes

from payer_rules.claims import Claim, Provider, ServiceLine, Session
from payer_rules.decisions import Decision
from payer_rules.errors import InvalidValueError
from payer_rules.history import History, HistoryLine
from payer_rules.json_forms import from_dict, to_dict
from payer_rules.kinds import CodeChoice, CodeOption, Coverage
from payer_rules.rulebook import RuleBook
from payer_rules.rules import When

OTHER = Provider(npi="1234567802")
BRIEF, MIDDLE, LONG = "90832", "90834", "90837"
PARTS = ("82310", "82374", "82435")
PANEL = "80047"


def option(code: str, least: int | None, most: int | None = None) -> CodeOption:
    """A code for the numbers from least to most."""
    return CodeOption(code=code, at_least=least, at_most=most)


def choice(codes: tuple[str, ...], options: tuple[CodeOption, ...], **fields: Any) -> CodeChoice:
    """A rule on which of the options is billed."""
    about: dict[str, Any] = {"scope": "rendering", **CITED, **fields}
    return CodeChoice(id="p/choice", codes=frozenset(codes), options=options, **about)


#: The minutes of the three codes, as CPT's rule for time states them.
BY_MINUTES = choice(
    (BRIEF, MIDDLE, LONG),
    (option(BRIEF, 16, 37), option(MIDDLE, 38, 52), option(LONG, 53)),
    by="minutes",
    detected_in="claim",
)
BY_PANEL = choice(PARTS, (option(PANEL, 3),), by="codes", pool="day")


def decide(rule: CodeChoice, billed: Claim, history: History | None = None) -> Decision:
    """Return the decision by the rule alone."""
    return RuleBook.build(PAYER, [rule]).decide(billed, history or History())


def found(decision: Decision) -> dict[int, str | None]:
    """Return the code to bill for each line with a finding."""
    return {n: f.bill_instead for f in decision.proved_findings for n in f.lines}


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [(1, 15, None), (16, 37, BRIEF), (38, 52, MIDDLE), (53, 120, LONG)],
)
def test_minutes_decide_on_the_code(first: int, last: int, code: str | None) -> None:
    """For each number of minutes, any other code is returned with the code to bill."""
    for minutes, billed in product(range(first, last + 1), (BRIEF, MIDDLE, LONG)):
        decision = decide(BY_MINUTES, claim(line(1, billed, minutes=minutes)))
        assert found(decision) == ({} if billed == code else {1: code})
        assert outcomes(decision) == ["pay" if billed == code else "return"]


def test_a_finding_says_what_to_bill_in_words_and_in_json() -> None:
    """The message, the fix and the JSON form name the code, and the form can be read again."""
    decision = decide(BY_MINUTES, claim(line(1, LONG, minutes=45)))
    (finding,) = decision.findings
    assert finding.message == "90837 on 2024-08-15 has 45 minutes: bill 90834 instead"
    assert str(finding.cure) == "bill 90834 instead of line 1, only if the minutes are as recorded"
    data: Any = to_dict(decision)
    assert data["findings"][0]["bill_instead"] == MIDDLE
    assert from_dict(Decision, data) == decision
    none = decide(BY_MINUTES, claim(line(1, LONG, minutes=15)))
    without: Any = to_dict(none)
    assert "bill_instead" not in without["findings"][0]
    assert none.findings[0].message.endswith(
        "the payer does not take 90832, 90834 or 90837 for that"
    )


def test_a_group_is_known_by_its_bounds() -> None:
    """A size that is not known decides where every size up to the most gives one code."""
    rule = choice(("90853",), (option("90853", None, 12), option("90849", 13)), by="group-size")
    sizes: list[tuple[Session, dict[int, str | None], int]] = [
        (Session(group_size=12), {}, 0),
        (Session(group_size=13), {1: "90849"}, 0),
        (Session(group_size_at_most=12), {}, 0),
        (Session(group_size_at_most=13), {}, 1),
        (Session(), {}, 1),
    ]
    for session, codes, open_entries in sizes:
        decision = decide(rule, claim(line(1, "90853", session=session)))
        assert found(decision) == codes
        assert len(decision.not_evaluated) == open_entries


def test_a_gap_between_options_of_one_code_counts() -> None:
    """A size that may be in a gap is open, though both ends of its range give one code."""
    apart = (option("90853", None, 3), option("90853", 5))
    rule = choice(("90853",), apart, by="group-size")
    for most, open_entries in ((3, 0), (12, 1)):
        group = line(1, "90853", session=Session(group_size_at_most=most))
        assert len(decide(rule, claim(group)).not_evaluated) == open_entries


def test_all_parts_of_a_panel_are_one_code() -> None:
    """Only if all parts are on one day and of one provider is the panel billed in their place."""
    parts = [line(n, code) for n, code in enumerate(PARTS, 1)]
    assert found(decide(BY_PANEL, claim(*parts[:2], line(3, PARTS[0])))) == {}
    decision = decide(BY_PANEL, claim(*parts))
    (finding,) = decision.proved_findings
    assert (finding.lines, finding.outcome, finding.bill_instead) == ((1, 2, 3), "return", PANEL)
    assert finding.detected_in == "claim"
    assert finding.cure is not None
    assert finding.cure.claim is not None
    assert finding.cure.change == "bill 80047 once, instead of line 1, line 2 and line 3"
    assert [item.code for item in finding.cure.claim.lines] == [PANEL]
    next_day = line(3, PARTS[2], DAY + timedelta(1))
    for last in (line(3, PARTS[2], rendering_provider=OTHER), next_day):
        assert found(decide(BY_PANEL, claim(*parts[:2], last))) == {}


def earlier(item: ServiceLine, **fields: Any) -> HistoryLine:
    """The line as one of an earlier claim."""
    about = {"status": "paid", **fields}
    billed = claim(item)
    return attrs.evolve(HistoryLine.of(billed, item, **about), claim="H1")


def test_of_a_code_that_is_there_for_certain_no_fact_is_asked() -> None:
    """Another line of a part that the claim has decides nothing, whatever became of it."""
    two = claim(line(1, PARTS[0]), line(2, PARTS[1]))
    again = earlier(line(3, PARTS[0]), status=None)
    third = attrs.evolve(earlier(line(3, PARTS[2])), claim="H2", rendering_provider=None)
    decision = decide(BY_PANEL, two, History(lines=[again, third]))
    assert {gap.missing for gap in decision.not_evaluated} == {"history.rendering_provider"}


def test_a_part_that_is_denied_does_not_belong_to_the_panel() -> None:
    """A part that another rule denies leaves the others as they are billed."""
    denied = Coverage(
        id="p/no", codes=frozenset(PARTS), when=When(modifier=frozenset(["59"])), **CITED
    )
    book = RuleBook.build(PAYER, [BY_PANEL, denied])
    parts = [line(1, PARTS[0]), line(2, PARTS[1]), line(3, PARTS[2], DAY, "59")]
    assert outcomes(book.decide(claim(*parts), History())) == ["pay", "pay", "deny"]


def test_units_of_a_line_of_several_days_may_all_be_of_one() -> None:
    """A line of two days adds any part of its units to those of the day."""
    options = (option("90849", None, 3), option("90847", 4))
    rule = choice(("90849",), options, by="units", pool="day")
    for units, numbers in ((2, set()), (3, {1})):
        long = line(2, "90849", units=Decimal(units), date_to=DAY + timedelta(1))
        decision = decide(rule, claim(line(1, "90849"), long))
        assert {n for gap in decision.not_evaluated for n in gap.lines} - {2} == numbers


def test_a_part_of_an_earlier_claim_belongs_to_the_panel() -> None:
    """A part that was billed before completes the panel; without the history it is not known."""
    two = claim(line(1, PARTS[0]), line(2, PARTS[1]))
    third = earlier(line(3, PARTS[2]))
    decision = decide(BY_PANEL, two, History(lines=[third]))
    assert found(decision) == {1: PANEL, 2: PANEL}
    assert [f.cure for f in decision.findings] == [None]
    assert found(decide(BY_PANEL, two)) == {}
    for history in (History.unknown(), History(lines=[attrs.evolve(third, status=None)])):
        open_decision = decide(BY_PANEL, two, history)
        assert found(open_decision) == {}
        assert {entry.reason for entry in open_decision.not_evaluated} == {"history"}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"options": ()}, "options"),
        ({"options": (option("A0001", 1, 5), option("A0002", 5))}, "options"),
        ({"options": (option("A0001", 1), option("A0002", 5, 9))}, "options"),
        ({"by": "codes", "pool": "line"}, "pool"),
        ({"by": "group-size", "pool": "day"}, "pool"),
    ],
)
def test_a_choice_without_one_answer_is_rejected(fields: dict[str, Any], field: str) -> None:
    """Options that overlap, none at all, and pools that cannot be counted are errors."""
    with pytest.raises(InvalidValueError) as raised:
        attrs.evolve(BY_PANEL, **{"detected_in": "claim", **fields})
    assert [error.path[0] for error in raised.value.field_errors] == [field]


POOLED = choice(
    ("95115", "95117"),
    (option("95115", None, 1), option("95117", 2, 4), option("95199", 6)),
    by="units",
    pool="day",
)


def right_code(units: int) -> str | None:
    """The code for so many units of a day: a table that shares no code with the rule."""
    return {0: "95115", 1: "95115", 2: "95117", 3: "95117", 4: "95117", 5: None}.get(units, "95199")


@st.composite
def pools(draw: st.DrawFn) -> tuple[Claim, tuple[HistoryLine, ...], bool]:
    """A claim and earlier lines of three days and two providers, and whether that is all."""
    drawn = st.tuples(
        st.sampled_from(["95115", "95117", "90853"]),
        st.integers(1, 3),
        st.integers(0, 1),
        st.sampled_from([BILLER, OTHER]),
    )

    def lines(of: list[Any]) -> list[ServiceLine]:
        return [
            line(n, code, DAY + timedelta(day), units=Decimal(units), rendering_provider=who)
            for n, (code, units, day, who) in enumerate(of, 1)
        ]

    own = lines(draw(st.lists(drawn, min_size=1, max_size=3)))
    before = [
        earlier(item, status=draw(st.sampled_from(["paid", "denied", "pending", None])))
        for item in lines(draw(st.lists(drawn, max_size=2)))
    ]
    return claim(*own), tuple(before), draw(st.booleans())


def completions(lines: tuple[HistoryLine, ...], is_all: bool) -> Iterator[tuple[HistoryLine, ...]]:
    """Every history that the known one may be: each line paid or not, and up to six units more."""
    open_at = [at for at, item in enumerate(lines) if item.status in ("pending", None)]
    for counted in product((True, False), repeat=len(open_at)):
        dropped = {at for at, counts in zip(open_at, counted, strict=True) if not counts}
        kept = tuple(item for at, item in enumerate(lines) if at not in dropped)
        yield kept
        if not is_all:
            for more, day, who in product(range(1, 7), (0, 1), (BILLER, OTHER)):
                extra = line(9, "95115", DAY + timedelta(day), units=Decimal(more))
                yield (*kept, earlier(attrs.evolve(extra, rendering_provider=who)))


def wrong_lines(billed: Claim, history: tuple[HistoryLine, ...]) -> dict[int, str | None]:
    """The lines with another code than the one for the units of their day and provider."""
    wrong = {}
    for item in billed.lines:
        if item.code in POOLED.codes:
            pool = [
                other.units
                for other in (*billed.lines, *history)
                if other.code in POOLED.codes
                and other.date_from == item.date_from
                and other.rendering_provider == item.rendering_provider
                and not (isinstance(other, HistoryLine) and other.status in ("denied", "void"))
            ]
            code = right_code(int(sum(pool)))
            if code != item.code:
                wrong[item.number] = code
    return wrong


@settings(max_examples=examples(150))
@given(drawn=pools())
def test_a_code_is_wrong_if_it_is_wrong_in_every_history(
    drawn: tuple[Claim, tuple[HistoryLine, ...], bool],
) -> None:
    """A line is returned with a code if all completions ask for that code, and open if they differ.

    The expected answer takes what is known for all there is, with pending lines as paid.
    """
    billed, lines, is_all = drawn
    history = History(lines=lines) if is_all else attrs.evolve(History.unknown(), lines=lines)
    decision = decide(POOLED, billed, history)
    answers = [wrong_lines(billed, kept) for kept in completions(lines, is_all)]
    expected = wrong_lines(billed, lines)
    all_found = {n: f.bill_instead for f in decision.findings for n in f.lines}
    for item in billed.lines:
        ways = {answer.get(item.number, "as billed") for answer in answers}
        known = found(decision).get(item.number, "as billed")
        is_open = any(item.number in entry.lines for entry in decision.not_evaluated)
        assert is_open == (len(ways) > 1)
        assert known in (ways if len(ways) == 1 else {"as billed"})
        assert all_found.get(item.number, "as billed") == expected.get(item.number, "as billed")


@settings(max_examples=examples(60))
@given(drawn=pools())
def test_a_fix_leaves_nothing_to_find(drawn: tuple[Claim, tuple[HistoryLine, ...], bool]) -> None:
    """The claim of a fix no longer has the finding."""
    billed, lines, _ = drawn
    for rule in (POOLED, BY_PANEL, attrs.evolve(POOLED, options=(option("95117", 2),))):
        for finding in decide(rule, billed, History(lines=lines)).proved_findings:
            if finding.cure and finding.cure.claim:
                numbers = found(decide(rule, finding.cure.claim, History(lines=lines)))
                assert not set(numbers) & set(finding.lines)
