"""Write a named set of invented claims, as Parquet or as an 837P.

    python tools/make_claim_sets.py NAME FILE [--claims 100000 | --lines 1000000]
        [--members 20000] [--clinicians 200] [--first 2024-01-01] [--weeks 52] [--seed 25]

NAME is ``clinic-network``, ``multi-specialty-group`` or ``all-distinct``; a FILE that ends in
``.parquet`` is a table of claims, and any other an 837P. Beside it is written ``practice.toml``
with the professions of those who render. The same options write the same bytes. The last two sets
take their codes from CMS's pair table in the folder PAYER_RULES_CMS.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from claim_sets import DIAGNOSES, LICENSES, PLACES, SETS, ClaimSet, LineColumns, Numbers, Size, npis

if TYPE_CHECKING:
    import pyarrow as pa

#: Clinicians of one clinic.
_A_CLINIC: Final = 16
#: The first nine digits of the first number of clinics, and of clinicians.
BILLING, RENDERING = 100_000_000, 110_000_000
_ROWS_AT_ONCE: Final = 500_000
_CLAIMS_A_TRANSACTION: Final = 5_000
_ISA: Final = (
    "ISA*00*          *00*          *ZZ*CLINICSENDER   *ZZ*PAYERRECEIVER  "
    "*250101*0900*^*00501*000000837*0*T*:"
)

#: The diagnoses as segments.
_HI: Final = tuple(
    "*".join(
        ["HI"] + [f"{'ABF' if at else 'ABK'}:{code}" for at, code in enumerate(each.split())]
    ).replace(".", "")
    for each in DIAGNOSES
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the file and the practice file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("name", choices=SETS)
    parser.add_argument("file", type=Path)
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--lines", type=int, help="as many claims as have so many lines")
    parser.add_argument("--members", type=int, default=20_000)
    parser.add_argument("--clinicians", type=int, default=200)
    parser.add_argument("--first", type=np.datetime64, default=np.datetime64("2024-01-01"))
    parser.add_argument("--weeks", type=int, default=52)
    parser.add_argument("--seed", type=int, default=25)
    options = parser.parse_args(arguments)
    size = Size(
        *(options.claims, options.members, options.clinicians, options.weeks, options.first)
    )
    claims = drawn(options.name, size, options.seed, options.lines)
    options.file.parent.mkdir(parents=True, exist_ok=True)
    if options.file.suffix == ".parquet":
        write_parquet(claims, options.file)
    else:
        write_professional(claims, options.file)
    practice = options.file.with_name("practice.toml")
    practice.write_text(practice_file(claims), encoding="ascii", newline="")
    print(f"{len(claims.day):,} claims, {len(claims.lines.claim):,} lines: {options.file}")


def drawn(name: str, size: Size, seed: int = 25, lines: int | None = None) -> ClaimSet:
    """Return a set; with a number of lines, the claims received until there are so many."""
    if lines is not None:
        few = SETS[name](size._replace(claims=10_000), seed)
        size = size._replace(claims=round(lines * 10_000 / len(few.lines.claim)))
    return SETS[name](size, seed)


def clinics(claims: ClaimSet) -> tuple[list[str], list[int]]:
    """Return the numbers of the clinics, and the clinic of each clinician."""
    of_clinician = [at // _A_CLINIC for at in range(len(claims.licenses))]
    return npis([*range(of_clinician[-1] + 1)], BILLING), of_clinician


def write_parquet(claims: ClaimSet, path: Path) -> None:
    """Write the claims as a table with the columns of claim tables."""
    import pyarrow.parquet as pq

    schema = _columns(claims, slice(0, 1)).schema
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for start in range(0, len(claims.lines.claim), _ROWS_AT_ONCE):
            writer.write_table(_columns(claims, slice(start, start + _ROWS_AT_ONCE)))


def _columns(claims: ClaimSet, rows: slice) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    lines = claims.lines
    claim = lines.claim[rows]
    clinician = claims.clinician[claim]
    numbers, clinic_of = clinics(claims)
    rendering = npis(claims.licenses, RENDERING)
    taxonomies = [LICENSES[at][0] for at in claims.licenses]
    charge = _charges(lines)[rows]

    def words(texts: list[str], places: Numbers) -> pa.Array:
        values = pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int32)), pa.array(texts))
        return values.dictionary_decode()

    def numbered(prefix: str, places: Numbers) -> pa.Array:
        texts = pc.utf8_lpad(pa.array(places).cast(pa.string()), 9, "0")
        return pc.binary_join_element_wise(prefix, texts, "")

    def days(values: Numbers) -> pa.Array:
        return pa.array(values.astype(np.int32)).cast(pa.date32())

    columns = {
        "claim": numbered("C", claim),
        "line": pa.array(lines.number[rows].astype(np.int16)),
        "member": numbered("M", claims.member[claim]),
        "billing_npi": words(numbers, np.array(clinic_of)[clinician]),
        "rendering_npi": words(rendering, clinician),
        "rendering_taxonomy": words(taxonomies, clinician),
        "code": words(lines.codes, lines.code[rows]),
        "modifiers": words(lines.modifiers, lines.modifier[rows]),
        "units": pa.array(lines.units[rows].astype(np.int16)),
        "date": days(claims.day[claim]),
        "place_of_service": words(list(PLACES), claims.place[claim]),
        "diagnoses": words(list(DIAGNOSES), claims.diagnoses[claim]),
        "birth_date": days(_births(claims)[claim]),
        "sex": words(["m", "f"], claims.member[claim] % 2),
        "charge": pa.array(charge.astype(np.int32)),
        "received": days(claims.received[claim]),
    }
    return pa.table(columns)


def _births(claims: ClaimSet) -> Numbers:
    """Return the day of birth of each claim's member, as days since 1970."""
    years = 1942 - 1970 + claims.member % 60
    return (np.datetime64("1970-01-15") + np.floor(years * 365.25).astype("timedelta64[D]")).astype(
        np.int64
    )


def _charges(lines: LineColumns) -> Numbers:
    """Return whole dollars; those of a code are the same everywhere."""
    fees = np.array([40 + 5 * (sum(map(ord, code)) * 7 % 33) for code in lines.codes])
    return fees[lines.code] * lines.units


def write_professional(claims: ClaimSet, path: Path) -> None:
    """Write the claims as an 837P."""
    count = len(claims.day)
    with path.open("w", encoding="ascii", newline="") as file:
        file.write(f"{_ISA}~\nGS*HC*CLINICSENDER*PAYERRECEIVER*20250101*0900*1*X*005010X222A1~\n")
        starts = range(0, count, _CLAIMS_A_TRANSACTION)
        for number, start in enumerate(starts, 1):
            segments = [*_transaction(claims, start, min(start + _CLAIMS_A_TRANSACTION, count))]
            head = f"ST*837*{number:04}*005010X222A1"
            file.write("~\n".join([head, *segments, f"SE*{len(segments) + 2}*{number:04}~\n"]))
        file.write(f"GE*{len(starts)}*1~\nIEA*1*000000837~\n")


def _transaction(claims: ClaimSet, start: int, end: int) -> Iterator[str]:
    yield f"BHT*0019*00*{start}*20250101*0900*CH"
    yield "NM1*41*2*NORTH RIVER NETWORK*****46*CLINICSENDER"
    yield "PER*IC*BILLING DESK*TE*3125550100"
    yield "NM1*40*2*EXAMPLE PAYER*****46*PAYERRECEIVER"
    numbers, clinic_of = clinics(claims)
    rendering = npis(claims.licenses, RENDERING)
    level = billing = 0
    before = -1
    for claim in _claims(claims, start, end):
        clinic = clinic_of[claim.clinician]
        if clinic != before:
            before, level = clinic, level + 1
            billing = level
            yield from _clinic(level, clinic, numbers[clinic])
        level += 1
        yield f"HL*{level}*{billing}*22*0"
        yield "SBR*P*18*******CI"
        yield f"NM1*IL*1*SAMPLE{claim.member}*PAT****MI*M{claim.member:09}"
        yield f"N3*{claim.member + 1} SAMPLE ST"
        yield "N4*CHICAGO*IL*60614"
        yield f"DMG*D8*{_compact(claim.birth)}*{'MF'[claim.member % 2]}"
        yield "NM1*PR*2*EXAMPLE PAYER*****PI*99999"
        yield f"CLM*C{claim.number:09}*{claim.charge}.00***{PLACES[claim.place]}:B:1*Y*A*Y*Y"
        yield _HI[claim.diagnoses]
        who = claim.clinician
        yield f"NM1*82*1*CLINICIAN{who}*LEE****XX*{rendering[who]}"
        yield f"PRV*PE*PXC*{LICENSES[claims.licenses[who]][0]}"
        for number, code, modifiers, units, charge in claim.lines:
            yield f"LX*{number}"
            service = ":".join(("HC", code, *modifiers.split()))
            yield f"SV1*{service}*{charge}.00*UN*{units}***1"
            yield f"DTP*472*D8*{_compact(claim.day)}"


@cache
def _compact(day: int) -> str:
    """Return a day such as 20240815."""
    return str(np.datetime64(day, "D")).replace("-", "")


def _clinic(level: int, clinic: int, npi: str) -> Iterator[str]:
    yield f"HL*{level}**20*1"
    yield f"NM1*85*2*NORTH RIVER CLINIC {clinic}*****XX*{npi}"
    yield "N3*100 N EXAMPLE AVE"
    yield "N4*CHICAGO*IL*606011234"
    yield "REF*EI*361234567"


class _Claim(NamedTuple):
    """A claim of the set: its number, its facts as numbers, and its lines."""

    number: int
    member: int
    clinician: int
    day: int
    place: int
    diagnoses: int
    birth: int
    lines: list[tuple[int, str, str, int, int]]

    @property
    def charge(self) -> int:
        return sum(line[-1] for line in self.lines)


def _claims(claims: ClaimSet, start: int, end: int) -> Iterator[_Claim]:
    lines = claims.lines
    bounds = np.searchsorted(lines.claim, np.arange(start, end + 1)).tolist()
    columns = (lines.number, lines.code, lines.modifier, lines.units, _charges(lines))
    rows = [
        (number, lines.codes[code], lines.modifiers[modifier], units, charge)
        for number, code, modifier, units, charge in zip(
            *(each[bounds[0] : bounds[-1]].tolist() for each in columns), strict=True
        )
    ]
    facts = [claims.member, claims.clinician, claims.day, claims.place, claims.diagnoses]
    facts.append(_births(claims))
    listed = zip(*(each[start:end].tolist() for each in facts), strict=True)
    for at, (member, clinician, day, place, diagnoses, birth) in enumerate(listed):
        own = rows[bounds[at] - bounds[0] : bounds[at + 1] - bounds[0]]
        yield _Claim(start + at, member, clinician, day, place, diagnoses, birth, own)


def practice_file(claims: ClaimSet) -> str:
    """Return the practice file: the professions of those who render."""
    texts = ["[practice]", 'state = "IL"', "group_size_at_most = 10"]
    for npi, license in zip(npis(claims.licenses, RENDERING), claims.licenses, strict=True):
        texts += ["", f'[providers."{npi}"]', f'profession = "{LICENSES[license][1]}"']
    return "".join(f"{text}\n" for text in texts)


if __name__ == "__main__":
    main()
