"""What a terminal shows while something takes long; nothing where there is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from payer_rules.text.escaping import visible

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn, TaskID


class ProgressBars:
    """A bar for each thing that is done, in a terminal; nothing without one."""

    def __init__(self, progress: Progress | None = None) -> None:
        self._progress = progress
        self._drawn: dict[str, TaskID] = {}

    def __call__(self, what: str, done: float, of: float | None) -> None:
        """Draw how much of something is done, and of how much, if that is known."""
        if self._progress is None:
            return
        if what not in self._drawn:
            from rich.markup import escape

            self._drawn[what] = self._progress.add_task(escape(visible(what)), total=of)
        self._progress.update(self._drawn[what], completed=done, total=of)

    def stop(self) -> None:
        """Take the bars away before something else is printed, which they would draw over."""
        if self._progress is not None:
            self._progress.stop()


@contextmanager
def progress_bars(
    columns: Callable[[], tuple[ProgressColumn, ...]] = tuple,
) -> Iterator[ProgressBars]:
    """Yield what draws the bars while the work goes on.

    ``columns`` makes what stands beside a bar, where there is a terminal; else it is as rich does.
    """
    if not sys.stderr.isatty():
        yield ProgressBars()
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(*columns(), console=Console(stderr=True), transient=True) as progress:
        yield ProgressBars(progress)


def rate_columns() -> tuple[ProgressColumn, ...]:
    """The columns of a count: how many, how many a second, and the time that went and is left."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        ProgressColumn,
        Task,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class RateColumn(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed or 0:,.0f}/s")

    return (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        RateColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
