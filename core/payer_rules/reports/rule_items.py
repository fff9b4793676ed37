"""One rule as a person who bills would have it told: its parts, each a line with a name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from payer_rules.engine.words import Subject
from payer_rules.kinds import AddOnCode, SameDayCombination, kind_of
from payer_rules.kinds.code_lists import codes_text
from payer_rules.reports.code_words import CodeWords
from payer_rules.reports.conditions import conditions_text
from payer_rules.reports.outcome_words import OUTCOME_WORDS
from payer_rules.reports.rule_sentences import rule_sentence
from payer_rules.rules import Citation, CodedRule, Confidence, DateRange, Rule

#: How far a text can be trusted: of one, and of several.
CONFIDENCE: Final[dict[Confidence, str]] = {
    "primary": "the payer's own text",
    "archived": "an archived text of the payer",
    "proposed": "a proposed text",
    "secondary": "what others say of it",
}
#: The conditions whose values are codes, and the kind of code.
_CODED: Final = {
    "place_of_service": "place",
    "modifier": "modifier",
    "no_modifier": "modifier",
    "condition_code": "condition",
    "diagnosis": "diagnosis",
}


def items_of(rule: Rule, words: CodeWords) -> Iterator[tuple[str, str]]:
    """What the rule is about, asks, and rests on: each with the name of what it tells."""
    yield "Codes", _codes(rule, words)
    yield "Exactly", words.note(exactly(rule))
    if narrowed := conditions_text(rule.when):
        yield "Speaks of", words.note(f"lines {narrowed}")
    yield "Since", since(rule)
    kind = kind_of(rule).words
    states_outcome = rule.is_permission or (kind is not None and kind.states_outcome)
    yield ("Then" if states_outcome else "Otherwise"), _then(rule, words)
    for citation in rule.citations:
        yield "Source", source(citation)
    note_values(rule, words)


def exactly(rule: Rule) -> str:
    """The rule in a sentence or two, without the codes it begins with: they are told before it."""
    told = rule_sentence(rule)
    return (
        told.removeprefix(codes_text(rule.codes)).lstrip(": ")
        if isinstance(rule, CodedRule)
        else told
    )


def since(rule: Rule) -> str:
    """For which days the rule stands, and for which its text was read."""
    what = "claims received" if rule.in_force_by == "received" else "services"
    told = [f"{what} {span}" for span in [span_in_words(rule.in_force)] if span]
    if rule.verified == "unknown":
        told.append("for which days the text holds is not known")
    elif rule.verified:
        told.append(f"the text was read for {what} {span_in_words(rule.verified)}, and no others")
    if not told:
        told.append("no first or last day is stated; the text was read as current")
    if rule.known and rule.known.first:
        told.append(f"published on {rule.known.first}")
    return "; ".join(told)


def source(citation: Citation) -> str:
    """Where it was read: document, place, how far it can be trusted, the day, the row."""
    place = f", {citation.locator}" if citation.locator else ""
    trust = CONFIDENCE[citation.confidence]
    read = f"read on {citation.read} (row {citation.row})"
    return f"[{citation.title}]({citation.url}){place}; {trust}, {read}"


def span_in_words(dates: DateRange) -> str:
    """``from 2013-02-01 on``, ``on 2015-01-14``; nothing where both ends are open."""
    if dates.first and dates.first == dates.last:
        return f"on {dates.first}"
    if dates.first and dates.last:
        return f"from {dates.first} to {dates.last}"
    if dates.first:
        return f"from {dates.first} on"
    return f"to {dates.last}" if dates.last else ""


def subject_of(rule: Rule) -> Subject:
    """Return the heading of a payer's page under which the rule belongs."""
    words = kind_of(rule).words
    return words.subject if words else "What goes together"


def _codes(rule: Rule, words: CodeWords) -> str:
    if isinstance(rule, SameDayCombination):
        return f"{words.services(rule.first)}, and {words.services(rule.second)}"
    if isinstance(rule, AddOnCode) and rule.primaries:
        return f"{words.services(rule.codes)}, beside {words.services(rule.primaries)}"
    kind = kind_of(rule).words
    sets = kind.code_sets(rule) if kind else [("", rule.meets)]
    return "".join(f"{text}{words.services(codes)}" for text, codes in sets)


def _then(rule: Rule, words: CodeWords) -> str:
    if rule.is_permission:
        return "it is allowed, as far as this source goes"
    told = OUTCOME_WORDS[rule.outcome]
    if rule.adjustment:
        told += f", with {words.denial(rule.adjustment)}"
    if rule.detected_in == "record":
        told += "; the payer sees it only in the clinic's record, so it comes as a recoupment"
    return told


def note_values(rule: Rule, words: CodeWords) -> None:
    """Ask for the modifiers, places and other codes of which the sentences about the rule speak."""
    for field, kind in _CODED.items():
        for value in getattr(rule.when, field) or ():
            words.of(kind, value)
    texts = kind_of(rule).words
    for code_list, code in texts.named(rule) if texts else ():
        words.of(code_list, code)
    for value in rule.bypass if isinstance(rule, SameDayCombination) else ():
        words.of("modifier", value)
