"""Laws of the history: what is found, and that it does not matter how it came together."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from payer_rules.history import History, HistoryLine

START: Final = date(2024, 1, 1)


def line(at: int, member: str, code: str, day: int, days: int, units: int) -> HistoryLine:
    """A line of a claim of its own, so many days long."""
    first = START + timedelta(days=day)
    return HistoryLine(
        claim=f"C{at:03}",
        member=member,
        code=code,
        units=Decimal(units),
        date_from=first,
        date_to=first + timedelta(days=days),
    )


LINES: Final = st.lists(
    st.tuples(
        st.sampled_from("AB"),
        st.sampled_from(["90853", "90834"]),
        st.integers(0, 40),
        st.integers(0, 5),
        st.integers(1, 3),
    ),
    max_size=30,
).map(lambda drawn: tuple(line(at, *item) for at, item in enumerate(drawn)))
ANY: Final = [(member, code) for member in ("A", "B", None) for code in ("90853", None)]


def most_units(history: History, member: str, first: date, last: date) -> Decimal:
    """Return the most units of group psychotherapy of the member in the span."""
    parts = [by_code["90853"] for by_code in history.running_totals(member) if "90853" in by_code]
    days = first.toordinal(), last.toordinal()
    return sum((totals.within(*days).units for totals in parts), Decimal(0))


@given(
    lines=LINES, cuts=st.lists(st.integers(1, 5)), first=st.integers(0, 45), days=st.integers(0, 9)
)
def test_a_history_may_grow(
    lines: tuple[HistoryLine, ...], cuts: list[int], first: int, days: int
) -> None:
    """One that is made longer again and again answers as one made at once."""
    grown, rest = History.unknown(), lines
    for cut in [*cuts, len(rest)]:
        grown, rest = grown.extended(rest[:cut]), rest[cut:]
    whole = History.unknown(lines)
    assert grown == whole
    span = (START + timedelta(days=first), START + timedelta(days=first + days))
    for member, code in ANY:
        found = list(grown.lines_between(*span, member=member, code=code))
        assert found == list(whole.lines_between(*span, member=member, code=code))
        assert found == sorted(
            (
                item
                for item in lines
                if member in (item.member, None)
                and code in (item.code, None)
                and item.date_from <= span[1]
                and span[0] <= item.date_to
            ),
            key=lambda item: (item.date_from, item.claim),
        )
    joined = grown.joined(History.unknown(lines[:1]))
    for member in "AB":
        has_line = any(grown.lines_between(*span, member=member))
        assert grown.has_line(*span, member=member) is has_line
        assert whole.has_line(*span, member=member) is has_line
        assert joined.has_line(*span, member=member) is has_line
        there = sum(item.units for item in grown.lines_between(*span, member=member, code="90853"))
        # NOTE: the most that there may be is reported without looking at each line.
        assert there <= most_units(grown, member, *span) <= most_units(whole, member, *span)
