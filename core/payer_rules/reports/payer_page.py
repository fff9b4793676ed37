"""A payer's page: all that its rules limit, by subject, written for a person who bills."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from payer_rules.engine.words import SUBJECTS
from payer_rules.profiles import LeftOut
from payer_rules.registry import CollectedRules
from payer_rules.reports.code_labels import CODES, CodeLabels
from payer_rules.reports.decisions import count_of
from payer_rules.reports.markdown import table_of
from payer_rules.reports.rule_items import items_of, source, span_in_words, subject_of
from payer_rules.rules import Confidence, EditPart, EditTable, Payer, Rule

_TOGETHER: Final = "Same-day combinations"
_KINDS: Final = {
    "medicare": "The federal program for people aged 65 or older and people with disabilities",
    "medicaid": "A Medicaid program",
    "tricare": "The program of the military",
    "commercial": "A commercial insurer",
}


_TRUST: Final[dict[Confidence, str]] = {
    "primary": "of the payer",
    "archived": "of the payer, archived",
    "proposed": "of the payer, as proposed",
    "secondary": "of others",
}


#: The rule that each part of an edit table states.
_EDITS: Final = {
    "ptp": "The second code of a pair is not paid on the same day by the same provider, or only "
    "with a modifier that explains why.",
    "mue": "More units of a code on one day than its MUE value are not paid.",
    "add-on": "An add-on code is paid only with one of its primary codes.",
}


def payer_page(
    payer: Payer, collected: CollectedRules, left_out: Iterable[LeftOut], labels: CodeLabels
) -> Iterator[str]:
    """Yield the page in Markdown, one paragraph or list at a time."""
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
            yield _rule(rule, labels)
        for table in tables:
            yield from (_part(payer, table, part, labels) for part in table.filled_parts)
    omitted = [
        labels.note(f"- {each.row}: {each.why}") for each in left_out if each.payer == payer.id
    ]
    if omitted:
        yield "## Not covered by a rule here"
        yield "\n".join(omitted)
    yield f"## {CODES}"
    yield table_of(("code", "meaning"), labels.asked())


def _about(payer: Payer, collected: CollectedRules) -> str:
    where = f" in {', '.join(payer.states)}" if payer.states else ""
    sources = {(c.title, c.url): c.confidence for rule in collected.rules for c in rule.citations}
    trust = Counter(sources.values())
    counts = ", ".join(f"{trust[each]} {_TRUST[each]}" for each in _TRUST if trust[each])
    rules = count_of(len({rule.id for rule in collected.rules}), "rule")
    documents = count_of(len(sources), "document")
    return (
        f"{_KINDS[payer.kind]}{where}. {rules} from {documents} ({counts}). "
        "Without a rule here, it is not known if a service is paid."
    )


def _bound(payer: Payer, collected: CollectedRules) -> str:
    since = payer.ncci_received_from
    whose = str(payer.ncci).title()
    when = f"claims received from {since} on" if since else "its claims"
    missing = "" if collected.tables else " They are not installed, so they are not checked."
    sources = "; ".join(source(each) for each in payer.ncci_citations)
    return f"The {whose} NCCI edits apply to {when}.{missing}\n\n- Source: {sources}"


def _place(rule: Rule) -> tuple[bool, int, str]:
    """Return the sort key of the rule: its line in the profile."""
    line = rule.origin.line if rule.origin else None
    return line is None, line or 0, rule.id


def _rule(rule: Rule, labels: CodeLabels) -> str:
    items = [f"- {name}: {_ended(text)}" for name, text in items_of(rule, labels)]
    return "\n".join(
        [f"**{labels.note(_ended(rule.rationale))}**", "", *items, f"- Rule id: `{rule.id}`"]
    )


def _part(payer: Payer, table: EditTable, part: EditPart, labels: CodeLabels) -> str:
    """Return a part of an edit table as a rule."""
    denied = f", with {labels.denial(part.adjustment)}" if part.adjustment else ""
    days = span_in_words(table.verified)
    rows = count_of(len(part.edits), "row")
    items = [
        f"- Codes: {labels.services(table.complete_for)}.",
        f"- Rule: {rows} of edit table {table.address}, {table.release}.",
        f"- Applies to: lines in the setting {table.setting}.",
        f"- In effect: services {days}; rows that a newer source confirms, longer.",
        f"- Then: it is denied{denied}.",
        *(f"- Source: {source(each)}." for each in part.citations),
        f"- Rule id: `{payer.id}/{part.name}`",
    ]
    return "\n".join([f"**{_EDITS[part.name]}**", "", *items])


def _ended(sentence: str) -> str:
    """Return the sentence with one full stop."""
    return sentence if sentence.endswith(".") else f"{sentence}."
