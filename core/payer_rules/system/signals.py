"""Signals that ask a run to stop: each ends it with an exception, so that it cleans up."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

#: By name, for not every system has all of them.
_STOPPING: Final = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
_DEFAULTS: Final = (signal.SIG_DFL, signal.default_int_handler)


class Interrupted(KeyboardInterrupt):
    """The end of a run that a signal asked for."""

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
    """Raise `Interrupted` where a signal asks to stop; what is ignored, as by nohup, stays so."""
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
    """Let signals that ask to stop wait until a step is done that may not be done by half."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def is_interrupt(error: BaseException) -> bool:
    """Return True if a signal asked to stop, False if somebody's code raised the error.

    NOTE: where Python's own handler is at work, nobody can say which it was.
    """
    if isinstance(error, Interrupted):
        return True
    by_python = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    return by_python and isinstance(error, KeyboardInterrupt)


def worker_signals() -> None:
    """Let the process that began this one decide when it ends: Ctrl-C reaches both."""
    for number in _STOPPING:
        signal.signal(number, signal.SIG_DFL)
    # NOTE: a function, and not SIG_IGN, which programs that are started here would inherit.
    signal.signal(signal.SIGINT, lambda number, frame: None)
