"""The hooks that a plugin may implement, each with an example.

A plugin is a module that an entry point of the group ``payer_rules`` names. It implements the
hooks it needs and marks them with ``@hookimpl``; a hook that it leaves out gives nothing. Hooks
hand over data: they are called when a rule book is built, once for a payer, and never for a claim.
A hook may return a list or any other iterable, or be a generator. Values that it gives before it
raises are used, and the decisions of that payer then name the hook as incomplete. In the examples
``MANUAL`` is the plugin's `Citation`.
"""

# NOTE: a spec is its signature and its docstring, so it has no body.
# mypy: disable-error-code="empty-body"

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources.abc import Traversable
from pathlib import Path

from payer_rules.kinds import Check, FrequencyLimit, ModifierRequirement, SameDayCombination
from payer_rules.markers import hookspec
from payer_rules.money import FeeSchedule
from payer_rules.rules import EditTerms, Payer, Rule

__all__ = [
    "payer_rules_cases",
    "payer_rules_checks",
    "payer_rules_edit_tables",
    "payer_rules_fee_schedules",
    "payer_rules_frequency_limits",
    "payer_rules_modifier_requirements",
    "payer_rules_payers",
    "payer_rules_profiles",
    "payer_rules_rules",
    "payer_rules_same_day_combinations",
]


@hookspec
def payer_rules_payers() -> Iterable[Payer | str]:
    """Return the payers whose rules this plugin owns, and the namespaces of its house rules.

    Return a `Payer` for each payer whose rules the plugin owns, and a plain string for each
    namespace under which it adds rules of its own to the rules of other payers. A payer that has a
    TOML profile in this plugin is not listed here. Called once, when plugins are loaded.

        @hookimpl
        def payer_rules_payers() -> list[Payer | str]:
            return [Payer(id="acme", name="Acme Health", kind="commercial"), "acme-clinic"]
    """


@hookspec
def payer_rules_profiles() -> Iterable[Traversable | Path]:
    """Return the folders that hold this plugin's TOML profiles.

    Return folders, not files; every ``*.toml`` in them is the profile of one payer. Called once,
    when plugins are loaded.

        @hookimpl
        def payer_rules_profiles() -> list[Traversable]:
            return [files(__name__) / "profiles"]
    """


@hookspec
def payer_rules_frequency_limits(payer: str) -> Iterable[FrequencyLimit]:
    """Return the limits on how often codes may be billed to the payer with this id.

    Each limit names its source. Return none for a payer that the plugin has no rules for. A rule's
    id begins with the payer's id or with a namespace of this plugin. Called when the payer's rule
    book is built.

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
    """Return the modifiers that codes need, or may not carry, for the payer with this id.

    Each requirement names its source. Called when the payer's rule book is built.

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
    """Return the codes that the payer with this id does not pay together on one day.

    Each combination names its source. Called when the payer's rule book is built.

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
def payer_rules_rules(payer: str) -> Iterable[Rule]:
    """Return rules of any kind for the payer with this id.

    The class of a rule says of which kind it is, so a plugin may give all its rules here. The three
    hooks above and the hook of checks do the same for one kind each. Called when the payer's rule
    book is built.

        @hookimpl
        def payer_rules_rules(payer: str) -> Iterator[Rule]:
            if payer == "acme":
                yield AddOnCode(
                    id="acme/interactive-complexity",
                    codes=frozenset({"90785"}),
                    primaries=frozenset({"90834", "90853"}),
                    citations=(MANUAL,),
                    rationale="90785 is paid only beside psychotherapy.",
                )
                yield SessionRequirement(
                    id="acme/group-size",
                    codes=frozenset({"90853"}),
                    group_size=Bounds(at_least=2, at_most=12),
                    citations=(MANUAL,),
                    rationale="A group has two to twelve participants.",
                )
                yield ProviderRequirement(
                    id="acme/who-leads-a-group",
                    codes=frozenset({"90853"}),
                    rendered_by=ProviderCriteria(profession=frozenset({"lcsw", "psychologist"})),
                    citations=(MANUAL,),
                    rationale="A clinical social worker or a psychologist leads the group.",
                )
                yield PlaceOfServiceRequirement(
                    id="acme/video-at-02-or-10",
                    codes=frozenset({"90853"}),
                    when=When(modality=frozenset({"video"})),
                    any_of=frozenset({"02", "10"}),
                    citations=(MANUAL,),
                    rationale="A session by video has place of service 02 or 10.",
                )
                yield AuthorizationRequirement(
                    id="acme/group-needs-leave",
                    codes=frozenset({"90853"}),
                    needs=frozenset({"authorization"}),
                    citations=(MANUAL,),
                    rationale="Group psychotherapy is authorized beforehand.",
                )
                yield DiagnosisRequirement(
                    id="acme/mental-disorder",
                    codes=frozenset({"90853"}),
                    any_of=frozenset({"F"}),
                    citations=(MANUAL,),
                    rationale="The claim states a mental or behavioral disorder.",
                )
                yield Coverage(
                    id="acme/no-crisis",
                    codes=frozenset({"90839", "90840"}),
                    citations=(MANUAL,),
                    rationale="Crisis psychotherapy is not covered.",
                )
                yield DuplicateService(
                    id="acme/twice",
                    codes=frozenset({"90853"}),
                    same=frozenset({"modifiers", "rendering_provider"}),
                    citations=(MANUAL,),
                    rationale="The same session by the same provider is paid once.",
                )
                yield TimelyFiling(
                    id="acme/within-90-days",
                    codes=frozenset({"90853"}),
                    within=TimeLimit(days=90),
                    citations=(MANUAL,),
                    rationale="Claims arrive within 90 days of the service.",
                )
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
    """Return rules that are functions, for what no other kind can express.

    Each check names its source. Its function is called when a claim is decided, with the claim and
    its history. It must not change them, and must not read files, the network or the clock. Called
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
    """Return the edits that apply to the payer with this id: their terms and their rows.

    Return for a setting an `EditTable` with its rows, `EditTerms` for the rows that a user has
    imported, or both. Where there are no `EditTerms`, the terms of the table also apply to imported
    rows. Edits of another program than the payer's ``ncci`` are not used, so the terms of a program
    may be given for every payer. A payer's own edits have its id as their program, and apply to it
    alone. Called when the payer's rule book is built.

        @hookimpl
        def payer_rules_edit_tables(payer: str) -> list[EditTerms]:
            return [practitioner_table()] if payer == "medicare" else []
    """


@hookspec
def payer_rules_fee_schedules(payer: str) -> Iterable[FeeSchedule]:
    """Return the fee schedule of the payer with this id: one, or none.

    No decision depends on it: amounts are what the payer should allow for a line that it pays. The
    classes are in `payer_rules.money`. Called when an amount of the payer is asked for.

        @hookimpl
        def payer_rules_fee_schedules(payer: str) -> Iterator[FeeSchedule]:
            if payer == "acme":
                yield FeeSchedule(
                    payer="acme",
                    editions=(
                        ValueEdition(
                            name="2026",
                            dates=DateRange(date(2026, 1, 1), date(2026, 12, 31)),
                            factor=Decimal("33.40"),
                            values={
                                "90853": RelativeValues(
                                    status="A",
                                    work=Decimal("0.67"),
                                    practice=Decimal("0.23"),
                                    facility_practice=Decimal("0.05"),
                                    malpractice=Decimal("0.01"),
                                    multiple="0",
                                )
                            },
                            citation=MANUAL,
                        ),
                    ),
                    shares=(),
                    facilities=frozenset({"22"}),
                    places=frozenset({"11", "22"}),
                    places_from=MANUAL,
                    postal_from=MANUAL,
                    coinsurance=Decimal("0.2"),
                    coinsurance_from=MANUAL,
                    sequestration_from=MANUAL,
                    not_participating=PaidShare(
                        professions=frozenset(), share=Decimal("0.95"), citation=MANUAL
                    ),
                    lesser_from=MANUAL,
                )
    """


@hookspec
def payer_rules_cases() -> Iterable[Traversable | Path]:
    """Return the folders with this plugin's case and scenario files.

    Return folders, not files. Called once, when plugins are loaded; the files are read only when
    a conformance run asks for them.

        @hookimpl
        def payer_rules_cases() -> list[Traversable]:
            return [files(__name__) / "cases"]
    """
