"""Begins the week on Monday where the text begins it on Sunday."""

from __future__ import annotations

from keeper import A_WEEK, but, hooks

from payer_rules import Window

hooks(globals(), a_week=but(A_WEEK, window=Window("week", None, "monday")))
