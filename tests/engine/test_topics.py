"""Topics of a payer's policies: what a line touches, and what was read of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Final

import attrs
import pytest
from shapes import CITED, DAY, claim, line, paid

from payer_rules import from_dict, to_dict
from payer_rules.decisions import Decision
from payer_rules.errors import InvalidValueError
from payer_rules.history import History
from payer_rules.kinds import (
    AddOnCode,
    Coverage,
    FrequencyLimit,
    ModifierRequirement,
    PlaceOfServiceRequirement,
    ProviderRequirement,
    SameDayCombination,
    SessionRequirement,
)
from payer_rules.rulebook import RuleBook
from payer_rules.rules import (
    DateRange,
    OtherLine,
    Payer,
    ProviderCriteria,
    Rule,
    Topic,
    TopicStatement,
    TopicStatus,
    When,
    Window,
)
from payer_rules.rules.carried_texts import carried_text

PAYER: Final = Payer(id="p", name="P", kind="commercial")
NOTHING_BEFORE: Final = History(lines=())
EARLIER: Final = History(lines=(paid("90834", DAY),))
VIDEO: Final = {"modality": "video", "place_of_service": "10"}
READ: Final = DateRange(date(2024, 1, 1), date(2024, 12, 31))


def rule(kind: type[Rule], *codes: str, **facts: Any) -> Rule:
    """Return a rule of the kind on the codes, or on 90853."""
    about: dict[str, Any] = {"id": "p/rule", **CITED}
    if kind is not SameDayCombination:
        about["codes"] = frozenset(codes or ["90853"])
    return kind(**{**about, **facts})


def limit(counts: str = "units", window: Window | None = None, **facts: Any) -> Rule:
    """Return a limit of one on 90853, by day by default."""
    about: dict[str, Any] = {"limit": Decimal(1), "scope": "member", **facts}
    return rule(FrequencyLimit, counts=counts, window=window or Window("day"), **about)


def pair(first: str, second: str) -> Rule:
    """Return a rule that the second code is not paid with the first."""
    codes = {"first": frozenset([first]), "second": frozenset([second])}
    return rule(SameDayCombination, **codes, indicator=0, scope="member")


def none(topic: Topic, verified: DateRange = READ) -> TopicStatement:
    """Return the statement that a text was read and states no rule on the topic of 90853."""
    codes = frozenset(["90853"])
    return TopicStatement(topic=topic, codes=codes, none=CITED["citations"], verified=verified)


def status(
    topic: Topic,
    *rules: Rule,
    line_facts: dict[str, Any] | None = None,
    others: Iterable[str] = (),
    history: History | None = NOTHING_BEFORE,
    statements: tuple[TopicStatement, ...] = (),
    **claim_facts: Any,
) -> TopicStatus:
    """Return the status of the topic on a line of 90853, with lines of other codes on its day."""
    code = (line_facts or {}).get("code", "90853")
    facts = {key: value for key, value in (line_facts or {}).items() if key != "code"}
    first = attrs.evolve(line(1, code), **facts)
    lines = [first, *(line(number, other) for number, other in enumerate(others, 2))]
    book = RuleBook.build(attrs.evolve(PAYER, topics=statements), rules)
    return book.decide(claim(*lines, **claim_facts), history).lines[0].topics[topic]


TOUCHED: Final = [
    ("frequency", {}, (), NOTHING_BEFORE, True),
    ("provider", {}, (), NOTHING_BEFORE, True),
    ("combination", {}, (), NOTHING_BEFORE, False),
    ("combination", {}, ("90834",), NOTHING_BEFORE, True),
    ("combination", {}, ("90853",), NOTHING_BEFORE, False),
    ("combination", {}, (), EARLIER, True),
    ("combination", {}, (), None, True),
    ("combination", {"code": "90785"}, (), NOTHING_BEFORE, True),
    ("modifier", {}, (), NOTHING_BEFORE, False),
    ("modifier", {"modifiers": ("HQ",)}, (), NOTHING_BEFORE, True),
    ("modifier", {"modality": "video"}, (), NOTHING_BEFORE, True),
    ("modifier", {"place_of_service": "10"}, (), NOTHING_BEFORE, True),
    ("place", {}, (), NOTHING_BEFORE, False),
    ("place", {"modality": "in-person"}, (), NOTHING_BEFORE, False),
    ("place", {"place_of_service": "12"}, (), NOTHING_BEFORE, True),
    ("place", {"place_of_service": None}, (), NOTHING_BEFORE, True),
    ("place", {"modality": "audio"}, (), NOTHING_BEFORE, True),
    ("session", {}, (), NOTHING_BEFORE, True),
    ("session", {"code": "99213"}, (), NOTHING_BEFORE, False),
]


@pytest.mark.parametrize(("topic", "facts", "others", "history", "touched"), TOUCHED)
def test_a_line_touches_a_topic_as_the_table_says(
    topic: Topic,
    facts: dict[str, Any],
    others: tuple[str, ...],
    history: History | None,
    touched: bool,
) -> None:
    """Frequency and provider are always touched, the others by what the line or its day has."""
    found = status(topic, line_facts=facts, others=others, history=history)
    assert found == ("unread" if touched else "not touched")


READ_FREQUENCY: Final = [
    (limit(), {}, True),
    (limit(window=Window("line")), {}, True),
    (limit(window=Window("session")), {"units": Decimal(99)}, True),
    (limit("services"), {}, True),
    (limit("services"), {"units": Decimal(99)}, False),
    (limit("visits"), {}, False),
    (limit("minutes"), {}, False),
    (limit(window=Window.rolling(7)), {}, False),
    (limit(window=Window("calendar-year")), {}, False),
    (limit(scope="all-members"), {}, False),
    (rule(ProviderRequirement, personally=True), {}, False),
]


@pytest.mark.parametrize(("stated", "facts", "read"), READ_FREQUENCY)
def test_only_a_limit_of_units_on_a_short_window_reads_the_frequency(
    stated: Rule, facts: dict[str, Any], read: bool
) -> None:
    """A limit of a week or a year, of visits, or of a provider's day leaves the units unread."""
    assert status("frequency", stated, line_facts=facts) == ("checked" if read else "unread")


NGS: Final = attrs.evolve(none("session"), when=When(contractor=frozenset(["ngs"])))
OF_CONTRACTORS: Final[list[tuple[str | None, TopicStatus]]] = [
    ("ngs", "none stated"),
    ("wps", "unread"),
    (None, "unread"),
]


@pytest.mark.parametrize(("contractor", "expected"), OF_CONTRACTORS)
def test_a_statement_with_conditions_reads_lines_on_which_they_are_known_to_hold(
    contractor: str | None, expected: TopicStatus
) -> None:
    """A text of one contractor is not read for claims of another one, nor of an unknown one."""
    assert status("session", statements=(NGS,), contractor=contractor) == expected


def test_a_statement_has_no_condition_on_other_lines() -> None:
    """What was read does not depend on the history, and what was not read on nothing."""
    other = OtherLine(codes=frozenset(["90834"]))
    with pytest.raises(InvalidValueError, match="no condition on other lines"):
        attrs.evolve(NGS, when=When(same_day=other))
    with pytest.raises(InvalidValueError, match="what was not read has no conditions"):
        attrs.evolve(NGS, none=(), verified=None, unread="a policy exists")


def test_the_statement_that_there_is_no_limit_reads_the_frequency() -> None:
    """A rule without a limit, and a statement of the profile, are read as: none stated."""
    assert status("frequency", limit(limit="none")) == "none stated"
    assert status("frequency", statements=(none("frequency"),)) == "none stated"


def test_a_statement_on_an_administrative_topic_is_in_no_line() -> None:
    """Statements on authorizations and the like leave the topics of lines as they are."""
    assert status("frequency", statements=(none("authorization"),)) == "unread"


def test_a_combination_is_read_for_each_pair() -> None:
    """A rule on another pair leaves the pair of the day unread; either line's rule reads it."""
    assert status("combination", pair("90853", "90834"), others=["90834"]) == "checked"
    assert status("combination", pair("90834", "90853"), others=["90834"]) == "checked"
    assert status("combination", pair("90853", "90847"), others=["90834"]) == "unread"
    assert status("combination", pair("90853", "90834"), others=["90834", "90847"]) == "unread"
    add_on = rule(AddOnCode, "90785", primaries=frozenset(["90853"]))
    assert status("combination", add_on, others=["90785"]) == "checked"
    per_diem = rule(Coverage, when=When(same_day=OtherLine(codes=frozenset(["H0015"]))))
    assert status("combination", per_diem, others=["H0015"]) == "checked"
    assert status("combination", per_diem, others=["90834"]) == "unread"


def test_unknown_codes_of_the_day_are_read_by_a_statement_alone() -> None:
    """Where the history is unknown no rule on a pair reads the combination."""
    assert status("combination", pair("90853", "90834"), history=None) == "unread"
    stated = (none("combination"),)
    assert status("combination", history=None, statements=stated) == "none stated"


def test_a_modifier_is_read_by_a_rule_that_names_it() -> None:
    """Every modifier of the line must be named."""
    needs = rule(ModifierRequirement, any_of=frozenset(["HQ"]))
    assert status("modifier", needs, line_facts={"modifiers": ("HQ",)}) == "checked"
    assert status("modifier", needs, line_facts={"modifiers": ("HQ", "U8")}) == "unread"
    assert status("modifier", needs, line_facts={"modality": "video"}) == "unread"


def test_telehealth_is_read_by_a_rule_on_telehealth() -> None:
    """A rule for video reads modifiers and places of telehealth, of audio too."""
    video = When(modality=frozenset(["video"]))
    modifier = rule(ModifierRequirement, when=video, any_of=frozenset(["95"]))
    assert status("modifier", modifier, line_facts={"modality": "video"}) == "checked"
    assert status("modifier", modifier, line_facts={"modality": "audio"}) == "checked"
    place = rule(PlaceOfServiceRequirement, when=video, any_of=frozenset(["10"]))
    assert status("place", place, line_facts=VIDEO) == "checked"
    assert status("place", place, line_facts={"modality": "audio"}) == "checked"


@pytest.mark.parametrize("place", ["12", "41", None])
def test_a_rule_on_telehealth_reads_no_place_of_a_service_in_person(place: str | None) -> None:
    """Where telehealth is delivered is no text on places; a text that names a place is one."""
    video = When(modality=frozenset(["video"]))
    allowed = rule(PlaceOfServiceRequirement, when=video, any_of=frozenset(["10"]))
    barred = rule(PlaceOfServiceRequirement, when=video, none_of=frozenset(["12"]))
    facts = {"modality": "in-person", "place_of_service": place}
    assert status("place", allowed, line_facts=facts) == "unread"
    assert status("place", barred, line_facts=facts) == ("checked" if place == "12" else "unread")


SCOPED: Final[list[tuple[When, dict[str, Any]]]] = [
    (When(contractor=frozenset(["ngs"])), {"contractor": "novitas"}),
    (When(plan=frozenset(["hmo"])), {"plan": "ppo"}),
    (When(network=frozenset(["in-network"])), {"network": "out-of-network"}),
    (When(diagnosis=frozenset(["F33"])), {"diagnoses": ("F10.20",)}),
    (When(contractor=frozenset(["ngs"])), {}),
    (When(modality=frozenset(["video"])), {}),
    (When(rendered_by=ProviderCriteria(profession=frozenset(["lmft"]))), {}),
]


@pytest.mark.parametrize(("when", "facts"), SCOPED)
def test_a_rule_that_does_not_apply_or_may_not_reads_nothing(
    when: When, facts: dict[str, Any]
) -> None:
    """A rule out of scope, one that is false, and one whose conditions are not known read nothing.

    Only modifier and place are read by rules for another modality, modifier or place.
    """
    assert status("frequency", limit(when=when), **facts) == "unread"
    needs = rule(SessionRequirement, when=when, documented=frozenset(["attendance"]))
    assert status("session", needs, **facts) == "unread"
    if when.modality is None:
        place = rule(PlaceOfServiceRequirement, when=when, none_of=frozenset(["12"]))
        line_facts = {"place_of_service": "10"}
        assert status("place", place, line_facts=line_facts, **facts) == "unread"


AGES: Final = [
    ("primary", date(2023, 6, 30), None),
    ("primary", date(2022, 1, 1), None),
    ("primary", date(2023, 7, 1), "certain"),
    ("primary", date(2025, 6, 30), "certain"),
    ("primary", date(2025, 7, 1), "review"),
    ("primary", date(2028, 6, 30), "review"),
    ("primary", date(2028, 7, 1), "expired"),
    ("secondary", date(2023, 7, 1), "review"),
    ("secondary", date(2025, 6, 30), "review"),
    ("secondary", date(2025, 7, 1), "expired"),
    ("archived", date(2025, 6, 30), "review"),
]


@pytest.mark.parametrize(("confidence", "day", "expected"), AGES)
def test_the_age_of_a_text_runs_from_its_last_day(
    confidence: Any, day: date, expected: str | None
) -> None:
    """Primary texts hold two years, and for review five; others are for review two years."""
    cited = attrs.evolve(CITED["citations"][0], confidence=confidence)
    verified = DateRange(date(2023, 1, 1), date(2023, 6, 30))
    assert carried_text(verified, [cited], day) == expected


def test_an_earlier_text_is_carried_and_an_old_one_is_unread() -> None:
    """A text read for the year before is carried; one of ten years ago, or later, is not."""
    before = DateRange(date(2023, 1, 1), date(2023, 12, 31))
    old = DateRange(date(2013, 1, 1), date(2013, 12, 31))
    later = DateRange(date(2025, 1, 1), date(2025, 12, 31))
    found = [status("frequency", limit(verified=dates)) for dates in (READ, before, old, later)]
    assert found == ["checked", "carried", "unread", "unread"]
    stated = [(none("frequency", dates),) for dates in (READ, before, old, later)]
    found = [status("frequency", statements=statements) for statements in stated]
    assert found == ["none stated", "carried", "unread", "unread"]


def test_a_carried_text_reads_only_lines_to_which_it_applies() -> None:
    """A text of the year before whose program is not known on the claim reads nothing."""
    before = DateRange(date(2023, 1, 1), date(2023, 12, 31))
    when = When(contractor=frozenset(["ngs"]))
    assert status("frequency", limit(verified=before, when=when), contractor="ngs") == "carried"
    assert status("frequency", limit(verified=before, when=when)) == "unread"


VIDEO_ONLY: Final = When(modality=frozenset(["video"]))
VIDEO_PLACE: Final = rule(PlaceOfServiceRequirement, when=VIDEO_ONLY, any_of=frozenset(["10"]))
VIDEO_MODIFIER: Final = rule(ModifierRequirement, when=VIDEO_ONLY, any_of=frozenset(["95"]))


@pytest.mark.parametrize(
    ("topic", "video", "facts"),
    [
        ("place", VIDEO_PLACE, {"modality": "audio"}),
        ("place", VIDEO_PLACE, {"modality": "audio", "place_of_service": "12"}),
        ("modifier", VIDEO_MODIFIER, {"modality": "audio"}),
    ],
)
def test_a_carried_text_on_video_reads_other_telehealth(
    topic: Topic, video: Rule, facts: dict[str, Any]
) -> None:
    """A text of the year before speaks of the same lines as one that was read for the day."""
    before = DateRange(date(2023, 1, 1), date(2023, 12, 31))
    texts = [attrs.evolve(video, verified=dates) for dates in (READ, before)]
    assert [status(topic, text, line_facts=facts) for text in texts] == ["checked", "carried"]


def test_a_payer_bound_by_ncci_is_unread_without_its_tables() -> None:
    """Its own limit and its own pair do not read what NCCI edits may deny."""
    bound = attrs.evolve(PAYER, ncci="medicaid", ncci_citations=CITED["citations"])
    book = RuleBook.build(bound, [limit(), pair("90853", "90834")])
    asked = claim(line(1, "90853"), line(2, "90834"), setting="practitioner")
    topics = book.decide(asked, NOTHING_BEFORE).lines[0].topics
    assert (topics["frequency"], topics["combination"]) == ("unread", "unread")


def test_a_provider_is_read_by_a_rule_on_providers() -> None:
    """A requirement on providers that applies reads the topic."""
    who = ProviderCriteria(profession=frozenset(["psychologist"]))
    needs = rule(ProviderRequirement, rendered_by=who)
    assert status("provider", needs) == "checked"
    requires_none = When(rendered_by=who)
    assert status("provider", rule(ProviderRequirement, when=requires_none, personally=True)) == (
        "unread"
    )


def test_a_text_that_was_not_public_yet_reads_nothing() -> None:
    """What is known on a day has no statements about texts that were read for later days."""
    payer = attrs.evolve(PAYER, topics=(none("frequency"),))
    statuses = {
        known_on: RuleBook.build(payer, [], known_on=known_on)
        .decide(claim(line(1, "90853")), NOTHING_BEFORE)
        .lines[0]
        .topics["frequency"]
        for known_on in (date(2023, 12, 31), date(2024, 1, 1), None)
    }
    assert list(statuses.values()) == ["unread", "none stated", "none stated"]


BOUND: Final = attrs.evolve(PAYER, ncci="medicaid", ncci_citations=CITED["citations"])


@pytest.mark.parametrize(
    ("payer", "read", "modifiers", "in_part"),
    [
        (PAYER, limit(), (), ()),
        (BOUND, limit(), (), ("frequency",)),
        (PAYER, rule(ModifierRequirement, any_of=frozenset(["95"])), ("95", "HQ"), ("modifier",)),
        (PAYER, rule(ModifierRequirement, any_of=frozenset(["95"])), ("95",), ()),
        (PAYER, rule(Coverage), (), ()),
    ],
    ids=["read", "without the MUE", "one of two modifiers", "its modifier", "another topic"],
)
def test_an_unread_topic_of_which_a_part_was_read_is_marked(
    payer: Payer, read: Rule, modifiers: tuple[str, ...], in_part: tuple[Topic, ...]
) -> None:
    """The line names it, in the decision and in its JSON form, which is read back alike."""
    judged = claim(line(1, "90853", DAY, *modifiers), setting="practitioner")
    decision = RuleBook.build(payer, [read]).decide(judged, NOTHING_BEFORE)
    (found,) = decision.lines
    assert found.read_in_part == in_part
    assert all(found.topics[topic] == "unread" for topic in in_part)
    data: Any = to_dict(decision)
    assert data["lines"][0]["read_in_part"] == list(in_part)
    assert from_dict(Decision, to_dict(decision)).lines == decision.lines
