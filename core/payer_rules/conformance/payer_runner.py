"""One process a payer: it builds the rule book and decides, and never sees an expectation."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from multiprocessing.connection import Connection
from typing import Any, Final, TypeAlias

import attrs

from payer_rules.claims import Claim
from payer_rules.conformance.edit_claims import EditAnswer, EditQuestion, edits_alone
from payer_rules.decisions import Decision, Reason
from payer_rules.errors import Problem
from payer_rules.history import History
from payer_rules.registry import CollectedRules, Registry, describe_error
from payer_rules.rulebook import RuleBook
from payer_rules.system.processes import begin_worker, ending_of, process_context
from payer_rules.system.signals import is_interrupt


@attrs.frozen
class Job:
    """One claim to decide, under a name, with the classes of missing facts to assume."""

    name: str
    claim: Claim
    history: History | None
    assume: frozenset[Reason]


@attrs.frozen
class PayerAnswer:
    """A decision, and whether any rule of the payer speaks of a code of the claim."""

    decision: Decision
    is_met: bool


@attrs.frozen
class PayerAnswers:
    """What the process of one payer brought back; ``error`` says why it brought nothing.

    ``edits`` are the answers of its edit tables alone.
    """

    answers: Mapping[str, PayerAnswer] = attrs.Factory(dict)
    edits: Mapping[str, EditAnswer] = attrs.Factory(dict)
    problems: tuple[Problem, ...] = ()
    incomplete: tuple[str, ...] = ()
    error: str | None = None


#: Seconds in which a process that has answered, or was told to end, does so.
_SECONDS_TO_END: Final = 0.5
_Running: TypeAlias = tuple[str, Any, Connection]
Request: TypeAlias = Job | EditQuestion


class PayerRunner:
    """One payer's rules, gathered once, and its rule books by what they assume."""

    def __init__(self, registry: Registry, payer: str) -> None:
        self._registry = registry
        self._payer = payer
        self._gathered: CollectedRules | None = None
        self._books: dict[frozenset[Reason], RuleBook] = {}
        self._edits: RuleBook | None = None

    def work(self, jobs: Iterable[Request]) -> PayerAnswers:
        """The answers of the payer on all jobs; what a plugin raises becomes the error."""
        try:
            if self._gathered is None:
                self._gathered = self._registry.collect(self._payer)
            answers: dict[str, PayerAnswer] = {}
            edits: dict[str, EditAnswer] = {}
            for job in jobs:
                if isinstance(job, Job):
                    answers[job.name] = self._answer(job)
                else:
                    edits[job.name] = self._edit_answer(job)
            return PayerAnswers(answers, edits, self._gathered.problems, self._gathered.incomplete)
        except BaseException as error:
            # NOTE: whatever a payer's own code raises costs that payer's cells and no others.
            if is_interrupt(error):
                raise
            return PayerAnswers(error=describe_error(error))

    def _rulebook(self, assume: frozenset[Reason] = frozenset()) -> RuleBook:
        return self._registry.rulebook(self._payer, assume=assume, collected=self._gathered)

    def _answer(self, job: Job) -> PayerAnswer:
        book = self._books.get(job.assume)
        if book is None:
            book = self._rulebook(job.assume)
            self._books[job.assume] = book
        met = any(book.speaks_of(line.code) for line in job.claim.lines)
        return PayerAnswer(book.decide(job.claim, job.history), met)

    def _edit_answer(self, question: EditQuestion) -> EditAnswer:
        if self._edits is None:
            self._edits = edits_alone(self._rulebook())
        return question.answer(self._edits)


def work(
    registry: Registry, jobs: Mapping[str, tuple[Request, ...]], time_limit: float
) -> dict[str, PayerAnswers]:
    """The work of every payer, each in a process of its own with its own time limit in seconds."""
    done: dict[str, PayerAnswers] = {}
    waiting = sorted(jobs)
    side_by_side = os.cpu_count() or 1
    running: list[_Running] = []
    try:
        while waiting:
            running = [_start(registry, payer, jobs[payer]) for payer in waiting[:side_by_side]]
            waiting = waiting[side_by_side:]
            deadline = time.monotonic() + time_limit
            for each in running:
                done[each[0]] = _finish(each, deadline, time_limit)
    finally:
        for _, process, _ in running:
            process.kill()
            process.join()
    return done


def _start(registry: Registry, payer: str, jobs: tuple[Request, ...]) -> _Running:
    context = process_context()
    ours, theirs = context.Pipe(duplex=False)
    given = (registry, payer, jobs, theirs, os.getpid())
    process = context.Process(target=_serve, args=given, daemon=True)
    process.start()
    theirs.close()
    return payer, process, ours


def _serve(
    registry: Registry, payer: str, jobs: tuple[Request, ...], pipe: Connection, parent: int
) -> None:
    begin_worker(parent)
    pipe.send(PayerRunner(registry, payer).work(jobs))
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
