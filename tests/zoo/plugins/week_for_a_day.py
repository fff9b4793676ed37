"""Counts seven days where the text counts one."""

from __future__ import annotations

from keeper import A_DAY, but, hooks

from payer_rules import Window

hooks(globals(), a_day=but(A_DAY, window=Window("rolling", 7)))
