"""A payer's page: all that its rules limit, by subject, written for a person who bills."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from payer_rules.engine.words import SUBJECTS
from payer_rules.profiles import LeftOut
from payer_rules.registry import CollectedRules
from payer_rules.reports.code_words import CODES, CodeWords
from payer_rules.reports.decisions import count_of
from payer_rules.reports.markdown import table_of
from payer_rules.reports.rule_items import items_of, source, span_in_words, subject_of
from payer_rules.rules import Confidence, EditPart, EditTable, Payer, Rule

_TOGETHER: Final = "What goes together"
_KINDS: Final = {
    "medicare": "The federal insurance of the old and of the disabled",
    "medicaid": "A Medicaid program",
    "tricare": "The military's insurance",
    "commercial": "A commercial insurer",
}


_TRUST: Final[dict[Confidence, str]] = {
    "primary": "of the payer's own",
    "archived": "of its own, archived",
    "proposed": "of its own, as proposed",
    "secondary": "by others",
}


#: What each part of an edit table says.
_EDITS: Final = {
    "ptp": "Of two codes of a pair by one provider on one day the second is not paid, or only with "
    "a modifier that says why.",
    "mue": "More units of a code on one day than its number are not paid.",
    "add-on": "An add-on code is paid only beside one of its primary codes.",
}


def payer_page(
    payer: Payer, collected: CollectedRules, left_out: Iterable[LeftOut], words: CodeWords
) -> Iterator[str]:
    """The page as Markdown, a paragraph or list at a time."""
    yield f"# {payer.name}"
    yield _about(payer, collected)
    if payer.ncci:
        yield _bound(payer, collected)
    for subject in SUBJECTS:
        about = (rule for rule in collected.rules if subject_of(rule) == subject)
        rules = sorted(about, key=_place)
        tables = collected.tables if subject == _TOGETHER else ()
        if rules or tables:
            yield f"## {subject}"
        for rule in rules:
            yield _told(rule, words)
        for table in tables:
            yield from (_part(payer, table, part, words) for part in table.parts if part.edits)
    omitted = [
        words.note(f"- {each.row}: {each.why}") for each in left_out if each.payer == payer.id
    ]
    if omitted:
        yield "## What the sources say and no rule here does"
        yield "\n".join(omitted)
    yield f"## {CODES}"
    yield table_of(("code", "is about"), words.asked())


def _about(payer: Payer, collected: CollectedRules) -> str:
    where = f" in {', '.join(payer.states)}" if payer.states else ""
    sources = {(c.title, c.url): c.confidence for rule in collected.rules for c in rule.citations}
    trust = Counter(sources.values())
    told = ", ".join(f"{trust[each]} {_TRUST[each]}" for each in _TRUST if trust[each])
    rules = count_of(len({rule.id for rule in collected.rules}), "rule")
    return (
        f"{_KINDS[payer.kind]}{where}. {rules} from {count_of(len(sources), 'document')} ({told}). "
        "Whatever no rule here speaks of is not known to be paid."
    )


def _bound(payer: Payer, collected: CollectedRules) -> str:
    since = payer.ncci_received_from
    whose = str(payer.ncci).title()
    when = f"claims received from {since} on" if since else "its claims"
    at_hand = "" if collected.tables else " They are not at hand: what they deny is not evaluated."
    sources = "; ".join(source(each) for each in payer.ncci_citations)
    return f"The NCCI edits of {whose} bind {when}.{at_hand}\n\n- Source: {sources}"


def _place(rule: Rule) -> tuple[bool, int, str]:
    """Rules of a file stand in the order in which their author wrote them."""
    line = rule.origin.line if rule.origin else None
    return line is None, line or 0, rule.id


def _told(rule: Rule, words: CodeWords) -> str:
    items = [f"- {name}: {_ended(told)}" for name, told in items_of(rule, words)]
    return "\n".join(
        [f"**{words.note(_ended(rule.rationale))}**", "", *items, f"- Rule: `{rule.id}`"]
    )


def _part(payer: Payer, table: EditTable, part: EditPart, words: CodeWords) -> str:
    """A part of a table, as the rule that it is."""
    denied = f", with {words.denial(part.adjustment)}" if part.adjustment else ""
    days = span_in_words(table.verified)
    rows = count_of(len(part.edits), "row")
    items = [
        f"- Codes: {words.services(table.complete_for)}.",
        f"- Exactly: {rows} of edit table {table.address}, {table.release}.",
        f"- Speaks of: lines in the setting {table.setting}.",
        f"- Since: services {days}; rows that a newer text confirms, longer.",
        f"- Then: it is denied{denied}.",
        *(f"- Source: {source(each)}." for each in part.citations),
        f"- Rule: `{payer.id}/{part.name}`",
    ]
    return "\n".join([f"**{_EDITS[part.name]}**", "", *items])


def _ended(sentence: str) -> str:
    """The sentence with its full stop, once."""
    return sentence if sentence.endswith(".") else f"{sentence}."
