"""The lines of a Spark data frame, decided by the rule books that decide single claims.

Each Spark partition gets all lines of some members. The books are sent with the task as
`PackedBooks`. Their tables of CMS are read from the folder of the registry, which every worker must
reach by the same path.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from payer_rules.batch.line_rows import SOURCE_FILE, SOURCE_ROW
from payer_rules.batch.packed_books import PackedBooks
from payer_rules.batch.result_schema import result_schema
from payer_rules.batch.text_hashes import blanks, hash_texts
from payer_rules.checking import ClaimChecker

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

#: The Spark partitions by default: ten million lines in parts of 50,000.
_PARTITIONS: Final = 200


def read_lines(session: SparkSession, path: str, source: str = "parquet") -> DataFrame:
    """Return the lines of the files at the path, each with its file and its row, from 1 on.

    ``source`` is a format of Spark whose files know their rows: ``parquet`` or ``delta``.
    """
    from pyspark.sql import functions as F

    frame = session.read.format(source).load(path)
    return frame.select(
        "*",
        F.col("_metadata.file_path").alias(SOURCE_FILE),
        (F.col("_metadata.row_index") + 1).alias(SOURCE_ROW),
    )


def decide_frame(
    lines: DataFrame,
    books: ClaimChecker,
    *,
    partitions: int = _PARTITIONS,
    mapping: Mapping[str, str] | None = None,
    setting: str | None = None,
    messages: bool = False,
) -> DataFrame:
    """Return the results for the lines, with the columns of `result_schema`.

    The arguments are those of `decide_batches`; ``partitions`` is the number of Spark partitions,
    one for some 50,000 lines. The claim ids that rows of several members have are collected first,
    by a query on two columns.
    """
    import pyarrow as pa
    from pyspark.sql.pandas.types import from_arrow_schema

    names = [(mapping or {}).get(name, name) for name in ("member", "claim")]
    split = hash_texts(pa.array(_split_claims(lines, *names), pa.string()))
    packed = PackedBooks.of(
        books, mapping=mapping, setting=setting, messages=messages, split_claims=split
    )
    divided = lines.repartition(partitions, _text(names[0]))
    return divided.mapInArrow(packed.decide_batches, from_arrow_schema(result_schema()))


def _text(name: str) -> Column:
    """Return the column as readers take it: a text without blanks around, null if it is empty."""
    from pyspark.sql import functions as F

    trimmed = F.btrim(F.col(f"`{name}`").cast("string"), F.lit(blanks()))
    return F.when(trimmed != "", trimmed)


def _split_claims(lines: DataFrame, member: str, claim: str) -> list[str]:
    """Return the ids of claims with rows of several members, or with rows without a member."""
    from pyspark.sql import functions as F

    ids = lines.select(_text(claim).alias("claim"), _text(member).alias("member"))
    counted = (
        ids.where("claim is not null")
        .groupBy("claim")
        .agg(
            F.min("member").alias("first"),
            F.max("member").alias("last"),
            F.count("member").alias("members"),
            F.count("claim").alias("rows"),
        )
    )
    found = counted.where("first <> last or (members > 0 and members < rows)")
    return [row.claim for row in found.select("claim").collect()]
