"""The same questions in a new process: another hash seed, another clock, and in reverse order.

A set has another order in each process, unless the seed of hashes is set; a constant of a module
that holds today's date has another value; and what a rule remembers of one claim it has not seen
yet. The claims come by the standard input of the process and the decisions leave by its standard
output, both pickled.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from payer_rules.conformance.fake_clock import CLOCK_SETTINGS, ClockSetting, replace_clock

#: The environment of the process: only what an interpreter needs to begin.
_KEPT: Final = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "HOME", "TMPDIR", "TEMP", "TMP")
#: Two seeds: a set of two has the same order in one of them more often than not.
SEEDS: Final = ("1", "4242")


def decide_in_new_process(
    payer: str,
    profiles: Sequence[Path],
    without: Sequence[str],
    claims: Sequence[tuple[str, Any, Any]],
    seed: str,
    place: ClockSetting = CLOCK_SETTINGS[0],
) -> list[Any]:
    """Return the payer's decisions on the claims, made in a new process from the last claim on.

    Raises `ChildProcessError` with what the process wrote where it gives no answer.
    """
    question = (place, payer, list(profiles), list(without), list(claims))
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", _BEGIN],
        input=pickle.dumps((sys.path, pickle.dumps(question))),
        env={**kept, "PYTHONHASHSEED": seed},
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise ChildProcessError(done.stderr.decode("utf-8", "replace").strip()[-400:])
    decisions: list[Any] = pickle.loads(done.stdout)
    return decisions


#: The path first, for without it nothing of the package is found.
_BEGIN: Final = """
import pickle, sys
path, question = pickle.load(sys.stdin.buffer)
sys.path[:] = path
from payer_rules.conformance.new_process import answer
answer(question)
"""


def answer(question: bytes) -> None:
    """Answer the question on standard output; what a plugin prints goes to standard error."""
    # NOTE: before the clock is replaced, for our own modules compare the types of dates.
    from payer_rules.conformance.payer_under_test import own_rules
    from payer_rules.registry import load

    place, payer, profiles, without, claims = pickle.loads(question)
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)
        with replace_clock(place):
            registry = load(profiles=profiles, without=without)
            book = registry.rulebook(payer, collected=own_rules(registry, payer))
            decided = [book.decide(claim, history) for _, claim, history in reversed(claims)]
        pickle.dump(decided[::-1], out)
