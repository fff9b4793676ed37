"""Cites a source without an address."""

from __future__ import annotations

from keeper import A_DAY, MANUAL, but, hooks

hooks(globals(), a_day=but(A_DAY, citations=(but(MANUAL, url=" "),)))
