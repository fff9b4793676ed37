"""The law of what is set aside: it comes back as it was, field by field."""

from __future__ import annotations

import io
import pickle
from typing import Any

import attrs
import pytest

from payer_rules.checking.fast_pickle import CLASSES, dump


def marked(cls: type[Any]) -> Any:
    """A value of the class in which each field holds its own name."""
    value = object.__new__(cls)
    for field in attrs.fields(cls):
        object.__setattr__(value, field.name, f"the {field.name}")
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
