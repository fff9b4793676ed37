"""One rule explained: the fact, its dates, what happens where it is broken, examples, sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from payer_rules.conformance import RuleFixture
from payer_rules.examples import Example, Examples
from payer_rules.reports.claim_words import claim_in_words, shown_by
from payer_rules.reports.conditions import conditions_text
from payer_rules.reports.decisions import count_of, finding_of
from payer_rules.reports.listings import of_tables
from payer_rules.reports.rule_sentences import rule_sentence
from payer_rules.rules import Adjustment, Citation, EditTable, Outcome, Rule

_SEEN: Final = {
    "claim": "the payer sees it on the claim",
    "record": "the payer sees it only in the clinic's record, so it comes as a recoupment",
}

OUTCOME_WORDS: Final[dict[Outcome, str]] = {
    "pay": "it is paid",
    "inform": "it is not denied; the finding is for information",
    "patient-share": "it is paid, and the member owes a part",
    "reduce": "it is paid in part",
    "review": "the payer looks at it before it pays",
    "deny": "it is denied",
    "return": "the claim is returned unprocessed",
}
_ANSWERED: Final[dict[str, Callable[[RuleFixture], bool]]] = {
    "scenario": lambda touch: touch.word in ("agrees", "disagrees"),
    "case": lambda touch: False,
}


def explained(rule: Rule, examples: Examples, touches: Iterable[RuleFixture]) -> Iterator[str]:
    """The rule in full, for a person who bills."""
    yield rule.id
    yield f"  {rule.rationale}"
    yield ""
    yield f"  What it asks   {rule_sentence(rule)}"
    if narrowed := conditions_text(rule.when):
        yield f"  When           {narrowed}"
    by = "receipt" if rule.in_force_by == "received" else "service"
    yield f"  In force       by date of {by}: {rule.in_force}"
    yield f"  Text read for  {_read_for(rule)}"
    yield f"  Published      {rule.known or 'not known when'}"
    if rule.is_permission:
        yield "  If broken      nothing can break it: the source says what is allowed"
    else:
        told = f"{OUTCOME_WORDS[rule.outcome]}{codes_of(rule.adjustment)}"
        yield f"  If broken      {told}; {_SEEN[rule.detected_in]}"
    yield from _examples(rule.id, examples, shown_by(rule))
    yield from _touched(rule.id, touches)
    yield from _sources(rule.citations)
    yield f"  Written in     {rule.origin}"


def _read_for(rule: Rule) -> str:
    if rule.verified == "unknown":
        return "an unknown date, so that what it finds is for review at most"
    return str(rule.verified or "all dates on which it is in force")


def explained_table(
    name: str, table: EditTable, examples: Examples, touches: Iterable[RuleFixture]
) -> Iterator[str]:
    """An edit table in full, as the rule that it yields."""
    payer, _, edits = name.partition("/")
    part = next(part for part in table.parts if part.name == edits)
    yield name
    yield from (f"  {line}" for line in of_tables(payer, [table]))
    yield f"  If broken      {OUTCOME_WORDS['deny']}{codes_of(part.adjustment)}; {_SEEN['claim']}"
    yield from _examples(name, examples, frozenset(["setting"]))
    yield from _touched(name, touches)
    yield from _sources(part.citations)


def codes_of(adjustment: Adjustment | None) -> str:
    """``, with CO-119 N640``; nothing where there are no codes."""
    if adjustment is None:
        return ""
    return f", with {adjustment.group}-{' '.join((adjustment.carc, *adjustment.rarc))}"


def cited(citation: Citation) -> str:
    """Where a fact was read, on one line."""
    place = f", {citation.locator}" if citation.locator else ""
    return (
        f"{citation.row}: {citation.title}{place}; {citation.url} "
        f"(read {citation.read}, {citation.confidence})"
    )


def _examples(name: str, examples: Examples, shown: frozenset[str]) -> Iterator[str]:
    for word, example in (("accepts", examples.accepted), ("rejects", examples.rejected)):
        if example is None:
            yield f"  It {word}     no claim that could be made from the rule alone"
            continue
        yield f"  It {word}"
        yield from (f"    {line}" for line in _told(name, example, shown))


def _told(name: str, example: Example, shown: frozenset[str]) -> Iterator[str]:
    yield from claim_in_words(example.claim, example.history, shown)
    for finding in example.decision.findings:
        if finding.rule == name:
            first, *_ = finding_of(finding)
            yield f"→ {first.strip()}"
            if finding.cure:
                yield f"  would cure it: {finding.cure}"


def _touched(rule: str, touches: Iterable[RuleFixture]) -> Iterator[str]:
    """The rule's own cases and the scenarios it answers; of the others only how many there are."""
    told = list(touches)
    own = [touch for touch in told if touch.rule == rule or _ANSWERED[touch.kind](touch)]
    yield f"  Tested by      {'' if told else 'no scenario and no case'}".rstrip()
    yield from (f"    {touch.kind} {touch.name!r}: {touch.word}" for touch in own)
    if len(told) > len(own):
        more = "and " if own else ""
        yield f"    {more}{count_of(len(told) - len(own), 'other fixture')} in which it takes part"


def _sources(citations: Iterable[Citation]) -> Iterator[str]:
    yield "  Sources"
    yield from (f"    {cited(citation)}" for citation in citations)
