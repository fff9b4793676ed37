"""The decisions of the engine on the claims of rows, as rows of the results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from payer_rules.batch.line_answers import AnswerTable
from payer_rules.batch.line_rows import ClaimsOfRows, claims_of_rows, set_rows_aside
from payer_rules.batch.result_rows import ResultRows
from payer_rules.checking import ClaimChecker
from payer_rules.checking.history_update import HistoryUpdate
from payer_rules.errors import Problem

if TYPE_CHECKING:
    import pyarrow as pa

    from payer_rules.batch.text_hashes import Hashes


def decided_rows(
    tables: Iterable[pa.Table],
    books: ClaimChecker,
    answers: AnswerTable,
    *,
    mapping: Mapping[str, str] | None = None,
    setting: str | None = None,
    split_claims: Hashes | None = None,
    messages: bool = False,
    updates: Mapping[str, HistoryUpdate] | None = None,
) -> ResultRows:
    """Return the results for the claims of the rows, and for the rows set aside.

    With ``updates`` of the payers' histories the rows have what decisions leave to later claims.
    """
    claims = claims_of_rows(tables, mapping, setting, split_claims)
    rows = ResultRows(claims, answers, messages, updates)
    placed = [((0, filed.number), filed) for filed in claims.claims]
    result = books.evaluate_partition(placed, rows.add)
    rest = _set_undecided_aside(claims, rows.decided, result.problems)
    for position, claim, problem in claims.set_aside:
        rows.add_problem(*claims.places[position], claim, problem)
    for position, claim_id in claims.uncoded:
        rows.add_uncoded(position, claim_id, None, None)
    for problem in rest:
        rows.add_problem(None, None, None, problem)
    return rows


def _set_undecided_aside(
    claims: ClaimsOfRows, decided: set[int], problems: Iterable[Problem]
) -> list[Problem]:
    """Set the rows of claims aside that no payer decided; return the problems of other things."""
    by_place: dict[str, Problem] = {}
    for problem in problems:
        by_place.setdefault(problem.where, problem)
    for filed, rows in zip(claims.claims, claims.rows, strict=True):
        own = [by_place.pop(place) for place in (filed.place(),) if place in by_place]
        if filed.number in decided:
            continue
        if filed.is_uncoded:
            claims.uncoded += ((row, filed.claim.id) for row in rows.values())
        elif own:
            set_rows_aside(claims, [*rows.values()], filed.claim.id, own)
        else:
            set_rows_aside(claims, [*rows.values()], filed.claim.id, by_place.values())
    return [*by_place.values()]
