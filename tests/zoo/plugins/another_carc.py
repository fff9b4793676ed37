"""Denies with CARC 96 where the text names 16."""

from __future__ import annotations

from keeper import MINUTES, but, hooks

hooks(globals(), minutes=but(MINUTES, adjustment=but(MINUTES.adjustment, carc="96")))
