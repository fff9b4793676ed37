"""Rules that judge each line by itself, kind by kind, at their boundaries."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapes import BILLER, CITED, DAY, PAYER, claim, gaps, limit, line, outcomes, paid

from payer_rules.claims import Authorization, Claim, Provider, Session
from payer_rules.decisions import Decision
from payer_rules.errors import InvalidValueError
from payer_rules.history import History
from payer_rules.kinds import (
    AuthorizationRequirement,
    Check,
    Coverage,
    DiagnosisRequirement,
    DuplicateService,
    MissingInformation,
    ModifierRequirement,
    PlaceOfServiceRequirement,
    ProviderRequirement,
    SameDayCombination,
    SessionRequirement,
    TimelyFiling,
    Violation,
)
from payer_rules.kinds.required_field.evaluator import is_npi
from payer_rules.kinds.timely_filing.evaluator import last_day
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Adjustment, Bounds, DateRange, ProviderCriteria, Rule, TimeLimit, When

EMPTY = History()
GROUP = frozenset(["90853"])


def rule_of(kind: type[Rule], name: str = "rule", **fields: Any) -> Any:
    """A rule of the kind on 90853."""
    return kind(id=f"p/{name}", **{"codes": GROUP, **CITED, **fields})


def decide(rule: Rule, judged: Claim, history: History | None = EMPTY) -> Decision:
    """Return the decision of the rule alone."""
    return RuleBook.build(PAYER, [rule]).decide(judged, history)


def group(number: int = 1, day: date = DAY, **fields: Any) -> Any:
    """A line with 90853."""
    return line(number, "90853", day, **fields)


@pytest.mark.parametrize(
    ("session", "minutes", "expected"),
    [
        (Session(start=time(10), end=time(11)), None, "pay"),
        (Session(start=time(10), end=time(10, 59)), None, "deny"),
        (Session(start=time(23, 30), end=time(0, 30)), None, "pay"),
        (Session(start=time(10), end=time(11)), 59, "deny"),
        (Session(start=time(10)), None, "unknown"),
        ("none", None, "unknown"),
        (None, 60, "pay"),
    ],
)
def test_minutes_are_those_billed_else_from_start_to_end(
    session: Any, minutes: int | None, expected: str
) -> None:
    """An hour is an hour on the line, on the clock, and past midnight."""
    rule = rule_of(SessionRequirement, minutes=Bounds(at_least=60))
    judged = claim(group(session=session, minutes=minutes))
    assert outcomes(decide(rule, judged)) == [expected]


def test_minutes_of_the_day_are_summed() -> None:
    """Lines of one provider and day count together, paid ones too; what is missing only adds."""
    rule = rule_of(SessionRequirement, minutes=Bounds(at_most=100), minutes_of="day")
    both = claim(group(1, minutes=60), group(2, minutes=60))
    assert outcomes(decide(rule, both)) == ["deny", "deny"]
    assert outcomes(decide(rule, claim(group(minutes=60)))) == ["pay"]
    before = History(lines=[paid("90853", DAY, minutes=60)])
    assert outcomes(decide(rule, claim(group(minutes=60)), before)) == ["deny"]
    assert gaps(decide(rule, claim(group(1, minutes=60), group(2)))) == {
        ("p/rule", "record", "minutes")
    }
    assert gaps(decide(rule, claim(group(minutes=60)), None)) == {("p/rule", "history", "history")}
    most = rule_of(SessionRequirement, minutes=Bounds(at_least=30), minutes_of="day")
    assert outcomes(decide(most, claim(group(minutes=60)), None)) == ["pay"]


def test_a_record_must_hold_all_that_is_asked() -> None:
    """What is not documented is a finding of the record, which its completion would cure."""
    rule = rule_of(SessionRequirement, documented=frozenset(["topic", "attendance"]))
    part = Session(documented=frozenset(["topic"]))
    (finding,) = decide(rule, claim(group(session=part))).proved_findings
    assert (finding.detected_in, "attendance" in finding.message) == ("record", True)
    assert finding.cure is not None
    assert finding.cure.claim is not None
    assert decide(rule, finding.cure.claim).proved_findings == ()
    assert decide(rule, claim(group(session="none"))).proved_findings
    assert gaps(decide(rule, claim(group(session=Session())))) == {
        ("p/rule", "record", "session.documented")
    }


def test_several_problems_of_a_line_are_one_finding() -> None:
    """A group too large and too short is reported in one message."""
    rule = rule_of(SessionRequirement, group_size=Bounds(at_most=12), minutes=Bounds(at_least=60))
    (finding,) = decide(
        rule, claim(group(minutes=50, session=Session(group_size=13)))
    ).proved_findings
    assert "13" in finding.message
    assert "50 minutes" in finding.message


PSYCHOLOGIST = Provider(npi="1234567802", profession="psychologist")
TRAINEE = Provider(npi="1234567810", profession="trainee", supervised_by=PSYCHOLOGIST)
ALONE = Provider(npi="1234567810", profession="trainee", supervised_by="none")
UNSEEN = Provider(npi="1234567810", profession="trainee")
PSYCHOLOGISTS = ProviderCriteria(profession=frozenset(["psychologist"]))
TRAINEES = ProviderCriteria(profession=frozenset(["trainee"]))


@pytest.mark.parametrize(
    ("asks", "rendering", "performing", "expected"),
    [
        ({"rendered_by": PSYCHOLOGISTS}, PSYCHOLOGIST, TRAINEE, "pay"),
        ({"rendered_by": PSYCHOLOGISTS}, TRAINEE, None, "deny"),
        ({"performed_by": PSYCHOLOGISTS}, PSYCHOLOGIST, TRAINEE, "deny"),
        ({"performed_by": PSYCHOLOGISTS}, PSYCHOLOGIST, None, "pay"),
        ({"not_rendered_by": TRAINEES}, TRAINEE, None, "deny"),
        ({"not_performed_by": TRAINEES}, PSYCHOLOGIST, TRAINEE, "deny"),
        ({"not_performed_by": TRAINEES}, PSYCHOLOGIST, None, "pay"),
        ({"personally": True}, PSYCHOLOGIST, TRAINEE, "deny"),
        ({"personally": True}, PSYCHOLOGIST, None, "pay"),
        ({"supervised_by": PSYCHOLOGISTS}, PSYCHOLOGIST, TRAINEE, "pay"),
        ({"supervised_by": PSYCHOLOGISTS}, PSYCHOLOGIST, ALONE, "deny"),
        ({"supervised_by": TRAINEES}, PSYCHOLOGIST, TRAINEE, "deny"),
        ({"supervised_by": PSYCHOLOGISTS}, PSYCHOLOGIST, UNSEEN, "unknown"),
        ({"rendered_by": PSYCHOLOGISTS}, BILLER, None, "unknown"),
    ],
)
def test_who_rendered_performed_and_supervised(
    asks: Any, rendering: Provider, performing: Provider | None, expected: str
) -> None:
    """Whoever performs is who rendered unless another is named; supervision is of the performer."""
    judged = claim(group(rendering_provider=rendering, performed_by=performing))
    assert outcomes(decide(rule_of(ProviderRequirement, **asks), judged)) == [expected]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"place_of_service": "11", "modality": "in-person"}, "pay"),
        ({"place_of_service": "02"}, "deny"),
        ({"place_of_service": "11"}, "unknown"),
        ({"place_of_service": "11", "modifiers": ("95",)}, "deny"),
        ({"place_of_service": "11", "modality": "audio"}, "deny"),
    ],
)
def test_a_code_not_covered_by_telehealth(value: Any, expected: str) -> None:
    """Place 02 and modifier 95 show that it was not in person; an office alone does not."""
    rule = rule_of(PlaceOfServiceRequirement, modality=frozenset(["in-person"]))
    assert outcomes(decide(rule, claim(line(1, "90853", **value)))) == [expected]


def test_a_place_that_is_barred() -> None:
    """A place of none_of is a finding, and any other is not."""
    rule = rule_of(PlaceOfServiceRequirement, none_of=frozenset(["11"]))
    assert outcomes(decide(rule, claim(group(1)))) == ["deny"]
    assert outcomes(decide(rule, claim(group(1, place_of_service="12")))) == ["pay"]


def leave(number: str = "A", units: int | None = 1, **fields: Any) -> Authorization:
    """An authorization of 90853 on the day."""
    about: dict[str, Any] = {
        "codes": GROUP, "date_from": DAY, "date_to": DAY, "provider": BILLER.npi, **fields,
    }  # fmt: skip
    left = None if units is None else Decimal(units)
    return Authorization(number=number, units_left=left, **about)


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ((leave(units=2),), ["pay", "pay"]),
        ((leave(units=1),), ["pay", "deny"]),
        ((leave("A"), leave("B")), ["pay", "pay"]),
        ((leave(codes=frozenset(["90834"])),), ["deny", "deny"]),
        ((leave(date_to=DAY - timedelta(days=1), date_from=date(2024, 1, 1)),), ["deny", "deny"]),
        ((leave(provider="1234567802"),), ["deny", "deny"]),
        ((leave(units=None),), ["unknown", "unknown"]),
        ((leave(codes=None),), ["unknown", "unknown"]),
        ((leave(codes=None, units=0),), ["deny", "deny"]),
    ],
)
def test_lines_use_authorizations_up(given_: Any, expected: list[str]) -> None:
    """Each line takes its units of an authorization that covers it, in order of date and number."""
    rule = rule_of(AuthorizationRequirement, needs=frozenset(["authorization"]))
    assert outcomes(decide(rule, claim(group(1), group(2), authorizations=given_))) == expected


def test_used_up_is_reported_apart_from_none() -> None:
    """The denial codes of an authorization without units left are its own."""
    exceeded = Adjustment(group="CO", carc="198")
    absent = Adjustment(group="CO", carc="197")
    rule = rule_of(
        AuthorizationRequirement,
        needs=frozenset(["authorization"]),
        adjustment=absent,
        used_up=exceeded,
    )
    (none,) = decide(rule, claim(group(), authorizations=())).proved_findings
    (spent,) = decide(rule, claim(group(), authorizations=(leave(units=0),))).proved_findings
    assert (none.adjustment, spent.adjustment) == (absent, exceeded)
    assert spent.cure is not None
    without_days = leave(units=0, codes=None, date_from=None, date_to=None, provider=None)
    (perhaps,) = decide(rule, claim(group(), authorizations=(without_days,))).proved_findings
    assert perhaps.adjustment == exceeded
    assert perhaps.message.endswith("authorization A has no units left")


@pytest.mark.parametrize("needs", ["referral", "order"])
def test_a_referral_or_an_order(needs: str) -> None:
    """One that is stated suffices, a known absence does not, and an unknown one is missing."""
    rule = rule_of(AuthorizationRequirement, needs=frozenset([needs]))
    result: Any
    for result, expected in (("R1", "pay"), ("none", "deny"), (None, "unknown")):
        assert outcomes(decide(rule, claim(group(), **{needs: result}))) == [expected]


@pytest.mark.parametrize(
    ("among", "diagnoses", "pointers", "expected"),
    [
        ("claim", ("Z00.0", "F33.1"), None, "pay"),
        ("principal", ("Z00.0", "F33.1"), None, "deny"),
        ("principal", ("F331",), None, "pay"),
        ("line", ("Z00.0", "F33.1"), (2,), "pay"),
        ("line", ("Z00.0", "F33.1"), (1,), "deny"),
        ("line", ("Z00.0", "F33.1"), None, "unknown"),
        ("line", ("Z00.0", "M54.5"), None, "deny"),
        ("line", ("F33.2", "F33.1"), None, "pay"),
        ("line", (), None, "deny"),
        ("claim", (), None, "deny"),
    ],
)
def test_which_diagnoses_are_asked(
    among: Any, diagnoses: Any, pointers: Any, expected: str
) -> None:
    """The claim's first, all of them, or those to which the line points: some of the claim's."""
    rule = rule_of(DiagnosisRequirement, any_of=frozenset(["F33"]), among=among)
    judged = claim(group(diagnosis_pointers=pointers), diagnoses=diagnoses)
    assert outcomes(decide(rule, judged)) == [expected]


def test_coverage_befalls_its_outcome() -> None:
    """Covered lines are paid, reduced lines in part, and informational lines not at all."""
    assert outcomes(decide(rule_of(Coverage, covered=True), claim(group()))) == ["pay"]
    reduced = rule_of(Coverage, outcome="reduce", pays=Decimal("0.75"))
    (finding,) = decide(reduced, claim(group())).proved_findings
    assert (finding.outcome, finding.pays) == ("reduce", Decimal("0.75"))
    assert outcomes(decide(rule_of(Coverage, outcome="inform"), claim(group()))) == ["inform"]
    for fields in ({"outcome": "reduce"}, {"pays": Decimal("0.5")}):
        with pytest.raises(InvalidValueError, match="pays"):
            rule_of(Coverage, **fields)


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        (EMPTY, "pay"),
        (History(lines=[paid("90853", DAY)]), "deny"),
        (History(lines=[paid("90853", DAY, units=2)]), "pay"),
        (History(lines=[paid("90853", DAY, status="denied")]), "pay"),
        (History(lines=[paid("90853", DAY, status="pending")]), "unknown"),
        (History(lines=[paid("90853", DAY, name="C1")]), "pay"),
        (None, "unknown"),
    ],
)
def test_a_duplicate_of_a_paid_line(history: History | None, expected: str) -> None:
    """A line equal to one that was paid on another claim is not paid again."""
    assert outcomes(decide(rule_of(DuplicateService), claim(group()), history)) == [expected]
    within = rule_of(DuplicateService, across_claims=False)
    assert outcomes(decide(within, claim(group()), history)) == ["pay"]


def test_a_duplicate_uses_up_no_limit() -> None:
    """The later of two equal lines is the duplicate, and the limit counts only the first."""
    rules = [rule_of(DuplicateService), limit(1, 7, "90853", name="week")]
    decision = RuleBook.build(PAYER, rules).decide(claim(group(1), group(2)), EMPTY)
    assert {(f.rule, f.lines) for f in decision.proved_findings} == {
        ("p/rule", (2,)),
        ("p/week", (2,)),
    }
    (cure,) = {f.cure for f in decision.proved_findings if f.rule == "p/rule"}
    assert cure is not None
    assert cure.claim is not None
    assert RuleBook.build(PAYER, rules).decide(cure.claim, EMPTY).proved_findings == ()


@pytest.mark.parametrize(
    ("day", "within", "expected"),
    [
        (date(2024, 2, 29), TimeLimit(months=12), date(2025, 2, 28)),
        (date(2024, 8, 31), TimeLimit(months=6), date(2025, 2, 28)),
        (date(2024, 8, 15), TimeLimit(days=90), date(2024, 11, 13)),
        (date(2024, 12, 15), TimeLimit(months=1), date(2025, 1, 15)),
    ],
)
def test_the_last_day_in_time(day: date, within: TimeLimit, expected: date) -> None:
    """Months are calendar months, and end with a month that is too short."""
    assert last_day(day, within) == expected


def test_a_span_is_open_where_the_source_does_not_say_from_which_day() -> None:
    """Between the two last days the text is unclear; with `since` it is not."""
    span = line(1, "90853", date(2024, 8, 1), date_to=date(2024, 8, 31))
    judged = claim(span, received=date(2025, 8, 15))
    expected: Any
    for since, expected in ((None, "unknown"), ("first-day", "deny"), ("last-day", "pay")):
        rule = rule_of(TimelyFiling, within=TimeLimit(months=12), since=since)
        assert outcomes(decide(rule, judged)) == [expected]


@given(st.integers(10**8, 10**9 - 1))
def test_one_digit_in_ten_makes_an_npi(first: int) -> None:
    """Of the ten numbers with the same first nine digits exactly one is an NPI."""
    assert sum(is_npi(f"{first}{digit}") for digit in range(10)) == 1


def test_npis_that_are_known() -> None:
    """The standard's own example is one; too short, too long or with letters it is none."""
    assert is_npi("1234567893")
    for wrong in ("1234567890", "123456789", "12345678930", "123456789X", "१२३४५६७८९३"):
        assert not is_npi(wrong)


def test_only_one_of_two_is_paid_and_which_is_not_said() -> None:
    """An undirected pair puts both lines to review, also the claim's own with a paid one."""
    rule = SameDayCombination(
        id="p/pair", first=frozenset(["90791"]), second=GROUP, indicator=0, scope="member",
        undirected=True, outcome="review", **CITED,
    )  # fmt: skip
    both = decide(rule, claim(line(1, "90791"), group(2)))
    assert outcomes(both) == ["review", "review"]
    for code, other in (("90791", "90853"), ("90853", "90791")):
        before = History(lines=[paid(other, DAY)])
        decision = decide(rule, claim(line(1, code)), before)
        assert (outcomes(decision), len(decision.proved_findings)) == (["review"], 1)
    with pytest.raises(InvalidValueError, match="undirected"):
        SameDayCombination(
            id="p/pair", first=frozenset(["90791"]), second=GROUP, indicator=0, scope="member",
            undirected=True, **CITED,
        )  # fmt: skip


def test_a_text_that_is_not_known_answers_nothing() -> None:
    """Beyond the dates that were read no kind is kept or broken, for any line."""
    when = When(modality=frozenset(["video"]))
    result: Any
    for kind, result in (
        (Coverage, {"when": when}),
        (PlaceOfServiceRequirement, {"any_of": frozenset(["11"])}),
        (DuplicateService, {}),
        (AuthorizationRequirement, {"needs": frozenset(["order"])}),
        (Check, {"function": lambda claim, history: []}),
    ):
        rule = rule_of(kind, **{**result, "verified": DateRange(None, DAY - timedelta(days=1))})
        assert gaps(decide(rule, claim(group(), order="O1"))) == {("p/rule", "edition", "edition")}


def test_a_check_that_fails_is_a_problem_and_no_more() -> None:
    """An exception or an odd answer is reported as a problem; the claim is still decided."""

    def raises(claim: Claim, history: History) -> Any:
        raise ValueError(claim.id)

    for function in (raises, lambda claim, history: ["no"], lambda claim, history: None):
        decision = decide(rule_of(Check, function=function), claim(group()))
        ((rule, reason, missing),) = gaps(decision)
        assert (rule, reason) == ("p/rule", "fault")
        assert "C1" not in missing


def test_a_check_answers_for_its_lines_alone() -> None:
    """Lines to which the rule does not apply are left out of the function's answer."""

    def all_lines(claim: Claim, history: History) -> list[Violation]:
        return [Violation(lines=tuple(item.number for item in claim.lines), message="no")]

    rule = rule_of(Check, function=all_lines, when=When(modality=frozenset(["video"])))
    lines = [group(1, modality="video"), group(2, modality="audio"), group(3), line(4, "90834")]
    decision = decide(rule, claim(*lines))
    assert [finding.lines for finding in decision.proved_findings] == [(1,)]
    assert ("p/rule", "record", "modality") in gaps(decision)


def test_a_check_sees_the_history_beside_the_claim() -> None:
    """The claim's own earlier lines, and those of the claim it replaces, are not shown to it."""
    seen: list[str] = []

    def looks(claim: Claim, history: History) -> list[MissingInformation]:
        seen.extend(item.claim for item in history.lines)
        return []

    before = History(lines=[paid("90853", DAY, name=name) for name in ("C0", "C1", "H1")])
    decide(rule_of(Check, function=looks), claim(group(), replaces="C0"), before)
    assert seen == ["H1"]


@pytest.mark.parametrize(
    ("fields", "modifiers", "cure"),
    [
        (
            {"any_of": ["93", "95"]},
            [],
            "modifier 93 on line 1, only if it describes the service",
        ),
        (
            {"none_of": ["GT"]},
            ["GT"],
            "remove modifier GT from line 1, only if the rest of the line describes the service",
        ),
    ],
)
def test_the_fix_of_a_modifier_says_when_it_is_right(
    fields: dict[str, list[str]], modifiers: list[str], cure: str
) -> None:
    """A modifier is added if it is true, and removed if the line is true without it."""
    asked: dict[str, Any] = {name: frozenset(values) for name, values in fields.items()}
    rule = rule_of(ModifierRequirement, **asked)
    book = RuleBook.build(PAYER, [rule])
    (finding,) = book.decide(claim(line(1, "90853", modifiers=modifiers)), EMPTY).findings
    assert str(finding.cure) == cure
