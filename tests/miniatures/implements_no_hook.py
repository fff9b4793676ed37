"""A plugin that does nothing."""

from __future__ import annotations

GREETING = "hello"
