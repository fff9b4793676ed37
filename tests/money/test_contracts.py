"""The rates of a practice's contracts: which one fits a line, and what is wrong with a file."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

from payer_rules.claims import Provider, ServiceLine
from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.money import (
    Contracts,
    ExpectedAmount,
    UnknownAmount,
    price_line,
    read_contracts,
)
from payer_rules.registry import load

PAYERS: Final = ("acme", "beta", "medicare")
HEAD: Final = "payer,code,modifier,license,place,from,to,amount,percent\n"
LINE: Final = ServiceLine(
    number=1,
    code="90853",
    date_from=date(2026, 8, 3),
    place_of_service="11",
    rendering_provider=Provider(npi="1234567893", profession="lcsw"),
)


def contracts_of(folder: Path, *rows: str, head: str = HEAD) -> tuple[Contracts, list[str]]:
    """The rates of a file with the rows, and its problems."""
    file = folder / "contracts.csv"
    file.write_text(head + "\n".join(rows), encoding="utf-8")
    contracts, problems = read_contracts([file], PAYERS)
    return contracts, [f"{each.where}: {each.message}" for each in problems]


def never(line: ServiceLine) -> UnknownAmount:
    """The answer of Medicare where no rate in percent may ask for it."""
    raise AssertionError(line)


def amount(contracts: Contracts, line: ServiceLine = LINE, payer: str = "acme") -> Decimal | str:
    """The amount of the line, or why there is none."""
    found = contracts.price(payer, line, never)
    return found.amount if isinstance(found, ExpectedAmount) else found.reason


def test_the_rate_with_the_strongest_condition_applies(tmp_path: Path) -> None:
    """A modifier goes before a license, a license before a place, in whatever order the rows are."""
    rows = [
        "acme,90853,,,,,,10,",
        "acme,90853,,,11,,,20,",
        "acme,90853,,lcsw,,,,30,",
        "acme,90853,,lcsw,11,,,40,",
        "acme,90853,95,,,,,50,",
        "acme,90853,95,,11,,,60,",
    ]
    elsewhere = attrs.evolve(LINE, place_of_service="02")
    other = attrs.evolve(LINE, rendering_provider=Provider(npi="1234567893", profession="lpc"))
    video = attrs.evolve(elsewhere, modifiers=("95",))
    for order in list(permutations(rows))[::37]:
        contracts, problems = contracts_of(tmp_path, *order)
        assert problems == []
        assert amount(contracts) == 40
        assert amount(contracts, elsewhere) == 30
        assert amount(contracts, other) == 20
        assert amount(contracts, attrs.evolve(other, place_of_service="02")) == 10
        assert amount(contracts, video) == 50
        assert amount(contracts, attrs.evolve(video, place_of_service="11")) == 60


def test_both_days_of_a_rate_are_included(tmp_path: Path) -> None:
    """A rate holds on its first and its last day, and not on the days beside them."""
    contracts, _ = contracts_of(tmp_path, "acme,90853,,,,2026-08-02,2026-08-04,85.50,")
    days = [date(2026, 8, day) for day in range(1, 6)]
    found = [amount(contracts, attrs.evolve(LINE, date_from=day, date_to=day)) for day in days]
    assert [each == Decimal("85.50") for each in found] == [False, True, True, True, False]
    assert "No contract has a rate of acme for 90853 on 2026-08-01" in str(found[0])
    assert amount(contracts, attrs.evolve(LINE, units=2)) == 171


def test_a_fact_that_decides_is_asked_for(tmp_path: Path) -> None:
    """Where a license decides and none is stated, there is no amount, or it is presumed."""
    unknown = attrs.evolve(LINE, rendering_provider=None)
    only, _ = contracts_of(tmp_path, "acme,90853,,lcsw,,,,70,", "acme,90853,,psychologist,,,,90,")
    found = only.price("acme", unknown, never)
    assert isinstance(found, UnknownAmount)
    assert found.remedy == "State the license."
    general, _ = contracts_of(tmp_path, "acme,90853,,lcsw,,,,70,", "acme,90853,,,,,,80,")
    priced = general.price("acme", unknown, never)
    assert isinstance(priced, ExpectedAmount)
    assert priced.amount == 80
    assert len(priced.presumed) == 1
    assert amount(general) == 70


def test_rates_that_fit_alike_have_no_amount(tmp_path: Path) -> None:
    """Two modifiers with a rate each, both on the line, leave it open which applies."""
    contracts, problems = contracts_of(tmp_path, "acme,90853,95,,,,,70,", "acme,90853,HQ,,,,,80,")
    assert problems == []
    assert "Several rates fit" in str(amount(contracts, attrs.evolve(LINE, modifiers=("95", "HQ"))))


def test_a_percentage_is_of_what_medicare_allows(tmp_path: Path) -> None:
    """The amount is the share of Medicare's, rounded, and has all of its inputs and presumptions."""
    schedule = load().fee_schedule("medicare")
    assert schedule is not None
    contracts, _ = contracts_of(tmp_path, "acme,90853,,,,,,,110%")

    def medicare(line: ServiceLine) -> Any:
        return price_line(schedule, line, zip_code="60601", participates=True)

    base, found = medicare(LINE), contracts.price("acme", LINE, medicare)
    assert isinstance(found, ExpectedAmount)
    assert found.of_unit == round(base.of_unit * Decimal("1.1"), 2)
    assert found.inputs[1:] == base.inputs
    assert found.inputs[0].source == "contracts.csv:2"
    assert found.presumed == base.presumed


def test_all_faults_of_a_file_are_named_at_once(tmp_path: Path) -> None:
    """Each wrong cell is a problem with file and row, and the other rows count."""
    contracts, problems = contracts_of(
        tmp_path,
        "acme,90853,,,,,,85.50,",
        "acne,9085,x!,lcws,1x,2026-13-01,,5.555,",
        "acme,90834,,,,2026-02-01,2026-01-01,80,",
        "acme,90834,,,,,,80,110",
        "acme,90834,,,,,,,",
        "acme,90834,,,,,,-1,",
        "acme,90834,,,,,,1e40,",
        "acme,90834,,,,,,8$5,",
    )
    assert amount(contracts) == Decimal("85.50")
    assert problems == [
        "contracts.csv:3: there is no payer 'acne'",
        "contracts.csv:3: '9085' is not a procedure code",
        "contracts.csv:3: 'x!' is not a modifier",
        "contracts.csv:3: 'lcws' is not a profession",
        "contracts.csv:3: '1x' is not a place of service",
        "contracts.csv:3: '2026-13-01' is not a date",
        "contracts.csv:3: '5.555' is not 'amount'",
        "contracts.csv:4: the rate ends on 2026-01-01, before 2026-02-01",
        "contracts.csv:5: the row has an amount and a percent",
        "contracts.csv:6: the row has no amount and no percent",
        "contracts.csv:7: '-1' is not 'amount'",
        "contracts.csv:8: '1e40' is not 'amount'",
        "contracts.csv:9: '8$5' is not 'amount'",
    ]


def test_rates_that_contradict_each_other_are_not_used(tmp_path: Path) -> None:
    """Two rates for the same services of a day are a problem, unless they are equal."""
    rows = ("acme,90853,,,,,2026-08-03,85,", "acme,90853,,,,2026-08-03,,86,")
    contracts, problems = contracts_of(tmp_path, *rows, "acme,90834,,,,,,1,", "acme,90834,,,,,,1,")
    assert problems == [
        "contracts.csv:3: this rate and that of contracts.csv:2 are for the same services and days"
    ]
    assert "No contract" in str(amount(contracts))
    assert amount(contracts, attrs.evolve(LINE, code="90834")) == 1


@pytest.mark.parametrize(
    ("head", "message"),
    [("payer,amount\n", "no column 'code'"), ("payer,code,mod\n", "'mod' is no column")],
)
def test_a_wrong_head_is_one_problem(tmp_path: Path, head: str, message: str) -> None:
    """A column that is missing or unknown is named, and no row is read."""
    _, problems = contracts_of(tmp_path, "acme,90853,1", head=head)
    assert len(problems) == 1
    assert message in problems[0]


def test_the_command_prices_by_the_contract(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The amount has file and row, and a payer without contract and schedule has what to do."""
    contracts_file = tmp_path / "contracts.csv"
    contracts_file.write_text(f"{HEAD}aetna,90853,HQ,,,,,85.50,\n", encoding="utf-8")
    words = ["price", "--payer", "aetna", "--code", "90853", "--date", "2026-08-03"]
    given = ["--contracts", str(contracts_file), "--modifier", "hq"]
    assert main([*words, *given]) == ExitCode.CLEAN
    out = capsys.readouterr().out
    assert "$85.50 allowed" in out
    assert "contracts.csv:2" in out
    assert main(words) != ExitCode.CLEAN
    assert "State your contract with the payer: --contracts FILE." in capsys.readouterr().out
