"""Laws of the numbers of providers: a claim is read with any text in place of an NPI."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from test_fhir_shapes import claim, explanation, history, read, text_of
from test_x12_claims import only
from test_x12_payments import lines

from payer_rules.vocabularies.formats import NPI, provider_number

#: What a number may hold in an X12 element: no separator of the tests' files, no control character.
NUMBERS: Final = st.text(
    st.characters(codec="latin-1", exclude_characters="*~:^", exclude_categories=["Cc"]),
    min_size=1,
    max_size=20,
)
ODD: Final = ("12345", "G2:1", "1234567890123", "\xfc", "\xa01", "\xa0", "XX:")
SERVICE: Final = ("HI*ABK:F331", "LX*1", "SV1*HC:90853*1*UN*1***1", "DTP*472*D8*20240815")


def odd_examples(test: Any) -> Any:
    """Run the test with each odd number as well."""
    for number in ODD:
        test = example(number)(test)
    return test


@odd_examples
@given(NUMBERS)
def test_a_number_that_is_no_npi_stands_behind_its_qualifier(number: str) -> None:
    """The result is the number of a provider, blank only where nothing was given."""
    result = provider_number(number)
    assert NPI.canonical(result) == result
    assert bool(result) == bool(number.strip())
    assert result in {number.strip(), f"XX:{number.strip()}"}


@pytest.mark.parametrize("segment", ["NM1*82*1*DOE*A****XX*", "NM1*DQ*1*DOE*A****XX*"])
@odd_examples
@given(number=NUMBERS)
def test_a_claim_of_an_837_is_read_whatever_the_number(segment: str, number: str) -> None:
    """Who renders or supervises by an odd number is named by it."""
    _, line = only("CLM*C1*1***11:B:1", f"{segment}{number}", *SERVICE)
    provider = line.rendering_provider
    if number.strip():
        assert provider is not None
        named = provider if "82" in segment else provider.supervised_by
        assert isinstance(named, type(provider))
        assert named.npi == provider_number(number)


@odd_examples
@given(number=NUMBERS)
def test_a_number_without_an_npi_may_be_in_a_reference(number: str) -> None:
    """REF identifies a provider without NPI; a blank number does not."""
    _, line = only("CLM*C1*1***11:B:1", "NM1*82*1*DOE*A", f"REF*G2*{number}", *SERVICE)
    assert line.rendering_provider is not None
    assert line.rendering_provider.npi == (f"G2:{number.strip()}" if number.strip() else "")


@odd_examples
@given(number=NUMBERS)
def test_a_payment_is_read_whatever_the_number(number: str) -> None:
    """The line of history is rendered by whoever has the number."""
    (line,) = lines(
        "CLP*C1*1*80*80**12*77",
        "NM1*QC*1*DOE*J****MI*M1",
        f"NM1*82*1*DOE*A****XX*{number}",
        "SVC*HC:90853*80*80**1",
        "DTM*472*20240815",
        f"REF*HPI*{number}",
    )
    assert (line.rendering_provider is not None) == bool(number.strip())


@pytest.mark.parametrize("number", [*ODD[:4], "1\n2345678"])
def test_fhir_is_read_whatever_the_number(number: str, tmp_path: Path) -> None:
    """Who bills by an odd number is named by it, in a claim and in the history."""
    provider = {"identifier": {"system": "http://hl7.org/fhir/sid/us-npi", "value": number}}
    (result,), problems = read(tmp_path, text_of(claim() | {"provider": provider}))
    assert problems == []
    assert result.billing_provider.npi == provider_number(number)
    store, problems = history(tmp_path, text_of(explanation() | {"provider": provider}))
    assert (len(store.lines), problems) == (1, [])
