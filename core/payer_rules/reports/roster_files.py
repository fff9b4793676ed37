"""The claim files of a roster: TOML, an 837P or FHIR."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final, TypeVar

import attrs

from payer_rules.claims import Claim
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import FieldError, InputError, InvalidValueError, Problem, nearest
from payer_rules.reports.data import text_of
from payer_rules.sessions.roster import Participant, Roster
from payer_rules.sessions.roster_billing import BilledParticipant
from payer_rules.writers.claim_text import claim_lines
from payer_rules.writers.fhir import claim_bundle
from payer_rules.writers.x12 import form_claim, interchange

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class ClaimFiles:
    """The text of each file by name, and the name of the file of each participant by number.

    ``problems`` are the problems that keep a claim out of the files.
    """

    texts: dict[str, str]
    names: dict[int, str]
    problems: tuple[Problem, ...] = ()


def files_of(
    billed: Iterable[BilledParticipant], roster: Roster, form: str, created: datetime
) -> ClaimFiles:
    """Return the claim files in the format; raises `InputError` if it is not known.

    837P and FHIR files contain only claims that are complete and ready to be submitted.
    """
    if form not in FORMS:
        problem = Problem(
            "--format",
            f"there is no file format {form!r}",
            nearest(form, FORMS),
            ErrorCode.OPTION_VALUE,
        )
        raise InputError([problem])
    return FORMS[form](billed, roster, created)


def text_of_claim(claim: Claim) -> str:
    """Return the claim as the text of a claim file."""
    return "\n".join(claim_lines(claim)).lstrip() + "\n"


def _toml(billed: Iterable[BilledParticipant], roster: Roster, created: datetime) -> ClaimFiles:
    """Return every claim in its own file."""
    claims = {each.number: each.claim for each in billed if each.claim}
    return ClaimFiles(
        texts={f"{claim.id}.toml": text_of_claim(claim) for claim in claims.values()},
        names={number: f"{claim.id}.toml" for number, claim in claims.items()},
    )


def _fhir(billed: Iterable[BilledParticipant], roster: Roster, created: datetime) -> ClaimFiles:
    """Return each claim that is ready as its own bundle."""

    def bundle(claim: Claim, who: Participant) -> str:
        return text_of(claim_bundle(claim, who.submission, created=created.date())) + "\n"

    made, problems = _made(billed, roster, bundle)
    names = {number: f"{claim.id}.json" for number, (claim, _) in made.items()}
    texts = {names[number]: text for number, (_, text) in made.items()}
    return ClaimFiles(texts=texts, names=names, problems=problems)


def _x12(billed: Iterable[BilledParticipant], roster: Roster, created: datetime) -> ClaimFiles:
    """Return all claims that are ready in one file, named by its control number."""
    made, problems = _made(
        billed, roster, lambda claim, who: form_claim(claim, who.submission, roster.providers)
    )
    try:
        text = interchange((ready for _, ready in made.values()), roster.envelope, created)
    except InvalidValueError as error:
        problems = tuple(field_error.at(roster.file) for field_error in error.field_errors)
        return ClaimFiles(texts={}, names={}, problems=(*problems, *problems))
    if not made:
        return ClaimFiles(texts={}, names={}, problems=problems)
    name = f"{roster.envelope.control:09}.837"
    return ClaimFiles(texts={name: text}, names=dict.fromkeys(made, name), problems=problems)


def _made(
    billed: Iterable[BilledParticipant],
    roster: Roster,
    make: Callable[[Claim, Participant], T],
) -> tuple[dict[int, tuple[Claim, T]], tuple[Problem, ...]]:
    """Return the claims that are ready with the result of ``make``, and problems of the others."""
    made: dict[int, tuple[Claim, T]] = {}
    lacking: dict[FieldError, list[int]] = {}
    participants = {each.number: each for each in roster.participants}
    for each in billed:
        if each.claim is None or not each.is_to_be_sent:
            continue
        try:
            made[each.number] = each.claim, make(each.claim, participants[each.number])
        except InvalidValueError as error:
            for field_error in error.field_errors:
                lacking.setdefault(field_error, []).append(each.number)
    return made, tuple(_problems(lacking, roster))


def _problems(lacking: dict[FieldError, list[int]], roster: Roster) -> Iterator[Problem]:
    """Yield each problem once for all its participants; that of a provider once for the roster."""
    for field_error, numbers in lacking.items():
        if field_error.path[0] == "providers":
            yield field_error.at(roster.file)
            continue
        who = f"participant{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"
        yield field_error.at(f"{roster.file}, {who}")


FORMS: Final[dict[str, Callable[[Iterable[BilledParticipant], Roster, datetime], ClaimFiles]]] = {
    "toml": _toml,
    "837p": _x12,
    "fhir": _fhir,
}
