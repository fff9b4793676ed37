"""The key of a claim has each fact on which its decision depends: without one, an answer is wrong."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final

import attrs
import pytest
from shapes import (
    ALL_READ,
    BILLER,
    BOUND,
    CITED,
    DAY,
    PAYER,
    claim,
    limit,
    line,
    paid,
    table,
)

from payer_rules.claims import BodySite, Claim, Drug, Provider, ServiceLine, Session
from payer_rules.decisions import Decision
from payer_rules.engine.claim_state import ClaimState
from payer_rules.history import History
from payer_rules.kinds import (
    DuplicateService,
    FrequencyLimit,
    ModifierRequirement,
    PlaceOfServiceRequirement,
    RequiredField,
    SameDayCombination,
    SessionRequirement,
    TimelyFiling,
    UnitRule,
    UnitSteps,
)
from payer_rules.rulebook import RuleBook, claim_keys
from payer_rules.rulebook.claim_keys import ClaimFacts, ClaimKeys, KeyedClaim
from payer_rules.rulebook.late_rules import LateRules
from payer_rules.rulebook.questions import AS_THEY_ARE
from payer_rules.rules import (
    ALWAYS,
    AmountBounds,
    Bounds,
    DateRange,
    EditTable,
    PairEdit,
    Payer,
    ProviderCriteria,
    Rule,
    TimeLimit,
    When,
    Window,
)

_GROUP: Final = frozenset(["90853"])
_NEXT: Final = DAY + timedelta(days=1)
_OTHER: Final = Provider(npi="1003000126")
_SOCIAL_WORKER: Final = attrs.evolve(BILLER, profession="lcsw")


@attrs.frozen(kw_only=True)
class Witness:
    """Two claims that one fact makes different, by the rules or the table of a book."""

    first: Claim
    second: Claim
    rules: tuple[Rule, ...] = ()
    payer: Payer = PAYER
    tables: tuple[EditTable, ...] = ()
    history: History = attrs.field(factory=History)

    def decisions(self) -> list[Decision]:
        """Return the decisions of one book on the first claim, until it is kept, and the second.

        Of the first claim they are the first and the last one.
        """
        book = RuleBook.build(self.payer, self.rules, self.tables)
        first, *_, again = [book.decide(self.first, self.history) for _ in range(3)]
        return [first, again, book.decide(self.second, self.history)]

    def evaluated(self) -> Decision:
        """Return the decision on the second claim of a book that has decided no other."""
        book = RuleBook.build(self.payer, self.rules, self.tables)
        return book.decide(self.second, self.history)


def two(*others: ServiceLine, **fields: Any) -> Claim:
    """Return a claim of a line and of others, by default of another with facts as given."""
    return claim(line(1, "90853"), *(others or (line(2, "90853", **fields),)))


def one(day: date = DAY, **fields: Any) -> Claim:
    """Return a claim of one line."""
    return claim(line(1, "90853", day, **fields))


def made(kind: Callable[..., Rule], **fields: Any) -> tuple[Rule, ...]:
    """Return a rule of the kind on group sessions."""
    codes = {} if kind is SameDayCombination else {"codes": _GROUP}
    return (kind(id="p/rule", **codes, **CITED, **fields),)


def a_day(**fields: Any) -> tuple[Rule, ...]:
    """Return a limit of one day."""
    about = {"limit": Decimal(1), "counts": "services", "window": Window("day"), "scope": "member"}
    return made(FrequencyLimit, **{**about, **fields})


def by(provider: Provider) -> dict[str, Any]:
    """Return the provider who rendered a line."""
    return {"rendering_provider": provider}


def supported(**fields: Any) -> tuple[Rule, ...]:
    """Return a rule on the units that a quantity supports."""
    return made(UnitRule, steps=UnitSteps(step=Decimal(15), round="up"), **fields)


_SINCE: Final = attrs.evolve(BOUND, ncci_received_from=_NEXT)
_PAIR: Final = PairEdit("90853", "90834", 0, DateRange(_NEXT, None), "A-1")
_READ_LATER: Final = attrs.evolve(
    PAYER,
    topics=tuple(attrs.evolve(each, verified=DateRange(_NEXT, None)) for each in ALL_READ),
)
_BY_SOCIAL_WORKERS: Final = When(rendered_by=ProviderCriteria(profession=frozenset(["lcsw"])))


def paired(day: date, **fields: Any) -> Claim:
    """Return a claim of two codes on one day."""
    lines = (line(1, "90853", day), line(2, "90834", day))
    return claim(*lines, setting="practitioner", **fields)


def drug(quantity: int) -> Drug:
    """Return a drug of which so much was given."""
    return Drug(number="00002143380", quantity=Decimal(quantity), unit="ME")


#: For each part of a key, and for each fact of a line that is in it where rules read it, claims
#: that nothing else makes different.
WITNESSES: Final = {
    "rules": Witness(
        first=one(),
        second=one(place_of_service="12"),
        rules=made(PlaceOfServiceRequirement, any_of=frozenset(["11"])),
    ),
    "periods": Witness(first=one(_NEXT), second=one(), payer=_READ_LATER),
    "is_covered": Witness(
        first=one(_NEXT),
        second=one(),
        rules=a_day(),
        history=History(covers_from=_NEXT),
    ),
    "values": Witness(first=one(units=1), second=one(units=9), rules=a_day(counts="units")),
    "origins": Witness(
        first=one(**by(_SOCIAL_WORKER)),
        second=one(**by(attrs.evolve(_SOCIAL_WORKER, profession_from="taxonomy"))),
        rules=made(ModifierRequirement, all_of=frozenset(["AJ"]), when=_BY_SOCIAL_WORKERS),
    ),
    "binding": Witness(
        first=paired(DAY), second=paired(DAY, received=DAY), payer=_SINCE, tables=(table(),)
    ),
    "answers": Witness(
        first=claim(line(1, "90853"), received=_NEXT),
        second=claim(line(1, "90853"), received=DAY + timedelta(days=99)),
        rules=made(TimelyFiling, within=TimeLimit(days=30)),
    ),
    "distances": Witness(first=two(), second=two(line(2, "90853", _NEXT)), rules=a_day()),
    "places": Witness(
        first=two(**by(BILLER)), second=two(**by(_OTHER)), rules=a_day(scope="rendering")
    ),
    "pairs": Witness(first=paired(DAY), second=paired(_NEXT), payer=BOUND, tables=(table(_PAIR),)),
    "body_site": Witness(
        first=two(body_site=BodySite(tooth="3")),
        second=claim(*(line(n, "90853", body_site=BodySite(tooth="3")) for n in (1, 2))),
        rules=a_day(sites="apart"),
    ),
    "charge": Witness(
        first=claim(*(line(n, "90853", charge=Decimal(90)) for n in (1, 2))),
        second=claim(*(line(n, "90853", charge=Decimal(90 + n)) for n in (1, 2))),
        rules=made(DuplicateService, same=frozenset(["charge"])),
    ),
    "drug": Witness(
        first=one(drug=drug(99), units=4),
        second=one(drug=drug(9), units=4),
        rules=supported(measured="dose", drug_unit="ME"),
    ),
    "miles": Witness(
        first=one(miles=99, units=4),
        second=one(miles=9, units=4),
        rules=supported(measured="miles"),
    ),
    "minutes": Witness(
        first=one(minutes=99, units=4),
        second=one(minutes=9, units=4),
        rules=supported(measured="minutes"),
    ),
    "session": Witness(
        first=one(session=Session(group_size=9)),
        second=one(session=Session(group_size=19)),
        rules=made(SessionRequirement, group_size=Bounds(at_most=12)),
    ),
    "units": Witness(first=one(units=1), second=one(units=9), rules=a_day(counts="units")),
}


def test_each_part_of_a_key_has_a_witness() -> None:
    """There are two claims for every part of a key, and for every fact that it has on demand."""
    assert WITNESSES.keys() == {*ClaimFacts._fields, *AS_THEY_ARE}


@pytest.mark.parametrize("part", WITNESSES)
def test_a_claim_with_another_fact_is_decided_as_by_itself(part: str) -> None:
    """A book that keeps the decision on the first claim decides the second as one that has none."""
    witness = WITNESSES[part]
    first, again, second = witness.decisions()
    assert first == again
    assert second == witness.evaluated()


def test_codes_that_come_together_for_the_first_time_get_no_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Most claims of several lines come once, so their facts are collected when they come again."""
    asked: list[str] = []
    key_of = ClaimKeys.of

    def recorded(keys: ClaimKeys, state: ClaimState, expected: History | None) -> KeyedClaim:
        asked.append(state.claim.id)
        return key_of(keys, state, expected)

    monkeypatch.setattr(ClaimKeys, "of", recorded)
    book = RuleBook.build(PAYER, made(DuplicateService))
    for number, of_lines in enumerate((two(), one(), two(), two(units=2), two(line(2, "90834")))):
        book.decide(attrs.evolve(of_lines, id=f"C{number}"))
    assert asked == ["C1", "C2", "C3"]


@pytest.mark.parametrize("part", ClaimFacts._fields)
def test_no_part_of_a_key_can_be_left_out(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the part, the second claim gets the decision on the first."""
    facts_of = ClaimKeys._facts

    def facts_without(*args: Any) -> ClaimFacts:
        return facts_of(*args)._replace(**{part: ()})

    monkeypatch.setattr(ClaimKeys, "_facts", facts_without)
    witness = WITNESSES[part]
    assert witness.decisions()[-1] != witness.evaluated()


def test_a_verdict_on_a_pair_is_that_of_the_day_of_each_claim() -> None:
    """A pair that is kept is described for the claim and for its day, as if it were evaluated."""
    books = [RuleBook.build(BOUND, [], [table(_PAIR)]) for _ in range(2)]
    asked = [paired(_NEXT + timedelta(days=each), id=f"C{each}") for each in (0, 0, 0, 3, 5)]
    kept = [books[0].decide(each) for each in asked]
    assert [finding.rule for finding in kept[-1].findings] == ["p/ptp"]
    assert kept[-1] == books[1].decide(asked[-1])


def test_of_two_pairs_of_one_line_each_is_described() -> None:
    """A line that two others bar has the words of both pairs on every claim with one key."""
    pairs = [PairEdit(code, "90834", 0, ALWAYS, "A-1") for code in ("90853", "90847")]
    books = [RuleBook.build(BOUND, [], [table(*pairs)]) for _ in range(2)]
    asked = [
        attrs.evolve(first, lines=[*first.lines, line(3, "90847", first.lines[0].date_from)])
        for first in (paired(_NEXT + timedelta(days=each), id=f"C{each}") for each in (0, 0, 3, 5))
    ]
    kept = [books[0].decide(each) for each in asked]
    messages = {finding.message for finding in kept[-1].findings}
    assert [finding.lines for finding in kept[-1].findings] == [(2,), (2,)]
    assert len(messages) == 2
    assert kept[-1] == books[1].decide(asked[-1])


def visits(*days: int) -> History:
    """Return a history of group sessions that were paid, so many days before."""
    return History(lines=[paid("90853", DAY - timedelta(days=each)) for each in days])


def weekly(asked: Claim, *histories: History) -> list[Decision]:
    """Return the decisions of one book with a weekly limit on a claim, by its history."""
    book = RuleBook.build(PAYER, [limit(2, 7, "90853")], [])
    return [book.decide(asked, history) for history in histories]


_ONE_BEFORE: Final = (visits(2), visits(3), visits(9, 3), visits(9, 2))


@pytest.mark.parametrize(
    "asked", [one(), claim(line(1, "90853"), line(2, "90834"))], ids=["one line", "two lines"]
)
def test_a_limit_counts_the_earlier_lines_of_each_claim(asked: Claim) -> None:
    """A book that keeps a decision with few earlier lines finds too many of them."""
    decisions = weekly(asked, *_ONE_BEFORE, visits(2, 3))
    assert [each.outcome for each in decisions] == ["pay", "pay", "pay", "pay", "deny"]
    assert decisions[-1:] == weekly(asked, visits(2, 3))


def test_a_limit_is_evaluated_on_claims_with_one_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the answers of limits, a claim with many earlier lines gets the decision on few."""
    monkeypatch.setattr(LateRules, "answers", lambda *_: ())
    (*_, last) = weekly(one(), *_ONE_BEFORE, visits(2, 3))
    assert last != weekly(one(), visits(2, 3))[0]


@pytest.mark.parametrize("name", AS_THEY_ARE)
def test_no_fact_of_a_line_can_be_left_out(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the fact, the second claim gets the decision on the first."""
    read: set[str] = set()

    def getter_of(names: frozenset[str]) -> Callable[[ServiceLine], Hashable]:
        read.update(names)
        return attrgetter("code", *(names - {name}))

    monkeypatch.setattr(claim_keys, "getter_of", getter_of)
    witness = WITNESSES[name]
    assert witness.decisions()[-1] != witness.evaluated()
    assert name in read


def test_whether_a_cure_helps_depends_on_the_facts_of_the_cured_claim() -> None:
    """Claims are equal by rules that the cured claims meet, and one cure helps: the other does not."""
    either, *_ = made(ModifierRequirement, any_of=frozenset(["95"]))
    referred, *_ = made(
        RequiredField, fields=frozenset(["referral"]), when=When(modifier=frozenset(["95"]))
    )
    book = RuleBook.build(PAYER, [either, referred])
    asked = [attrs.evolve(one(), referral=number) for number in ("R1",) * 4 + ("none",) * 2]
    cures = [[bool(finding.cure) for finding in book.decide(each).findings] for each in asked]
    assert cures == [[True]] * 4 + [[False]] * 2


@pytest.mark.parametrize("fact", ["diagnoses", "charge"])
def test_the_conditions_of_a_statement_about_a_topic_are_in_the_key(fact: str) -> None:
    """Whether a topic was read of a claim does not depend on the claims that came before it."""
    stated: dict[str, tuple[When, Claim]] = {
        "diagnoses": (
            When(diagnosis=frozenset(["Z00"])),
            attrs.evolve(claim(line(1, "90853")), diagnoses=("Z00.0",)),
        ),
        "charge": (
            When(charge=AmountBounds(at_least=Decimal(120))),
            claim(line(1, "90853", charge=Decimal(150))),
        ),
    }
    when, second = stated[fact]
    topics = tuple(
        attrs.evolve(each, when=when) if each.topic == "frequency" else each for each in ALL_READ
    )
    first = attrs.evolve(claim(line(1, "90853", charge=Decimal(100))), diagnoses=("F33.1",))
    witness = Witness(first=first, second=second, payer=attrs.evolve(PAYER, topics=topics))
    of_first, _, of_second = witness.decisions()
    assert of_second.lines == witness.evaluated().lines
    assert of_second.lines[0].topics != of_first.lines[0].topics


def test_the_charges_are_in_the_key_if_a_limit_of_a_day_keeps_the_highest() -> None:
    """Which line of a day is the excess does not depend on the claims that came before."""
    first, second = (
        claim(line(1, "90853", charge=Decimal(100)), line(2, "90853", charge=Decimal(other)))
        for other in (50, 150)
    )
    witness = Witness(first=first, second=second, rules=a_day(keeps="highest-charge"))
    of_first, _, of_second = witness.decisions()
    assert of_second == witness.evaluated()
    assert of_second.lines != of_first.lines
