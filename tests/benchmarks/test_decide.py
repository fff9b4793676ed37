"""How long a decision takes; run with ``pytest tests/benchmarks``."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from payer_rules import (
    Citation,
    Claim,
    FrequencyLimit,
    History,
    Member,
    Provider,
    ServiceLine,
    Window,
    load,
)
from payer_rules.rulebook import RuleBook
from payer_rules_medicare.ncci import edit_tables

DAY = date(2024, 8, 15)
EMPTY = History()
MEDICARE = load().payer("medicare")
CITED = Citation(row="R-1", title="t", url="u", read=DAY, confidence="primary")


def claim_of(*codes: str) -> Claim:
    """A practitioner's claim of two codes on one day and the third on the next."""
    days = (DAY, DAY, DAY + timedelta(days=1))
    coded = zip(codes, days, strict=True)
    lines = [ServiceLine(number=n, code=c, date_from=d) for n, (c, d) in enumerate(coded, 1)]
    biller = Provider(npi="1234567893")
    member, setting = Member(id="M"), "practitioner"
    return Claim(id="C", member=member, billing_provider=biller, setting=setting, lines=lines)


def strange_rules(count: int) -> list[FrequencyLimit]:
    """Rules that no code of the claims meets."""
    return [
        FrequencyLimit(
            id=f"medicare/strange-{n}",
            codes=frozenset([f"Z{n % 9999:04}"]),
            limit=Decimal(1),
            counts="units",
            window=Window.rolling(7),
            scope="member",
            citations=(CITED,),
            rationale="x",
        )
        for n in range(count)
    ]


@pytest.mark.parametrize("more", [0, 100_000])
@pytest.mark.parametrize(
    ("name", "codes"),
    [("clean", ("90853", "90785", "96127")), ("pair", ("90853", "90834", "90785"))],
)
def test_decide(benchmark: Any, name: str, codes: tuple[str, ...], more: int) -> None:
    """A claim of three lines, with and without many rules that it does not meet."""
    book = RuleBook.build(MEDICARE, strange_rules(more), edit_tables())
    decision = benchmark(book.decide, claim_of(*codes), EMPTY)
    assert bool(decision.proved_findings) is (name == "pair")


def test_build(benchmark: Any) -> None:
    """Building Medicare's rule book, its tables read."""
    tables = edit_tables()
    benchmark(RuleBook.build, MEDICARE, [], tables)


@pytest.mark.parametrize("command", ["help", "check"])
def test_process(benchmark: Any, command: str, tmp_path: Path) -> None:
    """The command line as a whole process."""
    file = tmp_path / "claim.toml"
    file.write_text(
        'history = []\n[claim]\nid = "C"\nsetting = "practitioner"\nmember = { id = "M" }\n'
        'billing_provider = { npi = "1234567893" }\n'
        '[[claim.lines]]\ncode = "90853"\ndate = 2024-08-15\n'
    )
    messages = ["--help"] if command == "help" else ["check", str(file), "--payer", "medicare"]
    run = [sys.executable, "-m", "payer_rules", *messages]
    benchmark(subprocess.run, run, check=True, capture_output=True)
