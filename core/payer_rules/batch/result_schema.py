"""The columns of the results of a batch.

Each line of a claim is one row for each payer. ``answer`` identifies everything that the rules say
of a line without naming its claim, its days or its charge; lines with equal answers share it, in
all partitions and all runs. Its text is in ``answer_text``, in the first row that has it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


@cache
def finding_type() -> pa.DataType:
    """Return the type of a finding; ``lines`` are the numbers of its lines."""
    import pyarrow as pa

    text = pa.string()
    return pa.struct(
        [
            ("rule", text),
            ("lines", pa.list_(pa.int32())),
            ("outcome", text),
            ("basis", text),
            ("detected_in", text),
            ("group", text),
            ("carc", text),
            ("rarc", pa.list_(text)),
            ("pays", text),
            ("bill_instead", text),
            ("message", text),
            ("change", text),
            ("condition", text),
        ]
    )


@cache
def result_schema() -> pa.Schema:
    """Return the schema of the results.

    A row that is set aside has ``problem``, ``remedy`` and ``error_code``, and no answer. The
    findings of a claim are in the row of its first line.
    """
    import pyarrow as pa

    text = pa.string()
    return pa.schema(
        [
            ("source_file", text),
            ("source_row", pa.int64()),
            ("claim", text),
            ("line", pa.int32()),
            ("payer", text),
            ("outcome", text),
            ("expected", text),
            ("basis", text),
            ("complete", pa.bool_()),
            ("answer", pa.int64()),
            ("answer_text", text),
            ("findings", pa.list_(finding_type())),
            ("problem", text),
            ("remedy", text),
            ("error_code", text),
        ]
    )
