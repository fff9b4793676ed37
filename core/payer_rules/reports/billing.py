"""The claims of a roster as text and as data: the file, the decision, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from payer_rules.reports.data import Data, of_decision, of_entry, plain
from payer_rules.reports.decisions import count_of, finding_lines, open_items, sources
from payer_rules.reports.fix_words import fix_text
from payer_rules.reports.outcome_words import OUTCOME_LABELS
from payer_rules.sessions.roster_billing import BilledParticipant


def lines_of(billed: Iterable[BilledParticipant], files: Mapping[int, str]) -> Iterator[str]:
    """Yield for each participant the claim's file, the decision on it, and what is missing.

    ``files`` are the names of the files by the participants' numbers.
    """
    billed = list(billed)
    for each in billed:
        yield from _participant(each, files)
    left = sum(not each.is_settled for each in billed)
    totals = [count_of(len(billed), "participant"), count_of(len(files), "claim")]
    yield "; ".join([*totals, f"{left} to correct before you submit"])


def _participant(each: BilledParticipant, files: Mapping[int, str]) -> Iterator[str]:
    file = files.get(each.number, "left out" if each.claim else "no claim")
    yield f"participant {each.number}, member {each.member}: {file}, {_outcome(each)}"
    for added in each.required:
        yield f"  Added modifier {added.modifier}: rule {added.rule}; {sources(added.citations)}"
    if each.decision:
        for finding in each.decision.proved_findings:
            yield from finding_lines(finding)
    yield from open_items(each.lacking)
    if each.decision:
        yield from open_items(e for e in each.decision.not_evaluated if e not in each.lacking)


def _outcome(each: BilledParticipant) -> str:
    if each.decision is None:
        return "not checked"
    return f"{OUTCOME_LABELS[each.decision.outcome]} by {each.decision.payer}"


def data_of(billed: Iterable[BilledParticipant], files: Mapping[int, str]) -> dict[str, Data]:
    """Return the same as data."""
    return {"participants": [_data(each, files) for each in billed]}


def _data(each: BilledParticipant, files: Mapping[int, str]) -> Data:
    return {
        "number": each.number,
        "member": each.member,
        "payer": each.payer,
        "claim": files.get(each.number),
        "code": each.claim.lines[0].code if each.claim else None,
        "modifiers": plain(each.claim.lines[0].modifiers) if each.claim else [],
        "required": plain(each.required),
        "decision": of_decision(each.decision) if each.decision else None,
        "lacking": [{**of_entry(e), "supply": fix_text(e)} for e in each.lacking],
    }
