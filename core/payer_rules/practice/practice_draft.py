"""A first practice file from the claims of a file: what they show, and questions for the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import attrs

from payer_rules.claims import Provider
from payer_rules.derived_facts import ZipPlace, place_of_zip, profession_of_taxonomy
from payer_rules.readers.filed_claims import FiledClaim
from payer_rules.registry import Registry
from payer_rules.text.escaping import visible

_HEAD: Final = """\
# The facts that are the same for all claims of this practice, begun from {file}.
# Lines that begin with # are questions: answer those you can, and remove the sign.
# Check the file with: payer-rules practice check
"""
_QUESTIONS: Final = """\
# group_size_at_most = 12            # How many members do your largest groups have?
# history = ["835/*.835"]            # Where are the 835s that you received?
# history_complete_from = 2025-01-01 # Since when, and up to today, do they hold all you were paid?
# house_checklist = true             # Check records by your own list, where no payer's text says?
"""
_WAIVERS: Final = """\
# [[waivers]]                        # Has a payer agreed that one of its rules does not apply?
# rule = "PAYER/RULE"
# reason = "contract amendment of 2026-03-01"
# until = 2027-02-28
"""


@attrs.frozen
class PracticeDraft:
    """The ZIP codes, providers and payers of claims, each with its number of claims."""

    places: Counter[str] = attrs.field(factory=Counter)
    providers: Counter[Provider] = attrs.field(factory=Counter)
    payers: Counter[str] = attrs.field(factory=Counter)

    def add(self, filed: FiledClaim) -> None:
        """Count the facts of a claim."""
        if filed.form and filed.form.zip_code:
            self.places[filed.form.zip_code[:5]] += 1
        if filed.payer_id:
            self.payers[filed.payer_id] += 1
        claim = filed.claim
        self.providers.update({claim.rendering_provider(line) for line in claim.lines})

    def text(self, file: str, registry: Registry) -> str:
        """Return the practice file in TOML; it is valid as it is."""
        known = registry.payers_by_identifier()
        parts = [
            _HEAD.format(file=visible(file)),
            "[practice]\n" + "".join(self._place()) + _QUESTIONS,
            *self._roster(),
            *self._payers(known),
            _WAIVERS,
        ]
        return "\n".join(parts)

    def _place(self) -> Iterator[str]:
        """Yield state and contractor, as facts if all ZIP codes agree on them."""
        places = {zip_code: place_of_zip(zip_code) for zip_code in sorted(self.places)}
        for key in ("state", "contractor"):
            yield _agreed(key, places)

    def _roster(self) -> Iterator[str]:
        """Yield a table for each provider who rendered services."""
        by_npi: dict[str, list[Provider]] = {}
        for provider in self.providers:
            by_npi.setdefault(provider.npi, []).append(provider)
        for npi in sorted(by_npi):
            lines = sum(self.providers[provider] for provider in by_npi[npi])
            taxonomies = sorted({p.taxonomy for p in by_npi[npi] if p.taxonomy})
            yield f'[providers."{npi}"]  # rendered {_counted(lines)}\n{_profession(taxonomies)}'

    def _payers(self, known: Mapping[str, str]) -> Iterator[str]:
        """Yield a table for each payer identifier; with a question if no profile lists it."""
        for identifier in sorted(self.payers):
            count = _counted(self.payers[identifier])
            title = f"[payers.{_quoted(identifier)}]"
            if identifier in known:
                yield f'{title}  # {count}\npayer = "{known[identifier]}"\n{_CONTRACT}'
            else:
                yield (
                    f"{title}  # {count}: which payer is it? payer-rules payers lists them.\n"
                    f'# payer = "PAYER"\n{_CONTRACT}'
                )


_CONTRACT: Final = '# network = "in-network"           # Do you have a contract with it?\n'


def draft_of(claims: Iterable[FiledClaim]) -> PracticeDraft:
    """Return what the claims show of the practice."""
    draft = PracticeDraft()
    for filed in claims:
        draft.add(filed)
    return draft


def _agreed(key: str, places: Mapping[str, ZipPlace | None]) -> str:
    """Return the fact if all places have it; otherwise the question."""
    found = {getattr(place, key) if place else None for place in places.values()}
    if len(found) == 1 and (value := found.pop()) is not None:
        zips = ", ".join([*places][:3]) + (", …" if len(places) > 3 else "")
        return f'{key} = "{value}"  # by ZIP {zips}\n'
    if key == "state":
        return '# state = "IL"                       # In which state are the services?\n'
    return '# contractor = "ngs"                 # Who is your Medicare contractor (MAC)?\n'


def _profession(taxonomies: list[str]) -> str:
    question = "Which license has this provider?"
    if len(taxonomies) != 1:
        named = f" Taxonomies: {', '.join(map(visible, taxonomies))}." if taxonomies else ""
        return f'# profession = "lcsw"  # {question}{named}\n'
    (taxonomy,) = taxonomies
    profession = profession_of_taxonomy(taxonomy)
    if profession is None:
        return f'# profession = "lcsw"  # {question} Taxonomy {visible(taxonomy)} may be several.\n'
    return (
        f'# profession = "{profession}"  # By taxonomy {visible(taxonomy)}: is this the license?\n'
    )


def _counted(number: int) -> str:
    return "1 claim" if number == 1 else f"{number:,} claims"


def _quoted(text: str) -> str:
    """Return the text as a TOML string."""
    escaped = visible(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
