"""Has no case on the first day of a rule, nor the day before."""

from __future__ import annotations

from datetime import date

from keeper import VIDEO, but, hooks

from payer_rules import DateRange

hooks(globals(), video=but(VIDEO, in_force=DateRange(date(2023, 1, 1))))
