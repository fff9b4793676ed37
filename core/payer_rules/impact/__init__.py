"""The claims whose answer differs between two sets of rules: profiles, tables, days of knowledge.

1. `ImpactChecker` decides the claims of each partition of a run under the old rules and under the
   new ones, but for members whose lines the difference cannot touch.
2. A `ChangedLine` has both answers on a line, in which direction they differ, and the rules behind.
3. `ImpactSummary` counts changed lines and their charges by payer, rule, topic and code family.
4. The reports are made from the kept lines and the summary of an `Impact`.
"""

from __future__ import annotations

from payer_rules.impact.changed_lines import ChangedLine
from payer_rules.impact.directions import Direction
from payer_rules.impact.impact_checker import ImpactChecker
from payer_rules.impact.impact_summary import ImpactSummary

__all__ = ["ChangedLine", "Direction", "ImpactChecker", "ImpactSummary"]
