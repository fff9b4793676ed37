"""Decisions as text for a biller."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

import attrs

from payer_rules.decisions import Decision, Finding, LineDecision, NotEvaluated
from payer_rules.reports.fix_words import fix_text
from payer_rules.reports.history_words import NO_HISTORY, HistoryGiven
from payer_rules.reports.missing_words import line_question, missing_text, topics_text
from payer_rules.reports.outcome_words import (
    OUTCOME_LABELS,
    TOPIC_WORDS,
    audit_risk,
    claim_words,
    denial_codes,
    expected_words,
)
from payer_rules.rules import Citation, Topic
from payer_rules.summaries.line_classes import is_audit_risk
from payer_rules.summaries.open_facts import RUN_STATUS, STATUS
from payer_rules.text.lists import joined

#: The number of lists of sources that are kept: most findings of a run are of the same few rules.
_CACHE_SIZE: Final = 1 << 10
#: The basis of a line of which all topics were read, and a text or table does not cover it.
OUTDATED: Final = "partly read, a rule's text or table does not cover it"


def lines_of(decision: Decision, given: HistoryGiven = NO_HISTORY) -> Iterator[str]:
    """Yield the outcome of each line, then the findings and open questions with their sources.

    ``given`` is the history that the run had.
    """
    yield f"claim {decision.claim} · {decision.payer}: {claim_words(decision)}"
    for line in decision.lines:
        yield f"  line {line.line}: {_label(line, decision, given.question)}"
        if line.judged_by:
            yield f"      Checked by: {', '.join(line.judged_by)}"
    for finding in decision.findings:
        yield from finding_lines(finding)
    yield from open_items(decision.not_evaluated, given)
    yield from assumed_items(decision.assumed)
    for note in decision.notes:
        yield f"  note: {note}"


def _label(line: LineDecision, decision: Decision, history: str | None) -> str:
    """Return the expected outcome, on what it rests, and what keeps it from being proved."""
    question = line_question(decision, line.line, history) if line.outcome == "unknown" else ""
    if line.expected == "unknown":
        return question
    label = line_label(line, decision)
    return f"{label}. {question}" if question else label


def line_label(line: LineDecision, decision: Decision) -> str:
    """Return the expected outcome of the line, and on what it rests if it is not proved."""
    label = expected_words(line.expected, line.basis)
    label = f"audit risk ({label})" if is_audit_risk(line, decision) else label
    basis = "" if line.basis in ("proved", "none") else f" ({basis_text(line)})"
    return f"{label}{basis}"


def basis_text(line: LineDecision) -> str:
    """Return the basis of an expected outcome, with the topics that were not read."""
    if line.basis != "partial":
        return line.basis
    unread = [_topic(topic, line) for topic in line.unread_topics]
    return f"partly read, not {', '.join(unread)}" if unread else OUTDATED


def _topic(topic: Topic, line: LineDecision) -> str:
    return f"{TOPIC_WORDS[topic]} in full" if topic in line.read_in_part else TOPIC_WORDS[topic]


def finding_lines(finding: Finding) -> Iterator[str]:
    """Yield the outcome with codes, lines and message, then the rule, its sources and the fix."""
    yield f"  {_headline(finding)}"
    if earlier := earlier_text(finding):
        yield f"      {earlier}"
    yield f"      Rule {finding.rule}; {sources(finding.citations)}"
    yield from (f"      {text}" for text in row_texts(finding))
    if finding.cure:
        yield f"      Possible fix: {finding.cure}"


def row_texts(finding: Finding) -> Iterator[str]:
    """Yield the rows of tables on which the finding rests, and whether a table is carried."""
    is_carried = any(each.reason == "table" for each in finding.rests_on)
    dates = "carried to the date of service" if is_carried else "in effect on the date of service"
    for evidence in finding.evidence:
        if evidence.kind == "row":
            row = _repeated(evidence.row or "", finding.citations)
            yield f"Row of {evidence.table}: {row} ({dates})"


def _repeated(row: str, citations: Iterable[Citation]) -> str:
    """Return the row; one that a further source repeats, with the title of that source."""
    first, _, others = row.partition(" ")
    titles = [each.title for each in citations if each.row in others.split()]
    return f"{first}, repeated in {joined(titles, 'and')}" if titles else row


def earlier_text(finding: Finding) -> str:
    """Return the earlier claims on which the finding rests and that its message does not name."""
    claims = (each.claim for each in finding.evidence if each.kind == "history" and each.claim)
    named = dict.fromkeys(f"claim {claim}" for claim in claims)
    others = [name for name in named if name not in finding.message]
    return f"Together with {joined(others, 'and')}" if others else ""


def _headline(finding: Finding) -> str:
    lines = numbers(finding.lines)
    if finding.detected_in != "claim":
        return f"{audit_risk(finding)} {lines.capitalize()}: {finding.message}"
    label = f"{OUTCOME_LABELS[finding.outcome]} {denial_codes(finding.adjustment)}".rstrip()
    basis = "" if finding.basis == "proved" else f" ({finding.basis})"
    return f"{label}{basis}, {lines}: {finding.message}"


def open_items(entries: Iterable[NotEvaluated], given: HistoryGiven = NO_HISTORY) -> Iterator[str]:
    """Yield each missing fact once, with its lines, the fix, and the rules that need it."""
    for number, (same, lines, rules) in enumerate(_by_fact(entries)):
        first = same[0]
        if not number:
            yield "  Not checked:"
        what, fix = _missing_and_fix(same, given)
        yield f"    {numbers(lines)}: {what} ({first.reason})"
        yield f"      Fix: {fix}"
        if rules:
            yield f"      Needed by: {rules}"


def _missing_and_fix(same: Sequence[NotEvaluated], given: HistoryGiven) -> tuple[str, str]:
    """Return the missing fact of the entries and its fix, by what the run's history has."""
    first = same[0]
    if first.reason == "history" and first.missing == "history" and given.advice:
        return "history is not known to be complete", given.advice
    if first.reason == "history" and first.missing == STATUS and not given.has_undecided:
        first = attrs.evolve(first, missing=RUN_STATUS)
        return missing_text(first), fix_text(first)
    if left := given.name_of(first.missing):
        return f"missing {left}", given.advice_on(first.missing) or fix_text(first)
    documents = [entry.document for entry in same if entry.document]
    return _missing_text(same), fix_text(first, documents)


def assumed_items(entries: Iterable[NotEvaluated]) -> Iterator[str]:
    """Yield each fact that was assumed to be in order, with its lines and rules."""
    for same, lines, rules in _by_fact(entries):
        needed = f"; needed by {rules}" if rules else ""
        yield f"  assumed, {numbers(lines)}: {_missing_text(same)} ({same[0].reason}){needed}"


def _missing_text(same: Sequence[NotEvaluated]) -> str:
    """Return the missing fact of the entries; of topics, all of them."""
    if same[0].reason == "topic":
        return topics_text(entry.missing for entry in same)
    return missing_text(same[0])


def _by_fact(
    entries: Iterable[NotEvaluated],
) -> Iterator[tuple[list[NotEvaluated], list[int], str]]:
    """Yield the entries that miss the same fact, their lines, and their rules as text.

    Topics that were not read on the same lines are together, too.
    """
    together: dict[tuple[object, ...], list[NotEvaluated]] = {}
    for entry in entries:
        fact = entry.lines if entry.reason == "topic" else entry.missing
        together.setdefault((entry.reason, fact), []).append(entry)
    for same in together.values():
        lines = sorted({line for entry in same for line in entry.lines})
        rules = (
            entry.rule if list(entry.lines) == lines else f"{entry.rule} ({numbers(entry.lines)})"
            for entry in same
            if entry.rule
        )
        yield same, lines, ", ".join(rules)


def numbers(lines: Iterable[int]) -> str:
    """Return the line numbers as ``line 2`` or ``lines 1, 2``."""
    listed = [str(number) for number in lines]
    return f"{'lines' if len(listed) > 1 else 'line'} {', '.join(listed)}"


def sources(citations: Iterable[Citation]) -> str:
    """Return the cited rows and titles after the word ``source``."""
    return f"source {listed_sources(tuple(citations))}"


@lru_cache(_CACHE_SIZE)
def listed_sources(citations: tuple[Citation, ...]) -> str:
    """Return the cited rows and titles, with the confidence in each source."""
    rows: dict[str, list[str]] = {}
    for citation in citations:
        rows.setdefault(f"{citation.title} ({citation.confidence})", []).append(citation.row)
    return "; ".join(f"{', '.join(each)}: {title}" for title, each in rows.items())


def count_of(number: int, noun: str) -> str:
    """Return the number with the noun, such as ``1 claim`` or ``2 claims``."""
    return f"{number} {noun}" if number == 1 else f"{number:,} {noun}s"
