"""Problems of texts that are not TOML: the line, what is wrong there, and what to write."""

from __future__ import annotations

import re
from typing import Final

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import Problem
from payer_rules.text.quoting import REDACTED, VERBATIM, QuotingStyle
from payer_rules.toml_files.line_numbers import Token, statements, tokens

_MESSAGE: Final = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)
_KEY: Final = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
#: A line that cannot go on inside a list: ``key =`` or ``[table]``.
_NEW_STATEMENT: Final = re.compile(
    rf"[ \t]*(?:{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*[ \t]*="
    r"|\[\[?[ \t]*[A-Za-z_][^\]\n]*\]\]?[ \t]*(?:#|$))",
    re.MULTILINE,
)
#: What an opening mark opens, and what closes it.
_OPENINGS: Final = {
    "[": ("list", "Close it with ']'."),
    "{": ("inline table", "Close it with '}' on the same line."),
    '"': ("text", "Close it with '\"' on the same line."),
    "'": ("text", 'Close it with "\'" on the same line.'),
    '"""': ("text", 'Close it with \'"""\'.'),
    "'''": ("text", "Close it with \"'''\"."),
}
_VALUES: Final = "Put text and codes between quotes; write dates as 2024-08-15, numbers as 72.10."
_KEY_HERE: Final = ("{} stands where a key belongs", "Write key = value, or [name] for a table.")
_TWICE: Final = ("{} is written, or complete, above already", "Write every key and table once.")
_ESCAPE: Final = (
    "a backslash in {} stands before what TOML does not know",
    "Write the backslash twice, or put the text between single quotes.",
)
#: By the start of tomllib's message: our message, where ``{}`` is the text there, and the remedy.
_PLAIN: Final = {
    "Invalid value": ("{} stands where a value belongs", _VALUES),
    "Expected newline": ("{} cannot be read as one value", _VALUES),
    "Unclosed array": (
        "{} stands in a list where ',' or ']' belongs",
        "Put a comma between two values and ']' after the last; codes stand between quotes.",
    ),
    "Unclosed inline table": (
        "{} stands in an inline table where ',' or '}' belongs",
        "Put a comma between two keys and '}' after the last; codes stand between quotes.",
    ),
    "Expected '='": ("{} stands where '=' belongs", "Write key = value, and comments after '#'."),
    "Expected ']": ("{} stands where the table's name should end", "Write [name] or [[name]]."),
    "Invalid statement": _KEY_HERE,
    "Invalid initial": _KEY_HERE,
    "Invalid date": ("{} is not in the calendar", "Write a date as 2024-08-15."),
    "Cannot": _TWICE,
    "Unescaped": _ESCAPE,
    "Invalid hex": _ESCAPE,
    "Escaped": _ESCAPE,
}


def syntax_problem(
    text: str, name: str, error_text: str, showing: QuotingStyle = VERBATIM
) -> Problem:
    """Return the problem that ``tomllib`` means with its message about the text."""
    # NOTE: tomllib counts columns with each line's end made one character.
    text = text.replace("\r\n", "\n")
    offset, words = _place(text, error_text)
    opened = _never_closed(text, offset)
    return _unclosed(text, name, opened) if opened else _other(text, name, offset, words, showing)


def _place(text: str, error_text: str) -> tuple[int, str]:
    matched = _MESSAGE.fullmatch(error_text)
    if matched is None or matched[2] is None:
        return len(text), matched[1] if matched else error_text
    before = text.split("\n")[: int(matched[2]) - 1]
    return sum(len(line) + 1 for line in before) + int(matched[3]) - 1, matched[1]


def _never_closed(text: str, offset: int) -> list[Token]:
    """Return the open brackets and quotes, if reading stopped because they are not closed."""
    if text[offset : offset + 1] in {"", "\n", "#"}:
        return _open_at(text, offset)
    # NOTE: tomllib continues a list on the next line, up to something that is not valid in a list.
    start = text.rfind("\n", 0, offset) + 1
    return _open_at(text, start) if _NEW_STATEMENT.match(text, start) else []


def _open_at(text: str, offset: int) -> list[Token]:
    opened: list[Token] = []
    for token in tokens(text):
        if token.start >= offset:
            break
        if token.kind == "open" or token.text in {"[", "{"}:
            opened.append(token)
        elif token.text in {"]", "}"}:
            del opened[-1:]
    return opened


def _unclosed(text: str, name: str, opened: list[Token]) -> Problem:
    outer, inner = opened[0], opened[-1]
    mark = inner.text[:3] if inner.text[:3] in _OPENINGS else inner.text[0]
    what, remedy = _OPENINGS[mark]
    if inner.kind == "mark" and _is_first_of_its_line(text, outer):
        what, mark = "table name", "[[" if text.startswith("[[", outer.start) else "["
        remedy = f"Close it with {mark.replace('[', ']')!r}."
    message = f"the {what} opened with {mark!r} on this line is never closed"
    return Problem(f"{name}:{inner.line}", message, remedy, ErrorCode.TOML_SYNTAX)


def _is_first_of_its_line(text: str, token: Token) -> bool:
    return not text[text.rfind("\n", 0, token.start) + 1 : token.start].strip()


def _other(text: str, name: str, offset: int, words: str, showing: QuotingStyle) -> Problem:
    # NOTE: tomllib's message may quote the text.
    said = words.partition(" '")[0] if showing is REDACTED else words
    default = (f"{said[:1].lower()}{said[1:]}, at {{}}", "Correct the TOML there.")
    message, remedy = next((_PLAIN[key] for key in _PLAIN if words.startswith(key)), default)
    begin = _begin(text, offset, words)
    end = text.find("\n", begin if message is _TWICE[0] else offset)
    met = text[begin : end if end >= 0 else None].strip()
    place = f"{name}:{text.count(chr(10), 0, begin) + 1}"
    return Problem(
        place,
        message.replace("{}", showing.piece(met) if met else "the end of the line"),
        remedy,
        ErrorCode.TOML_SYNTAX,
    )


def _begin(text: str, offset: int, words: str) -> int:
    """Return the position of the text that the message is about."""
    begun = [found for found in statements(text) if found and found[0].start <= offset]
    before = [token for token in begun[-1] if token.start < offset] if begun else []
    if words.startswith("Cannot"):
        return before[0].start
    if words.startswith("Expected newline"):
        return before[-1].start
    if before and before[-1].end > offset:
        return max(before[-1].start, text.rfind("\n", 0, offset) + 1)
    return offset
