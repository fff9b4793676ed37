"""Results as data for JSON, as reports write them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from payer_rules.decisions import Decision
from payer_rules.errors import Problem
from payer_rules.json_forms.decision_form import of_decision, of_entry, of_finding, of_line
from payer_rules.json_forms.plain_data import Data, line_of, plain, stated, text_of
from payer_rules.json_forms.rule_form import of_rule

__all__ = [
    "Data",
    "line_of",
    "ndjson",
    "of_decision",
    "of_entry",
    "of_finding",
    "of_line",
    "of_problem",
    "of_rule",
    "plain",
    "stated",
    "text_of",
]


def of_problem(problem: Problem) -> Data:
    """Return the problem as place, problem and remedy."""
    return plain(problem)


def ndjson(decisions: Iterable[Decision]) -> Iterator[str]:
    """Yield each decision as one line of JSON."""
    for decision in decisions:
        yield line_of(of_decision(decision))
