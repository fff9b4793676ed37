"""How processes that judge many claims are begun."""

from __future__ import annotations

import gc
import multiprocessing
from typing import Any, Final

_SELDOM: Final = 100_000


def process_context() -> Any:  # noqa: ANN401
    """How processes are begun: forked where that can be, for a fork has what is loaded already."""
    methods = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("fork" if "fork" in methods else "spawn")


def collect_seldom() -> None:
    """Let this process look for garbage seldom, and never again in what is there already.

    NOTE: claims and decisions hold no cycles: to look for some again and again takes a tenth of the
    time. Only who owns the process may say so.
    """
    gc.freeze()
    gc.set_threshold(_SELDOM)
