"""Profiles of invented payers with one limit, for tests to use or to add rules to."""

from __future__ import annotations

from typing import Final

#: A payer that pays two groups in seven days.
TWICE_A_WEEK: Final = """\
[payer]
id = "acme"
name = "Acme Health (invented)"
kind = "commercial"

[sources.MANUAL]
title = "Acme provider manual (invented)"
url = "https://example.com/manual"
read = 2026-11-23
confidence = "primary"

[[frequency_limit]]
id = "two-per-week"
codes = ["90853"]
limit = 2
counts = "services"
window = { rolling_days = 7 }
scope = "member"
adjustment = { group = "CO", carc = "119", rarc = ["N362"] }
cites = ["MANUAL"]
rationale = "Group psychotherapy is paid twice in any seven days."
"""
_PROFILE = """\
[payer]
id = "{payer}"
name = "A payer of a test"
kind = "commercial"

[sources.T-1]
title = "t"
url = "u"
read = 2026-11-23
confidence = "primary"

[[topics.all]]
none = {{ cites = ["T-1"] }}
verified = {{ from = 1900-01-01 }}

[[frequency_limit]]
id = "{rule}"
codes = ["90853"]
limit = {limit}
counts = "units"
window = "day"
scope = "member"
{dates}cites = ["T-1"]
rationale = "So many a day."
"""


def profile_of(payer: str, *, limit: int = 1, dates: str = "", rule: str = "a-day") -> str:
    """Return the profile of a payer with a limit of units a day; ``dates`` is a line of TOML."""
    return _PROFILE.format(payer=payer, limit=limit, dates=dates and f"{dates}\n", rule=rule)
