"""The facts of a practice file: of the practice, of its providers, and of its payers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

import attrs

from payer_rules.claims import DatedStatus
from payer_rules.values.checked import CheckedRule, as_tuple, of_form
from payer_rules.vocabularies import (
    CONTRACTORS,
    LINES_OF_BUSINESS,
    NETWORKS,
    PROFESSIONS,
    SETTINGS,
    STATES,
)
from payer_rules.vocabularies.formats import IDENTIFIER, NPI, PLAN, PROGRAM


@attrs.frozen(kw_only=True)
class HouseFacts(CheckedRule):
    """The table [practice]: what holds for every claim.

    ``group_size_at_most`` is the largest group; a rule about group size is decided if it gives one
    answer for all sizes from 1 to it. ``history`` lists files of earlier services, relative to the
    practice file. They and those of ``--history`` hold everything since ``history_complete_from``:
    of the practice, or of its members with every provider (``history_complete_for``).
    ``house_checklist`` switches on the practice's own list of what a record must hold.
    """

    state: str | None = attrs.field(default=None, metadata=of_form(STATES))
    contractor: str | None = attrs.field(default=None, metadata=of_form(CONTRACTORS))
    setting: str | None = attrs.field(default=None, metadata=of_form(SETTINGS))
    line_of_business: str | None = attrs.field(default=None, metadata=of_form(LINES_OF_BUSINESS))
    group_size_at_most: int | None = attrs.field(default=None, metadata={"least": 1})
    history: tuple[str, ...] = attrs.field(default=(), converter=as_tuple)
    history_complete_from: date | None = None
    history_complete_for: Literal["practice", "members"] = "practice"
    house_checklist: bool = False

    def stated(self) -> Iterator[str]:
        """Yield the facts that are stated, apart from the names of files."""
        for field in attrs.fields(HouseFacts):
            value = getattr(self, field.name)
            if field.name != "history" and value != field.default:
                yield f"{field.name} = {value}"


@attrs.frozen(kw_only=True)
class PracticeProvider(CheckedRule):
    """A table [providers."NPI"]: a provider of the practice; ``supervised_by`` is an NPI."""

    profession: str | None = attrs.field(default=None, metadata=of_form(PROFESSIONS))
    taxonomy: str | None = attrs.field(default=None, metadata=of_form(IDENTIFIER))
    specialty: str | None = attrs.field(default=None, metadata=of_form(IDENTIFIER))
    supervised_by: str | None = attrs.field(default=None, metadata=of_form(NPI))
    statuses: tuple[DatedStatus, ...] | None = attrs.field(default=None, converter=as_tuple)


@attrs.frozen(kw_only=True)
class PracticePayer(CheckedRule):
    """A table [payers."ID"]: the payer of an identifier on claims, and what is so with it.

    Without a ``payer`` it is not known yet whose identifier it is.
    """

    payer: str | None = attrs.field(default=None, metadata=of_form(IDENTIFIER))
    network: str | None = attrs.field(default=None, metadata=of_form(NETWORKS))
    plan: str | None = attrs.field(default=None, metadata=of_form(PLAN))
    program: str | None = attrs.field(default=None, metadata=of_form(PROGRAM))
    line_of_business: str | None = attrs.field(default=None, metadata=of_form(LINES_OF_BUSINESS))
