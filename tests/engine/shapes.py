"""Small claims, rules and payers for the tests of the engine."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import attrs
from hypothesis import strategies as st

from payer_rules.claims import Claim, Member, Provider, ServiceLine, Session
from payer_rules.decisions import Decision
from payer_rules.history import HistoryLine
from payer_rules.kinds import (
    AddOnCode,
    Coverage,
    DuplicateService,
    FrequencyLimit,
    ModifierRequirement,
    PlaceOfServiceRequirement,
    SameDayCombination,
    SessionRequirement,
)
from payer_rules.rules import (
    ALWAYS,
    CORE_TOPICS,
    Bounds,
    Citation,
    DateRange,
    EditTable,
    OtherLine,
    PairEdit,
    Payer,
    Rule,
    TopicStatement,
    When,
    Window,
)

DAY = date(2024, 8, 15)
BILLER = Provider(npi="1234567893")
CITED: dict[str, Any] = {
    "citations": (Citation(row="R-1", title="t", url="u", read=DAY, confidence="primary"),),
    "rationale": "a rule of a test.",
}
#: The statements of a payer whose text was read on every topic and states no more than its rules.
ALL_READ = tuple(
    TopicStatement(topic=topic, none=CITED["citations"], verified=DateRange(date(1900, 1, 1)))
    for topic in CORE_TOPICS
)
PAYER = Payer(id="p", name="P", kind="commercial", topics=ALL_READ)
CODES = ("90834", "90847", "90853")
#: A payer that Medicare's edits bind.
BOUND = attrs.evolve(PAYER, ncci="medicare", ncci_citations=CITED["citations"])


def claim(*lines: ServiceLine, **fields: Any) -> Claim:
    """A claim of member M with the lines."""
    about: dict[str, Any] = {"id": "C1", "member": Member(id="M"), "billing_provider": BILLER}
    return Claim(**{**about, **fields}, lines=lines)


def line(number: int, code: str, day: date = DAY, *modifiers: str, **fields: Any) -> ServiceLine:
    """Return a line at the office, with other facts as given."""
    about: dict[str, Any] = {"modifiers": modifiers, "place_of_service": "11", **fields}
    return ServiceLine(number=number, code=code, date_from=day, **about)


def paid(code: str, day: date, name: str = "H1", **fields: Any) -> HistoryLine:
    """A line of member M that was paid."""
    about: dict[str, Any] = {"status": "paid", "billing_provider": BILLER, "place_of_service": "11"}
    return HistoryLine(
        **{**about, **fields},
        claim=name,
        member="M",
        code=code,
        date_from=day,
        rendering_provider=BILLER,
    )


def table(*pairs: PairEdit) -> EditTable:
    """Return a table of pairs."""
    return EditTable(
        program="medicare",
        setting="practitioner",
        release="2024",
        pairs=pairs,
        units=(),
        complete_for=frozenset(CODES),
        verified=ALWAYS,
        pair_citations=CITED["citations"],
        unit_citations=CITED["citations"],
        digest="none",
    )


def limit(
    most: int | str, days: int, *codes: str, name: str = "limit", **fields: Any
) -> FrequencyLimit:
    """At most so many units in so many days, for the member."""
    about: dict[str, Any] = {"counts": "units", "scope": "member", **CITED, **fields}
    return FrequencyLimit(
        id=f"p/{name}",
        codes=frozenset(codes),
        limit="none" if most == "none" else Decimal(most),
        window=Window.rolling(days),
        **about,
    )


def outcomes(decision: Decision) -> list[str]:
    """The outcome of each line."""
    return [item.outcome for item in decision.lines]


def gaps(decision: Decision) -> set[tuple[str | None, str, str]]:
    """What was not evaluated: rule, class and name."""
    return {(e.rule, e.reason, e.missing) for e in decision.not_evaluated}


days = st.integers(0, 9).map(lambda n: DAY + timedelta(days=n))
places = st.sampled_from(["11", "02", None])
sessions = st.sampled_from([None, Session(group_size=9), Session(group_size=10)])
modifiers = st.sampled_from([(), ("59",), ("GT",)])


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    """Claims of one to five lines."""
    count = draw(st.integers(1, 5))
    lines = [
        ServiceLine(
            number=n + 1,
            code=draw(st.sampled_from(CODES)),
            modifiers=draw(modifiers),
            date_from=draw(days),
            place_of_service=draw(places),
            session=draw(sessions),
        )
        for n in range(count)
    ]
    return claim(*lines)


exceptions = st.sampled_from(
    [
        (),
        (),
        (),
        (When(place_of_service=frozenset(["02"]), modifier=frozenset(["59"])),),
        (When(same_day=OtherLine(codes=frozenset(["90847"]))), When(modifier=frozenset(["GT"]))),
    ]
)


@st.composite
def rule_sets(draw: st.DrawFn) -> list[Rule]:
    """A few rules of most kinds on a few codes."""
    rules: list[Rule] = []
    for at in range(draw(st.integers(1, 3))):
        codes = draw(st.sets(st.sampled_from(CODES), min_size=1))
        rules.append(
            limit(
                draw(st.integers(0, 3)),
                draw(st.sampled_from([0, 1, 7])),
                *codes,
                name=f"limit-{at}",
                pool=draw(st.sampled_from(["together", "per-code"])),
                excess=draw(st.sampled_from(["deny-lines", "deny-all"])),
                sees=draw(st.sampled_from(["payable", "billed"])),
                when=draw(st.sampled_from([When(), When(place_of_service=frozenset(["11"]))])),
                exceptions=draw(exceptions),
            )
        )
    if draw(st.booleans()):
        rules.append(
            ModifierRequirement(
                id="p/gt",
                codes=frozenset(["90853"]),
                any_of=frozenset(["GT"]),
                when=When(place_of_service=frozenset(["02"])),
                **CITED,
            )
        )
    if draw(st.booleans()):
        rules.append(
            SameDayCombination(
                id="p/pair",
                first=frozenset(["90853"]),
                second=frozenset(["90834"]),
                indicator=1,
                bypass=frozenset(["59"]),
                scope="member",
                **CITED,
            )
        )
    rules += [rule for rule in _others() if draw(st.booleans())]
    return rules


def _others() -> list[Rule]:
    """A rule of each of the other kinds whose answer hangs on more than the line alone."""
    group, individual = frozenset(["90853"]), frozenset(["90834"])
    return [
        AddOnCode(id="p/add-on", codes=individual, primaries=group, scope="member", **CITED),
        DuplicateService(id="p/twice", codes=group, **CITED),
        PlaceOfServiceRequirement(
            id="p/place", codes=frozenset(CODES), any_of=frozenset(["11"]), **CITED
        ),
        SessionRequirement(id="p/size", codes=group, group_size=Bounds(at_most=9), **CITED),
        Coverage(
            id="p/second",
            codes=group,
            when=When(same_day=OtherLine(codes=individual)),
            outcome="review",
            **CITED,
        ),
    ]


histories = st.lists(
    st.builds(
        paid,
        st.sampled_from(CODES),
        st.integers(-8, 12).map(lambda n: DAY + timedelta(days=n)),
        name=st.sampled_from(["H1", "H2"]),
    ),
    max_size=4,
)
