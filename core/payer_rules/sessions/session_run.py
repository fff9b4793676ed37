"""Claims of any number reviewed as sessions: set aside by who rendered, reviewed, told in order."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final

import attrs

from payer_rules.checking.disk_partitions import DiskPartitions, append, each, partition_of
from payer_rules.checking.intake import Intake
from payer_rules.claims import Claim
from payer_rules.errors import Problem
from payer_rules.payer_routing import PayerRouter
from payer_rules.readers import FiledClaim, UncodedClaim
from payer_rules.sessions.billed_services import Withdrawals, withdrawn_claim
from payer_rules.sessions.billed_sessions import BilledSession
from payer_rules.sessions.findings import OpenQuestion, SessionFinding
from payer_rules.sessions.partition_review import Partition, result_sort_key, review_partition
from payer_rules.sessions.payer_limits import SessionRules
from payer_rules.sessions.reconstruction import session_sort_key
from payer_rules.system.scratch_folders import scratch_folder

_KINDS: Final = ("sessions", "findings", "questions", "assumed")
_BATCH: Final = 16


@attrs.frozen(eq=False)
class MergedReview:
    """What the reviews of all parts told, each kind in order, as often as it is asked for."""

    folder: Path
    group_codes: frozenset[str]
    counts: dict[str, int]

    @property
    def sessions(self) -> Iterator[BilledSession]:
        """The sessions that the claims bill."""
        return self._merged("sessions", session_sort_key)

    @property
    def findings(self) -> Iterator[SessionFinding]:
        """What is wrong."""
        return self._merged("findings", result_sort_key)

    @property
    def questions(self) -> Iterator[OpenQuestion]:
        """What is not known."""
        return self._merged("questions", result_sort_key)

    @property
    def assumed(self) -> Iterator[OpenQuestion]:
        """What was not known, and taken to be in order."""
        return self._merged("assumed", result_sort_key)

    def _merged(self, kind: str, key: Callable[[Any], Any]) -> Iterator[Any]:
        return heapq.merge(*map(each, sorted(self.folder.glob(f"*.{kind}"))), key=key)


@attrs.define(eq=False)
class SessionRun(Intake):
    """Claims on their way through a review; faults are complete when the last was reviewed.

    A session, what is at the same time, and what a payer allows a provider: all hang on who
    rendered. So claims are set aside with whole providers, one that several rendered with each of
    them, and reviewed part by part. The memory that this takes does not grow with the number of
    claims, but for the ids of those that were withdrawn.
    """

    rules: SessionRules
    router: PayerRouter

    @contextmanager
    def reviewed(
        self, read: Iterable[FiledClaim | UncodedClaim | Problem]
    ) -> Iterator[MergedReview]:
        """What is told of the sessions that the claims bill, for as long as the context lasts."""
        with scratch_folder() as root:
            withdrawals = self._set_aside(read, root)
            self.problems.update(dict.fromkeys(_same_ids(root / "ids")))
            counts = dict.fromkeys(_KINDS, 0)
            strange: set[tuple[int, Problem]] = set()
            for path in sorted((root / "claims").iterdir()):
                strange.update(self._review(path, withdrawals, root, counts))
            self.problems.update((problem, None) for _, problem in sorted(strange))
            yield MergedReview(root, self.rules.group_codes, counts)

    def _set_aside(
        self, read: Iterable[FiledClaim | UncodedClaim | Problem], root: Path
    ) -> Withdrawals:
        """Put each claim into the parts of its providers; return what was withdrawn."""
        claims, ids = DiskPartitions(root / "claims"), DiskPartitions(root / "ids")
        named: dict[str, str] = {}
        for one in self.sound(read):
            claim = one.claim
            ids.put(partition_of(claim.id), (self.claims, claim.id, one.file))
            # NOTE: what was adjudicated before is of one member, and no matter of sessions.
            bare = attrs.evolve(one, history=None)
            for part in _parts(claim):
                claims.put(part, (self.claims, bare))
            if (other := withdrawn_claim(claim)) is not None:
                named[claim.id] = other
        claims.close()
        ids.close()
        told = (name for path in (root / "ids").iterdir() for _, name, _ in each(path))
        return Withdrawals.of(named, told)

    def _review(
        self, path: Path, withdrawals: Withdrawals, root: Path, counts: dict[str, int]
    ) -> tuple[tuple[int, Problem], ...]:
        """Review a part, and leave what is told in files; the faults of its claims come back."""
        part = int(path.name)
        purview = Partition(withdrawals, lambda provider: partition_of(provider) == part)
        told = review_partition(each(path), self.rules, self.router, purview)
        path.unlink()
        for kind in _KINDS:
            items = iter(getattr(told, kind))
            while batch := list(islice(items, _BATCH)):
                append(root / f"{part:03}.{kind}", batch)
                counts[kind] += len(batch)
        return told.problems


def _parts(claim: Claim) -> set[int]:
    """The parts of those who rendered its lines."""
    return {partition_of(claim.rendering_provider(line).npi) for line in claim.lines}


def _same_ids(folder: Path) -> Iterator[Problem]:
    """Claims whose lines cannot be told from those of another, in the order of the files."""
    again: list[tuple[int, str, str]] = []
    for path in folder.iterdir():
        seen: set[str] = set()
        for number, name, file in each(path):
            if name in seen:
                again.append((number, name, file))
            seen.add(name)
    for _, name, file in sorted(again):
        remedy = "Give each claim an id of its own, and each file once."
        yield Problem(f"{file}, claim {name}", "another claim has this id", remedy)
