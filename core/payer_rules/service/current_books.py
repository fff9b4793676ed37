"""The rule books of the moment: loaded anew when the files that they were made of change."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

import attrs

from payer_rules.errors import InputError, Problem, Remark
from payer_rules.service.service_books import ServiceBooks, ServiceFacts

#: So many seconds pass before the files are looked at again.
INTERVAL: Final = 1.0


@attrs.frozen(kw_only=True)
class EditionStatus:
    """The state of the rules: when they were loaded, and how often since the start.

    ``loaded_at`` is in seconds since 1970. ``reloads`` counts changes that were loaded,
    ``failures`` those that were not used because of a problem. ``is_current`` is false while
    the rules are those of before such a change.
    """

    loaded_at: float = attrs.field(factory=time.time)
    reloads: int = 0
    failures: int = 0
    is_current: bool = True


class CurrentBooks:
    """The newest edition of the rule books whose files are sound.

    ``load`` reads the facts, and ``files`` names the files and folders that they are read from.
    Where a changed file has problems that were not there before, the edition stays as it is, and
    ``report`` is called with them; a line on standard error says when they are mended. An edition
    is returned whole, and another one replaces it between two calls; one thread makes all calls.
    Raises `InputError` if the facts cannot be loaded the first time.
    """

    def __init__(
        self,
        load: Callable[[], ServiceFacts],
        files: Callable[[], Iterable[Path]],
        report: Callable[[Iterable[Problem]], object],
        interval: float = INTERVAL,
    ) -> None:
        self._load, self._files, self._report = load, files, report
        self._interval = interval
        self._seen = self._states()
        self._books = ServiceBooks(load())
        self._status = EditionStatus()
        report(self._books.facts.problems)
        self._looked = time.monotonic()

    def __call__(self) -> ServiceBooks:
        """Return the rule books by which a request is answered."""
        if time.monotonic() - self._looked >= self._interval:
            self._look()
            self._looked = time.monotonic()
        return self._books

    @property
    def status(self) -> EditionStatus:
        """The state of the books, as of the files as they were seen last; any thread may ask."""
        return self._status

    def _look(self) -> None:
        """Load the facts anew if a file is not as it was when they were loaded last."""
        states = self._states()
        if states == self._seen:
            return
        # NOTE: a file that changes while it is read is different from this state at the next look.
        self._seen = states
        try:
            facts = self._load()
        except InputError as error:
            self._fail()
            self._report(error.problems)
            return
        known = {*self._books.facts.problems}
        new = [each for each in facts.problems if each not in known]
        is_sound = all(isinstance(each, Remark) for each in new)
        if is_sound and not self._status.is_current:
            print("mended: answers are by the files as they are now", file=sys.stderr, flush=True)
        self._report(new)
        if is_sound:
            self._books = ServiceBooks(facts)
            reloads, failures = self._status.reloads + 1, self._status.failures
            self._status = EditionStatus(reloads=reloads, failures=failures)
        else:
            self._fail()

    def _fail(self) -> None:
        """Record that a changed file has a problem, so that its rules are not used."""
        failures = self._status.failures + 1
        self._status = attrs.evolve(self._status, failures=failures, is_current=False)

    def _states(self) -> dict[str, tuple[int, int, int]]:
        """Return the state of each file: its identity, size and time of change."""
        return dict(_states_of(self._files()))


def _states_of(paths: Iterable[Path]) -> Iterator[tuple[str, tuple[int, int, int]]]:
    for path in paths:
        for each in sorted(path.rglob("*")) if path.is_dir() else [path]:
            try:
                state = each.stat()
            except OSError:
                continue
            yield str(each), (state.st_ino, state.st_size, state.st_mtime_ns)
