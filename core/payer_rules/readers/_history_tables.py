"""The history that a claim file gives for a claim."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

import attrs

from payer_rules._shown import shown
from payer_rules._structure import structure
from payer_rules.claims import Claim, Provider
from payer_rules.errors import Misfit, MisfitError
from payer_rules.history import History, HistoryLine
from payer_rules.readers._claim_tables import Table, all_misfits, no_table, spelled_history_line

HISTORY_KEYS: Final = frozenset(["history", "history_covers"])


@attrs.frozen(kw_only=True)
class _Covers:
    """From which day on, and of whose lines, the history lacks none."""

    first: date = attrs.field(default=date.min, metadata={"key": "from"})
    providers: Literal["any", "billing"] = "any"


def read_history(around: Table, claim: Claim | None, rendering: Provider | None) -> History | None:
    """The history that stands in the table; ``None`` where the table has none: not known.

    Its lines have the claim's member and providers where they name none; ``rendering`` is the
    claim's default. Without a claim, which was then broken, the history is read for its misfits
    alone. Raises `MisfitError` with all of them.
    """
    misfits: list[Misfit] = []
    covers = _covers(around, misfits)
    lines = _lines(around.get("history", []), claim.member.id if claim else "", misfits)
    if misfits:
        raise MisfitError(misfits)
    if claim is None or "history" not in around:
        return None
    by_default = rendering or _only_rendering(claim)
    return History(
        lines=(_with_providers(line, claim, by_default) for line in lines),
        covers_from=covers.first,
        covers_billing=claim.billing_provider.npi if covers.providers == "billing" else None,
    )


def _covers(around: Table, misfits: list[Misfit]) -> _Covers:
    if "history_covers" in around and "history" not in around:
        problem = "history_covers is written, and no history"
        remedy = "Write history = [] where it is known that there is none."
        misfits.append(Misfit(("history_covers",), problem, remedy))
    try:
        return structure(_Covers, around.get("history_covers", {}))
    except MisfitError as error:
        misfits.extend(misfit.under("history_covers") for misfit in error.misfits)
        return _Covers()


def _lines(given: object, member: str, misfits: list[Misfit]) -> list[HistoryLine]:
    if not isinstance(given, list):
        problem = f"history is {shown(given)}, and a list belongs here"
        misfits.append(Misfit(("history",), problem, "Write [[history]] for each line, or []."))
        return []
    lines = []
    for at, each in enumerate(given):
        if not isinstance(each, dict):
            misfits.append(no_table("a line of the history", each).under("history", at))
            continue
        spelled = spelled_history_line(each, at, member)
        misfits.extend(spelled.misfits)
        try:
            lines.append(structure(HistoryLine, spelled.table))
        except MisfitError:
            found = all_misfits(HistoryLine, spelled.table)
            misfits.extend(misfit.under("history", at) for misfit in found)
    return lines


def _only_rendering(claim: Claim) -> Provider | None:
    """Who rendered all lines of the claim; ``None`` where they are several."""
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
