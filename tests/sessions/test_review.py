"""Laws of sessions across members: what they are, what is wrong with them, what is not known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from typing import Any, Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payer_rules.claims import Claim, Member, Provider, ServiceLine, Session
from payer_rules.history import History, HistoryLine
from payer_rules.payer_routing import PayerRouter
from payer_rules.readers import FiledClaim
from payer_rules.registry import load
from payer_rules.rules import Reason
from payer_rules.sessions.billed_services import Withdrawals, services_of, withdrawn_claim
from payer_rules.sessions.partition_review import Partition, PartitionReview, review_partition
from payer_rules.sessions.payer_limits import SessionRules
from payer_rules.sessions.reconstruction import reconstruct_sessions
from payer_rules.sessions.session_run import SessionRun

DAY: Final = date(2025, 10, 6)
CLINIC: Final = Provider(npi="1234567893")
TEN: Final = time(10)
ELEVEN: Final = time(11)
PROFILE: Final = """
[payer]
id = "acme"
name = "Acme (invented)"
kind = "commercial"
identifiers = ["ACME1"]

[sources.A-1]
title = "Manual (invented)"
url = "https://example.com/manual"
read = 2026-01-02
confidence = "primary"

[[session_requirement]]
id = "group-size"
codes = ["90853"]
group_size = { at_least = 2, at_most = 4 }
cites = ["A-1"]
rationale = "A group has two to four participants."

[[session_requirement]]
id = "record"
codes = ["90853"]
documented = ["topic"]
cites = ["A-1"]
rationale = "The topic is written down."

[[session_requirement]]
id = "large-groups"
codes = ["H0005"]
when = { program = ["chip"] }
group_size = { at_most = 2 }
cites = ["A-1"]
rationale = "In one program two at the most."

[[frequency_limit]]
id = "one-of-a-family"
codes = ["90847"]
limit = 1
counts = "services"
window = "session"
scope = "session"
cites = ["A-1"]
rationale = "A session with a family is paid for one person of it."

[[frequency_limit]]
id = "hours-a-day"
codes = ["H2017"]
limit = 120
counts = "minutes"
window = "day"
scope = "all-members"
cites = ["A-1"]
rationale = "A provider is paid for two hours a day."

[[line_relation]]
id = "one-member-at-a-time"
codes = ["H0004"]
cites = ["A-1"]
rationale = "A provider sees one member at a time."

[line_relation.excluded_by]
codes = ["H0004", "H2014"]
within = "overlapping-clock"
scope = "another-member"
"""


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> SessionRules:
    """Those of the bundled payers and of Acme."""
    file = tmp_path_factory.mktemp("profiles") / "acme.toml"
    file.write_text(PROFILE, encoding="utf-8")
    return SessionRules(load(profiles=[file]))


def bill(member: str, code: str = "90853", claim: str | None = None, **fields: Any) -> Claim:
    """Return a claim of one line, with other facts of its session, line or claim."""
    session = Session(**{k: fields.pop(k) for k in list(fields) if k in _names(Session)})
    line = {k: fields.pop(k) for k in list(fields) if k in _names(ServiceLine)}
    return Claim(
        id=claim or f"of {member}",
        member=Member(id=member),
        billing_provider=CLINIC,
        lines=[ServiceLine(**{"code": code, "date_from": DAY, "session": session, **line})],
        **{"payer": "acme", **fields},
    )


def _names(cls: type[attrs.AttrsInstance]) -> set[str]:
    return {field.name for field in attrs.fields(cls)}


def reviewed(
    rules: SessionRules,
    claims: Iterable[Claim],
    *,
    assume: Iterable[Reason] = (),
    asked: tuple[str, ...] = (),
) -> PartitionReview:
    """The review of the claims, each as if filed."""
    filed = [FiledClaim(claim, None, "claims.toml", at) for at, claim in enumerate(claims, 1)]
    assuming = attrs.evolve(rules, assume=frozenset(assume)) if assume else rules
    return at_once(filed, assuming, PayerRouter(rules.registry, asked))


def at_once(filed: list[FiledClaim], rules: SessionRules, router: PayerRouter) -> PartitionReview:
    """The review of all claims in one."""
    claims = [item.claim for item in filed]
    named = {claim.id: other for claim in claims if (other := withdrawn_claim(claim)) is not None}
    withdrawals = Withdrawals.of(named, (claim.id for claim in claims))
    share = Partition(withdrawals, lambda provider: True)
    return review_partition(enumerate(filed), rules, router, share)


def in_parts(filed: list[FiledClaim], rules: SessionRules, router: PayerRouter) -> PartitionReview:
    """The same by way of the disk, each part with whole providers."""
    run = SessionRun(rules, router)
    with run.reviewed(filed) as result:
        return PartitionReview(
            group_codes=result.group_codes,
            sessions=tuple(result.sessions),
            findings=tuple(result.findings),
            questions=tuple(result.questions),
            assumed=tuple(result.assumed),
            problems=tuple(enumerate(run.problems)),
        )


def found(expected: PartitionReview) -> list[tuple[str, str | None, int]]:
    """Kind, rule and number of lines of each finding."""
    return sorted(
        ((finding.kind, finding.rule, len(finding.lines)) for finding in expected.findings), key=str
    )


def asked(expected: PartitionReview) -> list[tuple[str, str | None, str]]:
    """Kind, rule and missing fact of each question."""
    return sorted(((item.kind, item.rule, item.missing) for item in expected.questions), key=str)


def group(count: int, **fields: Any) -> list[Claim]:
    """Claims of so many members for one session from ten to eleven."""
    fields = {"start": TEN, "end": ELEVEN, **fields}
    return [bill(f"M{at}", **fields) for at in range(1, count + 1)]


@pytest.mark.parametrize(
    ("count", "size", "expected"),
    [
        (5, None, "found"),
        (4, None, "open"),
        (2, None, "open"),
        (1, None, "open"),
        (1, 2, "clean"),
        (3, 4, "clean"),
        (1, 5, "found"),
        (1, 1, "found"),
        (2, 2, "clean"),
    ],
)
def test_the_size_is_what_the_claims_say_or_at_least_who_is_billed(
    count: int, size: int | None, expected: str, rules: SessionRules
) -> None:
    """Without a stated size, a finding is what holds for every size from the members billed on."""
    review = reviewed(rules, group(count, group_size=size))
    rule = "acme/group-size"
    assert [f.rule for f in review.findings] == ([rule] if expected == "found" else [])
    missing = [("size", rule, "session.group_size")] if expected == "open" else []
    assert asked(review) == missing
    for finding in review.findings:
        assert len(finding.lines) == count
        assert [citation.row for citation in finding.citations] == ["A-1"]
        assert finding.payer == "acme"


def test_a_rule_speaks_under_its_conditions_alone(rules: SessionRules) -> None:
    """Of a program that the claim does not name the question stays open; of another there is none."""
    assert [
        (found(review), asked(review))
        for program in ("chip", None, "medicare")
        for review in [reviewed(rules, group(3, code="H0005", program=program))]
    ] == [
        ([("size", "acme/large-groups", 3)], []),
        ([], [("size", "acme/large-groups", "program")]),
        ([], []),
    ]


def test_only_the_payers_own_claims_are_held_to_its_limits(rules: SessionRules) -> None:
    """Members of several payers are one group; each payer's rule applies to its own claims."""
    claims = [*group(4), bill("M9", payer="wa-medicaid", start=TEN, end=ELEVEN)]
    review = reviewed(rules, claims)
    assert found(review) == [("size", "acme/group-size", 4)]
    (session,) = review.groups
    assert len(session.members) == 5


def test_a_claim_without_a_payer_has_limits_that_are_not_known(rules: SessionRules) -> None:
    """The question names what is missing; with a payer asked for, its rules are used."""
    claims = group(5, payer=None)
    assert asked(reviewed(rules, claims)) == [("size", None, "payer")]
    review = reviewed(rules, claims, asked=("acme",))
    assert found(review) == [("size", "acme/group-size", 5)]


def test_the_identifier_of_a_claim_form_names_the_payer(rules: SessionRules) -> None:
    """A payer identifier that a profile lists is a payer; one that none lists is a problem."""
    to = PayerRouter(rules.registry)
    filed = [FiledClaim(c, None, "a.edi", 1, payer_id="ACME1") for c in group(5, payer=None)]
    assert found(at_once(filed, rules, to)) == [("size", "acme/group-size", 5)]
    strange = [attrs.evolve(item, payer_id="none of ours") for item in filed]
    assert {str(problem) for _, problem in at_once(strange, rules, to).problems} == {
        "a.edi: no profile lists the payer identifier, a text of 12 characters. Name the payer with --payer, "
        'or list [payers."…"] in practice.toml.'
    }


def test_a_member_is_billed_once_for_a_session(rules: SessionRules) -> None:
    """One code twice is reported with both lines; another code on the day is not."""
    claims = group(2, group_size=2)
    twice = [*claims, bill("M1", claim="again", start=TEN, end=ELEVEN, group_size=2)]
    assert found(reviewed(rules, twice)) == [("twice", None, 2)]
    beside = [*claims, bill("M1", "90785", claim="more", start=TEN, end=ELEVEN, group_size=2)]
    assert found(reviewed(rules, beside)) == []


@pytest.mark.parametrize(
    ("code", "replaces", "expected"),
    [("7", "of M1", []), ("8", "of M1", []), ("1", None, [("twice", None, 2)])],
)
def test_what_is_withdrawn_is_not_billed(
    code: str, replaces: str | None, expected: list[Any], rules: SessionRules
) -> None:
    """A claim that another replaces or voids counts no longer; a void bills nothing itself."""
    more = bill(
        "M1",
        claim="new",
        start=TEN,
        end=ELEVEN,
        group_size=2,
        frequency_code=code,
        replaces=replaces,
    )
    assert found(reviewed(rules, [*group(2, group_size=2), more])) == expected


def test_a_replacement_that_names_no_claim_is_a_question(rules: SessionRules) -> None:
    """Any claim may be the one that it replaces."""
    review = reviewed(rules, group(2, group_size=2, frequency_code="7"))
    assert asked(review) == [("claim", None, "replaces")] * 2


@pytest.mark.parametrize(
    ("one", "other"),
    [("A", "B"), ("B", "A")],
)
def test_claims_that_replace_each_other_are_a_question(
    one: str, other: str, rules: SessionRules
) -> None:
    """Which of the two is valid is not known, for any ids."""
    same: dict[str, Any] = {"start": TEN, "end": ELEVEN, "group_size": 2, "frequency_code": "7"}
    claims = [bill("M1", claim=one, replaces=other, **same)]
    claims += [bill("M1", claim=other, replaces=one, **same)]
    review = reviewed(rules, claims)
    assert found(review) == []
    assert asked(review) == [("claim", None, "replaces")] * 2


def test_a_number_of_no_claim_here_may_be_that_of_the_same_service(rules: SessionRules) -> None:
    """A replacement that names the payer's number may replace the other claim."""
    claims = group(2, group_size=2)
    same: dict[str, Any] = {"start": TEN, "end": ELEVEN, "group_size": 2, "frequency_code": "7"}
    review = reviewed(rules, [*claims, bill("M1", claim="new", replaces="ICN1", **same)])
    assert found(review) == []
    assert asked(review) == [("claim", None, "replaces")]
    alone = reviewed(rules, [claims[1], bill("M1", claim="new", replaces="ICN1", **same)])
    assert asked(alone) == []


@pytest.mark.parametrize(
    "fields", [{"start": time(10, 15)}, {"end": time(11, 30)}, {"group_size": 3}]
)
def test_claims_of_one_session_say_the_same_of_it(
    fields: dict[str, Any], rules: SessionRules
) -> None:
    """Another start, end or size on one member's claim is a finding on the session."""
    same: dict[str, Any] = {"id": "G1", "start": TEN, "end": ELEVEN, "group_size": 2}
    claims = [bill("M1", **same), bill("M2", **{**same, **fields})]
    kinds = {(finding.kind, finding.rule) for finding in reviewed(rules, claims).findings}
    assert kinds == {("differs", None)}
    (first,) = fields
    messages = [finding.message for finding in reviewed(rules, claims).findings]
    assert any(first.replace("_", " ") in message for message in messages)


def test_no_more_are_billed_than_took_part(rules: SessionRules) -> None:
    """Three members of a group of two cannot be."""
    assert found(reviewed(rules, group(3, group_size=2))) == [("differs", None, 3)]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (time(10, 30), time(11, 30), True),
        (time(9), time(10), False),
        (ELEVEN, time(12), False),
        (time(9), time(12), True),
        (TEN, time(10, 1), True),
    ],
)
def test_individual_and_group_at_one_time(
    start: time, end: time, expected: bool, rules: SessionRules
) -> None:
    """Sessions that touch are apart; those that share a minute are a finding."""
    alone = bill("M9", "90834", start=start, end=end, group_size=1)
    review = reviewed(rules, [*group(3, group_size=3), alone])
    assert found(review) == ([("overlap", None, 4)] if expected else [])


def test_two_individual_sessions_are_not_this_commands_matter(rules: SessionRules) -> None:
    """At one time, but neither of a group."""
    claims = [bill(f"M{n}", "90834", start=TEN, end=ELEVEN, group_size=1) for n in (1, 2)]
    assert found(reviewed(rules, claims)) == []


def test_sessions_overlap_across_midnight(rules: SessionRules) -> None:
    """A session that ends before it starts ended on the next day."""
    late = group(2, start=time(23), end=time(1), group_size=2)
    night: dict[str, Any] = {
        "date_from": date(2025, 10, 7),
        "start": time(0, 30),
        "end": time(1),
        "group_size": 1,
    }
    assert found(reviewed(rules, [*late, bill("M9", "90834", **night)])) == [("overlap", None, 3)]


def test_another_clinician_may_lead_a_group_at_the_same_time(rules: SessionRules) -> None:
    """Only sessions of one rendering provider cannot overlap."""
    other = Provider(npi="1098765432")
    alone = bill("M9", start=TEN, end=ELEVEN, group_size=2, rendering_provider=other)
    assert found(reviewed(rules, [*group(2, group_size=2), alone])) == []


def test_a_code_that_begins_with_the_group_is_asked_about(rules: SessionRules) -> None:
    """It is not known to be individual: it is a question, and the size answers it."""
    claims = group(3, group_size=3)
    (question,) = reviewed(rules, [*claims, bill("M9", "90834", start=TEN, end=ELEVEN)]).questions
    assert (question.kind, question.missing) == ("overlap", "session.group_size")
    assert [line.claim for line in question.lines] == ["of M9"]


def test_more_than_a_day_has_counts_a_group_once(rules: SessionRules) -> None:
    """Thirteen groups of two hours are 26; their 26 lines are not 52."""
    claims = [
        bill(f"M{m}", claim=f"{m}-{n}", id=f"G{n}", minutes=120, group_size=2)
        for m in (1, 2)
        for n in range(13)
    ]
    review = reviewed(rules, claims)
    assert found(review) == [("hours", None, 26)]
    assert "26:00 hours" in review.findings[0].message
    assert "hours" not in [finding.kind for finding in reviewed(rules, claims[1:12]).findings]


def test_what_may_be_one_session_is_not_added_up(rules: SessionRules) -> None:
    """Lines that name no session and no size may be a group: more than a day is a question."""
    claims = [bill(f"M{n}", "90834", minutes=60) for n in range(25)]
    review = reviewed(rules, claims)
    assert (found(review), asked(review)) == ([], [("hours", None, "session.id")])
    alone = [bill(f"M{n}", "90834", minutes=60, group_size=1) for n in range(25)]
    assert found(reviewed(rules, alone)) == [("hours", None, 25)]


def test_a_time_that_is_not_reported_is_not_guessed(rules: SessionRules) -> None:
    """A line without times or minutes leaves the day, and overlaps with its groups, open."""
    review = reviewed(rules, [*group(2, group_size=2), bill("M9", "90834")])
    assert asked(review) == [
        ("hours", None, "minutes"),
        ("overlap", None, "session.start, session.end"),
    ]


def test_a_line_of_several_days_belongs_to_no_session(rules: SessionRules) -> None:
    """On which of its days a session was is not known."""
    span = bill("M1", start=TEN, end=ELEVEN, group_size=2, date_to=date(2025, 10, 8))
    review = reviewed(rules, [span])
    assert review.sessions == ()
    assert found(review) == []


def test_a_session_lasts_as_long_as_all_its_claims_say(rules: SessionRules) -> None:
    """Where claims differ the shorter time counts: an overlap, and hours, hold of both."""
    ends = {"M1": ELEVEN, "M2": time(12)}
    claims = [bill(m, id="G1", start=TEN, end=end, group_size=2) for m, end in ends.items()]
    alone = bill("M9", "90834", start=time(11, 30), end=time(12), group_size=1)
    review = reviewed(rules, [*claims, alone])
    assert [session.minutes for session in review.sessions] == [60, 30]
    assert "overlap" not in [finding.kind for finding in review.findings]


def test_claims_of_one_id_are_reported(rules: SessionRules) -> None:
    """The line could not be identified: it is a problem, and the rest is reviewed."""
    claims = [bill("M1", claim="C1"), bill("M2", claim="C1"), *group(5)]
    filed = [FiledClaim(claim, None, "claims.toml", at) for at, claim in enumerate(claims)]
    result = in_parts(filed, rules, PayerRouter(rules.registry))
    assert [str(problem) for _, problem in result.problems] == [
        "claims.toml, claim C1: another claim has this id. "
        "Give each claim its own id, and each file once."
    ]
    assert ("size", "acme/group-size", 5) in found(result)


def test_a_start_that_two_sessions_have_states_neither(rules: SessionRules) -> None:
    """A line with a start alone joins the one session that begins then, and of two none."""
    named = [bill(f"M{n}", id=f"G{n}", start=TEN, group_size=2) for n in (1, 2)]
    late = bill("M9", start=TEN)
    (session,) = reviewed(rules, [named[0], late]).sessions
    assert session.members == ("M1", "M9")
    rebuilt = reconstruct_sessions(
        service for claim in (*named, late) for service in services_of(claim, ())
    )
    assert [item.members for item in rebuilt.sessions] == [("M1",), ("M2",)]
    assert [item.member for item in rebuilt.loose] == ["M9"]


def test_a_line_that_is_known_to_be_of_no_session_is_none(rules: SessionRules) -> None:
    """It is in no session, and no question is asked of its times."""
    claim = bill("M1", "99213")
    apart = attrs.evolve(claim, lines=[attrs.evolve(claim.lines[0], session="none")])
    review = reviewed(rules, [apart])
    assert (review.sessions, review.findings, review.questions) == ((), (), ())


def test_a_limit_over_all_members_of_a_session(rules: SessionRules) -> None:
    """The second person of a family is the finding; the first one's group is not known."""
    claims = group(2, code="90847", id="F1")
    review = reviewed(rules, claims)
    (finding,) = review.findings
    assert (finding.kind, finding.rule) == ("limit", "acme/one-of-a-family")
    assert [line.claim for line in finding.lines] == ["of M2"]
    assert asked(review) == [("limit", "acme/one-of-a-family", "history")]
    assert reviewed(rules, claims, assume=["history"]).questions == ()
    assert len(reviewed(rules, claims, assume=["history"]).assumed) == 1


def test_a_payers_most_hours_of_a_provider_a_day(rules: SessionRules) -> None:
    """Three hours over three members break two; the third claim is the finding."""
    claims = [bill(f"M{n}", "H2017", minutes=60, start=time(9 + n), group_size=1) for n in range(3)]
    review = reviewed(rules, claims)
    assert found(review) == [("limit", "acme/hours-a-day", 1)]
    assert review.findings[0].lines[0].claim == "of M2"


def earlier(claim: str, minutes: int, **fields: Any) -> HistoryLine:
    """An hour or so of the clinic's provider on the day, for another member."""
    facts: dict[str, Any] = {"member": "M9", "date_from": DAY, "status": "paid", "code": "H2017"}
    facts |= {"rendering_provider": CLINIC, "minutes": minutes}
    return HistoryLine(claim=claim, **facts | fields)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, 1),
        ({"payer": "acme"}, 1),
        ({"status": "denied"}, 0),
        ({"payer": "medicare"}, 0),
        ({"payer": "of nobody known"}, 0),
        ({"date_from": date(2025, 10, 5)}, 0),
        ({"rendering_provider": Provider(npi="1098765432")}, 0),
        ({"claim": "replaced"}, 0),
        ({"payer_claim": "replaced"}, 0),
    ],
)
def test_an_earlier_service_counts_for_a_limit_over_all_members(
    fields: dict[str, Any], expected: int, rules: SessionRules
) -> None:
    """It counts if the payer paid it, on that day, and no claim replaces it; so in partitions."""
    claims = [
        bill("M1", "H2017", minutes=30),
        bill("M2", "H2017", minutes=60, replaces="replaced", frequency_code="7"),
    ]
    history = History(lines=[earlier(**{"claim": "old", "minutes": 60, **fields})])
    known = attrs.evolve(rules, store=history)
    assert found(reviewed(rules, claims)) == []
    expected_findings = [("limit", "acme/hours-a-day", 1)] * expected
    assert found(reviewed(known, claims)) == expected_findings
    filed = [FiledClaim(claim, None, "claims.toml", at) for at, claim in enumerate(claims, 1)]
    assert found(in_parts(filed, known, PayerRouter(rules.registry))) == expected_findings
    own = [attrs.evolve(each, history=history) for each in filed]
    assert found(in_parts(own, rules, PayerRouter(rules.registry))) == expected_findings


@pytest.mark.parametrize(("status", "expected"), [("paid", 1), ("denied", 0)])
def test_a_claim_that_the_payer_decided_counts_as_it_decided(
    status: str, expected: int, rules: SessionRules
) -> None:
    """The lines of the history take the place of those of the same claim in the run."""
    claims = [bill("M1", "H2017", minutes=90), bill("M2", "H2017", minutes=60)]
    line = earlier("of M1", 90, member="M1", status=status)
    known = attrs.evolve(rules, store=History(lines=[line]))
    (finding,) = reviewed(rules, claims).findings
    assert reviewed(known, claims).findings == (finding,) * expected


def test_a_session_goes_on_in_the_history(rules: SessionRules) -> None:
    """A person of a family was paid before: the session of the same id, day and provider."""
    claims = [bill("M1", "90847", id="F1", start=TEN, group_size=2)]
    for name, day, expected in (("F1", DAY, 1), ("F2", DAY, 0), ("F1", date(2025, 9, 29), 0)):
        line = earlier("old", 60, code="90847", date_from=day, session=Session(id=name))
        known = attrs.evolve(rules, store=History(lines=[line]))
        assert found(reviewed(known, claims)) == [("limit", "acme/one-of-a-family", 1)] * expected


@pytest.mark.parametrize(
    ("code", "start", "expected"),
    [("H0004", TEN, 1), ("H0004", ELEVEN, 0), ("H2014", TEN, 1), ("H2017", TEN, 0)],
)
def test_a_session_while_another_member_is_seen_is_a_finding(
    code: str, start: time, expected: int, rules: SessionRules
) -> None:
    """The claim that comes later is named; groups that the rule does not name may overlap."""
    times: dict[str, Any] = {"end": time(start.hour + 1), "group_size": 1, "minutes": 60}
    first = bill("M1", code, start=start, **times)
    later = bill("M2", "H0004", start=TEN, end=ELEVEN, group_size=1)
    review = reviewed(rules, [first, later])
    own = [each for each in review.findings if each.rule == "acme/one-member-at-a-time"]
    assert [(each.kind, each.lines[0].claim) for each in own] == [("limit", "of M2")] * expected


def test_a_code_of_one_member_is_no_group() -> None:
    """A payer that requires a single member for a code does not make it a code of groups."""
    codes = SessionRules(load()).group_codes
    assert "90853" in codes
    assert codes.isdisjoint(["90832", "90834", "90837"])


def test_a_bundled_payers_words_are_used(rules: SessionRules) -> None:
    """MassHealth's carrier allows twelve; the thirteenth member breaks it, with its source."""
    read = date(2025, 9, 1)
    review = reviewed(rules, group(13, payer="ma-medicaid", group_size=13, date_from=read))
    (finding,) = review.findings
    assert finding.rule == "ma-medicaid/group-at-most-twelve"
    assert finding.citations[0].row == "MA-5"
    twelve = group(12, payer="ma-medicaid", group_size=12, date_from=read)
    assert reviewed(rules, twelve).findings == ()


CLAIMS = st.builds(
    bill,
    st.sampled_from(["M1", "M2", "M3"]),
    st.sampled_from(["90853", "90834"]),
    claim=st.uuids().map(str),
    id=st.sampled_from(["G1", "G2", None]),
    start=st.sampled_from([TEN, time(10, 30), ELEVEN, None]),
    end=st.sampled_from([ELEVEN, time(12), None]),
    group_size=st.sampled_from([1, 2, 9, None]),
    minutes=st.sampled_from([30, 60, None]),
)


@given(claims=st.lists(CLAIMS, max_size=8), random=st.randoms())
def test_the_order_of_claims_changes_nothing(
    claims: list[Claim], random: Any, rules: SessionRules
) -> None:
    """Two runs over the same claims in any order report the same."""
    shuffled = random.sample(claims, len(claims))
    one, other = reviewed(rules, claims), reviewed(rules, shuffled)
    assert [s.key for s in one.sessions] == [s.key for s in other.sessions]
    assert (one.findings, one.questions) == (other.findings, other.questions)


@given(claims=st.lists(CLAIMS, max_size=8))
def test_every_line_is_in_one_session_or_in_none(claims: list[Claim]) -> None:
    """No line is lost and none is in two; what shares an id or a start shares provider and day."""
    rebuilt = reconstruct_sessions(
        service for claim in claims for service in services_of(claim, ())
    )
    placed = [item for session in rebuilt.sessions for item in session.places]
    loose = [item.place for item in rebuilt.loose]
    assert sorted([*placed, *loose]) == sorted(
        service.place for claim in claims for service in services_of(claim, ())
    )
    for session in rebuilt.sessions:
        assert len({s.session.id for s in session.services if s.session.id}) <= 1
    for item in rebuilt.loose:
        assert item.session.id is None


def _minutes(session: Any) -> set[int]:
    span = session.span
    if span is None:
        return set()
    first = span.start.hour * 60 + span.start.minute
    return set(range(first, first + int((span.end - span.start).total_seconds() // 60)))


@given(claims=st.lists(CLAIMS, max_size=8))
def test_overlaps_are_those_that_a_clock_shows(claims: list[Claim], rules: SessionRules) -> None:
    """Minute by minute, without sorting: each pair that shares one, with a group in it."""
    review = reviewed(rules, claims)
    groups = {item.key for item in review.groups}
    slow = {
        frozenset([*one.places, *other.places])
        for at, one in enumerate(review.sessions)
        for other in review.sessions[at + 1 :]
        if groups & {one.key, other.key} and _minutes(one) & _minutes(other)
    }
    quick = {frozenset(finding.lines) for finding in review.findings if finding.kind == "overlap"}
    assert quick == slow


NPIS: Final = ["1234567893", "1098765432", "1000000004", "1000000012"]


@st.composite
def many(draw: st.DrawFn) -> list[FiledClaim]:
    """Claims of several providers and days, some of several of them, some withdrawn."""
    filed = []
    for at in range(draw(st.integers(1, 14))):
        lines = [
            ServiceLine(
                number=number,
                code=draw(st.sampled_from(["90853", "90834", "90847", "H2017"])),
                date_from=date(2025, 10, draw(st.integers(6, 7))),
                rendering_provider=Provider(npi=draw(st.sampled_from(NPIS))),
                minutes=draw(st.none() | st.sampled_from([60, 720])),
                session=Session(
                    id=draw(st.none() | st.sampled_from(["G1", "G2"])),
                    start=draw(st.none() | st.sampled_from([TEN, time(23, 30)])),
                    group_size=draw(st.none() | st.integers(1, 5)),
                ),
            )
            for number in range(1, 1 + draw(st.integers(1, 3)))
        ]
        claim = Claim(
            id=f"C{at}",
            member=Member(id=f"M{draw(st.integers(1, 5))}"),
            billing_provider=CLINIC,
            payer=draw(st.sampled_from(["acme", "ma-medicaid", "nobody", None])),
            frequency_code=draw(st.sampled_from(["1", "1", "7", "8"])),
            replaces=draw(st.none() | st.sampled_from(["C0", "C1"])),
            lines=lines,
        )
        filed.append(FiledClaim(claim, None, "claims.toml", at))
    return filed


@given(many())
def test_a_review_in_parts_is_that_of_the_whole(
    rules: SessionRules, filed: list[FiledClaim]
) -> None:
    """For any provider and partition of a line, the report is the same and in the same order."""
    to = PayerRouter(rules.registry)
    whole = at_once(filed, rules, to)
    parts = in_parts(filed, rules, to)
    assert (parts.sessions, parts.findings) == (whole.sessions, whole.findings)
    assert (parts.questions, parts.assumed) == (whole.questions, whole.assumed)
    result = dict.fromkeys(problem for _, problem in sorted(whole.problems))
    assert [problem for _, problem in parts.problems] == [*result]
