"""The rule that a member, a provider or a stay has a status on the days of a service."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

import attrs

from payer_rules.errors import FieldError
from payer_rules.rules.rule import Requirement
from payer_rules.rules.topics import Topic
from payer_rules.rules.when import StatusCriteria
from payer_rules.values.checked import as_tuple

#: Whose status a rule is about.
StatusOwner: TypeAlias = Literal[
    "member", "rendering", "performed-by", "supervisor", "billing", "stay"
]


@attrs.frozen(kw_only=True)
class StandingRequirement(Requirement):
    """A line with one of the codes needs a status of its member, a provider or its stay.

    One of those in ``any_of`` is enough; it holds on all days of the line. ``of`` is the member,
    the rendering or billing provider, the provider who performed the service, that provider's
    supervisor, or the inpatient stay. A rule on stays asks nothing of lines outside of stays.
    """

    of: StatusOwner
    any_of: tuple[StatusCriteria, ...] = attrs.field(converter=as_tuple)

    @property
    def own_topic(self) -> Topic | None:
        """The topic of providers, if the status is that of one."""
        return None if self.of in ("member", "stay") else "provider"

    def _field_errors(self) -> Iterator[FieldError]:
        yield from super()._field_errors()
        if not self.any_of:
            remedy = 'Write any_of = [{ kind = "training", value = ["a"] }].'
            yield FieldError(("any_of",), "any_of lists no status", remedy)
