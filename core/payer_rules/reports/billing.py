"""Claims made of a roster, as text and as data: the file, the payer's answer, what is lacking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from payer_rules.claims import Claim
from payer_rules.reports.data import Data, of_decision, of_entry, plain
from payer_rules.reports.decisions import count_of, entry_of, finding_of, sources
from payer_rules.reports.wording import supply
from payer_rules.sessions.billing import BilledParticipant
from payer_rules.writers.claim_text import claim_lines


def file_of(claim: Claim) -> str:
    """The name of the claim's file."""
    return f"{claim.id}.toml"


def text_of_claim(claim: Claim) -> str:
    """The claim as the text of its file."""
    return "\n".join(claim_lines(claim)).lstrip() + "\n"


def lines_of(billed: Iterable[BilledParticipant]) -> Iterator[str]:
    """For each participant the claim's file, the decision on it, and what is lacking."""
    billed = list(billed)
    for each in billed:
        yield from _participant(each)
    claims = sum(each.claim is not None for each in billed)
    left = sum(not each.is_settled for each in billed)
    told = [count_of(len(billed), "participant"), count_of(claims, "claim")]
    yield "; ".join([*told, f"{left} to settle first"])


def _participant(each: BilledParticipant) -> Iterator[str]:
    named = file_of(each.claim) if each.claim else "no claim"
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


def data_of(billed: Iterable[BilledParticipant]) -> dict[str, Data]:
    """The same for machines."""
    return {"participants": [_data(each) for each in billed]}


def _data(each: BilledParticipant) -> Data:
    return {
        "number": each.number,
        "member": each.member,
        "payer": each.payer,
        "claim": file_of(each.claim) if each.claim else None,
        "code": each.claim.lines[0].code if each.claim else None,
        "modifiers": plain(each.claim.lines[0].modifiers) if each.claim else [],
        "required": plain(each.required),
        "decision": of_decision(each.decision) if each.decision else None,
        "lacking": [{**of_entry(e), "supply": supply(e)} for e in each.lacking],
    }
