"""The segments of who rendered the lines of a claim."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from payer_rules.claims import Claim, Provider, ServiceLine
from payer_rules.writers.parties import ProviderDetails
from payer_rules.writers.x12.element_writer import ElementWriter
from payer_rules.writers.x12.party_segments import rendering_segments, supervising_segment


@attrs.frozen
class Rendering:
    """The segments of who rendered and supervised, at the claim if all its lines agree.

    The guide forbids naming the billing provider again, and repeating at a line what its claim
    states.
    """

    of_claim: tuple[str, ...]
    _of_lines: dict[int, tuple[str, ...]]

    @classmethod
    def of(
        cls, claim: Claim, providers: Mapping[str, ProviderDetails], writer: ElementWriter
    ) -> Rendering:
        """Return who rendered the claim's lines."""
        biller = claim.billing_provider
        segments = {
            line.number: tuple(_named(claim.rendering_provider(line), biller, providers, writer))
            for line in claim.lines
        }
        if len(set(segments.values())) == 1:
            return cls(segments[claim.lines[0].number], {})
        return cls((), segments)

    def of_line(self, line: ServiceLine) -> tuple[str, ...]:
        """Return the segments at the line."""
        return self._of_lines.get(line.number, ())


def _named(
    provider: Provider,
    biller: Provider,
    providers: Mapping[str, ProviderDetails],
    writer: ElementWriter,
) -> Iterator[str]:
    if (provider.npi, provider.taxonomy) != (biller.npi, biller.taxonomy):
        yield from rendering_segments(provider, providers, writer)
    if isinstance(provider.supervised_by, Provider):
        yield supervising_segment(provider.supervised_by, providers, writer)
