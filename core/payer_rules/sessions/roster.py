"""The roster of one group session: the session, its record, and its participants."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path as FilePath
from typing import Final

import attrs

from payer_rules.claims import Claim
from payer_rules.errors import FieldError, InputError, InvalidValueError, Path, Problem, nearest
from payer_rules.readers.documents import Document, read_document
from payer_rules.sessions.participants import (
    OF_PARTICIPANT,
    SHARED,
    ParticipantEntry,
    SessionDetails,
    Table,
    claim_of,
    entries_of,
    submission_of,
    table_at,
)
from payer_rules.text.quoting import REDACTED
from payer_rules.values.structure import structure
from payer_rules.writers.parties import Envelope, ProviderDetails, SubmissionDetails

_TOP: Final = frozenset(["session", "claim", "payers", "participants", "envelope", "providers"])
_is_file_name: Final = re.compile(r"[\w.+-]*\w[\w.+-]*", re.ASCII).fullmatch


@attrs.frozen(kw_only=True)
class Participant:
    """A participant and the claim; the flags state whether the roster gives code and modifiers.

    ``number`` counts participants from 1. Without a code the claim's code has no meaning.
    ``beside`` has the fields of claim forms that are not in a claim.
    """

    number: int
    claim: Claim
    has_code: bool
    has_modifiers: bool
    submission: SubmissionDetails


@attrs.frozen(kw_only=True)
class Roster:
    """A session with its participants, in the order of the file.

    ``payers`` are the payers with shared values in the roster. ``providers``, by NPI, and
    ``envelope`` are the fields of claim forms about providers and sender.
    """

    file: str
    session: SessionDetails
    participants: tuple[Participant, ...]
    payers: tuple[str, ...] = ()
    providers: dict[str, ProviderDetails] = attrs.field(factory=dict)
    envelope: Envelope = attrs.field(factory=Envelope)


@attrs.frozen(kw_only=True)
class _EnvelopeTables:
    """The parts of a roster that only claim forms need."""

    envelope: Envelope = attrs.field(factory=Envelope)
    providers: dict[str, ProviderDetails] = attrs.field(factory=dict)


def read_roster(path: FilePath) -> Roster:
    """Return the roster in a TOML or JSON file; raises `InputError` with every problem in it.

    Values of all claims are in ``claim``, those of the claims of one payer in ``payers`` under its
    id, and the others with each participant; the most specific value applies.
    """
    document = read_document(path)
    field_errors = [*_strangers(document.data, _TOP, ()), *_errors_of_tables(document.data)]
    led = _led(document.data, field_errors)
    sending = _sending(document.data, field_errors)
    participants: list[Participant] = []
    entries = entries_of(document.data)
    for number, entry in enumerate(entries, start=1):
        try:
            participants.append(_participant(number, entry, led, len(entries)))
        except InvalidValueError as error:
            field_errors += error.field_errors
    if not field_errors and led:
        field_errors += [*_errors_of_ids(participants), *_errors_of_size(led, participants)]
    if field_errors or led is None:
        raise InputError(_placed(field_errors, document))
    payers = tuple(table_at(document.data, "payers"))
    return Roster(
        file=document.name,
        session=led,
        participants=tuple(participants),
        payers=payers,
        providers=sending.providers,
        envelope=sending.envelope,
    )


def _placed(field_errors: list[FieldError], document: Document) -> list[Problem]:
    placed = sorted(
        dict.fromkeys(field_errors), key=lambda field_error: document.line(field_error.path)
    )
    return [field_error.at(document.place(field_error.path)) for field_error in placed]


def _strangers(table: Table, known: Collection[str], path: Path) -> Iterator[FieldError]:
    for key in table:
        if key not in known:
            yield FieldError((*path, key), f"unknown key {REDACTED.key(key)}", nearest(key, known))


def _errors_of_tables(data: Table) -> Iterator[FieldError]:
    """Yield values that are not tables but must be, and unknown keys in shared tables."""
    payers = table_at(data, "payers")
    yield from _strangers(table_at(data, "claim"), SHARED, ("claim",))
    for name in payers:
        yield from _strangers(table_at(payers, name), SHARED - {"payer"}, ("payers", name))
    for key in ("claim", "payers"):
        if not isinstance(data.get(key, {}), dict):
            yield FieldError((key,), f"{key} is not a table", f"Write [{key}].")
    for name, table in payers.items():
        if not isinstance(table, dict):
            yield FieldError(("payers", name), f"{name} is not a table", f"Write [payers.{name}].")
    given = data.get("participants", [])
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        yield FieldError(("participants",), "it is not a list of tables", "Write [[participants]].")


def _led(data: Table, field_errors: list[FieldError]) -> SessionDetails | None:
    if "session" not in data:
        field_errors.append(FieldError((), "the roster has no session", "Write [session]."))
        return None
    try:
        return structure(SessionDetails, data["session"], REDACTED)
    except InvalidValueError as error:
        field_errors += [field_error.under("session") for field_error in error.field_errors]
        return None


def _sending(data: Table, field_errors: list[FieldError]) -> _EnvelopeTables:
    tables = {key: data[key] for key in ("envelope", "providers") if key in data}
    try:
        return structure(_EnvelopeTables, tables)
    except InvalidValueError as error:
        field_errors += error.field_errors
        return _EnvelopeTables()


def _participant(
    number: int, entry: ParticipantEntry, led: SessionDetails | None, participants: int
) -> Participant:
    field_errors = [*_strangers(entry.own, OF_PARTICIPANT, entry.path)]
    claim, submission = None, None
    try:
        claim = claim_of(entry, number, led, participants)
    except InvalidValueError as error:
        field_errors += [attrs.evolve(m, path=entry.place(m.path)) for m in error.field_errors]
    try:
        submission = submission_of(entry)
    except InvalidValueError as error:
        field_errors += [attrs.evolve(m, path=entry.place(m.path)) for m in error.field_errors]
    if claim is None or submission is None or field_errors:
        raise InvalidValueError(field_errors)
    return Participant(
        number=number,
        claim=claim,
        has_code="code" in entry.values,
        has_modifiers="modifiers" in entry.values,
        submission=submission,
    )


def _errors_of_ids(participants: list[Participant]) -> Iterator[FieldError]:
    claims = Counter(each.claim.id.lower() for each in participants)
    members = Counter(each.claim.member.id for each in participants)
    for each in participants:
        path: Path = ("participants", each.number - 1)
        if claims[each.claim.id.lower()] > 1:
            message = f"{each.claim.id!r} is the id of two claims"
            yield FieldError((*path, "claim"), message, "Give each claim an id of its own.")
        if not _is_file_name(each.claim.id):
            message = f"{each.claim.id!r} cannot be the name of a file"
            yield FieldError(
                (*path, "claim"), message, "Write claim = with letters, digits, - . _ +."
            )
        if members[each.claim.member.id] > 1:
            message = "the member of another participant takes part twice"
            yield FieldError((*path, "member"), message, "List each participant once.")


def _errors_of_size(led: SessionDetails, participants: list[Participant]) -> Iterator[FieldError]:
    if led.group_size is not None and led.group_size < len(participants):
        message = f"group_size is {led.group_size}, and {len(participants)} participants are listed"
        yield FieldError(("session", "group_size"), message, "Write the number of participants.")
