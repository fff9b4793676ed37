"""Laws of reading a document: the format by its suffix, values the same, problems with their line."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payer_rules.errors import InputError
from payer_rules.readers import read_document
from payer_rules.readers.json_documents import JsonDocument, parse

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8"), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=3), VALUES, max_size=4)
CUT = 'Put a comma between two values, and close every "{" and "[".'.replace('"', "'")
NO_VALUE = "Put text, codes and dates in double quotes, and no comma after the last value."
TOO_LONG = "this holds a number too long to be read. Write it shorter."
TOO_DEEP = "this is nested deeper than 40 levels. Write it flatter."


def problems_of(content: bytes) -> list[str]:
    """The problems of the content as JSON, as a person reads them."""
    with pytest.raises(InputError) as caught:
        parse(content, "c.json")
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [("c.toml", "[a]\n\nb = 1.10\n", 3), ("c.JSON", '{"a": {\n\n\n"b": 1.10}}', 4)],
)
def test_format_follows_the_suffix(tmp_path: Path, name: str, content: str, line: int) -> None:
    """TOML and JSON give the same values, exact decimals among them, each with its line."""
    file = tmp_path / name
    file.write_text(content)
    document = read_document(file)
    assert document.data == {"a": {"b": Decimal("1.10")}}
    assert document.name == name
    assert document.line(("a", "b")) == line
    assert document.place(("a", "b", "c", 7)) == f"{name}:{line}"


def test_given_name_is_what_people_see(tmp_path: Path) -> None:
    """A document is called by the name that the caller gives."""
    file = tmp_path / "c.json"
    file.write_text("{}")
    assert read_document(file, name="claims/c.json").place(()) == "claims/c.json:1"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "claims.xlsx",
            "claims.xlsx: a file that ends in '.xlsx' is of no format known here. "
            "Claims are read from .json and .toml files.",
        ),
        (
            "claims",
            "claims: a file without a suffix is of no format known here. "
            "Claims are read from .json and .toml files.",
        ),
        ("gone.json", "gone.json: there is no such file. Check the path."),
    ],
)
def test_file_that_cannot_be_read_is_one_problem(tmp_path: Path, name: str, message: str) -> None:
    """A file of another format, or one that does not exist, is reported in one sentence."""
    with pytest.raises(InputError) as caught:
        read_document(tmp_path / name)
    assert [str(problem) for problem in caught.value.problems] == [message]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("c.toml", f"a = 1\nb{'.b' * 450} = 1"),
        ("c.toml", f"a = 1\nb = {'[' * 700}{']' * 700}"),
        ("c.toml", f"a = 1\nb = 0x{'F' * 4300}"),
        ("c.json", f'{{"a": 1,\n"b": {"[" * 700}{"]" * 700}}}'),
    ],
)
def test_absurd_content_is_one_problem(tmp_path: Path, name: str, content: str) -> None:
    """What nobody means to write ends in one problem with file and line, in either format."""
    file = tmp_path / name
    file.write_text(content)
    with pytest.raises(InputError) as caught:
        read_document(file)
    assert [problem.where for problem in caught.value.problems] == [f"{name}:2"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{\n"a": [1,\n]}', "c.json:2: there is a comma after the last value. Leave it out."),
        (
            '{"a":\ntru}',
            f"c.json:2: a text of 3 characters is where a value belongs. {NO_VALUE}",
        ),
        ("", f"c.json:1: the file ends where a value belongs. {NO_VALUE}"),
        (
            '{"a":\n[1',
            "c.json:2: the file ends where ',' or the end belongs. "
            "Put a comma between two values, and close every '{' and '['.",
        ),
        (
            "{\na: 1}",
            "c.json:2: 'a' is where a key belongs. "
            "Put keys in double quotes, and no comma after the last.",
        ),
        ('{"a" 1}', "c.json:1: '1' is where ':' belongs. Write \"key\": value."),
        ("{}\n{}", "c.json:2: '{' comes after the end. Write one object in a file."),
        (
            '{"a": "x',
            "c.json:1: the text that begins with a text of 2 characters is never closed. "
            "Close it with '\"' on the same line.",
        ),
        (
            '{"a": "x\n"}',
            "c.json:1: a text goes over the end of its line, or holds a tab. "
            "Close it with '\"' on the same line, and write a tab as \\t.",
        ),
        (
            '{"a": "\\x1"}',
            "c.json:1: a text of 4 characters is not what JSON knows after a backslash. "
            "Write the backslash twice.",
        ),
        ("[\n1]", "c.json:1: the file does not hold an object. Write { … } around its content."),
        (f'{{"a":\n{"9" * 5000}}}', f"c.json:2: {TOO_LONG}"),
        (f'{{"a": "b", "c":\n1e{"9" * 30}}}', f"c.json:2: {TOO_LONG}"),
        (f'{{"a": [-1.5,\n{"[" * 200_000}', f"c.json:2: {TOO_DEEP}"),
        (f'{{"a": [[]],\n"b": {"[" * 700}{"]" * 700}}}', f"c.json:2: {TOO_DEEP}"),
        (f'{{"a":\n{"[" * 40}{"]" * 40}}}', f"c.json:2: {TOO_DEEP}"),
        (f'{{"a": [{"[]," * 50}[]],\n"b": {"9" * 5000}}}', f"c.json:2: {TOO_LONG}"),
        ('{"a":' * 20 + "\n" + '{"b":' * 21 + "1" + "}" * 41, f"c.json:2: {TOO_DEEP}"),
        (f'{{"a":\n{"9" * 5000},\n"b": {"[" * 700}{"]" * 700}}}', f"c.json:2: {TOO_LONG}"),
    ],
)
def test_json_that_cannot_be_read_is_one_problem(content: str, message: str) -> None:
    """Text that is not JSON is reported once, with its line and what to write."""
    assert problems_of(content.encode()) == [message]


def test_forty_levels_are_read() -> None:
    """What is nested forty deep, the outermost object among the levels, is read."""
    text = f'{{"a": {"[" * 39}{"]" * 39}, "b": {"[" * 39}{"]" * 39}}}'
    assert parse(text.encode(), "c.json").data == json.loads(text)


def test_trailing_comma_of_an_object_is_reported() -> None:
    """A comma after the last value is a problem in every version of the standard reader."""
    (message,) = problems_of(b'{"a": 1,\n}')
    assert message == "c.json:1: there is a comma after the last value. Leave it out."


def test_other_message_of_the_standard_reader_is_passed_on() -> None:
    """An unknown error is reported in the words of the standard reader."""
    (message,) = problems_of(b'{"a": "\\u12"}')
    assert message.startswith("c.json:1: ")


def test_bytes_that_are_not_utf8_are_one_problem() -> None:
    """A file in another encoding is reported with the line of the first foreign byte."""
    assert problems_of(b'{\n"a": "\xff"}') == [
        "c.json:2: the byte 0xff on this line is not UTF-8. Save the file with the encoding UTF-8."
    ]


def test_what_the_standard_reader_lets_pass_is_a_problem() -> None:
    """Keys written twice, NaN, infinities and halves of characters are all reported, by line."""
    content = (
        b'{"a": NaN,\n "b": [{"c": 1, "d": -Infinity},\n {"c": 2,\n "c": 3}],\n'
        b' "e": "NaN",\n "f": "\\ud800", "g": "\\ud83d\\ude00",\n "a": 1}'
    )
    once = "Write every key of an object once."
    assert problems_of(content) == [
        "c.json:1: NaN is not a number. Write a number, or leave it out.",
        "c.json:2: -Infinity is not a number. Write a number, or leave it out.",
        f"c.json:4: the key 'c' is written twice. {once}",
        *problems_of(b"\n" * 5 + b'{"f": "\\ud800"}'),
        f"c.json:7: the key 'a' is written twice. {once}",
    ]
    assert problems_of(b'{"f": "\\ud800"}') == [
        "c.json:1: a text holds half of a character. Write the character itself."
    ]


@pytest.mark.parametrize("content", [b'{"a": NaN}}', b'{"a": 1, "a": 2,\n b: 3}'])
def test_what_is_not_json_is_reported_before_what_is_not_plain(content: bytes) -> None:
    """Text that is not JSON has one problem, whichever text precedes it."""
    assert len(problems_of(content)) == 1


def test_whole_character_in_two_escapes_is_read() -> None:
    """Two escapes that make one character are text like any other."""
    assert parse(b'{"g": "\\ud83d\\ude00"}', "c.json").data == {"g": "\U0001f600"}


def test_byte_order_mark_is_no_content() -> None:
    """A file that begins with a byte order mark is read as if it had none."""
    assert parse(b'\xef\xbb\xbf{"a": 1}', "c.json").data == {"a": 1}


def paths(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The paths of all keys and elements in a value, in order."""
    items: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    return [item for key, inner in items for item in ((*path, key), *paths(inner, (*path, key)))]


@given(OBJECTS)
def test_every_value_has_its_own_line(value: dict[str, object]) -> None:
    """With every key and element on a line of its own, their lines are their order."""
    text = json.dumps(value, indent=1)
    document = parse(text.encode(), "c.json")
    assert isinstance(document, JsonDocument)
    assert document.data == value
    lines = [document.line(path) for path in paths(value)]
    assert lines == sorted(set(lines))
    for path, line in zip(paths(value), lines, strict=True):
        if isinstance(path[-1], str):
            assert text.split("\n")[line - 1].lstrip().startswith(json.dumps(path[-1]) + ":")


@given(st.text(max_size=30) | st.text('{}[]":,0a\\\n', max_size=12))
def test_any_text_is_read_or_reported(text: str) -> None:
    """Any file is a document or problems, each with its line."""
    assert all(where.startswith("c.json:") for where in places(text))


def places(text: str) -> list[str]:
    """Where the problems of a text are, if it has any."""
    try:
        parse(text.encode("utf-8", "replace"), "c.json")
    except InputError as error:
        return [problem.where for problem in error.problems] or ["no problem is reported"]
    return []
