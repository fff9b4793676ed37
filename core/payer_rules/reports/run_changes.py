"""What is different from an earlier run, as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from payer_rules.conformance.earlier_runs import RunChange
from payer_rules.conformance.run_record import RunRecord
from payer_rules.reports.decisions import count_of
from payer_rules.reports.text_layout import PageLayout

#: The most changes that are printed without ``--all``.
_MOST: Final = 40
_INDENT: Final = 2


def lines_of_changes(
    title: str,
    changed: Sequence[RunChange],
    layout: PageLayout,
    *,
    show_all: bool = False,
    option: str = "--all",
) -> Iterator[str]:
    """Yield the title with the number of changes, and the changes, files first.

    ``option`` is the one that prints all of many changes.
    """
    number = count_of(len(changed), "change") if changed else "nothing has changed"
    yield layout.styled(f"{title}: {number}", "red" if changed else "green")
    shown = changed if show_all else changed[:_MOST]
    for change in shown:
        yield from layout.wrapped(str(change), indent=_INDENT, hanging=_INDENT)
    if len(shown) < len(changed):
        yield f"{' ' * _INDENT}and {len(changed) - len(shown):,} more: {option} prints them"


def lines_of_verification(
    name: str,
    record: RunRecord,
    faults: Sequence[RunChange],
    changed: Sequence[RunChange],
    layout: PageLayout,
    *,
    show_all: bool = False,
) -> Iterator[str]:
    """Yield whether the report of the name is whole, and what is different now."""
    answers = sum(1 for _ in record.answers())
    yield f"{name}: {count_of(answers, 'answer')} of {count_of(len(record.payers), 'payer')}"
    if faults:
        title = f"{name} is not complete, or was altered"
        yield from lines_of_changes(title, faults, layout, show_all=show_all)
    else:
        yield layout.styled("complete: every planned answer is there", "green")
    yield from lines_of_changes("repeated now", changed, layout, show_all=show_all)
