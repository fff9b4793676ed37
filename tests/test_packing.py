"""The law of what is set aside: it comes back as it was, field by field."""

from __future__ import annotations

import io
import pickle
from typing import Any

import attrs
import pytest

from payer_rules.checking.fast_pickle import CLASSES, SHARED, dump


def marked(cls: type[Any]) -> Any:
    """A value of the class in which each field holds its own name."""
    value = object.__new__(cls)
    for field in attrs.fields(cls):
        object.__setattr__(value, field.name, f"the {field.name}")
    if cls in SHARED:
        object.__setattr__(value, "_attrs_cached_hash", None)
    return value


@pytest.mark.parametrize("cls", CLASSES)
def test_every_field_comes_back_in_its_place(cls: type[Any]) -> None:
    """All fields of all classes come back in any order; the value is frozen as before."""
    file = io.BytesIO()
    dump([marked(cls)], file)
    (back,) = pickle.loads(file.getvalue())
    assert type(back) is cls
    assert attrs.asdict(back, recurse=False) == attrs.asdict(marked(cls), recurse=False)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        back.code = "90853"


@pytest.mark.parametrize("cls", SHARED)
def test_what_most_claims_repeat_comes_back_once(cls: type[Any]) -> None:
    """Equal values of two batches are one object, and values that print differently are two."""
    backs = []
    for value in (marked(cls), marked(cls), other(cls)):
        file = io.BytesIO()
        dump([value], file)
        backs += pickle.loads(file.getvalue())
    first, again, different = backs
    assert first is again
    assert different is not first
    assert attrs.asdict(different, recurse=False) == attrs.asdict(other(cls), recurse=False)
    assert hash(first) == hash(marked(cls))


def other(cls: type[Any]) -> Any:
    """A value that differs from the marked one in its last field, which may not be compared."""
    value = marked(cls)
    object.__setattr__(value, attrs.fields(cls)[-1].name, "another")
    return value
