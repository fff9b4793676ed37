"""FHIR that is broken: nothing is raised, nothing hangs, and no name is revealed."""

from __future__ import annotations

import copy
import json
import os
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest

pytest.importorskip("msgspec")

from fhir_writer import bundle, claim_resource, patient_resource
from hypothesis import given
from hypothesis import strategies as st

from payer_rules.claims import Claim, Member, Provider, ServiceLine
from payer_rules.errors import Problem
from payer_rules.history import HistoryLine
from payer_rules.readers import FiledClaim, UncodedClaim
from payer_rules.readers.fhir import read_fhir_claims, read_fhir_history

CHECKOUT: Final = Path(__file__).resolve().parents[2]
SAMPLES: Final = (
    Path(os.environ.get("PAYER_RULES_SAMPLES", CHECKOUT.parent / "shared" / "samples")) / "fhir"
)
#: Values that identify the person, and must not be printed.
SECRETS: Final = ("ZQMEMBER", "ZQNAME", "1961-02-03")
CLAIM: Final = Claim(
    id="C1",
    member=Member(id="ZQMEMBER", birth_date=date(1961, 2, 3)),
    billing_provider=Provider(npi="1234567893"),
    lines=[
        ServiceLine(
            code="90853",
            date_from=date(2024, 8, 15),
            modifiers=("HQ",),
            rendering_provider=Provider(npi="1000000004", taxonomy="1041C0700X"),
            diagnosis_pointers=(1,),
        )
    ],
    diagnoses=("F33.1",),
    received=date(2024, 8, 20),
)
PATIENT: Final = patient_resource(CLAIM) | {
    "name": [{"family": "ZQNAME", "given": ["ZQNAME"]}],
    "identifier": [{"value": "ZQMEMBER"}],
}
EXPLAINED: Final = claim_resource(CLAIM) | {"resourceType": "ExplanationOfBenefit"}
#: Its patient is not identified, which is reported.
ALONE: Final = claim_resource(CLAIM) | {"id": "C2", "patient": {"reference": "#ZQMEMBER"}}
OWN: Final = bundle(PATIENT, claim_resource(CLAIM), EXPLAINED, ALONE)
#: More than this is hanging.
LONGEST: Final = 10.0
JUNK: Final = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        ["", "x", "-1", "NaN", "1e999999", "2024-13-45", "#", "a/b", "Patient/", "é\u0000"]
    ),
    st.sampled_from(
        [[], {}, [None], [[]], {"coding": [{}]}, {"reference": "#"}, {"value": "1e999999"}]
    ),
)


def _texts() -> list[bytes]:
    own = json.dumps(OWN, indent=1).encode()
    return [own, *(file.read_bytes() for file in sorted(SAMPLES.glob("*.json")))]


TEXTS: Final = _texts()


def _places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _places(item, (*path, key))


@st.composite
def broken(draw: st.DrawFn, text: bytes) -> bytes:
    """The document with some of its values away or replaced."""
    data = json.loads(text)
    for _ in range(draw(st.integers(1, 4))):
        places = [path for path in _places(data) if path]
        if not places:
            break
        *outer, last = draw(st.sampled_from(places))
        around = data
        for key in outer:
            around = around[key]
        if draw(st.booleans()):
            around[last] = copy.deepcopy(draw(JUNK))
        else:
            del around[last]
    return json.dumps(data).encode()


@st.composite
def torn(draw: st.DrawFn, text: bytes) -> bytes:
    """The text with bytes away, doubled or other."""
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = start + draw(st.integers(0, 40))
        put = draw(
            st.sampled_from([b"", b"\xff", b"\x00", b'"', b"{", b"[" * 5000, text[start:end] * 2])
        )
        text = text[:start] + put + text[end:]
    return text


def _all(folder: Path, text: bytes, name: str) -> list[str]:
    """The problems of the text, of which everything is read in time."""
    file = folder / name
    file.write_bytes(text)
    start = time.monotonic()
    found = [*read_fhir_claims(file), *read_fhir_history(file)]
    assert time.monotonic() - start < LONGEST
    assert all(
        isinstance(item, FiledClaim | UncodedClaim | HistoryLine | Problem) for item in found
    )
    return [str(item) for item in found if isinstance(item, Problem)]


NAMES: Final = st.sampled_from(["broken.json", "broken.ndjson"])


@given(data=st.data(), name=NAMES)
def test_nothing_that_is_broken_is_raised(
    data: st.DataObject, name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Samples with values away or replaced give claims, lines and problems, and no more."""
    text = data.draw(st.sampled_from(TEXTS).flatmap(broken))
    problems = _all(tmp_path_factory.getbasetemp(), text, name)
    assert all(name in problem for problem in problems)


@given(data=st.data(), name=NAMES)
def test_nothing_that_is_torn_is_raised(
    data: st.DataObject, name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Texts that are no JSON any more give problems that name the file."""
    text = data.draw(st.sampled_from(TEXTS).flatmap(torn))
    problems = _all(tmp_path_factory.getbasetemp(), text, name)
    assert all(name in problem for problem in problems)


@given(text=broken(TEXTS[0]), name=NAMES)
def test_nobody_is_named_in_a_problem(
    text: bytes, name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """For any breakage, no problem contains the member's id, name or date of birth."""
    message = "\n".join(_all(tmp_path_factory.getbasetemp(), text, name))
    assert [secret for secret in SECRETS if secret in message] == []


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\n\n",
        b"null",
        b"[" * 100_000,
        b'{"resourceType": "Claim", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"resourceType": "Claim", "status": "\xff"}',
        b'{"resourceType": 7}',
        b'{"resourceType": "Bundle", "entry": [{}, {"resource": null}, {"resource": 7}]}',
        b'{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Bundle"}}]}',
    ],
    ids=range(9),
)
@pytest.mark.parametrize("name", ["broken.json", "broken.ndjson"])
def test_texts_that_are_no_resource_are_reported(text: bytes, name: str, tmp_path: Path) -> None:
    """Each has a problem."""
    assert _all(tmp_path, text, name) != []
