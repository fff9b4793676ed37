"""The conditions that narrow a rule to some claims and lines."""

from __future__ import annotations

from typing import Final, Literal

import attrs

from payer_rules.claims import Modality
from payer_rules.errors import Misfit, MisfitError

#: The conditions that say for which claims the rule is made at all: one known to be false means
#: that the rule does not speak of the line.
SCOPES: Final = (
    "setting",
    "program",
    "plan",
    "no_plan",
    "network",
    "state",
    "no_state",
    "line_of_business",
    "contractor",
    "bill_type",
)


@attrs.frozen(kw_only=True)
class Who:
    """Which provider is meant: by profession, taxonomy and specialty, as far as they are stated."""

    profession: frozenset[str] | None = None
    taxonomy: frozenset[str] | None = None
    specialty: frozenset[str] | None = None


@attrs.frozen(kw_only=True)
class Age:
    """The member's age in full years: at least this, less than that.

    ``on`` is the day of service, or the first day of the period in which a frequency limit counts.
    """

    at_least: int | None = None
    below: int | None = None
    on: Literal["service", "period"] = "service"


@attrs.frozen(kw_only=True)
class Beside:
    """Another line with one of the codes, narrowed by where and how it was delivered."""

    codes: frozenset[str]
    place_of_service: frozenset[str] | None = None
    modality: frozenset[Modality] | None = None
    modifier: frozenset[str] | None = None


@attrs.frozen(kw_only=True)
class Earlier(Beside):
    """A line in the history, or on an earlier day of the claim, within so many days before.

    ``within_days`` counts back from the day before the service; without it, ever. ``present``
    tells whether there must, or must not, be one.
    """

    within_days: int | None = None
    present: bool = True

    def __attrs_post_init__(self) -> None:
        if self.within_days is not None and self.within_days < 1:
            problem = f"within_days is {self.within_days}"
            raise MisfitError([Misfit(("within_days",), problem, "Write 1 day or more.")])


@attrs.frozen(kw_only=True)
class When:
    """All of these must hold; what is not stated does not narrow.

    ``bill_type``, ``diagnosis`` and ``member_prefix`` are compared from the left; ``modifier``
    means one of them is on the line, ``no_modifier`` that none is; ``no_plan`` and ``no_state``
    that the claim's plan, or state, is known and none of these; ``same_day`` that another line with
    the code is there on a day of the line.
    """

    setting: frozenset[str] | None = None
    program: frozenset[str] | None = None
    plan: frozenset[str] | None = None
    no_plan: frozenset[str] | None = None
    network: frozenset[str] | None = None
    state: frozenset[str] | None = None
    no_state: frozenset[str] | None = None
    line_of_business: frozenset[str] | None = None
    contractor: frozenset[str] | None = None
    bill_type: frozenset[str] | None = None
    condition_code: frozenset[str] | None = None
    revenue_code: frozenset[str] | None = None
    place_of_service: frozenset[str] | None = None
    modality: frozenset[Modality] | None = None
    modifier: frozenset[str] | None = None
    no_modifier: frozenset[str] | None = None
    diagnosis: frozenset[str] | None = None
    member_prefix: frozenset[str] | None = None
    age: Age | None = None
    rendered_by: Who | None = None
    performed_by: Who | None = None
    supervised_by: Who | None = None
    supervised: bool | None = None
    inpatient: bool | None = None
    same_day: Beside | None = None
    history: tuple[Earlier, ...] = ()


ANYTIME: Final = When()
