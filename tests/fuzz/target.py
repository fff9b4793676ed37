"""What every fuzz target does: a text that atheris made becomes a file, and its readers are run.

A target is run by a person as ``python tests/fuzz/x12.py -max_total_time=60``; the options are
libFuzzer's, and a folder among the arguments keeps what was found between runs. What breaks a law
here is raised: libFuzzer writes the text into a file ``crash-…``, which the target takes as its
argument to run it alone.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import atheris

CHECKOUT: Final = Path(__file__).resolve().parents[2]
SAMPLES: Final = Path(os.environ.get("PAYER_RULES_SAMPLES", CHECKOUT.parent / "shared" / "samples"))
#: A text that takes longer hangs: the longest that atheris makes has a few kilobytes.
_SECONDS: Final = 10

# NOTE: what is imported here is watched by atheris, which seeks texts that reach new places in it.
with atheris.instrument_imports(
    include=["payer_rules.readers", "payer_rules.toml_files.line_numbers"]
):
    from payer_rules.errors import Problem
    from payer_rules.readers.claim_files import read_claim_file
    from payer_rules.readers.fhir import extraction as _fhir  # noqa: F401
    from payer_rules.readers.formats import ReadOptions
    from payer_rules.readers.history_files import read_history_file
    from payer_rules.readers.line_tables import read_claim_table as _table  # noqa: F401
    from payer_rules.readers.x12 import read_x12_claims as _x12  # noqa: F401


def fuzz(format_: str | None, suffix: str, seeds: Iterable[bytes], samples: str = "") -> None:
    """Run libFuzzer over the readers of the format, from the seeds and the samples on.

    The laws: nothing is raised, and every problem has a place and advice.
    """
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"fuzzed{suffix}"
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        found = [path.read_bytes() for path in sorted(SAMPLES.glob(samples))] if samples else []
        for at, seed in enumerate([*seeds, *found]):
            (corpus / str(at)).write_bytes(seed)
        form = ReadOptions(format=format_)

        def one(text: bytes) -> None:
            file.write_bytes(text)
            _, problems = read_history_file(file, form)
            for item in [*read_claim_file(file, form), *problems]:
                if isinstance(item, Problem):
                    assert item.where.startswith(file.name), item
                    assert item.message, item
                    assert item.remedy, item

        fields = [f"-timeout={_SECONDS}", *sys.argv[1:]]
        is_one = any(Path(item).is_file() for item in sys.argv[1:])
        atheris.Setup([sys.argv[0], *fields, *([] if is_one else [str(corpus)])], one)
        atheris.Fuzz()
