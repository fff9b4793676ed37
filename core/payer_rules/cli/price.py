"""``payer-rules price``: the amount that a payer should allow for a service."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import attrs
from cyclopts import Parameter, validators

from payer_rules.cli.destinations import report_destinations, write_text
from payer_rules.cli.exit_codes import ExitCode, exit_code
from payer_rules.cli.option_problems import date_of, require_known, unknown_code
from payer_rules.cli.options import ALL_PLUGINS, Plugins, Reports, print_problems
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.text.escaping import join_lines

if TYPE_CHECKING:
    from payer_rules.claims import ServiceLine
    from payer_rules.money import Contracts, FeeSchedule
    from payer_rules.registry import Registry
    from payer_rules.reports.priced_service import PricedService

#: The NPI of a provider of whom only the license is known.
_ANYBODY: Final = "1234567893"
#: The payer of whose amounts a contract may pay a percentage.
_MEDICARE: Final = "medicare"


@attrs.frozen(kw_only=True)
class PriceOptions:
    """The options that describe the service, the place and the patient's deductible."""

    code: Annotated[str, Parameter(help="Procedure code, such as 90853.")]
    payer: Annotated[str, Parameter(help="Payer, such as medicare.")] = "medicare"
    day: Annotated[
        date | None,
        Parameter(
            name="--date",
            show_default=False,
            converter=date_of,
            help="Date of service, YYYY-MM-DD (default: today).",
        ),
    ] = None
    zip_code: Annotated[
        str | None,
        Parameter(name="--zip", show_default=False, help="ZIP code of the place, such as 60601."),
    ] = None
    locality: Annotated[
        str | None,
        Parameter(
            show_default=False,
            help="Contractor and locality instead of a ZIP code, such as 06102-16.",
        ),
    ] = None
    place: Annotated[
        str | None, Parameter(show_default=False, help="Place of service, such as 11.")
    ] = None
    license: Annotated[
        str | None,
        Parameter(
            show_default=False, help="License of the clinician, such as lcsw or psychologist."
        ),
    ] = None
    modifiers: Annotated[
        tuple[str, ...],
        Parameter(name="--modifier", negative="", show_default=False, help="Modifier. Repeatable."),
    ] = ()
    contracts: Annotated[
        tuple[Path, ...],
        Parameter(
            name="--contracts",
            negative="",
            show_default=False,
            help="CSV file with the rates of your contracts. Repeatable. A payer with a rate is "
            "priced by it, others by their fee schedule.",
        ),
    ] = ()
    units: Annotated[
        int, Parameter(validator=validators.Number(gte=1), help="Units of the service.")
    ] = 1
    charge: Annotated[
        str | None, Parameter(show_default=False, help="Your charge for all units, in dollars.")
    ] = None
    participates: Annotated[
        bool | None,
        Parameter(
            negative="--not-participating",
            show_default=False,
            help="Whether the provider takes part in the program (default: it is presumed to).",
        ),
    ] = None
    deductible_left: Annotated[
        str | None,
        Parameter(
            show_default=False,
            help="What the patient still owes of the year's deductible, in dollars (default: 0).",
        ),
    ] = None


PricedOptions: TypeAlias = Annotated[PriceOptions, Parameter(name="*")]


def price(
    *,
    service: PricedOptions,
    report: Reports = (),
    selection: Plugins = ALL_PLUGINS,
) -> ExitCode:
    """Compute what a payer should allow for a service, with each value and its source.

    The amount is for a line that is paid: whether it is paid, check answers. What is not stated is
    presumed, and the answer lists it.
    """
    from payer_rules.money import UnknownAmount, read_contracts
    from payer_rules.registry import load
    from payer_rules.reports.data import text_of
    from payer_rules.reports.priced_service import lines_of_price, price_data

    reports = report_destinations(report, *selection.profiles, *service.contracts)
    line, deductible = _line(service), _dollars("--deductible-left", service.deductible_left)
    registry = load(profiles=selection.profiles, without=selection.without)
    require_known("--payer", [service.payer], registry.payers, registry.problems)
    contracts, problems = read_contracts(service.contracts, registry.payers)
    priced = _priced(registry, contracts, line, service, deductible or Decimal(0))
    write_text(reports, text=join_lines(lines_of_price(priced)), json=text_of(price_data(priced)))
    return exit_code(
        problems=print_problems([*registry.problems, *problems]),
        open_=isinstance(priced.amount, UnknownAmount),
    )


def _line(service: PriceOptions) -> ServiceLine:
    """Return the service as a claim line; raises `InputError` with all values that do not fit."""
    from payer_rules.claims import Provider, ServiceLine, is_code
    from payer_rules.vocabularies import PLACES_OF_SERVICE, PROFESSIONS
    from payer_rules.vocabularies.formats import MODIFIER

    problems = [] if is_code(service.code) else [unknown_code("--code", service.code)]
    if service.zip_code is not None and service.locality is not None:
        message = f"--zip {service.zip_code} and --locality {service.locality} are both stated"
        problems.append(Problem("payer-rules price", message, "State one.", ErrorCode.OPTION_VALUE))
    words: dict[str, str | None] = {}
    for option, text, vocabulary in (
        ("--license", service.license, PROFESSIONS),
        ("--place", service.place, PLACES_OF_SERVICE),
    ):
        words[option] = vocabulary.canonical(text) if text is not None else None
        if text is not None and words[option] is None:
            message = f"{text!r} is not {vocabulary.name}"
            remedy = vocabulary.advice(text)
            problems.append(Problem(option, message, remedy, ErrorCode.OPTION_VALUE))
    for text in service.modifiers:
        if MODIFIER.canonical(text) is None:
            message, remedy = f"{text!r} is not a modifier", "Write two digits or letters."
            problems.append(Problem("--modifier", message, remedy, ErrorCode.OPTION_VALUE))
    if problems:
        raise InputError(problems)
    license_ = words["--license"]
    return ServiceLine(
        code=service.code,
        date_from=service.day or date.today(),
        place_of_service=words["--place"],
        units=Decimal(service.units),
        modifiers=tuple(map(str.upper, service.modifiers)),
        charge=_dollars("--charge", service.charge),
        rendering_provider=Provider(npi=_ANYBODY, profession=license_) if license_ else None,
    )


def _dollars(option: str, text: str | None) -> Decimal | None:
    """Return the amount of the option; raises `InputError` for a text that is none."""
    from payer_rules.money.cents import written_dollars

    if text is None:
        return None
    amount = written_dollars(text)
    if amount is None:
        message, remedy = f"{text!r} is not an amount", "Write dollars and cents, such as 150.00."
        raise InputError([Problem(option, message, remedy, ErrorCode.OPTION_VALUE)])
    return amount


def _priced(
    registry: Registry,
    contracts: Contracts,
    line: ServiceLine,
    service: PriceOptions,
    deductible: Decimal,
) -> PricedService:
    """Return the amount by the contract with the payer, or else by its fee schedule."""
    from payer_rules.money import ExpectedAmount, UnknownAmount, payment_of, price_line
    from payer_rules.reports.priced_service import PricedService

    def by_schedule(
        name: str, schedule: FeeSchedule | None, line: ServiceLine
    ) -> ExpectedAmount | UnknownAmount:
        if schedule is None:
            return UnknownAmount(
                reason=f"No fee schedule of {name} was read.",
                remedy="State your contract with the payer: --contracts FILE.",
            )
        return price_line(
            schedule,
            line,
            locality=service.locality,
            zip_code=service.zip_code,
            participates=service.participates,
        )

    payer = service.payer
    if contracts.has(payer):
        medicare = partial(by_schedule, _MEDICARE, registry.fee_schedule(_MEDICARE))
        amount = contracts.price(payer, line, medicare)
        return PricedService(payer=payer, line=line, amount=amount)
    schedule = registry.fee_schedule(payer)
    amount = by_schedule(payer, schedule, line)
    payment = (
        payment_of(amount.amount, schedule, line.date_from, deductible_left=deductible)
        if isinstance(amount, ExpectedAmount) and schedule is not None
        else None
    )
    return PricedService(payer=payer, line=line, amount=amount, payment=payment)
