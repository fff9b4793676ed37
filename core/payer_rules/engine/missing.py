"""Missing facts: what keeps a rule from answering."""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

from payer_rules.claims import ServiceLine
from payer_rules.decisions import Reason
from payer_rules.history import HistoryLine


class MissingFact(NamedTuple):
    """One missing fact: its class and its name.

    ``is_presumable`` is False if a table is installed and does not have the row: then it cannot be
    assumed that there is no edit.
    """

    reason: Reason
    name: str
    is_presumable: bool = True


#: Facts that all lines of a claim share, and those that all lines of one day share.
_OF_CLAIM: Final = frozenset(
    [
        *("setting", "program", "plan", "network", "state", "line_of_business", "contractor"),
        *(
            "bill_type",
            "condition_codes",
            "occurrences",
            "other_payers",
            "diagnoses",
            "referral",
            "order",
        ),
        *("member.member_prefix", "member.sex"),
    ]
)
_OF_CLAIM_AND_DAY: Final = frozenset(["received", "inpatient_stays", "member.birth_date"])

#: The start of the name of a missing fact that a payer's review decides.
REVIEW: Final = "review by "

#: All missing facts; the empty tuple if none is missing.
MissingFacts: TypeAlias = tuple[MissingFact, ...]

NONE_MISSING: Final[MissingFacts] = ()
HISTORY: Final = MissingFact("history", "history")
EDITION: Final = MissingFact("edition", "edition")
MODALITY: Final = "modality"
PROFESSION: Final = MissingFact("claim", "rendering_provider.profession")
REPLACED: Final = MissingFact("claim", "replaces")


def field(name: str) -> MissingFacts:
    """Return the missing fact of a field of the claim."""
    return (MissingFact("claim", name),)


def of_history(name: str) -> MissingFacts:
    """Return the missing fact of a field of an earlier line."""
    return (MissingFact("history", f"history.{name}"),)


def of_line(line: ServiceLine, name: str) -> MissingFacts:
    """Return the missing fact of a field of the line or its claim, which may be earlier ones."""
    return of_history(name) if isinstance(line, HistoryLine) else field(name)


def of_record(name: str) -> MissingFacts:
    """Return the missing fact of something that only the clinic's record shows."""
    return (MissingFact("record", name),)


def frees_nothing(missing: MissingFact) -> bool:
    """Return True if later rules can ignore that the fact is missing.

    A table that is not installed leaves its own edits open, and no later limit: otherwise no limit
    of a Medicaid program could be answered without NCCI tables. The payer does not see the clinic's
    record when it adjudicates.
    """
    if missing.reason == "record":
        return not missing.name.startswith(REVIEW)
    return missing.reason == "table"


def is_shared(missing: MissingFact, *, one_day: bool, one_provider: bool) -> bool:
    """Return True if the missing fact is the same fact for two lines of a claim."""
    name = missing.name
    if missing == EDITION:
        return one_day
    if missing.reason != "claim":
        return False
    if name.startswith("rendering_provider."):
        return one_provider
    return name in _OF_CLAIM or (one_day and name in _OF_CLAIM_AND_DAY)
