"""Witnesses as text and as data: the claim, both answers, and the source of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from payer_rules.decisions import Decision, Finding, LineDecision
from payer_rules.reports.conditions import conditions_text
from payer_rules.reports.data import Data, of_finding, of_line, plain
from payer_rules.reports.decisions import basis_text, count_of
from payer_rules.reports.explaining import EDITS, cited
from payer_rules.reports.next_dates import folded
from payer_rules.reports.outcome_words import (
    TOPIC_WORDS,
    audit_risk,
    denial_codes,
    expected_words,
)
from payer_rules.reports.rule_sentences import rule_sentence
from payer_rules.reports.witness_claims import claim_texts
from payer_rules.rules import Citation
from payer_rules.witnesses import AnswerReason, ComparedSide, Comparison, Witness
from payer_rules.writers.claim_text import claim_lines

#: How many rules of a topic, and how many sources of a rule, are printed.
_MOST_RULES: Final = 3
_MOST_SOURCES: Final = 2
_NO_PROOF: Final = (
    "Without a witness two payers may still differ: claims of other kinds were not tried, and what "
    "nobody has read is no rule here."
)


def lines_of(comparison: Comparison, *, with_unread: bool) -> Iterator[str]:
    """Yield the witnesses, then what was searched and what was not read."""
    shown = [*comparison.witnesses, *(comparison.of_reading if with_unread else ())]
    for number, witness in enumerate(shown, 1):
        yield from _witness(number, witness, comparison.sides)
        yield ""
    yield from folded(searched_text(comparison), "")
    if comparison.of_reading:
        yield from folded(unread_text(comparison, is_listed=with_unread), "")


def label_of(side: ComparedSide) -> str:
    """Return the name of the side, with the day of service if one was asked for."""
    return f"{side.name} on {side.on}" if side.on else side.name


def searched_text(comparison: Comparison) -> str:
    """Return what was found, from how many claims, and that this is no proof."""
    one, other = comparison.sides
    found = count_of(len(comparison.witnesses), "difference")
    claims = count_of(comparison.claims, "claim")
    rules = count_of(comparison.rules, "rule")
    part = (
        "" if comparison.is_whole else ", a part of those that can be made (--all tries them all)"
    )
    searched = f"Tried: {claims} on either side of the facts of {rules}{part}."
    return f"{found} between {label_of(one)} and {label_of(other)}. {searched} {_NO_PROOF}"


def unread_text(comparison: Comparison, *, is_listed: bool) -> str:
    """Return how many differences come only from texts that were not read."""
    count = len(comparison.of_reading)
    verb = "comes" if count == 1 else "come"
    where = "the last above" if is_listed else "--unread lists them"
    noun = count_of(count, "more difference")
    return f"{noun} {verb} only from a text that was not read on one side ({where})."


def _witness(
    number: int, witness: Witness, sides: tuple[ComparedSide, ComparedSide]
) -> Iterator[str]:
    texts = list(claim_texts(witness.claim, witness.history))
    yield from folded(f"{number}. {texts[0]}", "")
    for text in texts[1:]:
        yield from folded(text, "   ")
    for side, reason, decision in zip(
        sides, witness.difference.reasons, witness.decisions, strict=True
    ):
        yield from _answer(side, reason, decision, witness)


def _answer(
    side: ComparedSide, reason: AnswerReason, decision: Decision, witness: Witness
) -> Iterator[str]:
    number = witness.difference.line
    line = next(line for line in decision.lines if line.line == number)
    place = f", line {number}" if len(decision.lines) > 1 else ""
    basis = "" if line.basis == "none" else f" ({basis_text(line)})"
    yield from folded(
        f"{label_of(side)}{place}: {expected_words(line.expected, line.basis)}{basis}", "   "
    )
    for text in _reason_texts(side, reason, decision, line, witness):
        yield from folded(text, "     ")


def _reason_texts(
    side: ComparedSide,
    reason: AnswerReason,
    decision: Decision,
    line: LineDecision,
    witness: Witness,
) -> Iterator[str]:
    findings = [f for f in decision.findings if f.rule == reason.rule and line.line in f.lines]
    for finding in findings:
        yield from _finding_texts(finding)
    if not findings and reason.rule:
        yield from _without_finding(reason.rule, decision, line)
    if reason.reading:
        yield from _reading_texts(side, reason, witness)
    elif not reason.is_read and any(finding.basis == "presumed" for finding in findings):
        yield "Its text was read for an earlier date, so that the line is for review at most."
    elif not reason.is_read and reason.topic:
        yield f"Not read: its policy on {TOPIC_WORDS[reason.topic]}."


def _finding_texts(finding: Finding) -> Iterator[str]:
    codes = denial_codes(finding.adjustment)
    yield f"{codes}: {finding.message}" if codes else finding.message
    if finding.detected_in == "record":
        yield audit_risk(finding)
    yield f"Rule {finding.rule}"
    yield from _sources(finding.citations)


def _without_finding(rule: str, decision: Decision, line: LineDecision) -> Iterator[str]:
    missing = [
        entry.missing
        for entry in decision.not_evaluated
        if entry.rule == rule and line.line in entry.lines
    ]
    if missing:
        yield f"Rule {rule} is not evaluated: {', '.join(dict.fromkeys(missing))}"
    else:
        yield f"Rule {rule} finds nothing."


def _reading_texts(side: ComparedSide, reason: AnswerReason, witness: Witness) -> Iterator[str]:
    """Yield the rules on the topic that the line keeps, or that are not in effect, with sources."""
    reading = reason.reading
    assert reading is not None
    topic = TOPIC_WORDS[reason.topic] if reason.topic else "the matter"
    if reading.statement:
        yield f"On {topic}: its text was read, and states no rule."
        yield from _sources(reading.statement.none)
    elif reading.rules:
        kept = "and not broken" if reading.is_kept else "and not applied to this line"
        yield f"On {topic}, {kept}:"
    claim, _ = side.placed(witness.claim, witness.history)
    day = next(line.date_from for line in claim.lines if line.number == witness.difference.line)
    for name in reading.rules[:_MOST_RULES]:
        rule = side.edition_on(name, day)
        if rule is None:
            yield f"- {EDITS[name.rpartition('/')[2]]} ({name})"
            yield from _sources(side.citations_of_edits(name))
            continue
        ended = "" if day in rule.in_force else f"; in effect {rule.in_force} only"
        when = conditions_text(rule.when, rule.exceptions)
        applies = f" Applies {when}." if when else ""
        yield f"- {rule_sentence(rule)}{applies} ({name}{ended})"
        yield from _sources(rule.citations)
    if more := len(reading.rules) - _MOST_RULES:
        yield from [f"- and {count_of(more, 'more rule')}"] if more > 0 else []


def _sources(citations: Iterable[Citation]) -> Iterator[str]:
    """Yield the first sources, and how many more there are."""
    found = list(dict.fromkeys(citations))
    yield from (f"  {cited(citation)}" for citation in found[:_MOST_SOURCES])
    if len(found) > _MOST_SOURCES:
        yield f"  and {count_of(len(found) - _MOST_SOURCES, 'more source')}"


def data_of(comparison: Comparison) -> Data:
    """Return the comparison as data for JSON."""
    return {
        "sides": [
            {"name": side.name, "payer": side.book.payer.id, "on": plain(side.on)}
            for side in comparison.sides
        ],
        "searched": {
            "rules": comparison.rules,
            "claims": comparison.claims,
            "all": comparison.is_whole,
        },
        "witnesses": [_data(witness) for witness in comparison.witnesses],
        "unread": [_data(witness) for witness in comparison.of_reading],
    }


def _data(witness: Witness) -> Data:
    number = witness.difference.line
    answers: list[Data] = []
    for reason, decision in zip(witness.difference.reasons, witness.decisions, strict=True):
        line = next(line for line in decision.lines if line.line == number)
        findings = [f for f in decision.findings if f.rule == reason.rule and number in f.lines]
        reading = reason.reading
        answers.append(
            {
                "line": of_line(line),
                "rule": reason.rule,
                "topic": reason.topic,
                "is_read": reason.is_read,
                "findings": [of_finding(finding) for finding in findings],
                "kept": list(reading.rules) if reading and reading.is_kept else [],
                "not_applied": list(reading.rules) if reading and not reading.is_kept else [],
            }
        )
    return {
        "line": number,
        "claim": "\n".join(claim_lines(witness.claim)).strip(),
        "answers": answers,
    }
