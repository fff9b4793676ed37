"""The one thread that answers requests, and the bounded queue before it.

Rule books, their caches and the connections of history stores belong to one thread. So an answer
is never made of two editions of the rules, and the event loop is free to refuse what is too much.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from threading import Lock
from typing import Final, TypeVar

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import Problem
from payer_rules.service.refusals import REQUEST, RefusedRequest

T = TypeVar("T")
#: After so many seconds a client that was refused may try again.
RETRY_AFTER: Final = 1


class WorkQueue:
    """The thread that answers, with at most so many requests that wait or are answered."""

    def __init__(self, most: int) -> None:
        self._most, self._taken, self._lock = most, 0, Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="payer-rules")

    @property
    def is_full(self) -> bool:
        """Whether another request would be refused."""
        return self._taken >= self._most

    @property
    def taken(self) -> int:
        """The number of requests that wait or are answered."""
        return self._taken

    def now(self, work: Callable[[], T]) -> T:
        """Do the work in the thread, and return what it returns; no request counts."""
        return self._thread.submit(work).result()

    async def answer(self, work: Callable[[], T]) -> T:
        """Return what the work returns.

        Raises `RefusedRequest` if the queue is full. If the caller gives up, work that waits is
        dropped; work that was begun keeps its place until it ends.
        """
        with self._lock:
            if self.is_full:
                raise busy("too many requests are waiting")
            self._taken += 1
        # NOTE: the thread sees what is noted of the request.
        future = self._thread.submit(copy_context().run, work)
        future.add_done_callback(self._end)
        return await asyncio.wrap_future(future)

    def _end(self, future: Future[T]) -> None:
        with self._lock:
            self._taken -= 1

    def close(self) -> None:
        """Drop what waits; the thread ends when its work has ended."""
        self._thread.shutdown(wait=False, cancel_futures=True)


def late(seconds: float) -> RefusedRequest:
    """Return the refusal of a request that had no answer within so many seconds."""
    return busy(f"there was no answer within {seconds:g} seconds")


def busy(message: str) -> RefusedRequest:
    """Return the refusal of a request that may be sent again."""
    problem = Problem(REQUEST, message, "Send it again later.", ErrorCode.REQUEST_BUSY)
    return RefusedRequest(503, [problem], {"Retry-After": str(RETRY_AFTER)})
