"""Laws of the hashes by which rows are divided: equal ids have equal hashes in columns of any type."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from payer_rules.batch.text_hashes import hash_texts
from payer_rules.readers.line_tables import cell_readers


@given(st.lists(st.one_of(st.none(), st.text(max_size=12))))
def test_two_texts_have_one_hash_if_readers_read_the_same(texts: list[str | None]) -> None:
    """Blanks around do not count; an empty cell has the hash 0, and no other has it."""
    import pyarrow as pa

    read = [(text or "").strip() for text in texts]
    column = pa.array(texts, pa.string())
    for array in (column, column.dictionary_encode(), pa.chunked_array([column, column[:2]])):
        hashes = hash_texts(array).tolist()[: len(texts)]
        assert len(set(zip(read, hashes, strict=True))) == len(set(read)) == len(set(hashes))
        assert {each for text, each in zip(read, hashes, strict=True) if not text} <= {0}


@given(st.lists(st.integers(-(10**9), 10**9)))
def test_a_whole_number_has_the_hash_of_its_digits(numbers: list[int]) -> None:
    """An id may be a number in one file, also one with a point, and a text in another."""
    import pyarrow as pa

    texts = hash_texts(pa.array([cell_readers.text(each) for each in numbers], pa.string()))
    assert hash_texts(pa.array(numbers, pa.int64())).tolist() == texts.tolist()
    assert hash_texts(pa.array(numbers, pa.float64())).tolist() == texts.tolist()


def test_a_slice_has_the_hashes_of_its_own_texts() -> None:
    """A part of a column is hashed as it is, not as the whole."""
    import pyarrow as pa

    column = pa.array(["a", "bb", None, "ccc", "a"])
    assert hash_texts(column[1:]).tolist() == hash_texts(column).tolist()[1:]
