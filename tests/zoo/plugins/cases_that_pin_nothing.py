"""Has one case, for which any limit gives the same answer."""

from __future__ import annotations

from keeper import CASES, hooks

hooks(globals(), cases=CASES.parent / "one-case")
