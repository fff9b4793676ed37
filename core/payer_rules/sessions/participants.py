"""The participants of a roster, and the claims that are made of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, time
from typing import Final, TypeAlias

import attrs

from payer_rules.claims import Claim, Documented, Provider, Session
from payer_rules.errors import Path
from payer_rules.text.quoting import REDACTED
from payer_rules.values.structure import structure
from payer_rules.writers.parties import SubmissionDetails

Table: TypeAlias = dict[str, object]

OF_LINE: Final = frozenset(
    [
        *("code", "modifiers", "units", "place_of_service", "modality", "minutes", "charge"),
        *("revenue_code", "diagnosis_pointers"),
    ]
)
OF_CLAIM: Final = frozenset(field.name for field in attrs.fields(Claim)) - {
    "id",
    "member",
    "lines",
}
#: Keys that may be shared by all participants, or by those with one payer.
SHARED: Final = OF_CLAIM | OF_LINE | {"insurer", "consents"}
OF_PARTICIPANT: Final = SHARED | {"claim", "member", "documented", "patient"}
_SUBMISSION: Final = frozenset(field.name for field in attrs.fields(SubmissionDetails))
#: The code of a claim that is built only to find the other problems of a participant.
_STAND_IN: Final = "00000"


@attrs.frozen(kw_only=True)
class SessionDetails:
    """The session of a roster; ``group_size`` defaults to the number of participants."""

    id: str
    date: date
    facilitator: Provider
    start: time | None = None
    end: time | None = None
    group_size: int | None = None
    documented: frozenset[Documented] | None = None

    def session(self, participants: int, documented: frozenset[Documented] | None) -> Session:
        """Return the session for the record of one of ``participants``."""
        parts = [each for each in (self.documented, documented) if each is not None]
        return Session(
            id=self.id,
            start=self.start,
            end=self.end,
            group_size=self.group_size or participants,
            documented=frozenset().union(*parts) if parts else None,
        )


@attrs.frozen
class ParticipantEntry:
    """The keys and values of a participant, and the path at which each is written."""

    values: Table
    places: Mapping[str, Path]
    path: Path

    @property
    def own(self) -> Table:
        """The keys that are written in the participant's own table."""
        return {k: self.values[k] for k, place in self.places.items() if place == self.path}

    def place(self, path: Path) -> Path:
        """Return the path in the file of the value at a path of the claim."""
        inner = path[2:] if path[:1] == ("lines",) else path
        return (*self.places.get(str(inner[0]), self.path), *inner) if inner else self.path


@attrs.frozen(kw_only=True)
class _ParticipantRecord:
    """The record of one participant."""

    documented: frozenset[Documented] | None = None


def table_at(data: Table, key: str) -> Table:
    """Return the table at the key; an empty one if there is none."""
    table = data.get(key)
    return table if isinstance(table, dict) else {}


def entries_of(data: Table) -> list[ParticipantEntry]:
    """Return the participants, each with the shared values, those of its payer, and its own."""
    given = data.get("participants")
    if not isinstance(given, list):
        return []
    return [_entry(at, own, data) for at, own in enumerate(given) if isinstance(own, dict)]


def _entry(at: int, own: Table, data: Table) -> ParticipantEntry:
    shared = table_at(data, "claim")
    payer = str(own.get("payer", shared.get("payer")))
    path: Path = ("participants", at)
    layers: list[tuple[Path, Table]] = [
        (("claim",), shared),
        (("payers", payer), table_at(table_at(data, "payers"), payer)),
        (path, own),
    ]
    values = {key: value for _, table in layers for key, value in table.items()}
    places = {key: place for place, table in layers for key in table}
    return ParticipantEntry(values, places, path)


def claim_of(
    entry: ParticipantEntry, number: int, led: SessionDetails | None, participants: int
) -> Claim:
    """Return the claim of the participant; raises `InvalidValueError` with all errors.

    The paths of the errors are those of a claim file. Without a session the claim is built only to
    find its other errors.
    """
    values = entry.values
    record = structure(
        _ParticipantRecord, {key: values[key] for key in ("documented",) if key in values}, REDACTED
    )
    line = {"code": _STAND_IN, "date_from": date.min, **_kept(values, OF_LINE)}
    claim = {"billing_provider": Provider(npi="0000000000"), "id": "-", **_kept(values, OF_CLAIM)}
    if led:
        session = led.session(participants, record.documented)
        line |= {"date_from": led.date, "rendering_provider": led.facilitator, "session": session}
        claim = {"billing_provider": led.facilitator, **_kept(values, OF_CLAIM)}
        claim["id"] = values.get("claim", f"{led.id}-{number}")
    return structure(Claim, {**claim, **_member(values), "lines": [line]}, REDACTED)


def _member(values: Table) -> Table:
    """Return the member, with the sex that the patient's details state as gender."""
    member, gender = values.get("member"), table_at(values, "patient").get("gender")
    if isinstance(member, dict) and gender in ("F", "M"):
        return {"member": {"sex": gender, **member}}
    return _kept(values, {"member"})


def submission_of(entry: ParticipantEntry) -> SubmissionDetails:
    """Return the fields of claim forms that are not in a claim; raises `InvalidValueError`."""
    return structure(SubmissionDetails, _kept(entry.values, _SUBMISSION))


def _kept(values: Table, keys: Collection[str]) -> Table:
    return {key: value for key, value in values.items() if key in keys}
