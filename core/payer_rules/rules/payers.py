"""A payer: who it is, and what it means by the same provider."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

import attrs

from payer_rules.errors import Misfit, MisfitError
from payer_rules.rules.facts import Citation

_id = re.compile(r"[a-z0-9][a-z0-9-]*").fullmatch


@attrs.frozen(kw_only=True)
class Payer:
    """One payer and its defaults.

    ``ncci`` says whose NCCI tables bind it, with the sources that say so; where such tables are
    not at hand their edits are not evaluated. ``ncci_received_from`` is the first day of receipt
    from which they bind.
    """

    id: str
    name: str
    kind: Literal["medicare", "medicaid", "tricare", "commercial"]
    states: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    same_provider: Literal["rendering", "billing", "billing-and-specialty"] = "rendering"
    ncci: Literal["medicare", "medicaid"] | None = None
    ncci_received_from: date | None = None
    ncci_citations: tuple[Citation, ...] = attrs.field(default=(), metadata={"key": "ncci_cites"})

    def __attrs_post_init__(self) -> None:
        if not _id(self.id):
            problem = f"{self.id!r} is not a payer id"
            raise MisfitError([Misfit(("id",), problem, "Write small letters and hyphens.")])
        if self.ncci and not self.ncci_citations:
            problem = "ncci is stated without a source"
            raise MisfitError([Misfit(("ncci_citations",), problem, "Cite it: ncci_cites = […].")])
