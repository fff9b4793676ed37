"""The tables of a run's answers, which the results of lines name by number."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


@cache
def _schemas() -> dict[str, pa.Schema]:
    import pyarrow as pa

    text, texts, answer = pa.string(), pa.list_(pa.string()), ("answer", pa.int64())
    outcomes = [("outcome", text), ("expected", text), ("basis", text), ("complete", pa.bool_())]
    codes = [("group", text), ("carc", text), ("rarc", texts)]
    paid = [("pays", text), ("bill_instead", text), ("citations", texts)]
    found = [("rule", text), ("outcome", text), ("basis", text), ("detected_in", text)]
    missing = [("rule", text), ("reason", text), ("missing", text), ("assumed", pa.bool_())]
    presumed = [("class", text), ("fact", text), ("value", text), ("rule", text)]
    return {
        "answers": pa.schema([answer, ("payer", text), *outcomes, ("judged_by", texts)]),
        "reasons": pa.schema([answer, *found, *codes, *paid]),
        "open_questions": pa.schema([answer, *missing]),
        "topics": pa.schema([answer, ("topic", text), ("status", text), ("in_part", pa.bool_())]),
        "presumptions": pa.schema([answer, *presumed]),
    }


def answer_tables(answers: Mapping[int, str]) -> dict[str, pa.Table]:
    """Return the tables of the answers, by name; each answer has its text in JSON."""
    import pyarrow as pa

    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in _schemas()}
    for number in sorted(answers):
        for name, row in _rows(json.loads(answers[number])):
            rows[name].append({"answer": number, **row})
    return {
        name: pa.Table.from_pylist(rows[name], schema=schema) for name, schema in _schemas().items()
    }


def _rows(data: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the rows of an answer, each with the name of its table."""
    yield "answers", data
    for reason in data["reasons"]:
        yield "reasons", {**reason, "citations": [*map(_cited, reason["citations"])]}
    for key in ("open", "assumed"):
        for entry in data[key]:
            yield "open_questions", {**entry, "assumed": key == "assumed"}
    for topic, status in data["topics"].items():
        in_part = topic in data["read_in_part"]
        yield "topics", {"topic": topic, "status": status, "in_part": in_part}
    for presumption in data["rests_on"]:
        yield "presumptions", presumption


def _cited(citation: dict[str, Any]) -> str:
    return json.dumps(citation, ensure_ascii=False)


def stated_answers(tables: Iterable[pa.Table]) -> dict[int, str]:
    """Return the text of each answer that results state."""
    found: dict[int, str] = {}
    for table in tables:
        numbers, texts = table["answer"].to_pylist(), table["answer_text"].to_pylist()
        found.update(
            (number, text) for number, text in zip(numbers, texts, strict=True) if text is not None
        )
    return found
