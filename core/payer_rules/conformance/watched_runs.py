"""Conformance runs that follow one another: what each changed in the answers of the one before.

Every run has a process of its own, in which plugins and profiles are read anew.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path

import attrs

from payer_rules.conformance.earlier_runs import RunChange
from payer_rules.conformance.manifest import RunOptions
from payer_rules.conformance.run_comparison import changes
from payer_rules.conformance.run_record import AskedAnswer, RunRecord
from payer_rules.conformance.run_record_files import record_from
from payer_rules.conformance.trial_results import TrialStatus


@attrs.frozen(kw_only=True)
class WatchedRun:
    """One of several runs: the payers asked, what changed, and the messages that it printed.

    ``is_complete`` is false if the run ended without an answer, as by a broken file.
    """

    payers: tuple[str, ...]
    changes: tuple[RunChange, ...]
    messages: str
    is_complete: bool


@attrs.define
class WatchedRuns:
    """The last answers of each payer, from runs with the same options."""

    options: RunOptions
    _records: dict[str, RunRecord] = attrs.Factory(dict)

    @property
    def payers(self) -> tuple[str, ...]:
        """The payers that have answered."""
        return tuple(self._records)

    def run(self, payers: Collection[str] = ()) -> WatchedRun:
        """Ask all payers of the options, or those named, and compare with their last answers."""
        options = attrs.evolve(self.options, payers=tuple(sorted(payers)) or self.options.payers)
        with tempfile.TemporaryDirectory(prefix="payer-rules-") as folder:
            report = Path(folder) / "run.json"
            command = [sys.executable, "-m", "payer_rules", *arguments_of(options)]
            asked = [*command, "--report", f"json:{report}"]
            done = subprocess.run(asked, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            messages = done.stderr.decode("utf-8", "replace")
            if not report.is_file():
                return WatchedRun(
                    payers=options.payers, changes=(), messages=messages, is_complete=False
                )
            record = record_from(report.read_bytes(), report.name)
        found = tuple(self._changes(record))
        self._records |= {payer: _of_payer(record, payer) for payer in record.payers}
        return WatchedRun(payers=record.payers, changes=found, messages=messages, is_complete=True)

    def _changes(self, record: RunRecord) -> Iterator[RunChange]:
        """Yield what differs from the last answers of the payers."""
        for payer in record.payers:
            new = _of_payer(record, payer)
            if payer in self._records:
                yield from changes(attrs.evolve(self._records[payer], manifest=new.manifest), new)
            elif self._records:
                yield RunChange(payer, "answers for the first time")

    def answers(self) -> Iterator[AskedAnswer]:
        """Yield the last answers of all payers."""
        for record in self._records.values():
            yield from record.answers()

    def counted(self) -> Counter[TrialStatus]:
        """Return the number of the last answers by their status."""
        return Counter(each.answer.status for each in self.answers())

    def broken(self) -> Iterator[str]:
        """Yield the violations of invariants by the payers that answered."""
        for record in self._records.values():
            for each in record.invariants:
                yield from (f"{each.payer}: {each.invariant}: {text}" for text in each.broken)


def arguments_of(options: RunOptions) -> list[str]:
    """Return the arguments of a command line with these options."""
    named = {
        "--payer": options.payers,
        "--profiles": options.profiles,
        "--without": options.without,
        "--tables": (options.tables,),
        "--code": options.codes,
        "--kind": options.kinds,
        "--word": options.words,
        "--topic": options.topics,
        "--from": (options.first,),
        "--until": (options.last,),
    }
    pairs = [(name, str(value)) for name, values in named.items() for value in values if value]
    flags = [*["--no-invariants"] * (not options.invariants), *["--differ"] * options.differ]
    return ["conform", *options.paths, *(word for pair in pairs for word in pair), *flags]


def _of_payer(record: RunRecord, payer: str) -> RunRecord:
    """Return the answers of the payer alone; sheets are about several payers, and left out."""
    scenarios = (
        attrs.evolve(each, answers=tuple(a for a in each.answers if a.payer == payer))
        for each in record.scenarios
    )
    return attrs.evolve(
        record,
        payers=(payer,),
        scenarios=tuple(scenarios),
        cases=tuple(case for case in record.cases if case.answer.payer == payer),
        sheets=(),
        invariants=tuple(each for each in record.invariants if each.payer == payer),
    )
