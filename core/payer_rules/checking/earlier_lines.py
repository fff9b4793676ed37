"""The earlier lines of claims, fetched from a history store for many claims at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Final, TypeAlias

import attrs

from payer_rules.claims import Claim
from payer_rules.history import History, HistorySource
from payer_rules.readers import FiledClaim
from payer_rules.rulebook import RuleBook

#: Returns the history of a claim with what a practice states of its coverage, given the day before
#: which lines may have been deleted.
Coverage: TypeAlias = Callable[[History, Claim, date], History]

#: The most claims whose lines are fetched at a time.
_BATCH: Final = 1_000


def with_earlier_lines(
    filed: Iterable[FiledClaim],
    rulebook: RuleBook,
    source: HistorySource | None,
    coverage: Coverage | None = None,
) -> Iterator[FiledClaim]:
    """Yield the claims; those without a history get the lines that the rules query."""
    if source is None:
        yield from filed
        return
    rest = iter(filed)
    while part := list(islice(rest, _BATCH)):
        asked = [() if f.history is not None else rulebook.queries([f.claim]) for f in part]
        fetched = source.fetch(query for queries in asked for query in queries)
        for each, queries in zip(part, asked, strict=True):
            if each.history is not None:
                yield each
                continue
            kept = source.kept_from(each.claim.member.id)
            history = limited_to_kept(fetched.select(queries), kept)
            if coverage is not None:
                history = coverage(history, each.claim, kept)
            yield attrs.evolve(each, history=history)


def earlier_lines(claim: Claim, rulebook: RuleBook, source: HistorySource) -> History:
    """Return the earlier lines that the rules query for the claim."""
    return limited_to_kept(
        source.select(rulebook.queries([claim])), source.kept_from(claim.member.id)
    )


def limited_to_kept(history: History, kept_from: date) -> History:
    """Return the history, which is complete on no day before the one from which lines were kept."""
    if kept_from <= history.covers_from:
        return history
    return attrs.evolve(history, covers_from=kept_from)
