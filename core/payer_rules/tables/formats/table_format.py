"""What a format of CMS's files is: how it is recognized, and how its rows are read."""

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
    """One shape in which tables are published.

    ``heading`` finds in the first lines what they tell, or ``None`` where the file is another.
    ``read`` takes all lines. ``names_setting``: each row tells its setting.
    """

    name: str
    content: Content
    heading: Callable[[Sequence[bytes]], TableIdentity | None]
    read: Callable[[Chunks, FileImport], None]
    names_setting: bool = False
