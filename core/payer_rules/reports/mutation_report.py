"""Facts that no case covers, and changed facts that no case detects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from payer_rules.conformance.mutant_results import MutantResult, MutantStatus, MutationRun
from payer_rules.conformance.mutation_review import ReviewCounts
from payer_rules.reports.data import Data, of_problem
from payer_rules.reports.decisions import count_of

#: The most rows of edit tables that the text lists; ``--report json`` lists all.
_MOST: Final = 20
#: The end of the last line: some facts are not changed.
_OF_CHANGED: Final = ", of the facts that are changed"


def lines_of(result: MutationRun, cases: Mapping[MutantResult, str | None]) -> Iterator[str]:
    """Yield the surviving changes, each with a case that would detect it, then the scores."""
    for mutant_result in _survivors(result.of()):
        yield f"{_named(mutant_result)}: no case notices it"
        case = cases.get(mutant_result)
        if case is not None:
            yield from (f"    {line}".rstrip() for line in case.splitlines())
    for payer in result.payers:
        rows = [_named(mutant_result) for mutant_result in _survivors(result.of(payer, "edits"))]
        yield from _first(rows, "no line of a sheet notices it")
    for payer in result.payers:
        yield f"{payer}: {_score(result, payer)}"
    yield from _sample(result)
    yield f"{count_of(len(result.payers), 'payer')}: {_score(result, None)}{_OF_CHANGED}"


def _sample(result: MutationRun) -> Iterator[str]:
    if result.sampled_from is not None:
        drawn = f"{len(result.verdicts):,} of {count_of(result.sampled_from, 'change')}"
        yield f"a sample: {drawn} tried, the same in every run while rules and cases do not change"


def lines_of_review(result: MutationRun, counts: ReviewCounts) -> Iterator[str]:
    """Yield the cases that a review wrote, what it left, and the score with these cases."""
    for path, name in counts.written:
        yield f"{path}: wrote {name!r}"
    for mutant_result in counts.unshown:
        yield f"{_named(mutant_result)}: no claim was found that shows it"
    words = {
        "written": len(counts.written),
        "noticed by a case that was written for another fact": counts.noticed,
        "not as the text says": counts.wrong,
        "skipped": counts.skipped,
    }
    stated = [f"{number} {word}" for word, number in words.items() if number]
    yield f"review: {', '.join(stated) or 'nothing was asked'}"
    counted = result.counted()
    counted["noticed"] += counts.now_noticed
    counted["survived"] -= counts.now_noticed
    yield f"{count_of(len(result.payers), 'payer')}: {_noticed(counted)}{_OF_CHANGED}"


def untouched_of(result: MutationRun) -> Iterator[str]:
    """Yield each payer's facts that no case covers, by rule, then the number of covered facts."""
    for payer in result.payers:
        own = _valid(result.of(payer))
        rules: dict[str, list[str]] = {}
        for mutant_result in own:
            if not mutant_result.touched:
                rules.setdefault(mutant_result.rule, []).append(
                    f"{mutant_result.fact} ({mutant_result.change})"
                )
        for rule, facts in rules.items():
            yield f"{rule}: no case touches {', '.join(facts)}"
        rows = [_named(v) for v in _valid(result.of(payer, "edits")) if not v.touched]
        yield from _first(rows, "no line of a sheet touches it")
        yield f"{payer}: {_touched(result, payer)}"
    yield f"{count_of(len(result.payers), 'payer')}: {_touched(result, None)}"


def _touched(result: MutationRun, payer: str | None) -> str:
    facts = f"{_share_touched(result.of(payer))} of the facts are touched"
    rows = result.of(payer, "edits")
    return f"{facts}; edit tables: {_share_touched(rows)}" if rows else facts


def _share_touched(verdicts: Iterable[MutantResult]) -> str:
    valid = _valid(verdicts)
    return _share(sum(mutant_result.touched for mutant_result in valid), len(valid))


def _valid(verdicts: Iterable[MutantResult]) -> list[MutantResult]:
    return [mutant_result for mutant_result in verdicts if mutant_result.status != "refused"]


def _first(rows: Sequence[str], message: str) -> Iterator[str]:
    yield from (f"{row}: {message}" for row in rows[:_MOST])
    if len(rows) > _MOST:
        yield f"and {len(rows) - _MOST} others; --report json names them"


def data_of(result: MutationRun, cases: Mapping[MutantResult, str | None]) -> dict[str, Data]:
    """Return every mutant with its fate, for machines."""
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
                "payer": mutant_result.payer,
                "of": mutant_result.of,
                "rule": mutant_result.rule,
                "fact": mutant_result.fact,
                "change": mutant_result.change,
                "status": mutant_result.status,
                "by": mutant_result.by,
                "touched": mutant_result.touched,
                "case": cases.get(mutant_result),
            }
            for mutant_result in result.verdicts
        ],
        "problems": [of_problem(problem) for problem in result.problems],
    }


def _survivors(verdicts: Iterable[MutantResult]) -> list[MutantResult]:
    return [mutant_result for mutant_result in verdicts if mutant_result.status == "survived"]


def _named(mutant_result: MutantResult) -> str:
    return f"{mutant_result.rule} with {mutant_result.fact} {mutant_result.change}"


def _score(result: MutationRun, payer: str | None) -> str:
    rows = result.counted(payer, "edits")
    facts = _noticed(result.counted(payer))
    return f"{facts}; edit tables: {_noticed(rows)}" if rows else facts


def _noticed(counted: Counter[MutantStatus]) -> str:
    valid = counted["noticed"] + counted["survived"]
    return f"{_share(counted['noticed'], valid)} noticed, {counted['refused']} refused"


def _share(part: int, whole: int) -> str:
    percent = f" ({100 * part / whole:.1f} %)" if whole else ""
    return f"{part} of {whole}{percent}"
