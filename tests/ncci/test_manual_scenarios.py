"""Claims that CMS's manual and tables decide, as an 837P holds them and with all facts.

The table is ``manual_scenarios.toml``. Each claim is written as an 837P and read again, so that it
states nothing that the form does not state.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

from payer_rules import Claim, Decision, History, Provider, load
from payer_rules.claims import Session
from payer_rules.derived_facts import derive
from payer_rules.readers import FiledClaim
from payer_rules.readers.claim_files import read_claim_file
from payer_rules.readers.formats import ReadOptions
from payer_rules.rulebook import RuleBook
from payer_rules.rules import ALWAYS, CORE_TOPICS, Assumable, Rule, TopicStatement

SCENARIOS: Final = tomllib.loads(
    Path(__file__).with_suffix("").with_name("manual_scenarios.toml").read_text("utf-8")
)["scenario"]
#: The days of service: within the bundled tables, and two years later.
DAYS: Final = (date(2024, 8, 15), date(2026, 11, 3))
#: The day for which the contractors' pages and the benefit policy manual were read.
READ: Final = date(2026, 11, 23)
#: The length of a session, in minutes, by code; other sessions last an hour.
MINUTES: Final = {"90833": 30, "90834": 45, "90836": 45}
CLINICIANS: Final = {1: "1234567893", 2: "1245319599"}
HEAD: Final = """\
ISA*00*          *00*          *ZZ*CLINIC         *ZZ*PAYER          *{sent:%y%m%d}*0900*^*00501*000000001*0*T*:~
GS*HC*CLINIC*PAYER*{sent:%Y%m%d}*0900*1*X*005010X222A1~
ST*837*0001*005010X222A1~
BHT*0019*00*1*{sent:%Y%m%d}*0900*CH~
NM1*41*2*CLINIC*****46*CLINIC~
PER*IC*DESK*TE*3125550100~
NM1*40*2*PAYER*****46*PAYER~
HL*1**20*1~
PRV*BI*PXC*193200000X~
NM1*85*2*CLINIC*****XX*1000000012~
N3*1 EXAMPLE ST~
N4*CHICAGO*IL*606011234~
REF*EI*361234567~
HL*2*1*22*0~
SBR*P*18*******MB~
NM1*IL*1*SAMPLE*PAT****MI*1EG4TE5MK72~
N3*2 EXAMPLE ST~
N4*CHICAGO*IL*60614~
DMG*D8*19480501*F~
NM1*PR*2*MEDICARE*****PI*00131~
CLM*C1*{total}.00***11:B:1*Y*A*Y*Y~
HI*ABK:F331~
"""
TAIL: Final = "SE*{count}*0001~\nGE*1*1~\nIEA*1*000000001~\n"


def segments(scenario: dict[str, Any], day: date) -> Iterator[str]:
    """Yield the segments of the service lines."""
    for number, service in enumerate(scenario["services"], 1):
        code, _, units = service.partition(" x")
        days = scenario.get("days", [1] * number)[number - 1] - 1
        npi = CLINICIANS[scenario.get("clinicians", [1] * number)[number - 1]]
        yield f"LX*{number}~"
        procedure = ":".join(["HC", *code.split("-")])
        yield f"SV1*{procedure}*{100 + number}.00*UN*{units or 1}***1~"
        yield f"DTP*472*D8*{day + timedelta(days=days):%Y%m%d}~"
        yield f"NM1*82*1*ROE*MARY****XX*{npi}~"
        yield "PRV*PE*PXC*2084P0800X~"


def as_form(scenario: dict[str, Any], day: date) -> str:
    """Return the claim as an 837P."""
    lines = list(segments(scenario, day))
    total = sum(100 + number for number in range(1, len(scenario["services"]) + 1))
    head = HEAD.format(sent=day + timedelta(days=7), total=total)
    tail = TAIL.format(count=head.count("~") - 2 + len(lines) + 1)
    return head + "\n".join(lines) + "\n" + tail


def read(scenario: dict[str, Any], day: date, folder: Path) -> Claim:
    """Return the claim as it is read from the 837P, with what is derived from it."""
    path = folder / "claim.837"
    path.write_text(as_form(scenario, day), encoding="ascii")
    (filed,) = read_claim_file(path, ReadOptions())
    assert isinstance(filed, FiledClaim), filed
    return derive(filed).claim


def with_all_facts(claim: Claim, contractor: str, profession: Any = "psychiatrist") -> Claim:
    """Return the claim with the facts that the form does not hold."""

    def stated(provider: Provider | None) -> Provider | None:
        return provider and attrs.evolve(provider, profession=profession, profession_from="stated")

    lines = [
        attrs.evolve(
            line,
            modality="in-person",
            minutes=MINUTES.get(line.code, 60),
            session=Session(group_size=8),
            rendering_provider=stated(line.rendering_provider),
        )
        for line in claim.lines
    ]
    return attrs.evolve(
        claim,
        lines=lines,
        contractor=contractor,
        condition_codes=(),
        inpatient_stays=(),
        authorizations=(),
        received=max(line.date_to for line in claim.lines) + timedelta(days=7),
    )


@cache
def book(*assume: Assumable) -> RuleBook:
    """Return Medicare's rule book."""
    return load(payers=["medicare"]).rulebook("medicare", assume=assume)


def read_for_all_days(rules: Iterable[Rule]) -> Iterator[Rule]:
    """Yield the rules as if their texts had been read for all days on which they are in force.

    NOTE: most were read as of 2026, and a text is never carried to an earlier day.
    """
    rules = tuple(rules)
    editions = Counter(rule.id for rule in rules)
    for rule in rules:
        is_only = editions[rule.id] == 1 and rule.verified != "unknown"
        yield attrs.evolve(rule, verified=None) if is_only else rule


@cache
def book_read_for_all_days() -> RuleBook:
    """Return Medicare's rule book with texts that were read for all days."""
    registry = load(payers=["medicare"])
    collected = registry.collect("medicare")
    rules = read_for_all_days(collected.rules)
    return RuleBook.build(registry.payer("medicare"), rules, collected.terms)


@cache
def book_that_read_all() -> RuleBook:
    """Return such a rule book, in which a text states that no topic has further rules."""
    registry = load(payers=["medicare"])
    payer, collected = registry.payer("medicare"), registry.collect("medicare")
    codes = frozenset(
        line.partition(" x")[0].split("-")[0] for s in SCENARIOS for line in s["services"]
    )
    statements = [
        TopicStatement(topic=topic, codes=codes, none=payer.ncci_citations, verified=ALWAYS)
        for topic in CORE_TOPICS
    ]
    return RuleBook.build(
        attrs.evolve(payer, topics=(*payer.topics, *statements)),
        read_for_all_days(collected.rules),
        collected.terms,
    )


def answers(decision: Decision, scenario: dict[str, Any], name: str) -> list[str]:
    """Return each line's outcome, as the table writes it; a denial has the code that it expects."""
    found = []
    for line, expected in zip(decision.lines, scenario["answers"], strict=True):
        outcome = getattr(line, name)
        codes = {
            f"{finding.adjustment.group}-{finding.adjustment.carc}"
            for finding in decision.findings
            if line.line in finding.lines and finding.adjustment and finding.outcome == outcome
        }
        wanted = expected.partition(" ")[2]
        shown = wanted if wanted in codes else ", ".join(sorted(codes))
        found.append(f"{outcome} {shown}" if shown and outcome != "pay" else outcome)
    return found


def named(scenario: dict[str, Any]) -> str:
    """Return the name of a test."""
    return f"{scenario['row']}: {scenario['why']}"


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=named)
def test_the_expected_answer_on_an_837p_is_the_manuals(
    scenario: dict[str, Any], day: date, tmp_path: Path
) -> None:
    """With the form alone, on a day of the tables and with the tables carried by two years."""
    decision = book().decide(read(scenario, day, tmp_path))
    assert answers(decision, scenario, "expected") == scenario["answers"], scenario["why"]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=named)
def test_the_proved_answer_with_all_facts_is_the_manuals(
    scenario: dict[str, Any], tmp_path: Path
) -> None:
    """With every fact known, texts read for all days, and every topic read."""
    claim = with_all_facts(read(scenario, DAYS[0], tmp_path), scenario["contractor"])
    decision = book_that_read_all().decide(claim, History())
    assert answers(decision, scenario, "outcome") == scenario["answers"], scenario["why"]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=named)
def test_no_proved_answer_is_another_than_the_manuals(
    scenario: dict[str, Any], tmp_path: Path
) -> None:
    """With every fact known, nothing but a topic that was not read keeps a line open."""
    claim = with_all_facts(read(scenario, DAYS[0], tmp_path), scenario["contractor"])
    decision = book_read_for_all_days().decide(claim, History())
    assert {entry.reason for entry in decision.not_evaluated} <= {"topic"}
    found = answers(decision, scenario, "outcome")
    wrong = [pair for pair in zip(found, scenario["answers"], strict=True) if pair[0] != pair[1]]
    assert all(pair == ("unknown", "pay") for pair in wrong), scenario["why"]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=named)
def test_the_proved_answer_where_texts_were_read_is_the_manuals(
    scenario: dict[str, Any], tmp_path: Path
) -> None:
    """On the day for which pages were read, with the tables carried, and no text made up."""
    claim = with_all_facts(read(scenario, READ, tmp_path), scenario["contractor"])
    decision = book("edition", "table").decide(claim, History())
    assert answers(decision, scenario, "outcome") == scenario["answers"], scenario["why"]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=named)
def test_the_proved_answer_within_the_tables_is_the_manuals(
    scenario: dict[str, Any], tmp_path: Path
) -> None:
    """In 2024, with nothing assumed: only the topics that the table names keep a line open."""
    claim = with_all_facts(read(scenario, DAYS[0], tmp_path), scenario["contractor"])
    decision = book().decide(claim, History())
    open_topics = scenario.get("open_in_2024", [""] * len(scenario["services"]))
    wanted = [
        "unknown" if topics else answer
        for topics, answer in zip(open_topics, scenario["answers"], strict=True)
    ]
    assert answers(decision, scenario, "outcome") == wanted, scenario["why"]
    pays = zip(decision.lines, scenario["answers"], strict=True)
    unread = [", ".join(line.unread_topics) if a == "pay" else "" for line, a in pays]
    assert unread == open_topics


CONTRACTORS: Final = ["ngs", "novitas", "first-coast", "palmetto", "cgs"]


@pytest.mark.parametrize("contractor", CONTRACTORS)
def test_the_proved_answer_is_the_manuals_at_each_contractor(
    contractor: Any, tmp_path: Path
) -> None:
    """But for groups of families, whose size no text of these contractors was read to limit."""
    wrong = []
    for scenario in SCENARIOS:
        claim = with_all_facts(read(scenario, DAYS[0], tmp_path), contractor)
        decision = book().decide(claim, History())
        if answers(decision, scenario, "outcome") != scenario["answers"]:
            wrong.append(scenario["services"])
    assert wrong == [["90849", "90865"]]


WHO_BILLS_VISITS: Final = [
    ("psychiatrist", ["checked", "checked"]),
    ("physician-assistant", ["checked", "checked"]),
    ("psychologist", ["checked", "checked"]),
    ("lcsw", ["unread", "carried"]),
    ("lmft", ["unread", "unread"]),
    ("bachelor", ["unread", "checked"]),
]


@pytest.mark.parametrize(("profession", "expected"), WHO_BILLS_VISITS)
def test_who_bills_medical_services_was_read_for_those_whom_a_text_names(
    profession: Any, expected: list[str], tmp_path: Path
) -> None:
    """Rows MC-9.1 and MC-9.6: of counselors it is known by analogy, of social workers in 2024."""
    form = read({"services": ["99213", "90833"]}, READ, tmp_path)
    claim = with_all_facts(form, "novitas", profession)
    lines = book("edition", "table").decide(claim, History()).lines
    assert [line.topics["provider"] for line in lines] == expected


def test_the_table_is_large_enough_and_names_every_row() -> None:
    """At least 26 claims, each with the row of the fact that it proves, and none twice."""
    assert len(SCENARIOS) >= 26
    assert len({named(scenario) for scenario in SCENARIOS}) == len(SCENARIOS)
    assert all(scenario["row"].startswith("MC-") and scenario["why"] for scenario in SCENARIOS)
