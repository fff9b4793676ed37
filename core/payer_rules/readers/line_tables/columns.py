"""The columns of a table of service lines: what each is called, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, TypeAlias, get_args

import attrs

from payer_rules.history import Status
from payer_rules.readers.line_tables import cells
from payer_rules.vocabularies import (
    CLAIM_FREQUENCIES,
    CONTRACTORS,
    LINES_OF_BUSINESS,
    MODALITIES,
    NETWORKS,
    PLACES_OF_SERVICE,
    PROFESSIONS,
    SETTINGS,
    STATES,
)
from payer_rules.vocabularies.formats import (
    BILL_TYPE,
    CONDITION_CODE,
    DIAGNOSIS,
    MODIFIER,
    MONTH_DAY,
    NPI,
    PLAN,
    PROGRAM,
    REVENUE_CODE,
)

#: Whose fact it is: of the claim as a whole, of its member or billing provider, or of the line, of
#: its rendering provider or session.
Part: TypeAlias = Literal["claim", "member", "billing", "line", "rendering", "session"]


@attrs.frozen(eq=False)
class Column:
    """A column: its name, whose fact it holds, which, and how a cell is read."""

    name: str
    part: Part
    field: str
    read: Callable[[object], object]

    @property
    def is_private(self) -> bool:
        """Whether a cell says who the member is, so that no message may quote it."""
        return self.part == "member"


def _of(part: Part, read: Callable[[object], object], **fields: str) -> list[Column]:
    return [Column(name, part, field, read) for name, field in fields.items()]


def _named(part: Part, read: Callable[[object], object], *names: str) -> list[Column]:
    return [Column(name, part, name, read) for name in names]


def _by_name(*columns: list[Column]) -> dict[str, Column]:
    return {column.name: column for each in columns for column in each}


_SHARED: Final = (
    _of("claim", cells.text, claim="id"),
    _of("member", cells.text, member="id"),
    _of("line", cells.whole, line="number"),
    _named("line", cells.code, "code"),
    _named("line", cells.codes_of_form(MODIFIER), "modifiers"),
    _named("line", cells.amount, "units", "charge"),
    _of("line", cells.day, date="date_from", date_from="date_from", date_to="date_to"),
    _named("line", cells.of_form(PLACES_OF_SERVICE, cells.code), "place_of_service"),
    _named("line", cells.of_form(MODALITIES), "modality"),
    _named("line", cells.whole, "minutes"),
    _named("line", cells.of_form(REVENUE_CODE, cells.code), "revenue_code"),
    _named("line", cells.numbers, "diagnosis_pointers"),
    _of("billing", cells.of_form(NPI), billing_npi="npi"),
    _of("billing", cells.text, billing_specialty="specialty", billing_taxonomy="taxonomy"),
    _of("billing", cells.of_form(PROFESSIONS), billing_profession="profession"),
    _of("rendering", cells.of_form(NPI), rendering_npi="npi"),
    _of("rendering", cells.text, rendering_specialty="specialty", rendering_taxonomy="taxonomy"),
    _of("rendering", cells.of_form(PROFESSIONS), rendering_profession="profession"),
    _of("session", cells.text, session="id"),
    _of("session", cells.clock, session_start="start", session_end="end"),
    _named("session", cells.whole, "group_size"),
    _named("claim", cells.of_form(SETTINGS), "setting"),
    _named("claim", cells.codes_of_form(DIAGNOSIS), "diagnoses"),
    _named("claim", cells.codes_of_form(CONDITION_CODE), "condition_codes"),
)

CLAIM_COLUMNS: Final = _by_name(
    *_SHARED,
    _named("member", cells.day, "birth_date"),
    _named("member", cells.text, "member_prefix"),
    _named("member", cells.of_form(MONTH_DAY), "benefit_year_start"),
    _named("claim", cells.text, "payer", "referral", "order", "replaces"),
    _named("claim", cells.of_form(CONTRACTORS), "contractor"),
    _named("claim", cells.of_form(PLAN), "plan"),
    _named("claim", cells.of_form(PROGRAM), "program"),
    _named("claim", cells.of_form(NETWORKS), "network"),
    _named("claim", cells.of_form(STATES), "state"),
    _named("claim", cells.of_form(LINES_OF_BUSINESS), "line_of_business"),
    _named("claim", cells.of_form(BILL_TYPE, cells.code), "bill_type"),
    _named("claim", cells.of_form(CLAIM_FREQUENCIES, cells.code), "frequency_code"),
    _named("claim", cells.codes, "authorizations"),
    _named("claim", cells.day, "received"),
    _named("claim", cells.day_or_none, "episode_start"),
)
HISTORY_COLUMNS: Final = _by_name(
    *_SHARED,
    _named("line", cells.one_of(get_args(Status)), "status"),
    _named("line", cells.amount, "paid_units"),
    _named("line", cells.whole, "paid_minutes"),
    _named("line", cells.text, "payer_claim"),
)
#: What a row cannot do without; for the first day there are two names.
NEEDED: Final = ("claim", "member", "code")
NEEDED_OF_CLAIMS: Final = (*NEEDED, "billing_npi")
#: Of a row that has a revenue code and no procedure code.
NEEDED_OF_UNCODED: Final = ("claim", "member", "billing_npi")
