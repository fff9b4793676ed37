"""The line of each value in a TOML text.

``tomllib`` keeps no places, so the text is read a second time, for places only. Text that
``tomllib`` accepts is mapped faithfully, any other text somehow, without an exception.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, TypeAlias, cast

import attrs

from payer_rules.errors import Path

#: ``open``: a string that is never closed; ``mark``: one of ``[ ] { } = ,`` or the line's end.
Kind: TypeAlias = Literal["blank", "string", "open", "mark", "word"]

_TOKEN: Final = re.compile(
    r'''
      (?P<blank>  [ \t\r]+ | \#[^\n]* )
    | (?P<string> """ (?:[^\\"]++|\\.|"(?!""))*+ """ "{0,2} | \'\'\' .*? \'\'\' \'{0,2}
                | "(?!"") (?:[^"\\\n]++|\\[^\n])*+ " | '(?!\'\') [^'\n]* ' )
    | (?P<open>   """ .* | \'\'\' .* | ["'] [^\n]* )
    | (?P<mark>   [\[\]{}=,\n] )
    | (?P<word>   [^ \t\r\n\[\]{}=,\#"']+ )
    ''',
    re.VERBOSE | re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_ESCAPED: Final = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}


@attrs.frozen
class Token:
    """A piece of TOML text and its position."""

    kind: Kind
    text: str
    start: int
    line: int

    @property
    def end(self) -> int:
        """The position after the last character."""
        return self.start + len(self.text)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that are written here, where this is part of a key."""
        if self.kind == "string":
            return (_unquoted(self.text),)
        return tuple(filter(None, self.text.split("."))) if self.kind == "word" else ()


@attrs.define
class _Container:
    """A table or list that is being read, and the position in it."""

    path: Path
    index: int | None
    key: tuple[str, ...] = ()
    named: bool = False

    @property
    def place(self) -> Path:
        return (*self.path, *(self.key if self.index is None else (self.index,)))

    def advance(self) -> None:
        self.index = None if self.index is None else self.index + 1
        self.key, self.named = (), False


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a TOML text, without blanks and comments."""
    line = 1
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "blank":
            yield Token(cast("Kind", match.lastgroup), match[0], match.start(), line)
        line += match[0].count("\n")


def statements(text: str) -> Iterator[list[Token]]:
    """Yield the tokens of each header, and of each key with its value."""
    statement: list[Token] = []
    depth = 0
    for token in tokens(text):
        depth += (token.text in {"[", "{"}) - (token.text in {"]", "}"})
        if token.text != "\n":
            statement.append(token)
        elif depth <= 0:
            yield statement
            statement, depth = [], 0
    yield statement


def line_map(text: str) -> dict[Path, int]:
    """Return the line of each key and element, by the path to it."""
    lines: dict[Path, int] = {(): 1}
    lengths: dict[Path, int] = {}
    table: Path = ()
    for statement in filter(None, statements(text)):
        if statement[0].text == "[":
            table = _header(statement, lengths)
            for size in range(1, len(table)):
                lines.setdefault(table[:size], statement[0].line)
            # A table may be opened after its own subtables; then its place is its own header.
            lines[table] = statement[0].line
        else:
            for path, line in _values(table, statement):
                lines.setdefault(path, line)
    return lines


def _header(statement: list[Token], lengths: dict[Path, int]) -> Path:
    keys = [key for token in statement for key in token.keys]
    path: Path = ()
    for key in keys[:-1]:
        path = (*path, key)
        if path in lengths:
            path = (*path, lengths[path] - 1)
    path = (*path, *keys[-1:])
    if [token.text for token in statement[:2]] != ["[", "["]:
        return path
    lengths[path] = lengths.get(path, 0) + 1
    return (*path, lengths[path] - 1)


def _values(table: Path, statement: list[Token]) -> Iterator[tuple[Path, int]]:
    # A list of containers and no recursion: what tomllib can nest, this can follow.
    containers = [_Container(table, None)]
    for token in statement:
        inner = containers[-1]
        if token.text in {"]", "}"}:
            del containers[max(1, len(containers) - 1) :]
        elif token.text == ",":
            inner.advance()
        elif token.text == "=":
            inner.named = True
        elif inner.index is None and not inner.named:
            yield from _named(inner, token)
        else:
            yield inner.place, token.line
            if token.text in {"[", "{"}:
                containers.append(_Container(inner.place, 0 if token.text == "[" else None))


def _named(table: _Container, token: Token) -> Iterator[tuple[Path, int]]:
    for key in token.keys:
        table.key = (*table.key, key)
        yield table.place, token.line


def _unquoted(text: str) -> str:
    return text[1:-1] if text[0] == "'" else _ESCAPE.sub(_unescaped, text[1:-1])


def _unescaped(match: re.Match[str]) -> str:
    name = match[1]
    # A number too great for a character is not TOML, but this must not raise on it.
    if len(name) > 1 and int(name[1:], 16) <= 0x10FFFF:
        return chr(int(name[1:], 16))
    return _ESCAPED.get(name, name)
