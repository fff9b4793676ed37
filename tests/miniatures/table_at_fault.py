"""A plugin whose bundled edits cannot be read."""

from __future__ import annotations

from payer_rules import EditTable, InputError, Problem, hookimpl


@hookimpl
def payer_rules_edit_tables(payer: str) -> list[EditTable]:
    """What reading a broken CSV raises."""
    raise InputError([Problem("ptp.csv:3", "'9083' is not a procedure code", "Write five digits.")])
