"""The history in a TOML or JSON document."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final, Literal

import attrs

from payer_rules.claims import Claim, Provider
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import FieldError, InvalidValueError
from payer_rules.history import History, HistoryLine
from payer_rules.readers.claim_shorthand import Table, all_errors, expand_history_line, not_a_table
from payer_rules.readers.size_limits import MOST_FAULTS
from payer_rules.text.quoting import REDACTED, named, redacted
from payer_rules.values.structure import structure

#: Stands for the member of a line that names none.
_NOBODY: Final = "-"
HISTORY_KEYS: Final = frozenset(["history", "history_covers"])
#: The name that a document of its own may state as its ``schema``.
HISTORY_SCHEMA: Final = "urn:payer-rules:schema:history:1"


@attrs.frozen(kw_only=True)
class HistoryCoverage:
    """The first day, and the providers, from and for which a history is complete.

    ``billing`` and ``rendering`` are NPIs; in a claim's own history ``providers = "billing"`` means
    the claim's billing provider.
    """

    first: date = attrs.field(default=date.min, metadata={"key": "from"})
    providers: Literal["any", "billing"] = "any"
    billing: str | None = None
    rendering: str | None = None


def read_history(around: Table, claim: Claim | None, rendering: Provider | None) -> History | None:
    """Return the history in the table; ``None`` if the table has none: not known.

    Lines that name no member or provider have those of the claim; ``rendering`` is the claim's
    default. Without a claim, which then had errors, the history is read for its errors alone.
    Raises `InvalidValueError` with all of them.
    """
    field_errors: list[FieldError] = []
    covers = _covers(around, field_errors)
    lines = _lines(around.get("history", []), claim.member.id if claim else _NOBODY, field_errors)
    if claim is not None:
        field_errors.extend(_errors_of_days(lines, claim.received))
    if field_errors:
        raise InvalidValueError(field_errors)
    if claim is None or "history" not in around:
        return None
    by_default = rendering or _only_rendering(claim)
    billing = claim.billing_provider.npi if covers.providers == "billing" else covers.billing
    return History(
        lines=(_with_providers(line, claim, by_default) for line in lines.values()),
        covers_from=covers.first,
        covers_billing=billing,
        covers_rendering=covers.rendering,
    )


def read_store(around: Table) -> History:
    """Return the history of a document of its own, whose lines name their members.

    Raises `InvalidValueError` with all errors.
    """
    field_errors: list[FieldError] = []
    covers = _covers(around, field_errors)
    if covers.providers == "billing":
        remedy = (
            'Write history_covers = { billing = "NPI" }: no claim here names a billing provider.'
        )
        field_errors.append(
            FieldError(("history_covers", "providers"), "the billing provider is not known", remedy)
        )
    given = around.get("history", [])
    lines = _lines(given, _NOBODY, field_errors)
    for at in lines:
        if isinstance(given, list) and "member" not in given[at]:
            remedy = "Write the member in each line of a history file."
            error = FieldError(
                ("history", at), "the line names no member", remedy, ErrorCode.MISSING_KEY
            )
            field_errors.append(error)
    if field_errors:
        raise InvalidValueError(field_errors)
    return History(
        lines=lines.values(),
        covers_from=covers.first,
        covers_billing=covers.billing,
        covers_rendering=covers.rendering,
    )


def _covers(around: Table, field_errors: list[FieldError]) -> HistoryCoverage:
    if "history_covers" in around and "history" not in around:
        message = "history_covers is written, and no history"
        remedy = "Write history = [] if there is known to be none."
        field_errors.append(
            FieldError(("history_covers",), message, remedy, ErrorCode.CLAIM_DOCUMENT)
        )
    try:
        return structure(HistoryCoverage, around.get("history_covers", {}), REDACTED)
    except InvalidValueError as error:
        field_errors.extend(
            field_error.under("history_covers") for field_error in error.field_errors
        )
        return HistoryCoverage()


def _lines(given: object, member: str, field_errors: list[FieldError]) -> dict[int, HistoryLine]:
    """Return the sound lines by their position in the list."""
    if not isinstance(given, list):
        message = f"history is {redacted(given)}, and a list belongs here"
        remedy = "Write [[history]] for each line, or []."
        field_errors.append(FieldError(("history",), message, remedy, ErrorCode.WRONG_TYPE))
        return {}
    lines = {}
    for at, each in enumerate(given):
        if len(field_errors) > MOST_FAULTS:
            break
        if not isinstance(each, dict):
            field_errors.append(not_a_table("a line of the history", each).under("history", at))
            continue
        expanded = expand_history_line(each, at, member)
        field_errors.extend(expanded.field_errors)
        try:
            lines[at] = structure(HistoryLine, expanded.table, REDACTED)
        except InvalidValueError:
            found = all_errors(HistoryLine, expanded.table)
            field_errors.extend(field_error.under("history", at) for field_error in found)
    return _without_twins(given, lines, field_errors)


def _without_twins(
    given: list[Table], lines: dict[int, HistoryLine], field_errors: list[FieldError]
) -> dict[int, HistoryLine]:
    """Return the lines, repeated ones once; two lines of one number must be equal."""
    first: dict[tuple[str, str, int], HistoryLine] = {}
    left = {}
    for at, line in lines.items():
        # NOTE: a line that does not say its number is only known to be one of its claim.
        if "number" in given[at]:
            key = (line.member, line.claim, line.number)
            if key in first and first[key] != line:
                subject = f"line {redacted(line.number)} of claim {named(line.claim)}"
                message = f"{subject} is listed twice with different values"
                remedy = "Keep the valid one: of a replaced claim, only the last."
                field_errors.append(
                    FieldError(("history", at), message, remedy, ErrorCode.HISTORY_LINE)
                )
            if key in first:
                continue
            first[key] = line
        left[at] = line
    return left


def _errors_of_days(lines: dict[int, HistoryLine], received: date | None) -> Iterator[FieldError]:
    """Yield the errors of lines that cannot have been adjudicated before the claim was received."""
    for at, line in lines.items():
        if received is not None and line.date_from > received:
            message = f"the line is of {line.date_from}, and the claim was received on {received}"
            remedy = "A history holds what came before the decision: correct one of the dates."
            path = ("history", at, "date_from")
            yield FieldError(path, message, remedy, ErrorCode.HISTORY_LINE)


def _only_rendering(claim: Claim) -> Provider | None:
    """Return the provider who rendered all lines of the claim; ``None`` if there are several."""
    first, *others = {claim.rendering_provider(line) for line in claim.lines}
    return None if others else first


def _with_providers(line: HistoryLine, claim: Claim, rendering: Provider | None) -> HistoryLine:
    # NOTE: who bills for another than the claim's provider is taken to have rendered it too, as
    # in a claim; the claim's own provider may not be the one.
    own = line.billing_provider
    return attrs.evolve(
        line,
        billing_provider=own or claim.billing_provider,
        rendering_provider=line.rendering_provider or own or rendering,
    )
