"""Compare what two versions of the program answer, apart from texts, layout and fingerprints.

    python tools/compare_meaning.py reduce REPORT
    python tools/compare_meaning.py compare BEFORE AFTER

A report is what ``check`` (``--report ndjson`` or ``json``), ``conform`` or ``mutate`` (``--report
json``) wrote. ``reduce`` prints its meaning:

- a decision: claim, payer, outcome; each line's outcome, completeness and rules; each finding's
  rule, lines, outcome, where it is detected, denial codes and evidence; the reasons and facts that
  are missing, assumed, or put a line at risk;
- ``conform``: the word and the decision of each cell and case, the words of edit sheets, and which
  laws are kept;
- ``mutate``: each changed fact with its rule and fate.

``compare`` reduces two reports, or all reports of the same names in two folders, compares the
results byte by byte, prints the first differences, and exits with 1 if there are any. Names that
changed between the two versions are listed in ``renamed.toml``.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any, Final, TypeAlias

Data: TypeAlias = dict[str, Any]

RENAMED: Final = tomllib.loads(Path(__file__).with_name("renamed.toml").read_text("utf-8"))
#: New names by old ones: keys, and values by the key that holds them.
KEYS: Final[Mapping[str, str]] = RENAMED["keys"]
VALUES: Final[Mapping[str, Mapping[str, str]]] = RENAMED["values"]
#: New phrases by old ones, in the text of a row of an edit table.
PHRASES: Final[Mapping[str, str]] = RENAMED["phrases"]

#: The keys of each part that have a meaning; all others are text or layout.
DECISION: Final = ("claim", "payer", "outcome")
LINE: Final = ("line", "outcome", "complete", "judged_by")
CODES: Final = ("group", "carc", "rarc")
FINDING: Final = ("rule", "lines", "outcome", "stage", *CODES, "evidence")
RISK: Final = ("rule", "line", "beside", "outcome", *CODES)
MISSING: Final = ("rule", "lines", "reason", "missing")
MUTANT: Final = ("payer", "of", "rule", "fact", "change", "fate")

#: How many differences of a report are printed.
MOST: Final = 5


def read(text: str) -> Data:
    """Return the report or decision of a JSON text, with new names for all that were renamed."""
    data: Data = json.loads(text, object_pairs_hook=renamed)
    return data


def renamed(items: Iterable[tuple[str, Any]]) -> Data:
    """Return a JSON object with its renamed keys and values by their new names."""
    return {current(key): renamed_value(current(key), value) for key, value in items}


def renamed_value(key: str, value: object) -> object:
    """Return the value of a key, or the values of its list, by their new names."""
    if key == "row" and isinstance(value, str):
        for old, phrase in PHRASES.items():
            value = value.replace(old, phrase)
    names = VALUES.get("rule" if key == current("judged_by") else key, {})
    if isinstance(value, list):
        return [names.get(item, item) if isinstance(item, str) else item for item in value]
    return names.get(value, value) if isinstance(value, str) else value


def chosen(data: Data, names: Iterable[str]) -> Data:
    """Return the items of these names, by their new names; an item that is not there is null."""
    return {current(name): data.get(current(name)) for name in names}


def counted(data: Data, *names: str) -> Data:
    """Return how many items the lists of these names have."""
    return {current(name): len(data[current(name)]) for name in names}


def current(key: str) -> str:
    """Return the key by its new name."""
    return KEYS.get(key, key)


def meaning_of_decision(decision: Data) -> Data:
    """Return what a decision means: outcomes, findings, and what is missing."""
    return {
        **chosen(decision, DECISION),
        "lines": [chosen(line, LINE) for line in decision["lines"]],
        "findings": in_order(map(meaning_of_finding, decision["findings"])),
        **{
            key: in_order(chosen(entry, MISSING) for entry in decision[key])
            for key in ("not_evaluated", "assumed")
        },
        "at_risk": in_order(chosen(risk, RISK) for risk in decision["at_risk"]),
    }


def meaning_of_finding(finding: Data) -> Data:
    """Return what a finding means; the order of its evidence has no meaning."""
    return {**chosen(finding, FINDING), "evidence": in_order(finding["evidence"])}


def in_order(items: Iterable[Data]) -> list[Data]:
    """Return the items sorted by their text: order within a decision has no meaning."""
    return sorted(items, key=text_of)


def text_of(data: object) -> str:
    """Return the data as JSON on one line, with sorted keys."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def meaning_of_conform(report: Data) -> Iterator[Data]:
    """Yield the cells, cases, edit sheets and laws of a report of ``conform``."""
    for row in report["scenarios"]:
        for payer, cell in row["cells"].items():
            yield {"scenario": row["name"], "payer": payer, **meaning_of_cell(cell)}
    for case in report["cases"]:
        yield {"payer": case["payer"], "rule": case["rule"], **meaning_of_cell(case)}
    for sheet in report["sheets"]:
        yield {"sheet": Path(sheet["file"]).name, **chosen(sheet, ("claims", "agreeing"))}
    for law in report[current("laws")]:
        yield {**chosen(law, ("payer", "law")), "broken": len(law[current("broken")])}
    yield counted(report, "faults")


def meaning_of_cell(cell: Data) -> Data:
    """Return the status of a cell and its decision, without the claim's name."""
    decision = cell["decision"]
    return {
        "status": cell[current("word")],
        "decision": None if decision is None else {**meaning_of_decision(decision), "claim": None},
    }


def meaning_of_check(report: Data) -> Iterator[Data]:
    """Yield the decisions of a JSON report of ``check``, then how many faults and remarks."""
    yield from map(meaning_of_decision, report["decisions"])
    yield counted(report, "faults", "remarks")


def meaning_of(path: Path) -> Iterator[str]:
    """Yield the meaning of a report as lines of JSON, one for each decision, cell or fact."""
    if path.suffix == ".ndjson":
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                yield text_of(meaning_of_decision(read(line)))
        return
    report = read(path.read_text(encoding="utf-8"))
    if "decisions" in report:
        yield from map(text_of, meaning_of_check(report))
    elif current("mutants") in report:
        yield from sorted(text_of(chosen(mutant, MUTANT)) for mutant in report[current("mutants")])
    else:
        yield from sorted(map(text_of, meaning_of_conform(report)))


def differences(before: Path, after: Path) -> Iterator[str]:
    """Yield a message for each part of two reports that differs, with its number."""
    pairs = zip_longest(meaning_of(before), meaning_of(after))
    for number, (old, new) in enumerate(pairs, start=1):
        if old != new:
            yield f"{after.name}:{number}: {difference(old, new)}"


def difference(old: str | None, new: str | None) -> str:
    """Return which items of one part differ."""
    if old is None or new is None:
        return f"only {'before' if new is None else 'after'}: {old or new}"
    left, right = json.loads(old), json.loads(new)
    names = [name for name in left | right if left.get(name) != right.get(name)]
    same = {name: left[name] for name in ("claim", "payer", "rule") if name in left}
    changes = [f"{name}: {left.get(name)!r} -> {right.get(name)!r}" for name in names]
    return f"{text_of(same)}: " + "; ".join(changes)


def compared(before: Path, after: Path) -> bool:
    """Compare two reports, print the first differences, and return True if there are none."""
    first = list(islice(differences(before, after), MOST))
    print(*(first or [f"{after.name}: same"]), sep="\n")
    return not first


def pairs_of(before: Path, after: Path) -> list[tuple[Path, Path]]:
    """Return the reports to compare: two files, or the files of the first folder in both."""
    if before.is_file():
        return [(before, after)]
    found = sorted(path for path in before.rglob("*") if path.suffix in (".json", ".ndjson"))
    return [(path, after / path.relative_to(before)) for path in found]


def main(arguments: list[str]) -> int:
    """Reduce a report or compare two; return 1 if they differ."""
    match arguments:
        case ["reduce", report]:
            for line in meaning_of(Path(report)):
                print(line)
            return 0
        case ["compare", before, after]:
            pairs = pairs_of(Path(before), Path(after))
            lost = [new for _, new in pairs if not new.is_file()]
            print(*(f"no such file: {path}" for path in lost), sep="\n", end="\n" if lost else "")
            same = [compared(old, new) for old, new in pairs if new.is_file()]
            return 0 if same and all(same) and not lost else 1
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
