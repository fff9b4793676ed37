"""Decisions as text for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from payer_rules.decisions import Decision, Finding, LineDecision, NotEvaluated
from payer_rules.reports.wording import hangs_on, supply
from payer_rules.rules import Citation


def lines_of(decision: Decision) -> Iterator[str]:
    """The text of one decision: each line's outcome, then reasons with their sources."""
    yield f"claim {decision.claim} · {decision.payer}: {decision.outcome}"
    for line in decision.lines:
        yield from _line(line, decision)
    for finding in decision.findings:
        yield from finding_of(finding)
    for entry in decision.not_evaluated:
        yield entry_of("not evaluated", entry)
        yield f"      to supply it: {supply(entry)}"
    for entry in decision.assumed:
        yield entry_of("assumed", entry)
    for note in decision.notes:
        yield f"  note: {note}"


def _line(line: LineDecision, decision: Decision) -> Iterator[str]:
    judged = f"  (judged by {', '.join(line.evaluated_by)})" if line.evaluated_by else ""
    if line.outcome != "unknown":
        yield f"  line {line.line}: {line.outcome}{judged}"
        return
    yield f"  line {line.line}: unknown: {hangs_on(decision, line.line)}{judged}"


def finding_of(finding: Finding) -> Iterator[str]:
    """The finding: what befalls which lines, why, by which rule, and what would cure it."""
    codes = finding.adjustment
    told = ""
    if codes:
        told = f" {codes.group}-{codes.carc}" + "".join(f" {rarc}" for rarc in codes.rarc)
    detected_in = (
        "" if finding.detected_in == "claim" else f" (shown by the {finding.detected_in} only)"
    )
    yield f"  {finding.outcome}{told}{detected_in}, {numbers(finding.lines)}: {finding.message}"
    yield f"      rule {finding.rule}; {sources(finding.citations)}"
    for each in finding.evidence:
        if each.kind == "row":
            yield f"      row of {each.table}: {each.row}"
    if finding.cure:
        yield f"      would cure it: {finding.cure}"


def entry_of(word: str, entry: NotEvaluated) -> str:
    """The rule that gave no answer, and what it lacks."""
    rule = f"{entry.rule} " if entry.rule else ""
    return f"  {word}, {numbers(entry.lines)}: {rule}({entry.reason}: {entry.missing})"


def numbers(lines: Iterable[int]) -> str:
    """``line 2``, or ``lines 1, 2``."""
    told = [str(number) for number in lines]
    return f"{'lines' if len(told) > 1 else 'line'} {', '.join(told)}"


def sources(citations: Iterable[Citation]) -> str:
    """The rows and titles that are cited, with their confidence."""
    rows: dict[str, list[str]] = {}
    for citation in citations:
        rows.setdefault(f"{citation.title} ({citation.confidence})", []).append(citation.row)
    return "source " + "; ".join(f"{', '.join(each)}: {title}" for title, each in rows.items())


def count_of(number: int, noun: str) -> str:
    """``1 decision``, ``2 decisions``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
