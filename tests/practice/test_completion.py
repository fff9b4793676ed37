"""Facts of the practice on claims: only where the claim states none, and listed with their source."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payer_rules.claims import Claim, DatedStatus, Member, Provider, ServiceLine, Session
from payer_rules.derived_facts import derive
from payer_rules.history import History
from payer_rules.kinds import SessionRequirement
from payer_rules.practice import HouseFacts, Practice, PracticePayer, PracticeProvider
from payer_rules.practice.practice import codes_with_size
from payer_rules.readers.filed_claims import FiledClaim, FormFacts
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Bounds, Citation, Payer, Waiver

DAY: Final = date(2026, 11, 20)
NPI: Final = "1234567893"
GROUP: Final = frozenset(["90853"])
PRACTICE: Final = Practice(
    house=HouseFacts(
        state="IL",
        contractor="ngs",
        group_size_at_most=12,
        history_complete_from=date(2025, 1, 1),
    ),
    providers={
        NPI: PracticeProvider(profession="lcsw", supervised_by="1111111112"),
        "1111111112": PracticeProvider(profession="psychologist"),
    },
    payers={
        "87726": PracticePayer(payer="uhc", network="in-network", plan="hmo"),
        "12345": PracticePayer(payer="aetna", network="in-network"),
        "12346": PracticePayer(payer="aetna", network="out-of-network"),
    },
)


def filed(payer_id: str | None = None, **stated: Any) -> FiledClaim:
    """Return a claim with one group session."""
    values = {
        "id": "C1",
        "member": Member(id="M1"),
        "billing_provider": Provider(npi=NPI, taxonomy="106H00000X"),
        "lines": [ServiceLine(code="90853", date_from=DAY)],
        **stated,
    }
    form = FormFacts(form="837P", zip_code="98101")
    return FiledClaim(Claim(**values), None, "a.837", 1, payer_id, form=form)


def sources(completed: FiledClaim) -> dict[str, str]:
    """Return the sources of derived facts."""
    return {fact.fact: fact.source for fact in completed.derived}


def test_the_practice_states_more_than_can_be_derived() -> None:
    """Facts of the practice file precede those of ZIP code and taxonomy."""
    completed = derive(PRACTICE.complete(filed()))
    claim = completed.claim
    assert (claim.state, claim.contractor, claim.setting) == ("IL", "ngs", "practitioner")
    provider = claim.billing_provider
    assert (provider.profession, provider.profession_from) == ("lcsw", "stated")
    assert isinstance(provider.supervised_by, Provider)
    assert provider.supervised_by.profession == "psychologist"
    found = sources(completed)
    assert found["state"] == found["contractor"] == "practice.toml"
    assert found["billing_provider.profession"] == "practice.toml"
    assert found["setting"] == "837P"


@pytest.mark.parametrize(
    ("payer_id", "payer", "network"),
    [
        ("87726", "uhc", "in-network"),
        # The identifier is that of another payer than the claim is checked against.
        ("87726", "aetna", None),
        (None, "uhc", "in-network"),
        # Two contracts with one payer: it is not known which.
        (None, "aetna", None),
        ("12346", "aetna", "out-of-network"),
        ("99999", "cigna", None),
    ],
)
def test_the_contract_is_that_of_the_identifier(
    payer_id: str | None, payer: str, network: str | None
) -> None:
    """Network and plan are those of the payer that the claim is checked against."""
    assert PRACTICE.complete_for(filed(payer_id), payer).claim.network == network


def test_the_greatest_group_is_put_on_lines_that_need_a_size() -> None:
    """A line of another code, and a line with a size, stay as they are."""
    lines = [
        ServiceLine(number=1, code="90853", date_from=DAY),
        ServiceLine(number=2, code="90834", date_from=DAY),
        ServiceLine(number=3, code="90853", date_from=DAY, session=Session(group_size=9)),
        ServiceLine(number=4, code="90853", date_from=DAY, session=Session(id="S1")),
        ServiceLine(number=5, code="90853", date_from=DAY, session="none"),
    ]
    completed = PRACTICE.complete_sessions(filed(lines=lines), GROUP)
    assert [line.session for line in completed.claim.lines] == [
        Session(group_size_at_most=12),
        None,
        Session(group_size=9),
        Session(id="S1", group_size_at_most=12),
        "none",
    ]
    assert list(PRACTICE.notes(completed)) == ["practice.toml: groups of at most 12"]
    assert not list(PRACTICE.notes(PRACTICE.complete(filed())))


_STATED: Final[dict[str, list[Any]]] = {
    "state": ["NY"],
    "contractor": ["wps"],
    "network": ["out-of-network"],
    "plan": ["ppo"],
}


@given(st.fixed_dictionaries({}, optional={k: st.sampled_from(v) for k, v in _STATED.items()}))
def test_a_stated_fact_is_never_changed(stated: dict[str, Any]) -> None:
    """Whatever the claim states stays, and is not listed as derived."""
    completed = PRACTICE.complete_for(PRACTICE.complete(filed("87726", **stated)), "uhc")
    assert {name: getattr(completed.claim, name) for name in stated} == stated
    assert sources(completed).keys().isdisjoint(stated)
    values = {each.name: getattr(completed.claim, each.name) for each in attrs.fields(Claim)}
    assert Claim(**values) == completed.claim


def test_history_is_complete_since_the_day_that_is_stated() -> None:
    """The files hold what the practice was paid, unless it states that they hold everything."""
    store = History.unknown()
    covered = PRACTICE.with_coverage(store, filed().claim)
    assert (covered.covers_from, covered.covers_billing) == (date(2025, 1, 1), NPI)
    everything = attrs.evolve(PRACTICE.house, history_complete_for="members")
    practice = attrs.evolve(PRACTICE, house=everything)
    covered = practice.with_coverage(store, filed().claim)
    assert (covered.covers_from, covered.covers_billing) == (date(2025, 1, 1), None)
    assert practice.with_coverage(History(), filed().claim) == History()


SOURCE: Final = Citation(row="R", title="t", url="u", read=DAY, confidence="primary")
PAYER: Final = Payer(id="p", name="P", kind="commercial")


def test_a_book_of_the_practice_lists_what_it_states() -> None:
    """House facts and waivers are in the fingerprint, and the waived rule finds nothing."""
    rule = SessionRequirement(
        id="p/size",
        codes=GROUP,
        group_size=Bounds(at_most=10),
        citations=(SOURCE,),
        rationale="Small groups.",
    )
    book = RuleBook.build(PAYER, [rule])
    assert codes_with_size(book.rules) == GROUP
    claim = filed(lines=[ServiceLine(code="90853", date_from=DAY, session=Session(group_size=11))])
    assert PRACTICE.book(book).decide(claim.claim).findings
    waiver = Waiver(rule="p/size", reason="agreed", until=DAY)
    decision = attrs.evolve(PRACTICE, waivers=(waiver,)).book(book).decide(claim.claim)
    assert not decision.findings
    assert decision.notes == (f"waived: {waiver}",)
    assert decision.fingerprint.waivers == (str(waiver),)
    assert "group_size_at_most = 12" in decision.fingerprint.house_facts


def test_without_a_file_nothing_changes() -> None:
    """The practice without a file completes nothing, and leaves a book as it is."""
    nobody = Practice()
    claim = filed("87726")
    assert nobody.complete(claim) is claim
    assert nobody.complete_for(claim, "uhc") is claim
    assert nobody.complete_sessions(claim, GROUP) is claim
    book = RuleBook.build(PAYER, [])
    assert nobody.book(book) is book


def test_the_practice_states_the_statuses_of_its_providers() -> None:
    """A rule on a training is decided by the roster, and the fact is listed with its source."""
    trained = DatedStatus(kind="training", value="dbt", date_from=date(2026, 1, 1))
    practice = Practice(providers={NPI: PracticeProvider(statuses=(trained,))})
    completed = practice.complete(filed())
    assert completed.claim.billing_provider.statuses == (trained,)
    (fact,) = [fact for fact in completed.derived if fact.fact.endswith("statuses")]
    assert (fact.value, fact.source) == ("training dbt from 2026-01-01", "practice.toml")
    none = Practice(providers={NPI: PracticeProvider(statuses=())}).complete(filed())
    assert none.claim.billing_provider.statuses == ()
    assert [fact.value for fact in none.derived] == ["none"]
