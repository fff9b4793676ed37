"""Minimums compared with an independent oracle, and what unknown services can change."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import attrs
import pytest
from examples import examples
from hypothesis import event, given, settings
from hypothesis import strategies as st
from limit_oracle import is_short, placements
from limit_shapes import situations
from shapes import CITED, DAY, PAYER, claim, gaps, line, outcomes, paid

from payer_rules.claims import Claim
from payer_rules.errors import InvalidValueError
from payer_rules.history import History, HistoryLine
from payer_rules.kinds import Exemption, FrequencyLimit, FrequencyMinimum
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Window

EXAMPLES: Final = examples(300, times=5)
ONE_DAY: Final = timedelta(days=1)
#: No window around the claims ends later.
LATE: Final = date(2027, 1, 1)
GROUP: Final = frozenset(["90853"])
INDIVIDUAL: Final = frozenset(["90834"])
WINDOWS: Final = (
    Window("day"),
    Window("week", None, "sunday"),
    Window("month"),
    Window("rolling", 7),
    Window("rolling-months", 1),
    Window("calendar-year"),
    Window("fiscal-year", None, "04-01"),
    Window("benefit-year"),
)


@st.composite
def minimums(
    draw: st.DrawFn,
) -> tuple[FrequencyMinimum, FrequencyLimit, Claim, list[HistoryLine]]:
    """Draw a minimum, a limit that counts the same services, a claim and a complete history."""
    limit, asked, history = draw(situations())
    of_a_line = limit.counts in ("units", "services", "minutes")
    windows = [*WINDOWS, Window("line")] if of_a_line else WINDOWS
    scopes: Any = st.sampled_from(["member", "provider", "rendering", "billing", "specialty"])
    limit = attrs.evolve(
        limit,
        window=draw(st.sampled_from(windows)),
        scope=draw(scopes),
        visit="date-and-provider",
        exempt=draw(st.sampled_from([None, Exemption(modifier=frozenset(["59"]))])),
    )
    if limit.counts in ("points", "allowed"):
        limit = attrs.evolve(limit, counts="units", points=None)
    timed = limit.counts.endswith("minutes")
    minimum = FrequencyMinimum(
        id="p/minimum",
        codes=draw(st.sampled_from([GROUP, GROUP | INDIVIDUAL])),
        at_least=Decimal(draw(st.sampled_from([30, 60, 120] if timed else [1, 2, 3, 4]))),
        counts=limit.counts,
        window=limit.window,
        scope=limit.scope,  # type: ignore[arg-type]
        of=draw(st.sampled_from([None, INDIVIDUAL, GROUP | INDIVIDUAL])),
        earlier_only=limit.window.shape != "line" and draw(st.booleans()),
        exempt=limit.exempt,
        **CITED,
    )
    history = [attrs.evolve(line, member="M") for line in history]
    return minimum, limit, attrs.evolve(asked, received=LATE), history


def decide(minimum: FrequencyMinimum, asked: Claim, history: History) -> Any:
    """Return the decision by the minimum alone."""
    return RuleBook.build(PAYER, [minimum]).decide(asked, history)


def open_lines(decision: Any) -> set[int]:
    """Return the numbers of the lines on which the minimum is not evaluated."""
    entries = [entry for entry in decision.not_evaluated if entry.rule == "p/minimum"]
    return {number for entry in entries for number in entry.lines}


def short_lines(decision: Any) -> set[int]:
    """Return the numbers of the lines with a finding."""
    return {number for finding in decision.proved_findings for number in finding.lines}


@settings(max_examples=EXAMPLES)
@given(minimums())
def test_the_engine_agrees_with_the_oracle(
    drawn: tuple[FrequencyMinimum, FrequencyLimit, Claim, list[HistoryLine]],
) -> None:
    """A line is short if no window around it holds enough, however its services are spread."""
    minimum, limit, asked, history = drawn
    decision = decide(minimum, asked, History(lines=history))
    short, is_open = short_lines(decision), open_lines(decision)
    has_spans = any(item.days > 1 for item in (*asked.lines, *history))
    assert has_spans or not is_open
    for item in asked.lines:
        if item.code not in minimum.codes:
            continue
        answers = {
            is_short(minimum, limit, asked, history, item, placed)
            for placed in placements(limit, asked, history)
        }
        event(f"{minimum.window.shape}, {answers}")
        if item.number not in is_open:
            assert answers == {item.number in short}


@settings(max_examples=EXAMPLES)
@given(minimums(), st.data())
def test_unknown_services_can_only_add(
    drawn: tuple[FrequencyMinimum, FrequencyLimit, Claim, list[HistoryLine]], data: st.DataObject
) -> None:
    """With a part of the history, what is enough stays enough, and what is short is short later."""
    minimum, _, asked, history = drawn
    since = data.draw(st.sampled_from([date.max, *(item.date_from for item in history)]))
    known = [item for item in history if item.date_from >= since or data.draw(st.booleans())]
    partly = decide(minimum, asked, History(lines=known, covers_from=since))
    wholly = decide(minimum, asked, History(lines=history))
    assert short_lines(partly) <= short_lines(wholly)
    numbers = {item.number for item in asked.lines}
    enough = numbers - short_lines(partly) - open_lines(partly)
    assert not enough & short_lines(wholly)


def three_a_week(**fields: Any) -> FrequencyMinimum:
    """Return a minimum of three services in a week from Sunday."""
    about: dict[str, Any] = {
        "id": "p/minimum",
        "codes": GROUP,
        "at_least": Decimal(3),
        "counts": "services",
        "window": Window("week", None, "sunday"),
        "scope": "member",
    }
    return FrequencyMinimum(**{**about, **fields}, **CITED)


@pytest.mark.parametrize(
    ("received", "answer"),
    [
        (None, {("p/minimum", "claim", "received")}),
        (date(2024, 8, 17), {("p/minimum", "claim", "window_end")}),
        (date(2024, 8, 18), set()),
    ],
)
def test_a_window_that_has_not_ended_is_open(
    received: date | None, answer: set[tuple[str, str, str]]
) -> None:
    """Until the week has ended, further services may follow: the line is not short yet."""
    asked = claim(line(1, "90853"), received=received)
    decision = decide(three_a_week(), asked, History())
    assert gaps(decision) == answer
    assert outcomes(decision) == (["unknown"] if answer else ["deny"])
    assert [item.expected for item in decision.lines] == (["pay"] if answer else ["deny"])


def test_earlier_services_alone_need_no_end() -> None:
    """A minimum of services on earlier days is known on the day of the line."""
    minimum = three_a_week(earlier_only=True, of=INDIVIDUAL, at_least=Decimal(2))
    asked = claim(line(1, "90853"), line(2, "90834"))
    before = [paid("90834", DAY - n * ONE_DAY, f"H{n}") for n in (1, 2)]
    assert outcomes(decide(minimum, asked, History(lines=before))) == ["pay", "pay"]
    decision = decide(minimum, asked, History(lines=before[:1]))
    assert outcomes(decision) == ["deny", "pay"]
    assert decision.findings[0].message == (
        "90853 on 2024-08-15: 1 of at least 2 services of 90834 on earlier days in the week "
        "2024-08-11 to 2024-08-17"
    )


def test_a_line_that_another_rule_denies_does_not_count() -> None:
    """Only services that are paid make enough."""
    limit = FrequencyLimit(
        id="p/limit",
        codes=INDIVIDUAL,
        limit=Decimal(1),
        counts="services",
        window=Window("day"),
        scope="member",
        **CITED,
    )
    minimum = three_a_week(of=INDIVIDUAL, at_least=Decimal(2))
    asked = claim(line(1, "90853"), line(2, "90834"), line(3, "90834"), received=LATE)
    book = RuleBook.build(PAYER, [minimum, limit])
    assert outcomes(book.decide(asked, History())) == ["deny", "pay", "deny"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"window": Window("anchored", 30)}, "in a window of shape 'anchored'"),
        ({"window": Window("lifetime")}, "'lifetime' never ends"),
        ({"window": Window("line"), "counts": "days"}, "days cannot be counted on one line"),
        ({"of": frozenset()}, "of lists no code"),
        ({"at_least": Decimal(0)}, "at_least is 0"),
        ({"exempt": Exemption(authorized=True)}, "does not exempt lines that an authorization"),
    ],
)
def test_what_cannot_be_a_minimum(fields: dict[str, Any], message: str) -> None:
    """A minimum without a number, without codes, or in a window that never ends is an error."""
    with pytest.raises(InvalidValueError, match=message):
        three_a_week(**fields)
