"""Which facts no case touches, and which changed facts no case notices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from payer_rules.conformance.verdicts import Fate, Mutation, Verdict
from payer_rules.reports.data import Data, of_problem
from payer_rules.reports.decisions import count_of

#: How many rows are told that no sheet notices, or touches; ``--report json`` has all.
_MOST: Final = 20


def lines_of(result: Mutation, cases: Mapping[Verdict, str | None]) -> Iterator[str]:
    """The survivors, each with the case that would notice it, then the score of each payer."""
    for verdict in _survivors(result.of()):
        yield f"{_named(verdict)}: no case notices it"
        case = cases.get(verdict)
        if case is not None:
            yield from (f"    {line}".rstrip() for line in case.splitlines())
    for payer in result.payers:
        rows = [_named(verdict) for verdict in _survivors(result.of(payer, "edits"))]
        yield from _first(rows, "no line of a sheet notices it")
    for payer in result.payers:
        yield f"{payer}: {_score(result, payer)}"
    yield from _sample(result)
    yield f"{count_of(len(result.payers), 'payer')}: {_score(result, None)}"


def _sample(result: Mutation) -> Iterator[str]:
    if result.sampled_from is not None:
        drawn = f"{len(result.verdicts):,} of {count_of(result.sampled_from, 'change')}"
        yield f"a sample: {drawn} tried, the same in every run while rules and cases do not change"


def untouched_of(result: Mutation) -> Iterator[str]:
    """Each payer's facts that no fixture touches, by rule, then how many it touches."""
    for payer in result.payers:
        own = _valid(result.of(payer))
        rules: dict[str, list[str]] = {}
        for verdict in own:
            if not verdict.touched:
                rules.setdefault(verdict.rule, []).append(f"{verdict.fact} ({verdict.change})")
        for rule, facts in rules.items():
            yield f"{rule}: no case touches {', '.join(facts)}"
        rows = [_named(v) for v in _valid(result.of(payer, "edits")) if not v.touched]
        yield from _first(rows, "no line of a sheet touches it")
        yield f"{payer}: {_touched(result, payer)}"
    yield f"{count_of(len(result.payers), 'payer')}: {_touched(result, None)}"


def _touched(result: Mutation, payer: str | None) -> str:
    told = f"{_share_touched(result.of(payer))} of the facts are touched"
    rows = result.of(payer, "edits")
    return f"{told}; edit tables: {_share_touched(rows)}" if rows else told


def _share_touched(verdicts: Iterable[Verdict]) -> str:
    valid = _valid(verdicts)
    return _share(sum(verdict.touched for verdict in valid), len(valid))


def _valid(verdicts: Iterable[Verdict]) -> list[Verdict]:
    return [verdict for verdict in verdicts if verdict.fate != "refused"]


def _first(rows: Sequence[str], told: str) -> Iterator[str]:
    yield from (f"{row}: {told}" for row in rows[:_MOST])
    if len(rows) > _MOST:
        yield f"and {len(rows) - _MOST} others; --report json names them"


def data_of(result: Mutation, cases: Mapping[Verdict, str | None]) -> dict[str, Data]:
    """Every mutant with its fate, for machines."""
    return {
        "sample": None
        if result.sampled_from is None
        else {"tried": len(result.verdicts), "of": result.sampled_from},
        "payers": {payer: dict(sorted(result.counted(payer).items())) for payer in result.payers},
        "edits": {
            payer: dict(sorted(result.counted(payer, "edits").items()))
            for payer in result.payers
            if result.of(payer, "edits")
        },
        "mutants": [
            {
                "payer": verdict.payer,
                "of": verdict.of,
                "rule": verdict.rule,
                "fact": verdict.fact,
                "change": verdict.change,
                "fate": verdict.fate,
                "by": verdict.by,
                "touched": verdict.touched,
                "case": cases.get(verdict),
            }
            for verdict in result.verdicts
        ],
        "problems": [of_problem(problem) for problem in result.problems],
    }


def _survivors(verdicts: Iterable[Verdict]) -> list[Verdict]:
    return [verdict for verdict in verdicts if verdict.fate == "survived"]


def _named(verdict: Verdict) -> str:
    return f"{verdict.rule} with {verdict.fact} {verdict.change}"


def _score(result: Mutation, payer: str | None) -> str:
    rows = result.counted(payer, "edits")
    told = _noticed(result.counted(payer))
    return f"{told}; edit tables: {_noticed(rows)}" if rows else told


def _noticed(counted: Counter[Fate]) -> str:
    valid = counted["noticed"] + counted["survived"]
    return f"{_share(counted['noticed'], valid)} noticed, {counted['refused']} refused"


def _share(part: int, whole: int) -> str:
    percent = f" ({100 * part / whole:.1f} %)" if whole else ""
    return f"{part} of {whole}{percent}"
