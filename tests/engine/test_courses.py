"""Courses of treatment: the place of a line compared with an oracle that looks at every day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from examples import examples
from hypothesis import event, given, settings
from hypothesis import strategies as st
from limit_oracle import month_later, place_in_course
from limit_shapes import COURSES
from shapes import CITED, DAY, PAYER, claim, gaps, line, outcomes, paid

from payer_rules.claims import Claim, TreatmentDates
from payer_rules.decisions import Decision
from payer_rules.errors import InvalidValueError
from payer_rules.examples import examples_of
from payer_rules.history import History, HistoryLine
from payer_rules.kinds import Coverage, FrequencyLimit
from payer_rules.kinds.course_words import course_text
from payer_rules.profiles.profile import read_profile
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Bounds, Course, CourseEnd, CoursePosition, When, Window
from payer_rules.rules.courses import OpeningDate

EXAMPLES: Final = examples(300, times=5)
ONE_DAY: Final = timedelta(days=1)
CODES: Final = ("90834", "90853", "90837")
TREATMENT: Final = Course(
    name="treatment", codes=frozenset(["90853"]), closes=CourseEnd(days_without=45)
)

PROFILE: Final = """
[payer]
id = "acme"
name = "Acme"
kind = "commercial"

[sources.A]
title = "Manual"
url = "https://example.com"
read = 2024-08-15
confidence = "primary"

[code_sets]
therapy = ["90834", "90853"]

[courses.NAME]
codes = ["@therapy"]
opens = ["90791"]
closes = { days_without = 45 }

[[frequency_limit]]
id = "six-in-a-course"
codes = ["@therapy"]
limit = 6
counts = "services"
window = { course = "treatment" }
scope = "member"
cites = ["A"]
rationale = "Six sessions in a course."

[[modifier_requirement]]
id = "kx-from-the-seventh-on"
codes = ["@therapy"]
when = { course = { course = "treatment", ordinal = { at_least = 7 } } }
any_of = ["KX"]
cites = ["A"]
rationale = "From the seventh session of a course on a modifier is needed."
"""

bounds = st.sampled_from(
    [
        None,
        Bounds(at_least=2),
        Bounds(at_most=1),
        Bounds(at_least=2, at_most=3),
        Bounds(at_least=5, at_most=8),
    ]
)
positions = st.builds(
    CoursePosition,
    course=st.sampled_from(COURSES),
    ordinal=bounds,
    day=bounds,
    month=st.sampled_from([None, None, Bounds(at_most=1), Bounds(at_least=2, at_most=3)]),
    number=bounds,
)


@st.composite
def situations(draw: st.DrawFn) -> tuple[CoursePosition, Claim, list[HistoryLine]]:
    """Draw a place in a course, a claim of one day to a line, and a complete history."""
    around = draw(st.sampled_from([date(2024, 1, 31), date(2024, 2, 29)]))
    days = st.integers(-14, 14).map(lambda n: around + n * ONE_DAY)
    codes = st.sampled_from(CODES)
    lines = [line(n + 1, draw(codes), draw(days)) for n in range(draw(st.integers(1, 3)))]
    # NOTE: some services are so long ago that months decide whether the course is closed.
    long_ago = st.sampled_from([0, 0, 0, 28, 31, 60])
    history = [
        paid(draw(codes), draw(days) - draw(long_ago) * ONE_DAY, f"H{n}")
        for n in range(draw(st.integers(0, 5)))
    ]
    return draw(positions), claim(*lines), history


def decide(position: CoursePosition, asked: Claim, history: History) -> Decision:
    """Return the decision by a rule that denies lines in the place."""
    rule = Coverage(
        id="p/rule", codes=frozenset(CODES), when=When(course=position), outcome="deny", **CITED
    )
    return RuleBook.build(PAYER, [rule]).decide(asked, history)


def denied(decision: Decision) -> set[int]:
    """Return the numbers of the lines that are denied."""
    return {number for finding in decision.proved_findings for number in finding.lines}


def open_lines(decision: Decision) -> set[int]:
    """Return the numbers of the lines of which something is missing."""
    entries = [entry for entry in decision.not_evaluated if entry.rule == "p/rule"]
    return {number for entry in entries for number in entry.lines}


def is_allowed(limits: Bounds | None, number: int) -> bool:
    """Return True if the number is within the bounds."""
    return limits is None or limits.allows(number)


def month_of(day: date, opened: date) -> int:
    """Return in which month of a course the day is, counted month by month."""
    return sum(month_later(opened, months) <= day for months in range(24))


@settings(max_examples=EXAMPLES)
@given(situations())
def test_the_place_of_a_line_is_that_of_the_oracle(
    situation: tuple[CoursePosition, Claim, list[HistoryLine]],
) -> None:
    """With everything known, each line has one place in a course, or is in none."""
    position, asked, history = situation
    decision = decide(position, asked, History(lines=history))
    assert not open_lines(decision)
    for item in asked.lines:
        place = place_in_course(position.course, [*history, *asked.lines], item)
        expected = place is not None and all(
            is_allowed(limits, number)
            for limits, number in zip(
                (position.ordinal, position.day, position.number, position.month),
                (*place[:3], month_of(item.date_from, place[3])),
                strict=True,
            )
        )
        event(f"{position.course.name}, {expected}")
        assert (item.number in denied(decision)) == expected


@settings(max_examples=EXAMPLES)
@given(situations(), st.data())
def test_every_possible_opening_gives_a_known_answer(
    situation: tuple[CoursePosition, Claim, list[HistoryLine]], data: st.DataObject
) -> None:
    """An answer by a part of the history is the answer by all of it, whatever that is."""
    position, asked, history = situation
    ends = [item.date_from for item in history]
    since = data.draw(st.sampled_from([date.max, *ends, *(day + ONE_DAY for day in ends)]))
    known = [item for item in history if item.date_from >= since]
    partly = decide(position, asked, History(lines=known, covers_from=since))
    wholly = decide(position, asked, History(lines=history))
    settled = {item.number for item in asked.lines} - open_lines(partly)
    event(f"{len(settled)} settled, {len(denied(partly))} denied")
    assert denied(partly) <= denied(wholly)
    assert settled & denied(wholly) == settled & denied(partly)


@settings(max_examples=EXAMPLES)
@given(situations(), st.data())
def test_a_pending_service_leaves_both_courses_possible(
    situation: tuple[CoursePosition, Claim, list[HistoryLine]], data: st.DataObject
) -> None:
    """What is known with pending services holds whether they are paid or denied."""
    position, asked, history = situation
    pending = [attrs.evolve(item, status="pending") for item in history if data.draw(st.booleans())]
    names = {item.claim for item in pending}
    others = [item for item in history if item.claim not in names]
    unclear = decide(position, asked, History(lines=[*others, *pending]))
    settled = {item.number for item in asked.lines} - open_lines(unclear)
    for chosen in (True, False):
        settled_as = [*others, *(history_line for history_line in history if chosen)]
        paid_lines = list({item.claim: item for item in settled_as}.values())
        clear = decide(position, asked, History(lines=paid_lines))
        assert settled & denied(clear) == settled & denied(unclear)


def at_most(number: int, course: Course = TREATMENT) -> FrequencyLimit:
    """Return a limit of so many group sessions in a course."""
    return FrequencyLimit(
        id="p/limit",
        codes=frozenset(["90853"]),
        limit=Decimal(number),
        counts="services",
        window=Window("course", course=course),
        scope="member",
        **CITED,
    )


@pytest.mark.parametrize(("ago", "outcome"), [(44, "deny"), (45, "deny"), (46, "pay")])
def test_a_course_is_closed_after_so_many_days_without_a_service(ago: int, outcome: str) -> None:
    """After 45 days between two services the second one opens another course."""
    book = RuleBook.build(PAYER, [at_most(1)])
    history = History(lines=[paid("90853", DAY - ago * ONE_DAY)])
    assert outcomes(book.decide(claim(line(1, "90853")), history)) == [outcome]


@pytest.mark.parametrize(("later", "outcome"), [(6, "deny"), (7, "pay")])
@pytest.mark.parametrize("closes", [CourseEnd(days=7), CourseEnd(months=1)])
def test_a_course_lasts_so_many_days(closes: CourseEnd, later: int, outcome: str) -> None:
    """A later service within the length counts, and the one after it opens another course."""
    course = attrs.evolve(TREATMENT, closes=closes)
    days = later if closes.days else later + 24
    book = RuleBook.build(PAYER, [at_most(1, course)])
    history = History(lines=[paid("90853", DAY + days * ONE_DAY)])
    assert outcomes(book.decide(claim(line(1, "90853")), history)) == [outcome]


def test_a_pause_in_the_known_history_is_enough() -> None:
    """Where a course certainly opened after the history begins, nothing before it matters."""
    book = RuleBook.build(PAYER, [at_most(2)])
    earlier = [paid("90853", DAY - 3 * ONE_DAY)]
    asked = claim(line(1, "90853"))
    long_known = History(lines=earlier, covers_from=DAY - 50 * ONE_DAY)
    assert outcomes(book.decide(asked, long_known)) == ["pay"]
    short_known = History(lines=earlier, covers_from=DAY - 10 * ONE_DAY)
    decision = book.decide(asked, short_known)
    assert outcomes(decision) == ["unknown"]
    assert gaps(decision) == {("p/limit", "history", "history")}
    full = History(lines=[*earlier, paid("90853", DAY, "H2")], covers_from=DAY - 10 * ONE_DAY)
    assert outcomes(book.decide(asked, full)) == ["deny"]


def test_a_profile_defines_a_course_and_its_rules_name_it(tmp_path: Path) -> None:
    """A window and a condition take the course of the name, with the codes of its sets."""
    text = PROFILE.replace("NAME", "treatment")
    (tmp_path / "acme.toml").write_text(text, encoding="utf-8")
    read = read_profile(tmp_path / "acme.toml", "p")
    assert read.problems == ()
    limit, modifier = read.rules
    course = Course(
        name="treatment",
        codes=frozenset(["90834", "90853"]),
        opens=frozenset(["90791"]),
        closes=CourseEnd(days_without=45),
    )
    assert limit.counting_window == Window("course", course=course)
    assert modifier.when.course == CoursePosition(course=course, ordinal=Bounds(at_least=7))


def test_a_course_that_is_wrong_is_reported_once(tmp_path: Path) -> None:
    """The rules that name a course with a problem are left out without further problems."""
    text = PROFILE.replace("NAME", "treatment").replace("days_without = 45", "days_without = 0")
    (tmp_path / "acme.toml").write_text(text, encoding="utf-8")
    (problem,) = read_profile(tmp_path / "acme.toml", "p").problems
    assert "days_without is 0" in problem.message


def test_the_message_names_the_course() -> None:
    """A finding says in which course the services were counted."""
    book = RuleBook.build(PAYER, [at_most(0)])
    (finding,) = book.decide(claim(line(1, "90853")), History()).findings
    assert finding.message == "first 90853 in one course of treatment (treatment); limit 0"


@pytest.mark.parametrize(
    ("construct", "message"),
    [
        (lambda: Course(name="c", codes=frozenset()), "codes lists no code"),
        (lambda: Course(name="c", codes=frozenset(["90853"]), opens=frozenset()), "opens lists no"),
        (lambda: CourseEnd(days=9, months=1), "days and months are both stated"),
        (lambda: CourseEnd(days_without=9, months_without=1), "days_without and months_without"),
        (lambda: Window("course"), "shape 'course' and course None"),
        (lambda: Window("day", course=TREATMENT), "shape 'day' and course"),
        (
            lambda: attrs.evolve(at_most(1), scope="all-members"),
            "a course is one of a member, and the scope is all-members",
        ),
    ],
)
def test_what_is_no_course(construct: Any, message: str) -> None:
    """A course without a service, with two ends of one kind, or over all members is an error."""
    with pytest.raises(InvalidValueError, match=message):
        construct()


#: A course that opens on a date of the claim, and what closes it.
ENDS: Final = (
    None,
    CourseEnd(days=7),
    CourseEnd(days_without=3),
    CourseEnd(months_without=1, months=2),
    CourseEnd(codes=frozenset(["90837"]), days_without=9),
)


@st.composite
def opened_courses(draw: st.DrawFn) -> tuple[Course, Course]:
    """Draw a course that a date opens, and the same course opened by a service of that day."""
    about: dict[str, Any] = {"codes": frozenset(CODES), "closes": draw(st.sampled_from(ENDS))}
    by_service = Course(name="a", opens=frozenset(["99999"]), **about)
    return Course(name="a", opens_on="onset", **about), by_service


def opened(asked: Claim, day: date) -> Claim:
    """Return the claim with the date of onset."""
    return attrs.evolve(asked, dates=TreatmentDates(onset=day))


@settings(max_examples=EXAMPLES)
@given(situations(), opened_courses(), st.integers(-20, 14), st.integers(0, 25))
def test_a_date_opens_a_course_as_a_service_on_that_day_does(
    situation: tuple[CoursePosition, Claim, list[HistoryLine]],
    courses: tuple[Course, Course],
    at: int,
    known: int,
) -> None:
    """Limits, and the days and ordinals of lines, are those of a course with an opening service.

    The service itself is one more of its course. History from the opening on is enough.
    """
    position, asked, history = situation
    by_date, by_service = courses
    start = date(2024, 2, 10) + at * ONE_DAY
    first = paid("99999", start, "H")
    ordinal = position.ordinal
    if ordinal is not None:
        more = [None if n is None else n + 1 for n in (ordinal.at_least, ordinal.at_most)]
        ordinal = Bounds(at_least=more[0], at_most=more[1])
    pairs = (
        (
            attrs.evolve(position, course=by_date, number=None),
            attrs.evolve(position, course=by_service, number=None, ordinal=ordinal),
        ),
    )
    with_service = History(lines=[first, *history])
    for mine, theirs in pairs:
        expected = decide(theirs, asked, with_service)
        found = decide(mine, opened(asked, start), History(lines=history))
        assert (denied(found), open_lines(found)) == (denied(expected), open_lines(expected))
        later = [item for item in history if item.date_from >= start]
        partly = History(lines=later, covers_from=start)
        assert denied(decide(mine, opened(asked, start), partly)) == denied(found)
        # NOTE: with less history nothing is found that would not be found with more.
        since = start + known * ONE_DAY
        kept = History(lines=[h for h in later if h.date_from >= since], covers_from=since)
        less = decide(mine, opened(asked, start), kept)
        assert denied(less) <= denied(found)
        assert denied(found) <= denied(less) | open_lines(less)
    limits = [limit_of(course, 2) for course in (by_date, by_service)]
    by_limit = [
        outcomes(
            RuleBook.build(PAYER, [limits[0]]).decide(opened(asked, start), History(lines=history))
        ),
        outcomes(RuleBook.build(PAYER, [limits[1]]).decide(asked, with_service)),
    ]
    assert by_limit[0] == by_limit[1]


def limit_of(course: Course, most: int) -> FrequencyLimit:
    """Return a limit of so many services in a course."""
    return FrequencyLimit(
        id="p/limit",
        codes=frozenset(CODES),
        limit=Decimal(most),
        counts="services",
        window=Window("course", course=course),
        scope="member",
        **CITED,
    )


def test_a_date_that_is_not_stated_leaves_the_course_open() -> None:
    """Without the date it is missing; with none, or before it, a line is in no course."""
    course = Course(name="a", codes=frozenset(CODES), opens_on="onset", closes=CourseEnd(days=7))
    position = CoursePosition(course=course, day=Bounds(at_most=7))
    asked = claim(line(1, "90853"))
    assert gaps(decide(position, asked, History())) == {("p/rule", "claim", "dates.onset")}
    none = attrs.evolve(asked, dates=TreatmentDates(onset="none"))
    assert outcomes(decide(position, none, History())) == ["pay"]
    for days, outcome in ((-1, "pay"), (0, "deny"), (6, "deny"), (7, "pay")):
        day = DAY - days * ONE_DAY
        assert outcomes(decide(position, opened(asked, day), History())) == [outcome]
    own = claim(
        line(1, "90853", dates=TreatmentDates(onset=DAY)), dates=TreatmentDates(onset="none")
    )
    assert outcomes(decide(position, own, History())) == ["deny"]
    two = claim(line(1, "90853", dates=TreatmentDates(onset=DAY)), line(2, "90853"))
    assert outcomes(decide(position, two, History())) == ["unknown", "unknown"]


@pytest.mark.parametrize(("opened_on", "months", "outcome"), [
    (date(2024, 1, 31), 1, "deny"), (date(2024, 2, 28), 1, "deny"), (date(2024, 2, 29), 2, "deny"),
    (date(2024, 3, 30), 2, "deny"), (date(2024, 3, 31), 3, "deny"), (date(2024, 3, 31), 2, "pay"),
])  # fmt: skip
def test_the_months_of_a_course_begin_on_its_day(
    opened_on: date, months: int, outcome: str
) -> None:
    """The second month of a course from 31 January begins on the last day of February."""
    course = Course(codes=frozenset(CODES), opens_on="onset")
    position = CoursePosition(course=course, month=Bounds(at_least=months, at_most=months))
    asked = opened(claim(line(1, "90853", opened_on)), date(2024, 1, 31))
    assert outcomes(decide(position, asked, History())) == [outcome]


def test_a_limit_on_first_services_is_one_on_courses() -> None:
    """Three courses of a year are paid; the fourth is not, and more of the third one is."""
    first = When(course=CoursePosition(course=TREATMENT, ordinal=Bounds(at_most=1)))
    rule = attrs.evolve(at_most(3), window=Window("calendar-year"), when=first)
    book = RuleBook.build(PAYER, [rule])
    opened_on = [DAY - days * ONE_DAY for days in (200, 150, 100)]
    history = History(lines=[paid("90853", day, f"H{day}") for day in opened_on])
    assert outcomes(book.decide(claim(line(1, "90853")), history)) == ["deny"]
    third = claim(line(1, "90853", DAY - 60 * ONE_DAY))
    assert outcomes(book.decide(third, history)) == ["pay"]


@pytest.mark.parametrize("name", ["accident", "last_menstrual_period"])
def test_an_injury_or_a_pregnancy_opens_a_course(name: OpeningDate) -> None:
    """Three services of a course are paid, and after the next date three more."""
    rule = at_most(3, Course(codes=frozenset(["90853"]), opens_on=name))
    book = RuleBook.build(PAYER, [rule])
    history = History(lines=[paid("90853", DAY - days * ONE_DAY, f"H{days}") for days in (9, 6, 3)])
    asked = claim(line(1, "90853"))
    assert ("p/limit", "claim", f"dates.{name}") in gaps(book.decide(asked, history))
    for days, outcome in ((9, "deny"), (8, "pay")):
        dates = TreatmentDates(**{name: DAY - days * ONE_DAY})
        assert outcomes(book.decide(attrs.evolve(asked, dates=dates), history)) == [outcome]


def test_a_course_is_opened_by_codes_or_by_a_date() -> None:
    """Both at once are an error, and words name the date."""
    with pytest.raises(InvalidValueError, match="opens and opens_on are both stated"):
        Course(codes=frozenset(CODES), opens=frozenset(CODES), opens_on="onset")
    course = Course(
        name="a", codes=frozenset(["90853"]), opens_on="onset", closes=CourseEnd(days=7)
    )
    assert course_text(course) == (
        "a: opened on the date of onset of the claim, with 90853, ended 7 days after it opens"
    )
    for rule in (
        limit_of(course, 2),
        Coverage(
            id="p/rule",
            codes=frozenset(["90853"]),
            when=When(course=CoursePosition(course=course, day=Bounds(at_least=3))),
            **CITED,
        ),
    ):
        assert examples_of(rule, PAYER).rejected
