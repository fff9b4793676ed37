"""Rule engines for the same decisions, claim by claim, on 5,000 claims.

None of them holds two million pairs or a member's earlier lines, so plain Python prepares the
facts: a pair and whether it is bypassed, units and their most, what a window holds and its limit.
The engine decides each fact. ``python per_claim.py FILE FOLDER LIMITS`` prints results as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

import plain_python
from questions import rules

CLAIMS: Final = 5_000
_ROUNDS: Final = 3
_ZEN: Final = "kind == 'pair' ? not free : (amount > most or most == 0)"
_RULE_ENGINE: Final = (
    "(kind == 'pair' and not free) or (kind != 'pair' and (amount > most or most == 0))"
)
Fact = dict[str, Any]
Decide = Callable[[Fact], bool]


def plain(fact: Fact) -> bool:
    """Decide a fact in Python."""
    if fact["kind"] == "pair":
        return not fact["free"]
    return bool(fact["amount"] > fact["most"] or fact["most"] == 0)


def zen() -> Decide:
    """Return the decision by a compiled expression of zen-engine."""
    import zen as package

    expression = package.compile_expression(_ZEN)
    return lambda fact: bool(expression.evaluate(fact))


def rule_engine() -> Decide:
    """Return the decision by a rule of rule-engine."""
    import rule_engine as package

    return package.Rule(_RULE_ENGINE).matches  # type: ignore[no-any-return]


def main() -> None:
    """Print the time of each engine, and whether all decide alike."""
    file, folder, count = sys.argv[1:]
    few = Path(folder) / "few.parquet"
    table = pq.read_table(file)
    first = table.slice(0, 200_000)
    members = first["member"].unique().slice(0, CLAIMS // 9)
    chosen = table.filter(_is_in(table["member"], members))
    pq.write_table(chosen, few)
    ready = plain_python.prepared(rules(Path(folder), int(count)))
    begun = time.process_time()
    facts = plain_python.facts(few, ready)
    preparing = time.process_time() - begun
    claims = len(chosen["claim"].unique())
    results = []
    deciders: dict[str, Decide] = {
        "plain": plain,
        "zen-engine": zen(),
        "rule-engine": rule_engine(),
    }
    for name, decide in deciders.items():
        took = []
        for _ in range(_ROUNDS):
            begun = time.process_time()
            found = [fact["key"] for fact in facts if decide(fact)]
            took.append(time.process_time() - begun)
        text = repr(sorted(set(found))).encode()
        results.append(
            {
                "name": name,
                "claims": claims,
                "facts": len(facts),
                "microseconds_a_claim": 1e6 * min(took) / claims,
                "preparing": 1e6 * preparing / claims,
                "hash": sha256(text).hexdigest()[:10],
            }
        )
    print(json.dumps(results))


def _is_in(column: Any, values: Any) -> Any:
    import pyarrow.compute as pc

    return pc.is_in(column, value_set=values)


if __name__ == "__main__":
    main()
