"""Every hook that a plugin may implement, and what each is for.

A plugin is a module that an entry point of the group ``payer_rules`` names. It implements the
hooks it needs and marks them with ``@hookimpl``; a hook that it leaves out gives nothing. Hooks
hand over data: they are called when a rule book is built, once for a payer, and never for a claim.
A hook may return a list or any other iterable, or be a generator. What it gives before it raises
stands, and the decisions of that payer then name the hook as incomplete. In the examples
``MANUAL`` is the plugin's `Citation`.
"""

# NOTE: a spec is its signature and its docstring; a body would say nothing.
# mypy: disable-error-code="empty-body"

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources.abc import Traversable
from pathlib import Path

from payer_rules.kinds import (
    AddOnCode,
    AuthorizationRequirement,
    Check,
    Coverage,
    DiagnosisRequirement,
    DuplicateService,
    FrequencyLimit,
    ModifierRequirement,
    PlaceOfServiceRequirement,
    ProviderRequirement,
    RequiredField,
    SameDayCombination,
    SessionRequirement,
    TimelyFiling,
)
from payer_rules.markers import hookspec
from payer_rules.rules import EditTerms, Payer

__all__ = [
    "payer_rules_add_on_codes",
    "payer_rules_authorization_requirements",
    "payer_rules_cases",
    "payer_rules_checks",
    "payer_rules_coverage",
    "payer_rules_diagnosis_requirements",
    "payer_rules_duplicate_services",
    "payer_rules_edit_tables",
    "payer_rules_frequency_limits",
    "payer_rules_modifier_requirements",
    "payer_rules_payers",
    "payer_rules_place_of_service_requirements",
    "payer_rules_profiles",
    "payer_rules_provider_requirements",
    "payer_rules_required_fields",
    "payer_rules_same_day_combinations",
    "payer_rules_session_requirements",
    "payer_rules_timely_filing",
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
                    window=Window.rolling(1),
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
def payer_rules_add_on_codes(payer: str) -> Iterable[AddOnCode]:
    """Which codes the payer with this id pays only beside a primary code.

    Return the add-on codes, each with its source. Called when the payer's rule book is built.

        @hookimpl
        def payer_rules_add_on_codes(payer: str) -> Iterator[AddOnCode]:
            if payer == "acme":
                yield AddOnCode(
                    id="acme/interactive-complexity",
                    codes=frozenset({"90785"}),
                    primaries=frozenset({"90834", "90853"}),
                    citations=(MANUAL,),
                    rationale="90785 is paid only beside psychotherapy.",
                )
    """


@hookspec
def payer_rules_session_requirements(payer: str) -> Iterable[SessionRequirement]:
    """What the payer with this id asks of a session: its size, its length, its record.

    Return the requirements, each with its source. Called when the payer's rule book is built.

        @hookimpl
        def payer_rules_session_requirements(payer: str) -> Iterator[SessionRequirement]:
            if payer == "acme":
                yield SessionRequirement(
                    id="acme/group-size",
                    codes=frozenset({"90853"}),
                    group_size=Bounds(at_least=2, at_most=12),
                    citations=(MANUAL,),
                    rationale="A group has two to twelve participants.",
                )
    """


@hookspec
def payer_rules_provider_requirements(payer: str) -> Iterable[ProviderRequirement]:
    """Who may render, perform or supervise codes for the payer with this id.

    Return the requirements, each with its source. Called when the payer's rule book is built.

        @hookimpl
        def payer_rules_provider_requirements(payer: str) -> Iterator[ProviderRequirement]:
            if payer == "acme":
                yield ProviderRequirement(
                    id="acme/who-leads-a-group",
                    codes=frozenset({"90853"}),
                    rendered_by=ProviderCriteria(profession=frozenset({"lcsw", "psychologist"})),
                    citations=(MANUAL,),
                    rationale="A clinical social worker or a psychologist leads the group.",
                )
    """


@hookspec
def payer_rules_place_of_service_requirements(payer: str) -> Iterable[PlaceOfServiceRequirement]:
    """Where, and by which modality, codes may be delivered for the payer with this id.

    Return the requirements, each with its source. Called when the payer's rule book is built.

        @hookimpl
        def payer_rules_place_of_service_requirements(
            payer: str,
        ) -> Iterator[PlaceOfServiceRequirement]:
            if payer == "acme":
                yield PlaceOfServiceRequirement(
                    id="acme/video-at-02-or-10",
                    codes=frozenset({"90853"}),
                    when=When(modality=frozenset({"video"})),
                    any_of=frozenset({"02", "10"}),
                    citations=(MANUAL,),
                    rationale="A session by video has place of service 02 or 10.",
                )
    """


@hookspec
def payer_rules_authorization_requirements(payer: str) -> Iterable[AuthorizationRequirement]:
    """Which codes the payer with this id pays only with an authorization, a referral or an order.

    Return the requirements, each with its source. Called when the payer's rule book is built.

        @hookimpl
        def payer_rules_authorization_requirements(
            payer: str,
        ) -> Iterator[AuthorizationRequirement]:
            if payer == "acme":
                yield AuthorizationRequirement(
                    id="acme/group-needs-leave",
                    codes=frozenset({"90853"}),
                    needs=frozenset({"authorization"}),
                    citations=(MANUAL,),
                    rationale="Group psychotherapy is authorized beforehand.",
                )
    """


@hookspec
def payer_rules_diagnosis_requirements(payer: str) -> Iterable[DiagnosisRequirement]:
    """With which diagnoses the payer with this id pays codes, and with which not.

    Return the requirements, each with its source. Called when the payer's rule book is built.

        @hookimpl
        def payer_rules_diagnosis_requirements(payer: str) -> Iterator[DiagnosisRequirement]:
            if payer == "acme":
                yield DiagnosisRequirement(
                    id="acme/mental-disorder",
                    codes=frozenset({"90853"}),
                    any_of=frozenset({"F"}),
                    citations=(MANUAL,),
                    rationale="The claim states a mental or behavioral disorder.",
                )
    """


@hookspec
def payer_rules_coverage(payer: str) -> Iterable[Coverage]:
    """Which codes the payer with this id does not pay, or pays in part or for information.

    Return what the payer says of the codes, each with its source. Called when the payer's rule book
    is built.

        @hookimpl
        def payer_rules_coverage(payer: str) -> Iterator[Coverage]:
            if payer == "acme":
                yield Coverage(
                    id="acme/no-crisis",
                    codes=frozenset({"90839", "90840"}),
                    citations=(MANUAL,),
                    rationale="Crisis psychotherapy is not covered.",
                )
    """


@hookspec
def payer_rules_duplicate_services(payer: str) -> Iterable[DuplicateService]:
    """Which lines the payer with this id takes for the same service billed twice.

    Return the rules, each with its source. Called when the payer's rule book is built.

        @hookimpl
        def payer_rules_duplicate_services(payer: str) -> Iterator[DuplicateService]:
            if payer == "acme":
                yield DuplicateService(
                    id="acme/twice",
                    codes=frozenset({"90853"}),
                    same=frozenset({"modifiers", "rendering_provider"}),
                    citations=(MANUAL,),
                    rationale="The same session by the same provider is paid once.",
                )
    """


@hookspec
def payer_rules_timely_filing(payer: str) -> Iterable[TimelyFiling]:
    """By when the payer with this id must have received a claim.

    Return the time limits, each with its source. Called when the payer's rule book is built.

        @hookimpl
        def payer_rules_timely_filing(payer: str) -> Iterator[TimelyFiling]:
            if payer == "acme":
                yield TimelyFiling(
                    id="acme/within-90-days",
                    codes=frozenset({"90853"}),
                    within=TimeLimit(days=90),
                    citations=(MANUAL,),
                    rationale="Claims arrive within 90 days of the service.",
                )
    """


@hookspec
def payer_rules_required_fields(payer: str) -> Iterable[RequiredField]:
    """What a claim must state for the payer with this id to process it at all.

    Return the requirements, each with its source. Called when the payer's rule book is built.

        @hookimpl
        def payer_rules_required_fields(payer: str) -> Iterator[RequiredField]:
            if payer == "acme":
                yield RequiredField(
                    id="acme/diagnosis",
                    codes=frozenset({"90853"}),
                    fields=frozenset({"diagnoses"}),
                    citations=(MANUAL,),
                    rationale="A claim without a diagnosis is returned.",
                )
    """


@hookspec
def payer_rules_checks(payer: str) -> Iterable[Check]:
    """What data cannot say of the payer with this id: rules whose judge is a function.

    Return the checks, each with its source. The function is called when a claim is decided, with
    the claim and the history beside it; it changes nothing and asks nothing of the outside. Called
    when the payer's rule book is built.

        def whole_units(claim: Claim, history: History) -> Iterator[Violation]:
            for line in claim.lines:
                if line.units % 1:
                    yield Violation(lines=(line.number,), message=f"{line.units} units not whole")

        @hookimpl
        def payer_rules_checks(payer: str) -> Iterator[Check]:
            if payer == "acme":
                yield Check(
                    id="acme/whole-units",
                    codes=frozenset({"90853"}),
                    function=whole_units,
                    citations=(MANUAL,),
                    rationale="A session is billed in whole units.",
                )
    """


@hookspec
def payer_rules_edit_tables(payer: str) -> Iterable[EditTerms]:
    """The edits that bind the payer with this id: on what terms, and rows if there are any.

    Return for a setting an `EditTable` with its rows, `EditTerms` for the rows that a user has
    imported, or both; of imported rows the terms of a table hold where there are no others. What is
    of another program than the payer's ``ncci`` is left aside, so the terms of a program may be
    given for every payer. The edits of a payer's own have its id for their program, and bind it
    alone. Called when the payer's rule book is built.

        @hookimpl
        def payer_rules_edit_tables(payer: str) -> list[EditTerms]:
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
