"""Profiles: TOML files with the rules of one payer each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem, nearest
from payer_rules.kinds import KINDS
from payer_rules.profiles.course_tables import courses_of
from payer_rules.profiles.left_out import LEFT_OUT
from payer_rules.profiles.reader import ProfileReader
from payer_rules.profiles.references import CodeSets, Sources, code_sets_of, sources_of
from payer_rules.profiles.rule_draft import RuleDraft, is_name
from payer_rules.profiles.rules import RuleTables
from payer_rules.profiles.table_files import CODE_TABLES, TableReferences, code_tables_of
from payer_rules.profiles.topic_statements import TOPICS_TABLE, topic_statements
from payer_rules.rules import Payer, PlanNames, Rule
from payer_rules.system.files import is_no_folder
from payer_rules.toml_files.document import TomlDocument, read
from payer_rules.values.checked import CheckedRule, of_form
from payer_rules.vocabularies.formats import PLAN, PROGRAM, RECORD_ELEMENT

if TYPE_CHECKING:
    import pathlib
    from importlib.resources.abc import Traversable

#: The owner of rules whose payer has no id; they are checked and not used.
_NOBODY: Final = "unnamed"
#: The tables of a profile.
PROFILE_TABLES: Final = (
    "payer",
    "vocabulary",
    "sources",
    "code_sets",
    CODE_TABLES,
    "courses",
    TOPICS_TABLE,
    *(kind.table for kind in KINDS if kind.is_data),
)


@attrs.frozen(kw_only=True)
class Profile:
    """The valid rules of one file, and the problems of the others.

    ``payer_id`` may be known even if other keys of the payer are invalid.
    """

    name: str
    payer: Payer | None
    payer_id: str | None = None
    rules: tuple[Rule, ...]
    problems: tuple[Problem, ...]


def profile_files(folder: pathlib.Path | Traversable) -> list[pathlib.Path | Traversable]:
    """Return the profiles directly in the folder, by name, without cases and ``LEFT_OUT``."""
    found = [path for path in folder.iterdir() if is_no_folder(path) and _is_profile(path.name)]
    return sorted(found, key=lambda path: path.name)


def _is_profile(name: str) -> bool:
    other = name == LEFT_OUT or name.endswith((".cases.toml", ".case.toml", ".scenario.toml"))
    return name.endswith(".toml") and not other


def read_profile(path: pathlib.Path | Traversable, plugin: str) -> Profile:
    """Return the profile in the file, with its valid rules and all problems.

    ``plugin`` is the plugin that the file belongs to.
    """
    try:
        document = read(path)
    except InputError as error:
        return Profile(name=path.name, payer=None, rules=(), problems=error.problems)
    return profile_of(document, plugin, folder_of(path))


def folder_of(path: pathlib.Path | Traversable) -> pathlib.Path | Traversable | None:
    """Return the folder of the file, in which the tables of a profile are."""
    folder: pathlib.Path | Traversable | None = getattr(path, "parent", None)
    return folder


def profile_of(
    document: TomlDocument, plugin: str, folder: pathlib.Path | Traversable | None = None
) -> Profile:
    """Return the profile that the document describes, with every problem of it.

    ``folder`` is the one with the files of its tables.
    """
    reader = ProfileReader(document)
    for name in document.data.keys() - set(PROFILE_TABLES):
        message = f"unknown table {name!r}"
        reader.report((name,), message, nearest(name, PROFILE_TABLES), ErrorCode.UNKNOWN_TABLE)
    sources = sources_of(reader)
    code_sets = code_sets_of(reader)
    courses = courses_of(reader, sources, code_sets)
    vocabulary = _vocabulary(reader)
    payer = _payer(reader, sources, code_sets)
    if payer is not None:
        payer = vocabulary.put_on(payer)
    names = PlanNames.of([payer or _placeholder(vocabulary)])
    topics = topic_statements(reader, sources, code_sets, names)
    if payer is not None:
        payer = attrs.evolve(payer, topics=topics)
    owner = _owner(document)
    rules = RuleTables(
        reader=reader,
        plugin=plugin,
        owner=owner or _NOBODY,
        sources=sources,
        code_sets=code_sets,
        courses=courses,
        tables=TableReferences(code_tables_of(reader, folder, sources, code_sets)),
        names=names,
    ).rules()
    return Profile(
        name=document.name,
        payer=payer,
        payer_id=owner,
        rules=rules if owner else (),
        problems=reader.problems,
    )


@attrs.frozen(kw_only=True)
class ProfileVocabulary(CheckedRule):
    """The table [vocabulary]: names that only this payer has, of plans, programs and records."""

    plans: tuple[str, ...] = attrs.field(default=(), metadata=of_form(PLAN))
    programs: tuple[str, ...] = attrs.field(default=(), metadata=of_form(PROGRAM))
    elements: tuple[str, ...] = attrs.field(default=(), metadata=of_form(RECORD_ELEMENT))

    def put_on(self, payer: Payer) -> Payer:
        """Return the payer with the names."""
        return attrs.evolve(payer, plans=self.plans, programs=self.programs, elements=self.elements)


def _vocabulary(reader: ProfileReader) -> ProfileVocabulary:
    data = reader.document.data.get("vocabulary", {})
    return reader.structure(ProfileVocabulary, data, ("vocabulary",)) or ProfileVocabulary()


def _placeholder(vocabulary: ProfileVocabulary) -> Payer:
    """Return a payer in place of one that cannot be read, with the names that it declares."""
    return Payer(
        id=_NOBODY,
        name=_NOBODY,
        kind="commercial",
        plans=vocabulary.plans,
        programs=vocabulary.programs,
        elements=vocabulary.elements,
    )


def _payer(reader: ProfileReader, sources: Sources, code_sets: CodeSets) -> Payer | None:
    data = reader.document.data.get("payer")
    if data is None:
        remedy = "Add [payer] with id, name and kind."
        reader.report((), "there is no [payer] table", remedy, ErrorCode.MISSING_PAYER)
        return None
    draft = RuleDraft(reader, ("payer",), sources, code_sets)
    for key in ("ncci_cites", "baseline_cites"):
        if isinstance(data, dict) and key in data:
            data = {**data, key: draft.citations(key, data[key])}
    payer = reader.structure(Payer, data, ("payer",))
    return payer if draft.is_valid else None


def _owner(document: TomlDocument) -> str | None:
    """Return the payer's id if it can be read, even if the rest of the payer cannot."""
    data = document.data.get("payer")
    name = data.get("id") if isinstance(data, dict) else None
    return name if isinstance(name, str) and is_name(name) else None
