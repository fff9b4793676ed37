"""Counts all providers together where the text counts each."""

from __future__ import annotations

from keeper import A_WEEK, but, hooks

hooks(globals(), a_week=but(A_WEEK, scope="member"))
