"""X12 files of any size, made up: every fourth patient a dependent, every tenth claim after another payer."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from payer_rules.kinds.required_field.evaluator import is_npi

_ISA: Final = (
    "ISA*00*          *00*          *ZZ*SUBMITTERID    *ZZ*RECEIVERID     "
    "*240815*1200*^*00501*000000001*0*T*:"
)
_CODES: Final = [
    *range(90791, 90793),
    *range(90832, 90854),
    *range(96105, 96171),
    *range(99202, 99216),
]
_DIAGNOSES: Final = [f"F{at}{digit}" for at in range(10, 99) for digit in "0129"]
_PLACES: Final = ("11", "11", "11", "10", "02", "53", "22")
_MODIFIERS: Final = ("", "", "", ":95", ":GT", ":59", ":25:59")


def write_claims(path: Path, claims: int, *, a_transaction: int = 5_000) -> None:
    """An 837P with so many claims, the same for the same number."""
    chance = random.Random(837)
    with path.open("w", encoding="ascii", newline="") as file:
        file.write(f"{_ISA}~\nGS*HC*SUBMITTER*RECEIVER*20240815*1200*1*X*005010X222A1~\n")
        starts = range(0, claims, a_transaction)
        for number, start in enumerate(starts, 1):
            segments = [*_transaction(start, min(start + a_transaction, claims), chance)]
            head = f"ST*837*{number:04}*005010X222A1"
            text = "~\n".join([head, *segments, f"SE*{len(segments) + 2}*{number:04}"])
            file.write(f"{text}~\n")
        file.write(f"GE*{len(starts)}*1~\nIEA*1*000000001~\n")


@lru_cache
def _npi(number: int) -> str:
    """A provider's identifier: its last digit is the one of ten that fits."""
    return next(npi for digit in range(10) if is_npi(npi := f"{100_000_000 + number}{digit}"))


def _transaction(start: int, end: int, chance: random.Random) -> Iterator[str]:
    yield f"BHT*0019*00*{start}*20240815*1200*CH"
    yield "NM1*41*2*EXAMPLE BILLING SERVICE*****46*TGJ23"
    yield "PER*IC*CONTACT NAME*EM*DESK@CLINIC.EXAMPLE"
    yield "NM1*40*2*EXAMPLE PAYER*****46*66783JJT"
    level = 0
    for at in range(start, end):
        if at % 50 == start % 50:
            level += 1
            billing = level
            yield from _billing(level, at)
        level += 1
        subscriber = level
        is_dependent = at % 4 == 3
        yield f"HL*{level}*{billing}*22*{int(is_dependent)}"
        yield f"SBR*P*{'' if is_dependent else '18'}*******CI"
        yield f"NM1*IL*1*LAST{at}*FIRST****MI*M{at // 3:08}"
        yield f"N3*{at} EXAMPLE AVE"
        yield "N4*ALBANY*NY*12207"
        yield f"DMG*D8*{1940 + at % 60}0{1 + at % 9}1{at % 9}*F"
        yield "NM1*PR*2*EXAMPLE PAYER*****PI*12345"
        if is_dependent:
            level += 1
            yield f"HL*{level}*{subscriber}*23*0"
            yield "PAT*19"
            yield f"NM1*QC*1*LAST{at}*CHILD{at % 7}"
            yield "N3*2 EXAMPLE AVE"
            yield "N4*ALBANY*NY*12207"
            yield f"DMG*D8*{2005 + at % 18}0{1 + at % 9}1{at % 9}*M"
        yield from _claim(at, chance)


def _billing(level: int, at: int) -> Iterator[str]:
    yield f"HL*{level}**20*1"
    yield "PRV*BI*PXC*261QM0801X"
    yield f"NM1*85*2*EXAMPLE CLINIC {at % 40}*****XX*{_npi(at % 40)}"
    yield "N3*1 EXAMPLE ST"
    yield "N4*ALBANY*NY*122071234"
    yield "REF*EI*123456789"


def _claim(at: int, chance: random.Random) -> Iterator[str]:
    lines = chance.choices((1, 2, 3, 4, 5, 6), (25, 25, 22, 15, 8, 5))[0]
    diagnoses = chance.sample(_DIAGNOSES, 1 + at % 3)
    is_second = at % 10 == 9
    yield f"CLM*C{at:09}*{lines * 120}.00***{chance.choice(_PLACES)}:B:1*Y*A*Y*Y"
    if at % 7 == 0:
        yield f"REF*G1*AUTH{at:08}"
    if at % 9 == 0:
        yield "NTE*ADD*A NOTE OF NO IMPORTANCE TO ANY RULE"
    yield "*".join(["HI", f"ABK:{diagnoses[0]}", *(f"ABF:{item}" for item in diagnoses[1:])])
    yield f"NM1*82*1*DOE{at % 300}*JANE****XX*{_npi(20_000 + at % 300)}"
    yield "PRV*PE*PXC*103TC0700X"
    if is_second:
        yield "SBR*S*18*GRP1******BL"
        yield "AMT*D*80.00"
        yield "OI***Y***Y"
        yield f"NM1*IL*1*LAST{at}*FIRST****MI*O{at:06}"
        yield "NM1*PR*2*OTHER PAYER*****PI*54321"
    for number in range(1, lines + 1):
        code = chance.choice(_CODES)
        modifiers = chance.choice(_MODIFIERS)
        day = 1 + chance.randrange(28)
        pointers = ":".join(str(1 + item) for item in range(len(diagnoses)))
        yield f"LX*{number}"
        charge = 40 + code % 97
        yield f"SV1*HC:{code}{modifiers}*{charge}.00*UN*{1 + (at % 8 == 0)}***{pointers}"
        yield f"DTP*472*D8*2024{7 + at % 3:02}{day:02}"
        if at % 3:
            yield f"REF*6R*{at}L{number}"
        if is_second:
            yield f"SVD*54321*30.00*HC:{code}{modifiers}**1"
            yield "CAS*CO*45*50.00"
            yield "DTP*573*D8*20240901"
