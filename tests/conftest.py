"""What holds for all tests."""

from __future__ import annotations

from hypothesis import settings

# NOTE: how fast a machine is proves nothing about a law.
settings.register_profile("laws", deadline=None)
settings.load_profile("laws")
