"""Counts each provider where the text counts the member."""

from __future__ import annotations

from keeper import A_DAY, but, hooks

hooks(globals(), a_day=but(A_DAY, scope="rendering"))
