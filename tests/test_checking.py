"""Laws of a run: claims of one member become each other's history, in the order of time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payer_rules.checking import check_claims
from payer_rules.checking.repeated_claims import repeated_claims
from payer_rules.claims import Claim, Member, Provider, ServiceLine
from payer_rules.decisions import Decision, NotEvaluated
from payer_rules.history import History, HistoryLine, Status
from payer_rules.kinds import Check, FrequencyLimit, ModifierRequirement, Violation
from payer_rules.readers import FiledClaim
from payer_rules.rulebook import RuleBook
from payer_rules.rules import (
    CORE_TOPICS,
    Citation,
    DateRange,
    Detection,
    EditTable,
    Outcome,
    Payer,
    TopicStatement,
    When,
    Window,
)
from payer_rules.summaries.policies import NamedPolicies, policies_of

DAY: Final = date(2024, 8, 12)
CLINIC: Final = Provider(npi="1234567893")
SOURCE: Final = Citation(
    row="A-1",
    title="Manual",
    url="https://example.org/manual",
    read=date(2024, 7, 1),
    confidence="primary",
)
#: Every topic of the payer was read.
ALL_READ: Final = tuple(
    TopicStatement(topic=topic, none=(SOURCE,), verified=DateRange(date(1900, 1, 1)))
    for topic in CORE_TOPICS
)
PAYER: Final = Payer(id="acme", name="Acme", kind="commercial", topics=ALL_READ)
#: One group session in any seven days; what is beyond it is denied.
WEEKLY: Final = FrequencyLimit(
    id="acme/weekly",
    codes=frozenset(["90853"]),
    limit=Decimal(1),
    counts="services",
    window=Window.rolling(7),
    scope="member",
    citations=(SOURCE,),
    rationale="One a week.",
)
KNOWN: Final = History()


def video(
    outcome: Outcome, detected_in: Detection = "claim", **when: object
) -> ModifierRequirement:
    """Return a rule that denies every group session without modifier 95."""
    return ModifierRequirement(
        id="acme/video",
        codes=frozenset(["90853"]),
        any_of=frozenset(["95"]),
        outcome=outcome,
        detected_in=detected_in,
        when=When(**when),  # type: ignore[arg-type]
        citations=(SOURCE,),
        rationale="Video alone.",
    )


def claim(name: str, day: int = 0, **more: object) -> Claim:
    """A claim of one group session, so many days after the first day."""
    fields = {
        "id": name,
        "member": Member(id="M1"),
        "billing_provider": CLINIC,
        "lines": [
            ServiceLine(code="90853", date_from=DAY + timedelta(day), modifiers=("95",)),
        ],
        **more,
    }
    return Claim(**fields)  # type: ignore[arg-type]


def filed(*claims: Claim, history: History | None = KNOWN) -> list[FiledClaim]:
    """The claims as one file holds them, each with the history."""
    return [FiledClaim(item, history, "c.toml", at) for at, item in enumerate(claims, 1)]


def run(
    claims: Iterable[FiledClaim], *rules: Check | FrequencyLimit | ModifierRequirement
) -> list[Decision]:
    """The decisions of the rules, by default of the weekly limit."""
    return list(check_claims(claims, RuleBook.build(PAYER, rules or [WEEKLY])))


def outcomes(
    claims: Iterable[FiledClaim], *rules: FrequencyLimit | ModifierRequirement
) -> list[str]:
    """The outcome of each claim."""
    return [decision.outcome for decision in run(claims, *rules)]


def bare(name: str, day: int = 0) -> Claim:
    """A claim of one group session without modifier 95."""
    return claim(name, lines=[ServiceLine(code="90853", date_from=DAY + timedelta(day))])


def test_decisions_come_in_the_order_of_the_file() -> None:
    """Claims are judged in the order of their days, and answered in that of the file."""
    decisions = run(filed(claim("C2", 1), claim("C1")))
    assert [(decision.claim, decision.outcome) for decision in decisions] == [
        ("C2", "deny"),
        ("C1", "pay"),
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (claim("C2", received=date(2024, 9, 1)), claim("C1", received=date(2024, 9, 2))),
        (claim("C2", 3, received=DAY), claim("C1", 1)),
        (claim("C2"), claim("C1", 1)),
        (claim("C1"), claim("C2")),
    ],
    ids=["both received", "one received", "first day", "id"],
)
def test_first_in_time_is_judged_first(first: Claim, second: Claim) -> None:
    """The date of receipt decides if it is known, then the first day of service, then the id."""
    assert outcomes(filed(first, second)) == ["pay", "deny"]
    assert outcomes(filed(second, first)) == ["deny", "pay"]


def test_other_members_do_not_count() -> None:
    """Claims of different members are no history of each other."""
    assert outcomes(filed(claim("C1"), claim("C2", member=Member(id="M2")))) == ["pay", "pay"]


def test_claims_of_one_id_are_both_judged_apart() -> None:
    """Lines of the claim's own id do not count, though two claims have it."""
    assert outcomes(filed(claim("C1"), claim("C1", 1))) == ["pay", "pay"]


def test_what_was_paid_before_counts() -> None:
    """What a claim leaves is added to the history that was given for the next."""
    result = HistoryLine(
        claim="C0", member="M1", code="90853", date_from=DAY - timedelta(9), status="paid"
    )
    history = History(lines=[result])
    twice = attrs.evolve(WEEKLY, limit=Decimal(2), window=Window.rolling(14))
    assert outcomes(filed(claim("C1"), claim("C2"), history=history), twice) == ["pay", "deny"]


def test_what_the_history_says_of_a_claim_wins() -> None:
    """A claim that the given history holds is not counted a second time as it was judged here."""
    denied = HistoryLine(claim="C1", member="M1", code="90853", date_from=DAY, status="denied")
    second = FiledClaim(claim("C2", 1), History(lines=[denied]), "c.toml", 2)
    assert outcomes([*filed(claim("C1")), second]) == ["pay", "pay"]


def test_history_that_is_not_known_stays_so() -> None:
    """Earlier claims of the run do not make an unknown history complete."""
    free = video("inform")
    decisions = run(filed(claim("C1"), claim("C2", 10), history=None), WEEKLY, free)
    assert [decision.outcome for decision in decisions] == ["unknown", "unknown"]
    assert {entry.reason for decision in decisions for entry in decision.not_evaluated} == {
        "history"
    }


def test_paid_line_breaks_a_limit_though_the_history_is_not_known() -> None:
    """A line that was surely paid counts, even if no other history is known."""
    first, second = claim("C1"), claim("C2", 1)
    claims = [*filed(first), *filed(second, history=None)]
    assert outcomes(claims) == ["pay", "deny"]


def status_left(first: Claim, *rules: FrequencyLimit | ModifierRequirement) -> Status:
    """How the first claim counts against the weekly limit of a second one."""
    statuses: dict[str, Status] = {"deny": "paid", "pay": "denied", "unknown": "pending"}
    return statuses[outcomes(filed(first, claim("C2", 1)), WEEKLY, *rules)[1]]


@pytest.mark.parametrize(
    ("outcome", "detected_in", "status"),
    [
        ("inform", "claim", "paid"),
        ("patient-share", "claim", "paid"),
        ("reduce", "claim", "paid"),
        ("review", "claim", "pending"),
        ("deny", "claim", "denied"),
        ("return", "claim", "denied"),
        ("deny", "record", "paid"),
        ("review", "record", "paid"),
    ],
)
def test_line_is_left_as_it_was_decided(
    outcome: Outcome, detected_in: Detection, status: Status
) -> None:
    """Payable lines are paid, unpaid ones denied, and what may go either way is pending.

    What shows only in the record comes after the payment.
    """
    assert status_left(bare("C1"), video(outcome, detected_in)) == status


@pytest.mark.parametrize(
    ("outcome", "detected_in", "status"),
    [
        ("deny", "claim", "pending"),
        ("review", "claim", "pending"),
        ("inform", "claim", "paid"),
        ("deny", "record", "paid"),
    ],
)
def test_line_that_may_be_unpaid_is_left_pending(
    outcome: Outcome, detected_in: Detection, status: Status
) -> None:
    """A rule that gave no answer leaves a line pending, if its answer could keep it unpaid."""
    rule = video(outcome, detected_in, program=frozenset(["waiver"]))
    first, second = bare("C1"), claim("C2", 1, program="chip")
    decisions = run(filed(first, second), WEEKLY, rule)
    assert decisions[0].outcome == "unknown"
    assert decisions[1].outcome == {"paid": "deny", "pending": "unknown"}[status]


def test_table_that_is_not_there_leaves_the_line_paid() -> None:
    """A line whose table edits alone are open counts, as it does inside one claim."""
    table = EditTable(
        program="medicare",
        setting="practitioner",
        release="2020",
        pairs=(),
        units=(),
        complete_for=frozenset(["90853"]),
        verified=DateRange(date(2020, 1, 1), date(2020, 3, 31)),
        pair_citations=(SOURCE,),
        unit_citations=(SOURCE,),
        digest="0",
    )
    payer = attrs.evolve(PAYER, ncci="medicare", ncci_citations=(SOURCE,))
    book = RuleBook.build(payer, [WEEKLY], [table])
    both = [claim("C1", setting="practitioner"), claim("C2", 1, setting="practitioner")]
    first, second = check_claims(filed(*both), book)
    assert first.outcome == "unknown"
    assert {entry.reason for entry in first.not_evaluated} == {"table", "topic"}
    assert [finding.rule for finding in second.proved_findings] == ["acme/weekly"]


def test_line_keeps_its_facts() -> None:
    """A line counts with its claim's diagnoses and setting, its own place, and who rendered it."""
    when = When(setting=frozenset(["practitioner"]), place_of_service=frozenset(["11"]))
    limit = attrs.evolve(WEEKLY, scope="rendering", when=when)
    line = claim("C1").lines[0]
    lines = [attrs.evolve(line, place_of_service="11")]
    first = claim("C1", setting="practitioner", lines=lines)
    second = claim("C2", 1, setting="practitioner", lines=lines)
    assert outcomes(filed(first, second), limit) == ["pay", "deny"]
    there = [attrs.evolve(line, place_of_service="12")]
    elsewhere = claim("C1", setting="practitioner", lines=there)
    assert outcomes(filed(elsewhere, second), limit)[1] == "pay"
    by_another = attrs.evolve(first, billing_provider=Provider(npi="1000000002"))
    assert outcomes(filed(by_another, second), limit)[1] == "pay"


def withdrawing(code: str, replaces: str | None, name: str = "C2") -> Claim:
    """A void or replacement, a day after the first; what it bills meets no limit."""
    line = ServiceLine(code="90834", date_from=DAY + timedelta(1))
    return claim(name, frequency_code=code, replaces=replaces, lines=[line])


@pytest.mark.parametrize("code", ["7", "8"])
@pytest.mark.parametrize(
    ("replaces", "last"), [("C1", "pay"), ("C0", "unknown"), (None, "unknown")]
)
def test_withdrawn_claim_does_not_count(code: str, replaces: str | None, last: str) -> None:
    """A void or replacement takes away the lines of the claim it names; of none here, perhaps any."""
    claims = filed(claim("C1"), withdrawing(code, replaces), claim("C3", 2))
    assert outcomes(claims)[2] == last


def test_claim_withdrawn_before_its_turn_does_not_count() -> None:
    """A void whose id sorts before that of its claim, on one day, takes it away all the same."""
    void = claim("A1", frequency_code="8", replaces="C1")
    assert outcomes(filed(claim("C1"), void, claim("C3", 2)))[2] == "pay"


def test_void_adds_nothing() -> None:
    """The lines of a void are no services."""
    assert outcomes(filed(claim("C1", frequency_code="8", replaces="C0"), claim("C2"))) == [
        "inform",
        "pay",
    ]


@pytest.mark.parametrize("name", ["C1", "C2"])
def test_replacement_counts_in_place_of_what_it_replaces(name: str) -> None:
    """The lines of a replacement count, also where it has the id of the claim it replaces."""
    replacement = claim(name, 1, frequency_code="7", replaces="C1")
    claims = filed(claim("C1"), replacement, claim("C3", 7))
    assert outcomes(claims) == ["pay", "pay", "deny"]
    # Seven days after the first claim, and six after its replacement.
    assert outcomes(filed(claim("C1"), claim("C3", 7))) == ["pay", "pay"]


ORIGINAL, REPLACEMENT, AGAIN, OTHER = "original", "replacement", "again", "other"


def outcomes_by_part(
    names: dict[str, str], *claims: Claim, history: History | None = None
) -> dict[str, str]:
    """The outcome of each claim by its part, by a limit of one a week; ``names`` are their ids."""
    parts = {name: part for part, name in names.items()}
    found = run(filed(*claims, history=history or History()))
    return {parts[item.claim]: item.outcome for item in found}


@given(
    st.permutations(["A", "B", "C", "D"]),
    st.permutations([0, 1, 2]),
    st.lists(st.one_of(st.none(), st.integers(30, 40)), min_size=4, max_size=4),
    st.sampled_from(["7", "8"]),
)
def test_what_a_claim_names_comes_before_it(
    ids: list[str], order: list[int], received: list[int | None], last: str
) -> None:
    """Each claim of a chain is decided as if alone, for any ids, days of receipt and places."""
    names = dict(zip((ORIGINAL, REPLACEMENT, AGAIN, OTHER), ids, strict=True))
    days = [None if day is None else DAY + timedelta(day) for day in received]
    chain = [
        claim(names[ORIGINAL], received=days[0]),
        claim(names[REPLACEMENT], frequency_code="7", replaces=ids[0], received=days[1]),
        claim(names[AGAIN], frequency_code=last, replaces=ids[1], received=days[2]),
    ]
    answers = outcomes_by_part(names, *(chain[at] for at in order))
    assert answers == {
        ORIGINAL: "pay",
        REPLACEMENT: "pay",
        AGAIN: "pay" if last == "7" else "inform",
    }
    # A claim after all of them sees what is left of the chain.
    after = claim(names[OTHER], 1, received=DAY + timedelta(50))
    dated = [attrs.evolve(item, received=item.received or DAY) for item in chain]
    found = outcomes_by_part(names, *(dated[at] for at in order), after)
    assert found[OTHER] == ("deny" if last == "7" else "pay")


@pytest.mark.parametrize("ids", [("A", "B", "C"), ("B", "A", "C"), ("C", "B", "A")])
def test_claims_that_replace_each_other_are_in_doubt(ids: tuple[str, str, str]) -> None:
    """Each is judged as if alone; whether it counts for another claim is not known."""
    names = dict(zip((ORIGINAL, REPLACEMENT, OTHER), ids, strict=True))
    one = claim(ids[0], frequency_code="7", replaces=ids[1], received=DAY)
    two = claim(ids[1], frequency_code="7", replaces=ids[0], received=DAY)
    answers = outcomes_by_part(names, one, two, claim(ids[2], 1, received=DAY + timedelta(9)))
    assert answers == {ORIGINAL: "pay", REPLACEMENT: "pay", OTHER: "unknown"}


def test_a_claim_that_names_itself_is_judged_alone() -> None:
    """A replacement with its own id in place of the original's replaces no other claim."""
    assert outcomes(filed(claim("C1", frequency_code="7", replaces="C1"))) == ["pay"]


@pytest.mark.parametrize("ids", [("A", "B"), ("B", "A")])
def test_a_number_of_nothing_here_may_be_any_claims(ids: tuple[str, str]) -> None:
    """A replacement that names a claim by a number that is not known may replace any of the run."""
    names = dict(zip((ORIGINAL, REPLACEMENT), ids, strict=True))
    replacement = claim(ids[1], frequency_code="7", replaces="ICN1")
    answers = outcomes_by_part(names, replacement, claim(ids[0]))
    assert answers == {ORIGINAL: "pay", REPLACEMENT: "unknown"}


@pytest.mark.parametrize("ids", [("A", "B"), ("B", "A")])
def test_a_claim_is_found_by_the_payers_number(ids: tuple[str, str]) -> None:
    """Where the history has the payer's number of a claim of the run, that names it, too."""
    names = dict(zip((ORIGINAL, REPLACEMENT), ids, strict=True))
    paid = HistoryLine.of(claim(ids[0]), claim(ids[0]).lines[0], status="paid", payer_claim="ICN1")
    replacement = claim(ids[1], frequency_code="7", replaces="ICN1")
    known = History(lines=[paid])
    answers = outcomes_by_part(names, replacement, claim(ids[0]), history=known)
    assert answers == {ORIGINAL: "pay", REPLACEMENT: "pay"}


def test_of_two_replacements_of_one_claim_the_second_may_replace_the_first() -> None:
    """Whether both count is not known."""
    names = dict(zip((ORIGINAL, REPLACEMENT, AGAIN), "ABC", strict=True))
    twice = [claim(name, frequency_code="7", replaces="A") for name in ("B", "C")]
    answers = outcomes_by_part(names, claim("A"), *twice)
    assert answers == {ORIGINAL: "pay", REPLACEMENT: "pay", AGAIN: "unknown"}


def test_a_withdrawn_claim_leaves_the_history_too() -> None:
    """After a void, the lines of the voided claim in the history do not count."""
    earlier = claim("H1")
    paid = HistoryLine(
        claim="H1",
        member=earlier.member.id,
        code="90853",
        date_from=DAY,
        status="paid",
        billing_provider=CLINIC,
        rendering_provider=CLINIC,
    )
    known = History(lines=[paid])
    void = claim("A1", frequency_code="8", replaces="H1")
    assert outcomes(filed(claim("C1", 1), history=known)) == ["deny"]
    assert outcomes(filed(void, claim("C1", 1), history=known))[1:] == ["pay"]
    numbered = History(lines=[attrs.evolve(paid, claim="H0", payer_claim="H1")])
    assert outcomes(filed(void, claim("C1", 1), history=numbered))[1:] == ["pay"]
    unnamed = claim("A1", frequency_code="8")
    assert outcomes(filed(unnamed, claim("C1", 1), history=known))[1:] == ["unknown"]


def test_denied_line_stays_denied_beside_a_void_of_no_claim() -> None:
    """A void that names no claim does not make a denied line count, not even perhaps."""
    claims = filed(bare("C1"), withdrawing("8", None), claim("C3", 2))
    assert outcomes(claims, WEEKLY, video("deny"))[2] == "pay"


@given(
    st.lists(st.tuples(st.integers(0, 20), st.sampled_from(["M1", "M2"])), min_size=1, max_size=6),
    st.randoms(use_true_random=False),
)
def test_order_of_the_file_changes_no_answer(days: list[tuple[int, str]], random: Random) -> None:
    """However the claims of a file are shuffled, each has the same decision."""
    claims = filed(
        *(claim(f"C{at}", day, member=Member(id=who)) for at, (day, who) in enumerate(days))
    )
    shuffled = random.sample(claims, len(claims))
    decisions = {decision.claim: decision for decision in run(shuffled)}
    assert [decisions[item.claim.id] for item in claims] == run(claims)


def test_what_is_expected_to_be_paid_proves_nothing() -> None:
    """A line that is expected to be paid denies a later one in the expected answer alone."""
    first, second = run(filed(claim("C1"), claim("C2", 1), history=None))
    assert (first.outcome, first.expected) == ("unknown", "pay")
    assert (second.outcome, second.expected) == ("unknown", "deny")
    assert second.proved_findings == ()
    assert {fact.reason for finding in second.findings for fact in finding.rests_on} == {"history"}


def test_what_rests_on_a_line_in_review_of_an_earlier_claim_is_for_review() -> None:
    """Such a line is payable, as it is inside one claim, and its review decides the later line."""
    first, second = run(filed(bare("C1"), claim("C2", 1)), WEEKLY, video("review"))
    assert (first.outcome, first.expected) == ("review", "review")
    assert (second.outcome, second.expected) == ("unknown", "review")
    assert [(f.outcome, f.basis) for f in second.findings] == [("review", "presumed")]
    pending = History(lines=[HistoryLine.of(bare("C1"), bare("C1").lines[0], status="pending")])
    (alone,) = run(filed(claim("C2", 1), history=pending))
    assert (alone.outcome, alone.expected) == ("unknown", "deny")


def weekly(claim: Claim, history: History) -> Iterator[Violation]:
    """Answer as the weekly limit does, of earlier lines that are paid."""
    for line in claim.lines:
        week = (other for other in history.lines if (line.date_from - other.date_from).days < 7)
        if any(other.status == "paid" for other in week):
            yield Violation(lines=(line.number,), message="a session in the week before")


def test_a_function_of_a_plugin_doubts_lines_in_review_too() -> None:
    """What the function finds only if a line in review is paid is for review, else a denial."""
    check = Check(
        id="acme/weekly-by-code",
        codes=frozenset(["90853"]),
        function=weekly,
        citations=(SOURCE,),
        rationale="One a week.",
    )
    first, second = run(filed(bare("C1"), claim("C2", 1)), check, video("review"))
    assert (first.expected, second.expected) == ("review", "review")
    _, paid, last = run(filed(bare("C1"), claim("C2", 10), claim("C3", 12)), check, video("review"))
    assert (paid.expected, last.expected) == ("pay", "deny")


def test_only_a_report_of_lines_looks_up_the_topics_of_rules() -> None:
    """A run without such a report keeps the open questions of its decisions."""
    book = RuleBook.build(PAYER, [WEEKLY])
    (decision,) = check_claims(filed(claim("C1"), history=None), book)
    policies = policies_of(book)
    entries = decision.not_evaluated
    assert NamedPolicies(policies, printed=False).entries_on(decision, claim("C1")) is entries
    printed = NamedPolicies(policies).entries_on(decision, claim("C1"))
    assert [entry.rule_topic for entry in printed] == ["frequency"]
    assert printed == entries


def test_a_policy_is_named_by_the_first_day_of_the_claim() -> None:
    """Its year is named up to the last day for which it was read, of equal questions alike."""
    book = RuleBook.build(PAYER, [attrs.evolve(WEEKLY, verified=DateRange(None, DAY))])
    entries = (NotEvaluated(rule=WEEKLY.id, lines=(1,), reason="edition", missing="2024"),)
    policies = NamedPolicies(policies_of(book))
    (decision,) = check_claims(filed(claim("C1")), book)
    decision = attrs.evolve(decision, not_evaluated=entries)
    years = [
        [entry.policy_year for entry in policies.entries_on(decision, claim("C1", day))]
        for day in (0, 1, -1, 1)
    ]
    assert years == [[None], [DAY.year], [None], [DAY.year]]


def test_a_denial_that_needs_no_line_in_review_stays_a_denial() -> None:
    """A line that is paid fills the limit, whatever becomes of an earlier one in review."""
    reviewed, paid, last = run(
        filed(bare("C1"), claim("C2", 10), claim("C3", 12)), WEEKLY, video("review")
    )
    assert (reviewed.expected, paid.expected) == ("review", "pay")
    assert (last.outcome, last.expected) == ("deny", "deny")


def test_what_is_expected_to_be_denied_makes_room() -> None:
    """A line that is expected to be denied counts in no limit of the expected answer."""
    read = attrs.evolve(video("deny"), verified=DateRange(None, date(2024, 6, 30)))
    first, second = run(filed(bare("C1"), claim("C2", 1)), WEEKLY, read)
    assert (first.outcome, first.expected) == ("unknown", "deny")
    assert (second.outcome, second.expected) == ("unknown", "pay")


def test_a_claim_that_is_there_twice_draws_one_remark() -> None:
    """The remark is at the later claim and names the first; a correction draws none."""
    first = FiledClaim(claim("C1"), None, "a.837", 3)
    (remark,) = repeated_claims([first, FiledClaim(claim("C1", 1), None, "b.837", 1)])
    assert remark.where == "b.837, claim C1"
    assert "claim 3 of a.837" in remark.message
    for other in (
        claim("C2"),
        claim("C1", member=Member(id="M2")),
        claim("C1", frequency_code="7"),
        claim("C1", frequency_code="8"),
    ):
        assert [*repeated_claims([first, FiledClaim(other, None, "b.837", 1)])] == []
