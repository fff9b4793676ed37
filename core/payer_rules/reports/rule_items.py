"""The parts of a rule on a payer's page, each with its name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from payer_rules.engine.words import Subject
from payer_rules.kinds import kind_of
from payer_rules.kinds.code_lists import codes_text
from payer_rules.reports.code_labels import CodeLabels
from payer_rules.reports.conditions import conditions_text
from payer_rules.reports.outcome_words import OUTCOME_WORDS
from payer_rules.reports.rule_sentences import rule_sentence
from payer_rules.rules import AnyCode, Citation, CodedRule, Codes, Confidence, DateRange, Rule

#: The confidence in a source.
CONFIDENCE: Final[dict[Confidence, str]] = {
    "primary": "the payer's own text",
    "archived": "an archived text of the payer",
    "proposed": "a proposed text",
    "secondary": "a text of others",
}
#: The conditions whose values are codes, with the kind of code.
_CODED: Final = {
    "place_of_service": "place",
    "modifier": "modifier",
    "condition_code": "condition",
    "diagnosis": "diagnosis",
}


def items_of(rule: Rule, labels: CodeLabels) -> Iterator[tuple[str, str]]:
    """Yield the name and text of each part of the rule."""
    yield "Codes", _codes(rule, labels)
    yield "Rule", labels.note(exactly(rule))
    if conditions := conditions_text(rule.when, rule.exceptions):
        yield "Applies to", labels.note(f"lines {conditions}")
    yield "In effect", since(rule)
    states_outcome = rule.is_permission or kind_of(rule).words.states_outcome
    yield ("Then" if states_outcome else "Otherwise"), _then(rule, labels)
    for citation in rule.citations:
        yield "Source", source(citation)
    yield "Second reading", str(rule.second_reading or "none")
    note_values(rule, labels)


def exactly(rule: Rule) -> str:
    """Return the rule in a sentence or two, without the codes at its beginning."""
    sentence = rule_sentence(rule)
    return (
        sentence.removeprefix(codes_text(rule.codes)).lstrip(": ")
        if isinstance(rule, CodedRule)
        else sentence
    )


def since(rule: Rule) -> str:
    """Return the dates on which the rule is in effect, and those for which its source was read."""
    what = "claims received" if rule.in_force_by == "received" else "services"
    parts = [f"{what} {span}" for span in [span_in_words(rule.in_force)] if span]
    if rule.verified == "unknown":
        parts.append("the dates of the source are not known")
    elif rule.verified:
        parts.append(f"the source was read only for {what} {span_in_words(rule.verified)}")
    if not parts:
        parts.append("no first or last day is stated; the source was read as current")
    if rule.known and rule.known.first:
        parts.append(f"published on {rule.known.first}")
    return "; ".join(parts)


def source(citation: Citation) -> str:
    """Return the source: document, place, confidence, date read, and row."""
    place = f", {citation.locator}" if citation.locator else ""
    trust = CONFIDENCE[citation.confidence]
    read = f"read on {citation.read} (row {citation.row})"
    return f"[{citation.title}]({citation.url}){place}; {trust}, {read}"


def span_in_words(dates: DateRange) -> str:
    """Return ``from 2013-02-01 on`` or ``on 2015-01-14``; an empty text if both ends are open."""
    if dates.first and dates.first == dates.last:
        return f"on {dates.first}"
    if dates.first and dates.last:
        return f"from {dates.first} to {dates.last}"
    if dates.first:
        return f"from {dates.first} on"
    return f"to {dates.last}" if dates.last else ""


def subject_of(rule: Rule) -> Subject:
    """Return the heading of a payer's page under which the rule belongs."""
    return kind_of(rule).words.subject


def _codes(rule: Rule, labels: CodeLabels) -> str:
    sets = kind_of(rule).words.code_sets(rule)
    return "".join(f"{text}{_services(codes, labels)}" for text, codes in sets)


def _services(codes: Codes, labels: CodeLabels) -> str:
    if not isinstance(codes, AnyCode):
        return labels.services(codes)
    what = "any line" if codes.revenue_lines else "any code"
    return f"{what} except {labels.services(codes.excluded)}" if codes.excluded else what


def _then(rule: Rule, labels: CodeLabels) -> str:
    if rule.is_permission:
        return "it is allowed by this source"
    text = OUTCOME_WORDS[rule.outcome]
    if rule.adjustment:
        text += f", with {labels.denial(rule.adjustment)}"
    if rule.detected_in == "record":
        text += "; audit risk: the payer sees it only on chart review and would recoup the payment"
    return text


def note_values(rule: Rule, labels: CodeLabels) -> None:
    """Record the modifiers, places and other codes in the sentences about the rule."""
    for field, kind in _CODED.items():
        for when in rule.condition_tables:
            for value in getattr(when, field) or ():
                labels.of(kind, value)
    for code_list, code in kind_of(rule).words.named(rule):
        labels.of(code_list, code)
