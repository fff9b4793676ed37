"""The laws of payers, each payer's in a process of its own: the one road of `conform` and pytest.

In that process a clock may be replaced and a hook may hang: neither reaches whoever asked. A law
that has no answer within its time ends its process; the laws after it begin in another one.
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

#: Seconds for each law of a payer.
TIME_LIMIT: Final = 120.0
_SECONDS_TO_END: Final = 0.5


@attrs.frozen(kw_only=True)
class InvariantResult:
    """Where a payer breaks a law, in plain words; nothing: it keeps the law."""

    payer: str
    law: str
    broken: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """The law by its name, and what it asks."""
        return f"the law {self.law} is broken: {_sentence(self.law)}"


def _sentence(law: str) -> str:
    return (INVARIANTS[law].__doc__ or "").strip().partition("\n")[0]


def check_invariants(
    registry: Registry,
    suite: Suite,
    asked: Mapping[str, Iterable[str]],
    time_limit: float = TIME_LIMIT,
) -> tuple[InvariantResult, ...]:
    """Return the result of each law that is asked, by payer, each within the limit in seconds."""
    waiting = [_InvariantProcess(payer, list(laws)) for payer, laws in sorted(asked.items())]
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
                    waiting[:0] = [run] if run.laws else []
    finally:
        for run in running:
            run.end()
    order = list(INVARIANTS)
    return tuple(sorted(results, key=lambda each: (each.payer, order.index(each.law))))


class _InvariantProcess:
    """The laws of one payer that have no result yet, and the process that is asked."""

    def __init__(self, payer: str, laws: list[str]) -> None:
        self.payer = payer
        self.laws = laws
        self.deadline = 0.0
        self.pipe: Any = None
        self._process: Any = None

    def begin(self, registry: Registry, suite: Suite, time_limit: float) -> None:
        """Start the process."""
        context = process_context()
        self.pipe, theirs = context.Pipe(duplex=False)
        given = (registry, suite, self.payer, tuple(self.laws), theirs, os.getpid())
        self._process = context.Process(target=_serve, args=given, daemon=True)
        self._process.start()
        theirs.close()
        self.deadline = time.monotonic() + time_limit

    def heard(self, ready: Iterable[Any], time_limit: float) -> list[InvariantResult]:
        """Return the results that came; at the end of the process, why there is none."""
        if self.pipe in ready:
            try:
                law, broken = self.pipe.recv()
            except EOFError:
                self._process.join(_SECONDS_TO_END)
                return self._ended(f"the process {ending_of(self._process.exitcode)}")
            self.laws.remove(law)
            self.deadline = time.monotonic() + time_limit
            if not self.laws:
                self._close()
            return [InvariantResult(payer=self.payer, law=law, broken=tuple(broken))]
        if time.monotonic() >= self.deadline:
            return self._ended(f"no answer within {time_limit:g} seconds")
        return []

    def end(self) -> None:
        """Kill the process, whatever it is doing."""
        self._process.kill()
        self._process.join()

    def _ended(self, message: str) -> list[InvariantResult]:
        self._close()
        law = self.laws.pop(0)
        remedy = "Look for a function that does not come to an end, or that ends the program."
        text = f"{self.payer}, every case: {message}. {remedy}"
        return [InvariantResult(payer=self.payer, law=law, broken=(text,))]

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
    laws: tuple[str, ...],
    pipe: Connection,
    parent: int,
) -> None:
    begin_worker(parent)
    subject: PayerUnderTest | None = None
    for law in laws:
        try:
            subject = subject or PayerUnderTest.of(registry, payer, suite)
            broken = list(INVARIANTS[law](subject))
        except BaseException as error:
            # NOTE: whatever a payer's own code raises breaks that law and no other.
            if is_interrupt(error):
                raise
            broken = [f"{payer}: {describe_error(error)}. Correct the plugin."]
        pipe.send((law, broken))
    pipe.close()
