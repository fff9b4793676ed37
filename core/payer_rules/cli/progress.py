"""What a terminal shows while something takes long; nothing where there is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from rich.progress import ProgressColumn

#: Told what is being done, how much of it is done, and of how much, if that is known.
Watch: TypeAlias = Callable[[str, float, float | None], None]


@contextmanager
def bars(columns: Callable[[], tuple[ProgressColumn, ...]] = tuple) -> Iterator[Watch]:
    """What is called now and then while the work goes on: it draws a bar for each thing done.

    ``columns`` makes what stands beside a bar, where there is a terminal; else it is as rich does.
    """
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(*columns(), console=Console(stderr=True), transient=True) as progress:
        drawn: dict[str, int] = {}

        def watch(what: str, done: float, of: float | None) -> None:
            if what not in drawn:
                drawn[what] = progress.add_task(what, total=of)
            progress.update(progress.task_ids[drawn[what]], completed=done, total=of)

        yield watch


def rates() -> tuple[ProgressColumn, ...]:
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

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed or 0:,.0f}/s")

    return (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
