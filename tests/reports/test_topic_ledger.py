"""The ledger of what was read of each payer's policies."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import Final

import pytest

from payer_rules.registry import load
from payer_rules.reports.listings import answers_to
from payer_rules.reports.topic_ledger import ledger_data, of_ledger, of_payer, of_rule_counts
from payer_rules.rulebook.live_rules import RuleCounts, RuleStatus
from payer_rules.rules import TOPICS

DAY: Final = date(2026, 11, 30)
REGISTRY: Final = load()
LEDGER: Final = REGISTRY.topic_summaries(REGISTRY.payers, DAY)
COUNTS: Final = REGISTRY.rule_counts(REGISTRY.payers, DAY)


def test_the_ledger_fits_eighty_columns_with_a_row_for_each_payer() -> None:
    """Every payer has a row, in which every topic has a cell."""
    lines = list(of_ledger(LEDGER, COUNTS, DAY))
    assert max(map(len, lines)) <= 80
    rows = [row.split() for row in lines if row.split(maxsplit=1)[:1]]
    for payer, counts in zip(REGISTRY.payers, COUNTS, strict=True):
        topics, numbers = (cells for name, *cells in rows if name == payer)
        assert len(topics) == len(TOPICS)
        signs = {re.sub(r"\d", "", cell) for cell in topics}
        assert signs <= {"", "=", "~", "~e", "e", "old", "-"}
        assert numbers[:2] == [f"{counts.current}", f"{counts.live}"]


def test_the_legend_explains_every_cell_and_every_column() -> None:
    """A reader finds each sign of a cell, and the words of each topic, below the table."""
    text = "\n".join(of_ledger(LEDGER, COUNTS, DAY))
    for cell in ("27", "13=", "94~2", "88~e", "88~e2", "old", "-"):
        assert f"\n  {cell:<5} " in text
    words = " ".join(text.split())
    for column in ("freq how often", "comb same-day codes", "file filing", "cov coverage"):
        assert column in words


@pytest.mark.parametrize(
    ("payer", "topic", "day", "statuses"),
    [
        ("medicare", "frequency", date(2024, 8, 15), {"checked", "unread"}),
        ("medicare", "combination", date(2024, 8, 15), {"checked"}),
        ("medicare", "combination", DAY, {"carried"}),
        ("wa-medicaid", "frequency", DAY, {"carried", "unread"}),
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


def test_codes_read_by_national_edits_alone_are_apart_from_those_of_own_texts() -> None:
    """Behind the e is the number of codes of own texts, which the list of one payer names."""
    by_edits = {s.payer: s for s in LEDGER if s.topic == "frequency" and s.read - s.own}
    assert {REGISTRY.payers[payer].ncci is not None for payer in by_edits} == {True}
    assert "90853" in by_edits["il-medicaid"].own
    text = "\n".join(of_ledger(LEDGER, COUNTS, DAY))
    for payer, summary in by_edits.items():
        number = len(summary.own) or ""
        assert re.search(rf"^{payer} +\d+~?\d?e{number} ", text, re.MULTILINE)
    assert re.search(r"^dc-medicaid +88~e ", text, re.MULTILINE)
    listed = "\n".join(of_payer(REGISTRY.topic_summaries(["il-medicaid"], DAY)))
    assert re.search(r"By national edits alone, \d+ codes; by own texts: .*90853", listed)


def test_one_payer_is_listed_with_codes_and_with_what_is_known_of_the_rest() -> None:
    """The list names the codes that were read, the age of the text and the statement."""
    text = "\n".join(of_payer(REGISTRY.topic_summaries(["tricare"], DAY)))
    assert re.search(r"carried \(\d years old\), \d+ codes: 90832, 90833", text)
    assert "Known: No text of this payer about it was read." in text
    assert max(map(len, text.splitlines())) <= 80


def test_the_ledger_as_data_has_the_codes_of_each_status() -> None:
    """Each payer and topic is one entry."""
    data = ledger_data(LEDGER, COUNTS, DAY)
    assert data["on"] == "2026-11-30"
    assert len(data["topics"]) == len(REGISTRY.payers) * len(TOPICS)


def test_the_ledger_counts_the_rules_that_are_live() -> None:
    """The line below the table and the data have the sums of the payers' counts."""
    live, current = sum(each.live for each in COUNTS), sum(each.current for each in COUNTS)
    text = " ".join(of_rule_counts(COUNTS, DAY))
    assert f"{len(COUNTS)} payers" in text
    assert f"{current} rules in force: {live} live" in text
    rows = ledger_data(LEDGER, COUNTS, DAY)["rules"]
    assert [(row["payer"], row["rules"], row["live"]) for row in rows] == [
        (each.payer, each.current, each.live) for each in COUNTS
    ]


def test_payers_without_a_live_rule_and_rules_read_once_are_named() -> None:
    """Of several payers those without a live rule, of one payer the rules without second reader."""
    live: Counter[RuleStatus] = Counter(["live"])
    none: Counter[RuleStatus] = Counter(["expired"])
    once = ("acme/filing",)
    counts = [
        RuleCounts(payer="acme", statuses=live, read_twice=0, answers_to=None, read_once=once),
        RuleCounts(payer="best", statuses=none, read_twice=1, answers_to=None),
    ]
    assert "Without a live rule: best." in [*of_rule_counts(counts, DAY)]
    assert "Read once: acme/filing." in [*of_rule_counts(counts[:1], DAY)]


def test_payers_are_listed_with_the_last_day_that_they_answer_for() -> None:
    """A text without an end date answers for every day; one of unknown date for none."""
    days = (date(2028, 6, 30), date.max, None)
    empty: Counter[RuleStatus] = Counter()
    texts = [
        answers_to(RuleCounts(payer="acme", statuses=empty, read_twice=0, answers_to=day))
        for day in days
    ]
    assert texts == [
        "services to 2028-06-30",
        "services of any date",
        "services of no date: for review only",
    ]
