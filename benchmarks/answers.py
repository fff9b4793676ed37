"""Answer all lines of a file by Medicare's whole book, as `check --results` does, and print JSON.

    python benchmarks/answers.py FILE FOLDER

The file is run twice in one process: first with nothing kept, so that the engine decides each
different unit of claims, then again with all of them kept. FOLDER has or receives CMS's tables.
"""

from __future__ import annotations

import json
import resource
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import questions
from payer_rules.batch import BatchRun, find_line_files
from payer_rules.batch.deciding import kept_units_of
from payer_rules.checking import ClaimChecker
from payer_rules.registry import load


def main() -> None:
    """Print the processor time of both runs, and how many units there are."""
    file, folder = map(Path, sys.argv[1:3])
    questions.edits(folder)
    registry = load(payers=("medicare",), tables=folder / "tables")
    checker = ClaimChecker(registry=registry, payers=("medicare",))
    found, _ = find_line_files([file])
    runs = [run(checker, found, folder / f"answers-{which}") for which in ("first", "again")]
    (kept,) = kept_units_of(checker).values()
    result: dict[str, Any] = {
        "lines": sum(each.rows for each in found),
        "first": runs[0],
        "again": runs[1],
        "units": kept.met // 2 if kept else 0,
        "different": kept.decided if kept else 0,
        "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(result))


def run(checker: ClaimChecker, files: Any, folder: Path) -> float:
    """Return the processor time of one run into the folder."""
    shutil.rmtree(folder, ignore_errors=True)
    begun = time.process_time()
    BatchRun(files=files, checker=checker, folder=folder, setting="practitioner").run()
    return time.process_time() - begun


if __name__ == "__main__":
    main()
