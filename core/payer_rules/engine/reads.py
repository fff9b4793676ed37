"""Declarations of the facts on which an answer can depend."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal, TypeAlias

import attrs

from payer_rules.claims import (
    Authorization,
    Claim,
    ClinicalFinding,
    DatedStatus,
    InpatientStay,
    Member,
    OtherPayer,
    Provider,
    RecordDocument,
    ServiceLine,
    Session,
)
from payer_rules.history import HistoryLine

#: How other lines come into the answer on a line.
Link: TypeAlias = Literal[
    "same day", "same window", "same authorization", "earlier line", "nearby line", "any line"
]


def _as_set(names: Iterable[str]) -> frozenset[str]:
    return frozenset(names)


def _as_links(links: Iterable[Link]) -> frozenset[Link]:
    return frozenset(links)


@attrs.frozen(kw_only=True)
class Reads:
    """The fields that an answer on a line can depend on, by the class that has them.

    ``line`` are those of lines of the claim, ``history`` those of earlier lines: without any, the
    answer needs no history. ``links`` name the other lines that the answer takes into account;
    without any, a line is answered by itself. The number of a line, which names it, is not listed.
    """

    claim: frozenset[str] = attrs.field(default=frozenset(), converter=_as_set)
    line: frozenset[str] = attrs.field(default=frozenset(), converter=_as_set)
    history: frozenset[str] = attrs.field(default=frozenset(), converter=_as_set)
    member: frozenset[str] = attrs.field(default=frozenset(), converter=_as_set)
    provider: frozenset[str] = attrs.field(default=frozenset(), converter=_as_set)
    session: frozenset[str] = attrs.field(default=frozenset(), converter=_as_set)
    authorization: frozenset[str] = attrs.field(default=frozenset(), converter=_as_set)
    stay: frozenset[str] = attrs.field(default=frozenset(), converter=_as_set)
    payer: frozenset[str] = attrs.field(default=frozenset(), converter=_as_set)
    status: frozenset[str] = attrs.field(default=frozenset(), converter=_as_set)
    document: frozenset[str] = attrs.field(default=frozenset(), converter=_as_set)
    finding: frozenset[str] = attrs.field(default=frozenset(), converter=_as_set)
    links: frozenset[Link] = attrs.field(default=frozenset(), converter=_as_links)

    @classmethod
    def everything(cls) -> Reads:
        """Return the declaration of a function that may read any fact."""
        names: dict[str, Any] = {name: _names(owner) for name, owner in OWNERS.items()}
        return cls(**names, links=["any line"])

    def __or__(self, other: Reads) -> Reads:
        """Return the declaration of what either reads."""
        names = (field.name for field in attrs.fields(Reads))
        return Reads(**{name: getattr(self, name) | getattr(other, name) for name in names})

    def without(self, other: Reads) -> Reads:
        """Return the declaration of what this reads and the other does not."""
        names = (field.name for field in attrs.fields(Reads))
        return Reads(**{name: getattr(self, name) - getattr(other, name) for name in names})


#: The class whose fields each part of a declaration names.
OWNERS: Final[dict[str, type[attrs.AttrsInstance]]] = {
    "claim": Claim,
    "line": ServiceLine,
    "history": HistoryLine,
    "member": Member,
    "provider": Provider,
    "session": Session,
    "authorization": Authorization,
    "stay": InpatientStay,
    "payer": OtherPayer,
    "status": DatedStatus,
    "document": RecordDocument,
    "finding": ClinicalFinding,
}


def _names(owner: type[attrs.AttrsInstance]) -> frozenset[str]:
    return frozenset(field.name for field in attrs.fields(owner))


#: The reading of the history itself: whose line it is, when, and whether it counts.
EARLIER_LINES: Final = Reads(
    claim={"billing_provider", "frequency_code", "id", "member", "replaces"},
    history={"claim", "code", "date_from", "date_to", "member", "number", "status"},
    member={"id"},
    provider={"npi"},
)
#: The reading of the days of a line.
DAYS: Final = Reads(line={"date_from", "date_to"})
#: The reading of a status on the days of a line.
STATUS: Final = DAYS | Reads(status={"date_from", "date_to", "kind", "value"})
#: The reading of the provider who rendered a line.
RENDERING: Final = Reads(claim={"billing_provider"}, line={"rendering_provider"})
#: The reading of another line: its days, and the criteria that it may have to meet.
OTHER_LINE: Final = (
    DAYS
    | EARLIER_LINES
    | RENDERING
    | Reads(
        line={"code", "modality", "modifiers", "place_of_service"},
        history={
            "billing_provider",
            "modality",
            "modifiers",
            "place_of_service",
            "rendering_provider",
        },
        provider={"specialty"},
    )
)
