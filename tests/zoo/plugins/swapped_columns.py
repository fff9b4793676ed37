"""Denies the group where the text denies the individual session."""

from __future__ import annotations

from keeper import PAIR, but, hooks

hooks(globals(), pair=but(PAIR, first=PAIR.second, second=PAIR.first))
