"""The review of any number of claims as sessions.

1. Claims are written to partitions on disk by rendering provider.
2. Each partition is reviewed, and its results are written to files.
3. The results are merged in order.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final

import attrs

from payer_rules.checking.disk_partitions import (
    DiskPartitions,
    append_batch,
    partition_of,
    stored_items,
)
from payer_rules.checking.intake import Intake
from payer_rules.claims import Claim
from payer_rules.error_codes import ErrorCode
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
    """The merged results of all partitions; each kind can be read several times."""

    folder: Path
    group_codes: frozenset[str]
    counts: dict[str, int]

    @property
    def sessions(self) -> Iterator[BilledSession]:
        """The sessions that the claims bill, in order."""
        return self._merged("sessions", session_sort_key)

    @property
    def findings(self) -> Iterator[SessionFinding]:
        """The findings, in order."""
        return self._merged("findings", result_sort_key)

    @property
    def questions(self) -> Iterator[OpenQuestion]:
        """The open questions, in order."""
        return self._merged("questions", result_sort_key)

    @property
    def assumed(self) -> Iterator[OpenQuestion]:
        """The open questions that were assumed to be in order."""
        return self._merged("assumed", result_sort_key)

    def _merged(self, kind: str, key: Callable[[Any], Any]) -> Iterator[Any]:
        return heapq.merge(*map(stored_items, sorted(self.folder.glob(f"*.{kind}"))), key=key)


@attrs.define(eq=False)
class SessionRun(Intake):
    """The run of a session review; its problems are complete when all partitions are reviewed.

    Sessions, overlaps and limits depend on the rendering provider. So claims are partitioned by
    provider; a claim with several providers is in the partition of each. The memory of the run does
    not grow with the number of claims, except for the ids of withdrawn claims.
    """

    rules: SessionRules
    router: PayerRouter

    @contextmanager
    def reviewed(
        self, items: Iterable[FiledClaim | UncodedClaim | Problem]
    ) -> Iterator[MergedReview]:
        """Yield the results of the review; they can be read while the context lasts."""
        with scratch_folder() as root:
            withdrawals = self._partition(items, root)
            self.problems.update(dict.fromkeys(_same_ids(root / "ids")))
            counts = dict.fromkeys(_KINDS, 0)
            claim_problems: set[tuple[int, Problem]] = set()
            for path in sorted((root / "claims").iterdir()):
                claim_problems.update(self._review(path, withdrawals, root, counts))
            self.problems.update((problem, None) for _, problem in sorted(claim_problems))
            yield MergedReview(root, self.rules.group_codes, counts)

    def _partition(
        self, items: Iterable[FiledClaim | UncodedClaim | Problem], root: Path
    ) -> Withdrawals:
        """Write each claim to the partitions of its providers; return the withdrawn claims."""
        claims, ids = DiskPartitions(root / "claims"), DiskPartitions(root / "ids")
        named: dict[str, str] = {}
        for filed in self.valid_claims(items):
            claim = filed.claim
            ids.put(partition_of(claim.id), (self.claims, claim.id, filed.file))
            for partition in _partitions_of(claim):
                claims.put(partition, (self.claims, filed))
            if (other := withdrawn_claim(claim)) is not None:
                named[claim.id] = other
        claims.close()
        ids.close()
        known_ids = (name for path in (root / "ids").iterdir() for _, name, _ in stored_items(path))
        return Withdrawals.of(named, known_ids)

    def _review(
        self, path: Path, withdrawals: Withdrawals, root: Path, counts: dict[str, int]
    ) -> tuple[tuple[int, Problem], ...]:
        """Review a partition, write its results to files, and return its problems."""
        number = int(path.name)
        partition = Partition(withdrawals, lambda provider: partition_of(provider) == number)
        result = review_partition(stored_items(path), self.rules, self.router, partition)
        path.unlink()
        for kind in _KINDS:
            items = iter(getattr(result, kind))
            while batch := list(islice(items, _BATCH)):
                append_batch(root / f"{number:03}.{kind}", batch)
                counts[kind] += len(batch)
        return result.problems


def _partitions_of(claim: Claim) -> set[int]:
    """Return the partitions of the providers that rendered the lines."""
    return {partition_of(claim.rendering_provider(line).npi) for line in claim.lines}


def _same_ids(folder: Path) -> Iterator[Problem]:
    """Yield a problem for each claim with the id of an earlier claim, in the order of the files."""
    duplicates: list[tuple[int, str, str]] = []
    for path in folder.iterdir():
        seen: set[str] = set()
        for number, name, file in stored_items(path):
            if name in seen:
                duplicates.append((number, name, file))
            seen.add(name)
    for _, name, file in sorted(duplicates):
        remedy = "Give each claim its own id, and each file once."
        yield Problem(
            f"{file}, claim {name}", "another claim has this id", remedy, ErrorCode.DUPLICATE_CLAIM
        )
