"""The words of the HTML report for what was not checked, and for what an answer presumes.

The record states both by class, fact and value; its script looks the words up by these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from payer_rules.conformance.run_record import RunRecord
from payer_rules.decisions import NotEvaluated, Presumption
from payer_rules.reports.basis_words import presumption_text
from payer_rules.reports.missing_words import missing_text
from payer_rules.values.structure import structure


def words_of(record: RunRecord) -> dict[str, str]:
    """Return the words for each missing and presumed fact of the answers to scenarios."""
    numbers = {
        answer.decision
        for scenario in record.scenarios
        for answer in scenario.answers
        if answer.decision is not None
    }
    words: dict[str, str] = {}
    for number in sorted(numbers):
        decision = record.shared.decisions[number]
        words.update(_missing(decision.get("not_evaluated", ()), words))
        for line in decision["lines"]:
            words.update(_presumed(line.get("rests_on", ()), words))
    return words


def _missing(entries: list[Any], known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for entry in entries:
        key = _key("missing", entry["reason"], entry["missing"])
        if key not in known:
            yield key, missing_text(structure(NotEvaluated, entry, keys="json"))


def _presumed(entries: list[Any], known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for entry in entries:
        key = _key("presumed", entry["class"], entry["fact"], entry.get("value"))
        if key not in known:
            yield key, presumption_text(structure(Presumption, entry, keys="json"))


def _key(*parts: str | None) -> str:
    """Return the parts as one text, as the script of the page joins them."""
    return " ".join(filter(None, parts))
