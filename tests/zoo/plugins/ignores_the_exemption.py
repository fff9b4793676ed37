"""Does not let modifier 59 bypass the pair."""

from __future__ import annotations

from keeper import PAIR, but, hooks

hooks(globals(), pair=but(PAIR, indicator=0, bypass=frozenset()))
