"""Measure how many lines of a claim file have an answer, by payer.

    python tools/measure_answers.py FILE [--payers a,b,…] [OPTION…]

Each payer's decisions come from ``payer-rules check FILE --payer PAYER --report ndjson`` with the
other options, such as ``--history`` and ``--practice``. A line is *known* if its expected outcome
is neither ``unread`` nor ``unknown``, and does not rest on the baseline alone. The last column
counts the topics that were not read of lines whose answer is partial.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

PAYERS: Final = (
    *("medicare", "il-medicaid", "aetna", "cigna"),
    *("tricare", "bcbs-il", "ca-medicaid", "tx-medicaid"),
)
COLUMNS: Final = ("proved", "presumed", "partial", "baseline", "unread", "unknown")
KNOWN: Final = frozenset(["proved", "presumed", "partial"])
#: The topics that keep a line from being proved or presumed.
UNREAD: Final = frozenset(["unread", "baseline"])
CORE: Final = frozenset(["frequency", "combination", "modifier", "place", "provider", "session"])


@attrs.define
class Measures:
    """The lines of one payer by class, and the unread topics of its partial lines."""

    payer: str
    lines: Counter[str] = attrs.field(factory=Counter)
    topics: Counter[str] = attrs.field(factory=Counter)

    def add(self, decision: Mapping[str, Any]) -> None:
        """Count the lines of a decision."""
        for line in decision["lines"]:
            self.lines[class_of(line)] += 1
            if line.get("basis") == "partial":
                topics = line["topics"].items()
                self.topics.update(t for t, status in topics if t in CORE and status in UNREAD)

    @property
    def known(self) -> float:
        """The share of lines that are known."""
        return sum(self.lines[name] for name in KNOWN) / max(1, self.lines.total())


def class_of(line: Mapping[str, Any]) -> str:
    """Return the class of a line; a document without an expected outcome has the proved one."""
    expected: str = line.get("expected", line["outcome"])
    if expected in ("unread", "unknown"):
        return expected
    return str(line.get("basis", "proved"))


def decisions(payer: str, options: list[str]) -> Iterator[Mapping[str, Any]]:
    """Yield the decisions of the payer as documents."""
    command = [sys.executable, "-m", "payer_rules", "check", *options]
    done = subprocess.run(
        [*command, "--payer", payer, "--report", "ndjson"],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=False,
    )
    for text in done.stdout.splitlines():
        document = json.loads(text)
        if "lines" in document:
            yield document


def row(measures: Measures) -> str:
    """Return one row of the table."""
    cells = [f"{measures.lines[name]:>9}" for name in COLUMNS]
    topics = ", ".join(f"{topic} {count}" for topic, count in measures.topics.most_common())
    return f"{measures.payer:<14}{''.join(cells)}{measures.known:>9.0%}  {topics}".rstrip()


def main(arguments: list[str]) -> int:
    """Print the table; the last row is of all payers together."""
    payers: tuple[str, ...] = PAYERS
    if "--payers" in arguments:
        at = arguments.index("--payers")
        payers = tuple(arguments[at + 1].split(","))
        del arguments[at : at + 2]
    heading = "".join(f"{name:>9}" for name in (*COLUMNS, "known"))
    print(f"{'payer':<14}{heading}  not read")
    whole = Measures("together")
    for payer in payers:
        measures = Measures(payer)
        for decision in decisions(payer, arguments):
            measures.add(decision)
        whole.lines += measures.lines
        print(row(measures))
    print(row(whole))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
