"""Every word of a rule's vocabularies is laid out: none falls through to the meaning of another."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final, get_args

import attrs
import pytest
from shapes import BILLER, CITED, DAY, PAYER, claim, line, outcomes

from payer_rules.claims import Authorization, Claim, Member
from payer_rules.conformance.mutants import mutants_of
from payer_rules.engine.limits.calendars import DaySpan
from payer_rules.engine.limits.windows import calendar_of
from payer_rules.history import History
from payer_rules.kinds import FrequencyLimit
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Course, Window, WindowShape

#: Windows that hang on the services, or are the line itself.
NUMBERED: Final = ("rolling", "rolling-months", "anchored", "gap-full-months")
UNFRAMED: Final = ("line", "anchored", "course")
ASKED: Final = attrs.evolve(
    claim(line(1, "90853"), line(2, "90853")),
    member=Member(id="M", benefit_year_start="07-01"),
    episode_start=DAY,
    authorizations=(
        Authorization(
            number="A",
            codes=frozenset(["90853"]),
            date_from=date(2024, 8, 1),
            date_to=date(2024, 8, 31),
            provider=BILLER.npi,
        ),
    ),
)


def limit(**fields: Any) -> FrequencyLimit:
    """Return a limit of one service a day, with the window as given."""
    about: dict[str, Any] = {"limit": Decimal(1), "counts": "services", "window": Window("day")}
    return FrequencyLimit(
        id="p/limit", codes=frozenset(["90853"]), **{**about, "scope": "member", **fields}, **CITED
    )


def window(shape: WindowShape) -> Window:
    """A window of the shape."""
    begins = {"week": "sunday", "fiscal-year": "04-01"}.get(shape)
    course = Course(name="c", codes=frozenset(["90853"])) if shape == "course" else None
    return Window(shape, 2 if shape in NUMBERED else None, begins, course=course)


@pytest.mark.parametrize("shape", get_args(WindowShape))
def test_every_shape_of_window_is_laid_out(shape: WindowShape) -> None:
    """Each lies in the calendar in its own way, or not at all; only days and sessions are a day."""
    asked: Claim = ASKED
    if shape in UNFRAMED:
        with pytest.raises(AssertionError):
            calendar_of(window(shape), asked)
        return
    calendar = calendar_of(window(shape), asked)
    assert not isinstance(calendar, tuple)
    day = date(2024, 8, 20).toordinal()
    is_day = calendar.related_days(DaySpan(day, day)) == (day, day)
    assert is_day == (shape in ("day", "session"))


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("window", "fortnight"),
        ("counts", "sittings"),
        ("scope", "household"),
        ("pool", "by-sort"),
        ("excess", "deny-some"),
        ("keeps", "latest"),
        ("visit", "weekly"),
    ],
)
def test_a_word_that_is_none_of_them_is_no_other(name: str, word: str) -> None:
    """A rule that got past its construction with a strange word gives no answer."""
    counts = "visits" if name == "visit" else "services"
    rule = limit(counts=counts)
    value: object = word
    if name == "window":
        value = Window("day")
        object.__setattr__(value, "shape", word)
    object.__setattr__(rule, name, value)
    with pytest.raises((AssertionError, KeyError)):
        RuleBook.build(PAYER, [rule]).decide(ASKED, History())


@pytest.mark.parametrize("shape", get_args(WindowShape))
def test_every_shape_of_window_has_mutants_and_words(shape: WindowShape) -> None:
    """Each window has another one in its place, and a message for what breaks it."""
    rule = limit(window=window(shape))
    assert any(mutant.fact.startswith("window") for mutant in mutants_of(rule, ["90853"]))
    decision = RuleBook.build(PAYER, [attrs.evolve(rule, limit=Decimal(0))]).decide(
        ASKED, History()
    )
    assert outcomes(decision) == ["deny", "deny"]
