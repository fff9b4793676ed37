"""Pays two groups a day where the text pays one."""

from __future__ import annotations

from decimal import Decimal

from keeper import A_DAY, but, hooks

hooks(globals(), a_day=but(A_DAY, limit=Decimal(2)))
