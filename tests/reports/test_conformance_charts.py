"""Charts of a run count what its record holds."""

from __future__ import annotations

from datetime import date
from typing import Any

from payer_rules.conformance.manifest import Manifest, RunOptions
from payer_rules.conformance.matrix import PlannedAnswers
from payer_rules.conformance.run_record import (
    AnswerRecord,
    RuleRecord,
    RunRecord,
    ScenarioRecord,
    SharedValues,
)
from payer_rules.conformance.trial_results import TrialStatus
from payer_rules.reports.bar_charts import Bar, BarChart
from payer_rules.reports.conformance_charts import charts_of, reading_days

#: A decision on one line: two topics were read, one was carried, one has only the baseline.
DECISION: dict[str, Any] = {
    "lines": [
        {
            "topics": {
                "frequency": "checked",
                "combination": "none stated",
                "modifier": "carried",
                "place": "baseline",
                "provider": "unread",
                "session": "not touched",
            }
        }
    ]
}
CITATIONS = [
    {"url": "https://example.com/a", "read": "2026-01-01"},
    {"url": "https://example.com/a", "read": "2026-03-01"},
    {"url": "https://example.com/b", "read": "2026-01-31"},
]


def record_of(*statuses: tuple[str, TrialStatus]) -> RunRecord:
    """A record with one answer of each payer, by its status."""
    answers = tuple(
        AnswerRecord(payer=payer, status=status, decision=0) for payer, status in statuses
    )
    manifest = Manifest(
        engine="1", plugins=(), files={}, options=RunOptions(), planned=PlannedAnswers()
    )
    return RunRecord(
        manifest=manifest,
        payers=tuple(payer for payer, _ in statuses),
        scenarios=(ScenarioRecord(name="s", why="w", file="f", claim=0, answers=answers),),
        cases=(),
        sheets=(),
        invariants=(),
        problems=(),
        rules=(
            RuleRecord(id="a/one", kind="k", citations=(0, 1)),
            RuleRecord(id="b/one", kind="k", citations=(1, 2)),
            RuleRecord(id="another/one", kind="k", citations=(0,)),
        ),
        shared=SharedValues(decisions=[DECISION], citations=CITATIONS),
    )


def chart(record: RunRecord, name: str) -> BarChart:
    """Return the chart with this name."""
    return next(one for one in charts_of(record) if one.name == name)


def amounts(bar: Bar) -> dict[str, float]:
    """Return the amounts of the bar by style, without those of nothing."""
    return {part.style: float(part.amount) for part in bar.parts if part.amount}


def test_agreement_counts_answers_by_status() -> None:
    """Payers whose answers differ come first; of codes without a rule nothing is counted."""
    record = record_of(
        ("a", "agrees"), ("b", "errored"), ("c", "not evaluated"), ("d", "not applicable")
    )
    bars = chart(record, "agreement").bars
    assert [(bar.label, bar.text) for bar in bars] == [
        ("b", "0 of 1, 1 differs"),
        ("a", "1 of 1"),
        ("c", "0 of 1"),
        ("d", "no rule"),
    ]
    assert [amounts(bar) for bar in bars] == [{"disagrees": 1}, {"agrees": 1}, {"rest": 1}, {}]


def test_topics_count_how_each_was_read() -> None:
    """A topic that the line does not touch is not counted; one that was carried is not read."""
    (bar,) = chart(record_of(("a", "agrees")), "topics-read").bars
    assert amounts(bar) == {"read": 2, "carried": 1, "baseline": 1, "rest": 1}
    assert bar.text == "40 %"


def test_a_text_is_as_old_as_its_last_reading() -> None:
    """A text that was read twice has the later day; a payer has the texts that its rules cite."""
    record = record_of(("a", "agrees"), ("b", "agrees"), ("c", "agrees"))
    a, b = "https://example.com/a", "https://example.com/b"
    assert reading_days(record) == {
        "a": {a: date(2026, 3, 1)},
        "b": {a: date(2026, 3, 1), b: date(2026, 1, 31)},
        "c": {},
    }
    bars = chart(record, "ages").bars
    assert chart(record, "ages").title == "Last read, by payer"
    assert bars[1].details.startswith("1 text, read from 2026-03-01")
    assert [(bar.label, bar.day, bar.amount) for bar in bars] == [
        ("b", "2026-01-31", 29),
        ("a", "2026-03-01", 0),
    ]
