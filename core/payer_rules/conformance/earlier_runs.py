"""What has changed since an earlier conformance run."""

from __future__ import annotations

import attrs


@attrs.frozen(order=True)
class RunChange:
    """A difference between two runs: where it is, and what is different."""

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


@attrs.frozen(kw_only=True)
class EarlierRun:
    """An earlier run with which a run was compared: its report, and what has changed since."""

    report: str
    changes: tuple[RunChange, ...]
