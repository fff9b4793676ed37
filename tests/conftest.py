"""What holds for all tests."""

from __future__ import annotations

import os

from hypothesis import settings

# NOTE: how fast a machine is proves nothing about a law; and what CI finds must be found again.
settings.register_profile(
    "laws",
    deadline=None,
    derandomize="CI" in os.environ,
    max_examples=int(os.environ.get("PAYER_RULES_EXAMPLES", "100")),
)
settings.load_profile("laws")
