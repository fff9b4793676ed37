"""The fewest changes by which several payers would pay a claim, as text and as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from payer_rules.decisions import Decision
from payer_rules.planning.payable_changes import ClaimChange, PayableChanges
from payer_rules.reports.data import Data, of_decision, plain
from payer_rules.reports.decisions import basis_text, count_of, sources
from payer_rules.reports.next_dates import folded
from payer_rules.reports.outcome_words import claim_words, denial_codes
from payer_rules.rulebook.next_payable import PAID
from payer_rules.text.lists import joined


def lines_of(answer: PayableChanges, names: Mapping[str, str]) -> Iterator[str]:
    """Yield the claim, what its payers answer now, the changes, and what they answer then."""
    yield f"claim {answer.claim.id}"
    for payer, decision in answer.before.items():
        yield from folded(f"{names[payer]}: {_outcome(decision)}", "  ")
        yield from _reasons(decision)
    read = [names[payer] for payer in answer.after if payer not in answer.unread]
    if read:
        yield from folded(_headline(answer, joined(read, "and")), "  ")
    for change in answer.changes or ():
        yield from _change(change, names)
    if answer.changes:
        for payer, decision in answer.after.items():
            yield from folded(f"Then {names[payer]}: {_outcome(decision)}", "  ")
    for payer in answer.unread:
        text = "its policies on a line were not read; ask it. Nothing that was read is against it."
        yield from folded(f"{names[payer]}: {text}", "  ")


def _headline(answer: PayableChanges, payers: str) -> str:
    if answer.changes is None:
        return (
            f"No change was found by which it would be paid by {payers} "
            f"({count_of(answer.tried, 'changed claim')} tried)."
        )
    if not answer.changes:
        return f"Nothing has to be changed for {payers}."
    return f"Paid by {payers} with {count_of(len(answer.changes), 'change')}, if true:"


def _outcome(decision: Decision) -> str:
    """Return the expected outcome of the claim, and on what those of its lines rest."""
    bases = dict.fromkeys(basis_text(line) for line in decision.lines if line.basis != "none")
    rests = f" ({'; '.join(bases)})" if bases else ""
    return f"{claim_words(decision)}{rests}"


def _reasons(decision: Decision) -> Iterator[str]:
    for finding in decision.findings:
        if finding.outcome not in PAID:
            codes = denial_codes(finding.adjustment)
            text = f"{codes}: {finding.message}" if codes else finding.message
            yield from folded(text, "    ")
            yield from folded(f"Rule {finding.rule}; {sources(finding.citations)}", "    ")


def _change(change: ClaimChange, names: Mapping[str, str]) -> Iterator[str]:
    yield from folded(f"- {change.cure} ({change.finding.rule}, {names[change.payer]})", "    ")


def data_of(answer: PayableChanges) -> Data:
    """Return the answer as data for JSON."""
    found = answer.changes
    changes: list[Data] | None = None if found is None else [_data(change) for change in found]
    return {
        "claim": answer.claim.id,
        "changes": changes,
        "before": {payer: of_decision(each) for payer, each in answer.before.items()},
        "after": {payer: of_decision(each) for payer, each in answer.after.items()},
        "unread": list(answer.unread),
        "tried": answer.tried,
    }


def _data(change: ClaimChange) -> Data:
    return {
        "payer": change.payer,
        "rule": change.finding.rule,
        "change": change.cure.change,
        "condition": change.cure.condition,
        "citations": plain(change.finding.citations),
    }
