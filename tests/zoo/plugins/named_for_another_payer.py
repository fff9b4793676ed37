"""Gives a limit whose id is another payer's."""

from __future__ import annotations

from keeper import A_DAY, but, hooks

hooks(globals(), a_day=but(A_DAY, id="acne/one-group-a-day"))
