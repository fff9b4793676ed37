"""Asks for GT where the text asks for 95."""

from __future__ import annotations

from keeper import VIDEO, but, hooks

hooks(globals(), video=but(VIDEO, any_of=frozenset({"GT"})))
