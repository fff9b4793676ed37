"""Who may perform these codes, and who may bill for it."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from payer_rules.errors import FieldError
from payer_rules.rules.rule import CodedRule
from payer_rules.rules.when import ProviderCriteria


@attrs.frozen(kw_only=True)
class ProviderRequirement(CodedRule):
    """The providers of a line are as stated; what is ``None`` or false asks nothing.

    ``rendered_by`` is who must stand on the claim as rendering provider, ``performed_by`` who must
    have done the work; the two with ``not_`` say who must not. ``supervised_by`` is who must
    supervise whoever performed it. ``personally``: the rendering provider performs it alone.
    """

    rendered_by: ProviderCriteria | None = None
    not_rendered_by: ProviderCriteria | None = None
    performed_by: ProviderCriteria | None = None
    not_performed_by: ProviderCriteria | None = None
    supervised_by: ProviderCriteria | None = None
    personally: bool = False

    def _field_errors(self) -> Iterator[FieldError]:
        yield from super()._field_errors()
        asked = (
            self.rendered_by,
            self.not_rendered_by,
            self.performed_by,
            self.not_performed_by,
            self.supervised_by,
        )
        if not any(asked) and not self.personally:
            remedy = "Write rendered_by, performed_by, supervised_by or personally."
            yield FieldError((), "the requirement asks nothing of the providers", remedy)
