"""The amounts of a practice's contracts with payers, from its own files.

A file is CSV with a row for each rate. Its columns may be in any order, and those without values
may be left out: ``payer``, ``code``, ``from``, ``to``, ``amount``, ``percent``, ``modifier``,
``license`` and ``place``. ``amount`` is in dollars for one unit, ``percent`` a share of what
Medicare allows; ``from`` and ``to`` are dates of service, both included. An empty cell of
``modifier``, ``license`` or ``place`` fits every line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import combinations
from pathlib import Path
from typing import Final

import attrs

from payer_rules.claims import ServiceLine, is_code
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import Problem, nearest
from payer_rules.money.cents import CENT, in_cents, written_dollars
from payer_rules.money.expected_amounts import AmountInput, ExpectedAmount, UnknownAmount
from payer_rules.rules import DateRange
from payer_rules.text.dashed_dates import dashed_date
from payer_rules.text.lists import listed
from payer_rules.vocabularies import PLACES_OF_SERVICE, PROFESSIONS
from payer_rules.vocabularies.formats import MODIFIER
from payer_rules.vocabularies.vocabulary import Vocabulary

_COLUMNS: Final = (
    "payer",
    "code",
    "modifier",
    "license",
    "place",
    "from",
    "to",
    "amount",
    "percent",
)
_REQUIRED: Final = ("payer", "code")
#: What a person calls the facts that a line may leave open.
_FACTS: Final = {"license": "the license", "place": "the place of service"}
_HUNDRED: Final = Decimal(100)
_MOST: Final = 1_000_000
#: Returns what Medicare allows for a line.
MedicareAmount = Callable[[ServiceLine], ExpectedAmount | UnknownAmount]


@attrs.frozen(kw_only=True)
class ContractRate:
    """The rate of a payer's contract for one unit of a code, on the days of service in ``dates``.

    Either ``amount``, in dollars, or ``percent`` of what Medicare allows. ``modifier``, ``license``
    and ``place`` are conditions; ``None`` fits every line. ``row`` is the place in the file.
    """

    payer: str
    code: str
    dates: DateRange
    amount: Decimal | None = None
    percent: Decimal | None = None
    modifier: str | None = None
    license: str | None = None
    place: str | None = None
    row: str

    @property
    def conditions(self) -> tuple[str | None, ...]:
        """The values of the conditions, the strongest first."""
        return self.modifier, self.license, self.place

    @property
    def strength(self) -> tuple[bool, ...]:
        """The order of rates that fit a line: the greatest applies."""
        return tuple(value is not None for value in self.conditions)


@attrs.frozen
class Contracts:
    """The rates of a practice's contracts, by payer and code."""

    rates: Mapping[tuple[str, str], Sequence[ContractRate]]

    def has(self, payer: str) -> bool:
        """Return True if a rate of the payer is known."""
        return any(name == payer for name, _ in self.rates)

    def price(
        self, payer: str, line: ServiceLine, medicare: MedicareAmount
    ) -> ExpectedAmount | UnknownAmount:
        """Return the amount that the payer's contract allows for the line.

        Rules decide whether the line is paid. ``medicare`` is asked for a rate in percent.
        """
        rates = [
            rate for rate in self.rates.get((payer, line.code), ()) if line.date_from in rate.dates
        ]
        if not rates:
            return UnknownAmount(
                reason=f"No contract has a rate of {payer} for {line.code} on {line.date_from}.",
                remedy="Add a row for it to the file of contracts.",
            )
        fitting = [rate for rate in rates if not any(_unmet(rate, line))]
        best = max(fitting, key=lambda rate: rate.strength, default=None)
        open_ = _facts_asked(rates, line, best)
        if best is None:
            return UnknownAmount(
                reason=f"No rate of {payer} for {line.code} fits the line.",
                remedy=f"State {' and '.join(open_)}." if open_ else None,
            )
        equal = [rate for rate in fitting if rate.strength == best.strength]
        if len({(rate.amount, rate.percent) for rate in equal}) > 1:
            rows = listed([rate.row for rate in equal], "and")
            return UnknownAmount(
                reason=f"Several rates fit the line, and none more than the others: {rows}.",
                remedy="Add a row for their conditions together, or take one out.",
            )
        presumed = [
            f"Rates that depend on {fact} do not apply: it is not stated." for fact in open_
        ]
        return _amount(best, line, medicare, presumed)


def read_contracts(
    paths: Iterable[Path], payers: Iterable[str]
) -> tuple[Contracts, tuple[Problem, ...]]:
    """Return the rates of the files, and the problems of the rows that are left out.

    ``payers`` are the ids of the payers that are installed. Two rates that fit the same lines on
    the same day and differ are both left out.
    """
    known, problems, rates = frozenset(payers), list[Problem](), list[ContractRate]()
    for path in paths:
        for item in _read(path, known):
            if isinstance(item, Problem):
                problems.append(item)
            else:
                rates.append(item)
    doubtful = set[str]()
    for problem, rows in _conflicts(rates):
        problems.append(problem)
        doubtful |= rows
    found: dict[tuple[str, str], list[ContractRate]] = {}
    for rate in rates:
        if rate.row not in doubtful:
            found.setdefault((rate.payer, rate.code), []).append(rate)
    return Contracts(found), tuple(problems)


def _unmet(rate: ContractRate, line: ServiceLine) -> Iterator[str]:
    """Yield the conditions of the rate that the line, as far as it is stated, does not have."""
    if rate.modifier is not None and rate.modifier not in line.modifiers:
        yield "modifier"
    if rate.license is not None and rate.license != _license(line):
        yield "license"
    if rate.place is not None and rate.place != line.place_of_service:
        yield "place"


def _facts_asked(
    rates: Iterable[ContractRate], line: ServiceLine, best: ContractRate | None
) -> list[str]:
    """Return the facts that the line does not state and by which another rate could apply."""
    missing = {"license": _license(line) is None, "place": line.place_of_service is None}
    asked: dict[str, None] = {}
    for rate in rates:
        unmet = [*_unmet(rate, line)]
        if all(missing.get(name, False) for name in unmet) and (
            best is None or rate.strength > best.strength
        ):
            asked.update(dict.fromkeys(_FACTS[name] for name in unmet))
    return list(asked)


def _license(line: ServiceLine) -> str | None:
    return line.rendering_provider.profession if line.rendering_provider else None


def _amount(
    rate: ContractRate, line: ServiceLine, medicare: MedicareAmount, presumed: Iterable[str]
) -> ExpectedAmount | UnknownAmount:
    """Return the amount of the line by the rate."""
    if rate.amount is not None:
        stated = AmountInput(name="contract", value=f"${rate.amount} a unit", source=rate.row)
        return ExpectedAmount(
            amount=in_cents(rate.amount * line.units),
            of_unit=rate.amount,
            tolerance=Decimal(0),
            inputs=(stated,),
            presumed=tuple(presumed),
        )
    assert rate.percent is not None
    base = medicare(attrs.evolve(line, charge=None))
    if isinstance(base, UnknownAmount):
        reason = f"The contract pays {rate.percent} % of what Medicare allows. {base.reason}"
        return attrs.evolve(base, reason=reason)
    of_unit = in_cents(base.of_unit * rate.percent / _HUNDRED)
    stated = AmountInput(name="contract", value=f"{rate.percent} % of Medicare", source=rate.row)
    return attrs.evolve(
        base,
        amount=in_cents(of_unit * line.units),
        of_unit=of_unit,
        tolerance=in_cents(base.tolerance * rate.percent / _HUNDRED) + CENT * line.units,
        inputs=(stated, *base.inputs),
        presumed=(*presumed, *base.presumed),
    )


def _conflicts(rates: Iterable[ContractRate]) -> Iterator[tuple[Problem, set[str]]]:
    """Yield a problem for each two rates that fit the same lines of a day and differ."""
    groups: dict[tuple[object, ...], list[ContractRate]] = {}
    for rate in rates:
        groups.setdefault((rate.payer, rate.code, *rate.conditions), []).append(rate)
    for group in groups.values():
        for one, other in combinations(group, 2):
            is_alike = (one.amount, one.percent) == (other.amount, other.percent)
            if not is_alike and one.dates.overlaps(other.dates):
                message = f"this rate and that of {one.row} are for the same services and days"
                remedy = "Let one end before the other begins; neither is used."
                problem = Problem(other.row, message, remedy, ErrorCode.TABLE_ROW)
                yield problem, {one.row, other.row}


def _read(path: Path, payers: frozenset[str]) -> Iterator[ContractRate | Problem]:
    """Yield the rates of a file, and the problems of rows that have none."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        remedy = "Name a CSV file with your contracts."
        yield Problem(
            path.name, f"the file cannot be read: {reason}", remedy, ErrorCode.UNREADABLE_FILE
        )
        return
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="")
    columns = [(name or "").strip().lower() for name in reader.fieldnames or ()]
    if problems := [*_wrong_columns(path.name, columns)]:
        yield from problems
        return
    reader.fieldnames = columns
    for row in reader:
        cells = {name: (text or "").strip() for name, text in row.items() if name}
        if any(cells.values()):
            yield from _rate(f"{path.name}:{reader.line_num}", cells, payers)


def _wrong_columns(file: str, columns: list[str]) -> Iterator[Problem]:
    for name in _REQUIRED:
        if name not in columns:
            message = f"there is no column {name!r}"
            remedy = f"The columns are {', '.join(_COLUMNS)}."
            yield Problem(file, message, remedy, ErrorCode.TABLE_COLUMN)
    for name in columns:
        if name not in _COLUMNS:
            message = f"{name!r} is no column of a contract"
            yield Problem(file, message, nearest(name, _COLUMNS), ErrorCode.TABLE_COLUMN)


def _rate(
    place: str, cells: Mapping[str, str], payers: frozenset[str]
) -> Iterator[ContractRate | Problem]:
    """Yield the rate of a row, or a problem for each cell that is wrong."""
    wrong: list[tuple[str, str]] = []
    payer, code = cells["payer"], cells["code"].upper()
    if payer not in payers:
        wrong.append((f"there is no payer {payer!r}", nearest(payer, payers)))
    if not is_code(code):
        wrong.append((f"{code!r} is not a procedure code", "Write five digits, such as 90853."))
    text = cells.get("modifier", "")
    modifier = MODIFIER.canonical(text) if text else None
    if text and modifier is None:
        wrong.append((f"{text!r} is not a modifier", "Write two digits or letters."))
    license_ = _word(cells.get("license", ""), PROFESSIONS, wrong)
    place_of_service = _word(cells.get("place", ""), PLACES_OF_SERVICE, wrong)
    first, last = _day(cells.get("from", ""), wrong), _day(cells.get("to", ""), wrong)
    if first and last and first > last:
        wrong.append((f"the rate ends on {last}, before {first}", "Write the earlier day in from."))
    amount = _dollars(cells.get("amount", ""), wrong)
    percent = _percent(cells.get("percent", ""), wrong)
    if not wrong and (amount is None) == (percent is None):
        both = "an amount and a percent" if amount is not None else "no amount and no percent"
        wrong.append((f"the row has {both}", "Write one of them."))
    if wrong:
        for message, remedy in wrong:
            yield Problem(place, message, remedy, ErrorCode.TABLE_CELL)
        return
    yield ContractRate(
        payer=payer,
        code=code,
        dates=DateRange(first, last),
        amount=amount,
        percent=percent,
        modifier=modifier,
        license=license_,
        place=place_of_service,
        row=place,
    )


def _word(text: str, vocabulary: Vocabulary, wrong: list[tuple[str, str]]) -> str | None:
    found = vocabulary.canonical(text) if text else None
    if text and found is None:
        wrong.append((f"{text!r} is not {vocabulary.name}", vocabulary.advice(text)))
    return found


def _day(text: str, wrong: list[tuple[str, str]]) -> date | None:
    if not text:
        return None
    found = dashed_date(text)
    if found is None:
        wrong.append((f"{text!r} is not a date", "Write it as 2026-01-31."))
    return found


def _dollars(text: str, wrong: list[tuple[str, str]]) -> Decimal | None:
    """Return the dollars of a cell, more than 0 and less than a million."""
    amount = written_dollars(text)
    if text and (amount is None or not 0 < amount < _MOST):
        wrong.append((f"{text!r} is not 'amount'", "Write dollars and cents, such as 85.50."))
        return None
    return amount


def _percent(text: str, wrong: list[tuple[str, str]]) -> Decimal | None:
    """Return the percentage of a cell, more than 0 and less than a million."""
    if not text:
        return None
    try:
        percent = Decimal(text.removesuffix("%").rstrip())
    except InvalidOperation:
        percent = Decimal("NaN")
    if not (percent.is_finite() and 0 < percent < _MOST):
        wrong.append((f"{text!r} is not 'percent'", "Write percent, such as 110."))
        return None
    return percent
