"""The rule who may perform and supervise codes, and who may bill for them."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from payer_rules.errors import FieldError
from payer_rules.rules.rule import Requirement
from payer_rules.rules.when import ProviderCriteria


@attrs.frozen(kw_only=True)
class ProviderRequirement(Requirement):
    """The providers of a line are as stated; ``None`` or false asks for nothing.

    ``rendered_by`` are the criteria of the rendering provider on the claim, ``performed_by`` those
    of the provider who did the work; the fields with ``not_`` exclude providers. ``supervised_by``
    are the criteria of the supervisor of the provider who performed it. ``personally``: the
    rendering provider performs the service alone.
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
