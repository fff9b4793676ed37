"""The checklist of a service as text and as data."""

from __future__ import annotations

from collections.abc import Iterator

from payer_rules.planning.checklist import Checklist, ChecklistItem
from payer_rules.reports.conditions import conditions_text
from payer_rules.reports.data import Data, plain, stated
from payer_rules.reports.decisions import sources
from payer_rules.reports.next_dates import folded

_UNCONFIRMED = "Read for other dates: we have not confirmed that it still applies."


def lines_of(checklist: Checklist, payer: str) -> Iterator[str]:
    """Yield what the payer asks for with its sources, then the house list, clearly apart."""
    yield from folded(f"{checklist.code} · {payer} · on {checklist.day}", "")
    if checklist.items:
        yield ""
        yield "  Asked for by the payer:"
        for item in checklist.items:
            yield from _item(item)
    if checklist.house:
        yield ""
        yield "  House list, no payer text:"
        for item in checklist.house:
            yield from _item(item)


def _item(item: ChecklistItem) -> Iterator[str]:
    yield from folded(f"[ ] {item.text}", "    ")
    if item.rule is not None:
        if conditions := conditions_text(item.when):
            yield from folded(f"Applies {conditions}", "        ")
        yield from folded(f"Rule {item.rule}; {sources(item.citations)}", "        ")
        if not item.is_confirmed:
            yield f"        {_UNCONFIRMED}"


def data_of(checklist: Checklist) -> dict[str, Data]:
    """Return the checklist as JSON data; items of the house list have no rule and no source."""
    return {
        "payer": checklist.payer,
        "code": checklist.code,
        "day": plain(checklist.day),
        "items": [_of_item(item) for item in checklist.items],
        "house": [item.text for item in checklist.house],
    }


def _of_item(item: ChecklistItem) -> Data:
    return {
        "text": item.text,
        "rule": item.rule,
        "when": stated(item.when),
        "citations": plain(item.citations),
        "is_confirmed": item.is_confirmed,
    }
