"""Has one case, which any limit would answer alike."""

from __future__ import annotations

from keeper import CASES, hooks

hooks(globals(), cases=CASES.parent / "one-case")
