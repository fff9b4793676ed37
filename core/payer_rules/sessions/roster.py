"""The roster of one group session: who led it, when, what was written down, and who took part."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path as FilePath
from typing import Final

import attrs

from payer_rules._structure import structure
from payer_rules.claims import Claim
from payer_rules.errors import Fault, FaultError, Misfit, MisfitError, Path, nearest
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
from payer_rules.writers.parties import Envelope, ProviderDetails, SubmissionDetails

_TOP: Final = frozenset(["session", "claim", "payers", "participants", "envelope", "providers"])
_is_file_name: Final = re.compile(r"[\w.+-]*\w[\w.+-]*", re.ASCII).fullmatch


@attrs.frozen(kw_only=True)
class Participant:
    """One who took part, and the claim to be; ``has_code`` and ``has_modifiers``: as told.

    ``number`` counts participants from 1. Without a code the claim's code means nothing. What forms
    say of the claim besides stands ``submission`` it.
    """

    number: int
    claim: Claim
    has_code: bool
    has_modifiers: bool
    submission: SubmissionDetails


@attrs.frozen(kw_only=True)
class Roster:
    """A session with its participants, in the order of the file.

    ``payers`` are those of which the roster says what their claims share. ``providers``, by NPI,
    and ``envelope`` are what forms say of who bills and renders, and of who sends.
    """

    file: str
    session: SessionDetails
    participants: tuple[Participant, ...]
    payers: tuple[str, ...] = ()
    providers: dict[str, ProviderDetails] = attrs.field(factory=dict)
    envelope: Envelope = attrs.field(factory=Envelope)


@attrs.frozen(kw_only=True)
class _EnvelopeTables:
    """What a roster says for the forms in which its claims are sent."""

    envelope: Envelope = attrs.field(factory=Envelope)
    providers: dict[str, ProviderDetails] = attrs.field(factory=dict)


def read_roster(path: FilePath) -> Roster:
    """The roster in the file, TOML or JSON; raises `FaultError` with every fault in it.

    What all claims share stands under ``claim``, what those to one payer share under ``payers``
    and its id, and the rest with each participant; the nearer word counts.
    """
    document = read_document(path)
    misfits = [*_strangers(document.data, _TOP, ()), *_misfits_of_tables(document.data)]
    led = _led(document.data, misfits)
    sending = _sending(document.data, misfits)
    participants: list[Participant] = []
    entries = entries_of(document.data)
    for number, entry in enumerate(entries, start=1):
        try:
            participants.append(_participant(number, entry, led, len(entries)))
        except MisfitError as error:
            misfits += error.misfits
    if not misfits and led:
        misfits += [*_misfits_of_ids(participants), *_misfits_of_size(led, participants)]
    if misfits or led is None:
        raise FaultError(_placed(misfits, document))
    payers = tuple(table_at(document.data, "payers"))
    return Roster(
        file=document.name,
        session=led,
        participants=tuple(participants),
        payers=payers,
        providers=sending.providers,
        envelope=sending.envelope,
    )


def _placed(misfits: list[Misfit], document: Document) -> list[Fault]:
    placed = sorted(dict.fromkeys(misfits), key=lambda misfit: document.line(misfit.path))
    return [misfit.at(document.place(misfit.path)) for misfit in placed]


def _strangers(table: Table, known: Collection[str], path: Path) -> Iterator[Misfit]:
    for key in table:
        if key not in known:
            yield Misfit((*path, key), f"unknown key {REDACTED.key(key)}", nearest(key, known))


def _misfits_of_tables(data: Table) -> Iterator[Misfit]:
    """What is no table where one belongs, and what is unknown in those that participants share."""
    payers = table_at(data, "payers")
    yield from _strangers(table_at(data, "claim"), SHARED, ("claim",))
    for name in payers:
        yield from _strangers(table_at(payers, name), SHARED - {"payer"}, ("payers", name))
    for key in ("claim", "payers"):
        if not isinstance(data.get(key, {}), dict):
            yield Misfit((key,), f"{key} is no table", "Write keys with their values.")
    for name, table in payers.items():
        if not isinstance(table, dict):
            yield Misfit(("payers", name), f"{name} is no table", f"Write [payers.{name}].")
    given = data.get("participants", [])
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        yield Misfit(("participants",), "it is no list of tables", "Write [[participants]].")


def _led(data: Table, misfits: list[Misfit]) -> SessionDetails | None:
    if "session" not in data:
        misfits.append(Misfit((), "the roster has no session", "Write [session]."))
        return None
    try:
        return structure(SessionDetails, data["session"], REDACTED)
    except MisfitError as error:
        misfits += [misfit.under("session") for misfit in error.misfits]
        return None


def _sending(data: Table, misfits: list[Misfit]) -> _EnvelopeTables:
    told = {key: data[key] for key in ("envelope", "providers") if key in data}
    try:
        return structure(_EnvelopeTables, told)
    except MisfitError as error:
        misfits += error.misfits
        return _EnvelopeTables()


def _participant(
    number: int, entry: ParticipantEntry, led: SessionDetails | None, participants: int
) -> Participant:
    misfits = [*_strangers(entry.own, OF_PARTICIPANT, entry.path)]
    claim, submission = None, None
    try:
        claim = claim_of(entry, number, led, participants)
    except MisfitError as error:
        misfits += [attrs.evolve(m, path=entry.place(m.path)) for m in error.misfits]
    try:
        submission = submission_of(entry)
    except MisfitError as error:
        misfits += [attrs.evolve(m, path=entry.place(m.path)) for m in error.misfits]
    if claim is None or submission is None or misfits:
        raise MisfitError(misfits)
    return Participant(
        number=number,
        claim=claim,
        has_code="code" in entry.values,
        has_modifiers="modifiers" in entry.values,
        submission=submission,
    )


def _misfits_of_ids(participants: list[Participant]) -> Iterator[Misfit]:
    claims = Counter(each.claim.id.lower() for each in participants)
    members = Counter(each.claim.member.id for each in participants)
    for each in participants:
        path: Path = ("participants", each.number - 1)
        if claims[each.claim.id.lower()] > 1:
            problem = f"{each.claim.id!r} is the id of two claims"
            yield Misfit((*path, "claim"), problem, "Give each claim an id of its own.")
        if not _is_file_name(each.claim.id):
            problem = f"{each.claim.id!r} cannot be the name of a file"
            yield Misfit((*path, "claim"), problem, "Write claim = with letters, digits, - . _ +.")
        if members[each.claim.member.id] > 1:
            problem = "the member of another participant takes part twice"
            yield Misfit((*path, "member"), problem, "List each participant once.")


def _misfits_of_size(led: SessionDetails, participants: list[Participant]) -> Iterator[Misfit]:
    if led.group_size is not None and led.group_size < len(participants):
        problem = f"group_size is {led.group_size}, and {len(participants)} participants are listed"
        yield Misfit(("session", "group_size"), problem, "Write how many took part.")
