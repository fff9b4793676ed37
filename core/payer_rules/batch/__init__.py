"""Batches of claim lines: Arrow in, Arrow out, by the rule books that decide single claims.

1. `find_line_files` finds the Parquet files of a run; `partition_lines` writes their rows to
   partitions on disk, each with all lines of some members.
2. `decide_batches` decides the lines of a partition: the same function in a run on one machine, in
   Spark, and in anything else that hands over Arrow. `PackedBooks` are sent to other processes.
3. `BatchRun` writes the results of each partition to a folder, once, so that a run that was killed
   continues where it ended.

The packages of the extra ``batch`` are imported when they are first needed.
"""

from __future__ import annotations

from payer_rules.batch.batch_run import BatchRun
from payer_rules.batch.deciding import decide_batches
from payer_rules.batch.line_files import LineFile, find_line_files
from payer_rules.batch.packed_books import PackedBooks
from payer_rules.batch.partitioning import partition_lines
from payer_rules.batch.result_schema import result_schema

__all__ = [
    "BatchRun",
    "LineFile",
    "PackedBooks",
    "decide_batches",
    "find_line_files",
    "partition_lines",
    "result_schema",
]
