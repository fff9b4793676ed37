"""The facts on which the answers on claims depend: of one outline, and of a table as columns."""

from __future__ import annotations

from typing import Final

import attrs

from payer_rules.batch.text_hashes import Hashes
from payer_rules.batch.unread_columns import NONE_UNREAD, UnreadColumns
from payer_rules.kinds.frequency_limit.evaluator import CountingWindows
from payer_rules.rules import Window


@attrs.frozen
class ClaimReads:
    """The facts on which the answers on claims with one outline depend.

    ``unread`` are the columns that no rule reads of a claim that is alone, and ``unread_together``
    those that none reads of claims that look back to one another. ``windows`` are those in which
    the claim is counted with other days; ``None`` if periods do not stand for its days.
    """

    unread: UnreadColumns
    unread_together: UnreadColumns
    windows: CountingWindows | None


READS_ALL: Final = ClaimReads(NONE_UNREAD, NONE_UNREAD, None)


@attrs.frozen(eq=False)
class ReadColumns:
    """The facts on which the answers on the claims of a table depend, as columns.

    ``unread`` and ``unread_together`` have the claims that leave a column unread, by column.
    ``compared`` has the claims of which rules compare diagnoses with the beginnings of codes, by
    these, and ``compared_together`` those that look back to one another.
    ``of_periods`` are the claims of which periods stand for the days. ``windows`` has the claims
    that are counted in each window, with the codes of the lines that are.
    """

    unread: dict[str, Hashes]
    unread_together: dict[str, Hashes]
    compared: dict[frozenset[str], Hashes]
    compared_together: dict[frozenset[str], Hashes]
    of_periods: Hashes
    windows: dict[tuple[frozenset[str] | None, Window], Hashes]

    def taken(self, numbers: Hashes) -> ReadColumns:
        """Return what the answers on the claims with these numbers depend on."""
        return ReadColumns(
            {name: each[numbers] for name, each in self.unread.items()},
            {name: each[numbers] for name, each in self.unread_together.items()},
            {starts: each[numbers] for starts, each in self.compared.items()},
            {starts: each[numbers] for starts, each in self.compared_together.items()},
            self.of_periods[numbers],
            {window: each[numbers] for window, each in self.windows.items()},
        )


@attrs.frozen(eq=False)
class LookbackColumns:
    """The lookbacks of claims to lines with some codes, ``None`` for any code, as columns.

    ``first`` and ``last`` are the days to which each of the ``claims`` looks back, since 1970.
    """

    codes: frozenset[str] | None
    claims: Hashes
    first: Hashes
    last: Hashes
