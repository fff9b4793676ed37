"""Counts thirty days where the text counts a calendar month."""

from __future__ import annotations

from keeper import A_MONTH, but, hooks

from payer_rules import Window

hooks(globals(), a_month=but(A_MONTH, window=Window("rolling", 30)))
