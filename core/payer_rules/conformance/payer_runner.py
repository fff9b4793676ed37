"""The runner of a payer, and a process for each payer: neither is sent an expectation."""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Iterable, Mapping
from multiprocessing.connection import Connection
from typing import Any, Final, TypeAlias

import attrs

from payer_rules.conformance.edit_claims import EditAnswer, EditQuestion, edits_alone
from payer_rules.conformance.trials import Trial
from payer_rules.decisions import Decision, Reason
from payer_rules.errors import Problem
from payer_rules.registry import CollectedRules, Registry, describe_error
from payer_rules.rulebook import RuleBook
from payer_rules.system.processes import begin_worker, ending_of, process_context
from payer_rules.system.signals import is_interrupt


@attrs.frozen
class PayerAnswer:
    """A decision, and whether any rule of the payer speaks of a code of the claim."""

    decision: Decision
    is_met: bool


@attrs.frozen
class PayerAnswers:
    """The answers of one payer by the title of the trial, or the ``error`` if there are none.

    ``edits`` are the answers of its edit tables alone, ``rule_ids`` the rules that were asked.
    """

    decisions: Mapping[str, PayerAnswer] = attrs.Factory(dict)
    edits: Mapping[str, EditAnswer] = attrs.Factory(dict)
    problems: tuple[Problem, ...] = ()
    incomplete: tuple[str, ...] = ()
    rule_ids: frozenset[str] = frozenset()
    error: str | None = None


#: Seconds in which a process ends after its answer, or after the request to end.
_SECONDS_TO_END: Final = 0.5
_Running: TypeAlias = tuple[str, Any, Connection]
Request: TypeAlias = Trial | EditQuestion


class PayerRunner:
    """One payer's rules, collected once, and its rule books, which decide trials.

    ``conform``, pytest, ``mutate`` and the invariants ask payers through this class alone.
    """

    def __init__(
        self, registry: Registry, payer: str, collected: CollectedRules | None = None
    ) -> None:
        self._registry = registry
        self._payer = payer
        self._collected = collected
        self._books: dict[frozenset[Reason], RuleBook] = {}

    @property
    def collected(self) -> CollectedRules:
        """The rules of the payer, as its plugins give them."""
        if self._collected is None:
            self._collected = self._registry.collect(self._payer)
        return self._collected

    def book(self, assume: frozenset[Reason] = frozenset()) -> RuleBook:
        """Return the rule book in which these classes of missing facts are assumed."""
        if assume not in self._books:
            self._books[assume] = self.new_book(assume)
        return self._books[assume]

    def new_book(self, assume: frozenset[Reason] = frozenset()) -> RuleBook:
        """Return a new rule book of the same rules, which has answered nothing yet."""
        return self._registry.rulebook(self._payer, assume=assume, collected=self.collected)

    @functools.cached_property
    def edits(self) -> RuleBook:
        """The payer's edit tables alone."""
        return edits_alone(self.book())

    def decide(self, trial: Trial) -> Decision:
        """Return the decision on the claim of the trial."""
        return self.book(trial.assume).decide(trial.filed.claim, trial.filed.history)

    def answers(self, requests: Iterable[Request]) -> PayerAnswers:
        """Return the answers to all requests; an exception of a plugin becomes the error."""
        try:
            decisions: dict[str, PayerAnswer] = {}
            edits: dict[str, EditAnswer] = {}
            for request in requests:
                if isinstance(request, Trial):
                    decisions[request.title] = self._answer(request)
                else:
                    edits[request.name] = request.answer(self.edits)
            collected = self.collected
            ids = frozenset(name for book in self._books.values() for name in book.rule_ids)
            return PayerAnswers(decisions, edits, collected.problems, collected.incomplete, ids)
        except BaseException as error:
            # NOTE: an exception of a plugin costs the results of its payer, and no others.
            if is_interrupt(error):
                raise
            return PayerAnswers(error=describe_error(error))

    def _answer(self, trial: Trial) -> PayerAnswer:
        book = self.book(trial.assume)
        is_met = any(book.speaks_of(line.code) for line in trial.filed.claim.lines)
        return PayerAnswer(self.decide(trial), is_met)


def answers_of_payers(
    registry: Registry, requests: Mapping[str, tuple[Request, ...]], time_limit: float
) -> dict[str, PayerAnswers]:
    """Return the answers of each payer, asked in its own process within a limit in seconds."""
    done: dict[str, PayerAnswers] = {}
    waiting = sorted(requests)
    side_by_side = os.cpu_count() or 1
    running: list[_Running] = []
    try:
        while waiting:
            running = [_start(registry, payer, requests[payer]) for payer in waiting[:side_by_side]]
            waiting = waiting[side_by_side:]
            deadline = time.monotonic() + time_limit
            for each in running:
                done[each[0]] = _finish(each, deadline, time_limit)
    finally:
        for _, process, _ in running:
            process.kill()
            process.join()
    return done


def _start(registry: Registry, payer: str, requests: tuple[Request, ...]) -> _Running:
    context = process_context()
    ours, theirs = context.Pipe(duplex=False)
    arguments = (registry, payer, requests, theirs, os.getpid())
    process = context.Process(target=_serve, args=arguments, daemon=True)
    process.start()
    theirs.close()
    return payer, process, ours


def _serve(
    registry: Registry, payer: str, requests: tuple[Request, ...], pipe: Connection, parent: int
) -> None:
    begin_worker(parent)
    pipe.send(PayerRunner(registry, payer).answers(requests))
    pipe.close()


def _finish(running: _Running, deadline: float, time_limit: float) -> PayerAnswers:
    _, process, pipe = running
    try:
        if not pipe.poll(max(0.0, deadline - time.monotonic())):
            return PayerAnswers(error=f"no answer within {time_limit:g} seconds")
        received: PayerAnswers = pipe.recv()
        return received
    except EOFError:
        process.join()
        return PayerAnswers(error=f"the process {ending_of(process.exitcode)}")
    finally:
        pipe.close()
        if process.is_alive():
            process.join(_SECONDS_TO_END)
            process.terminate()
            process.join(_SECONDS_TO_END)
            # NOTE: a plugin, or what watches it, may not heed the request to end.
            process.kill()
        process.join()
