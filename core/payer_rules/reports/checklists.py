"""The checklist of a service as text and as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from payer_rules.planning.checklist import Checklist, ChecklistItem
from payer_rules.reports.conditions import conditions_text
from payer_rules.reports.data import Data, plain, stated
from payer_rules.reports.decisions import sources
from payer_rules.reports.next_dates import folded

_UNCONFIRMED = "Read for other dates: we have not confirmed that it still applies."


def lines_of(checklists: Sequence[Checklist], names: Mapping[str, str]) -> Iterator[str]:
    """Yield what payers ask for with its sources, then the house list, clearly apart.

    ``names`` are those of payers by id. For several payers, equal house lists come once.
    """
    blocks = [
        block
        for code, same in groupby(checklists, key=lambda each: each.code)
        for block in _blocks(code, tuple(same), names)
    ]
    for at, block in enumerate(blocks):
        yield from ("", *block) if at else block


def _blocks(
    code: str, checklists: Sequence[Checklist], names: Mapping[str, str]
) -> Iterator[list[str]]:
    """Yield the lines of each payer that asks for something, then those of the house list."""
    is_alone = len(checklists) == 1
    for checklist in checklists:
        if checklist.items or is_alone:
            heading = folded(f"{code} · {names[checklist.payer]} · on {checklist.day}", "")
            yield [*heading, *_items("Asked for by the payer:", checklist.items)]
    together: dict[tuple[bool, tuple[ChecklistItem, ...]], list[str]] = {}
    for checklist in checklists:
        if checklist.house:
            key = (checklist.has_contents, checklist.house)
            together.setdefault(key, []).append(checklist.payer)
    for (has_contents, house), found in sorted(together.items(), key=lambda item: item[0][0]):
        others = " for the other contents" if has_contents else ""
        payers = "" if is_alone else f" · {', '.join(found)}"
        heading = folded(f"House list{others}, no payer text{payers}:", "  ")
        yield [*heading, *(line for item in house for line in _item(item))]


def _items(heading: str, items: Sequence[ChecklistItem]) -> Iterator[str]:
    """Yield the items under the heading, if there are any."""
    if items:
        yield ""
        yield f"  {heading}"
        for item in items:
            yield from _item(item)


def _item(item: ChecklistItem) -> Iterator[str]:
    yield from folded(f"[ ] {item.text}", "    ")
    if item.rule is not None:
        if conditions := conditions_text(item.when, item.exceptions):
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
        "exceptions": [stated(exception) for exception in item.exceptions],
        "citations": plain(item.citations),
        "is_confirmed": item.is_confirmed,
    }
