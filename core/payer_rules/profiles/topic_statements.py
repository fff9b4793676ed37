"""What a profile states about topics that were read and have no rule, or were not read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import nearest
from payer_rules.profiles.reader import ProfileReader
from payer_rules.profiles.references import CodeSets, Sources
from payer_rules.profiles.rule_draft import NO_CITATION, RuleDraft
from payer_rules.rules import TOPICS, Citation, PlanNames, TopicStatement
from payer_rules.text.quoting import quoted

#: The name of the table in a profile.
TOPICS_TABLE: Final = "topics"
#: The name of a statement about every topic.
_ALL: Final = "all"


def topic_statements(
    reader: ProfileReader, sources: Sources, code_sets: CodeSets, names: PlanNames
) -> tuple[TopicStatement, ...]:
    """Return the valid statements of the tables ``[[topics.TOPIC]]`` and ``[[topics.all]]``.

    ``names`` are the plans and programs that conditions may name.
    """
    found: list[TopicStatement] = []
    for topic, tables in reader.table(TOPICS_TABLE).items():
        path = (TOPICS_TABLE, topic)
        if topic not in (*TOPICS, _ALL):
            message = f"unknown topic {quoted(topic)}"
            reader.report(path, message, nearest(topic, (*TOPICS, _ALL)), ErrorCode.UNKNOWN_WORD)
        elif not isinstance(tables, list):
            message = f"topics.{topic} is no list of tables"
            remedy = f"Write [[topics.{topic}]] above each statement."
            reader.report(path, message, remedy, ErrorCode.WRONG_TYPE)
        else:
            drafts = (
                RuleDraft(reader, (*path, at), sources, code_sets) for at in range(len(tables))
            )
            pairs = zip(drafts, tables, strict=True)
            found += (s for draft, data in pairs for s in _statement(draft, topic, data, names))
    return tuple(found)


def _statement(
    draft: RuleDraft, topic: str, data: object, names: PlanNames
) -> Iterator[TopicStatement]:
    topics = [each for each in TOPICS if topic in (each, _ALL)]
    resolved = _resolved(draft, topics[0], data) if isinstance(data, dict) else data
    statement = draft.reader.structure(TopicStatement, resolved, draft.path)
    for error in names.errors_of_conditions(statement.when) if statement else ():
        draft.report(error.path, error.message, error.remedy, error.code)
    if statement is not None and draft.is_valid:
        yield from (attrs.evolve(statement, topic=each) for each in topics)


def _resolved(draft: RuleDraft, topic: str, data: dict[str, Any]) -> dict[str, object]:
    """Return the data with the topic, codes in place of sets, and citations in place of rows."""
    if "topic" in data:
        remedy = f"Leave it out: the table [[topics.{topic}]] names the topic."
        draft.report(("topic",), "unknown key 'topic'", remedy, ErrorCode.UNKNOWN_KEY)
    resolved: dict[str, object] = {**data, "topic": topic}
    if "codes" in data:
        resolved["codes"] = draft.expanded(data["codes"], ("codes",))
    if "verified" in data:
        resolved["verified"] = draft.dates("verified", data["verified"])
    if "none" in data:
        resolved["none"] = _citations(draft, data["none"])
    return resolved


def _citations(draft: RuleDraft, none: object) -> tuple[Citation, ...]:
    if isinstance(none, dict) and set(none) == {"cites"}:
        inner = RuleDraft(draft.reader, (*draft.path, "none"), draft.sources, draft.code_sets)
        cited = inner.rule_citations(none["cites"])
        draft.is_valid = draft.is_valid and inner.is_valid
        return cited
    message = f"none is {quoted(none)}, and a table with cites belongs here"
    draft.report(("none",), message, 'Write none = { cites = ["ROW"] }.', ErrorCode.WRONG_TYPE)
    return (NO_CITATION,)
