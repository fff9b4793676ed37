"""Laws of reading TOML: the values, where they are written, and the problems."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path as FilePath
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payer_rules.errors import InputError, Path, Problem
from payer_rules.toml_files.document import TomlDocument, parse, read
from payer_rules.toml_files.line_numbers import line_map, tokens
from payer_rules.toml_files.portability import differences, portable_differences
from payer_rules.toml_files.syntax_problems import syntax_problem

PROFILE: Final = """\
# a payer
[payer]
id = "il-medicaid"
states = ["IL"]

[sources."IL-1"]   # read by a person
read = 2026-11-23
url = "https://example.org/a#b"

[code_sets]
psychotherapy = [
    "90832",  # the shortest
    "90834", "90837",
]

[[frequency_limit]]
id = "group-two-per-week"
window = { rolling_days = 7 }
limit = 2
adjustment = { group = "CO", carc = "119", rarc = ["N640"] }
rationale = \"\"\"
At most two = [see
the source]\"\"\"

[[frequency_limit]]
id = 'second'
limit = 0.75
in_force.from = 2013-02-01
readings = [{ window = { rolling_days = 30 } }, { window = "month" }]
"""


def document(text: str, name: str = "profile.toml") -> TomlDocument:
    """The document that the text is."""
    return parse(text.encode(), name)


def problem_of(content: str | bytes) -> Problem:
    """The one problem that reading the content ends with."""
    with pytest.raises(InputError) as caught:
        parse(content if isinstance(content, bytes) else content.encode(), "p.toml")
    (problem,) = caught.value.problems
    return problem


def paths(value: object, path: Path = ()) -> Iterator[Path]:
    """The path of the value and of everything in it."""
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from paths(inner, (*path, index))


# Reading ---------------------------------------------------------------------------------------


def test_fractions_are_exact() -> None:
    """A number with a fraction is the decimal that is written, not the nearest float."""
    assert document("fee = 72.10").data == {"fee": Decimal("72.10")}


def test_what_is_just_not_too_much_is_read() -> None:
    """Forty levels, the table of the file among them, and whole numbers of 64 bits are read."""
    least, most = -(2**63), 2**63 - 1
    text = f"least = {least}\nmost = {most}\nlist = {'[' * 39}{']' * 39}\nkey{'.k' * 39} = 1"
    read = document(text)
    assert (read.data["least"], read.data["most"]) == (least, most)
    assert read.line(("key", *("k" for _ in range(39)))) == 4


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    """A file that an editor marked as UTF-8 reads like one without the mark, with a remark."""
    marked = parse(b"\xef\xbb\xbfid = 1", "p.toml")
    assert (marked.data, marked.text, marked.marked) == ({"id": 1}, "id = 1", True)
    assert not document("id = 1").marked


def test_a_file_is_called_by_its_own_name_or_as_asked(tmp_path: FilePath) -> None:
    """The folder of a file is named only if the caller wants it."""
    file = tmp_path / "a.toml"
    file.write_bytes(b"x = 1\r\ny = 2\r\n")
    assert read(file).place(("y",)) == "a.toml:2"
    assert read(file, name="claims/a.toml").place(("y",)) == "claims/a.toml:2"


def test_a_missing_file_is_one_problem(tmp_path: FilePath) -> None:
    """A path that does not exist is reported in words, also if a file is in place of a folder."""
    (tmp_path / "file").touch()
    for path in (tmp_path / "missing.toml", tmp_path / "file" / "missing.toml"):
        with pytest.raises(InputError) as caught:
            read(path)
        assert str(caught.value) == "missing.toml: there is no such file. Check the path."


def test_a_directory_is_not_a_file(tmp_path: FilePath) -> None:
    """A folder in the place of a file is called one."""
    with pytest.raises(InputError, match="this is a directory"):
        read(tmp_path)


def test_a_locked_file_is_called_locked(
    tmp_path: FilePath, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that may not be read is distinguished from one that does not exist."""

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.toml").touch()

    # NOTE: a double, because nothing is locked to an administrator, who may run the tests.
    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(InputError, match="you do not have permission to read this file"):
        read(tmp_path / "a.toml")


def test_any_other_trouble_with_a_file_is_reported_as_the_system_does(tmp_path: FilePath) -> None:
    """Where the system cannot follow a path, its own words are given."""
    loop = tmp_path / "loop.toml"
    loop.symlink_to(loop)
    with pytest.raises(InputError, match=r"^loop\.toml: the file cannot be read \(Too many"):
        read(loop)


# What is not TOML --------------------------------------------------------------------------------

LIST: Final = "the list opened with '[' on this line is never closed. Close it with ']'."
INLINE: Final = "the inline table opened with '{' on this line is never closed."
NAME: Final = "the table name opened with {!r} on this line is never closed."
DEEP: Final = "this is nested deeper than 40 levels. Write it flatter."
TEXT: Final = "the text opened with {!r} on this line is never closed. Close it with"

FAULTS: Final[list[tuple[str | bytes, int, str]]] = [
    ('codes = ["a", "b"\nlimit = 2', 1, LIST),
    ('codes = ["a", "b"\r\nlimit = 2', 1, LIST),
    ('x = 1\ncodes = ["a", "b",\n# note\nlimit = 2', 2, LIST),
    ('x = 1\ncodes = ["a",\n"b",\n', 2, LIST),
    ('codes = ["a"\n[[rule]]\nid = 1', 1, LIST),
    ('codes = ["a",\n[rule]  # next\nid = 1', 1, LIST),
    ('codes = ["a"\n"quoted".key = 1', 1, LIST),
    ("tiers = [\n  [1, 2],\n  [3, 4\nlimit = 2", 3, LIST),
    ("tiers = [\n  [1, 2],\n  [3, 4]\nlimit = 2", 1, LIST),
    ("a = { b = 1\n}", 1, INLINE),
    ("a = [\n  { from = 1\n  },\n]", 2, INLINE),
    ("a = {  # note\nb = 1}", 1, INLINE),
    ("[rule\nid = 1", 1, NAME.format("[")),
    ("x = 1\n[[rule", 2, NAME.format("[[")),
    ('["rule\nid = 1', 1, TEXT.format('"')),
    ('x = 1\na = "b\nc = 2', 2, TEXT.format('"')),
    ("a = 'b\nc = 'd'", 1, TEXT.format("'")),
    ("a = 'b", 1, TEXT.format("'")),
    ('x = 1\na = """b\nc\n\n', 2, TEXT.format('"""')),
    ("x = 1\na = '''b\nc", 2, TEXT.format("'''")),
    ('a = """b\nc = """d"""', 1, "cannot be read as one value"),
    ('codes = ["a" "b"]', 1, "'\"b\"]' stands in a list where ',' or ']' belongs"),
    ('codes = [\n"a"\n"b"]', 3, "'\"b\"]' stands in a list where ',' or ']' belongs"),
    ('codes = ["99213",, "99214"]', 1, "', \"99214\"]' stands where a value belongs"),
    ("place = 02", 1, "'02' cannot be read as one value. Put text and codes between quotes"),
    ("day = 15.08.2024", 1, "'15.08.2024' cannot be read as one value"),
    ("fee = 72,10", 1, "'72,10' cannot be read as one value"),
    ("places = [02]", 1, "'02]' stands in a list where"),
    ("name = Acme", 1, "'Acme' stands where a value belongs. Put text and codes between quotes"),
    ("name = ", 1, "the end of the line stands where a value belongs"),
    ("a = { b = 1 ]", 1, "']' stands in an inline table where ',' or '}' belongs"),
    ("a = { b = 1, }", 1, "'}' stands where a key belongs"),
    ("= 1", 1, "'= 1' stands where a key belongs"),
    ("just words", 1, "'words' stands where '=' belongs"),
    ("[[rule]\nid = 1", 1, "']' stands where the table's name should end"),
    ("day = 2024-02-30", 1, "'2024-02-30' is not in the calendar"),
    ("[a]\nb = 1\nb = 2", 3, "'b = 2' is written, or complete, above already"),
    ("a = 1\na = [\n1,\n]\n", 2, "'a = [' is written, or complete, above already"),
    ("[a]\n[a]", 2, "'[a]' is written, or complete, above already"),
    ("a = { b = 1 }\na.c = 2", 2, "'a.c = 2' is written, or complete, above already"),
    ("a = { b = 1, b = 2 }", 1, "duplicate inline table key 'b', at '}'. Correct the TOML there."),
    (r'dir = "C:\dir"', 1, "a backslash in '\"C:\\\\dir\"' stands before what TOML does not know"),
    ('a = """\n\nC:\\dir"""', 3, 'a backslash in \'C:\\\\dir"""\' stands before what'),
    ("# \x01", 1, r"found invalid character '\x01', at '\x01'"),
    (f"name = {'A' * 99}", 1, f"'{'A' * 39}…' stands where a value belongs"),
    (b'a = 1\nb = "\xe9"', 2, "the byte 0xe9 on this line is not UTF-8. Save the file"),
    (b'\xef\xbb\xbfa = 1\nb = "\xe9"', 2, "the byte 0xe9 on this line is not UTF-8"),
    (f"a = 1\nb = [\n{'1' * 5000}]\nc = 1", 2, "this holds a number too long"),
    (f"a = 1\nb = 1e{'9' * 30}\nc = 1", 2, "this holds a number too long"),
    (f"a = 1\nb = {'[' * 5000}{']' * 5000}\nc = 1", 2, DEEP),
    (f"a = 1\nb = {'[' * 700}{']' * 700}\nc = 1", 2, DEEP),
    (f"a = 1\nb = {'[' * 40}{']' * 40}\nc = 1", 2, DEEP),
    (f"a = 1\nb{'.b' * 450} = 1\nc = 1", 2, DEEP),
    (f"a = 1\n[b{'.b' * 450}]\nc = 1", 2, DEEP),
    (f"[b{'.b' * 30}]\na = 1\nb{'.b' * 30} = 1\nc = 1", 3, DEEP),
    (f"a = 1\nb = [[0x{'F' * 4300}]]\nc = 1", 2, "this holds a number too long"),
    (f"a = 1\nb = 0x{'F' * 4300}\nc{'.c' * 450} = 1", 2, "this holds a number too long"),
    (f"a = 1\nb{'.b' * 450} = 1\nc = 0x{'F' * 4300}", 2, DEEP),
    ("a = 1\nb = 9_223_372_036_854_775_808\nc = 1", 2, "this holds a number too long"),
    ("a = 1\nb = -9_223_372_036_854_775_809\nc = 1", 2, "this holds a number too long"),
]


@pytest.mark.parametrize(("content", "line", "message"), FAULTS)
def test_what_is_wrong_is_reported_where_it_is_mended(
    content: str | bytes, line: int, message: str
) -> None:
    """A file that is not TOML ends with one problem, at the line where its writer must mend it."""
    problem = problem_of(content)
    assert problem.where == f"p.toml:{line}"
    assert message in str(problem)


def test_a_message_without_a_place_is_given_as_it_is() -> None:
    """A message of an unknown form is still reported."""
    problem = syntax_problem("a = 1", "p.toml", "Something new")
    assert (
        str(problem) == "p.toml:1: something new, at the end of the line. Correct the TOML there."
    )


# fmt: off
PIECES: Final = [
    "a", "b.c", '"k"', "'l'", "=", " = ", "1", "0.5", "2024-08-15", "07:30:00", "true", ".", "inf",
    "[", "]", "[[", "]]", "{", "}", ",", "\n", "\r\n", " ", "# c", '"', "'", '"""', "'''", "\\",
    '"s"', '"\\u0061"', "é", "a = 1\n", "[a]\n", "[[b]]\n", "x = [1,\n",
]
VALUES: Final = [
    "1", "-0.5", '"a # b"', "'c = ['", "2024-08-15", "1979-05-27 07:32:00", '"""x\ny\n"""', "true",
    "'''\n[t]\n'''", r'"\\"', r'"\""', '""""q"""""', "[]", "{}", "''", '""',
]
# fmt: on
TOMLISH: Final = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)
ANY_TEXT: Final = st.one_of(TOMLISH, st.text())


@given(ANY_TEXT)
def test_any_text_is_read_or_is_one_problem_with_a_line(text: str) -> None:
    """Any file is a document, or one problem at a line that the file has."""
    try:
        parse(text.encode(errors="replace"), "p.toml")
    except InputError as error:
        (problem,) = error.problems
        name, _, line = problem.where.partition(":")
        assert name == "p.toml"
        assert 1 <= int(line) <= text.count("\n") + 1


# Where it is written -----------------------------------------------------------------------------

PLACES: Final[list[tuple[Path, int]]] = [
    ((), 1),
    (("payer",), 2),
    (("payer", "id"), 3),
    (("payer", "name"), 2),
    (("payer", "states", 0), 4),
    (("sources",), 6),
    (("sources", "IL-1", "read"), 7),
    (("code_sets", "psychotherapy", 0), 12),
    (("code_sets", "psychotherapy", 2), 13),
    (("code_sets", "psychotherapy", 7), 11),
    (("frequency_limit",), 16),
    (("frequency_limit", 0), 16),
    (("frequency_limit", 0, "adjustment", "rarc", 0), 20),
    (("frequency_limit", 0, "rationale"), 21),
    (("frequency_limit", 1), 25),
    (("frequency_limit", 1, "id"), 26),
    (("frequency_limit", 1, "in_force", "from"), 28),
    (("frequency_limit", 1, "readings", 1, "window"), 29),
    (("frequency_limit", 2, "id"), 16),
    (("nowhere", 3), 1),
]


@pytest.mark.parametrize(("path", "line"), PLACES)
def test_a_value_has_the_line_it_is_written_on(path: Path, line: int) -> None:
    """A path leads to the line of its value, or of the nearest table around it."""
    profile = document(PROFILE)
    assert profile.line(path) == line
    assert profile.place(path) == f"profile.toml:{line}"


def test_tables_under_the_last_table_of_a_list() -> None:
    """A header below a list of tables belongs to the last of them."""
    text = "[[claims]]\n[[claims.lines]]\n[[claims.lines]]\n[[claims]]\n[[claims.lines]]\nu = 1"
    lines = line_map(text)
    assert lines[("claims", 0, "lines", 1)] == 3
    assert lines[("claims", 1, "lines", 0, "u")] == 6


def test_a_table_opened_after_its_subtable_is_where_its_own_header_is() -> None:
    """The line of a table is that of its header, even if a table inside it came first."""
    assert line_map("[a.b]\nx = 1\n[a]\ny = 1")[("a",)] == 3


def test_keys_are_known_by_what_they_mean() -> None:
    """A key with escapes is found under the text that it means."""
    text = r'"\u00e9\t\"\U0001F600" = 1'
    assert set(line_map(text)) == {(), *((key,) for key in tomllib.loads(text))}
    assert ("UFFFFFFFF",) in line_map(r'"\UFFFFFFFF" = 1')


@given(ANY_TEXT)
def test_scanning_never_raises_and_maps_what_is_toml(text: str) -> None:
    """Any text is scanned without loss; a text that is TOML has a line for each path, no other."""
    lines = line_map(text)
    assert all(text.startswith(token.text, token.start) for token in tokens(text))
    try:
        data = tomllib.loads(text)
    except ValueError:
        return
    assert set(lines) == set(paths(data))


def test_what_nests_deeper_than_python_calls_is_scanned() -> None:
    """The scanner keeps its own list of what is open, so depth alone cannot end it."""
    assert len(line_map(f"a = {'[' * 2000}{']' * 2000}")) == 2001


class Writer:
    """Writes TOML and keeps the line on which it put each path."""

    keys = st.from_regex(r"[a-z]{1,3}", fullmatch=True)
    gaps = st.sampled_from(["", "\n", " # [note] = {\n", "\n\n\t"])

    def __init__(self, data: st.DataObject) -> None:
        self.data = data
        self.text = ""
        self.put: dict[Path, int] = {(): 1}

    def choose(self, *options: str) -> str:
        return self.data.draw(st.sampled_from(options))

    def gap(self) -> None:
        self.text += self.data.draw(self.gaps)

    def mark(self, path: Path) -> None:
        self.put.setdefault(path, self.text.count("\n") + 1)

    def value(self, path: Path, depth: int) -> None:
        kind = self.choose("scalar", "list", "table") if depth else "scalar"
        if kind == "scalar":
            self.text += self.choose(*VALUES)
        elif kind == "list":
            self.elements(path, depth)
        else:
            self.inline(path, depth)

    def elements(self, path: Path, depth: int) -> None:
        self.text += "["
        for index in range(self.data.draw(st.integers(1, 3))):
            self.gap()
            self.mark((*path, index))
            self.value((*path, index), depth - 1)
            self.gap()
            self.text += ","
        self.gap()
        self.text += "]"

    def inline(self, path: Path, depth: int) -> None:
        opening = "{ "
        for key in self.data.draw(st.lists(self.keys, min_size=1, max_size=3, unique=True)):
            self.text += opening
            self.pair(path, key, depth)
            opening = ", "
        self.text += " }"

    def pair(self, path: Path, key: str, depth: int) -> None:
        dotted = self.choose("", " . z")
        path = (*path, key)
        self.mark(path)
        if dotted:
            path = (*path, "z")
            self.mark(path)
        written = self.choose(key, f"'{key}'", f'"{key}"')
        self.text += f"{written}{dotted} = "
        self.value(path, depth - 1)

    def pairs(self, path: Path) -> None:
        for key in self.data.draw(st.lists(self.keys, unique=True, max_size=3)):
            self.pair(path, key, 3)
            self.text += self.choose(" # note\n", "\r\n\n")

    def table(self, header: str, path: Path) -> None:
        for size in range(1, len(path) + 1):
            self.mark(path[:size])
        self.text += f"{header}\n"
        self.pairs(path)


@given(st.data())
def test_a_key_is_found_where_it_was_put(data: st.DataObject) -> None:
    """The line of every key, element and table is the one on which its writer put it."""
    writer = Writer(data)
    writer.pairs(())
    for outer in range(data.draw(st.integers(0, 2))):
        writer.table("[[LIMIT]]", ("LIMIT", outer))
        for inner in range(data.draw(st.integers(0, 2))):
            writer.table("[[ LIMIT.LINES ]] # x", ("LIMIT", outer, "LINES", inner))
        writer.table('[LIMIT."A b"]', ("LIMIT", outer, "A b"))
    writer.table("[OUTER . INNER]", ("OUTER", "INNER"))
    assert set(paths(tomllib.loads(writer.text))) == set(writer.put)
    assert line_map(writer.text) == writer.put


# A second reader ---------------------------------------------------------------------------------


def test_an_ordinary_profile_reads_the_same_in_both() -> None:
    """A profile as people write them has no difference, decimals and dates included."""
    ordinary = f"{PROFILE}fee = 72.10\nbig = 1e400\nodd = nan\nat = 2024-01-01T10:00:00Z\n"
    assert portable_differences(document(ordinary)) == []
    assert portable_differences(document(PROFILE.replace("\n", "\r\n"))) == []


DIFFERENT: Final = [
    (
        "x = 1\ncutoff = 23:59:59.5",
        2,
        "TOML says 23:59:59.500000 here, and the toml package reads 23:59:59.",
    ),
    (
        "at = 2025-01-01t00:00:00z",
        1,
        "TOML says 2025-01-01T00:00:00+00:00 here, and the toml package reads 2025-01-01T00:00:00",
    ),
    (
        'x = 1\n\n[[r]]\nid = "a"\nlimits = [1, "2"]\nz = 3',
        5,
        "a reader built on the toml package cannot read this (Not a homogeneous array)",
    ),
    (
        'x = 1\nc = ["a", { from = ["b,", "c"] }]\nz = 3',
        2,
        "a reader built on the toml package cannot read this (IndexError: ",
    ),
    (
        'x = 1\nc = [{ from = "a" }, "99213"]',
        2,
        "the toml package reads [{ from = 'a' }]",
    ),
    (
        "\ufeffid = 1",
        1,
        "the file begins with a byte order mark, which the toml package takes for text",
    ),
]


@pytest.mark.parametrize(("text", "line", "message"), DIFFERENT)
def test_what_the_toml_package_reads_otherwise_is_reported(
    text: str, line: int, message: str
) -> None:
    """Where the other reader errs there is one problem with the line and both readings."""
    (problem,) = portable_differences(document(text))
    assert problem.where == f"profile.toml:{line}"
    assert message in str(problem)


def test_all_differing_keys_are_reported() -> None:
    """There is a problem for each differing key, not for the first alone."""
    problems = portable_differences(document("a = 01:00:00.5\nb = 1\n[c]\nd = [02:00:00.25]"))
    assert [problem.where for problem in problems] == ["profile.toml:1", "profile.toml:4"]


NOON: Final = datetime(2024, 1, 1, 12, tzinfo=UTC)

PAIRS: Final[list[tuple[object, object, str]]] = [
    ({"a": 1}, {}, "TOML says 1 here, and the toml package reads nothing"),
    ({}, {"b": None}, "TOML says nothing here, and the toml package reads null"),
    ([1, 2], [1], "TOML says [1, 2] here, and the toml package reads [1]"),
    (1, True, "TOML says 1 here, and the toml package reads true"),
    (False, 0, "TOML says false here, and the toml package reads 0"),
    (1, 1.0, "TOML says 1 here, and the toml package reads 1.0"),
    (Decimal("1.5"), 1.25, "TOML says 1.5 here, and the toml package reads 1.25"),
    (Decimal("nan"), 1.25, "TOML says NaN here"),
    ({"a": {}}, {"a": {"b": "c"}}, "TOML says nothing here, and the toml package reads 'c'"),
    ({"a": {"b": 1, "c": []}}, {"a": 2}, "TOML says { b = 1, c = [] } here"),
    ([{}], [3], "TOML says {} here"),
    (NOON, NOON.replace(tzinfo=None), "TOML says 2024-01-01T12:00:00+00:00 here"),
]


@pytest.mark.parametrize(("ours", "theirs", "message"), PAIRS)
def test_two_readings_that_differ_are_both_quoted(
    ours: object, theirs: object, message: str
) -> None:
    """A value that is missing, added, or of another type is a difference."""
    (field_error,) = differences(ours, theirs)
    assert message in field_error.message


@given(TOMLISH)
def test_the_second_reading_never_ends_in_an_exception(text: str) -> None:
    """For any behavior of the toml package, the answer is a list of problems."""
    try:
        rightly = document(text)
    except InputError:
        return
    places = [problem.where.partition(":")[2] for problem in portable_differences(rightly)]
    assert all(1 <= int(line) <= text.count("\n") + 1 for line in places)


def test_only_the_check_of_profiles_imports_toml() -> None:
    """Importing the package, its registry and its readers leaves the ``toml`` package out."""
    modules = "payer_rules, payer_rules.registry, payer_rules.readers, payer_rules.conformance"
    code = f"import sys, {modules}; print('toml' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
