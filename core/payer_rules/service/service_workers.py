"""Several processes that answer at one address; another is begun for each that ends."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable
from multiprocessing.connection import Connection, wait
from typing import Any, Final, TypeAlias

import attrs

from payer_rules.errors import InputError, Problem
from payer_rules.system.processes import begin_worker, ending_of, process_context

#: Answers requests, and calls its argument once it does.
Work: TypeAlias = Callable[[Callable[[], object]], object]
#: The variable with the folder in which workers count requests; it is read when the library for
#: Prometheus is imported.
COUNTS_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
#: Seconds between the end of a worker and the beginning of another.
_PAUSE: Final = 0.5


@attrs.define(eq=False)
class _ServiceWorker:
    """A process of the service, and the end of a pipe over which it reports that it has begun.

    ``problems`` are the reasons why it could not begin.
    """

    process: Any
    pipe: Connection
    is_ready: bool = False
    problems: tuple[Problem, ...] = ()

    def receive(self) -> None:
        """Read the report of the process, if there is one."""
        try:
            if self.pipe.poll():
                self.problems = self.pipe.recv()
                self.is_ready = not self.problems
        except EOFError:
            self.process.join()


class ServiceWorkers:
    """So many processes that do the same work, from the beginning of the context to its end.

    ``seconds`` is the time that a process has to answer what was begun when it is to end.
    """

    def __init__(self, count: int, work: Work, seconds: float) -> None:
        self._count, self._work, self._seconds = count, work, seconds
        self._workers: list[_ServiceWorker] = []

    def __enter__(self) -> ServiceWorkers:
        try:
            for _ in range(self._count):
                self._begin()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def run(
        self, started: Callable[[], object], report: Callable[[Iterable[Problem]], object]
    ) -> None:
        """Keep the processes running until a signal ends this one.

        ``started`` is called when all answer. Raises `InputError` for a process that cannot begin
        before; ``report`` is called with the problems of one that cannot begin later.
        """
        has_started = False
        while True:
            for worker in self._ended():
                ending = ending_of(worker.process.exitcode)
                if not has_started and worker.problems:
                    raise InputError(worker.problems)
                print(f"a worker {ending}; another is begun", file=sys.stderr, flush=True)
                report(worker.problems)
                time.sleep(_PAUSE)
                self._begin()
            if not has_started and all(worker.is_ready for worker in self._workers):
                has_started = True
                started()

    def _begin(self) -> None:
        context = process_context()
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_answer, args=(theirs, os.getpid(), self._work))
        process.start()
        theirs.close()
        self._workers.append(_ServiceWorker(process, ours))

    def _ended(self) -> list[_ServiceWorker]:
        """Wait until a worker begins or ends; return those that have ended, and forget them."""
        begun = [worker for worker in self._workers if not worker.is_ready]
        sentinels = [worker.process.sentinel for worker in self._workers]
        wait([*(worker.pipe for worker in begun), *sentinels])
        for worker in begun:
            worker.receive()
        ended = [worker for worker in self._workers if worker.process.exitcode is not None]
        self._workers = [worker for worker in self._workers if worker not in ended]
        return ended

    def _end(self) -> None:
        """End the processes: each answers first what it has begun."""
        for worker in self._workers:
            worker.process.terminate()
        deadline = time.monotonic() + self._seconds
        for worker in self._workers:
            worker.process.join(max(0.0, deadline - time.monotonic()))
            worker.process.kill()
            worker.process.join()
            worker.pipe.close()
        self._workers.clear()


def _answer(pipe: Connection, parent: int, work: Work) -> None:
    """Do the work in this process, and report its beginning over the pipe."""
    begin_worker(parent)
    try:
        work(lambda: pipe.send(()))
    except InputError as error:
        pipe.send(tuple(error.problems))
        sys.exit(1)
