"""The words of relations between lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from payer_rules.claims import Claim
from payer_rules.engine.add_ons import AddOnDetails
from payer_rules.engine.evidence import evidence_of
from payer_rules.engine.pairs import PairDetails
from payer_rules.engine.verdict import LineReference, Verdict
from payer_rules.engine.words import (
    CodeList,
    Explanation,
    Question,
    Words,
    line_label,
    line_of,
    no_cure,
)
from payer_rules.kinds.code_lists import codes_text
from payer_rules.kinds.line_relation.rule import LineRelation
from payer_rules.kinds.related_lines import near_text, other_line_text
from payer_rules.rules import UNPAID, Codes, looks_ahead


def _sentence(rule: LineRelation) -> str:
    other = f"{other_line_text(rule.other)} {near_text(rule.other.within)}"
    if rule.requires is None:
        return f"{codes_text(rule.codes)} is not paid with {other}."
    return f"{codes_text(rule.codes)} is paid only with {other}, if that line is itself paid."


def _answers(rule: LineRelation, code: str) -> Iterator[tuple[Question, str]]:
    other, where = rule.other, near_text(rule.other.within)
    if code in rule.codes:
        word = "not" if rule.requires is None else "only"
        yield "With what on the same day", f"{word} with {other_line_text(other)} {where}"
    if code in other.codes:
        word = "excludes" if rule.requires is None else "carries"
        yield "With what on the same day", f"{word} {codes_text(rule.codes)}"


def _explain(
    rule: LineRelation, verdict: Verdict[PairDetails | AddOnDetails], claim: Claim
) -> Explanation:
    details, label = verdict.details, line_label(line_of(verdict, claim))
    if isinstance(details, AddOnDetails):
        return _explain_required(rule, details, label)
    other, rationale = details.others[0], rule.rationale.rstrip(".")
    if details.is_paid:
        paid = f"{line_label(other)} of earlier claim {other.claim}{_whose(rule)}"
        return Explanation(message=f"{label} excludes {paid}: {rationale}")
    consequence = "is not paid" if verdict.outcome in UNPAID else "may not be paid"
    return Explanation(message=f"{label} {consequence} with {_named(rule, other)}: {rationale}")


def _explain_required(rule: LineRelation, details: AddOnDetails, label: str) -> Explanation:
    """Return the message about a line without the line that it requires."""
    wanted = f"{other_line_text(rule.other)} {near_text(rule.other.within)}"
    why = "there is none"
    if details.denied:
        why = f"{_named(rule, details.denied[0])} is itself not paid"
    elif looks_ahead(rule.other.within):
        why = "none is billed so far"
    return Explanation(
        message=f"{label} is paid only with {wanted}, and {why}",
        evidence=tuple(map(evidence_of, details.denied)),
    )


def _named(rule: LineRelation, other: LineReference) -> str:
    """Return the code and the place of the other line: ``90834 (claim C7 of another member)``."""
    where = f"line {other.number}" if other.claim is None else f"claim {other.claim}{_whose(rule)}"
    return f"{line_label(other)} ({where})"


def _whose(rule: LineRelation) -> str:
    return " of another member" if rule.other.scope == "another-member" else ""


def _code_sets(rule: LineRelation) -> Iterator[tuple[str, Codes]]:
    yield "", rule.codes
    yield ", with ", rule.other.codes


def _modifiers(rule: LineRelation) -> Iterator[tuple[CodeList, str]]:
    for modifier in sorted(rule.other.modifier or ()):
        yield "modifier", modifier


def _shows(rule: LineRelation) -> frozenset[str]:
    return frozenset(["clock"] if rule.other.within == "overlapping-clock" else [])


WORDS: Final = Words(
    subject="Same-day combinations",
    sentence=_sentence,
    answers=_answers,
    explain=_explain,
    cure=no_cure,
    code_sets=_code_sets,
    named=_modifiers,
    shows=_shows,
)
