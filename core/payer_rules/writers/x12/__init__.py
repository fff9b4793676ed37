"""Claims as an 837P of the guide 005010X222A1; nothing is invented that the form demands.

>>> ready = [form_claim(claim, beside, providers) for claim, beside in …]
>>> text = interchange(ready, envelope, created=datetime.now())
"""

from __future__ import annotations

from payer_rules.writers.x12.interchange import X12ClaimSegments, form_claim, interchange

__all__ = ["X12ClaimSegments", "form_claim", "interchange"]
