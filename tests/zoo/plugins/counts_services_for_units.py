"""Counts services where the text counts units."""

from __future__ import annotations

from keeper import A_WEEK, but, hooks

hooks(globals(), a_week=but(A_WEEK, counts="services"))
