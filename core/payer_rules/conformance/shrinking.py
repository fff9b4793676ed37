"""Claims with one thing less than a claim, and the smallest claim that still shows a difference."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Final, TypeAlias

import attrs

from payer_rules.claims import Claim
from payer_rules.history import History

#: A claim and the earlier lines; without them, nothing of the past is known.
Known: TypeAlias = tuple[Claim, History | None]

#: Facts that a claim may leave out.
_OPTIONAL: Final = (
    *("setting", "program", "plan", "network", "state", "line_of_business", "contractor"),
    *("diagnoses", "condition_codes", "authorizations", "referral", "order", "inpatient_stays"),
    *("episode_start", "received", "bill_type", "occurrences", "dates", "other_payers"),
)
_OF_LINES: Final = (
    *("place_of_service", "modality", "rendering_provider", "minutes", "charge", "session"),
    *("body_site", "drug"),
)


def smaller_claims(claim: Claim, history: History | None) -> Iterator[Known]:
    """Yield the claim with one thing less: a line, an earlier line, or a fact."""
    yield from _with_fewer_lines(claim, history)
    for name in _OPTIONAL:
        if getattr(claim, name) is not None:
            yield _without(claim, name), history
    for name in _OF_LINES:
        if any(getattr(line, name) is not None for line in claim.lines):
            bare = [_without(line, name) for line in claim.lines]
            yield attrs.evolve(claim, lines=bare), history


def _with_fewer_lines(claim: Claim, history: History | None) -> Iterator[Known]:
    if history is not None:
        for past in history.lines:
            kept = [line for line in history.lines if line != past]
            yield claim, attrs.evolve(history, lines=kept)
    for line in claim.lines if len(claim.lines) > 1 else ():
        yield attrs.evolve(claim, lines=[each for each in claim.lines if each != line]), history


def shrunk(
    claim: Claim,
    history: History | None,
    shows: Callable[[Claim, History | None], bool],
    smaller: Callable[[Claim, History | None], Iterator[Known]] = smaller_claims,
) -> Known:
    """Return the claim and its history without all that ``shows`` does not need."""
    first, found = 0, True
    while found or first:
        # NOTE: what could not be left out before is tried again only when all else was tried.
        first = first if found else 0
        found = False
        for at, less in enumerate(islice(smaller(claim, history), first, None), first):
            if shows(*less):
                (claim, history), first, found = less, at, True
                break
    return claim, history


def _without(value: Any, name: str) -> Any:  # noqa: ANN401
    return attrs.evolve(value, **{name: None})
