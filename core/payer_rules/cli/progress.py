"""Progress bars in a terminal; nothing is drawn if standard error is not a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from payer_rules.text.escaping import visible

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn, TaskID


class ProgressBars:
    """A progress bar for each task in a terminal."""

    def __init__(self, progress: Progress | None = None) -> None:
        self._progress = progress
        self._drawn: dict[str, TaskID] = {}

    def __call__(self, what: str, done: float, of: float | None) -> None:
        """Draw how much of a task is done, and its total if that is known."""
        if self._progress is None:
            return
        if what not in self._drawn:
            from rich.markup import escape

            self._drawn[what] = self._progress.add_task(escape(visible(what)), total=of)
        self._progress.update(self._drawn[what], completed=done, total=of)

    def stop(self) -> None:
        """Remove the bars before other text is printed."""
        if self._progress is not None:
            self._progress.stop()


@contextmanager
def progress_bars(
    columns: Callable[[], tuple[ProgressColumn, ...]] = tuple,
) -> Iterator[ProgressBars]:
    """Yield the progress bars of a task.

    ``columns`` makes the columns of a bar; the default is that of rich.
    """
    if not sys.stderr.isatty():
        yield ProgressBars()
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(*columns(), console=Console(stderr=True), transient=True) as progress:
        yield ProgressBars(progress)


def rate_columns() -> tuple[ProgressColumn, ...]:
    """Return the columns of a count: number, rate, time elapsed and time remaining."""
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
        """The number of items per second."""

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
