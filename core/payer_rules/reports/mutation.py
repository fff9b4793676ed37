"""Which facts no case touches, and which changed facts no case notices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from payer_rules.conformance.mutation import Mutation, Verdict
from payer_rules.reports.data import Data, of_fault
from payer_rules.reports.decisions import count_of


def lines_of(result: Mutation, cases: Mapping[Verdict, str | None]) -> Iterator[str]:
    """The survivors, each with the case that would notice it, then the score of each payer."""
    for verdict in _survivors(result):
        yield f"{_named(verdict)}: no case notices it"
        case = cases.get(verdict)
        if case is not None:
            yield from (f"    {line}".rstrip() for line in case.splitlines())
    for payer in result.payers:
        yield f"{payer}: {_score(result, payer)}"
    yield f"{count_of(len(result.payers), 'payer')}: {_score(result, None)}"


def untouched_of(result: Mutation) -> Iterator[str]:
    """Each payer's facts that no fixture touches, by rule, then how many it touches."""
    for payer in result.payers:
        own = [v for v in result.verdicts if v.payer == payer and v.fate != "refused"]
        rules: dict[str, list[str]] = {}
        for verdict in own:
            if not verdict.touched:
                rules.setdefault(verdict.rule, []).append(f"{verdict.fact} ({verdict.change})")
        for rule, facts in rules.items():
            yield f"{rule}: no case touches {', '.join(facts)}"
        yield f"{payer}: {_share(sum(v.touched for v in own), len(own))} of the facts are touched"
    valid = [v for v in result.verdicts if v.fate != "refused"]
    share = _share(sum(v.touched for v in valid), len(valid))
    yield f"{count_of(len(result.payers), 'payer')}: {share} of the facts are touched"


def data_of(result: Mutation, cases: Mapping[Verdict, str | None]) -> dict[str, Data]:
    """Every mutant with its fate, for machines."""
    return {
        "payers": {payer: dict(sorted(result.counted(payer).items())) for payer in result.payers},
        "mutants": [
            {
                "payer": verdict.payer,
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
        "faults": [of_fault(fault) for fault in result.faults],
    }


def _survivors(result: Mutation) -> list[Verdict]:
    return [verdict for verdict in result.verdicts if verdict.fate == "survived"]


def _named(verdict: Verdict) -> str:
    return f"{verdict.rule} with {verdict.fact} {verdict.change}"


def _score(result: Mutation, payer: str | None) -> str:
    counted = result.counted(payer)
    valid = counted["noticed"] + counted["survived"]
    return f"{_share(counted['noticed'], valid)} noticed, {counted['refused']} refused"


def _share(part: int, whole: int) -> str:
    percent = f" ({100 * part / whole:.1f} %)" if whole else ""
    return f"{part} of {whole}{percent}"
