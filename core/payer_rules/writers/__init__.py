"""Writers: claims become files that readers can read."""

from __future__ import annotations
