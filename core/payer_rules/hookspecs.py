"""Every hook that a plugin may implement, and what each is for.

A plugin is a module that an entry point of the group ``payer_rules`` names. It implements the
hooks it needs and marks them with ``@hookimpl``; a hook that it leaves out gives nothing. Hooks
hand over data: they are called when a rule book is built, once for a payer, and never for a claim.
A hook may return a list or any other iterable, or be a generator. What it gives before it raises
stands, and the decisions of that payer then name the hook as incomplete.
"""

# NOTE: a spec is its signature and its docstring; a body would say nothing.
# mypy: disable-error-code="empty-body"

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources.abc import Traversable
from pathlib import Path

from payer_rules.markers import hookspec
from payer_rules.rules import (
    EditTable,
    FrequencyLimit,
    ModifierRequirement,
    Payer,
    SameDayCombination,
)

__all__ = [
    "payer_rules_cases",
    "payer_rules_edit_tables",
    "payer_rules_frequency_limits",
    "payer_rules_modifier_requirements",
    "payer_rules_payers",
    "payer_rules_profiles",
    "payer_rules_same_day_combinations",
]


@hookspec
def payer_rules_payers() -> Iterable[Payer | str]:
    """The payers this plugin speaks for, and the namespaces of its house rules.

    Return a `Payer` for each payer whose rules the plugin owns, and a plain string for each
    namespace under which it adds rules of its own to the rules of other payers. A payer that has a
    TOML profile in this plugin is named there and not here. Called once, when plugins are loaded.

        @hookimpl
        def payer_rules_payers() -> list[Payer | str]:
            return [Payer(id="acme", name="Acme Health", kind="commercial"), "acme-clinic"]
    """


@hookspec
def payer_rules_profiles() -> Iterable[Traversable | Path]:
    """The folders that hold this plugin's TOML profiles.

    Return folders, not files; every ``*.toml`` in them is the profile of one payer. Called once,
    when plugins are loaded.

        @hookimpl
        def payer_rules_profiles() -> list[Traversable]:
            return [files(__name__) / "profiles"]
    """


@hookspec
def payer_rules_frequency_limits(payer: str) -> Iterable[FrequencyLimit]:
    """How often codes may be billed to the payer with this id.

    Return the limits, each with its source; nothing for a payer about which the plugin knows
    nothing. A rule's id begins with the payer's id or with a namespace of this plugin. Called
    when the payer's rule book is built.

        @hookimpl
        def payer_rules_frequency_limits(payer: str) -> Iterator[FrequencyLimit]:
            if payer == "acme":
                yield FrequencyLimit(
                    id="acme/group-one-per-day",
                    codes=frozenset({"90853"}),
                    limit=Decimal(1),
                    counts="services",
                    window=Window(1),
                    scope="member",
                    citations=(MANUAL,),
                    rationale="One group session a day.",
                )
    """


@hookspec
def payer_rules_modifier_requirements(payer: str) -> Iterable[ModifierRequirement]:
    """Which modifiers codes need, or may not carry, for the payer with this id.

    Return the requirements, each with its source. Called when the payer's rule book is built.

        @hookimpl
        def payer_rules_modifier_requirements(payer: str) -> Iterator[ModifierRequirement]:
            if payer == "acme":
                yield ModifierRequirement(
                    id="acme/video-needs-95",
                    codes=frozenset({"90853"}),
                    when=When(modality=frozenset({"video"})),
                    any_of=frozenset({"95"}),
                    citations=(MANUAL,),
                    rationale="A session by video carries modifier 95.",
                )
    """


@hookspec
def payer_rules_same_day_combinations(payer: str) -> Iterable[SameDayCombination]:
    """Which codes the payer with this id does not pay beside each other on one day.

    Return the combinations, each with its source. Called when the payer's rule book is built.

        @hookimpl
        def payer_rules_same_day_combinations(payer: str) -> Iterator[SameDayCombination]:
            if payer == "acme":
                yield SameDayCombination(
                    id="acme/individual-with-group",
                    first=frozenset({"90837"}),
                    second=frozenset({"90853"}),
                    indicator=1,
                    bypass=frozenset({"59"}),
                    scope="rendering",
                    citations=(MANUAL,),
                    rationale="Group beside individual therapy needs modifier 59.",
                )
    """


@hookspec
def payer_rules_edit_tables(payer: str) -> Iterable[EditTable]:
    """The NCCI edits, as tables of rows, that bind the payer with this id.

    Return one table for each setting and release. Called when the payer's rule book is built.

        @hookimpl
        def payer_rules_edit_tables(payer: str) -> list[EditTable]:
            return [practitioner_table()] if payer == "medicare" else []
    """


@hookspec
def payer_rules_cases() -> Iterable[Traversable | Path]:
    """The folders with the case and scenario files that travel with this plugin.

    Return folders, not files. Called once, when plugins are loaded; the files are read only when
    a conformance run asks for them.

        @hookimpl
        def payer_rules_cases() -> list[Traversable]:
            return [files(__name__) / "cases"]
    """
