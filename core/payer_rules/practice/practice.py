"""A practice: its facts, by which claims are completed and routed, and its waivers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from payer_rules.claims import Claim, Provider, ServiceLine, Session
from payer_rules.derived_facts.completion import changed_claim, changed_line, completed
from payer_rules.history import History
from payer_rules.kinds import SessionRequirement
from payer_rules.practice.house_checklist import house_rules
from payer_rules.practice.practice_facts import HouseFacts, PracticePayer, PracticeProvider
from payer_rules.readers.filed_claims import DerivedFact, FiledClaim
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Waiver

_OF_CLAIM: Final = ("state", "contractor", "setting", "line_of_business")
_OF_PAYER: Final = ("network", "plan", "program", "line_of_business")
_OF_PROVIDER: Final = ("profession", "taxonomy", "specialty")
_SIZE: Final = "session.group_size_at_most"


@attrs.frozen(kw_only=True)
class Practice:
    """The facts of a practice file, whose path is ``file``.

    ``providers`` are by NPI, ``payers`` by the identifier that claims name.
    """

    house: HouseFacts = attrs.field(factory=HouseFacts, metadata={"key": "practice"})
    providers: dict[str, PracticeProvider] = attrs.field(factory=dict)
    payers: dict[str, PracticePayer] = attrs.field(factory=dict)
    waivers: tuple[Waiver, ...] = ()
    file: Path | None = attrs.field(default=None, metadata={"key": None})

    @property
    def name(self) -> str:
        """The name of the file, as reports give it as a source."""
        return self.file.name if self.file else "practice.toml"

    @property
    def payers_by_identifier(self) -> Mapping[str, str]:
        """The payer of each identifier."""
        return {identifier: entry.payer for identifier, entry in self.payers.items()}

    def book(self, book: RuleBook) -> RuleBook:
        """Return the rule book without the waived rules, and with the house list if it is on.

        Its fingerprint lists the house facts.
        """
        facts = tuple(self.house.stated())
        left = book.without(self.waivers)
        if self.house.house_checklist:
            left = left.with_house_rules(house_rules(left.rules))
        return left.with_house_facts(facts) if facts else left

    def complete(self, filed: FiledClaim) -> FiledClaim:
        """Return the claim with the facts of the practice and its providers that it leaves out."""
        claim = filed.claim
        values: dict[str, object] = {}
        for name in _OF_CLAIM:
            value = getattr(self.house, name)
            if value is not None and getattr(claim, name) is None:
                values[name] = value
        facts = {self._fact(name, value) for name, value in values.items()}
        if self.providers:
            values |= self._providers_of(claim, facts)
        return completed(filed, changed_claim(claim, values), sorted(facts)) if values else filed

    def complete_for(self, filed: FiledClaim, payer: str) -> FiledClaim:
        """Return the claim with the facts of the practice's contract with the payer.

        They are those of the identifier that the claim names, or of the payer's only identifier.
        """
        entry = self._entry(filed, payer)
        if entry is None:
            return filed
        values = {
            name: value
            for name in _OF_PAYER
            if (value := getattr(entry, name)) is not None and getattr(filed.claim, name) is None
        }
        facts = sorted(self._fact(name, value) for name, value in values.items())
        return completed(filed, changed_claim(filed.claim, values), facts) if values else filed

    def complete_sessions(self, filed: FiledClaim, codes: frozenset[str]) -> FiledClaim:
        """Return the claim with the largest group size on lines of the codes without a size."""
        most = self.house.group_size_at_most
        if most is None or not any(_is_unsized(line, codes) for line in filed.claim.lines):
            return filed
        lines = tuple(
            _with_size(line, most) if _is_unsized(line, codes) else line
            for line in filed.claim.lines
        )
        facts = [self._fact(_SIZE, most)]
        return completed(filed, changed_claim(filed.claim, {"lines": lines}), facts)

    def with_coverage(self, history: History, claim: Claim) -> History:
        """Return the history of a claim, complete from the day since which the files are."""
        since = self.house.history_complete_from
        if since is None or history.covers_from <= since:
            return history
        biller = claim.billing_provider.npi
        billing = biller if self.house.history_complete_for == "practice" else None
        return attrs.evolve(history, covers_from=since, covers_billing=billing)

    def notes(self, filed: FiledClaim) -> Iterator[str]:
        """Yield a note for each fact of all claims that was put on the claim."""
        for fact in filed.derived:
            if fact.source == self.name and fact.fact == _SIZE:
                yield f"{self.name}: groups of at most {fact.value}"

    def _fact(self, name: str, value: object) -> DerivedFact:
        return DerivedFact(name, str(value), self.name)

    def _entry(self, filed: FiledClaim, payer: str) -> PracticePayer | None:
        entry = self.payers.get(filed.payer_id or "")
        if entry is not None:
            return entry if entry.payer == payer else None
        entries = [each for each in self.payers.values() if each.payer == payer]
        return entries[0] if len(entries) == 1 else None

    def _providers_of(self, claim: Claim, facts: set[DerivedFact]) -> dict[str, object]:
        """Return the fields of the claim with providers that the roster completes."""
        values: dict[str, object] = {}
        billing = self._known(claim.billing_provider, "billing_provider", facts)
        if billing is not claim.billing_provider:
            values["billing_provider"] = billing
        lines = tuple(self._with_providers(line, facts) for line in claim.lines)
        if any(new is not old for new, old in zip(lines, claim.lines, strict=True)):
            values["lines"] = lines
        return values

    def _with_providers(self, line: ServiceLine, facts: set[DerivedFact]) -> ServiceLine:
        values: dict[str, object] = {}
        for name in ("rendering_provider", "performed_by"):
            provider = getattr(line, name)
            if provider is not None:
                known = self._known(provider, name, facts)
                if known is not provider:
                    values[name] = known
        return changed_line(line, values) if values else line

    def _known(self, provider: Provider, name: str, facts: set[DerivedFact]) -> Provider:
        """Return the provider with what the roster states and the claim does not."""
        entry = self.providers.get(provider.npi)
        if entry is None:
            return provider
        values: dict[str, Any] = {
            key: value
            for key in _OF_PROVIDER
            if (value := getattr(entry, key)) is not None and getattr(provider, key) is None
        }
        facts |= {self._fact(f"{name}.{key}", value) for key, value in values.items()}
        if provider.supervised_by is None and entry.supervised_by is not None:
            supervisor = Provider(npi=entry.supervised_by)
            values["supervised_by"] = self._known(supervisor, "supervised_by", facts)
            facts.add(self._fact(f"{name}.supervised_by", entry.supervised_by))
        return attrs.evolve(provider, **values) if values else provider


#: The practice without a file.
NO_PRACTICE: Final = Practice()


def codes_with_size(rules: Iterable[object]) -> frozenset[str]:
    """Return the codes for which a rule requires a group size."""
    sized = (
        rule
        for rule in rules
        if isinstance(rule, SessionRequirement) and rule.group_size is not None
    )
    return frozenset(code for rule in sized for code in rule.codes)


def _is_unsized(line: ServiceLine, codes: frozenset[str]) -> bool:
    if line.code not in codes:
        return False
    session = line.session
    return session is None or (isinstance(session, Session) and session.group_size is None)


def _with_size(line: ServiceLine, most: int) -> ServiceLine:
    session = line.session if isinstance(line.session, Session) else Session()
    if session.group_size_at_most is not None:
        most = min(most, session.group_size_at_most)
    return changed_line(line, {"session": attrs.evolve(session, group_size_at_most=most)})


def history_files(practice: Practice) -> tuple[Path, ...]:
    """Return the files of earlier services that the practice file names, in order."""
    folder = practice.file.parent if practice.file else Path()
    found = [sorted(folder.glob(name)) or [folder / name] for name in practice.house.history]
    return tuple(dict.fromkeys(path for paths in found for path in paths))
