"""Worker processes, which end with the run."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from typing import Any, Final, NoReturn, TypeVar

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.system.signals import is_interrupt, worker_signals

R = TypeVar("R")

_SELDOM: Final = 100_000
#: Seconds between two checks whether a process is still running.
_NOW_AND_THEN: Final = 0.2
#: Seconds that an idle process has to end by itself.
_GRACE: Final = 1.0
_LOST: Final = "If memory ran out, try --jobs 1. If a plugin ended it, run payer-rules doctor."


def process_context() -> Any:  # noqa: ANN401
    """Return the context for starting processes: forked if possible, with all loaded modules."""
    methods = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("fork" if "fork" in methods else "spawn")


def collect_seldom() -> None:
    """Collect garbage less often, and never among the objects that exist now.

    NOTE: claims and decisions have no reference cycles, and searching for them takes a tenth of the
    time. Only the owner of the process may change this.
    """
    gc.freeze()
    gc.set_threshold(_SELDOM)


def begin_worker(parent: int, orphaned: Callable[[], object] = lambda: None) -> None:
    """Make this process a worker that ends with the process ``parent``.

    ``orphaned`` is called before the worker ends because the parent was killed.
    """
    worker_signals()
    threading.Thread(target=_end_with, args=(parent, orphaned), daemon=True).start()


def _end_with(parent: int, orphaned: Callable[[], object]) -> None:
    # NOTE: a pipe of the parent is no signal, because processes started later hold its end, too.
    while os.getppid() == parent:
        time.sleep(_NOW_AND_THEN)
    orphaned()
    os._exit(1)


class Exited(SystemExit):
    """The end of the process by a call of ``os._exit``."""


@contextmanager
def exits_noticed() -> Iterator[None]:
    """Make ``os._exit`` raise `Exited` in this process; child processes are not affected.

    NOTE: a plugin could otherwise end the run with the exit code of a clean run.
    """
    real, process = os._exit, os.getpid()

    def exit_(status: int) -> NoReturn:
        if os.getpid() != process:
            real(status)
        raise Exited(status)

    os._exit = exit_
    try:
        yield
    finally:
        os._exit = real


def ending_of(exit_code: int | None) -> str:
    """Return the end of a process in words."""
    if exit_code is not None and exit_code < 0:
        return f"ended by {signal.Signals(-exit_code).name}"
    return f"ended with exit code {exit_code}"


@attrs.define(eq=False)
class _Worker:
    """A process, our end of its pipe, and the position of its task."""

    process: Any
    pipe: Connection
    task: int | None = None


class ProcessPool:
    """A pool of processes that run tasks; each process starts with ``begin(*arguments)``.

    The processes end with the context, and at once if it ends by an exception. A process that ends
    before its task is done raises `InputError`. ``orphaned`` is called in processes whose parent
    was killed.
    """

    def __init__(
        self,
        count: int,
        begin: Callable[..., object],
        arguments: tuple[Any, ...],
        orphaned: Callable[[], object] = lambda: None,
    ) -> None:
        self._count = count
        self._begun = (begin, arguments, orphaned)
        self._workers: list[_Worker] = []

    def __enter__(self) -> ProcessPool:
        context = process_context()
        try:
            for _ in range(self._count):
                ours, theirs = context.Pipe()
                process = context.Process(
                    target=_serve, args=(theirs, os.getpid(), *self._begun), daemon=True
                )
                process.start()
                theirs.close()
                self._workers.append(_Worker(process, ours))
        except BaseException:
            self._end(_GRACE)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._end(0.0 if kind else _GRACE)

    def map(
        self,
        function: Callable[..., R],
        *tasks: Iterable[Any],
        watch: Callable[[], object] = lambda: None,
    ) -> Iterator[R]:
        """Yield the results of the function for each of the tasks, in order.

        ``watch`` is called now and then. Exceptions of the function are raised here.
        """
        waiting = enumerate(zip(*tasks, strict=False))
        done: dict[int, R] = {}
        following = 0
        for worker in self._workers:
            self._give(worker, function, waiting)
        while busy := [each for each in self._workers if each.task is not None]:
            for worker in self._answered(busy, watch):
                assert worker.task is not None
                done[worker.task] = _received(worker)
                self._give(worker, function, waiting)
            while following in done:
                yield done.pop(following)
                following += 1

    def _give(
        self, worker: _Worker, function: Callable[..., object], waiting: Iterator[tuple[int, Any]]
    ) -> None:
        worker.task, task = next(waiting, (None, None))
        if worker.task is not None:
            try:
                worker.pipe.send((function, task))
            except OSError:
                raise _lost(worker) from None

    def _answered(self, busy: list[_Worker], watch: Callable[[], object]) -> Iterator[_Worker]:
        """Yield the processes with an answer; wait until there is one."""
        by_pipe = {each.pipe: each for each in busy}
        while not (ready := wait(by_pipe, _NOW_AND_THEN)):
            watch()
            for each in busy:
                if each.process.exitcode is not None and not each.pipe.poll():
                    raise _lost(each)
        return (by_pipe[pipe] for pipe in ready)  # type: ignore[index]

    def _end(self, grace: float) -> None:
        deadline = time.monotonic() + grace
        for each in self._workers if grace else ():
            try:
                each.pipe.send(None)
            except OSError:
                continue
        for each in self._workers:
            each.process.join(max(0.0, deadline - time.monotonic()))
            each.process.kill()
            each.process.join()
            each.pipe.close()
        self._workers.clear()


@attrs.frozen
class Unfinished:
    """The position of a process that ended without an answer, and how it ended."""

    at: Any
    message: str


def supervised(function: Callable[[Callable[[Any], None]], R], time_limit: float) -> R | Unfinished:
    """Return the result of the function, called in its own process.

    The function receives a callback that reports its position, and has ``time_limit`` seconds
    after each report.
    """
    context = process_context()
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_supervise, args=(function, theirs, os.getpid()), daemon=True)
    process.start()
    theirs.close()
    at: Any = None
    try:
        while ours.poll(time_limit):
            kind, value = ours.recv()
            if kind == "answer":
                answer: R = value
                return answer
            if kind == "error":
                raise value
            at = value
        return Unfinished(at, f"no answer within {time_limit:g} seconds")
    except (EOFError, ConnectionError):
        process.join(_GRACE)
        return Unfinished(at, f"its process {ending_of(process.exitcode)}")
    finally:
        process.kill()
        process.join()
        ours.close()


def _supervise(
    function: Callable[[Callable[[Any], None]], object], pipe: Connection, parent: int
) -> None:
    begin_worker(parent)
    try:
        pipe.send(("answer", function(lambda at: pipe.send(("at", at)))))
    except BaseException as error:
        pipe.send(("error", _carried(error)))


def _received(worker: _Worker) -> Any:  # noqa: ANN401
    """Return the answer of the process, or raise its exception."""
    try:
        is_sound, answer = worker.pipe.recv()
    except (EOFError, ConnectionError):
        raise _lost(worker) from None
    if not is_sound:
        raise answer
    return answer


def _lost(worker: _Worker) -> InputError:
    # NOTE: the same signal may be about to end this process, too.
    worker.process.join(_NOW_AND_THEN)
    message = f"a process of this run {ending_of(worker.process.exitcode)} before it was done"
    return InputError([Problem("payer-rules", message, _LOST, ErrorCode.RESOURCES)])


def _serve(
    pipe: Connection,
    parent: int,
    begin: Callable[..., object],
    arguments: tuple[Any, ...],
    orphaned: Callable[[], object],
) -> None:
    """Run the tasks that come through the pipe, in a worker process."""
    begin_worker(parent, orphaned)
    begin(*arguments)
    while message := pipe.recv():
        function, task = message
        try:
            answer = (True, function(*task))
        except BaseException as error:
            if is_interrupt(error):
                raise
            answer = (False, _carried(error))
        try:
            pipe.send(answer)
        except Exception as error:
            pipe.send((False, _carried(error)))


def _carried(error: BaseException) -> BaseException:
    """Return the error for the parent process, with the traceback of this process."""
    if isinstance(error, (InputError, OSError, MemoryError)):
        return error
    return RuntimeError("".join(traceback.format_exception(error)))
