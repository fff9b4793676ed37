"""The notation of SARIF 2.1.0, which code hosts show: results, each with its rule and place."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import version
from typing import Final, Literal, TypeAlias
from urllib.parse import quote

from payer_rules.json_forms.plain_data import Data, line_of

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
#: ``none`` of a result that is no finding.
ResultLevel: TypeAlias = Literal["error", "warning", "note", "none"]
#: ``open``: not enough is known to say whether the rule is broken.
ResultKind: TypeAlias = Literal["fail", "pass", "open"]
BETWEEN: Final = ",\n"
HEAD: Final = (
    f'{{"$schema": "{_SCHEMA}", "version": "2.1.0", "runs": [{{'
    '"columnKind": "unicodeCodePoints",\n"results": [\n'
)


def end_of(rules: Iterable[str], engine: str | None = None) -> str:
    """Return the text after the results: the tool with the names of its rules."""
    driver: Data = {
        "name": "payer-rules",
        "version": engine or version("payer-rules"),
        "rules": [{"id": name} for name in sorted(set(rules))],
    }
    return f'\n],\n"tool": {line_of({"driver": driver})}}}]}}\n'


def result_of(
    rule: str,
    text: str,
    places: Iterable[Data] = (),
    *,
    level: ResultLevel = "error",
    kind: ResultKind = "fail",
    properties: dict[str, Data] | None = None,
    suppressed: str | None = None,
) -> str:
    """Return a result as one line; ``suppressed`` is why it is known, and is to be no alarm."""
    located = list(places)
    data: dict[str, Data] = {
        "ruleId": rule,
        "level": level,
        "kind": kind,
        "message": {"text": text},
        **({"locations": located} if located else {}),
        **({"properties": properties} if properties else {}),
        **({"suppressions": [_suppression(suppressed)]} if suppressed else {}),
    }
    return line_of(data)


def _suppression(reason: str) -> Data:
    """Return the suppression that the file of a case states."""
    return {"kind": "inSource", "justification": reason}


def place_of(file: str, line: int | None = None, part: str | None = None) -> Data:
    """Return a place in a file: a line of it, or a part by its name."""
    physical: dict[str, Data] = {"artifactLocation": {"uri": quote(file)}}
    if line:
        physical["region"] = {"startLine": line}
    logical: dict[str, Data] = {"logicalLocations": [{"fullyQualifiedName": part}]} if part else {}
    return {"physicalLocation": physical, **logical}
