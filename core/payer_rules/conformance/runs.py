"""A conformance run with everything that its reports need."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

import attrs

from payer_rules.conformance import conform
from payer_rules.conformance.filters import EVERYTHING, ResultFilter
from payer_rules.conformance.manifest import RunOptions, manifest_of
from payer_rules.conformance.matrix import ConformanceResult
from payer_rules.conformance.run_record import RuleRecord, RunRecord
from payer_rules.conformance.run_recorder import CitedRule, record_of
from payer_rules.kinds import kind_of
from payer_rules.registry import Registry


@attrs.frozen(slots=False, kw_only=True)
class ConformanceRun:
    """The result of a run, its options, and the plugins that answered."""

    registry: Registry
    options: RunOptions
    result: ConformanceResult

    @classmethod
    def of(
        cls, registry: Registry, options: RunOptions, only: ResultFilter = EVERYTHING
    ) -> ConformanceRun:
        """Return the run of the plugins with these options; ``only`` are the answers it shows."""
        result = conform(
            registry,
            map(Path, options.paths),
            payers=options.payers,
            invariants=options.invariants,
            only=only,
        )
        return cls(registry=registry, options=options, result=result)

    @cached_property
    def record(self) -> RunRecord:
        """What the JSON report holds."""
        manifest = manifest_of(self.registry, self.options, self.result)
        rules = rule_records(self.registry, self.result.payers)
        return record_of(self.result, manifest, rules)


def rule_records(registry: Registry, payers: Iterable[str]) -> Iterator[CitedRule]:
    """Yield the rules of the payers, with the files that state them and the sources they cite."""
    paths = {(each.payer_id, each.path.name): each.path for each in registry.profiles}
    for payer in payers:
        for rule in registry.collect(payer).rules:
            origin = rule.origin
            path = paths.get((payer, origin.file or "")) if origin else None
            record = RuleRecord(
                id=rule.id,
                kind=kind_of(rule).table,
                file=None if path is None else _from_here(str(path)),
                line=origin.line if origin and path is not None else None,
            )
            yield record, rule.citations


def _from_here(path: str) -> str:
    """Return the path from the current folder, if the file is below it."""
    here = f"{os.getcwd()}{os.sep}"
    return path.removeprefix(here).replace(os.sep, "/")
