"""Second readings in profiles: what is wrong with them, and the lines that record them.

A record is one line in the table of its rule, above ``rationale``. Everything else in the file
stays as it is written.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Path, Problem, nearest
from payer_rules.kinds import kind_of
from payer_rules.profiles.profile import Profile
from payer_rules.rules import Rule, SecondReading, digest_of, errors_of_second_reading
from payer_rules.toml_files.document import TomlDocument

_KEY: Final = "second_reading"
_BELOW: Final = "rationale"


def second_reading_problems(document: TomlDocument, profile: Profile) -> Iterator[Problem]:
    """Yield a problem for each rule of the profile that changed after its second reading."""
    for rule in profile.rules:
        for error in errors_of_second_reading(rule):
            yield error.at(document.place((*_path_of(document, rule), *error.path)))


def with_second_reading(
    document: TomlDocument, profile: Profile, names: Iterable[str], reading: SecondReading
) -> str:
    """Return the text of the profile in which the rules have the reading, with their digests.

    A name is the id of a rule, with or without its payer; of several editions, with a colon and the
    line of one. Raises `InputError` for names of no rule, of several, and for rules that are not
    written as a table of lines.
    """
    problems: list[Problem] = []
    rules = [rule for name in names for rule in _named(document, profile, name, problems)]
    places = {rule: _place(document, rule, problems) for rule in rules}
    if problems:
        raise InputError(problems)
    lines = document.text.split("\n")
    for rule in sorted(places, key=places.__getitem__, reverse=True):
        at = places[rule] - 1
        end = at + 1 if lines[at].lstrip().startswith(_KEY) else at
        lines[at:end] = [_line(attrs.evolve(reading, digest=digest_of(rule)))]
    return "\n".join(lines)


def _named(
    document: TomlDocument, profile: Profile, name: str, problems: list[Problem]
) -> Sequence[Rule]:
    """Return the one rule of the name; if there is none or several, record the problem."""
    wanted, _, line = name.removeprefix(f"{profile.payer_id}/").partition(":")
    editions = [rule for rule in profile.rules if rule.id == f"{profile.payer_id}/{wanted}"]
    found = [r for r in editions if not line or str(r.origin and r.origin.line) == line]
    if len(found) == 1:
        return found
    if editions:
        message = f"{wanted!r} has {len(editions)} editions"
        remedy = (
            f"Name one: {', '.join(f'{wanted}:{r.origin and r.origin.line}' for r in editions)}"
        )
    else:
        message = f"there is no valid rule {wanted!r}"
        remedy = nearest(wanted, (rule.id.partition("/")[2] for rule in profile.rules))
    problems.append(Problem("RULES", message, remedy, ErrorCode.OPTION_VALUE))
    return ()


def _place(document: TomlDocument, rule: Rule, problems: list[Problem]) -> int:
    """Return the line above which the reading is written, or that of the reading that it replaces.

    If the line has something else, record the problem.
    """
    path = _path_of(document, rule)
    lines = document.text.split("\n")
    for key in (_KEY, _BELOW):
        line = document.line((*path, key))
        if lines[line - 1].lstrip().startswith(key):
            return line
    message = f"the table of {rule.id!r} has no line that begins with {_BELOW}"
    remedy = "Write the rule with one key on a line."
    problems.append(Problem(document.place(path), message, remedy, ErrorCode.INVALID_VALUE))
    return 0


def _path_of(document: TomlDocument, rule: Rule) -> Path:
    """Return the path to the table in which the rule is written."""
    table = kind_of(rule).table
    line = rule.origin.line if rule.origin else None
    tables = document.data.get(table)
    for at in range(len(tables) if isinstance(tables, list) else 0):
        if document.line((table, at, "id")) == line:
            return (table, at)
    return ()


def _line(reading: SecondReading) -> str:
    text = json.dumps(reading.text, ensure_ascii=False)
    return (
        f'{_KEY} = {{ on = {reading.on}, result = "{reading.result}", text = {text},'
        f' digest = "{reading.digest}" }}'
    )
