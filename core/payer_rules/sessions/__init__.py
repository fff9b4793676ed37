"""Group sessions: rebuilt from the claims of all their members, and billed from a roster."""

from __future__ import annotations
