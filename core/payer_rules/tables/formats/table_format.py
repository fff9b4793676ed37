"""The interface of a format: how it is recognized, and how its rows are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

import attrs

from payer_rules.tables.drafts import Content, FileImport
from payer_rules.tables.releases import TableIdentity

#: The lines of a file, in lists, with their line breaks.
Chunks: TypeAlias = Iterator[list[bytes]]


@attrs.frozen
class TableFormat:
    """A format in which tables are published.

    ``heading`` returns the identity that the first lines state, or ``None`` for a file of another
    format. ``read`` reads all lines. ``names_setting`` is true if each row has its setting.
    """

    name: str
    content: Content
    heading: Callable[[Sequence[bytes]], TableIdentity | None]
    read: Callable[[Chunks, FileImport], None]
    names_setting: bool = False
