"""The command line: it parses, calls, prints and exits; it decides nothing."""

from __future__ import annotations

from payer_rules.cli.app import main

__all__ = ["main"]
