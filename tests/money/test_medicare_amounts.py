"""Medicare's amounts: as printed, and as computed apart from CMS's own files."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payer_rules import load
from payer_rules.claims import Provider, ServiceLine
from payer_rules.money import (
    ExpectedAmount,
    FeeSchedule,
    UnknownAmount,
    locality_of,
    payment_of,
    price_line,
)

CHECKOUT: Final = Path(__file__).parents[2]
CMS: Final = Path(os.environ.get("PAYER_RULES_CMS", CHECKOUT.parent / "shared" / "cms"))
SUMMER: Final = date(2026, 8, 3)
CHICAGO, MANHATTAN, TEXAS, LOS_ANGELES = "06102-16", "13202-01", "04412-99", "01182-18"


@pytest.fixture(scope="module")
def schedule() -> FeeSchedule:
    """Medicare's fee schedule, as the registry gives it."""
    found = load().fee_schedule("medicare")
    assert found is not None
    return found


def service(
    code: str = "90853",
    *,
    day: date = SUMMER,
    place: str | None = "11",
    profession: str | None = "psychologist",
    modifiers: tuple[str, ...] = (),
    units: int = 1,
    charge: Decimal | None = None,
) -> ServiceLine:
    """Return a line with these facts."""
    provider = Provider(npi="1234567893", profession=profession) if profession else None
    return ServiceLine(
        code=code,
        date_from=day,
        place_of_service=place,
        modifiers=modifiers,
        units=Decimal(units),
        charge=charge,
        rendering_provider=provider,
    )


def priced(schedule: FeeSchedule, line: ServiceLine, locality: str | None = None) -> ExpectedAmount:
    """Return the amount of a line that has one."""
    found = price_line(schedule, line, locality=locality)
    assert isinstance(found, ExpectedAmount), found
    return found


@pytest.mark.parametrize(
    ("code", "locality", "office", "facility", "of_social_worker"),
    [
        ("90853", CHICAGO, "31.02", "24.98", "23.27"),
        ("90853", MANHATTAN, "33.27", "26.28", "24.95"),
        ("90853", TEXAS, "29.97", "24.27", "22.48"),
        ("90837", MANHATTAN, "181.97", "145.10", "136.48"),
        ("90837", LOS_ANGELES, "179.29", "141.75", "134.47"),
    ],
)
def test_the_worked_amounts_of_2026(
    schedule: FeeSchedule,
    code: str,
    locality: str,
    office: str,
    facility: str,
    of_social_worker: str,
) -> None:
    """Amounts that were worked out by hand are met to the cent, with the share within its cent."""
    assert priced(schedule, service(code), locality).amount == Decimal(office)
    assert priced(schedule, service(code, place="02"), locality).amount == Decimal(facility)
    shared = priced(schedule, service(code, profession="lcsw"), locality)
    assert abs(shared.amount - Decimal(of_social_worker)) <= shared.tolerance == Decimal("0.01")


@pytest.mark.parametrize(
    ("code", "amount"), [("90853", "30.39"), ("90791", "173.35"), ("90837", "167.00")]
)
def test_national_amounts_of_2026_are_those_that_others_print(
    schedule: FeeSchedule, code: str, amount: str
) -> None:
    """Without a place the amount is the printed national one, and says that it is presumed."""
    found = priced(schedule, service(code))
    assert found.amount == Decimal(amount)
    assert found.presumed == ("The amount is the national one: no ZIP code or locality is stated.",)


def _localities() -> Iterator[dict[str, str]]:
    with (CMS / "gpci_2026.csv").open(encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


@pytest.mark.skipif(not CMS.is_dir(), reason="CMS's files are not here (PAYER_RULES_CMS)")
@pytest.mark.parametrize("code", ["90853", "90837"])
@pytest.mark.parametrize("place", ["11", "22"])
def test_every_locality_of_2026_by_fractions_of_the_files(
    schedule: FeeSchedule, code: str, place: str
) -> None:
    """Exact fractions, straight from CMS's columns, give the amount of each of 109 localities."""
    with (CMS / "pfs_rvu_2026_july_bh.csv").open(encoding="utf-8", newline="") as text:
        (row,) = (row for row in csv.DictReader(text) if row["code"] == code)
    column = "pe_fac" if place == "22" else "pe_nonfac"
    localities = list(_localities())
    assert len(localities) == 109
    for each in localities:
        cents = (
            Fraction("33.4009")
            * 100
            * (
                Fraction(row["work"]) * Fraction(each["pw_gpci_with_floor"])
                + Fraction(row[column]) * Fraction(each["pe_gpci"])
                + Fraction(row["mp"]) * Fraction(each["mp_gpci"])
            )
        )
        key = f"{each['mac']}-{each['locality']}"
        amount = priced(schedule, service(code, place=place), key).amount
        assert amount * 100 == floor(cents + Fraction(1, 2)), key


@pytest.mark.parametrize(
    ("day", "edition", "is_presumed"),
    [
        (date(2024, 1, 1), "RVU24A", False),
        (date(2024, 3, 8), "RVU24A", False),
        (date(2024, 3, 9), "RVU24AR", False),
        (date(2024, 9, 30), "RVU24C", False),
        (date(2024, 10, 1), "RVU24C", True),
        (date(2025, 1, 1), "RVU25D", True),
        (date(2025, 9, 30), "RVU25D", True),
        (date(2025, 10, 1), "RVU25D", False),
        (date(2025, 12, 31), "RVU25D", False),
        (date(2026, 1, 1), "RVU26C", True),
        (date(2026, 7, 1), "RVU26C", False),
        (date(2026, 10, 1), "RVU26C", True),
    ],
)
def test_the_edition_of_a_day(
    schedule: FeeSchedule, day: date, edition: str, is_presumed: bool
) -> None:
    """A day has its own edition, or the nearest later one of the year, which is presumed."""
    found = priced(schedule, service(day=day), None if day.year == 2024 else CHICAGO)
    assert edition in {
        each.citation.title.rpartition(" ")[2] for each in found.inputs if each.citation
    }
    assert any("were not read" in each and edition in each for each in found.presumed) == (
        is_presumed
    )


@pytest.mark.parametrize("day", [date(2023, 12, 31), date(2027, 1, 1)])
def test_a_year_without_an_edition_has_no_amount(schedule: FeeSchedule, day: date) -> None:
    """No amount is carried from one year to another."""
    found = price_line(schedule, service(day=day))
    assert found == UnknownAmount(reason=f"No fee schedule of {day.year} was read.")


def test_amounts_of_2024_are_national_and_say_so(schedule: FeeSchedule) -> None:
    """Localities of 2024 were not read, so a ZIP code changes nothing, and the amount says so."""
    line = service(day=date(2024, 8, 15))
    found = price_line(schedule, line, zip_code="10001")
    assert isinstance(found, ExpectedAmount)
    assert found.amount == priced(schedule, line).amount
    assert found.presumed == (
        "The amount is the national one: localities of these days were not read.",
    )


@pytest.mark.parametrize(
    ("profession", "share"),
    [
        ("physician", "1"),
        ("psychologist", "1"),
        ("lcsw", "0.75"),
        ("lmft", "0.75"),
        ("mental-health-counselor", "0.75"),
        ("nurse-practitioner", "0.85"),
        ("clinical-nurse-specialist", "0.85"),
    ],
)
def test_the_share_of_a_license(schedule: FeeSchedule, profession: str, share: str) -> None:
    """A license is paid its share of the rounded amount, and the share is an input of the amount."""
    full = priced(schedule, service("90837"), TEXAS).amount
    found = priced(schedule, service("90837", profession=profession), TEXAS)
    assert found.amount == (full * Decimal(share)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert f"{Decimal(share):.0%}" in {each.value for each in found.inputs}


@pytest.mark.parametrize(
    ("modifiers", "named"),
    [((), ""), (("95",), ""), (("93", "52"), "(52)"), (("80", "26"), "(26, 80)")],
)
def test_a_modifier_whose_effect_was_not_read_is_named(
    schedule: FeeSchedule, modifiers: tuple[str, ...], named: str
) -> None:
    """Telehealth modifiers change nothing; of others the amount says that this is presumed."""
    found = priced(schedule, service(modifiers=modifiers), CHICAGO)
    assert found.amount == Decimal("31.02")
    sentences = [each for each in found.presumed if "Modifiers" in each]
    assert len(sentences) == bool(named)
    assert all(named in each for each in sentences)


@pytest.mark.parametrize(("profession", "is_presumed"), [("psychologist", False), ("lcsw", True)])
def test_a_license_outside_the_program_is_presumed(
    schedule: FeeSchedule, profession: str, is_presumed: bool
) -> None:
    """Whether each license may stay outside the program was not read, and the amount says so."""
    line = service(profession=profession)
    found = price_line(schedule, line, locality=CHICAGO, participates=False)
    assert isinstance(found, ExpectedAmount)
    assert any("outside the program" in each for each in found.presumed) == is_presumed


def test_a_license_whose_share_was_not_read_has_no_amount(schedule: FeeSchedule) -> None:
    """A profession that no read section names is not given somebody else's share."""
    found = price_line(schedule, service(profession="physician-assistant"), locality=CHICAGO)
    assert isinstance(found, UnknownAmount)
    assert "physician-assistant" in found.reason


@pytest.mark.parametrize(("code", "word"), [("90863", "status"), ("G0017", "not read")])
def test_a_code_without_payment_differs_from_one_that_was_not_read(
    schedule: FeeSchedule, code: str, word: str
) -> None:
    """A status that Medicare does not pay is named; a code that is absent may be payable."""
    found = price_line(schedule, service(code), locality=CHICAGO)
    assert isinstance(found, UnknownAmount)
    assert word in found.reason


def test_a_code_whose_values_do_not_fit_the_page_is_for_review(schedule: FeeSchedule) -> None:
    """The amount of G0017 is by the file, and says that the 150 % of CMS's page was not resolved."""
    found = priced(schedule, service("G0017", day=date(2025, 11, 3)), CHICAGO)
    assert any(each.startswith("Review:") for each in found.presumed)


@given(units=st.integers(1, 40), more=st.integers(1, 40))
def test_the_amount_is_that_of_a_unit_times_the_units(
    schedule: FeeSchedule, units: int, more: int
) -> None:
    """Units are paid alike: amounts of two lines add up to the amount of one with all units."""
    one, other, both = (
        priced(schedule, service(units=each), CHICAGO).amount
        for each in (units, more, units + more)
    )
    assert one + other == both


@given(cents=st.integers(0, 10_000))
def test_a_charge_below_the_schedule_is_the_amount(schedule: FeeSchedule, cents: int) -> None:
    """The lesser of charge and schedule is allowed, and the charge is then an input."""
    charge = Decimal(cents) / 100
    found = priced(schedule, service(charge=charge), CHICAGO)
    assert found.amount == min(charge, found.of_unit)
    assert ("charge" in {each.name for each in found.inputs}) == (charge < found.of_unit)


def test_a_provider_outside_the_program_has_95_percent(schedule: FeeSchedule) -> None:
    """The schedule of a provider who does not participate is 95 % of the other."""
    found = price_line(schedule, service("90837"), locality=MANHATTAN, participates=False)
    assert isinstance(found, ExpectedAmount)
    assert found.amount == Decimal("172.87")


@pytest.mark.parametrize(
    ("zip_code", "locality"),
    [("60601", CHICAGO), ("10001", MANHATTAN), ("90001", LOS_ANGELES), ("79901", TEXAS)],
)
def test_the_locality_of_a_zip_code(schedule: FeeSchedule, zip_code: str, locality: str) -> None:
    """A ZIP code, with its last four digits or without, has the amount of its locality."""
    for text in (zip_code, f"{zip_code}-1234", f"{zip_code}1234"):
        found = price_line(schedule, service(), zip_code=text)
        assert isinstance(found, ExpectedAmount)
        assert found.amount == priced(schedule, service(), locality).amount


@pytest.mark.parametrize("zip_code", ["00000", "99999"])
def test_a_zip_code_of_no_locality_has_no_amount(schedule: FeeSchedule, zip_code: str) -> None:
    """A text that is no listed ZIP code is quoted, and nothing is presumed for it."""
    found = price_line(schedule, service(), zip_code=zip_code)
    assert isinstance(found, UnknownAmount)
    assert zip_code in found.reason


@pytest.mark.parametrize("day", [date(2024, 8, 5), date(2026, 8, 3)])
@pytest.mark.parametrize(
    "zip_code",
    ["", "9", "ABCDE", "6060x", "6060100", "60601-12", "60601abcd", "606011234567", "60601\n"],
)
def test_a_text_of_another_form_than_a_zip_code_has_no_amount(
    schedule: FeeSchedule, zip_code: str, day: date
) -> None:
    """A text whose first characters are those of a ZIP code is quoted, and has no amount."""
    found = price_line(schedule, service(day=day), zip_code=zip_code)
    assert isinstance(found, UnknownAmount)
    assert found.reason == f"{zip_code!r} is not a ZIP code."
    assert locality_of(zip_code, schedule.postal) is None


def test_a_zip_code_without_its_leading_zero_has_no_amount(schedule: FeeSchedule) -> None:
    """Four digits, as spreadsheets leave them of Boston's 02108, are not given another place."""
    for number in range(10_000):
        found = price_line(schedule, service(), zip_code=f"{number:04d}")
        assert isinstance(found, UnknownAmount)
        assert found.remedy is not None
        assert f"0{number:04d}" in found.remedy


def test_a_zip_code_of_two_localities_asks_for_the_locality(schedule: FeeSchedule) -> None:
    """Where the last four digits decide, which were not read, there is no amount."""
    split = next(each for each in schedule.postal if each.needs_plus_four)
    found = price_line(schedule, service(), zip_code=split.first)
    assert isinstance(found, UnknownAmount)
    assert found.remedy == "State the locality, such as 06102-16."


@pytest.mark.skipif(not CMS.is_dir(), reason="CMS's files are not here (PAYER_RULES_CMS)")
def test_each_zip_code_has_the_locality_of_the_file(schedule: FeeSchedule) -> None:
    """Ranges answer as the file does for each of 100,000 numbers, those that are not ZIP codes, too."""
    import gzip

    with gzip.open(CMS / "zip5_locality_2025-10.txt.gz", "rt", encoding="utf-8") as text:
        listed = {line[2:7]: f"{line[7:12]}-{line[12:14]}" for line in text if line.strip()}
    for number in range(100_000):
        found = locality_of(f"{number:05d}", schedule.postal)
        assert (found.locality if found else None) == listed.get(f"{number:05d}")


def test_deductible_coinsurance_and_sequestration_in_their_order(schedule: FeeSchedule) -> None:
    """The contractor's example: 100 allowed, 50 of deductible, 40 payable, 39.20 paid."""
    found = payment_of(Decimal(100), schedule, SUMMER, deductible_left=Decimal(50))
    assert (found.deductible, found.coinsurance) == (Decimal(50), Decimal(10))
    assert (found.sequestration, found.payer) == (Decimal("0.80"), Decimal("39.20"))


@given(
    allowed=st.decimals(0, 2000, places=2),
    left=st.decimals(0, 3000, places=2),
    day=st.dates(date(2018, 1, 1), date(2026, 12, 31)),
)
def test_the_parts_of_a_payment_add_up(
    schedule: FeeSchedule, allowed: Decimal, left: Decimal, day: date
) -> None:
    """Deductible, coinsurance, sequestration and payment are the amount, and none is negative."""
    parts = payment_of(allowed, schedule, day, deductible_left=left)
    amounts = [part for part in attrs.astuple(parts) if part is not None]
    assert sum(amounts) == allowed
    assert min(amounts) >= 0
    assert (parts.sequestration is None) == (day < date(2020, 5, 1))


@pytest.mark.parametrize(
    ("place", "is_facility"), [("02", True), ("10", False), ("11", False), ("22", True)]
)
def test_the_place_decides_between_facility_and_office(
    schedule: FeeSchedule, place: str, is_facility: bool
) -> None:
    """Telehealth at home is paid as in an office, telehealth elsewhere as in a facility."""
    expected = "24.98" if is_facility else "31.02"
    assert priced(schedule, service(place=place), CHICAGO).amount == Decimal(expected)
