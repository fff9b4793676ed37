"""The rules and edit tables of one payer, collected from plugins and profiles."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Final, Generic, TypeVar

import attrs

from payer_rules.errors import Problem
from payer_rules.registry.hook_calls import HookCall, HookResult, call_hook
from payer_rules.registry.loaded_profiles import LoadedProfile
from payer_rules.registry.plugins import Hook
from payer_rules.registry.rejections import (
    Contribution,
    Rejection,
    conflicting_rules,
    conflicting_tables,
    invalid_rules,
)
from payer_rules.registry.rule_hooks import RULE_HOOKS
from payer_rules.rules import BaselineEdits, EditTable, EditTerms, Origin, Payer, Rule

T = TypeVar("T")

_TABLES: Final = "payer_rules_edit_tables"
#: The hook of case files, which no decision depends on.
_CASES: Final = "payer_rules_cases"
#: The program whose edits are the baseline.
_NATIONAL: Final = "medicare"


@attrs.frozen(kw_only=True)
class CollectedRules:
    """The rules and edit tables of a payer that are valid, sorted, and the problems of the others.

    ``terms`` are those of all edits that apply to the payer, ``tables`` those of them with rows;
    ``unused_terms`` are the others, each with the plugin that gave it. ``incomplete`` names the
    hooks and profiles some of whose rules could not be used.
    """

    rules: tuple[Rule, ...]
    terms: tuple[EditTerms, ...]
    unused_terms: tuple[tuple[str, EditTerms], ...] = ()
    problems: tuple[Problem, ...]
    incomplete: tuple[str, ...]
    calls: tuple[HookCall, ...]

    @property
    def tables(self) -> tuple[EditTable, ...]:
        """The edit tables with rows."""
        return tuple(each for each in self.terms if isinstance(each, EditTable))


@attrs.frozen
class _Part(Generic[T]):
    """The rules, or the edit tables, of all plugins together."""

    given: list[Contribution[T]]
    rejections: list[Rejection[T]]
    results: list[HookResult[T]]

    @property
    def values(self) -> list[T]:
        return [given.value for given in _without_rejected(self.given, self.rejections)]

    @property
    def plugins(self) -> set[str]:
        return {given.plugin for given in self.given}

    @property
    def problems(self) -> tuple[Problem, ...]:
        problems = [problem for result in self.results for problem in result.problems]
        return (*problems, *(rejection.problem for rejection in self.rejections))

    @property
    def incomplete(self) -> set[str]:
        rejected = {given.source for rejection in self.rejections for given in rejection.values}
        return rejected | {a.hook.source for a in self.results if not a.call.complete}

    @property
    def calls(self) -> tuple[HookCall, ...]:
        return tuple(result.call for result in self.results)


def collect(
    payer: Payer,
    hooks: Iterable[Hook],
    loaded_profiles: Iterable[LoadedProfile],
    namespaces: Mapping[str, Collection[str]],
    *,
    owner: str | None = None,
    rejected: Mapping[str, Iterable[str]] | None = None,
) -> CollectedRules:
    """Call the rule hooks, and return what they and the profiles give for the payer.

    ``rejected`` are the names of invalid hooks by plugin. The rules are incomplete without those of
    the ``owner``, the plugin that defines the payer, and of the plugins that give rules for it.
    """
    hooks = tuple(hooks)
    loaded_profiles = [loaded for loaded in loaded_profiles if loaded.payer_id == payer.id]
    rules = _rules(payer, hooks, loaded_profiles, namespaces)
    tables, unused_terms = _tables(payer, hooks, namespaces)
    with_problems = {loaded.source for loaded in loaded_profiles if loaded.problems}
    plugins = {owner, *rules.plugins, *tables.plugins}
    missing = {
        f"{plugin}: {name}"
        for plugin, names in (rejected or {}).items()
        for name in names
        if plugin in plugins and name != _CASES
    }
    return CollectedRules(
        rules=tuple(sorted(rules.values, key=_id_key)),
        terms=tuple(sorted(tables.values, key=_address_key)),
        unused_terms=tuple(sorted(unused_terms, key=_unused_key)),
        problems=rules.problems + tables.problems,
        incomplete=tuple(sorted(rules.incomplete | tables.incomplete | with_problems | missing)),
        calls=rules.calls + tables.calls,
    )


def baseline_edits(payer: Payer, hooks: Iterable[Hook]) -> BaselineEdits | None:
    """Return Medicare's edits as plugins give them for the payer, or ``None`` if none does.

    Their problems are those of the payer, and `collect` returns them.
    """
    results = [
        call_hook(hook, (EditTerms,), payer=payer.id) for hook in hooks if hook.name == _TABLES
    ]
    given = [
        Contribution(terms, *_source_of(result.hook))
        for result in results
        for terms in result.values
        if terms.program == _NATIONAL
    ]
    valid = _without_rejected(given, list(conflicting_tables(given)))
    if not valid:
        return None
    terms = tuple(contribution.value for contribution in valid)
    # NOTE: a payer that was not asked for was read without what its profile cites.
    cited = payer.ncci_citations or terms[0].pair_citations
    national = attrs.evolve(payer, ncci=_NATIONAL, ncci_citations=cited)
    return BaselineEdits(payer=national, terms=terms)


def _rules(
    payer: Payer,
    hooks: tuple[Hook, ...],
    loaded_profiles: list[LoadedProfile],
    namespaces: Mapping[str, Collection[str]],
) -> _Part[Rule]:
    results = [
        call_hook(hook, RULE_HOOKS[hook.name], payer=payer.id)
        for hook in hooks
        if hook.name in RULE_HOOKS
    ]
    given = [
        Contribution(_with_origin(rule, result.hook), *_source_of(result.hook))
        for result in results
        for rule in result.values
    ]
    given += [
        Contribution(rule, loaded.plugin, loaded.source, loaded.place_of(rule))
        for loaded in loaded_profiles
        for rule in loaded.profile.rules
    ]
    invalid = list(invalid_rules(given, payer, namespaces))
    return _Part(given, [*invalid, *conflicting_rules(_without_rejected(given, invalid))], results)


def _tables(
    payer: Payer, hooks: tuple[Hook, ...], namespaces: Mapping[str, Collection[str]]
) -> tuple[_Part[EditTerms], list[tuple[str, EditTerms]]]:
    """Return the edits that apply to the payer, and the others with their plugins."""
    results = [
        call_hook(hook, (EditTerms,), payer=payer.id) for hook in hooks if hook.name == _TABLES
    ]
    given = [Contribution(table, *_source_of(a.hook)) for a in results for table in a.values]
    # NOTE: a plugin that knows a program's terms gives them for every payer.
    binding = [each for each in given if _binds(each, payer, namespaces)]
    bound = {id(each) for each in binding}
    others = [(each.plugin, each.value) for each in given if id(each) not in bound]
    return _Part(binding, list(conflicting_tables(binding)), results), others


def _binds(
    given: Contribution[EditTerms], payer: Payer, namespaces: Mapping[str, Collection[str]]
) -> bool:
    """Return True if the edits are the payer's own, or of the program whose edits apply to it.

    Its own have its id for the name of their program, or come from the plugin that speaks for it
    and have a name that is no other payer's.
    """
    program = given.value.program
    if not given.value.is_own:
        return program == payer.ncci
    is_anyones = any(program in names for names in namespaces.values())
    speaks = payer.id in namespaces.get(given.plugin, ())
    return program == payer.id or (speaks and not is_anyones)


def _source_of(hook: Hook) -> tuple[str, str, str]:
    return hook.plugin.name, hook.source, str(hook)


def _without_rejected(
    given: Iterable[Contribution[T]], rejections: Iterable[Rejection[T]]
) -> list[Contribution[T]]:
    # NOTE: by identity, because a rule that two plugins give alike is rejected from both.
    rejected = {id(one) for rejection in rejections for one in rejection.values}
    return [one for one in given if id(one) not in rejected]


def _with_origin(rule: Rule, hook: Hook) -> Rule:
    return rule if rule.origin else attrs.evolve(rule, origin=Origin(plugin=hook.plugin.name))


def _id_key(rule: Rule) -> tuple[str, date]:
    return rule.id, rule.in_force.first or date.min


def _address_key(terms: EditTerms) -> tuple[str, str]:
    return terms.address, terms.release if isinstance(terms, EditTable) else ""


def _unused_key(unused: tuple[str, EditTerms]) -> tuple[str, str, str]:
    plugin, terms = unused
    return plugin, *_address_key(terms)
