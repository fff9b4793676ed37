"""What is made of parts is what the classes make of them."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payer_rules.claims import Authorization, Claim, Member, Provider, ServiceLine
from payer_rules.errors import InvalidValueError
from payer_rules.readers.fast_construct import (
    ServiceValues,
    Span,
    checked_line,
    make_claim,
    make_line,
)

WHO: Final = Provider(npi="1234567893")
DAYS: Final = st.dates(date(2024, 1, 1), date(2024, 1, 4))
TEXTS: Final = st.sampled_from(["11", "131", "C0"])
SERVICES: Final[st.SearchStrategy[ServiceValues]] = st.builds(
    ServiceValues,
    st.sampled_from(["90853", "G0410", "90853x", ""]),
    st.lists(st.sampled_from(["59", "GT", "95"]), max_size=5).map(tuple),
    st.sampled_from([Decimal(1), Decimal("0.5"), Decimal(0), Decimal("NaN"), Decimal("Infinity")]),
    st.none() | st.integers(-1, 60),
    st.none() | st.decimals(0, 200, places=2),
    st.none() | TEXTS,
    st.none() | st.lists(st.integers(1, 12), max_size=2).map(tuple),
    st.none() | st.just("0915"),
)


def _result_of(make: Callable[..., object], *parts: object, **named: object) -> object:
    """What is made, or the field errors that it is refused with."""
    try:
        return make(*parts, **named)
    except InvalidValueError as error:
        return error.field_errors


def _by_class(number: int, service: ServiceValues, span: Span, who: Provider | None) -> ServiceLine:
    return ServiceLine(
        number=number,
        date_from=span[0],
        date_to=span[1],
        rendering_provider=who,
        **service._asdict(),
    )


@given(st.integers(0, 2), SERVICES, st.tuples(DAYS, DAYS), st.none() | st.just(WHO))
def test_a_line_is_the_one_that_its_class_makes(
    number: int, service: ServiceValues, span: Span, who: Provider | None
) -> None:
    """The same line, or the same field errors."""
    expected = _result_of(_by_class, number, service, span, who)
    assert _result_of(checked_line, number, service, span, who) == expected
    if isinstance(expected, ServiceLine):
        result = make_line(number, service, span, None, who)
        assert (result, hash(result), type(result)) == (expected, hash(expected), ServiceLine)


@given(
    st.lists(st.integers(1, 3), max_size=3),
    st.tuples(*[st.none() | TEXTS] * 6),
    st.none() | st.tuples(TEXTS),
    st.none() | st.just((Authorization(number="A1"),)),
    st.none() | DAYS,
)
def test_a_claim_is_the_one_that_its_class_makes(
    numbers: list[int],
    texts: tuple[str | None, ...],
    codes: tuple[str] | None,
    authorizations: tuple[Authorization, ...] | None,
    received: date | None,
) -> None:
    """The same claim, or the same field errors."""
    names = ("setting", "bill_type", "referral", "order", "frequency_code", "replaces")
    values = {
        **dict(zip(names, texts, strict=True)),
        "id": "C1",
        "member": Member(id="M1"),
        "billing_provider": WHO,
        "lines": [ServiceLine(number=n, code="90853", date_from=date.min) for n in numbers],
        "condition_codes": codes,
        "diagnoses": codes,
        "authorizations": authorizations,
        "received": received,
    }
    expected = _result_of(Claim, **values)
    result = _result_of(make_claim, **values)
    assert result == expected
    if isinstance(expected, Claim):
        assert (hash(result), type(result)) == (hash(expected), Claim)


def test_what_is_made_is_frozen() -> None:
    """Of a line or claim that was made nothing can be set or deleted, nor of a copy of it."""
    parts = ServiceValues("90853", (), Decimal(1), None, None, None, None, None)
    line = checked_line(1, parts, (date.min, date.min + timedelta(1)), None)
    claim = attrs.evolve(_claim_of(line), payer="medicare")
    for value in (line, claim, _claim_of(line), pickle.loads(pickle.dumps(_claim_of(line)))):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(value, attrs.fields(type(value))[0].name, 2)
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            delattr(value, attrs.fields(type(value))[0].name)


def _claim_of(line: ServiceLine) -> Claim:
    return make_claim(
        id="C1",
        member=Member(id="M1"),
        billing_provider=WHO,
        lines=[line],
        setting=None,
        bill_type=None,
        diagnoses=None,
        authorizations=None,
        referral=None,
        frequency_code=None,
        replaces=None,
    )
