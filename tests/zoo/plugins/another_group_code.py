"""Denies as patient responsibility where the text states contractual obligation."""

from __future__ import annotations

from keeper import MINUTES, but, hooks

hooks(globals(), minutes=but(MINUTES, adjustment=but(MINUTES.adjustment, group="PR")))
