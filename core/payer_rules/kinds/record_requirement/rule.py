"""The rule what the record of a session holds."""

from __future__ import annotations

import typing
from collections.abc import Iterator

import attrs

from payer_rules.claims import Documented
from payer_rules.errors import FieldError
from payer_rules.kinds.record_requirement.parts import DocumentCriteria, FindingCriteria
from payer_rules.rules.outcomes import Detection
from payer_rules.rules.rule import Requirement
from payer_rules.values.checked import as_tuple, of_form
from payer_rules.vocabularies.formats import RECORD_ELEMENT

#: The elements that claims state in ``documented``.
DOCUMENTED: typing.Final = frozenset(typing.get_args(Documented))


@attrs.frozen(kw_only=True)
class RecordRequirement(Requirement):
    """The record of a session holds all ``documents``, ``elements`` and ``findings``.

    Of each list in ``elements`` one is enough. Elements beyond those that every payer asks for are
    declared in the profile's ``[vocabulary]``. The payer sees the record only if it asks for it:
    ``detected_in`` is ``"record"``. Such a rule reads no topic: a note and a plan say nothing of
    the size and the length of a session.
    """

    documents: tuple[DocumentCriteria, ...] = attrs.field(default=(), converter=as_tuple)
    elements: tuple[frozenset[str], ...] = attrs.field(
        default=(), converter=as_tuple, metadata=of_form(RECORD_ELEMENT)
    )
    findings: tuple[FindingCriteria, ...] = attrs.field(default=(), converter=as_tuple)
    detected_in: Detection = "record"

    @property
    def record_elements(self) -> frozenset[str]:
        """The elements of the note of which one is enough in each list."""
        return frozenset().union(*self.elements)

    def _field_errors(self) -> Iterator[FieldError]:
        yield from super()._field_errors()
        if not (self.documents or self.elements or self.findings):
            remedy = "Write documents, elements or findings."
            yield FieldError((), "the requirement asks nothing of the record", remedy)
        for at, alternatives in enumerate(self.elements):
            if not alternatives:
                yield FieldError(("elements", at), "a list of elements is empty", "Leave it out.")
