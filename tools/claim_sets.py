"""Three named sets of invented claims as columns, which `make_claim_sets.py` writes as files.

A set is drawn from a seed by numpy's plain random numbers alone, whose stream does not change
between its versions. Claims are in order of receipt.
"""

from __future__ import annotations

import csv
import gzip
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np

from payer_rules.kinds.required_field.evaluator import is_npi

Numbers: TypeAlias = np.ndarray[Any, Any]

CMS: Final = Path(
    os.environ.get("PAYER_RULES_CMS") or Path(__file__).resolve().parents[2] / "shared" / "cms"
)
PAIRS: Final = CMS / "ncci_ptp_practitioner_2024q3.csv.gz"
#: Taxonomies of those who render, with the profession that the practice file states.
LICENSES: Final = (
    ("1041C0700X", "lcsw"),
    ("101YP2500X", "lcpc"),
    ("103TC0700X", "psychologist"),
    ("106H00000X", "lmft"),
    ("2084P0800X", "psychiatrist"),
)
PSYCHIATRIST: Final = 4
DIAGNOSES: Final = (
    *("F33.1", "F41.1", "F43.10", "F33.2", "F43.23", "F31.9", "F34.1", "F90.0"),
    *("F33.1 F41.1", "F43.10 F33.1", "F10.20 F33.0", "F41.0 F40.10"),
)
PLACES: Final = ("11", "10", "02", "22", "21", "23")
#: Codes that no practitioner bills: one of clinic visits in hospitals, and one that ended in 2020.
_NOT_BILLED: Final = frozenset(["G0463", "99201"])
_MONDAY: Final = np.datetime64("2024-01-01")


class LineColumns(NamedTuple):
    """Service lines as columns; codes and modifiers are places in lists of texts."""

    codes: list[str]
    modifiers: list[str]
    claim: Numbers
    number: Numbers
    code: Numbers
    modifier: Numbers
    units: Numbers


class ClaimSet(NamedTuple):
    """Claims as columns, in order of receipt, and their lines."""

    member: Numbers
    clinician: Numbers
    day: Numbers
    received: Numbers
    place: Numbers
    diagnoses: Numbers
    lines: LineColumns
    licenses: list[int]


class Size(NamedTuple):
    """The size of a set: claims, members, clinicians, and the weeks from a first day."""

    claims: int = 100_000
    members: int = 20_000
    clinicians: int = 200
    weeks: int = 52
    first: np.datetime64 = _MONDAY


class Chance:
    """Random numbers from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.Generator(np.random.PCG64(seed))

    def below(self, limit: int | Numbers, count: int) -> Numbers:
        """Return whole numbers from zero that are below the limit."""
        return np.floor(self._random.random(count) * limit).astype(np.int64)

    def weighted(self, weights: Numbers | list[int], count: int) -> Numbers:
        """Return places in the weights, in proportion to them."""
        ends = np.cumsum(np.asarray(weights, dtype=float))
        places: Numbers = np.searchsorted(ends / ends[-1], self._random.random(count), side="right")
        return places

    def is_one_of(self, many: int, count: int) -> Numbers:
        """Return True for about one place of so many."""
        return self._random.random(count) < 1 / many

    def order(self, count: int) -> Numbers:
        """Return the places in a random order."""
        return np.argsort(self._random.random(count), kind="stable")


class _Service(NamedTuple):
    """What a claim bills: code, modifiers and units of each line, and the place of service."""

    lines: tuple[tuple[str, str, int], ...]
    place: str = "11"


def _bill(text: str, place: str = "11") -> _Service:
    """Return the service of a text such as ``90853 HQ x2, 90834 59``."""
    lines = []
    for part in text.split(", "):
        code, *others = part.split()
        units = [int(word[1:]) for word in others if word.startswith("x")]
        modifiers = " ".join(word for word in others if not word.startswith("x"))
        lines.append((code, modifiers, units[0] if units else 1))
    return _Service(tuple(lines), place)


class _Course(NamedTuple):
    """A course of visits: its weight, who renders, the first visit, the usual ones, the pace."""

    weight: int
    who: str
    first: _Service
    usual: tuple[_Service, ...]
    weeks_between: int
    most_visits: int


_EVALUATION: Final = _bill("90791")
_MEDICAL: Final = _bill("90792")
_COURSES: Final = (
    _Course(26, "therapist", _EVALUATION, (_bill("90834"),), 1, 11),
    _Course(18, "therapist", _EVALUATION, (_bill("90837"),), 1, 11),
    _Course(6, "therapist", _EVALUATION, (_bill("90837"), _bill("90834"), _bill("90832")), 1, 11),
    _Course(4, "therapist", _EVALUATION, (_bill("90832"), _bill("90832, 96127")), 2, 7),
    _Course(9, "therapist", _EVALUATION, (_bill("90834 95", "10"),), 1, 11),
    _Course(5, "therapist", _EVALUATION, (_bill("90837 95", "10"), _bill("90837")), 1, 11),
    _Course(2, "therapist", _EVALUATION, (_bill("90834 95", "02"),), 1, 9),
    _Course(2, "therapist", _EVALUATION, (_bill("90832 93", "10"),), 1, 9),
    _Course(20, "group", _EVALUATION, (_bill("90853"),), 1, 13),
    _Course(3, "group", _EVALUATION, (_bill("90853, 90785"),), 1, 9),
    _Course(2, "group", _EVALUATION, (_bill("90849"),), 2, 6),
    _Course(2, "group", _EVALUATION, (_bill("90853, 90834 59"),), 1, 7),
    _Course(4, "therapist", _EVALUATION, (_bill("90847"), _bill("90846")), 2, 7),
    _Course(3, "therapist", _EVALUATION, (_bill("90837, 90785"),), 1, 9),
    _Course(2, "therapist", _EVALUATION, (_bill("96158"), _bill("96158, 96159")), 2, 5),
    _Course(2, "therapist", _bill("96130, 96131 x2, 96136, 96137 x3"), (_bill("90834"),), 1, 6),
    _Course(9, "psychiatrist", _MEDICAL, (_bill("99213, 90833"), _bill("99213")), 4, 7),
    _Course(6, "psychiatrist", _MEDICAL, (_bill("99214, 90836"), _bill("99214")), 4, 7),
    _Course(4, "psychiatrist", _MEDICAL, (_bill("99214"), _bill("99215"), _bill("99212")), 4, 7),
    _Course(3, "psychiatrist", _MEDICAL, (_bill("99214 95", "10"),), 4, 7),
    _Course(1, "psychiatrist", _MEDICAL, (_bill("99214, G2211"), _bill("99213, 96127 x2")), 4, 7),
    _Course(1, "psychiatrist", _bill("90867"), (_bill("90868"),), 1, 7),
)
#: What clinics bill wrongly, with its weight.
_ERRORS: Final = (
    (10, _bill("90853, 90853")),
    (12, _bill("90853, 90834")),
    (8, _bill("90791, 90834")),
    (8, _bill("90853 x4")),
    (5, _bill("90785")),
    (5, _bill("90833")),
    (6, _bill("90837 x2")),
    (4, _bill("90849, 90865")),
    (4, _bill("90792, 99214")),
    (4, _bill("90846, 90834")),
    (3, _bill("90832, 90837 59")),
    (2, _bill("96159")),
)
#: One claim of so many has an error.
ONE_OF: Final = 20


def clinic_network(size: Size, seed: int) -> ClaimSet:
    """Draw claims of a network of behavioral clinics: courses of weekly visits, and groups.

    An evaluation comes first, a group meets on its day with its clinician, and one claim in twenty
    has an error that clinics make.
    """
    chance = Chance(seed)
    services = [*dict.fromkeys(s for c in _COURSES for s in (c.first, *c.usual))]
    correct = len(services)
    services += [service for _, service in _ERRORS]
    licenses = [at % len(LICENSES) for at in range(size.clinicians)]
    member, clinician, day, service = _visits(size, chance, services, licenses)
    errors = chance.weighted([weight for weight, _ in _ERRORS], len(day))
    service = np.where(chance.is_one_of(ONE_OF, len(day)), correct + errors, service)
    order, received = _receipt(chance, day, member)
    service = service[order]
    places = np.array([PLACES.index(each.place) for each in services])
    return ClaimSet(
        *(member[order], clinician[order], day[order], received),
        place=places[service],
        diagnoses=member[order] % len(DIAGNOSES),
        lines=_lines_of_services(service, services),
        licenses=licenses,
    )


def _visits(
    size: Size, chance: Chance, services: list[_Service], licenses: list[int]
) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Return member, clinician, day and service of each visit of the courses."""
    firsts = np.array([services.index(course.first) for course in _COURSES])
    most = max(len(course.usual) for course in _COURSES)
    usual = np.array(
        [
            [services.index(course.usual[at % len(course.usual)]) for at in range(most)]
            for course in _COURSES
        ]
    )
    parts: list[tuple[Numbers, ...]] = []
    drawn = 0
    while drawn < size.claims:
        count = 1_000 + (size.claims - drawn) // 5
        kind = chance.weighted([course.weight for course in _COURSES], count)
        member = chance.order(count) * size.members // count
        weekday = (member + _places_among_equals(member) + len(parts)) % 5
        clinician = _clinicians(kind, member, weekday, licenses)
        start = chance.below(size.weeks + 8, count) - 8
        visits = 1 + chance.below(np.array([c.most_visits for c in _COURSES])[kind], count)
        course = np.repeat(np.arange(count), visits)
        visit = np.arange(len(course)) - np.repeat(np.cumsum(visits) - visits, visits)
        week = start[course] + visit * np.array([c.weeks_between for c in _COURSES])[kind[course]]
        billed = (week >= 0) & (week < size.weeks)
        course, visit, week = course[billed], visit[billed], week[billed]
        later = usual[kind[course], (visit + member[course]) % most]
        service = np.where(visit == 0, firsts[kind[course]], later)
        parts.append((member[course], clinician[course], 7 * week + weekday[course], service))
        drawn += len(course)
    member, clinician, day, service = (
        np.concatenate(each)[: size.claims] for each in zip(*parts, strict=True)
    )
    return member, clinician, _days(size, day), service


def _clinicians(kind: Numbers, member: Numbers, weekday: Numbers, licenses: list[int]) -> Numbers:
    """Return who renders each course; a group belongs to a weekday, and has eight members or so."""
    is_psychiatrist = np.array(licenses) == PSYCHIATRIST
    therapists, psychiatrists = np.flatnonzero(~is_psychiatrist), np.flatnonzero(is_psychiatrist)
    who = np.array([course.who for course in _COURSES])[kind]
    groups = therapists[(5 * (member // 8) + weekday) % len(therapists)]
    alone = np.where(
        who == "psychiatrist",
        psychiatrists[member % len(psychiatrists)],
        therapists[(7 * member + weekday) % len(therapists)],
    )
    return np.asarray(np.where(who == "group", groups, alone))


def multi_specialty_group(size: Size, seed: int) -> ClaimSet:
    """Draw claims of a group of many specialties: codes by Zipf's law from the pair table."""
    chance = Chance(seed)
    codes = _paired_codes()
    codes = [codes[at] for at in chance.order(len(codes))]
    per_claim = 1 + chance.weighted([30, 28, 16, 9, 6, 4, 2, 1, 1, 1, 1, 1], size.claims)
    count = int(per_claim.sum())
    code = chance.weighted(1 / (np.arange(len(codes)) + 2.7) ** 1.1, count)
    modifiers = ["", "59", "25", "XU", "26", "95", "59 RT", "76"]
    modifier = chance.weighted([70, 6, 8, 3, 5, 3, 3, 2], count)
    units = 1 + chance.weighted([88, 8, 3, 1], count)
    # A few members have most of the claims.
    member = np.floor(size.members * (chance.below(1 << 30, size.claims) / (1 << 30)) ** 2)
    return _of_any_lines(
        size, chance, member.astype(np.int64), per_claim, (codes, code, modifiers, modifier, units)
    )


def all_distinct(size: Size, seed: int) -> ClaimSet:
    """Draw claims of three lines, no two of which have the same codes on their first two lines."""
    chance = Chance(seed)
    codes = _paired_codes()
    codes = [codes[at] for at in chance.order(len(codes))]
    many = len(codes)
    at = np.arange(size.claims)
    if size.claims > many * (many - 1):
        raise ValueError("there are not so many pairs of codes")
    first, apart = at % many, 1 + (at // many + 4_001 * at) % (many - 1)
    third = chance.below(many, size.claims)
    code = np.stack([first, (first + apart) % many, third], axis=1).reshape(-1)
    modifiers = ["", "59", "25"]
    modifier = chance.weighted([8, 1, 1], len(code))
    units = 1 + chance.below(2, len(code))
    member = chance.below(size.members, size.claims)
    per_claim = np.full(size.claims, 3)
    return _of_any_lines(size, chance, member, per_claim, (codes, code, modifiers, modifier, units))


def _of_any_lines(
    size: Size,
    chance: Chance,
    member: Numbers,
    per_claim: Numbers,
    drawn: tuple[list[str], Numbers, list[str], Numbers, Numbers],
) -> ClaimSet:
    """Return claims of lines that were drawn one by one."""
    codes, code, modifiers, modifier, units = drawn
    day = _days(size, chance.below(7 * size.weeks, size.claims))
    order, received = _receipt(chance, day, member)
    starts = np.cumsum(per_claim) - per_claim
    claim, number = _numbered(per_claim[order])
    flat = starts[order][claim] + number - 1
    lines = LineColumns(codes, modifiers, claim, number, code[flat], modifier[flat], units[flat])
    clinician = chance.below(size.clinicians, size.claims)
    return ClaimSet(
        *(member[order], clinician[order], day[order], received),
        place=chance.weighted([70, 4, 4, 12, 6, 4], size.claims),
        diagnoses=member[order] % len(DIAGNOSES),
        lines=lines,
        licenses=[at % len(LICENSES) for at in range(size.clinicians)],
    )


SETS: Final[dict[str, Callable[[Size, int], ClaimSet]]] = {
    "clinic-network": clinic_network,
    "multi-specialty-group": multi_specialty_group,
    "all-distinct": all_distinct,
}


def npis(licenses: list[int], first: int) -> list[str]:
    """Return valid numbers of invented providers; the last digit is the one of ten that fits."""
    return [
        next(npi for digit in range(10) if is_npi(npi := f"{first + at}{digit}"))
        for at in range(len(licenses))
    ]


def _lines_of_services(service: Numbers, services: list[_Service]) -> LineColumns:
    """Return the lines of claims that bill these services."""
    flat = [line for each in services for line in each.lines]
    codes, modifiers = sorted({line[0] for line in flat}), sorted({line[1] for line in flat})
    per_service = np.array([len(each.lines) for each in services])
    starts = np.cumsum(per_service) - per_service
    claim, number = _numbered(per_service[service])
    at = starts[service][claim] + number - 1
    return LineColumns(
        *(codes, modifiers, claim, number),
        code=np.array([codes.index(line[0]) for line in flat])[at],
        modifier=np.array([modifiers.index(line[1]) for line in flat])[at],
        units=np.array([line[2] for line in flat])[at],
    )


def _numbered(per_claim: Numbers) -> tuple[Numbers, Numbers]:
    """Return for each line the place of its claim, and its number on it."""
    claim = np.repeat(np.arange(len(per_claim)), per_claim)
    starts = np.cumsum(per_claim) - per_claim
    return claim, np.arange(len(claim)) - starts[claim] + 1


def _places_among_equals(values: Numbers) -> Numbers:
    """Return for each value how many equal ones are before it."""
    order = np.argsort(values, kind="stable")
    begins = np.r_[True, values[order][1:] != values[order][:-1]]
    at = np.arange(len(values))
    places = np.empty_like(at)
    places[order] = at - np.maximum.accumulate(np.where(begins, at, 0))
    return places


def _days(size: Size, day: Numbers) -> Numbers:
    """Return days since 1970."""
    first: int = size.first.astype("datetime64[D]").astype(int)
    return first + day


def _receipt(chance: Chance, day: Numbers, member: Numbers) -> tuple[Numbers, Numbers]:
    """Return the order of receipt, and on which days: two to nine after the service."""
    received = day + 2 + chance.below(8, len(day))
    order = np.lexsort((member, received))
    return order, received[order]


def _paired_codes() -> list[str]:
    """Return the codes of the pairs that are in force, in order."""
    with gzip.open(PAIRS, "rt", encoding="utf-8") as text:
        rows = csv.reader(text)
        next(rows)
        codes = {code for row in rows if not row[2] for code in row[:2]}
    return sorted(codes - _NOT_BILLED)
