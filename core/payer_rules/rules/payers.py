"""Payers and their defaults."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Literal

import attrs

from payer_rules.errors import FieldError
from payer_rules.rules.facts import Citation
from payer_rules.rules.topics import TopicStatement
from payer_rules.values.checked import CheckedRule, as_tuple, of_form
from payer_rules.vocabularies import STATES
from payer_rules.vocabularies.formats import IDENTIFIER, PLAN, PROGRAM, RECORD_ELEMENT

_id = re.compile(r"[a-z0-9][a-z0-9-]*").fullmatch


@attrs.frozen(kw_only=True)
class Payer(CheckedRule):
    """A payer and its defaults.

    ``plans``, ``programs`` and ``elements`` (of records) are its own names; those of the
    vocabularies are valid, too. ``ncci``
    names the program whose NCCI tables bind it, with the sources; without these tables installed,
    their edits are not evaluated. ``ncci_received_from`` is the first day of receipt from which
    they bind. ``baseline`` states whether Medicare's edits warn where the payer's own texts are
    silent, as they do if nothing is stated: ``none`` switches the warnings off, and
    ``medicare-ncci`` cites a text by which these edits apply to the payer. ``topics`` state what
    was read where no rule is stated.
    """

    id: str
    name: str
    kind: Literal["medicare", "medicaid", "tricare", "commercial"]
    states: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, metadata=of_form(STATES))
    identifiers: tuple[str, ...] = attrs.field(
        default=(), converter=as_tuple, metadata=of_form(IDENTIFIER)
    )
    plans: tuple[str, ...] = attrs.field(
        default=(), converter=as_tuple, metadata=of_form(PLAN, key=None)
    )
    programs: tuple[str, ...] = attrs.field(
        default=(), converter=as_tuple, metadata=of_form(PROGRAM, key=None)
    )
    elements: tuple[str, ...] = attrs.field(
        default=(), converter=as_tuple, metadata=of_form(RECORD_ELEMENT, key=None)
    )
    same_provider: Literal["rendering", "billing", "billing-and-specialty"] = "rendering"
    ncci: Literal["medicare", "medicaid"] | None = None
    ncci_received_from: date | None = None
    ncci_citations: tuple[Citation, ...] = attrs.field(default=(), metadata={"key": "ncci_cites"})
    baseline: Literal["medicare-ncci", "none"] | None = None
    baseline_citations: tuple[Citation, ...] = attrs.field(
        default=(), metadata={"key": "baseline_cites"}
    )
    topics: tuple[TopicStatement, ...] = attrs.field(
        default=(), converter=as_tuple, metadata={"key": None}
    )

    def _field_errors(self) -> Iterator[FieldError]:
        if not _id(self.id):
            message = f"{self.id!r} is not a payer id"
            yield FieldError(("id",), message, "Write small letters and hyphens.")
        if self.ncci and not self.ncci_citations:
            message = "ncci is stated without a source"
            yield FieldError(("ncci_citations",), message, "Cite it: ncci_cites = […].")
        if self.baseline == "medicare-ncci" and not self.baseline_citations:
            message = "the baseline medicare-ncci is stated without a source"
            remedy = "Cite the text by which Medicare's edits apply: baseline_cites = […]."
            yield FieldError(("baseline_citations",), message, remedy)
