"""Laws of a roster: one claim a participant, nothing invented, missing facts reported first."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payer_rules.errors import InputError
from payer_rules.history import History
from payer_rules.readers import read_claims
from payer_rules.registry import Registry, load
from payer_rules.reports.roster_files import text_of_claim
from payer_rules.sessions.roster import read_roster
from payer_rules.sessions.roster_billing import BilledParticipant, RosterBiller

PROFILE: Final = """
[payer]
id = "acme"
name = "Acme (invented)"
kind = "commercial"

[sources.A-1]
title = "Manual (invented)"
url = "https://example.com/manual"
read = 2026-01-02
confidence = "primary"

[sources.A-0]
title = "Old manual (invented)"
url = "https://example.com/old"
read = 2026-01-02
confidence = "archived"

[[modifier_requirement]]
id = "video"
codes = ["90853"]
when = { modality = ["video"] }
any_of = ["GT"]
in_force = { from = 2021-01-01 }
cites = ["A-1"]
rationale = "Video carries GT."

[[modifier_requirement]]
id = "video"
codes = ["90853"]
when = { modality = ["video"] }
any_of = ["U1"]
in_force = { to = 2020-12-31 }
cites = ["A-0"]
rationale = "Video carried U1."

[[modifier_requirement]]
id = "audio"
codes = ["90853"]
when = { modality = ["audio"] }
any_of = ["93", "FQ"]
cites = ["A-1"]
rationale = "Audio carries 93 or FQ."

[[session_requirement]]
id = "record"
codes = ["90853"]
documented = ["topic", "individual-progress"]
cites = ["A-1"]
rationale = "The topic and each one's progress are written down."

[[authorization_requirement]]
id = "leave"
codes = ["90853"]
needs = ["authorization"]
cites = ["A-1"]
rationale = "Only with an authorization."
"""
HEAD: Final = """
[session]
id = "G1"
date = 2025-10-06
start = 10:00:00
end = 11:00:00
facilitator = { npi = "1234567893", profession = "lcsw" }
documented = ["topic"]
"""
SHARED: Final = (
    '[claim]\npayer = "acme"\ncode = "90853"\nmodality = "in-person"\nauthorizations = []\n'
)
ONE: Final = '[[participants]]\nmember = { id = "M1" }\n'


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    """The bundled payers and Acme."""
    file = tmp_path_factory.mktemp("profiles") / "acme.toml"
    file.write_text(PROFILE, encoding="utf-8")
    return load(profiles=[file])


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for rosters and claims."""
    return tmp_path_factory.mktemp("desk")


def billed(registry: Registry, desk: Path, *parts: str) -> list[BilledParticipant]:
    """What becomes of the participants of the roster; nothing was paid before."""
    file = desk / "roster.toml"
    file.write_text("\n".join(parts), encoding="utf-8")
    return list(RosterBiller(registry=registry, store=History()).bill(read_roster(file)))


def one(registry: Registry, desk: Path, own: str = "", shared: str = SHARED) -> BilledParticipant:
    """What becomes of a single participant."""
    (billing,) = billed(registry, desk, HEAD, shared, ONE + own)
    return billing


def test_the_claim_holds_what_the_roster_says(registry: Registry, desk: Path) -> None:
    """Provider, day, session and record of all, and each participant's own words."""
    own = 'documented = ["individual-progress"]\nclaim = "C7"\nplace_of_service = "11"\n'
    claim = one(registry, desk, own).claim
    assert claim is not None
    (line,) = claim.lines
    session: Any = line.session
    assert (claim.id, claim.member.id, claim.payer) == ("C7", "M1", "acme")
    assert claim.billing_provider.npi == claim.rendering_provider(line).npi == "1234567893"
    assert (line.code, line.place_of_service, str(line.date_from)) == ("90853", "11", "2025-10-06")
    assert (session.id, session.group_size) == ("G1", 1)
    assert session.documented == {"topic", "individual-progress"}


def test_the_nearer_word_counts(registry: Registry, desk: Path) -> None:
    """A participant's value precedes that of the payer's participants, and that the common one."""
    by_payer = '[payers.wa-medicaid]\ncode = "H0005"\nplace_of_service = "53"\n'
    shared = '[claim]\ncode = "90853"\nplace_of_service = "11"\npayer = "acme"\n'
    others = (
        '[[participants]]\nmember = { id = "M2" }\npayer = "wa-medicaid"\n'
        '[[participants]]\nmember = { id = "M3" }\npayer = "wa-medicaid"\nplace_of_service = "10"\n'
    )
    billing = billed(registry, desk, HEAD, shared, by_payer, ONE, others)
    lines = [item.claim.lines[0] for item in billing if item.claim]
    assert [(line.code, line.place_of_service) for line in lines] == [
        ("90853", "11"),
        ("H0005", "53"),
        ("H0005", "10"),
    ]


def test_a_modifier_without_a_choice_is_the_payers_word(registry: Registry, desk: Path) -> None:
    """It is added with its rule and source, and the decision is that on the claim with it."""
    billing = one(registry, desk, 'modality = "video"\n')
    assert [(item.modifier, item.rule) for item in billing.required] == [("GT", "acme/video")]
    assert billing.required[0].citations[0].row == "A-1"
    assert billing.claim is not None
    assert billing.claim.lines[0].modifiers == ("GT",)
    assert billing.decision is not None
    assert "acme/video" not in [finding.rule for finding in billing.decision.findings]


@pytest.mark.parametrize(
    "own", ['modality = "audio"\n', 'modality = "video"\nmodifiers = []\n', ""]
)
def test_a_modifier_is_never_chosen(own: str, registry: Registry, desk: Path) -> None:
    """Of two that a rule allows, against the roster's own word, and without a rule: none."""
    billing = one(registry, desk, own)
    assert billing.required == ()
    assert billing.claim is not None
    assert billing.claim.lines[0].modifiers == ()
    assert billing.decision is not None
    found = [finding.rule for finding in billing.decision.findings if "modality" in own]
    assert bool(found) == bool(own)


def test_without_a_code_there_is_no_claim(registry: Registry, desk: Path) -> None:
    """No code is invented; it is reported as missing."""
    billing = one(registry, desk, shared='[claim]\npayer = "acme"\n')
    assert billing.claim is None
    assert [item.missing for item in billing.lacking] == ["code"]


def test_without_a_payer_nothing_is_judged(registry: Registry, desk: Path) -> None:
    """The claim is made, and the payer is reported as missing."""
    billing = one(registry, desk, shared='[claim]\ncode = "90853"\n')
    assert billing.claim is not None
    assert (billing.decision, [item.missing for item in billing.lacking]) == (None, ["payer"])


def test_what_is_lacking_is_what_the_decision_misses(registry: Registry, desk: Path) -> None:
    """Of the claim and the record, not of the past or of what a payer's text leaves open."""
    head = HEAD.replace('documented = ["topic"]\n', "")
    shared = '[claim]\npayer = "acme"\ncode = "90853"\n'
    (billing,) = billed(registry, desk, head, shared, ONE)
    assert {(item.reason, item.missing) for item in billing.lacking} == {
        ("claim", "authorizations"),
        ("record", "modality"),
        ("record", "session.documented"),
    }
    for payer in registry.payers:
        (billing,) = billed(registry, desk, head, shared.replace("acme", payer), ONE)
        assert billing.decision is not None
        assert billing.lacking == tuple(
            e for e in billing.decision.not_evaluated if e.reason in ("claim", "record")
        )


TEXT = st.text("abcXYZ 019-", min_size=1, max_size=8).filter(lambda text: text == text.strip())


@given(
    members=st.lists(TEXT, min_size=1, max_size=4, unique=True),
    modality=st.sampled_from(["in-person", "video", "audio"]),
    place=st.sampled_from(["02", "10", "11", "53"]),
    diagnoses=st.lists(st.sampled_from(["F33.1", "F41.1"]), unique=True),
    units=st.integers(1, 8),
)
def test_a_claim_that_is_written_is_read_again(
    members: list[str],
    modality: str,
    place: str,
    diagnoses: list[str],
    units: int,
    registry: Registry,
    desk: Path,
) -> None:
    """The file of each participant holds the claim that was judged, and no other fact."""
    shared = (
        f'[claim]\npayer = "acme"\ncode = "90853"\nmodality = "{modality}"\nunits = {units}\n'
        f'place_of_service = "{place}"\ndiagnoses = {diagnoses}\n'
    )
    listed = [f'[[participants]]\nmember = {{ id = "{member}" }}\n' for member in members]
    billing = billed(registry, desk, HEAD, shared, *listed)
    assert [item.member for item in billing] == members
    for item in billing:
        assert item.claim is not None
        file = desk / "claim.toml"
        file.write_text(text_of_claim(item.claim), encoding="utf-8")
        read = read_claims(file)
        assert read.problems == ()
        assert [filed.claim for filed in read.claims] == [item.claim]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "[session]",
            "[sessions]",
            "roster.toml:2: unknown key 'sessions'. Did you mean 'session'?",
        ),
        ("start", "strt", "roster.toml:5: unknown key 'strt'. Did you mean 'start'?"),
        ("2025-10-06", '"monday"', "roster.toml:4: expected a date"),
        ('"90853"', '"9085"', "roster.toml:11: '9085' is not a procedure code"),
        ("code", "cod", "roster.toml:11: unknown key 'cod'"),
        ('member = { id = "M1" }', "", "the key 'member' is missing"),
        ('{ id = "M1" }', '{ id = "M2" }', "the member of another participant takes part twice"),
        ("end = 11", "group_size = 1\nend = 11", "group_size is 1, and 2 participants are listed"),
        ('id = "G1"', 'id = "G/1"', "'G/1-1' cannot be the name of a file"),
        ('claim = "C2"', 'claim = "g1-1"', "is the id of two claims"),
        ('claim = "C2"', "units = 0", "the line has 0 units"),
        ("[[participants]]", "[participants]", "it is not a list of tables"),
        ("[claim]", "[payers]\nacme = 1\n[claim]", "roster.toml:10: acme is not a table"),
    ],
)
def test_every_problem_has_its_place(
    old: str, new: str, message: str, registry: Registry, desk: Path
) -> None:
    """A problem names file and line, and what to do; a roster with one bills nothing."""
    second = '[[participants]]\nmember = { id = "M2" }\nclaim = "C2"\n'
    text = HEAD + SHARED + ONE + (second if new != "[participants]" else "")
    with pytest.raises(InputError) as raised:
        billed(
            registry, desk, text.replace(old, new, 1) if old != "code" else text.replace(old, new)
        )
    assert message in str(raised.value)


def test_all_problems_are_reported_at_once(registry: Registry, desk: Path) -> None:
    """Those of the session, of what is shared, and of a participant; what is shared only once."""
    text = HEAD.replace("10:00:00", '"ten"') + SHARED.replace('"90853"', '"x"')
    with pytest.raises(InputError) as raised:
        billed(registry, desk, text, ONE, ONE.replace("M1", "M2") + "unit = 2\n")
    assert [problem.where for problem in raised.value.problems] == [
        "roster.toml:5",
        "roster.toml:11",
        "roster.toml:20",
    ]


def test_what_is_shared_is_a_table(desk: Path) -> None:
    """A number in place of the shared keys is a problem with its line."""
    file = desk / "roster.toml"
    file.write_text(f"claim = 1\n{HEAD}{ONE}", encoding="utf-8")
    with pytest.raises(InputError) as raised:
        read_roster(file)
    assert "roster.toml:1: claim is not a table. Write [claim]." in str(raised.value)


def test_payers_that_are_not_there_are_reported(registry: Registry, desk: Path) -> None:
    """Payers of participants, and those for which the roster has shared keys."""
    file = desk / "roster.toml"
    shared = SHARED.replace("acme", "acmee")
    file.write_text(f"{HEAD}{shared}[payers.medicar]\n{ONE}", encoding="utf-8")
    problems = RosterBiller(registry=registry).problems(read_roster(file))
    assert [str(problem) for problem in problems] == [
        "payers.medicar: there is no payer 'medicar'. Did you mean 'medicare'?",
        "participant 1: there is no payer 'acmee'. Did you mean 'acme'?",
    ]
