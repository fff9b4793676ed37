"""The suites of limits once more, with the earlier lines of each claim in a database.

What they state of a history in memory holds of one in SQLite and in PostgreSQL: each history that
a test gives to a rule book is stored, and what the rules ask for is fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import test_authorization_limits
import test_limit_dimensions
import test_limit_spans
import test_limits
import test_minimums

from payer_rules.checking.earlier_lines import earlier_lines
from payer_rules.claims import Claim
from payer_rules.decisions import Decision
from payer_rules.history import History
from payer_rules.rulebook import RuleBook
from payer_rules.stores import StoredHistory

SUITES = (
    test_authorization_limits,
    test_limit_dimensions,
    test_limit_spans,
    test_limits,
    test_minimums,
)


@pytest.fixture(autouse=True, scope="module")
def decided_from_a_store(stored: Callable[[History], StoredHistory]) -> Iterator[None]:
    """Let each rule book decide with what it asks a store for."""
    decide = RuleBook.decide

    def decided(
        book: RuleBook, claim: Claim, history: History | None = None, **options: Any
    ) -> Decision:
        if history is None or options.get("expected_history") is not None:
            return decide(book, claim, history, **options)
        store = stored(history)
        found = earlier_lines(claim, book, store)
        store.close()
        return decide(book, claim, found, **options)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(RuleBook, "decide", decided)
        yield


globals().update(
    {
        f"{name}__{suite.__name__.removeprefix('test_')}": function
        for suite in SUITES
        for name, function in vars(suite).items()
        # NOTE: `test_stored_decisions` and `test_stored_history` have properties of their own.
        if name.startswith("test_") and not hasattr(function, "hypothesis")
    }
)
