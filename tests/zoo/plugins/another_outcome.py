"""Asks for a review where the text denies."""

from __future__ import annotations

from keeper import A_DAY, but, hooks

hooks(globals(), a_day=but(A_DAY, outcome="review"))
