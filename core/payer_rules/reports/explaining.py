"""One rule explained: the fact, its dates, the effect of breaking it, examples and sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from payer_rules.conformance import RuleFixture
from payer_rules.examples import Example, Examples
from payer_rules.kinds import Check, kind_of
from payer_rules.reports.claim_words import claim_in_words, differing, shown_by
from payer_rules.reports.conditions import conditions_text
from payer_rules.reports.decisions import count_of, finding_lines
from payer_rules.reports.listings import of_tables
from payer_rules.reports.outcome_words import OUTCOME_WORDS, TOPIC_WORDS, denial_codes
from payer_rules.reports.rule_sentences import rule_sentence
from payer_rules.rulebook.live_rules import RuleStatus, status_of
from payer_rules.rules import Citation, Detection, EditTable, Payer, Rule, Topic

#: What the edits of a table state, by the name of their rule.
EDITS: Final[dict[str, str]] = {
    "ptp": "Of two codes that are a pair, one is not paid on the day of the other, for one member "
    "and one provider.",
    "mue": "A code is paid for at most so many units, on a line or on a day.",
    "add-on": "An add-on code is paid only if one of its primary codes is paid on the same day.",
}
_DETECTED: Final[dict[Detection, str]] = {
    "claim": "the payer sees it on the claim",
    "record": "audit risk: the payer sees it only on chart review and would recoup the payment",
}
#: The most cases and scenarios that are named; of more, those that agree are counted.
_MOST_NAMED: Final = 8
_ANSWERED: Final[dict[str, Callable[[RuleFixture], bool]]] = {
    "scenario": lambda touch: touch.status in ("agrees", "disagrees"),
    "case": lambda touch: False,
}


def explained(
    rule: Rule,
    examples: Examples,
    touches: Iterable[RuleFixture],
    alternatives: Iterable[Rule] = (),
    edition: str = "",
) -> Iterator[str]:
    """Yield the lines that explain the rule to a biller.

    ``alternatives`` are the rules of which a line must meet one. ``edition`` says how the rule
    answers on a day.
    """
    yield rule.id
    yield f"  {rule.rationale}"
    yield ""
    yield f"  Requires       {rule_sentence(rule)}"
    for other in alternatives:
        if other.id != rule.id:
            sentence = kind_of(other).words.sentence(other)
            yield f"  Or             {sentence} ({other.id})"
    if conditions := conditions_text(rule.when, rule.exceptions):
        yield f"  Applies        {conditions}"
    if topic := kind_of(rule).topic:
        yield f"  Topic          {_topic(topic)}"
    basis = "date received" if rule.in_force_by == "received" else "date of service"
    yield f"  In effect      by {basis}: {rule.in_force}"
    if edition:
        yield f"  {edition}"
    yield f"  Policy read    {_read_for(rule)}"
    yield f"  Published      {rule.known or 'date not known'}"
    yield f"  Second reading {rule.second_reading or 'none'}"
    yield f"  If broken      {effect_words(rule)}"
    yield from _examples(examples, shown_by(rule), _no_example(rule))
    yield from _touched(rule.id, touches)
    yield from _sources(rule.citations)
    if rule.origin:
        yield f"  Written in     {rule.origin}"


#: How an edition answers for services on a day.
_EDITIONS: Final[dict[RuleStatus, str]] = {
    "live": "this edition answers",
    "review": "this edition answers, and what it finds is for review",
    "expired": "its text is too old, or was read for later services: it finds nothing",
    "ended": "this edition has ended",
    "replaced": "a newer edition answers",
    "later": "this edition has not begun",
}


def edition_words(rule: Rule, editions: Iterable[Rule], day: date) -> str:
    """Return how the rule answers for services on the day, next to its other editions."""
    return f"On {day}  {edition_status(rule, editions, day)}"


def edition_status(rule: Rule, editions: Iterable[Rule], day: date) -> str:
    """Return in words whether this edition of the rule answers for services on the day."""
    return _EDITIONS[status_of(rule, editions, day)]


def _topic(topic: Topic) -> str:
    words = TOPIC_WORDS[topic]
    return topic if words == topic else f"{topic}: {words}"


def effect_words(rule: Rule) -> str:
    """Return what happens to a line that breaks the rule, with codes, and where it is seen."""
    if rule.is_permission:
        return "nothing can break it: the source states what is allowed"
    codes = denial_codes(rule.adjustment)
    effect = (
        f"{OUTCOME_WORDS[rule.outcome]}, with {codes}" if codes else OUTCOME_WORDS[rule.outcome]
    )
    return f"{effect}; {_DETECTED[rule.detected_in]}"


def _read_for(rule: Rule) -> str:
    if rule.verified == "unknown":
        return "for an unknown date, so its findings are for review at most"
    days = rule.verified_dates
    if days is None:
        return "for all dates on which it is in effect"
    return f"for {days.first}" if days.first == days.last and days.first else f"for dates {days}"


def explained_baseline(name: str, payer: Payer) -> Iterator[str]:
    """Yield what the warning by national edits is, before the edits are explained."""
    yield name
    if payer.baseline_citations:
        yield f"  {payer.name} takes Medicare's national edits where its own texts are silent."
        yield from _sources(payer.baseline_citations)
    else:
        yield f"  A warning where no own text of {payer.name} that we read speaks of the"
        yield "  codes: Medicare's national edits would deny the line. It is for review at most,"
        yield "  and has no denial code."
    yield ""


def explained_tables(
    name: str, tables: Sequence[tuple[EditTable, Examples]], touches: Iterable[RuleFixture]
) -> Iterator[str]:
    """Yield the lines that explain edit tables as the rule ``name``, each with its examples."""
    payer, _, edits = name.partition("/")
    parts = [part for table, _ in tables for part in table.parts if part.name == edits]
    codes = denial_codes(parts[0].adjustment)
    yield name
    yield f"  {EDITS[edits]}"
    yield ""
    effect = f"{OUTCOME_WORDS['deny']}, with {codes}" if codes else OUTCOME_WORDS["deny"]
    yield f"  If broken      {effect}; {_DETECTED['claim']}"
    for table, examples in tables:
        yield from (f"  {line}" for line in of_tables(payer, [table], parts[0].name))
        yield f"  Second reading {table.second_reading or 'none'}"
        yield from _examples(examples, frozenset(["setting"]), {})
    yield from _touched(name, touches)
    yield from _sources(dict.fromkeys(citation for part in parts for citation in part.citations))


def cited(citation: Citation) -> str:
    """Return the source of a fact on one line."""
    place = f", {citation.locator}" if citation.locator else ""
    return (
        f"{citation.row}: {citation.title}{place}; {citation.url} "
        f"(read {citation.read}, {citation.confidence})"
    )


def _no_example(rule: Rule) -> dict[str, str]:
    """Return the words for an example that does not exist, by its label."""
    if isinstance(rule, Check):
        return dict.fromkeys(("accepts", "rejects"), "what its function decides: see its cases")
    if rule.is_permission:
        return {"rejects": "nothing: the source states what is allowed"}
    return {"accepts": "no line to which it applies"}


def _examples(
    examples: Examples, shown: frozenset[str], otherwise: Mapping[str, str]
) -> Iterator[str]:
    shown |= differing(examples)
    for label, example in (("accepts", examples.accepted), ("rejects", examples.rejected)):
        if example is None:
            text = otherwise.get(label, "no claim that could be made from the rule alone")
            yield f"  It {label}     {text}"
            continue
        yield f"  It {label}"
        yield from (f"    {line}" for line in _example(example, shown))


def _example(example: Example, shown: frozenset[str]) -> Iterator[str]:
    yield from claim_in_words(example.claim, example.history, shown)
    for finding in example.decision.proved_findings:
        if finding.rule in example.rules:
            first, *_ = finding_lines(finding)
            yield f"→ {first.strip()}"
            if finding.cure:
                yield f"  Possible fix: {finding.cure}"


def _touched(rule: str, touches: Iterable[RuleFixture]) -> Iterator[str]:
    """Yield the rule's own cases, the scenarios that it answers, and how many others there are.

    Where there are many, those that agree are counted.
    """
    all_touches = list(touches)
    own = [touch for touch in all_touches if touch.rule == rule or _ANSWERED[touch.kind](touch)]
    agreeing = [touch for touch in own if touch.status == "agrees"]
    counted = agreeing if len(own) > _MOST_NAMED else []
    yield f"  Tested by      {'' if all_touches else 'no case or scenario that was found'}".rstrip()
    yield from (
        f"    {touch.kind} {touch.name!r}: {touch.status}" for touch in own if touch not in counted
    )
    kinds = Counter(touch.kind for touch in counted)
    yield from (f"    {count_of(number, kind)} that agree" for kind, number in kinds.items())
    if len(all_touches) > len(own):
        others = count_of(len(all_touches) - len(own), "other fixture")
        yield f"    {'and ' if own else ''}{others} in which it takes part"


def _sources(citations: Iterable[Citation]) -> Iterator[str]:
    yield "  Sources"
    yield from (f"    {cited(citation)}" for citation in citations)
