"""The national edits that are the baseline of payers whose own texts are silent."""

from __future__ import annotations

import attrs

from payer_rules.rules.edit_table import EditTerms
from payer_rules.rules.payers import Payer


@attrs.frozen(kw_only=True)
class BaselineEdits:
    """The edits of a national payer: the payer, and its terms and tables."""

    payer: Payer
    terms: tuple[EditTerms, ...]
