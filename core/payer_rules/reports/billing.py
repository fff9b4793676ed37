"""Claims made of a roster, as text and as data: the file, the payer's answer, what is lacking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from payer_rules.reports.data import Data, of_decision, of_entry, plain
from payer_rules.reports.decisions import count_of, entry_of, finding_of, sources
from payer_rules.reports.wording import supply
from payer_rules.sessions.roster_billing import BilledParticipant


def lines_of(billed: Iterable[BilledParticipant], files: Mapping[int, str]) -> Iterator[str]:
    """For each participant the claim's file, the decision on it, and what is lacking.

    ``files`` are the names of the files by the participants' numbers.
    """
    billed = list(billed)
    for each in billed:
        yield from _participant(each, files)
    left = sum(not each.is_settled for each in billed)
    told = [count_of(len(billed), "participant"), count_of(len(files), "claim")]
    yield "; ".join([*told, f"{left} to settle first"])


def _participant(each: BilledParticipant, files: Mapping[int, str]) -> Iterator[str]:
    named = files.get(each.number, "left out" if each.claim else "no claim")
    answer = f"{each.decision.outcome} by {each.decision.payer}" if each.decision else "not judged"
    yield f"participant {each.number}, member {each.member}: {named}, {answer}"
    for added in each.required:
        yield f"  modifier {added.modifier}, by rule {added.rule}; {sources(added.citations)}"
    if each.decision:
        for finding in each.decision.findings:
            yield from finding_of(finding)
    for entry in each.lacking:
        rule = f", for {entry.rule}" if entry.rule else ""
        yield f"  lacking ({entry.reason}: {entry.missing}){rule}: {supply(entry)}"
    if each.decision:
        for entry in each.decision.not_evaluated:
            if entry not in each.lacking:
                yield entry_of("not evaluated", entry)


def data_of(billed: Iterable[BilledParticipant], files: Mapping[int, str]) -> dict[str, Data]:
    """The same for machines."""
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
        "lacking": [{**of_entry(e), "supply": supply(e)} for e in each.lacking],
    }
