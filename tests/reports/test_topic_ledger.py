"""The ledger of what was read of each payer's policies."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest

from payer_rules.registry import load
from payer_rules.reports.topic_ledger import ledger_data, of_ledger, of_payer
from payer_rules.rules import TOPICS

DAY: Final = date(2026, 11, 30)
REGISTRY: Final = load()
LEDGER: Final = REGISTRY.topic_summaries(REGISTRY.payers, DAY)


def test_the_ledger_fits_eighty_columns_with_a_row_for_each_payer() -> None:
    """Every payer has a row, in which every topic has a cell."""
    lines = list(of_ledger(LEDGER, DAY))
    assert max(map(len, lines)) <= 80
    rows = {row.split()[0]: row.split()[1:] for row in lines if row.split(maxsplit=1)[:1]}
    assert {payer: len(rows[payer]) for payer in REGISTRY.payers} == dict.fromkeys(
        REGISTRY.payers, len(TOPICS)
    )


@pytest.mark.parametrize(
    ("payer", "topic", "day", "statuses"),
    [
        ("medicare", "frequency", date(2024, 8, 15), {"checked", "unread"}),
        ("medicare", "combination", date(2024, 8, 15), {"checked"}),
        ("medicare", "combination", DAY, {"carried"}),
        ("wa-medicaid", "frequency", DAY, {"unread"}),
        ("tricare", "frequency", DAY, {"carried", "unread"}),
        ("aetna", "modifier", DAY, {"expired", "unread"}),
        ("aetna", "place", DAY, {"carried"}),
        ("cigna", "authorization", date(2026, 11, 23), {"checked", "none stated", "unread"}),
        ("ca-medicaid", "frequency", date(2014, 8, 15), {"unread"}),
    ],
)
def test_the_status_of_a_code_is_what_rules_tables_and_statements_read(
    payer: str, topic: str, day: date, statuses: set[str]
) -> None:
    """NCCI binds Medicaid programs, whose own texts then read neither units nor pairs."""
    (summary,) = [s for s in REGISTRY.topic_summaries([payer], day) if s.topic == topic]
    assert set(summary.codes) == statuses
    assert sum(map(len, summary.codes.values())) == 94


def test_one_payer_is_listed_with_codes_and_with_what_is_known_of_the_rest() -> None:
    """The list names the codes that were read, the age of the text and the statement."""
    text = "\n".join(of_payer(REGISTRY.topic_summaries(["tricare"], DAY)))
    assert "carried (3 years old), 10 codes: 90832, 90833" in text
    assert "Known: No text of this payer about it was read." in text
    assert max(map(len, text.splitlines())) <= 80


def test_the_ledger_as_data_has_the_codes_of_each_status() -> None:
    """Each payer and topic is one entry."""
    data = ledger_data(LEDGER, DAY)
    assert data["on"] == "2026-11-30"
    assert len(data["topics"]) == len(REGISTRY.payers) * len(TOPICS)
