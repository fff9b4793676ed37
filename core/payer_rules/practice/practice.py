"""A practice: its facts, by which claims are completed and routed, and its waivers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import attrs

from payer_rules.claims import Claim, KnownNone, Provider, ServiceLine, Session
from payer_rules.derived_facts.completion import (
    Additions,
    NamedProviders,
    changed_claim,
    changed_line,
    completed,
    providers_of,
)
from payer_rules.history import History
from payer_rules.kinds import SessionRequirement
from payer_rules.practice.house_checklist import house_rules
from payer_rules.practice.practice_facts import HouseFacts, PracticePayer, PracticeProvider
from payer_rules.readers.cache import ParseCache
from payer_rules.readers.filed_claims import DerivedFact, FiledClaim
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Waiver, listed_codes

_OF_CLAIM: Final = ("state", "contractor", "setting", "line_of_business")
_OF_PAYER: Final = ("network", "plan", "program", "line_of_business")
_OF_PROVIDER: Final = ("profession", "taxonomy", "specialty", "statuses")
#: What the address of a history store has, and no path.
_SCHEME: Final = "://"
_SIZE: Final = "session.group_size_at_most"
_CACHE: Final[dict[str, Any]] = {
    "init": False,
    "eq": False,
    "repr": False,
    "metadata": {"key": None},
}


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
    #: By what claims miss and whom they name: most claims of a practice are alike.
    _additions: ParseCache[Any, Additions] = attrs.field(**_CACHE)
    _contracts: ParseCache[Any, Additions] = attrs.field(**_CACHE)
    _sized: ParseCache[Any, Session] = attrs.field(**_CACHE)

    #: Whether it states facts of claims or of providers.
    _states_more: bool = attrs.field(**_CACHE)

    @_states_more.default
    def _find_more(self) -> bool:
        return bool(self.providers) or any(getattr(self.house, name) for name in _OF_CLAIM)

    @_additions.default
    def _make_additions(self) -> ParseCache[Any, Additions]:
        return ParseCache(self._added)

    @_contracts.default
    def _make_contracts(self) -> ParseCache[Any, Additions]:
        return ParseCache(self._contract)

    @_sized.default
    def _make_sized(self) -> ParseCache[Any, Session]:
        return ParseCache(self._with_size)

    @property
    def name(self) -> str:
        """The name of the file, as reports give it as a source."""
        return self.file.name if self.file else "practice.toml"

    @property
    def payers_by_identifier(self) -> Mapping[str, str]:
        """The payer of each identifier."""
        return {
            identifier: entry.payer
            for identifier, entry in self.payers.items()
            if entry.payer is not None
        }

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
        if not self._states_more:
            return filed
        claim = filed.claim
        missing = tuple(name for name in _OF_CLAIM if getattr(claim, name) is None)
        return self._additions[missing, providers_of(claim)].put_on(filed)

    def complete_for(self, filed: FiledClaim, payer: str) -> FiledClaim:
        """Return the claim with the facts of the practice's contract with the payer.

        They are those of the identifier that the claim names, or of the payer's only identifier.
        """
        if not self.payers:
            return filed
        claim = filed.claim
        missing = tuple(name for name in _OF_PAYER if getattr(claim, name) is None)
        return self._contracts[missing, filed.payer_id, payer].put_on(filed)

    def complete_sessions(self, filed: FiledClaim, codes: frozenset[str]) -> FiledClaim:
        """Return the claim with the largest group size on lines of the codes without a size."""
        most = self.house.group_size_at_most
        if most is None or not any(_is_unsized(line, codes) for line in filed.claim.lines):
            return filed
        sized = self._sized
        lines = tuple(
            changed_line(line, {"session": sized[line.session]})
            if _is_unsized(line, codes)
            else line
            for line in filed.claim.lines
        )
        facts = (self._fact(_SIZE, most),)
        return completed(filed, changed_claim(filed.claim, {"lines": lines}), facts)

    def with_coverage(self, history: History, claim: Claim, kept_from: date = date.min) -> History:
        """Return the history of a claim, complete from the day since which the files are.

        It is complete on no day before ``kept_from``: lines of earlier days may be deleted.
        """
        since = self.house.history_complete_from
        if since is None or history.covers_from <= max(since, kept_from):
            return history
        since = max(since, kept_from)
        biller = claim.billing_provider.npi
        billing = biller if self.house.history_complete_for == "practice" else None
        return attrs.evolve(history, covers_from=since, covers_billing=billing)

    def without_coverage(self) -> Practice:
        """Return the practice without the statement that its history is complete."""
        return attrs.evolve(self, house=attrs.evolve(self.house, history_complete_from=None))

    def notes(self, filed: FiledClaim) -> Iterator[str]:
        """Yield a note for each fact of all claims that was put on the claim."""
        if self.house.group_size_at_most is None:
            return
        for fact in filed.derived:
            if fact.source == self.name and fact.fact == _SIZE:
                yield f"{self.name}: groups of at most {fact.value}"

    def _fact(self, name: str, value: object) -> DerivedFact:
        text = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
        return DerivedFact(name, text or "none", self.name)

    def _added(self, stated: tuple[tuple[str, ...], NamedProviders]) -> Additions:
        """Return the facts for claims that miss these fields and name these providers."""
        missing, named = stated
        values: dict[str, object] = {
            name: value for name in missing if (value := getattr(self.house, name)) is not None
        }
        facts = {self._fact(name, value) for name, value in values.items()}
        billing = self._known(named.billing, "billing_provider", facts)
        if billing is not named.billing:
            values["billing_provider"] = billing
        providers: dict[Provider, Provider] = {}
        for part, found in (
            ("rendering_provider", named.rendering),
            ("performed_by", named.performing),
        ):
            for provider in found:
                if provider and (known := self._known(provider, part, facts)) is not provider:
                    providers[provider] = known
        return Additions(values, providers, tuple(sorted(facts)))

    def _contract(self, stated: tuple[tuple[str, ...], str | None, str]) -> Additions:
        """Return the facts of the contract for claims that miss these fields."""
        missing, identifier, payer = stated
        entry = self._entry(identifier, payer)
        values = {name: getattr(entry, name) for name in missing} if entry else {}
        values = {name: value for name, value in values.items() if value is not None}
        facts = sorted(self._fact(name, value) for name, value in values.items())
        return Additions(values, {}, tuple(facts))

    def _entry(self, identifier: str | None, payer: str) -> PracticePayer | None:
        entry = self.payers.get(identifier or "")
        if entry is not None:
            return entry if entry.payer == payer else None
        entries = [each for each in self.payers.values() if each.payer == payer]
        return entries[0] if len(entries) == 1 else None

    def _with_size(self, session: Session | KnownNone | None) -> Session:
        """Return the session with the size of the largest group."""
        known = session if isinstance(session, Session) else Session()
        sizes = (self.house.group_size_at_most, known.group_size_at_most)
        most = min(size for size in sizes if size is not None)
        return attrs.evolve(known, group_size_at_most=most)

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
    return frozenset(code for rule in sized for code in listed_codes(rule.codes))


def _is_unsized(line: ServiceLine, codes: frozenset[str]) -> bool:
    if line.code not in codes:
        return False
    session = line.session
    return session is None or (isinstance(session, Session) and session.group_size is None)


def history_files(practice: Practice) -> tuple[Path, ...]:
    """Return the files of earlier services that the practice file names, in order."""
    folder = practice.file.parent if practice.file else Path()
    names = (name for name in practice.house.history if _SCHEME not in name)
    found = [sorted(folder.glob(name)) or [folder / name] for name in names]
    return tuple(dict.fromkeys(path for paths in found for path in paths))


def history_stores(practice: Practice) -> tuple[tuple[str, Path], ...]:
    """Return the addresses of history stores that the practice file names, and its folder."""
    folder = practice.file.parent if practice.file else Path()
    return tuple((name, folder) for name in practice.house.history if _SCHEME in name)
