"""Signals that stop a run: each raises an exception, so that the run cleans up."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

#: By name, because not every system has all of them.
_STOPPING: Final = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
_DEFAULTS: Final = (signal.SIG_DFL, signal.default_int_handler)


class Interrupted(KeyboardInterrupt):
    """The end of a run by a signal."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    @property
    def name(self) -> str:
        """The name of the signal."""
        return signal.Signals(self.number).name


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise Interrupted(number)


@contextmanager
def interruptible() -> Iterator[None]:
    """Raise `Interrupted` on a stop signal; ignored signals, as under nohup, stay ignored."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {
        number: handler
        for number in _STOPPING
        if (handler := signal.getsignal(number)) in _DEFAULTS
    }
    for number in before:
        signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def signals_deferred() -> Iterator[None]:
    """Defer stop signals until a step that must be complete is done."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def is_interrupt(error: BaseException) -> bool:
    """Return True if a signal caused the error, False if code raised it.

    NOTE: with Python's own handler the two cannot be distinguished.
    """
    if isinstance(error, Interrupted):
        return True
    by_python = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    return by_python and isinstance(error, KeyboardInterrupt)


def worker_signals() -> None:
    """Leave Ctrl-C to the parent process, which also receives it and ends the workers."""
    for number in _STOPPING:
        signal.signal(number, signal.SIG_DFL)
    # NOTE: a function instead of SIG_IGN, which child programs would inherit.
    signal.signal(signal.SIGINT, lambda number, frame: None)
