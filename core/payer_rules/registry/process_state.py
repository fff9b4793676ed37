"""State of the process that is restored after the code of a plugin has run."""

from __future__ import annotations

import locale
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from decimal import localcontext
from typing import Final

_SIGNALS: Final = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


@contextmanager
def restored_process_state() -> Iterator[list[str]]:
    """Restore what the code in the context changes; yield a list that then names the changes.

    These are the current folder, the locale, the handlers of signals; without a word also standard
    output, the permissions of new files and the context of decimal numbers. A process that the code
    has forked ends here.
    """
    changes: list[str] = []
    process, folder, output = os.getpid(), _folder(), sys.stdout
    mask = _mask()
    language = locale.setlocale(locale.LC_ALL)
    handlers = {number: signal.getsignal(number) for number in _SIGNALS}
    try:
        with localcontext():
            yield changes
    finally:
        if os.getpid() != process:
            os._exit(1)
        sys.stdout = output
        os.umask(mask)
        if folder is not None and _folder() != folder:
            changes.append("the current folder")
            os.chdir(folder)
        if locale.setlocale(locale.LC_ALL) != language:
            changes.append("the locale")
            locale.setlocale(locale.LC_ALL, language)
        if problems_of_changes := [n for n in handlers if signal.getsignal(n) != handlers[n]]:
            changes.append("what signals do")
            for number in problems_of_changes:
                with suppress(TypeError, ValueError):
                    signal.signal(number, handlers[number])


def _mask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _folder() -> str | None:
    try:
        return os.getcwd()
    except OSError:
        return None
