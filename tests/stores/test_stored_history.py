"""Laws of stored histories: they answer as the same lines in memory do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from typing import Any, Final

from examples import examples
from generated import values_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payer_rules.history import History, HistoryLine, HistoryQuery
from payer_rules.stores import StoredHistory
from payer_rules.stores.line_rows import line_of, row_of

#: The fixtures are stores' makers, which no example changes.
PROPERTY: Final = settings(
    max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
START: Final = date(2024, 1, 1)


@st.composite
def lines_of_few(draw: st.DrawFn) -> tuple[HistoryLine, ...]:
    """Lines of few members, codes, claims and days, with all their other facts."""
    from attrs import evolve

    found = []
    lines = draw(st.lists(values_of(HistoryLine), min_size=1, max_size=2))
    for line in draw(st.lists(st.sampled_from(lines), max_size=8)):
        first = START + timedelta(days=draw(st.integers(0, 40)))
        found.append(
            evolve(
                line,
                member=draw(st.sampled_from(["A", "B", "C"])),
                claim=draw(st.sampled_from(["C1", "C2", "C3"])),
                code=draw(st.sampled_from(["90853", "90834"])),
                date_from=first,
                date_to=first + timedelta(days=draw(st.sampled_from([0, 0, 0, 3, 30]))),
                revenue_code=None,
            )
        )
    return tuple(found)


@st.composite
def queries(draw: st.DrawFn) -> HistoryQuery:
    """Queries for members, or for a provider who is in no line or in some."""
    first = START + timedelta(days=draw(st.integers(-10, 50)))
    codes = st.sampled_from([None, frozenset(["90853"]), frozenset(["90834", "90853", "90847"])])
    span: dict[str, Any] = {
        "date_from": first,
        "date_to": first + timedelta(days=draw(st.integers(0, 30))),
    }
    if draw(st.booleans()):
        members = draw(st.frozensets(st.sampled_from(["A", "B", "C", "D"]), min_size=1))
        return HistoryQuery(members=members, codes=draw(codes), **span)
    return HistoryQuery(rendering="1234567893", codes=draw(codes), **span)


@given(line=values_of(HistoryLine))
def test_a_row_has_every_fact_of_a_line(line: HistoryLine) -> None:
    """A line that is made of its row equals the line."""
    assert line_of((*row_of(line), 1, 1)) == line


@PROPERTY
@given(lines=lines_of_few(), asked=st.lists(queries(), max_size=4))
def test_a_store_answers_as_memory_does(
    stored: Callable[[History], StoredHistory],
    lines: tuple[HistoryLine, ...],
    asked: list[HistoryQuery],
) -> None:
    """The same queries find the same lines, with the same coverage."""
    history = History(lines=lines, covers_from=START, covers_billing="1234567893")
    with closing(stored(history)) as store:
        found, expected = store.select(asked), history.select(asked)
        assert Counter(found.lines) == Counter(expected.lines)
        assert attrs_of(found) == attrs_of(expected)
        members = ["A", "B", "C", "D"]
        assert store.members_among(members) == history.members_among(members)
        assert store.undecided_among(members) == history.undecided_among(members)
        assert store.claims_of(members) == history.claims_of(members)
        assert store.overview() == history.overview()
        assert sorted(store.first_members(9)) == sorted(history.first_members(9))


def test_a_long_line_that_began_before_the_days_is_found(
    stored: Callable[[History], StoredHistory],
) -> None:
    """A line shares a day with the query if it ends in it, for members and for providers."""
    line = HistoryLine(
        claim="C1", member="A", code="90853", date_from=START, date_to=START + timedelta(days=30)
    )
    day = START + timedelta(days=20)
    with closing(stored(History(lines=[line]))) as store:
        for asked in (
            HistoryQuery(members=frozenset("A"), codes=None, date_from=day, date_to=day),
            HistoryQuery(rendering="1234567893", codes=None, date_from=day, date_to=day),
        ):
            assert store.select([asked]).lines == (line,)


def attrs_of(history: History) -> tuple[object, ...]:
    """The coverage of the history."""
    return history.covers_from, history.covers_billing, history.covers_rendering
