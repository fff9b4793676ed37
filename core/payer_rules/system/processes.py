"""Processes that share the work of a run, and end with it, however it ends."""

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

from payer_rules.errors import InputError, Problem
from payer_rules.system.signals import is_interrupt, worker_signals

R = TypeVar("R")

_SELDOM: Final = 100_000
#: Seconds between two looks at whether a process is still there.
_NOW_AND_THEN: Final = 0.2
#: Seconds in which a process that has nothing more to do ends by itself.
_GRACE: Final = 1.0
_LOST: Final = (
    "Memory may have run out: try --jobs 1. A plugin may have ended it: payer-rules doctor."
)


def process_context() -> Any:  # noqa: ANN401
    """Return how processes are begun: forked where that can be, with what is loaded already."""
    methods = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("fork" if "fork" in methods else "spawn")


def collect_seldom() -> None:
    """Let this process look for garbage seldom, and never again in what is there already.

    NOTE: claims and decisions hold no cycles: to look for some again and again takes a tenth of the
    time. Only who owns the process may say so.
    """
    gc.freeze()
    gc.set_threshold(_SELDOM)


def begin_worker(parent: int, orphaned: Callable[[], object] = lambda: None) -> None:
    """Make this process a worker of the process ``parent``: it ends with it.

    ``orphaned`` is called before it ends because the parent was killed.
    """
    worker_signals()
    threading.Thread(target=_end_with, args=(parent, orphaned), daemon=True).start()


def _end_with(parent: int, orphaned: Callable[[], object]) -> None:
    # NOTE: a pipe of the parent's would not tell, for the processes begun later hold its end, too.
    while os.getppid() == parent:
        time.sleep(_NOW_AND_THEN)
    orphaned()
    os._exit(1)


class Exited(SystemExit):
    """The end of the process that somebody's code asked for by ``os._exit``."""


@contextmanager
def exits_noticed() -> Iterator[None]:
    """Let ``os._exit`` raise `Exited` in this process; in its children it is what it was.

    NOTE: it would end the run in the middle with any code, such as that of a clean claim.
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
    """Return in words how a process ended."""
    if exit_code is not None and exit_code < 0:
        return f"ended by {signal.Signals(-exit_code).name}"
    return f"ended with exit code {exit_code}"


@attrs.define(eq=False)
class _Worker:
    """A process, our end of its pipe, and the place of the task it is at."""

    process: Any
    pipe: Connection
    task: int | None = None


class ProcessPool:
    """Processes that do tasks; each is begun by ``begin(*arguments)``.

    When the context ends, so do the processes: at once where it ends by an exception. A process
    that ends before its task is done raises `InputError`. ``orphaned`` is called in processes whose
    parent was killed.
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
        """Yield what the function gives, called with a value of each of the tasks, in their order.

        ``watch`` is called now and then. What the function raises is raised here.
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
        """Yield the processes that have an answer; wait until there is one."""
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
    """What a process was at when it ended, or was ended, without an answer; and how it ended."""

    at: Any
    message: str


def supervised(function: Callable[[Callable[[Any], None]], R], time_limit: float) -> R | Unfinished:
    """Return what the function gives, called in a process of its own.

    The function is given what it calls to tell what it is at, and has ``time_limit`` seconds after
    each such call.
    """
    context = process_context()
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_supervise, args=(function, theirs, os.getpid()), daemon=True)
    process.start()
    theirs.close()
    at: Any = None
    try:
        while ours.poll(time_limit):
            kind, told = ours.recv()
            if kind == "answer":
                answer: R = told
                return answer
            if kind == "error":
                raise told
            at = told
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
    """Return the answer of the process; raises what it raised."""
    try:
        is_sound, answer = worker.pipe.recv()
    except (EOFError, ConnectionError):
        raise _lost(worker) from None
    if not is_sound:
        raise answer
    return answer


def _lost(worker: _Worker) -> InputError:
    # NOTE: whoever ended it may be about to end this process, too.
    worker.process.join(_NOW_AND_THEN)
    message = f"a process of this run {ending_of(worker.process.exitcode)} before it was done"
    return InputError([Problem("payer-rules", message, _LOST)])


def _serve(
    pipe: Connection,
    parent: int,
    begin: Callable[..., object],
    arguments: tuple[Any, ...],
    orphaned: Callable[[], object],
) -> None:
    """Do the tasks that come through the pipe, in a process of their own."""
    begin_worker(parent, orphaned)
    begin(*arguments)
    while given := pipe.recv():
        function, task = given
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
    """Return the error as it is raised in the other process, with where it was raised here."""
    if isinstance(error, (InputError, OSError, MemoryError)):
        return error
    return RuntimeError("".join(traceback.format_exception(error)))
