"""Dated statuses: of members, providers and stays, as requirements and as conditions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapes import BILLER, CITED, DAY, PAYER, claim, gaps, limit, line, outcomes

from payer_rules.claims import Claim, DatedStatus, InpatientStay, Member, Provider
from payer_rules.decisions import Decision
from payer_rules.errors import InvalidValueError
from payer_rules.history import History
from payer_rules.kinds import StandingRequirement
from payer_rules.rulebook import RuleBook
from payer_rules.rules import ProviderCriteria, StatusCriteria, StayCriteria, When

GROUP: Final = frozenset(["90853"])
LEVEL_B: Final = StatusCriteria(kind="level-of-care", value=frozenset(["b"]))
B: Final = DatedStatus(kind="Level of Care", value="B")
A: Final = DatedStatus(kind="level-of-care", value="a")
OTHER_KIND: Final = DatedStatus(kind="training", value="b")
NEXT: Final = DAY + timedelta(days=1)
BEFORE: Final = DAY - timedelta(days=1)

Statuses = tuple[DatedStatus, ...] | None
#: What is known of a status, and whether a line of the day has it.
KNOWN: Final = [
    ((B,), True),
    ((attrs.evolve(B, date_from=DAY, date_to=DAY),), True),
    ((A, B), True),
    ((A,), False),
    ((DatedStatus(kind="level-of-care", value="none"),), False),
    ((attrs.evolve(B, date_to=BEFORE),), False),
    ((attrs.evolve(B, date_from=NEXT),), False),
    ((), False),
    ((OTHER_KIND,), None),
    (None, None),
]


def decided(book: RuleBook, asked: Claim) -> Decision:
    """The decision without a history."""
    return book.decide(asked, History())


def requiring(of: Any, *any_of: StatusCriteria) -> RuleBook:
    """A payer with one requirement."""
    statuses = any_of or (LEVEL_B,)
    rule = StandingRequirement(id="p/standing", codes=GROUP, of=of, any_of=statuses, **CITED)
    return RuleBook.build(PAYER, [rule])


def held_by(owner: str, statuses: Statuses) -> Claim:
    """A claim with the statuses of the owner; everybody else is known to have none."""
    who = Provider(npi="1234567802", statuses=statuses)
    nobody = Provider(npi="1234567810", statuses=())
    stay = InpatientStay(kind="hospital", date_from=DAY, date_to=DAY, statuses=statuses)
    of_line: dict[str, dict[str, Any]] = {
        "rendering": {"rendering_provider": who, "performed_by": nobody},
        "performed-by": {"rendering_provider": nobody, "performed_by": who},
        "supervisor": {"performed_by": attrs.evolve(nobody, supervised_by=who)},
        "billing": {"rendering_provider": nobody},
    }
    return claim(
        line(1, "90853", **of_line.get(owner, {})),
        member=Member(id="M", statuses=statuses if owner == "member" else ()),
        billing_provider=attrs.evolve(BILLER, statuses=statuses if owner == "billing" else ()),
        inpatient_stays=(stay,) if owner == "stay" else (),
    )


NAMES: Final = {
    "member": "member",
    "rendering": "rendering_provider",
    "performed-by": "performed_by",
    "supervisor": "supervised_by",
    "billing": "billing_provider",
    "stay": "inpatient_stays",
}


@pytest.mark.parametrize("owner", NAMES)
@pytest.mark.parametrize(("statuses", "has"), KNOWN)
def test_a_status_is_required(owner: str, statuses: Statuses, has: bool | None) -> None:
    """With the status the line is paid, without it denied; of a kind not named nothing is known."""
    decision = decided(requiring(owner), held_by(owner, statuses))
    if has is None:
        assert {name for _, _, name in gaps(decision)} == {f"{NAMES[owner]}.statuses"}
    else:
        assert outcomes(decision) == ["pay" if has else "deny"]


CONDITIONS: Final = {
    "member": When(member_status=(LEVEL_B,)),
    "rendering": When(rendered_by=ProviderCriteria(status=LEVEL_B)),
    "performed-by": When(performed_by=ProviderCriteria(status=LEVEL_B)),
    "supervisor": When(supervised_by=ProviderCriteria(status=LEVEL_B)),
    "stay": When(inpatient=StayCriteria(status=LEVEL_B)),
}


@pytest.mark.parametrize("owner", CONDITIONS)
@pytest.mark.parametrize(("statuses", "has"), KNOWN)
def test_a_status_is_a_condition(owner: str, statuses: Statuses, has: bool | None) -> None:
    """The rule applies to lines with the status; the same facts are missing."""
    book = RuleBook.build(PAYER, [limit(0, 1, "90853", when=CONDITIONS[owner])])
    decision = decided(book, held_by(owner, statuses))
    if has is None:
        assert {name for _, _, name in gaps(decision)} == {f"{NAMES[owner]}.statuses"}
    else:
        assert outcomes(decision) == ["deny" if has else "pay"]


def test_one_of_several_statuses_is_enough() -> None:
    """A line with either status is paid; without a value any but none is one."""
    trained = StatusCriteria(kind="training")
    book = requiring("rendering", LEVEL_B, trained)
    for status, expected in ((B, "pay"), (OTHER_KIND, "pay"), (A, "unknown")):
        assert outcomes(decided(book, held_by("rendering", (status,)))) == [expected]
    untrained = DatedStatus(kind="training", value="none")
    assert outcomes(decided(book, held_by("rendering", (A, untrained)))) == ["deny"]


def test_a_rule_on_stays_asks_nothing_of_other_days() -> None:
    """Without a stay on the day the line is paid; if stays are not known, the rule is open."""
    book = requiring("stay")
    before = InpatientStay(kind="hospital", date_from=BEFORE, date_to=BEFORE, statuses=())
    assert outcomes(decided(book, claim(line(1, "90853"), inpatient_stays=(before,)))) == ["pay"]
    assert {n for _, _, n in gaps(decided(book, claim(line(1, "90853"))))} == {"inpatient_stays"}


def test_the_kind_of_a_stay_is_a_condition() -> None:
    """Only a stay of the kind meets it."""
    when = When(inpatient=StayCriteria(kind=frozenset(["hospice"])))
    book = RuleBook.build(PAYER, [limit(0, 1, "90853", when=when)])
    for kind, expected in (("hospice", "deny"), ("hospital", "pay")):
        stays = (InpatientStay(kind=kind, date_from=DAY),)
        assert outcomes(decided(book, claim(line(1, "90853"), inpatient_stays=stays))) == [expected]


SPANS: Final = st.lists(st.tuples(st.integers(-4, 4), st.integers(0, 4)), max_size=3)


@given(spans=SPANS, length=st.integers(0, 2))
def test_a_status_holds_on_all_days_of_a_line(spans: list[tuple[int, int]], length: int) -> None:
    """A line is paid if one span has all its days, denied if no span has a day, else open."""
    days = set(range(length + 1))
    held = [set(range(first, first + more + 1)) for first, more in spans]
    statuses = [
        attrs.evolve(
            B,
            date_from=DAY + timedelta(days=first),
            date_to=DAY + timedelta(days=first + more),
        )
        for first, more in spans
    ]
    asked = claim(
        line(1, "90853", DAY, date_to=DAY + timedelta(days=length)),
        member=Member(id="M", statuses=tuple(statuses)),
    )
    expected = "unknown"
    if any(days <= span for span in held):
        expected = "pay"
    elif not any(days & span for span in held):
        expected = "deny"
    assert outcomes(decided(requiring("member"), asked)) == [expected]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: DatedStatus(kind=" ", value="a"), "a kind of status is empty"),
        (lambda: DatedStatus(kind="a", value="b", date_from=NEXT, date_to=DAY), "before it starts"),
        (lambda: StatusCriteria(kind="a", value=frozenset()), "value lists nothing"),
        (lambda: StayCriteria(), "ask nothing of the stay"),
        (
            lambda: StandingRequirement(id="p/x", codes=GROUP, of="member", any_of=(), **CITED),
            "any_of lists no status",
        ),
    ],
)
def test_what_is_refused(make: Any, message: str) -> None:
    """A status without a kind, one that ends before it starts, and rules that ask nothing."""
    with pytest.raises(InvalidValueError, match=message):
        make()
