"""Profiles read into rules, and the problems of a profile that is wrong."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

import attrs
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from profile_errors import (
    CODE_SETS,
    FAULTY_FILES,
    FAULTY_RULES,
    HEAD,
    HERE,
    PAYER,
    SOURCES,
    TOPIC_PROFILE,
    WRONG_TOPICS,
    limit,
)

from payer_rules import (
    AddOnCode,
    Adjustment,
    Citation,
    DateRange,
    EarlierLine,
    FrequencyLimit,
    ModifierRequirement,
    OtherLine,
    Payer,
    SameDayCombination,
    ServiceTypes,
    When,
    Window,
)
from payer_rules.profiles import (
    LeftOut,
    Profile,
    left_out_in,
    profile_files,
    read_profile,
)
from payer_rules.profiles.profile_check import check_profile
from payer_rules.registry import load
from payer_rules.rules import TOPICS, Origin

MANUAL: Final = Citation(
    row="A-1",
    title="Manual",
    url="https://example.org/manual",
    read=date(2024, 7, 1),
    confidence="primary",
)


def profile(folder: Path, text: str) -> Profile:
    """The profile that the text is, as the plugin ``acme-rules`` would bring it."""
    path = folder / "acme.toml"
    path.write_text(text, encoding="utf-8")
    return read_profile(path, "acme-rules")


def lines_reported(text: str) -> list[str]:
    """The places that a text marks with `HERE`."""
    lines = text.splitlines()
    return [f"acme.toml:{at}" for at, line in enumerate(lines, start=1) if HERE in line]


def test_a_sound_profile_is_its_payer_and_its_rules(tmp_path: Path) -> None:
    """Every key of a profile arrives in the payer and its rules, with the place of each rule."""
    payer_more = 'states = ["IL"]\nncci = "medicaid"\nncci_cites = ["A-1"]\n'
    limit_more = limit(
        codes='["@group", "90849", "@individual"]',
        limit="2.5",
        window="{ rolling_days = 7 }",
        pool='"per-code"',
        in_force="{ from = 2013-02-01 }",
        verified="{ from = 2013-02-01, to = 2020-12-31 }",
        known="{ from = 2012-12-01 }",
        adjustment='{ group = "CO", carc = "119", rarc = ["N640"] }',
        when='{ setting = ["practitioner"], same_day = { codes = ["@individual"] } }',
    )
    read = profile(tmp_path, PAYER + payer_more + SOURCES + CODE_SETS + limit_more)
    individual = frozenset({"90832", "90834", "90837"})
    assert read.problems == ()
    assert read.name == "acme.toml"
    assert read.payer == Payer(
        id="acme",
        name="Acme Health",
        kind="commercial",
        states=("IL",),
        ncci="medicaid",
        ncci_citations=(MANUAL,),
    )
    assert read.rules == (
        FrequencyLimit(
            id="acme/one-per-day",
            codes=individual | {"90849", "90853"},
            limit=Decimal("2.5"),
            counts="units",
            window=Window.rolling(7),
            scope="member",
            pool="per-code",
            in_force=DateRange(date(2013, 2, 1)),
            verified=DateRange(date(2013, 2, 1), date(2020, 12, 31)),
            known=DateRange(date(2012, 12, 1)),
            adjustment=Adjustment(group="CO", carc="119", rarc=("N640",)),
            when=When(setting=frozenset({"practitioner"}), same_day=OtherLine(codes=individual)),
            citations=(MANUAL,),
            rationale="One session a day.",
        ),
    )
    assert read.rules[0].origin == Origin(plugin="acme-rules", file="acme.toml", line=21)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param(PAYER, "acme", id="sound"),
        pytest.param(PAYER.replace("commercial", "?"), "acme", id="another key is at fault"),
        pytest.param(PAYER.replace("acme", "?"), None, id="the id is at fault"),
        pytest.param("", None, id="no payer"),
    ],
)
def test_the_id_of_a_payer_is_known_if_it_can_be_read(
    tmp_path: Path, written: str, expected: str | None
) -> None:
    """The payer of a profile is known even if the rest of its table is wrong."""
    assert profile(tmp_path, written).payer_id == expected


def test_every_kind_of_rule_has_its_table(tmp_path: Path) -> None:
    """A profile may state each kind of rule, under the table that `KINDS` names."""
    text = """
[[same_day_combination]]
id = "individual-with-group"
first = ["@individual"]
second = ["@group"]
indicator = 1
bypass = ["59"]
scope = "rendering"
cites = ["A-1"]
rationale = "Group beside individual therapy needs modifier 59."

[[modifier_requirement]]
id = "video-needs-gt"
codes = ["@group"]
any_of = ["GT"]
cites = ["A-1"]
rationale = "Video carries GT."
"""
    read = profile(tmp_path, HEAD + text + limit())
    assert read.problems == ()
    assert [type(rule) for rule in read.rules] == [
        FrequencyLimit,
        ModifierRequirement,
        SameDayCombination,
    ]


def test_a_row_may_stand_in_several_documents(tmp_path: Path) -> None:
    """A source written as a list of tables gives a rule all of its documents under one row."""
    second = SOURCES.replace('"Manual"', '"Bulletin"').replace("primary", "secondary")
    both = (SOURCES + second).replace("[sources.A-1]", "[[sources.A-1]]")
    (rule,) = profile(tmp_path, PAYER + both + limit()).rules
    bulletin = attrs.evolve(MANUAL, title="Bulletin", confidence="secondary")
    assert rule.citations == (MANUAL, bulletin)


@given(first=st.integers(0, 9_999), more=st.integers(0, 9_999), letter=st.sampled_from("AJQV"))
@example(first=120, more=3_470, letter="J")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
def test_a_range_may_have_a_letter(tmp_path: Path, first: int, more: int, letter: str) -> None:
    """A letter before the digits, or after them, is that of all codes of the range."""
    last = min(first + more, 9_999)
    numbers = [f"{code:04}" for code in range(first, last + 1)]
    for before, after in ((letter, ""), ("", letter)):
        listed = f'["{before}{first:04}{after}-{before}{last:04}{after}"]'
        (rule,) = profile(tmp_path, HEAD + limit(id='"ranged"', codes=listed)).rules
        assert rule.meets == frozenset(f"{before}{number}{after}" for number in numbers)


@given(
    first=st.integers(0, 99_999),
    more=st.integers(0, 999),
    alone=st.sampled_from(["90853", "99202", "G0410"]),
)
@example(first=90_000, more=999, alone="G0410")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_range_stands_for_all_its_codes(
    tmp_path: Path, first: int, more: int, alone: str
) -> None:
    """A range is every code from its first to its last, in code sets and in all lists of codes."""
    last = min(first + more, 99_999)
    codes = frozenset({alone, *(f"{code:05}" for code in range(first, last + 1))})
    listed = f'["{first:05}-{last:05}", "{alone}"]'
    rules = [
        limit(
            id='"pooled"',
            codes=listed,
            pool=f"{{ types = {{ all = {listed} }} }}",
            when=f"{{ same_day = {{ codes = {listed} }}, history = [{{ codes = {listed} }}] }}",
        ),
        limit(id='"named"', codes='["@set"]'),
    ]
    head = f"{PAYER}{SOURCES}\n[code_sets]\nset = {listed}\n"
    read = profile(tmp_path, head + "".join(rules))
    assert read.problems == ()
    pooled, named = read.rules
    assert isinstance(pooled, FrequencyLimit)
    assert isinstance(named, FrequencyLimit)
    assert pooled.codes == named.codes == codes
    assert pooled.pool == ServiceTypes((("all", codes),))
    assert pooled.when == When(same_day=OtherLine(codes=codes), history=(EarlierLine(codes=codes),))


def test_columns_and_primaries_are_lists_of_codes_too(tmp_path: Path) -> None:
    """Ranges are read in both columns of a pair and among the primaries of an add-on code."""
    common = 'scope = "member"\ncites = ["A-1"]\nrationale = "As it is."\n'
    text = f"""
[[same_day_combination]]
id = "pair"
first = ["90846-90847"]
second = ["90832-90834"]
indicator = 0
{common}
[[add_on_code]]
id = "add-on"
codes = ["90785"]
primaries = ["90791-90792", "90853"]
{common}
"""
    read = profile(tmp_path, HEAD + text)
    assert read.problems == ()
    pair, add_on = read.rules
    assert isinstance(pair, SameDayCombination)
    assert isinstance(add_on, AddOnCode)
    assert pair.first == {"90846", "90847"}
    assert pair.second == {"90832", "90833", "90834"}
    assert add_on.primaries == {"90791", "90792", "90853"}


def test_a_hyphen_outside_a_list_of_codes_is_a_hyphen(tmp_path: Path) -> None:
    """Names of plans and programs keep their hyphens, even if they look like codes."""
    names = frozenset({"h1234-001", "gold-plan", "2024-25", "90832-90834"})
    listed = ", ".join(f'"{name}"' for name in sorted(names))
    declared = f"\n[vocabulary]\nplans = [{listed}]\n"
    read = profile(tmp_path, HEAD + declared + limit(when=f"{{ plan = [{listed}] }}"))
    assert read.problems == ()
    assert read.rules[0].when == When(plan=names)


def test_exceptions_are_tables_of_conditions(tmp_path: Path) -> None:
    """A profile lists the exceptions of a rule under `except`, with the keys of `when`."""
    listed = (
        '[{ modifier = ["HQ"] }, { place_of_service = ["12"], same_day = { codes = ["@group"] } }]'
    )
    read = profile(tmp_path, HEAD + limit(**{"except": listed}))
    assert read.problems == ()
    beside = OtherLine(codes=frozenset(["90853"]))
    assert read.rules[0].exceptions == (
        When(modifier=frozenset(["HQ"])),
        When(place_of_service=frozenset(["12"]), same_day=beside),
    )


@pytest.mark.parametrize(
    ("listed", "message"),
    [
        (
            '{ modifier = ["HQ"] }',
            "except is { modifier = ['HQ'] }, and a list belongs here. Write a list in square brackets: [{",
        ),
        ("[{ }]", "the exception states no condition"),
        ('[{ plan = ["goldd"] }]', "'goldd' is not a plan"),
        ('[{ modifiers = ["HQ"] }]', "unknown key 'modifiers'"),
    ],
)
def test_a_wrong_exception_is_reported(listed: str, message: str, tmp_path: Path) -> None:
    """Exceptions are checked as `when` is."""
    problems = profile(tmp_path, HEAD + limit(**{"except": listed})).problems
    assert message in "\n".join(map(str, problems))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{ on = 2026-11-23 }", DateRange(date(2026, 11, 23), date(2026, 11, 23))),
        ('"unknown"', "unknown"),
        ("{ from = 2026-11-23 }", DateRange(date(2026, 11, 23))),
    ],
)
def test_a_text_was_read_for_a_span_a_day_or_on_an_unknown_day(
    written: str, expected: object, tmp_path: Path
) -> None:
    """`verified` is a span, one day, or unknown."""
    read = profile(tmp_path, HEAD + limit(verified=written))
    assert read.problems == ()
    assert [rule.verified for rule in read.rules] == [expected]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("{ on = 2026 }", "verified.on is 2026"),
        ('{ on = "2026-11-23" }', "verified.on is '2026-11-23'"),
        ("{ on = 2026-11-23T10:00:00 }", "verified.on is"),
        ("{ on = 2026-11-23, to = 2026-11-24 }", "verified has to besides on"),
        ("{ at = 2026-11-23 }", "unknown key 'at'"),
        ("2026-11-23", "and a table belongs here"),
        ('"undated"', "verified is 'undated', and a table belongs here"),
        ('["unknown"]', "and a table belongs here"),
    ],
)
def test_verified_in_another_form_is_refused(written: str, message: str, tmp_path: Path) -> None:
    """What is no span, no day and not the word is one problem, on its line."""
    text = HEAD + limit(verified=f"{written} {HERE}")
    read = profile(tmp_path, text)
    ((where, messages),) = [(problem.where, problem.message) for problem in read.problems]
    assert ([where], message in messages) == (lines_reported(text), True), messages
    assert read.rules == ()


def test_a_code_that_ended_with_its_rule_is_sound(tmp_path: Path) -> None:
    """A rule that is not judged after the last day of its code may use it."""
    ended = '{ group = "CO", carc = "B5" }'
    ceased = limit(adjustment=ended, in_force="{ to = 2016-05-01 }")
    read_once = limit(id='"read"', adjustment=ended, verified="{ to = 2016-05-01 }")
    read = profile(tmp_path, HEAD + ceased + read_once)
    assert read.problems == ()
    assert [rule.adjustment for rule in read.rules] == [Adjustment(group="CO", carc="B5")] * 2


def test_the_codes_of_used_up_units_are_looked_at(tmp_path: Path) -> None:
    """Each adjustment of a rule is reported on its own line."""
    text = f"""
[[authorization_requirement]]
id = "authorized"
codes = ["90853"]
needs = ["authorization"]
adjustment = {{ group = "CO", carc = "197" }}
used_up = {{ group = "CO", carc = "B18" }} {HERE}
cites = ["A-1"]
rationale = "Sessions are authorized."
"""
    read = profile(tmp_path, HEAD + text)
    assert [problem.where for problem in read.problems] == lines_reported(HEAD + text)
    assert read.rules == ()


@pytest.mark.parametrize(
    "absurd",
    [
        f"b{'.b' * 450} = 1",
        f"b = {'[' * 700}{']' * 700}",
        f"b = 0x{'F' * 4300}",
        f"b = {{ c{'.c' * 450} = 1 }}",
    ],
)
def test_absurd_content_is_one_problem(tmp_path: Path, absurd: str) -> None:
    """Absurd content is reported once with its line, to every caller, and raises nothing."""
    text = f"x = 1\n{absurd}\n{HEAD}{limit()}"
    read = profile(tmp_path, text)
    assert [problem.where for problem in read.problems] == ["acme.toml:2"]
    assert check_profile(tmp_path / "acme.toml", "acme-rules")[0] == read.problems


@pytest.mark.parametrize(
    "place", ["codes", "when", "window", "in_force", "pool", "adjustment", "cites"]
)
def test_what_is_nested_in_the_wrong_place_is_reported(tmp_path: Path, place: str) -> None:
    """At every depth that a file may have, a value in the wrong place is a problem of its key."""
    deep = f"{'[' * 35}{']' * 35}"
    for value in (deep, f"{{ types = {{ a = {deep} }} }}", f"[{{ codes = {deep} }}]"):
        read = profile(tmp_path, HEAD + limit(**{place: f"{value} {HERE}"}))
        assert {problem.where for problem in read.problems} == {
            *lines_reported(HEAD + limit(**{place: HERE}))
        }


def test_editions_of_one_rule_may_follow_one_another(tmp_path: Path) -> None:
    """Two rules of one id whose dates do not overlap are two editions of one fact."""
    editions = limit(in_force="{ to = 2020-12-31 }") + limit(in_force="{ from = 2021-01-01 }")
    read = profile(tmp_path, HEAD + editions)
    assert read.problems == ()
    assert [rule.id for rule in read.rules] == ["acme/one-per-day"] * 2


def numbered() -> dict[str, tuple[str, str, str]]:
    """The wrong rules, each under an id of its own."""
    return {
        name: (text.replace('"one-per-day"', f'"rule-{at}"'), message, remedy)
        for at, (name, (text, message, remedy)) in enumerate(FAULTY_RULES.items())
    }


@pytest.mark.parametrize(("text", "message", "remedy"), FAULTY_RULES.values(), ids=FAULTY_RULES)
def test_a_wrong_rule_is_reported(tmp_path: Path, text: str, message: str, remedy: str) -> None:
    """A wrong rule is one problem: file and line, what is wrong, what to do; it is left out."""
    sound = limit(id='"sound"')
    read = profile(tmp_path, HEAD + text + sound)
    (problem,) = read.problems
    assert [problem.where] == lines_reported(HEAD + text)
    assert message in problem.message
    assert remedy in problem.remedy
    assert [rule.id for rule in read.rules] == ["acme/sound"]
    assert read.payer is not None


def test_each_problem_of_a_profile_has_a_code(tmp_path: Path) -> None:
    """Problems of rules, and of files that are no profile, have a code each."""
    texts = ["".join([HEAD, *(text for text, _, _ in numbered().values())])]
    texts += [text for text, *_ in FAULTY_FILES.values()]
    for text in texts:
        problems = profile(tmp_path, text).problems
        assert problems != ()
        assert [str(problem) for problem in problems if not problem.code] == []


def test_all_problems_of_a_file_are_reported_at_once(tmp_path: Path) -> None:
    """A file with every wrong rule reports all of them in the order of lines, and gives the rest."""
    text = HEAD + "".join(text for text, _, _ in numbered().values()) + limit(id='"sound"')
    read = profile(tmp_path, text)
    assert [problem.where for problem in read.problems] == lines_reported(text)
    for problem, (_, message, remedy) in zip(read.problems, FAULTY_RULES.values(), strict=True):
        assert message in problem.message
        assert remedy in problem.remedy
    assert [rule.id for rule in read.rules] == ["acme/sound"]


def test_all_problems_of_a_rule_are_reported_at_once(tmp_path: Path) -> None:
    """Unknown names neither hide other problems of a rule nor invent any."""
    text = f"""
[[same_day_combination]] {HERE}
id = "Pair" {HERE}
first = ["@one"] {HERE}
second = ["@other"] {HERE}
indicator = 7 {HERE}
cites = [] {HERE}
rationale = "A pair."
"""
    read = profile(tmp_path, HEAD + text)
    assert [problem.where for problem in read.problems] == lines_reported(HEAD + text)
    assert read.rules == ()


@pytest.mark.parametrize(
    ("text", "message", "remedy", "payer", "rules"), FAULTY_FILES.values(), ids=FAULTY_FILES
)
def test_a_wrong_file_is_reported(
    tmp_path: Path, text: str, message: str, remedy: str, payer: bool, rules: int
) -> None:
    """A problem outside of a rule is reported once, and costs only the rules that depend on it."""
    read = profile(tmp_path, text)
    (problem,) = read.problems
    assert [problem.where] == lines_reported(text)
    assert message in problem.message
    assert remedy in problem.remedy
    assert (read.payer is not None) is payer
    assert len(read.rules) == rules


def test_a_bad_element_keeps_its_line_beside_a_code_set(tmp_path: Path) -> None:
    """An element after a code set in a list is reported on its own line."""
    codes = f'[\n"@individual",\n"90853",\n90846, {HERE}\n]'
    text = HEAD + limit(codes=codes)
    (problem,) = profile(tmp_path, text).problems
    assert [problem.where] == lines_reported(text)


def test_a_profile_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    """A file that cannot be read is a problem, and not an exception."""
    missing = tmp_path / "missing.toml"
    read = read_profile(missing, "acme-rules")
    assert (read.name, read.payer, read.rules, len(read.problems)) == ("missing.toml", None, (), 1)
    assert check_profile(missing, "acme-rules") == (read.problems, ())


def test_checking_states_where_another_reader_would_differ(tmp_path: Path) -> None:
    """`check_profile` keeps problems apart from what only the ``toml`` package misreads."""
    path = tmp_path / "acme.toml"
    path.write_text(HEAD + limit(), encoding="utf-8")
    assert check_profile(path, "acme-rules") == ((), ())
    path.write_text(HEAD + limit(limit="-1", plan="1"), encoding="utf-8")
    assert len(check_profile(path, "acme-rules")[0]) == 2
    path.write_text(HEAD + limit(codes='["90853",\n  # two\n  "90849"]'), encoding="utf-8-sig")
    problems, remarks = check_profile(path, "acme-rules")
    assert problems == ()
    assert len(remarks) > 0
    assert read_profile(path, "acme-rules").problems == ()


def test_the_profiles_of_a_folder_are_sorted_and_not_looked_for_deeper(tmp_path: Path) -> None:
    """Only TOML files directly in the folder are profiles; cases live in folders below."""
    for name in ("b.toml", "a.toml", "notes.md", "cases/c.cases.toml", "d.toml/e.toml"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    assert [path.name for path in profile_files(tmp_path)] == ["a.toml", "b.toml"]


RULES: Final = tuple(limit(id=f'"rule-{at}"', limit=str(at)) for at in range(5))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(RULES))
def test_the_order_of_the_rules_states_nothing(tmp_path: Path, order: list[str]) -> None:
    """However its rules are ordered, a profile states the same facts."""
    read = profile(tmp_path, HEAD + "".join(order))
    assert read.problems == ()
    assert sorted(read.rules, key=lambda rule: rule.id) == list(
        profile(tmp_path, HEAD + "".join(RULES)).rules
    )


VALUES: Final = (
    *("1", "-1", "1.5", "true", "[]", "{}", '""', '"x"', '"none"', '"@"', "2024-08-15"),
    *('["@x"]', "[1]", "[[]]", "[{}]", "{ a = 1 }", "inf", "10:00:00", "[["),
)
WHOLE: Final = HEAD + limit(when='{ place_of_service = ["02"] }', in_force="{ from = 2020-01-01 }")
KEYS: Final = [at for at, line in enumerate(WHOLE.splitlines()) if " = " in line]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES), max_size=4))
def test_no_content_raises(tmp_path: Path, changes: dict[int, str]) -> None:
    """Any profile is read into rules and problems, each with file and line."""
    lines = WHOLE.splitlines()
    for at, value in changes.items():
        lines[at] = f"{lines[at].partition(' = ')[0]} = {value}"
    read = profile(tmp_path, "\n".join(lines))
    assert all(re.fullmatch(r"acme\.toml:\d+", problem.where) for problem in read.problems)
    assert read.problems or len(read.rules) == 1


SOUND_ROW = '"A-2" = { topic = "filing", why = "An index." }\n'


def _left_out(folder: Path, text: str) -> tuple[tuple[LeftOut, ...], list[str]]:
    (folder / "left-out.toml").write_text(text, encoding="utf-8")
    rows, problems = left_out_in(folder)
    return rows, [str(problem) for problem in problems]


def test_what_is_left_out_is_read_by_payer_and_row(tmp_path: Path) -> None:
    """A reason is of a whole row, or of the rest of one; a folder without the file leaves out none."""
    assert left_out_in(tmp_path) == ((), ())
    text = (
        '[b]\n"B-2" = { topic = "session", why = "From memory." }\n'
        '"B-1" = { topic = "place", rest = "No code." }\n'
        '[a]\n"A-1" = { topic = "filing", why = "An index." }\n'
    )
    assert _left_out(tmp_path, text) == (
        (
            LeftOut("a", "A-1", "filing", "An index."),
            LeftOut("b", "B-1", "place", "No code.", is_rest=True),
            LeftOut("b", "B-2", "session", "From memory."),
        ),
        [],
    )
    assert profile_files(tmp_path) == []


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (f'[a]\n"A-1" = ""\n{SOUND_ROW}', "left-out.toml:2: "),
        (f'[a]\n"A-1" = "An index."\n{SOUND_ROW}', "left-out.toml:2: "),
        (f'[a]\n"A-1" = 3\n{SOUND_ROW}', "left-out.toml:2: "),
        (f'[a]\n{SOUND_ROW}"A-1" = {{ topic = "place", rst = "x" }}\n', "left-out.toml:3: "),
        (f'[a]\n{SOUND_ROW}"A-1" = {{ topic = "place", why = " " }}\n', "left-out.toml:3: "),
        (f'[a]\n{SOUND_ROW}"A-1" = {{ topic = "plac", why = "x" }}\n', "left-out.toml:3: "),
        (f'[a]\n{SOUND_ROW}"A-1" = {{ why = "x" }}\n', "left-out.toml:3: "),
        (f"a = 3\n[b]\n{SOUND_ROW}", "left-out.toml:1: "),
    ],
)
def test_a_row_without_a_reason_is_reported_and_the_others_stand(
    tmp_path: Path, text: str, where: str
) -> None:
    """What gives no reason is one problem, with its line; the sound rows are read."""
    rows, problems = _left_out(tmp_path, text)
    assert [row.row for row in rows] == ["A-2"]
    (problem,) = problems
    assert problem.startswith(where)


def test_what_is_no_toml_leaves_out_nothing(tmp_path: Path) -> None:
    """A file that cannot be read is one problem, in the registry too, and the profiles are kept."""
    rows, (problem,) = _left_out(tmp_path, "[a\n")
    assert rows == ()
    (result,) = load(profiles=[tmp_path]).problems
    assert str(result) == f"{tmp_path}/{problem}"


@pytest.mark.parametrize("code", ["B5", "B6", "B17", "B18", "M63"])
def test_a_denial_code_that_has_ended_is_refused_with_its_line(tmp_path: Path, code: str) -> None:
    """A rule in force today cannot have a code that has ended."""
    message = '{ group = "CO", carc = "119", rarc = ["M86"] }'
    ended = message.replace("M86" if code.startswith("M") else "119", code)
    text = (
        f"{PAYER}{SOURCES}\n[[coverage]]\nid = 'excluded'\ncodes = ['90853']\n"
        f"adjustment = {message}\ncites = ['A-1']\nrationale = 'It is not covered.'\n"
    )
    file = tmp_path / "acme.toml"
    file.write_text(text, encoding="utf-8")
    assert len(read_profile(file, "profiles").rules) == 1
    file.write_text(text.replace(message, ended), encoding="utf-8")
    profile = read_profile(file, "profiles")
    assert profile.rules == ()
    (problem,) = profile.problems
    line = text[: text.index("adjustment")].count("\n") + 1
    assert str(problem).startswith(f"acme.toml:{line}: ")
    assert f"{code!r} ended " in problem.message


def test_a_profile_states_topics_that_have_no_rule(tmp_path: Path) -> None:
    """A statement names codes, by sets too, and the rows of the text that was read, or what is not."""
    text = TOPIC_PROFILE + (
        '[[topics.frequency]]\ncodes = ["@group"]\nnone = { cites = ["S"] }\n'
        "verified = { on = 2024-08-15 }\n"
        '[[topics.session]]\ncodes = ["90791-90792"]\nunread = "An index of policies."\n'
    )
    read = profile(tmp_path, text)
    assert read.problems == ()
    assert read.payer is not None
    frequency, session = read.payer.topics
    assert (frequency.topic, frequency.codes) == ("frequency", frozenset(["90849", "90853"]))
    assert [citation.row for citation in frequency.none] == ["S"]
    assert (session.unread, session.codes) == (
        "An index of policies.",
        frozenset(["90791", "90792"]),
    )


def test_a_profile_states_that_a_text_was_read_on_all_topics(tmp_path: Path) -> None:
    """A statement about all topics is one about each, of all codes if it names none."""
    text = '[[topics.all]]\nnone = { cites = ["S"] }\nverified = { from = 2024-01-01 }\n'
    payer = profile(tmp_path, TOPIC_PROFILE + text).payer
    assert payer is not None
    assert [statement.topic for statement in payer.topics] == list(TOPICS)
    assert all(statement.speaks_of("90791") for statement in payer.topics)


@pytest.mark.parametrize(("text", "named"), WRONG_TOPICS)
def test_a_wrong_statement_of_a_topic_is_reported_with_its_place(
    tmp_path: Path, text: str, named: str
) -> None:
    """Misspelled topics, keys, sets and rows are reported with the right word, and none is used."""
    read = profile(tmp_path, TOPIC_PROFILE + text)
    assert read.payer is not None
    assert read.payer.topics == ()
    assert any(named in str(problem) for problem in read.problems)
    assert all(problem.where.startswith("acme.toml:") for problem in read.problems)
