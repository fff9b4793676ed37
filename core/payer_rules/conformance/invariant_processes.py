"""The processes in which invariants are checked, one for each payer, for `conform` and pytest.

A replaced clock or a hook that hangs stays in that process. A process is ended if an invariant has
no answer in time; the next invariants begin in another one.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from multiprocessing.connection import Connection, wait
from typing import Any, Final

import attrs

from payer_rules.conformance.fixtures import Suite
from payer_rules.conformance.invariants import INVARIANTS, PayerUnderTest
from payer_rules.registry import Registry, describe_error
from payer_rules.system.processes import begin_worker, ending_of, process_context
from payer_rules.system.signals import is_interrupt

#: Seconds for each invariant of a payer.
TIME_LIMIT: Final = 120.0
_SECONDS_TO_END: Final = 0.5


@attrs.frozen(kw_only=True)
class InvariantResult:
    """The violations of an invariant by one payer, in plain words; none: the invariant holds."""

    payer: str
    invariant: str
    broken: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """The name of the invariant and its sentence."""
        return f"the invariant {self.invariant} is broken: {_sentence(self.invariant)}"


def _sentence(invariant: str) -> str:
    return (INVARIANTS[invariant].__doc__ or "").strip().partition("\n")[0]


def check_invariants(
    registry: Registry,
    suite: Suite,
    invariants_of: Mapping[str, Iterable[str]],
    time_limit: float = TIME_LIMIT,
) -> tuple[InvariantResult, ...]:
    """Return the result of each invariant, by payer, each within the limit in seconds."""
    waiting = [
        _InvariantProcess(payer, list(invariants))
        for payer, invariants in sorted(invariants_of.items())
    ]
    running: list[_InvariantProcess] = []
    results: list[InvariantResult] = []
    try:
        while waiting or running:
            while waiting and len(running) < (os.cpu_count() or 1):
                run = waiting.pop(0)
                run.begin(registry, suite, time_limit)
                running.append(run)
            left = max(0.0, min(run.deadline for run in running) - time.monotonic())
            ready = wait([run.pipe for run in running], left)
            for run in list(running):
                results += run.heard(ready, time_limit)
                if run.pipe.closed:
                    running.remove(run)
                    waiting[:0] = [run] if run.invariants else []
    finally:
        for run in running:
            run.end()
    order = list(INVARIANTS)
    return tuple(sorted(results, key=lambda each: (each.payer, order.index(each.invariant))))


class _InvariantProcess:
    """The invariants of one payer that have no result yet, and the process that checks them."""

    def __init__(self, payer: str, invariants: list[str]) -> None:
        self.payer = payer
        self.invariants = invariants
        self.deadline = 0.0
        self.pipe: Any = None
        self._process: Any = None

    def begin(self, registry: Registry, suite: Suite, time_limit: float) -> None:
        """Start the process."""
        context = process_context()
        self.pipe, theirs = context.Pipe(duplex=False)
        arguments = (registry, suite, self.payer, tuple(self.invariants), theirs, os.getpid())
        self._process = context.Process(target=_serve, args=arguments, daemon=True)
        self._process.start()
        theirs.close()
        self.deadline = time.monotonic() + time_limit

    def heard(self, ready: Iterable[Any], time_limit: float) -> list[InvariantResult]:
        """Return the results that came; at the end of the process, why there is none."""
        if self.pipe in ready:
            try:
                invariant, broken = self.pipe.recv()
            except EOFError:
                self._process.join(_SECONDS_TO_END)
                return self._ended(f"the process {ending_of(self._process.exitcode)}")
            self.invariants.remove(invariant)
            self.deadline = time.monotonic() + time_limit
            if not self.invariants:
                self._close()
            return [InvariantResult(payer=self.payer, invariant=invariant, broken=tuple(broken))]
        if time.monotonic() >= self.deadline:
            return self._ended(f"no answer within {time_limit:g} seconds")
        return []

    def end(self) -> None:
        """Kill the process."""
        self._process.kill()
        self._process.join()

    def _ended(self, message: str) -> list[InvariantResult]:
        self._close()
        invariant = self.invariants.pop(0)
        remedy = "Look for a function that does not return, or that ends the process."
        text = f"{self.payer}, every case: {message}. {remedy}"
        return [InvariantResult(payer=self.payer, invariant=invariant, broken=(text,))]

    def _close(self) -> None:
        self.pipe.close()
        if self._process.is_alive():
            self._process.join(_SECONDS_TO_END)
            self._process.terminate()
            self._process.join(_SECONDS_TO_END)
            # NOTE: a plugin, or what watches it, may not heed the request to end.
            self._process.kill()
        self._process.join()


def _serve(
    registry: Registry,
    suite: Suite,
    payer: str,
    invariants: tuple[str, ...],
    pipe: Connection,
    parent: int,
) -> None:
    begin_worker(parent)
    subject: PayerUnderTest | None = None
    for invariant in invariants:
        try:
            subject = subject or PayerUnderTest.of(registry, payer, suite)
            broken = list(INVARIANTS[invariant](subject))
        except BaseException as error:
            # NOTE: an exception of a plugin breaks this invariant and no other.
            if is_interrupt(error):
                raise
            broken = [f"{payer}: {describe_error(error)}. Correct the plugin."]
        pipe.send((invariant, broken))
    pipe.close()
