"""Counts units where the text counts services."""

from __future__ import annotations

from keeper import A_DAY, but, hooks

hooks(globals(), a_day=but(A_DAY, counts="units"))
