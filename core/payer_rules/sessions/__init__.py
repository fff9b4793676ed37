"""Group sessions: reconstructed from the claims of their members, and billed from a roster.

1. `session_run` partitions the claims by rendering provider.
2. `partition_review` reconstructs the sessions of a partition (`reconstruction`), compares the
   claims of each session (`agreement`), checks the days of each provider (`clinician_days`), and
   applies the payers' limits (`payer_limits`).
3. `roster` reads a roster, and `roster_billing` makes one claim for each participant.
"""

from __future__ import annotations
