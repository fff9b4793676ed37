"""The JSON schemas of profiles, case files and scenarios, which editors read."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest
from profile_errors import FAULTY_FILES, FAULTY_RULES, HEAD, TOPIC_PROFILE, WRONG_TOPICS, limit

from payer_rules.cli import main
from payer_rules.json_forms import schema_of
from payer_rules.json_forms.schema_files import FORMS, FormName
from payer_rules.profiles import profile_files, read_profile
from payer_rules.registry import load

CHECKOUT: Final = Path(__file__).resolve().parents[2]
NAMES: Final[tuple[FormName, ...]] = ("profile", "cases", "scenario")
VALIDATORS: Final = {name: jsonschema.Draft7Validator(schema_of(name)) for name in NAMES}
#: What compares one value with others, or counts, which no schema can: `profiles check` does.
BEYOND_SCHEMAS: Final = {
    "unknown source",
    "unknown code set",
    "unknown code set in a pool",
    "unknown code set beside a pool",
    "unknown course",
    "unknown source of the payer",
    "more days early than a window has",
    "a day early in a window without a next service",
    "tiers above nothing",
    "limit of nothing with tiers",
    "tiers that do not rise",
    "age of no period",
    "dates the wrong way round",
    "bad limit",
    "range the wrong way round",
    "range of too many codes",
    "code that ended",
    "code in a list of its own line",
    "editions that overlap",
}
#: Statements of topics that are wrong in the same ways.
TOPICS_BEYOND_SCHEMAS: Final = {"group", "golden", "same_day", "Leave when out"}
CASE: Final = """\
rule = "acme/one-per-day"
[base]
source = "A-1"
claim.id = "C1"
line.date = 2026-02-10
[[case]]
name = "two on a day"
why = "One a day."
lines = "90853x2 2026-02-10 {minutes = 60}"
outcomes = "deny"
findings = "deny 1 119 N640"
"""
SCENARIO: Final = """\
name = "two groups"
why = "One a day."
[claim]
id = "C1"
member = { id = "M1" }
billing_provider = { npi = "1234567893" }
lines = [{ code = "90853", date = 2026-02-10, units = 2 }]
[expect.acme]
lines = ["deny"]
findings = []
source = "A-1"
"""
#: Changes of the case and of the scenario that make them wrong.
WRONG_CASES: Final = [
    ("rule =", "rules ="),
    ('"acme/one-per-day"', '"one-per-day"'),
    ("[[case]]", "[[cases]]"),
    ("[[case]]", "[case]"),
    ("claim.id", "claim.ident"),
    ("line.date = 2026-02-10", 'line.place_of_service = "clinic"'),
    ("outcomes", "outcome"),
    ('"deny"\n', '"denied"\n'),
    ('"deny"\n', '["deny", "denied"]\n'),
    ("deny 1 119", "denied 1 119"),
    ("deny 1 119 N640", "deny one"),
    ("90853x2 2026-02-10", "9085 2026-02-10"),
    ('name = "two', 'title = "two'),
]
WRONG_SCENARIOS: Final = [
    ("name =", "title ="),
    ('lines = ["deny"]', 'lines = ["denied"]'),
    ('lines = ["deny"]', 'lines = "deny"'),
    ('source = "A-1"', 'sources = "A-1"'),
    ("[claim]", 'scenario = "two groups"\n[claim]'),
    ("[claim]", "[claims]"),
    ("units = 2", 'units = "two"'),
    ('id = "M1"', 'name = "M1"'),
]


def in_json(value: Any) -> Any:
    """The value of TOML as editors give it to a schema: dates and times are texts."""
    if isinstance(value, dict):
        return {key: in_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [in_json(item) for item in value]
    return value.isoformat() if isinstance(value, date | time) else value


def errors(name: FormName, text: str) -> list[str]:
    """What the schema reports about the text of a file."""
    found = VALIDATORS[name].iter_errors(in_json(tomllib.loads(text)))
    return [f"{error.json_path}: {error.message}" for error in found]


def files(pattern: str) -> Iterator[Path]:
    """The files of the checkout's own plugins and documentation."""
    for folder in ("payer_profiles", "plugins", "docs"):
        yield from sorted((CHECKOUT / folder).rglob(pattern))


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_one_of_its_draft_and_explains_each_key(name: FormName) -> None:
    """A schema is valid by its metaschema, and every key of it has a meaning."""
    schema = schema_of(name)
    jsonschema.validators.validator_for(schema).check_schema(schema)
    assert jsonschema.validators.validator_for(schema) is jsonschema.Draft7Validator
    assert schema["$id"] == f"urn:payer-rules:schema:{name}:1"
    tables = [schema, *schema["$defs"].values()]
    keys = [item for table in tables for item in table.get("properties", {}).items()]
    if name != "profile":
        keys = [item for item in keys if item[0] not in ("base", "rows")]
    assert [key for key, value in keys if not value.get("description", "").strip()] == []


def test_every_bundled_profile_is_valid_by_its_schema() -> None:
    """The schema refuses no profile that the reader accepts."""
    found = [path for folder in {path.parent for path in files("*.toml")}
             for path in profile_files(folder) if isinstance(path, Path)]  # fmt: skip
    sound = [path for path in found if not read_profile(path, "docs").problems]
    assert len(sound) > 60
    wrong = [(path.name, errors("profile", path.read_text(encoding="utf-8"))) for path in sound]
    assert [each for each in wrong if each[1]] == []


@pytest.mark.parametrize("name", ["cases", "scenario"])
def test_every_bundled_case_and_scenario_is_valid_by_its_schema(name: FormName) -> None:
    """The schemas refuse no case file and no scenario of the bundled plugins and the pages."""
    found = [*files(f"*.{name}.toml")]
    assert len(found) > 200
    wrong = [(path.name, errors(name, path.read_text(encoding="utf-8"))) for path in found]
    assert [each for each in wrong if each[1]] == []


@pytest.mark.parametrize("name", FAULTY_RULES)
def test_a_wrong_rule_is_refused_by_the_schema(name: str) -> None:
    """A rule that the reader refuses is refused by the schema, but for what no schema can say."""
    assert errors("profile", HEAD + limit()) == []
    is_refused = errors("profile", HEAD + FAULTY_RULES[name][0]) != []
    assert is_refused is (name not in BEYOND_SCHEMAS)


@pytest.mark.parametrize("name", [name for name in FAULTY_FILES if name != "no TOML"])
def test_a_wrong_profile_is_refused_by_the_schema(name: str) -> None:
    """A profile that the reader refuses is refused by the schema, but for what no schema can say."""
    is_refused = errors("profile", FAULTY_FILES[name][0]) != []
    assert is_refused is (name not in BEYOND_SCHEMAS)


@pytest.mark.parametrize(("text", "named"), WRONG_TOPICS)
def test_a_wrong_statement_of_a_topic_is_refused_by_the_schema(text: str, named: str) -> None:
    """A statement that the reader refuses is refused, but for what no schema can say."""
    is_beyond = named in TOPICS_BEYOND_SCHEMAS
    assert (errors("profile", TOPIC_PROFILE + text) != []) is not is_beyond


@pytest.mark.parametrize(("sound", "wrong"), WRONG_CASES)
def test_a_wrong_case_is_refused_by_the_schema(sound: str, wrong: str) -> None:
    """Misspelled keys and words, and lines in no form, are marked in case files."""
    assert errors("cases", CASE) == []
    assert errors("cases", CASE.replace(sound, wrong, 1)) != []


@pytest.mark.parametrize(("sound", "wrong"), WRONG_SCENARIOS)
def test_a_wrong_scenario_is_refused_by_the_schema(sound: str, wrong: str) -> None:
    """Misspelled keys and words, and claims that are not one, are marked in scenarios."""
    assert errors("scenario", SCENARIO) == []
    assert errors("scenario", SCENARIO.replace(sound, wrong, 1)) != []


def test_each_listed_meaning_is_that_of_a_key() -> None:
    """The list of meanings has no row that no key of a schema, and no page, has."""
    sys.path.insert(0, str(CHECKOUT / "tools"))
    try:
        from key_meanings import listed, without_links
    finally:
        sys.path.remove(str(CHECKOUT / "tools"))
    text = "".join(str(schema_of(name)) for name in NAMES)
    unused = [row for row, meaning in listed().items() if repr(without_links(meaning)) not in text]
    assert unused == [("TopicStatement", "topic")]


def test_schemas_are_listed_and_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """The command lists every schema with its file, and prints the one that is named."""
    assert main(["schemas"]) == 0
    listed = capsys.readouterr().out
    assert [line.split(":")[0] for line in listed.splitlines()[::3]] == list(FORMS)
    paths = [Path(line.strip()) for line in listed.splitlines()[2::3]]
    assert all(path.is_file() for path in paths)
    for name, path in zip(FORMS, paths, strict=True):
        assert main(["schemas", name]) == 0
        assert capsys.readouterr().out == path.read_text(encoding="utf-8")
    assert main(["schemas", "profil"]) == 2
    assert "there is no schema 'profil'. Did you mean 'profile'?" in capsys.readouterr().err


def test_the_registry_reads_what_the_schema_describes() -> None:
    """Every payer that has a profile is one of those whose profiles were compared."""
    names = {each.path.name for each in load().profiles}
    assert names <= {path.name for path in files("*.toml")}
