"""Write a realistic 837P of an outpatient clinic in Illinois, with a history and a practice file.

    python tools/make_sample_claims.py FOLDER [--month 2024-08] [--claims 200] [--seed 837]

The folder receives ``claims.837``, ``history.835`` with what was paid for the same members in the
two months before, and ``practice.toml``. The same options write the same files. All members,
providers and numbers are invented. About one claim in twelve has an error that clinics make.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Final, NamedTuple

_ISA: Final = (
    "ISA*00*          *00*          *ZZ*CLINICSENDER   *ZZ*PAYERRECEIVER  "
    "*{short}*0900*^*00501*000000837*0*T*:"
)
_CLINIC: Final = ("NORTH RIVER COUNSELING", "1000000012", "261QM0801X")
_ADDRESS: Final = ("N3*100 N EXAMPLE AVE", "N4*CHICAGO*IL*606011234")
#: The payer identifier of the file; the payer is named when the file is checked.
_PAYER: Final = "NM1*PR*2*EXAMPLE PAYER*****PI*99999"
#: Charges by code, in dollars.
_CHARGES: Final = {
    "90785": 20,
    "90791": 190,
    "90792": 220,
    "90832": 85,
    "90833": 75,
    "90834": 120,
    "90836": 95,
    "90837": 165,
    "90846": 130,
    "90847": 135,
    "90849": 60,
    "90853": 60,
    "90865": 210,
    "99213": 110,
    "99214": 150,
}
_DIAGNOSES: Final = ("F331", "F411", "F4310", "F332", "F4323", "F1020", "F319", "F341")


class _Clinician(NamedTuple):
    """A clinician: the name, the NPI and the taxonomy of the claims."""

    last: str
    first: str
    npi: str
    taxonomy: str
    profession: str


_PSYCHIATRIST: Final = _Clinician("ADAMS", "RUTH", "1000000103", "2084P0800X", "psychiatrist")
_THERAPISTS: Final = (
    _Clinician("BAKER", "LEE", "1000000202", "103TC0700X", "psychologist"),
    _Clinician("COLE", "ANA", "1000000301", "1041C0700X", "lcsw"),
    _Clinician("DIAZ", "SAM", "1000000400", "1041C0700X", "lcsw"),
    _Clinician("EVANS", "JOY", "1000000509", "101YP2500X", "lcpc"),
    _Clinician("FORD", "MAX", "1000000608", "106H00000X", "lmft"),
)


class _Line(NamedTuple):
    """A service line: code, modifiers and units."""

    code: str
    modifiers: tuple[str, ...] = ()
    units: int = 1

    @property
    def charge(self) -> int:
        return _CHARGES[self.code] * self.units


class _Claim(NamedTuple):
    """A claim of one day and one clinician."""

    member: int
    day: date
    place: str
    clinician: _Clinician
    lines: tuple[_Line, ...]


#: What a claim bills, with its weight: who renders it, the place, and the lines.
_MIX: Final[tuple[tuple[int, str, str, tuple[_Line, ...]], ...]] = (
    (30, "therapist", "11", (_Line("90834"),)),
    (22, "therapist", "11", (_Line("90837"),)),
    (10, "therapist", "11", (_Line("90832"),)),
    (48, "group", "11", (_Line("90853"),)),
    (14, "therapist", "11", (_Line("90791"),)),
    (6, "psychiatrist", "11", (_Line("90792"),)),
    (12, "therapist", "10", (_Line("90834", ("95",)),)),
    (8, "therapist", "10", (_Line("90837", ("95",)),)),
    (4, "therapist", "02", (_Line("90834", ("95",)),)),
    (4, "therapist", "10", (_Line("90832", ("93",)),)),
    (8, "psychiatrist", "11", (_Line("99213"), _Line("90833"))),
    (5, "psychiatrist", "11", (_Line("99214"), _Line("90836"))),
    (6, "psychiatrist", "11", (_Line("99213"),)),
    (4, "therapist", "11", (_Line("90837"), _Line("90785"))),
    (7, "therapist", "11", (_Line("90847"),)),
    (2, "therapist", "11", (_Line("90846"),)),
    (3, "group", "11", (_Line("90849"),)),
    (2, "therapist", "11", (_Line("90853"), _Line("90834", ("59",)))),
)
#: Errors that clinics make.
_ERRORS: Final[tuple[tuple[int, str, str, tuple[_Line, ...]], ...]] = (
    (5, "group", "11", (_Line("90853"), _Line("90853"))),
    (3, "therapist", "11", (_Line("90853"), _Line("90834"))),
    (2, "therapist", "11", (_Line("90791"), _Line("90834"))),
    (2, "group", "11", (_Line("90853", (), 4),)),
    (1, "therapist", "11", (_Line("90785"),)),
    (1, "psychiatrist", "11", (_Line("90833"),)),
    (1, "group", "11", (_Line("90849"), _Line("90865"))),
    (1, "therapist", "10", (_Line("90834"),)),
)
#: One claim of so many has an error.
_ONE_OF: Final = 12


def main() -> None:
    """Write the three files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--month", default="2024-08")
    parser.add_argument("--claims", type=int, default=200)
    parser.add_argument("--seed", type=int, default=837)
    options = parser.parse_args()
    first = month(options.month)
    options.folder.mkdir(parents=True, exist_ok=True)
    for name, text in files(first, options.claims, options.seed).items():
        (options.folder / name).write_text(text, encoding="ascii", newline="")


def month(text: str) -> date:
    """Return the first day of a month such as 2024-08."""
    return date.fromisoformat(f"{text}-01")


def files(first: date, claims: int = 200, seed: int = 837) -> dict[str, str]:
    """Return the text of each file; ``first`` is the first day of the month that is billed."""
    chance = random.Random(f"{seed} {claims}")
    billed = list(_claims(first, claims, chance))
    sent = max(claim.day for claim in billed) + timedelta(days=3)
    return {
        "claims.837": professional(billed, sent),
        "history.835": _remittance(list(_earlier(billed, first, chance)), first),
        "practice.toml": _practice(first),
    }


def _claims(first: date, count: int, chance: random.Random) -> Iterator[_Claim]:
    """Yield claims by day; members have one to four of them, and a group meets on one day."""
    members = max(1, count * 3 // 5)
    for number in range(count):
        mix = _ERRORS if number % _ONE_OF == _ONE_OF - 1 else _MIX
        _, who, place, lines = chance.choices(mix, [row[0] for row in mix])[0]
        member = number % members if number < members else chance.randrange(members)
        weekday = 3 if who == "group" else chance.randrange(5)
        day = _weekday(first, chance.randrange(4), weekday)
        yield _Claim(member, day, place, _renders(who, member), lines)


def _weekday(first: date, week: int, weekday: int) -> date:
    """Return the day of a week of the month: Monday is 0."""
    monday = first + timedelta(days=-first.weekday() % 7)
    return monday + timedelta(weeks=week, days=weekday)


def _renders(who: str, member: int) -> _Clinician:
    if who == "psychiatrist":
        return _PSYCHIATRIST
    return _THERAPISTS[0 if who == "group" else member % len(_THERAPISTS)]


def _earlier(billed: Iterable[_Claim], first: date, chance: random.Random) -> Iterator[_Claim]:
    """Yield paid claims of the two months before, for two of three members."""
    members = sorted({claim.member for claim in billed if claim.member % 3})
    for member in members:
        for week in range(chance.randrange(1, 8)):
            day = _weekday(first, -week - 2, chance.randrange(5))
            line = _Line(chance.choice(("90834", "90837", "90853", "90853")))
            yield _Claim(member, day, "11", _renders("therapist", member), (line,))


def professional(claims: Iterable[_Claim], sent: date) -> str:
    """Return the claims as an 837P that was sent on a day."""
    segments = [
        f"BHT*0019*00*837001*{sent:%Y%m%d}*0900*CH",
        f"NM1*41*2*{_CLINIC[0]}*****46*CLINICSENDER",
        "PER*IC*BILLING DESK*TE*3125550100",
        "NM1*40*2*EXAMPLE PAYER*****46*PAYERRECEIVER",
        *("HL*1**20*1", f"PRV*BI*PXC*{_CLINIC[2]}"),
        f"NM1*85*2*{_CLINIC[0]}*****XX*{_CLINIC[1]}",
        *(*_ADDRESS, "REF*EI*361234567"),
    ]
    for number, claim in enumerate(claims, 1):
        segments += _claim(number, claim)
    return _interchange("837", "HC", "005010X222A1", segments, sent)


def _claim(number: int, claim: _Claim) -> Iterator[str]:
    total = sum(line.charge for line in claim.lines)
    diagnosis = _DIAGNOSES[claim.member % len(_DIAGNOSES)]
    yield f"HL*{number + 1}*1*22*0"
    yield "SBR*P*18*******CI"
    yield f"NM1*IL*1*{_last(claim.member)}*PAT****MI*{_member_id(claim.member)}"
    yield f"N3*{claim.member + 1} SAMPLE ST"
    yield "N4*CHICAGO*IL*60614"
    yield f"DMG*D8*{1942 + claim.member % 60}0{1 + claim.member % 9}15*{'FM'[claim.member % 2]}"
    yield _PAYER
    yield f"CLM*N{number:04}*{total}.00***{claim.place}:B:1*Y*A*Y*Y"
    yield f"HI*ABK:{diagnosis}"
    who = claim.clinician
    yield f"NM1*82*1*{who.last}*{who.first}****XX*{who.npi}"
    yield f"PRV*PE*PXC*{who.taxonomy}"
    for at, line in enumerate(claim.lines, 1):
        code = ":".join(("HC", line.code, *line.modifiers))
        yield f"LX*{at}"
        yield f"SV1*{code}*{line.charge}.00*UN*{line.units}***1"
        yield f"DTP*472*D8*{claim.day:%Y%m%d}"


def _remittance(claims: Iterable[_Claim], first: date) -> str:
    """Return the claims as an 835 of payments."""
    claims = list(claims)
    paid = sum(line.charge for claim in claims for line in claim.lines)
    segments = [
        f"BPR*I*{paid}.00*C*ACH*CCP*01*999999992*DA*123456*1512345678**01*999988880*DA*98765*{first:%Y%m%d}",
        "TRN*1*835001*1512345678",
        f"DTM*405*{first:%Y%m%d}",
        "N1*PR*EXAMPLE PAYER",
        *("N3*1 PAYER ST", "N4*CHICAGO*IL*60601", "PER*BL*HELP*TE*8005550100"),
        f"N1*PE*{_CLINIC[0]}*XX*{_CLINIC[1]}",
        "LX*1",
    ]
    for number, claim in enumerate(claims, 1):
        segments += _payment(number, claim)
    return _interchange("835", "HP", "005010X221A1", segments, first)


def _payment(number: int, claim: _Claim) -> Iterator[str]:
    (line,) = claim.lines
    yield f"CLP*H{number:04}*1*{line.charge}.00*{line.charge}.00*0.00*12*ICN{number:06}*11*1"
    yield f"NM1*QC*1*{_last(claim.member)}*PAT****MI*{_member_id(claim.member)}"
    yield f"NM1*82*1*{claim.clinician.last}*{claim.clinician.first}****XX*{claim.clinician.npi}"
    yield f"SVC*HC:{line.code}*{line.charge}.00*{line.charge}.00**{line.units}"
    yield f"DTM*472*{claim.day:%Y%m%d}"


def _interchange(form: str, group: str, guide: str, segments: list[str], day: date) -> str:
    """Return the segments in one transaction."""
    head = f"ST*{form}*0001" + (f"*{guide}" if form == "837" else "")
    text = [
        _ISA.format(short=f"{day:%y%m%d}"),
        f"GS*{group}*CLINICSENDER*PAYERRECEIVER*{day:%Y%m%d}*0900*1*X*{guide}",
        head,
        *segments,
        f"SE*{len(segments) + 2}*0001",
        "GE*1*1",
        "IEA*1*000000837",
    ]
    return "".join(f"{segment}~\n" for segment in text)


def _practice(first: date) -> str:
    """Return the practice file: what is the same for all claims of the clinic."""
    lines = [
        "[practice]",
        'state = "IL"',
        f"history_complete_from = {_weekday(first, -12, 0)}",
        "group_size_at_most = 10",
    ]
    for clinician in (_PSYCHIATRIST, *_THERAPISTS):
        lines += ["", f'[providers."{clinician.npi}"]', f'profession = "{clinician.profession}"']
    return "".join(f"{line}\n" for line in lines)


def _last(member: int) -> str:
    return f"SAMPLE{member:03}"


def _member_id(member: int) -> str:
    return f"XYZ{100000000 + member}"


if __name__ == "__main__":
    main()
