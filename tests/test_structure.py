"""Laws of building values from parsed TOML or JSON: what fits, and all that does not."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final, Literal, Self

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payer_rules.errors import FieldError, InvalidValueError
from payer_rules.values.structure import structure


@attrs.frozen(kw_only=True)
class Span:
    first: date | None = attrs.field(default=None, metadata={"key": "from"})
    last: date | None = attrs.field(default=None, metadata={"key": "to"})

    def __attrs_post_init__(self) -> None:
        if self.first and self.last and self.first > self.last:
            problems = [
                FieldError(("last",), "too early", "Later."),
                FieldError((), "no span", "Mend it."),
            ]
            raise InvalidValueError([*problems, FieldError(("elsewhere", 0), "odd", "See there.")])


@attrs.frozen
class Window:
    days: int

    @classmethod
    def from_data(cls, data: object) -> Self:
        if data == "day":
            return cls(1)
        if isinstance(data, dict) and isinstance(data.get("days"), int):
            return cls(data["days"])
        raise InvalidValueError([FieldError(("days",), "is not a window", "Write day.")])


@attrs.frozen(kw_only=True)
class Provider:
    npi: str
    supervised_by: Provider | Literal["none"] | None = None


@attrs.frozen(kw_only=True)
class Group:
    size: int
    least: int


@attrs.frozen(kw_only=True)
class Rule:
    text: str | None = None
    number: int | Literal["none"] = 1
    amount: Decimal | Literal["none"] = Decimal(1)
    covered: bool = True
    day: date | Literal["none"] | None = None
    clock: time | None = None
    scope: Literal["member", "provider"] = "member"
    indicator: Literal[0, 1, 9] = 0
    codes: frozenset[str] = frozenset()
    lines: tuple[int, ...] = ()
    spans: tuple[Span, ...] = ()
    window: Window | Literal["none"] | None = None
    provider: Provider | Literal["none"] | None = None
    types: dict[str, frozenset[str]] | None = None
    either: int | tuple[str, ...] | None = None
    who: Provider | Group | None = None
    origin: str | None = attrs.field(default=None, metadata={"key": None})
    _hidden: int = 0


def errors_of(cls: type[Any], data: object) -> list[FieldError]:
    """All field errors that structuring the data ends with."""
    with pytest.raises(InvalidValueError) as caught:
        structure(cls, data)
    return list(caught.value.field_errors)


FITTING: Final[list[tuple[str, object, object]]] = [
    ("text", "a", "a"),
    ("number", 2, 2),
    ("number", "none", "none"),
    ("amount", 2, Decimal(2)),
    ("amount", Decimal("72.10"), Decimal("72.10")),
    ("amount", "72.10", Decimal("72.10")),
    ("amount", "none", "none"),
    ("covered", False, False),
    ("day", date(2024, 8, 15), date(2024, 8, 15)),
    ("day", "2024-08-15", date(2024, 8, 15)),
    ("day", "none", "none"),
    ("clock", time(10, 30), time(10, 30)),
    ("clock", "10:30:00", time(10, 30)),
    ("scope", "provider", "provider"),
    ("indicator", 9, 9),
    ("codes", ["90853", "90834", "90853"], frozenset(["90853", "90834"])),
    ("codes", [], frozenset()),
    ("lines", [2, 1], (2, 1)),
    ("spans", [{"from": "2024-01-01"}, {}], (Span(first=date(2024, 1, 1)), Span())),
    ("window", "day", Window(1)),
    ("window", {"days": 7}, Window(7)),
    ("window", "none", "none"),
    ("window", Window(3), Window(3)),
    ("provider", "none", "none"),
    ("provider", {"npi": "1", "supervised_by": {"npi": "2"}},
     Provider(npi="1", supervised_by=Provider(npi="2"))),
    ("types", {"group": ["90853"]}, {"group": frozenset(["90853"])}),
    ("either", 3, 3),
    ("either", ["a"], ("a",)),
    ("who", {"npi": "1"}, Provider(npi="1")),
    ("who", {"size": 8, "least": 2}, Group(size=8, least=2)),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value", "expected"), FITTING)
def test_a_value_that_fits_is_read(key: str, value: object, expected: object) -> None:
    """What the annotation allows is read, in each of its spellings."""
    value = getattr(structure(Rule, {key: value}), key)
    assert (value, type(value)) == (expected, type(expected))


INVALID: Final[list[tuple[str, object, str, str]]] = [
    ("text", 11, "expected a text in quotes, not 11", ""),
    ("number", True, "expected a whole number, not true", "'none' is possible too"),
    ("number", "nine", "expected a whole number, not 'nine'", "'none' is possible too"),
    ("number", Decimal("1.5"), "expected a whole number, not 1.5", ""),
    ("amount", True, "expected a number, not true", ""),
    ("amount", "nine", "expected a number, not 'nine'", "'none' is possible too"),
    ("amount", Decimal("nan"), "expected a number, not NaN", ""),
    ("covered", 1, "expected true or false, not 1", ""),
    ("day", "tomorrow", "expected a date such as 2024-08-15, not 'tomorrow'", "'none'"),
    ("day", datetime(2024, 8, 15), "expected a date such as 2024-08-15, not 2024-08-15T", ""),
    ("day", 2024, "expected a date such as 2024-08-15, not 2024", ""),
    ("clock", "noon", "expected a time such as 10:30:00, not 'noon'", ""),
    ("clock", 10, "expected a time such as 10:30:00, not 10", ""),
    ("scope", "membr", "scope is 'membr'", "Did you mean 'member'?"),
    ("indicator", 2, "indicator is 2", "Known here: 0, 1, 9."),
    ("indicator", True, "indicator is true", "Known here: 0, 1, 9."),
    ("codes", "90853", "codes is the string '90853', and a list belongs here", 'Write ["90853"]'),
    ("codes", 90853, "codes is 90853, and a list belongs here", "Write a list"),
    ("codes", {"a": 1}, "codes is { a = 1 }, and a list belongs here", "Write a list"),
    ("window", "week", "is not a window", "Write day."),
    ("provider", "nobody", "provider is 'nobody', and a table belongs here", "a table with npi"),
    ("provider", {}, "the key 'npi' is missing", "Add npi = …"),
    ("types", ["90853"], "types is ['90853'], and a table belongs here", "Write a table"),
    ("types", {"group": "90853"}, "group is the string '90853', and a list belongs here", ""),
    ("either", "a", "expected a whole number, not 'a'", ""),
    ("who", {"npi": 1}, "expected a text in quotes, not 1", ""),
    ("unit", 1, "unknown key 'unit'", "Did you mean 'amount'?"),
    ("xyz", 1, "unknown key 'xyz'", "Known here: _hidden, amount, clock"),
    ("code", [], "unknown key 'code'", "Did you mean 'codes'?"),
    ("origin", "me", "unknown key 'origin'", ""),
]


@pytest.mark.parametrize(("key", "value", "message", "remedy"), INVALID)
def test_a_value_that_does_not_fit_is_reported(
    key: str, value: object, message: str, remedy: str
) -> None:
    """What the annotation does not allow is one field error under its key, with what to write."""
    (field_error,) = errors_of(Rule, {key: value})
    assert field_error.path[0] == key
    assert field_error.message.startswith(message)
    assert remedy in field_error.remedy


def test_all_field_errors_are_reported_each_with_its_path() -> None:
    """Errors in nested values, missing keys and unknown keys are collected before raising."""
    data = {
        "codes": ["90853", 5],
        "spans": [{}, {"from": "x", "form": 1}],
        "provider": {"supervised_by": {"npi": 3}},
        "types": {"group": [1]},
        "unit": 1,
    }
    assert {field_error.path for field_error in errors_of(Rule, data)} == {
        ("codes", 1),
        ("spans", 1, "from"),
        ("spans", 1, "form"),
        ("provider",),
        ("provider", "supervised_by", "npi"),
        ("types", "group", 0),
        ("unit",),
    }


def test_what_a_class_refuses_is_reported_by_the_keys_of_the_file() -> None:
    """Errors that a class finds in itself name the key as written, not the attribute."""
    backwards = {"from": "2024-02-01", "to": "2024-01-01"}
    assert [(m.path, m.message) for m in errors_of(Rule, {"spans": [{}, backwards]})] == [
        (("spans", 1, "to"), "too early"),
        (("spans", 1), "no span"),
        (("spans", 1, "elsewhere", 0), "odd"),
    ]


def test_what_from_data_refuses_is_reported_under_its_key() -> None:
    """A class that reads its own spellings reports paths relative to its value."""
    assert [m.path for m in errors_of(Rule, {"window": {"dyas": 7}})] == [("window", "days")]


def test_of_several_classes_the_one_missed_least_is_reported() -> None:
    """Where a table may be one of several, the field errors are those of the nearest."""
    assert [m.path for m in errors_of(Rule, {"who": {"size": 8}})] == [("who",)]
    assert "'least' is missing" in errors_of(Rule, {"who": {"size": 8}})[0].message


@pytest.mark.parametrize("data", [[], "x", None, 3])
def test_a_class_is_read_from_a_table_alone(data: object) -> None:
    """A value that is no table cannot be read as a class, and the message explains it."""
    (field_error,) = errors_of(Provider, data)
    assert field_error.path == ()
    assert field_error.message.startswith("the document is ")
    assert "Write a table with npi" in field_error.remedy


def test_a_class_with_its_own_spellings_is_read_by_itself() -> None:
    """At the top, too, a class that has from_data decides."""
    assert structure(Window, "day") == Window(1)


def test_a_private_attribute_is_passed_by_its_alias() -> None:
    """The key is the attribute's name, even if the argument has another one."""
    assert structure(Rule, {"_hidden": 3}) == Rule(hidden=3)


def test_what_is_absent_has_the_default() -> None:
    """An empty table is the class as it is by itself."""
    assert structure(Rule, {}) == Rule()


def test_other_errors_of_a_class_are_ours_not_the_users() -> None:
    """A ValueError that is no InvalidValueError is not turned into one."""

    @attrs.frozen
    class Violation:
        def __attrs_post_init__(self) -> None:
            raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug") as caught:
        structure(Violation, {})
    assert not isinstance(caught.value, InvalidValueError)


ANY_VALUE: Final = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.text(max_size=3),
        st.decimals(allow_nan=False), st.just(Decimal("nan")),
        st.sampled_from(["none", "day", "90853"]), st.dates(), st.times(), st.datetimes(),
    ),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["npi", "days", "from", "size", "x"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
KEYS: Final = st.sampled_from([field.name for field in attrs.fields(Rule)] + ["unit"])


def rejections(data: dict[str, object]) -> set[FieldError]:
    """The field errors of the data; none where it can be read."""
    try:
        structure(Rule, data)
    except InvalidValueError as error:
        # NOTE: an error without a field error would give no reason.
        return set(error.field_errors) or {FieldError(("nothing",), "", "")}
    return set()


@given(st.dictionaries(KEYS, ANY_VALUE, max_size=5))
def test_any_data_is_a_value_or_field_errors_inside_it(data: dict[str, object]) -> None:
    """For any file, the answer is a value or errors under the keys of the file."""
    assert {field_error.path[0] for field_error in rejections(data)} <= data.keys()


@given(st.dictionaries(KEYS, ANY_VALUE, max_size=5))
def test_field_errors_of_a_key_do_not_depend_on_the_other_keys(data: dict[str, object]) -> None:
    """A table has exactly the field errors that its keys have one by one."""
    apart: set[FieldError] = set()
    assert rejections(data) == apart.union(*(rejections({key: data[key]}) for key in data))
