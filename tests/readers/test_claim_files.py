"""Laws of reading claims: the values, the defaults, and the problems of a broken file."""

from __future__ import annotations

import json
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Final, cast

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payer_rules.claims import Member, Provider, ServiceLine, Session
from payer_rules.errors import Problem
from payer_rules.history import History, HistoryLine
from payer_rules.readers import (
    FiledClaim,
    claims_of,
    json_documents,
    read_claims,
    read_history_document,
)
from payer_rules.toml_files import document

CLAIM: Final = """\
[claim]
id = "C1"
member = { id = "M1", birth_date = 1980-05-01 }
billing_provider = { npi = "1234567893" }
"""
LINE: Final = """\
[[claim.lines]]
code = "90853"
date = 2024-08-15
"""
SOUND: Final = CLAIM + LINE
EARLIER: Final = """\
[[history]]
claim = "C0"
code = "90853"
date = 2024-08-12
"""
DAY: Final = date(2024, 8, 15)
CLINIC: Final = Provider(npi="1234567893")
THERAPIST: Final = Provider(npi="1000000004", profession="lcsw")
FORMS: Final = "Write one claim as [claim], several as [[claims]]."


def read(text: str) -> tuple[tuple[FiledClaim, ...], tuple[Problem, ...]]:
    """The claims and problems of a text in TOML."""
    return claims_of(document.parse(text.encode(), "c.toml"))


def sound(text: str) -> FiledClaim:
    """The one claim of a text that has no problem."""
    (filed,), problems = read(text)
    assert problems == ()
    return filed


def problems_of(text: str) -> list[str]:
    """The problems of a text, as a person reads them; no claim is read from it."""
    filed, problems = read(text)
    assert filed == ()
    return [str(problem) for problem in problems]


def test_claim_is_read_with_its_defaults() -> None:
    """Place and rendering provider of the claim are those of each line that names none."""
    filed = sound(
        CLAIM
        + 'place_of_service = "11"\n'
        + 'rendering_provider = { npi = "1000000004", profession = "lcsw" }\n'
        + LINE
        + 'session = { start = 10:00:00, group_size = 8, documented = ["topic"] }\n'
        + LINE
        + 'place_of_service = "10"\nrendering_provider = { npi = "1000000012" }\nnumber = 7\n'
        + '[[claim.lines]]\ncode = "90834"\ndate_from = 2024-08-15\ndate_to = 2024-08-16\n'
    )
    session = Session(start=time(10), group_size=8, documented=frozenset(["topic"]))
    here = ServiceLine(
        code="90853", date_from=DAY, place_of_service="11", rendering_provider=THERAPIST
    )
    elsewhere = attrs.evolve(
        here, number=7, place_of_service="10", rendering_provider=Provider(npi="1000000012")
    )
    assert filed.claim.lines == (
        attrs.evolve(here, session=session),
        elsewhere,
        attrs.evolve(here, number=3, code="90834", date_to=date(2024, 8, 16)),
    )
    assert filed.claim.id == "C1"
    assert filed.claim.member == Member(id="M1", birth_date=date(1980, 5, 1))
    assert filed.claim.billing_provider == CLINIC
    assert (filed.history, filed.file, filed.number) == (None, "c.toml", 1)


@pytest.mark.parametrize(
    ("text", "history"),
    [
        (SOUND, None),
        ("history = []\n" + SOUND, History()),
        (
            "history = []\nhistory_covers = { from = 2024-01-01 }\n" + SOUND,
            History(covers_from=date(2024, 1, 1)),
        ),
        (
            'history = []\nhistory_covers = { providers = "billing" }\n' + SOUND,
            History(covers_billing="1234567893"),
        ),
        (
            'history = []\nhistory_covers = { providers = "any" }\n' + SOUND,
            History(),
        ),
    ],
)
def test_history_says_what_it_covers(text: str, history: History | None) -> None:
    """No history is not known, an empty one known to be empty, and a given one is complete."""
    assert sound(text).history == history


@pytest.mark.parametrize(
    ("claim", "line", "billing", "rendering"),
    [
        ("", "", CLINIC, CLINIC),
        ('rendering_provider = { npi = "1000000002" }\n', "", CLINIC, Provider(npi="1000000002")),
        (
            'rendering_provider = { npi = "1000000002" }\n',
            'rendering_provider = { npi = "1000000003" }\n',
            CLINIC,
            Provider(npi="1000000003"),
        ),
        (
            'rendering_provider = { npi = "1000000002" }\n',
            'billing_provider = { npi = "1000000004" }\n',
            Provider(npi="1000000004"),
            Provider(npi="1000000004"),
        ),
    ],
)
def test_history_line_has_the_claims_member_and_providers(
    claim: str, line: str, billing: Provider, rendering: Provider
) -> None:
    """A line of the history that names no member or provider has the claim's, and one unit."""
    history = sound(CLAIM + claim + LINE + EARLIER + line).history
    assert history == History(
        lines=[
            HistoryLine(
                claim="C0",
                member="M1",
                code="90853",
                date_from=date(2024, 8, 12),
                billing_provider=billing,
                rendering_provider=rendering,
            )
        ]
    )


NUMBERED: Final = EARLIER + 'number = 1\nstatus = "paid"\n'


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (SOUND + EARLIER + 'status = "payed"\n', 12, "'payed'"),
        (
            CLAIM + "received = 2024-08-20\n" + LINE + EARLIER.replace("08-12", "08-21"),
            12,
            "the line is of 2024-08-21, and the claim was received on 2024-08-20",
        ),
        (
            SOUND + NUMBERED + NUMBERED.replace("paid", "denied"),
            14,
            "line 1 of claim C0 is listed twice with different values",
        ),
    ],
)
def test_a_history_that_cannot_be_is_refused(text: str, line: int, message: str) -> None:
    """An unknown status, a line later than the decision and two accounts of one line are problems."""
    (problem,) = problems_of(text)
    assert problem.startswith(f"c.toml:{line}")
    assert message in problem


def test_a_line_that_stands_twice_counts_once() -> None:
    """Two equal lines of one number are one line; without a number they are two services."""
    history = sound(SOUND + NUMBERED + NUMBERED).history
    assert history is not None
    assert len(history.lines) == 1
    history = sound(SOUND + EARLIER + EARLIER).history
    assert history is not None
    assert len(history.lines) == 2


def test_a_history_says_whose_lines_it_covers() -> None:
    """All lines of a rendering provider are covered, over all members, where that is written."""
    covers = 'history = []\nhistory_covers = { rendering = "1000000004" }\n'
    assert sound(covers + SOUND).history == History(covers_rendering="1000000004")


def test_a_history_stands_in_a_file_of_its_own(tmp_path: Path) -> None:
    """Its lines name their members; problems are reported with their lines."""
    path = tmp_path / "history.toml"
    path.write_text(EARLIER + 'member = "M1"\n')
    store, problems = read_history_document(path)
    assert not problems
    assert store is not None
    assert [line.member for line in store.lines] == ["M1"]
    path.write_text('history_covers = { providers = "billing" }\n' + EARLIER)
    store, problems = read_history_document(path)
    assert store is None
    assert [problem.where for problem in problems] == ["history.toml:1", "history.toml:2"]


def test_history_line_names_a_member_of_its_own() -> None:
    """A line of the history may be another member's."""
    history = sound(SOUND + EARLIER + 'member = "M2"\nstatus = "paid"\npaid_units = 1\n').history
    assert history is not None
    (line,) = history.lines
    assert (line.member, line.status, line.paid_units) == ("M2", "paid", Decimal(1))


@pytest.mark.parametrize(
    ("second", "rendering"), [("1000000002", "1000000002"), ("1000000003", None)]
)
def test_rendering_provider_of_the_history_is_not_guessed(
    second: str, rendering: str | None
) -> None:
    """An earlier line was rendered by the provider that all lines of the claim name, if any."""
    lines = [LINE + f'rendering_provider = {{ npi = "{npi}" }}\n' for npi in ("1000000002", second)]
    history = sound(CLAIM + "".join(lines) + EARLIER).history
    assert history is not None
    who = history.lines[0].rendering_provider
    assert (who.npi if who else None) == rendering


@pytest.mark.parametrize(
    ("line", "messages"),
    [
        (
            'code = "908533"\ndate = 2024-08-15',
            [
                "6: a text of 6 characters is not a procedure code. "
                "A code has five digits or capital letters, such as '90853' or 'G0410'."
            ],
        ),
        (
            'code = "90853"\ndate = 2024-08-15\nmodifiers = ["59", "25", "95", "XS", "GT"]',
            [
                "8: the line has 5 modifiers. A service line carries at most 4.",
            ],
        ),
        (
            'code = "90853"\ndate = 2024-08-15\nunits = -1',
            ["8: the line has -1 units. Write a number of units above 0."],
        ),
        (
            'code = "90853"\ndate_from = 2024-08-15\ndate_to = 2024-08-14',
            [
                "8: the line ends before it starts. "
                "Write the first day in date_from and the last in date_to."
            ],
        ),
        (
            'code = "90853"\ndate = 2024-08-15\ndate_from = 2024-08-15\ndate_to = 2024-08-15',
            [
                "7: date is given together with date_from and date_to. "
                "Write date for one day, date_from and date_to for several."
            ],
        ),
        (
            'code = "90853"\ndate = 2024-08-15\ndate_to = 2024-08-15',
            [
                "7: date is given together with date_to. "
                "Write date for one day, date_from and date_to for several."
            ],
        ),
        ('code = "90853"', ["5: the key 'date' is missing. Add date = …"]),
        (
            'code = "90853"\ndate_to = 2024-08-15',
            ["5: the key 'date_from' is missing. Add date_from = …"],
        ),
        (
            'code = "90853"\ndate = "15.8.2024"',
            [
                "7: expected a date such as 2024-08-15, not a text of 9 characters. "
                "Write a date such as 2024-08-15."
            ],
        ),
        (
            'code = "90853"\ndate_from = 15',
            ["7: expected a date such as 2024-08-15, not 15. Write a date such as 2024-08-15."],
        ),
        (
            'code = "90853"\ndat = 2024-08-15\ndate = 2024-08-15',
            ["7: unknown key 'dat'. Did you mean 'date'?"],
        ),
        (
            'code = "9085"\ndate = 2024-08-15\nmodifiers = "59"\nunits = 0\nsesion = 1',
            [
                "6: '9085' is not a procedure code. "
                "A code has five digits or capital letters, such as '90853' or 'G0410'.",
                "8: modifiers is the string '59', and a list belongs here. Write [\"59\"].",
                "9: the line has 0 units. Write a number of units above 0.",
                "10: unknown key 'sesion'. Did you mean 'session'?",
            ],
        ),
        ("units = 1\ndate = 2024-08-15", ["5: the key 'code' is missing. Add code = …"]),
    ],
)
def test_problems_of_a_line_are_reported_at_once(line: str, messages: list[str]) -> None:
    """Each invalid value of a service line is reported with its line, all at once."""
    expected = [f"c.toml:{message}" for message in messages]
    assert problems_of(f"{CLAIM}[[claim.lines]]\n{line}\n") == expected


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("", [f"1: the file has no claim. {FORMS}"]),
        (
            "name = 1\n",
            ["1: unknown key 'name'. Known here: claim, claims, history, history_covers."],
        ),
        ("cliam = 1\n", ["1: unknown key 'cliam'. Did you mean 'claim'?"]),
        (f"{SOUND}[[claims]]\n", [f"8: the file has claim and claims. {FORMS}"]),
        ("[[claim]]\n", [f"1: claim is a list, and one table belongs here. {FORMS}"]),
        ("[claims]\nid = 1\n", [f"1: claims is a table, and a list belongs here. {FORMS}"]),
        (
            "claims = [3]\n",
            ["1: the claim is 3, and a table belongs here. Write keys with their values."],
        ),
        (
            "claim = 3\n",
            ["1: the claim is 3, and a table belongs here. Write keys with their values."],
        ),
        (
            "claims = []\nhistory = []\nhistory_covers = {}\n",
            [
                "2: history is given for several claims at once. "
                "Write claims.history into the claim that it belongs to.",
                "3: history_covers is given for several claims at once. "
                "Write claims.history_covers into the claim that it belongs to.",
            ],
        ),
        (
            '[claim]\nid = "C1"\nbilling_provider = { npi = "1000000001" }\n' + LINE,
            ["1: the key 'member' is missing. Add member = …"],
        ),
        (
            CLAIM + "diagnosis = []\nlines = 1\n",
            [
                "5: unknown key 'diagnosis'. Did you mean 'diagnoses'?",
                "6: lines is 1, and a list belongs here. Write a list in square brackets.",
            ],
        ),
        (CLAIM, ["1: the key 'lines' is missing. Add lines = …"]),
        (
            CLAIM + "lines = []\n",
            ["5: the claim has no service line. Write at least one line."],
        ),
        (CLAIM + "lines = [1]\n", ["5: lines is 1, and a table belongs here. Write a table with"]),
        (
            CLAIM + LINE + "number = 2\n" + LINE + 'units = "x"\n' + LINE + "number = 2\n",
            [
                "9: line number 2 is used twice. ",
                "12: expected a number, not 'x'. ",
                "16: line number 2 is used twice. ",
            ],
        ),
        (
            CLAIM + LINE + "number = 0\n" + LINE + "number = 0\n",
            [
                "8: the line number is 0. Count lines from 1.",
                "12: the line number is 0. Count lines from 1.",
            ],
        ),
        (
            CLAIM + "place_of_service = 11\nrendering_provider = { nip = 1 }\n" + LINE + LINE,
            [
                "5: expected a text in quotes, not 11. Write a text in quotes.",
                "6: unknown key 'nip'. Did you mean 'npi'?",
                "6: the key 'npi' is missing. Add npi = …",
            ],
        ),
        (
            CLAIM
            + 'setting = "Practitionerr"\ncontractor = "NGSS"\nnetwork = "inn"\n'
            + 'state = "Ilinois"\nline_of_business = "medicare advanced"\n'
            + LINE
            + 'modality = "Videoo"\nunits = "x"\n',
            [
                "5: 'Practitionerr' is not a setting. Did you mean 'practitioner'?",
                "6: 'NGSS' is not a Medicare contractor (MAC). Did you mean 'ngs'?",
                "7: 'inn' is not a network. Did you mean 'in-network'?",
                "8: 'Ilinois' is not a state. Did you mean 'IL'?",
                "9: 'medicare advanced' is not a line of business. ",
                "13: 'Videoo' is not a modality. Did you mean 'video'?",
                "14: expected a number, not 'x'. ",
            ],
        ),
        (
            "history = 1\n" + SOUND,
            ["1: history is 1, and a list belongs here. Write [[history]] for each line, or []."],
        ),
        ("history = [1]\n" + SOUND, ["1: a line of the history is 1, and a table belongs here. "]),
        (
            "history_covers = { form = 1 }\n" + SOUND,
            [
                "1: history_covers is written, and no history. "
                "Write history = [] if there is known to be none.",
                "1: unknown key 'form'. Did you mean 'from'?",
            ],
        ),
        (
            CLAIM
            + LINE
            + 'units = "x"\n'
            + EARLIER
            + 'status = "piad"\nunits = 2\npaid_units = 3\n',
            [
                "8: expected a number, not 'x'. Write a number.",
                "13: status is 'piad'. Did you mean 'paid'?",
                "15: 3 of 2 units were paid. Write a number from 0 to the units billed.",
            ],
        ),
        (
            SOUND + '[[history]]\ncode = "90853"\ndate = 2024-08-12\ndate_to = 2024-08-12\n',
            [
                "8: the key 'claim' is missing. Add claim = …",
                "10: date is given together with date_to. "
                "Write date for one day, date_from and date_to for several.",
            ],
        ),
    ],
)
def test_problems_of_a_file_are_reported_at_once(text: str, messages: list[str]) -> None:
    """Every invalid value of a file is reported with its line, in the order of the file."""
    problems = problems_of(text)
    for problem, message in zip(problems, messages, strict=True):
        assert problem.startswith(f"c.toml:{message}"), problems


def test_sound_claims_among_broken_ones_are_read() -> None:
    """A broken claim is reported, and the others of the file are read, each with its number."""
    one = SOUND.replace("[claim]", "[[claims]]").replace("[[claim.lines", "[[claims.lines")
    broken = one.replace("90853", "9085")
    filed, problems = read(one + broken + one.replace("C1", "C3") + "[[claims.history]]\n")
    assert [(item.claim.id, item.number) for item in filed] == [("C1", 1)]
    assert [problem.where for problem in problems] == ["c.toml:13", *["c.toml:22"] * 3]
    filed, problems = read(broken + one)
    assert [(item.claim.id, item.number) for item in filed] == [("C1", 2)]
    assert len(problems) == 1


def test_several_claims_have_histories_of_their_own() -> None:
    """Each of several claims has the history in its own table, or none that is known."""
    one = SOUND.replace("[claim]", "[[claims]]").replace("[[claim.lines", "[[claims.lines")
    earlier = EARLIER.replace("[[history", "[[claims.history")
    filed, problems = read(one + earlier + one)
    assert problems == ()
    lengths = [None if item.history is None else len(item.history.lines) for item in filed]
    assert lengths == [1, None]


def test_keys_of_other_readers_are_left_to_them() -> None:
    """Keys that a caller names in addition to the claim are no problems."""
    parsed = document.parse(("name = 1\nexpect.acme = 2\n" + SOUND).encode(), "s.toml")
    filed, problems = claims_of(parsed, also=frozenset(["name", "expect"]))
    assert (len(filed), problems) == (1, ())


def test_file_that_is_no_document_is_a_problem(tmp_path: Path) -> None:
    """A file that cannot be read gives no claim and one problem, and no exception."""
    file = tmp_path / "c.json"
    file.write_text("{")
    read_file = read_claims(file, name="claims/c.json")
    assert read_file.claims == ()
    assert [problem.where for problem in read_file.problems] == ["claims/c.json:1"]


def test_json_problems_name_their_lines(tmp_path: Path) -> None:
    """An invalid value of a JSON file is reported with its line, as in TOML."""
    file = tmp_path / "c.json"
    file.write_text(
        '{"claim": {"id": "C1",\n"member": {"id": "M1"},\n"billing_provider": {"npi": "1000000001"},\n'
        '"lines": [\n{"code": "90853", "date": "2024-08-15"},\n'
        '{"code": "90853",\n "date": "x"}]}}'
    )
    assert [str(problem) for problem in read_claims(file).problems] == [
        "c.json:7: expected a date such as 2024-08-15, not 'x'. Write a date such as 2024-08-15."
    ]


DAYS: Final = st.dates(date(2024, 1, 1), date(2024, 12, 31))
NPIS: Final = st.fixed_dictionaries(
    {"npi": st.sampled_from(["1000000001", "1000000002"])},
    optional={"profession": st.sampled_from(["lcsw", "lpc"])},
)
LINES: Final = st.fixed_dictionaries(
    {"code": st.sampled_from(["90853", "90834"]), "date": DAYS},
    optional={
        "units": st.decimals("0.01", 20, places=2),
        "modifiers": st.lists(st.sampled_from(["59", "GT"]), unique=True),
        "rendering_provider": NPIS,
        "session": st.just("none")
        | st.fixed_dictionaries(
            {}, optional={"start": st.times().map(lambda t: t.replace(fold=0))}
        ),
    },
)
EARLIER_LINES: Final = st.fixed_dictionaries(
    {"claim": st.sampled_from(["C0", "C9"]), "code": st.just("90853"), "date": DAYS},
    optional={"status": st.sampled_from(["paid", "denied"]), "billing_provider": NPIS},
)
CLAIMS: Final = st.fixed_dictionaries(
    {
        "id": st.text(st.characters(codec="utf-8"), max_size=4).map(str.strip).filter(bool),
        "member": st.fixed_dictionaries({"id": st.just("M1")}, optional={"birth_date": DAYS}),
        "billing_provider": NPIS,
        "lines": st.lists(LINES, min_size=1, max_size=3),
    },
    optional={
        "place_of_service": st.just("11"),
        "rendering_provider": NPIS,
        "diagnoses": st.lists(st.just("F33.1"), max_size=1),
        "history": st.lists(EARLIER_LINES, max_size=3),
    },
)


def in_toml(value: object) -> str:
    """The value as TOML, in one line."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {in_toml(item)}' for key, item in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(in_toml, value))}]"
    if isinstance(value, str):
        # JSON escapes all that TOML must, but for one control character.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    return value.isoformat() if isinstance(value, date | time) else str(value)


@given(st.lists(CLAIMS, max_size=3))
def test_toml_and_json_are_twins(claims: list[object]) -> None:
    """The same keys in TOML and JSON give equal claims with equal histories."""
    toml = document.parse(f"claims = {in_toml(claims)}".encode(), "c")
    text = json.dumps({"claims": claims}, default=str)
    filed, problems = claims_of(toml)
    assert problems == ()
    assert (filed, problems) == claims_of(json_documents.parse(text.encode(), "c"))
    assert [item.claim.id for item in filed] == [
        cast("dict[str, object]", claim)["id"] for claim in claims
    ]
