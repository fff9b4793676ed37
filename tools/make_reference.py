"""Write the pages of docs/reference from the code and its docstrings.

    python tools/make_reference.py [--check] [FOLDER]

FOLDER is docs/reference by default. ``--check`` writes nothing: it names the pages that are out of
date, and exits with 1 if there are any.
"""

from __future__ import annotations

import contextlib
import difflib
import inspect
import io
import os
import re
import sys
import types
import typing
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal, Union

import attrs

from key_meanings import listed
from payer_rules import error_codes, hookspecs
from payer_rules.cli import main as command_line
from payer_rules.cli.app import build
from payer_rules.conformance import derived_claims, fake_clock, io_guard, new_process
from payer_rules.conformance.answer_invariants import SECONDS_A_CLAIM
from payer_rules.conformance.invariant_processes import TIME_LIMIT
from payer_rules.conformance.invariants import ABOUT_ANSWERS, INVARIANTS
from payer_rules.error_codes import ErrorCode
from payer_rules.kinds import (
    KINDS,
    CodeOption,
    DocumentCriteria,
    Exemption,
    FindingCriteria,
    Kind,
    LimitReading,
    LineFilter,
    ModifierPosition,
    PaymentTiers,
    ReductionUnless,
    ServiceTypes,
    UnitMinutes,
    UnitPoints,
    UnitSteps,
)
from payer_rules.profiles.rule_draft import CODE_LISTS
from payer_rules.registry.rule_hooks import hook_of
from payer_rules.reports.conditions import conditions_text
from payer_rules.rules import (
    ALWAYS,
    ANYTIME,
    CORE_TOPICS,
    SCOPES,
    TOPICS,
    Adjustment,
    Age,
    AmountBounds,
    AnyCode,
    AuthorizationDetails,
    Bounds,
    Citation,
    CodedRule,
    Course,
    CourseEnd,
    CoursePosition,
    DateRange,
    DaysAround,
    EarlierLine,
    OtherLine,
    OtherPayerCriteria,
    Payer,
    ProviderCriteria,
    RelatedLine,
    Rule,
    SecondReading,
    ServiceDeadline,
    StatusCriteria,
    StayCriteria,
    TableCondition,
    TimeLimit,
    TopicStatement,
    When,
    Window,
)
from payer_rules.text.quoting import quoted
from payer_rules.values.structure import structure
from payer_rules.vocabularies import VOCABULARIES
from stable_parts import stable_parts

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "reference"
#: The profile whose rules are the examples of the kinds.
PROFILE: Final = FOLDER / "acme.toml"
HEAD: Final = "<!-- Made by tools/make_reference.py: change the code or the tool, not the page. -->"
WIDTH: Final = "88"

SCALARS: Final[dict[object, str]] = {
    str: "text",
    int: "whole number",
    Decimal: "number",
    bool: "`true` or `false`",
    date: "date",
}
#: How values are written that are neither plain nor explained as tables on the same page.
SPELLED: Final[dict[object, str]] = {
    Citation: "name of a source",
    ServiceTypes: '`{ types = { individual = ["90834"], group = ["90853"] } }`',
    Course: "name of a [course](#course)",
    SecondReading: '`{ on = 2026-11-30, result = "right", text = "a copy of it", digest = "…" }`',
    When: "table of [conditions](when.md)",
    AnyCode: '`"any"`, `"any-line"` or `{ except = ["90853"] }`',
    ReductionUnless: '`{ reduce_unless = "authorization" }`',
    PaymentTiers: "`{ tiers = [[30, 0.75], [50, 0.5]] }`",
    Window: "[window](#window)",
    UnitPoints: '`{ "90834" = 0.7, "90853" = 1.25 }`',
    UnitMinutes: '`{ "90837" = 60 }`, or `{ first = 30, further = 15 }` for a code',
}
VALUES: Final = (
    Window,
    LineFilter,
    Exemption,
    ModifierPosition,
    UnitSteps,
    CodeOption,
    LimitReading,
    DateRange,
    Adjustment,
    Bounds,
    TimeLimit,
    OtherPayerCriteria,
    ProviderCriteria,
    AuthorizationDetails,
    ServiceDeadline,
    DocumentCriteria,
    FindingCriteria,
)
#: The course of the example, and how a profile defines one.
COURSE: Final = Course(name="treatment", codes=frozenset(["90834"]))
COURSE_TABLE: Final = """A profile defines a course once, and its rules name it:

```toml
[courses.treatment]
codes = ["90832", "90834", "90837"]
opens = ["90791"]
closes = { days_without = 45 }
```"""
#: An example of every condition.
CONDITIONS: Final[dict[str, object]] = {
    "setting": ["practitioner"],
    "program": ["medicaid"],
    "plan": ["hmo", "ppo"],
    "network": ["in-network"],
    "state": ["IL", "WA"],
    "line_of_business": ["commercial"],
    "contractor": ["ngs"],
    "bill_type": ["13", "85"],
    "condition_code": ["41"],
    "occurrence_code": ["11"],
    "revenue_code": ["0915"],
    "drug": ["00002143380"],
    "tooth": ["3", "14"],
    "surface": ["O"],
    "quadrant": ["10"],
    "side": ["left"],
    "place_of_service": ["02", "10"],
    "modality": ["audio", "video"],
    "modifier": ["95", "GT"],
    "diagnosis": ["F10", "F11"],
    "member_prefix": ["CTY"],
    "sex": ["f"],
    "age": {"below": 21},
    "other_payer": {"order": ["primary"], "decided": False},
    "rendered_by": {"profession": ["lcsw"]},
    "performed_by": {"taxonomy": ["1041C0700X"]},
    "supervised_by": {"profession": ["psychiatrist"]},
    "supervised": True,
    "inpatient": False,
    "member_status": [{"kind": "level-of-care", "value": ["b"]}],
    "charge": {"at_least": 75},
    "course": {"course": "treatment", "ordinal": {"at_least": 7}},
    "table": [{"name": "indicators", "value": ["1", "2"]}],
    "same_day": {"codes": ["90791"], "modality": ["in-person"]},
    "history": [
        {"codes": ["90791"], "within_days": 365, "scope": "rendering"},
    ],
    "other_lines": [{"codes": ["90791"], "within": {"days_before": 3, "days_after": 1}}],
}


#: The section on the key ``alternatives``, in Markdown.
ALTERNATIVES: Final = """## Alternatives

A text that asks for one thing or another, such as modifier 95 or place 10, is two rules with the
same name in `alternatives`: `alternatives = "telehealth is shown"` in both. A line that meets one
of them meets both; a rule that does not apply to the line is no alternative. A line that meets none
has one finding, under the first of the rules by id, and its message names all ways. If facts are
missing for a rule that the line may meet, the others are *not evaluated* either. All requirements
can be alternatives of one another; their outcome and codes of denial are the same."""
#: The section on the key ``except``, in Markdown.
EXCEPTIONS: Final = """## Exceptions

`except = [{ … }]` lists the lines that are outside the rule. Each table has the keys of `when`; a
line that meets all conditions of one of them is outside:

```toml
except = [{ diagnosis = ["F10"] }, { modifier = ["HQ"], place_of_service = ["11"] }]
```

The rule applies to lines that meet `when` and no exception. For a limit, both are alike: a line
that does not meet `when`, or that meets an exception, is neither counted nor limited. As for
`when`, what is known decides: an exception with one false condition does not matter, and the rule
is *not evaluated* if an exception may hold. An exception that states conditions of scope and no
others narrows the scope of the rule."""


#: The section on the tables of a profile, in Markdown.
CODE_TABLES: Final = """## Tables

A list that the payer or an agency publishes, such as an indicator of each code, is a CSV file in
the folder of the profile, with the columns `code`, `value`, `from` and `to`; an empty date is open:

```text
code,value,from,to
90853,1,2026-01-01,
97110,2,2026-01-01,2026-06-30
```

The profile names it, with the days for which it was read and its sources, and rules ask for values:

```text
[tables.indicators]
file = "indicators.csv"
verified = { from = 2026-01-01, to = 2026-09-30 }
cites = ["MANUAL"]
```

A rule with `when = { table = [{ name = "indicators", value = ["1"] }] }` applies to lines whose
code has the value 1 on the day of service. It is read for the days for which its own text and the
table were read, and cites both. After these days it is carried as a text is: a row that ends with
the table stays. Problems are a code with two values on one day, a value that no row has, and a code
that the rule lists and the table does not."""


def main(arguments: list[str]) -> int:
    """Write the pages or compare them; return 1 if one is out of date."""
    names = [argument for argument in arguments if argument != "--check"]
    if len(names) > 1 or any(name.startswith("-") for name in names):
        print("usage: make_reference.py [--check] [FOLDER]", file=sys.stderr)
        return 2
    folder = Path(names[0]) if names else FOLDER
    if "--check" in arguments:
        return compare(folder)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")
    return 0


def compare(folder: Path) -> int:
    """Print the first difference of each page that is out of date; return 1 if there is any."""
    stale = 0
    for name, text in pages().items():
        page = folder / name
        found = page.read_text(encoding="utf-8") if page.is_file() else ""
        if found != text:
            stale = 1
            print(f"{name} is out of date. Run tools/make_reference.py.", file=sys.stderr)
            drift = difflib.unified_diff(found.splitlines(), text.splitlines(), n=0, lineterm="")
            print(*list(drift)[2:12], sep="\n", file=sys.stderr)
    return stale


def vocabularies() -> Iterator[str]:
    """Yield the words that claims, history and rules may use, a table for each fact."""
    yield "# Vocabularies"
    yield (
        "These facts have closed lists of words, in files, profiles and Python alike. Upper and "
        "lower case, blanks and hyphens make no difference, and an alias is read as its word; "
        "anything else is refused. A payer declares further plans, programs and elements of "
        "records in its profile:"
    )
    example = 'plans = ["prime"]\nprograms = ["cshcn"]\nelements = ["risk-statement"]'
    yield f"```toml\n[vocabulary]\n{example}\n```"
    yield "A plugin in Python gives them as `Payer(plans=…, programs=…, elements=…)`."
    for field, words in VOCABULARIES.items():
        yield f"## `{field}`"
        rows = [
            f"| `{term.word}` | {term.meaning} | {', '.join(term.aliases)} |"
            for term in words.terms
        ]
        yield "\n".join(["| word | meaning | aliases |", "|---|---|---|", *rows])


def linked(parts: Iterable[str]) -> list[str]:
    """Return the parts of rule-kinds.md; what has no heading there is explained on when.md."""
    text = list(parts)
    heads = {
        head.lower() for part in text for head in re.findall(r"^#+ (\w+)$", part, re.MULTILINE)
    }

    def link(found: re.Match[str]) -> str:
        return found[0] if found[1] in heads else f"](when.md#{found[1]})"

    return [re.sub(r"\]\(#(\w+)\)", link, part) for part in text]


def pages() -> dict[str, str]:
    """Return the text of every page by its name."""
    made = {
        "rule-kinds.md": linked(rule_kinds()),
        "when.md": conditions(),
        "vocabularies.md": vocabularies(),
        "errors.md": errors(),
        "hooks.md": hooks(),
        "cli.md": commands(),
        "invariants.md": invariants(),
        "stability.md": [stable_parts()],
    }
    return {name: "\n\n".join([HEAD, *parts]) + "\n" for name, parts in made.items()}


def rule_kinds() -> Iterator[str]:
    """Return the page about the tables of a profile."""
    top, *examples = re.split(r"\n\n(?=\[\[)", PROFILE.read_text(encoding="utf-8").strip())
    by_table = {example[2 : example.index("]]")]: example for example in examples}
    yield "# Rule kinds"
    yield (
        "A profile states each rule in a table of its kind, such as `[[frequency_limit]]`. A "
        "plugin makes\nthe same rule in Python, of the class whose name is the heading; the keys "
        "are its arguments, and\n`cites` is `citations` there. What the texts call `None` is, in "
        "a profile, a key that is left out.\nAn unknown key is a fault."
    )
    yield (
        "The examples are one profile, [acme.toml](acme.toml), of an invented payer. It begins:"
        f"\n\n```toml\n{top}\n```"
    )
    yield f"## What every rule has\n\n{prose(Rule)}\n\n{explained(CodedRule)}"
    yield (
        'A list of codes may hold ranges, such as `"99202-99215"` or `"J0120-J3590"`, and the '
        'names of code sets\nwith an `@`, such as `"@psychotherapy"`. A line that has a revenue '
        'code and no procedure code has a code such\nas `"rev:0915"`. Instead of a list, `codes` '
        'may be `"any"`, or `{ except = ["90853"] }` for any procedure code but\nsome. With '
        '`"any-line"`, or `revenue_lines = true` in the table, lines without a procedure code are '
        "among them.\nA `SameDayCombination` has no `codes`: its codes are those of `first` and "
        "`second`."
    )
    for kind in KINDS:
        yield from section(kind, by_table.get(kind.table, ""))
    yield ALTERNATIVES
    yield "## Values"
    for cls in VALUES:
        yield f"### {cls.__name__}\n\n{prose(cls)}\n\n{keys(cls)}"
    yield f"## The payer\n\nTable `[payer]`.\n\n{prose(Payer)}\n\n{keys(Payer)}"
    yield (
        "## Sources\n\nOne table `[sources.NAME]` a source; a rule cites it by the name. Where a "
        "fact stands in several\ndocuments, write `[[sources.NAME]]` for each.\n\n"
        f"{prose(Citation)}\n\n{keys(Citation)}"
    )
    yield (
        "## Topics\n\nOne table `[[topics.TOPIC]]` a statement. The topics are those that a line "
        f"touches,\n{', '.join(CORE_TOPICS)}, and the administrative ones,\n"
        f"{', '.join(TOPICS[len(CORE_TOPICS) :])}. "
        '`none` is written as `none = { cites = ["NAME"] }`.\n\n'
        f"{prose(TopicStatement)}\n\n"
        f"{keys(TopicStatement, ('codes', 'none', 'when', 'verified', 'unread'))}"
    )


def section(kind: Kind[Any], example: str) -> Iterator[str]:
    """Yield the parts of the section of one kind."""
    name = hook_of(kind.rule)
    hook = f"hook [`{name}`](hooks.md#{name})"
    yield f"## {kind.rule.__name__}"
    if not kind.is_data:
        yield f"No table: it is code. {hook.capitalize()}.\n\n{prose(kind.rule)}"
        return
    common = attrs.fields_dict(CodedRule)
    fields = attrs.fields(kind.rule)
    own = [field.name for field in fields if not field.inherited or field.name not in common]
    yield f"Table `[[{kind.table}]]`; {hook}.\n\n{prose(kind.rule)}"
    yield keys(kind.rule, own)
    yield f"```toml\n{example}\n```"


def conditions() -> Iterator[str]:
    """Return the page about `when`."""
    fields = attrs.fields_dict(When)
    if list(fields) != list(CONDITIONS):
        raise SystemExit("CONDITIONS does not hold the fields of When, in their order.")
    yield f"# Conditions\n\n{prose(When)}"
    yield (
        "A rule narrows itself with `when = { … }`. What is known to be false decides, whatever "
        "else is not\nknown; where nothing is false and something is not known, the rule is *not "
        "evaluated*, and each\nmissing name is told. A condition of *scope* says for which claims "
        "the rule was made at all: where it\nis false, the rule does not meet the line. A line "
        "that no rule meets was not judged, and is *not\nevaluated*."
    )
    hints = typing.get_type_hints(When)
    rows = [
        (f"`{key}`", written(hints[key], key), f"`{toml(key, example)}`", words(key, example))
        for key, example in CONDITIONS.items()
    ]
    yield table(("key", "type", "example", "the rule applies to lines"), rows)
    yield EXCEPTIONS
    yield CODE_TABLES
    yield f"Conditions of scope are {', '.join(f'`{name}`' for name in SCOPES)}."
    status = (StatusCriteria, StayCriteria)
    classes = (
        ProviderCriteria,
        *status,
        OtherPayerCriteria,
        Age,
        TableCondition,
        OtherLine,
        EarlierLine,
        RelatedLine,
    )
    for cls in (*classes, DaysAround, AmountBounds, CoursePosition, Bounds):
        yield f"## {cls.__name__}\n\n{prose(cls)}\n\n{keys(cls)}"
    yield f"## Course\n\n{prose(Course)}\n\n{COURSE_TABLE}\n\n{keys(Course)}"
    yield f"## CourseEnd\n\n{prose(CourseEnd)}\n\n{keys(CourseEnd)}"


def words(key: str, example: object) -> str:
    """Return the example of a condition as reports print it."""
    if key == "course" and isinstance(example, dict):
        example = {**example, "course": COURSE}
    return conditions_text(structure(When, {key: example}))


def toml(key: str, value: object) -> str:
    """Return the key and its value as a profile contains them."""
    return f"{key} = {quoted(value)}".replace("'", '"')


#: The titles of the chapters of codes, by how the codes begin.
ERROR_CHAPTERS: Final = {
    "PR0": "Files and fields",
    "PR1": "Profiles",
    "PR2": "Plugins",
    "PR3": "Claims and history",
    "PR4": "Tables of CMS",
    "PR5": "Practice files",
    "PR6": "Command lines and reports",
    "PR7": "Requests to the service",
}


def errors() -> Iterator[str]:
    """The page about the codes of problems, by their hundreds."""
    yield f"# Errors\n\n{without_title(error_codes)}"
    for first, title in ERROR_CHAPTERS.items():
        rows = [(f"`{code}`", code.meaning) for code in ErrorCode if code.startswith(first)]
        yield f"## {title}\n\n{table(('code', 'meaning'), rows)}"


def hooks() -> Iterator[str]:
    """Return the page about hooks."""
    _, _, about = prose(hookspecs).partition("\n\n")
    yield f"# Hooks\n\n{about}"
    for name, spec in vars(hookspecs).items():
        if name not in hookspecs.__all__:
            continue
        signature = str(inspect.signature(spec)).replace("'", "")
        yield f"## {name}\n\n```python\n{name}{signature}\n```\n\n{prose(spec)}"


ABOUT_LAWS: Final = """\
# Invariants

What holds for the rules of every payer. `payer-rules conform` checks the invariants about answers
for each payer; pytest checks all of them for the payers that `payer_rules_invariants` names
([how](../how-to/test-with-pytest.md#the-invariants)). They are checked in a process for each payer,
with the rules of the payer's own plugin only: a rule of another plugin breaks none of them. A
failure names the rule, the case, what differs and what to do.

| invariant | what it asks | about |
|---|---|---|
"""


def invariants() -> Iterator[str]:
    """The page about the invariants: each with what it asks, then how claims are derived."""
    rows = (
        f"| `{name}` | {prose(invariant)} | {'answers' if name in ABOUT_ANSWERS else 'fixtures'} |"
        for name, invariant in INVARIANTS.items()
    )
    yield ABOUT_LAWS + "\n".join(rows)
    yield f"## Derived claims\n\n{without_title(derived_claims)}"
    yield f"## Another day\n\n{without_title(fake_clock)}"
    yield f"## A new process\n\n{without_title(new_process)}"
    yield f"## What is seen\n\n{without_title(io_guard)}"
    yield (
        "## What is too slow\n\nA function that takes longer than "
        f"{SECONDS_A_CLAIM:g} seconds for one claim in each of three tries\nis too slow. "
        f"An invariant without an answer in {TIME_LIMIT:g} seconds is broken, and its process ends."
    )


def without_title(module: types.ModuleType) -> str:
    """Return a module's docstring without its first sentence."""
    return prose(module).partition("\n\n")[2]


def commands() -> Iterator[str]:
    """Return the page about the command line, with the ``--help`` of every command."""
    os.environ["COLUMNS"] = WIDTH
    whole, _, epilogue = help_of().rpartition("\n\n")
    yield f"# Commands\n\n```text\n{whole}\n```\n\n{epilogue}"
    for names in names_of(build(), ()):
        told = help_of(*names).removesuffix(epilogue).rstrip()
        yield f"## {' '.join(names)}\n\n```text\n{told}\n```"


def names_of(app: Any, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:  # noqa: ANN401
    """Yield the commands in order; a group counts as one only if it has a default command."""
    inside = sorted(name for name in app if not name.startswith("-"))
    for name in inside:
        yield from names_of(app[name], (*above, name))
    if above and (app.default_command or not inside):
        yield above


def help_of(*names: str) -> str:
    """Return the help text of a command without the frames of a terminal."""
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        command_line([*names, "--help"])
    lines = [unframed(line) for line in told.getvalue().splitlines() if not line.startswith("╰")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def unframed(line: str) -> str:
    """Return a line of help text without its frame."""
    if line.startswith("╭"):
        return f"\n{line.strip('╭╮─ ')}:"
    return f" {line.strip('│').rstrip()}" if line.startswith("│") else line.rstrip()


def prose(thing: object) -> str:
    """Return the docstring as Markdown, with its example as code."""
    told = (inspect.getdoc(thing) or "").replace("``", "`")
    text, _, example = told.partition("\n\n    ")
    # NOTE: a formatter asks for two empty lines, which a docstring cannot contain.
    code = inspect.cleandoc(f"    {example}").replace("\n\n@", "\n\n\n@")
    return f"{text}\n\n```python\n{code}\n```" if example else text


def explained(cls: type) -> str:
    """Return a table of the keys that every rule has, with their meaning."""
    found = dict(rows_of(cls))
    means = {key: text for (name, key), text in listed().items() if name in ("Rule", "CodedRule")}
    if found.keys() != means.keys():
        raise SystemExit(f"the meanings and the fields differ: {found.keys() ^ means.keys()}")
    rows = [(f"`{key}`", *found[key], means[key]) for key in means]
    return table(("key", "type", "default", "meaning"), rows)


def keys(cls: type, names: Iterable[str] | None = None) -> str:
    """Return a table of the keys of a class, or of the fields that are named."""
    rows = [(f"`{key}`", *told) for key, told in rows_of(cls, names)]
    return table(("key", "type", "default"), rows)


def rows_of(cls: type, names: Iterable[str] | None = None) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield each key with its type and its default."""
    hints = typing.get_type_hints(cls)
    for field in attrs.fields(cls):
        key = field.metadata.get("key", field.name)
        if key is not None and (names is None or field.name in names):
            yield key, (written(hints[field.name], key), default_of(field.default))


def table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def written(kind: Any, key: str) -> str:  # noqa: ANN401
    """Return how a value of the type is written, in plain words."""
    *most, last = forms(kind, key)
    return f"{', '.join(most)} or {last}" if most else last


def forms(kind: Any, key: str) -> list[str]:  # noqa: ANN401
    """Yield each way in which a value of the type may be written."""
    origin, inside = typing.get_origin(kind), typing.get_args(kind)
    if origin in (Union, types.UnionType):
        return [form for arm in inside if arm is not type(None) for form in forms(arm, key)]
    if origin is Literal:
        return [f"`{quoted(word)}`".replace("'", '"') for word in inside]
    if origin in (frozenset, tuple):
        return [f"list of {several(inside[0], key)}"]
    if kind in SCALARS or kind in SPELLED:
        return [SCALARS.get(kind) or SPELLED[kind]]
    return [f"[{kind.__name__}](#{kind.__name__.lower()})"]


def several(kind: Any, key: str) -> str:  # noqa: ANN401
    """Return the plural of how a value of the type is written."""
    if key in CODE_LISTS:
        return "codes"
    plurals = {str: "texts", Citation: "names of sources", When: "tables of [conditions](when.md)"}
    return plurals.get(kind) or written(kind, key)


def default_of(default: object) -> str:
    """Return what applies if the key is absent."""
    if default is attrs.NOTHING:
        return "required"
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]
        return "by the other keys"
    if default is None or default in (ALWAYS, ANYTIME):
        return "—"
    listed = sorted(default) if isinstance(default, frozenset) else default
    listed = list(listed) if isinstance(listed, tuple) else listed
    return f"`{quoted(listed)}`".replace("'", '"')


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
