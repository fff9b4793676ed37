"""Begins on the day after the first day that the text names."""

from __future__ import annotations

from datetime import date

from keeper import VIDEO, but, hooks

from payer_rules import DateRange

hooks(globals(), video=but(VIDEO, in_force=DateRange(date(2023, 7, 2))))
