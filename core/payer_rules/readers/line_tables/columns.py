"""The columns of a table of service lines: their names, and the fact that each holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, TypeAlias, get_args

import attrs

from payer_rules.claims import DrugUnit
from payer_rules.history import Status
from payer_rules.readers.line_tables import cell_readers
from payer_rules.vocabularies import (
    CLAIM_FREQUENCIES,
    CONTRACTORS,
    LINES_OF_BUSINESS,
    MODALITIES,
    NETWORKS,
    PLACES_OF_SERVICE,
    PROFESSIONS,
    QUADRANTS,
    SETTINGS,
    SEXES,
    SIDES,
    STATES,
    SURFACES,
)
from payer_rules.vocabularies.formats import (
    BILL_TYPE,
    CONDITION_CODE,
    DIAGNOSIS,
    MODIFIER,
    MONTH_DAY,
    NDC,
    NPI,
    OCCURRENCE_CODE,
    PLAN,
    PROGRAM,
    REVENUE_CODE,
    TOOTH,
)

#: The part of the claim that a column belongs to.
Part: TypeAlias = Literal[
    "claim", "member", "billing", "line", "rendering", "session", "dates", "body_site", "drug"
]


@attrs.frozen(eq=False)
class Column:
    """A column: its name, the part of the claim and the field that it fills, and its reader."""

    name: str
    part: Part
    field: str
    read: Callable[[object], object]

    @property
    def is_private(self) -> bool:
        """Whether a cell identifies the member, so that no message may quote it."""
        return self.part == "member"


def _of(part: Part, read: Callable[[object], object], **fields: str) -> list[Column]:
    return [Column(name, part, field, read) for name, field in fields.items()]


def _named(part: Part, read: Callable[[object], object], *names: str) -> list[Column]:
    return [Column(name, part, name, read) for name in names]


def _by_name(*columns: list[Column]) -> dict[str, Column]:
    return {column.name: column for each in columns for column in each}


_SHARED: Final = (
    _of("claim", cell_readers.text, claim="id"),
    _of("member", cell_readers.text, member="id"),
    _of("line", cell_readers.whole, line="number"),
    _named("line", cell_readers.code, "code"),
    _named("line", cell_readers.codes_of_form(MODIFIER), "modifiers"),
    _named("line", cell_readers.amount, "units", "charge", "allowed", "miles"),
    _of("line", cell_readers.day, date="date_from", date_from="date_from", date_to="date_to"),
    _named("line", cell_readers.of_form(PLACES_OF_SERVICE, cell_readers.code), "place_of_service"),
    _named("line", cell_readers.of_form(MODALITIES), "modality"),
    _named("line", cell_readers.whole, "minutes"),
    _named("line", cell_readers.of_form(REVENUE_CODE, cell_readers.code), "revenue_code"),
    _named("line", cell_readers.numbers, "diagnosis_pointers"),
    _of("billing", cell_readers.of_form(NPI), billing_npi="npi"),
    _of("billing", cell_readers.text, billing_specialty="specialty", billing_taxonomy="taxonomy"),
    _of("billing", cell_readers.of_form(PROFESSIONS), billing_profession="profession"),
    _of("rendering", cell_readers.of_form(NPI), rendering_npi="npi"),
    _of(
        "rendering",
        cell_readers.text,
        rendering_specialty="specialty",
        rendering_taxonomy="taxonomy",
    ),
    _of("rendering", cell_readers.of_form(PROFESSIONS), rendering_profession="profession"),
    _of("session", cell_readers.text, session="id"),
    _of("session", cell_readers.clock, session_start="start", session_end="end"),
    _named("session", cell_readers.whole, "group_size", "leaders"),
    _named("body_site", cell_readers.of_form(TOOTH), "tooth"),
    _named("body_site", cell_readers.codes_of_form(SURFACES), "surfaces"),
    _named("body_site", cell_readers.of_form(QUADRANTS, cell_readers.code), "quadrant"),
    _named("body_site", cell_readers.of_form(SIDES), "side"),
    _of("drug", cell_readers.of_form(NDC, cell_readers.code), drug_number="number"),
    _of("drug", cell_readers.amount, drug_quantity="quantity"),
    _of("drug", cell_readers.one_of(get_args(DrugUnit)), drug_unit="unit"),
    _named("claim", cell_readers.of_form(SETTINGS), "setting"),
    _named("claim", cell_readers.codes_of_form(DIAGNOSIS), "diagnoses"),
    _named("claim", cell_readers.codes_of_form(CONDITION_CODE), "condition_codes"),
)

CLAIM_COLUMNS: Final = _by_name(
    *_SHARED,
    _named("member", cell_readers.day, "birth_date"),
    _named("member", cell_readers.of_form(SEXES), "sex"),
    _of(
        "dates",
        cell_readers.day_or_none,
        onset_date="onset",
        initial_treatment_date="initial_treatment",
        last_seen_date="last_seen",
        accident_date="accident",
        last_menstrual_period="last_menstrual_period",
        discharge_date="discharge",
        order_date="order",
    ),
    _of("claim", cell_readers.codes_of_form(OCCURRENCE_CODE), occurrence_codes="occurrences"),
    _named("member", cell_readers.text, "member_prefix"),
    _named("member", cell_readers.of_form(MONTH_DAY), "benefit_year_start"),
    _named("claim", cell_readers.text, "payer", "referral", "order", "replaces"),
    _named("claim", cell_readers.of_form(CONTRACTORS), "contractor"),
    _named("claim", cell_readers.of_form(PLAN), "plan"),
    _named("claim", cell_readers.of_form(PROGRAM), "program"),
    _named("claim", cell_readers.of_form(NETWORKS), "network"),
    _named("claim", cell_readers.of_form(STATES), "state"),
    _named("claim", cell_readers.of_form(LINES_OF_BUSINESS), "line_of_business"),
    _named("claim", cell_readers.of_form(BILL_TYPE, cell_readers.code), "bill_type"),
    _named("claim", cell_readers.of_form(CLAIM_FREQUENCIES, cell_readers.code), "frequency_code"),
    _named("claim", cell_readers.codes, "authorizations"),
    _named("claim", cell_readers.day, "received"),
    _named("claim", cell_readers.day_or_none, "episode_start"),
)
HISTORY_COLUMNS: Final = _by_name(
    *_SHARED,
    _named("line", cell_readers.one_of(get_args(Status)), "status"),
    _named("line", cell_readers.amount, "paid", "paid_units"),
    _named("line", cell_readers.whole, "paid_minutes"),
    _named("line", cell_readers.text, "payer_claim", "payer"),
)
#: The columns that every row needs; the first day has two possible names.
NEEDED: Final = ("claim", "member", "code")
NEEDED_OF_CLAIMS: Final = (*NEEDED, "billing_npi")
#: The columns that a row without a procedure code needs.
NEEDED_OF_UNCODED: Final = ("claim", "member", "billing_npi")
