"""Rule books that are sent to the processes of Spark, Dask or Ray, and kept by each of them."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

import attrs

from payer_rules.batch.deciding import decide_batches
from payer_rules.batch.result_schema import result_schema
from payer_rules.checking import ClaimChecker

if TYPE_CHECKING:
    import pyarrow as pa

    from payer_rules.batch.text_hashes import Hashes

#: The books of this process, by the digest of their pickle.
_BOOKS: Final[dict[bytes, ClaimChecker]] = {}


@attrs.frozen(eq=False)
class PackedBooks:
    """Rule books with the way of reading lines, as bytes that any process can be sent.

    Compiled books cannot be sent. A process compiles them when it decides its first part, and keeps
    them for the next one. CMS's tables and history stores are sent as paths and addresses.
    """

    pickled: bytes
    options: Mapping[str, Any]

    @classmethod
    def of(
        cls,
        books: ClaimChecker,
        *,
        mapping: Mapping[str, str] | None = None,
        setting: str | None = None,
        messages: bool = False,
        split_claims: Hashes | None = None,
    ) -> PackedBooks:
        """Return the books packed; the other arguments are those of `decide_batches`."""
        options = {"mapping": mapping, "setting": setting, "messages": messages}
        # NOTE: `evolve` leaves out what the books have compiled.
        return cls(pickle.dumps(attrs.evolve(books)), {**options, "split_claims": split_claims})

    def decide_batches(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield the results for the lines of a part, which has all lines of each of its members."""
        digest = blake2b(self.pickled).digest()
        books = _BOOKS.get(digest)
        if books is None:
            # NOTE: the caller's own process made it, and sent it as it sends functions.
            books = _BOOKS[digest] = pickle.loads(self.pickled)
        yield from decide_batches(batches, books, **self.options)

    def decide_table(self, lines: pa.Table) -> pa.Table:
        """Return the results for the lines of a part, with the columns of `result_schema`."""
        import pyarrow as pa

        return pa.Table.from_batches(self.decide_batches(lines.to_batches()), result_schema())
