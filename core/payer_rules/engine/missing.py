"""What is not known, and so keeps a rule from answering."""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

from payer_rules.decisions import Reason


class MissingFact(NamedTuple):
    """One missing fact: its class and its name.

    ``is_presumable`` is false where a table exists and does not hold the row: that there is no edit
    may not be presumed then.
    """

    reason: Reason
    name: str
    is_presumable: bool = True


#: Facts that are one for all lines of a claim; the last three for all lines of one day.
_OF_CLAIM: Final = frozenset(
    [
        *("setting", "program", "plan", "network", "state", "line_of_business", "contractor"),
        *("bill_type", "condition_codes", "diagnoses", "referral", "order"),
        "member.member_prefix",
    ]
)
_OF_CLAIM_AND_DAY: Final = frozenset(["received", "inpatient_stays", "member.birth_date"])

#: How the name of a missing fact begins where a payer's review will tell.
REVIEW: Final = "review by "

#: Nothing is missing: the empty tuple; else every missing fact.
MissingFacts: TypeAlias = tuple[MissingFact, ...]

NONE_MISSING: Final[MissingFacts] = ()
HISTORY: Final = MissingFact("history", "history")
EDITION: Final = MissingFact("edition", "edition")
REPLACED: Final = MissingFact("claim", "replaces")


def field(name: str) -> MissingFacts:
    """The doubt of a field that a claim form holds."""
    return (MissingFact("claim", name),)


def of_history(name: str) -> MissingFacts:
    """The doubt of a field of an earlier line."""
    return (MissingFact("history", f"history.{name}"),)


def of_record(name: str) -> MissingFacts:
    """The doubt of what only the clinic's record holds."""
    return (MissingFact("record", name),)


def frees_nothing(missing: MissingFact) -> bool:
    """Whether a fact that is missing leaves what later strata see as it is.

    A table that is not there leaves its own edits unanswered and not every later limit: else no
    limit of a Medicaid program could be answered without the NCCI tables. Of what only the
    clinic's record tells the payer sees nothing when it adjudicates.
    """
    if missing.reason == "record":
        return not missing.name.startswith(REVIEW)
    return missing.reason == "table"


def is_shared(missing: MissingFact, *, one_day: bool, one_provider: bool) -> bool:
    """Whether a missing fact is one and the same for two lines of a claim."""
    name = missing.name
    if missing == EDITION:
        return one_day
    if missing.reason != "claim":
        return False
    if name.startswith("rendering_provider."):
        return one_provider
    return name in _OF_CLAIM or (one_day and name in _OF_CLAIM_AND_DAY)
