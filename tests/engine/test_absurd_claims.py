"""Absurd claims at every payer: none is proved to be paid, and nearly none is expected to be.

Each claim is decided as a form holds it and with its facts known, on a day of the bundled tables
and two years later. ``LINES`` of a claim are the lines that nobody would pay.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import date, time, timedelta
from functools import cache
from importlib import resources
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import attrs
import pytest

from payer_rules import Claim, Decision, History, Member, Provider, ServiceLine, Session, load
from payer_rules.decisions import LineDecision
from payer_rules.rulebook import RuleBook
from payer_rules.rules import UNPAID

Why: TypeAlias = Literal["units", "pair", "other"]

DAYS: Final = (date(2024, 8, 15), date(2026, 11, 3))
REGISTRY: Final = load()
#: The most of the expected answers on absurd lines that may be `pay`, by proof or presumption.
MOST: Final = 0.01
#: Findings that are no payment in full.
FLAGGED: Final = frozenset(["deny", "return", "review", "reduce", "patient-share"])


@attrs.frozen
class Absurd:
    """An absurd claim: its services, the lines that are absurd, and other facts."""

    why: Why
    services: str
    lines: tuple[int, ...] = (1,)
    facts: dict[str, Any] = attrs.field(factory=dict)
    provider: dict[str, Any] = attrs.field(factory=dict)
    session: dict[str, Any] = attrs.field(factory=dict)
    day: date | None = None

    def __str__(self) -> str:
        more = {**self.facts, **self.provider, **self.session}
        return " ".join([self.services, *(f"{key}={value}" for key, value in more.items())])


def rows_of(table: str) -> list[dict[str, str]]:
    """Return the rows of a bundled extract of Medicare's tables."""
    text = (resources.files("payer_rules_medicare") / "tables" / table).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


ABSURD: Final = (
    # Units that no session has.
    Absurd("units", "90853 x99"),
    Absurd("units", "90834 x99"),
    Absurd("units", "90837 x24"),
    Absurd("units", "90832 x20"),
    Absurd("units", "90847 x12"),
    Absurd("units", "90846 x10"),
    Absurd("units", "90849 x50"),
    Absurd("units", "90791 x3"),
    Absurd("units", "90792 x5"),
    Absurd("units", "90839 x10"),
    Absurd("units", "90845 x12"),
    Absurd("units", "90870 x9"),
    Absurd("units", "99214 x7"),
    Absurd("units", "90834, 90785 x40", (2,)),
    # Sessions of one day, of which the first may be paid.
    Absurd("units", ", ".join(["90853"] * 6), (2, 3, 4, 5, 6)),
    Absurd("units", ", ".join(["90834"] * 6), (2, 3, 4, 5, 6)),
    Absurd("units", ", ".join(["90837"] * 8), (2, 3, 4, 5, 6, 7, 8)),
    Absurd("units", "90791, 90791, 90791", (2, 3)),
    Absurd("units", ", ".join(["90847"] * 5), (2, 3, 4, 5)),
    # Pairs without a modifier.
    Absurd("pair", "90853, 90834", (2,)),
    Absurd("pair", "90791, 90834", (2,)),
    Absurd("pair", "90792, 90791", (2,)),
    Absurd("pair", "90849, 90865", (2,)),
    Absurd("pair", "90839, 90853", (2,)),
    Absurd("pair", "90880, 90853", (2,)),
    Absurd("pair", "90792, 99214", (2,)),
    Absurd("pair", "90837, 90834", (2,)),
    Absurd("pair", "90834, 90832", (2,)),
    Absurd("pair", "90846, 90847", (2,)),
    Absurd("pair", "90865, 90834", (2,)),
    # Add-on codes alone.
    Absurd("other", "90833"),
    Absurd("other", "90785"),
    Absurd("other", "90840"),
    # Other facts.
    Absurd("other", "90853", session={"group_size": 60}),
    Absurd("other", "90853", session={"group_size": 1}),
    Absurd("other", "90837", facts={"minutes": 5}),
    Absurd("other", "90853-HO-HN-HP-AJ"),
    Absurd("other", "90834-93-95-GT-FQ"),
    Absurd("other", "90837", provider={"profession": "unlicensed"}),
    Absurd("other", "90853", provider={"profession": "unlicensed"}),
    Absurd("other", "90837", provider={"profession": "physical-therapist"}),
    Absurd("other", "90853", facts={"place_of_service": "41"}),
    Absurd("other", "90834", facts={"place_of_service": "81"}),
    Absurd("other", "90853", day=date(2031, 1, 15)),
    Absurd("other", "90834", day=date(1995, 3, 1)),
    Absurd("other", "90801"),
    # The same of codes outside psychotherapy.
    Absurd("units", ", ".join(["96130"] * 6), (2, 3, 4, 5, 6)),
    Absurd("units", ", ".join(["90870"] * 6), (2, 3, 4, 5, 6)),
    Absurd("units", ", ".join(["90867"] * 6), (2, 3, 4, 5, 6)),
    Absurd("units", ", ".join(["99214"] * 6), (4, 5, 6)),
    Absurd("units", "90792, 90792, 90792", (2, 3)),
    Absurd("units", "96132, 96132, 96132", (2, 3)),
    Absurd("other", "90849", session={"group_size": 60}),
    Absurd("other", "99214-HO-HN-HP-AJ"),
    Absurd("other", "96130-HO-HN-HP-AJ"),
    Absurd("other", "90870-93-95-GT-FQ"),
    Absurd("other", "99214", provider={"profession": "unlicensed"}),
    Absurd("other", "96130", provider={"profession": "unlicensed"}),
    Absurd("other", "90870", provider={"profession": "unlicensed"}),
    Absurd("other", "96127", facts={"place_of_service": "41"}),
)
#: The MUE of each code, and the pairs that no modifier bypasses, of the bundled extracts.
MOST_UNITS: Final = {row["code"]: int(row["mue"]) for row in rows_of("mue_practitioner.csv")}
#: The codes of the newest release; those that it lacks end with the one before.
NEWEST: Final = {row["code"] for row in rows_of("mue_practitioner_2026q2.csv")}
FIXED_PAIRS: Final = [
    (row["column1"], row["column2"])
    for row in rows_of("ptp_practitioner.csv")
    if row["indicator"] == "0"
]
#: Every code with 99 units, and a sample of the pairs, one for each code of column 2.
OF_TABLES: Final = (
    *(
        Absurd("units", f"{code} x99", day=None if code in NEWEST else DAYS[0])
        for code in sorted(MOST_UNITS)
    ),
    *(
        Absurd("pair", f"{first}, {second}", (2,))
        for second, first in sorted({second: first for first, second in FIXED_PAIRS}.items())
    ),
)
EVERY_ABSURD: Final = tuple({str(absurd): absurd for absurd in (*ABSURD, *OF_TABLES)}.values())


class Answer(NamedTuple):
    """The decision on an absurd claim by one payer."""

    payer: str
    absurd: Absurd
    form: str
    decision: Decision

    @property
    def lines(self) -> list[LineDecision]:
        """The decisions on the absurd lines."""
        return [line for line in self.decision.lines if line.line in self.absurd.lines]

    @property
    def is_no_pair(self) -> bool:
        """Whether the payer does not pay the first line of a pair anyway."""
        return self.absurd.why == "pair" and self.decision.lines[0].expected in UNPAID

    def __str__(self) -> str:
        lines = [f"{line.outcome}/{line.expected} {line.basis}" for line in self.lines]
        return f"{self.payer}: {self.absurd} ({self.form}): {', '.join(lines)}"


def line_of(number: int, service: str, absurd: Absurd, day: date) -> ServiceLine:
    """Return a line as a form holds it."""
    code, _, units = service.partition(" x")
    procedure, *modifiers = code.split("-")
    return ServiceLine(
        number=number,
        code=procedure,
        modifiers=modifiers,
        units=int(units or 1),
        date_from=day,
        **{"place_of_service": "11", "charge": 100 + number, **absurd.facts},
        session=Session(**absurd.session) if absurd.session else None,
    )


def as_form(absurd: Absurd, day: date) -> Claim:
    """Return the claim as a form holds it."""
    services = absurd.services.split(", ")
    lines = [line_of(number, text, absurd, day) for number, text in enumerate(services, 1)]
    return Claim(
        id="C1",
        member=Member(id="M1", birth_date=date(1980, 5, 1)),
        billing_provider=Provider(npi="1000000012"),
        setting="practitioner",
        state="IL",
        lines=[
            attrs.evolve(line, rendering_provider=Provider(npi="1234567893", **absurd.provider))
            for line in lines
        ],
        diagnoses=("F33.1",),
        authorizations=(),
        referral="none",
    )


def with_facts(claim: Claim, absurd: Absurd, payer: str) -> Claim:
    """Return the claim with the facts that a form does not hold."""
    kind = REGISTRY.payers[payer].kind
    return attrs.evolve(
        claim,
        contractor="ngs" if kind == "medicare" else None,
        program=kind if kind in ("medicaid", "medicare") else None,
        network="in-network",
        condition_codes=(),
        inpatient_stays=(),
        received=claim.lines[0].date_from + timedelta(days=7),
        lines=[
            attrs.evolve(
                line,
                modality="in-person",
                minutes=absurd.facts.get("minutes", 60),
                rendering_provider=Provider(
                    npi="1234567893", **{"profession": "psychiatrist", **absurd.provider}
                ),
                session=Session(
                    **{
                        "id": f"S{line.number}",
                        "start": time(7 + line.number),
                        "end": time(8 + line.number),
                        "group_size": 8,
                        **absurd.session,
                    }
                ),
            )
            for line in claim.lines
        ],
    )


@cache
def book(payer: str) -> RuleBook:
    """Return the rule book of the payer."""
    return REGISTRY.rulebook(payer)


def decided(payer: str) -> Iterator[Answer]:
    """Yield the payer's decision on each absurd claim, in each form."""
    for absurd in EVERY_ABSURD:
        for day in [absurd.day] if absurd.day else DAYS:
            claim = as_form(absurd, day)
            yield Answer(payer, absurd, f"form {day}", book(payer).decide(claim))
            known = with_facts(claim, absurd, payer)
            yield Answer(payer, absurd, f"facts {day}", book(payer).decide(known, History()))


@pytest.fixture(scope="module")
def answers() -> list[Answer]:
    """Return the decisions of all payers."""
    return [answer for payer in sorted(REGISTRY.payers) for answer in decided(payer)]


def counted(answers: list[Answer]) -> str:
    """Return how many answers each payer gives, and the answers themselves."""
    payers = Counter(answer.payer for answer in answers)
    heads = [f"{len(answers)} answers", *(f"{payer}: {n}" for payer, n in payers.most_common())]
    return "\n".join([*heads, *map(str, answers[:60])])


def test_no_absurd_line_is_proved_to_be_paid(answers: list[Answer]) -> None:
    """No payer's texts prove that it pays; a pair is none if the first line is not paid anyway."""
    paid = [
        answer
        for answer in answers
        if any(line.outcome == "pay" for line in answer.lines) and not answer.is_no_pair
    ]
    assert not paid, counted(paid)


def test_nearly_no_absurd_line_is_expected_to_be_paid(answers: list[Answer]) -> None:
    """At most one of a hundred, by proof or presumption."""
    lines = [line for answer in answers for line in answer.lines]
    paid = [
        answer
        for answer in answers
        if any(
            line.expected == "pay" and line.basis in ("proved", "presumed") for line in answer.lines
        )
    ]
    count = sum(line.expected == "pay" and line.basis in ("proved", "presumed") for line in lines)
    assert count <= MOST * len(lines), f"{count} of {len(lines)}\n{counted(paid)}"


@pytest.mark.parametrize("why", ["units", "pair"])
def test_units_and_pairs_are_flagged_at_every_payer(answers: list[Answer], why: Why) -> None:
    """The payer's own text finds something, or else Medicare's edits warn."""
    silent = [
        answer
        for answer in answers
        if answer.absurd.why == why
        and REGISTRY.payers[answer.payer].baseline != "none"
        and not all(line.expected in FLAGGED for line in answer.lines)
        and not answer.is_no_pair
    ]
    assert not silent, counted(silent)


def test_there_are_two_hundred() -> None:
    """The tables hold at least sixty claims by hand and two hundred in all, each once."""
    assert len({str(absurd) for absurd in ABSURD}) == len(ABSURD) >= 60
    assert len({str(absurd) for absurd in EVERY_ABSURD}) == len(EVERY_ABSURD) >= 200
