"""Claims as files: the other half of the readers."""

from __future__ import annotations
