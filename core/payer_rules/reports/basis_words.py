"""The words for what an expected outcome rests on: presumptions and topics that were not read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from payer_rules.decisions import Basis, LineDecision, NotEvaluated, Presumption
from payer_rules.reports.fact_names import fact_name, table_name
from payer_rules.reports.missing_words import topics_text
from payer_rules.reports.outcome_words import TOPIC_WORDS
from payer_rules.reports.release_words import years_of
from payer_rules.rules import Reason

_BASES: Final[dict[Basis, str]] = {
    "proved": "",
    "presumed": "presumed",
    "partial": "partly read",
    "baseline": "by Medicare's national edits, not by this payer's text",
    "none": "",
}
#: What is presumed of a fact without a value, and of a fact with one.
_PRESUMED: Final[dict[Reason, tuple[str, str]]] = {
    "claim": ("{name} as the rule allows", "{name}: {value}"),
    "record": ("{name} in order", "{name}: {value}"),
    "history": ("the claim history is complete", "the claim history is complete"),
    "edition": ("the policy is still in effect", "the policy read as of {value} is in effect"),
    "topic": ("the payer's policy on {topic} allows it", "{topic}: as in {release}"),
    "table": ("no finding by {table}", "{table}: those of {value}"),
}
_TOPICS: Final[dict[str, str]] = dict(TOPIC_WORDS.items())
_UNDATED: Final = "our copy of the policy, which has no date, is in effect"
_OTHER: Final = ("{name}", "{name}: {value}")


def basis_remark(basis: Basis) -> str:
    """Return the basis as a remark behind an outcome; an empty text if the outcome is proved."""
    return f" · {_BASES[basis]}" if _BASES[basis] else ""


def presumption_text(presumption: Presumption) -> str:
    """Return what is presumed."""
    fact, value = presumption.fact, presumption.value
    words = _PRESUMED.get(presumption.reason, _OTHER)
    if presumption.reason == "history" and fact != "history":
        words = _PRESUMED["record"]
    # NOTE: the name of a fact may list its values in parentheses.
    name = fact_name(fact).partition(" (")[0]
    form = words[0] if value is None else words[1]
    if presumption.reason == "edition" and value is not None and not years_of(value):
        form = _UNDATED
    return form.format(
        name=name,
        value=value,
        table=table_name(fact),
        topic=_TOPICS.get(fact, name),
        release=table_name(value or ""),
    )


def reliance(line: LineDecision) -> Iterator[str]:
    """Yield what the expected outcome of the line presumes, and the topics that were not read."""
    rules: dict[str, list[str]] = {}
    for presumption in line.rests_on:
        if presumption.reason == "topic" and presumption.value is None:
            continue
        needed_by = rules.setdefault(presumption_text(presumption), [])
        needed_by += [presumption.rule] if presumption.rule else []
    for text, needed_by in rules.items():
        yield f"presumed: {text}" + (f" ({', '.join(needed_by)})" if needed_by else "")
    if topics := line.unread_topics:
        yield topics_text(topics)


def not_presumed(entries: Iterable[NotEvaluated], line: LineDecision) -> Iterator[NotEvaluated]:
    """Yield the entries of the line that `reliance` does not name."""
    named: set[tuple[str | None, str]] = {(each.rule, each.fact) for each in line.rests_on}
    named.update((None, topic) for topic in line.topics)
    for entry in entries:
        if line.line in entry.lines and (entry.rule, entry.missing) not in named:
            yield entry
