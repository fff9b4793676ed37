"""The sound plugin, from which every other one differs by one change."""

from __future__ import annotations

from keeper import hooks

hooks(globals())
