"""How processes that work side by side are begun."""

from __future__ import annotations

import multiprocessing
from typing import Any


def process_context() -> Any:  # noqa: ANN401
    """How processes are begun: forked where that can be, for a fork has what is loaded already."""
    methods = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("fork" if "fork" in methods else "spawn")
