"""A sound profile, and the ways in which one may be wrong: what is reported, and what to do."""

from __future__ import annotations

from typing import Final

PAYER: Final = """
[payer]
id = "acme"
name = "Acme Health"
kind = "commercial"
"""
SOURCES: Final = """
[sources.A-1]
title = "Manual"
url = "https://example.org/manual"
read = 2024-07-01
confidence = "primary"
"""
CODE_SETS: Final = """
[code_sets]
individual = ["90832", "90834", "90837"]
group = ["90853"]
"""
HEAD: Final = PAYER + SOURCES + CODE_SETS
#: The problem is reported on the line with this comment.
HERE: Final = "# here"


def limit(**changes: str) -> str:
    """A sound frequency limit in TOML, with the changes; a key that is made empty is left out."""
    keys = {
        "id": '"one-per-day"',
        "codes": '["90853"]',
        "limit": "1",
        "counts": '"units"',
        "window": '"day"',
        "scope": '"member"',
        "cites": '["A-1"]',
        "rationale": '"One session a day."',
    }
    written = [f"{key} = {value}" for key, value in {**keys, **changes}.items() if value]
    # NOTE: what is left out has no line of its own; it is reported on the line of its table.
    header = "[[frequency_limit]]" + (f" {HERE}" if "" in changes.values() else "")
    return "\n".join(["", header, *written, ""])


RANGE: Final = "A range is two codes that differ in digits alone: '99202-99239', 'J0120-J3590'."
NO_CODE: Final = "A code has five digits or capital letters, such as '90853' or 'G0410'."
#: Rules that are wrong: the table, what is reported about it, and what to do.
FAULTY_RULES: Final = {
    "unknown key": (limit(window_days=f"7 {HERE}"), "'window_days'", "window"),
    "missing key": (limit(window=""), "'window'", "window"),
    "string for a list": (
        limit(codes=f'"90853" {HERE}'),
        "codes is the string '90853', and a list belongs here",
        "[",
    ),
    "code of six characters": (
        limit(codes=f'["908533"] {HERE}'),
        "'908533' is not a procedure code",
        NO_CODE,
    ),
    "small letters": (
        limit(codes=f'["g0410"] {HERE}'),
        "'g0410' is not a procedure code",
        "Write 'G0410'.",
    ),
    "no code": (limit(codes=f"[] {HERE}"), "codes lists no code", "Write at least one"),
    "unknown source": (
        limit(cites=f'["A-2"] {HERE}'),
        "unknown source 'A-2'",
        "Did you mean 'A-1'?",
    ),
    "source is no name": (limit(cites=f"[1] {HERE}"), "unknown source 1", "Known here: A-1."),
    "source outside a list": (
        limit(cites=f'"A-1" {HERE}'),
        "cites is 'A-1', and a list of sources belongs here",
        "Write cites = ['A-1'].",
    ),
    "no source": (
        limit(cites=""),
        "the rule cites no source",
        'Write cites = ["ROW"]. Known here: A-1.',
    ),
    "list of no source": (
        limit(cites=f"[] {HERE}"),
        "the rule cites no source",
        'Write cites = ["ROW"]. Known here: A-1.',
    ),
    "unknown code set": (
        limit(codes=f'["90846", "@groups"] {HERE}'),
        "unknown code set 'groups'",
        "Did you mean 'group'?",
    ),
    "unknown code set among other words": (
        limit(when=f'{{ modality = ["@groups", "video"] }} {HERE}'),
        "unknown code set 'groups'",
        "Did you mean 'group'?",
    ),
    "bad window": (limit(window=f'"week" {HERE}'), "the week has no first day", "week_from"),
    "window of no day": (
        limit(window=f"{{ rolling_days = 0 }} {HERE}"),
        "0 rolling days",
        "1 or more",
    ),
    "rolling window of less than a day": (
        limit(window=f"{{ rolling_days = -1 }} {HERE}"),
        "-1 rolling days",
        "1 or more",
    ),
    "gap of no month": (
        limit(window=f"{{ gap_full_months = 0 }} {HERE}"),
        "0 gap full months",
        "1 or more",
    ),
    "window of an older name": (
        limit(window=f"{{ gap_months = 6 }} {HERE}"),
        "unknown kind of window 'gap_months'",
        "Did you mean 'rolling_months'?",
    ),
    "more days early than a window has": (
        limit(window=f"{{ rolling_days = 7, early_by_days = 7 }} {HERE}"),
        "7 days early, in a window of 7 days",
        "Write fewer days",
    ),
    "a day early in a window without a next service": (
        limit(window=f"{{ anchored_days = 7, early_by_days = 1 }} {HERE}"),
        "'anchored' has no next service",
        "Leave early_by_days out",
    ),
    "unknown course": (
        limit(window=f'{{ course = "treatmnt" }} {HERE}'),
        "unknown course 'treatmnt'",
        "Known here: none.",
    ),
    "tiers above nothing": (
        limit(limit="0", outcome='"reduce"', excess=f"{{ tiers = [[0, 0.75]] }} {HERE}"),
        "a tier begins above 0",
        "above 0",
    ),
    "limit of nothing with tiers": (
        limit(limit=f"0 {HERE}", outcome='"reduce"', excess="{ tiers = [[30, 0.75]] }"),
        "the limit is 0 and the first tier begins above 30",
        "the same number",
    ),
    "tiers that do not rise": (
        limit(
            limit="30",
            outcome='"reduce"',
            excess=f"{{ tiers = [[30, 0.75], [30, 0.5]] }} {HERE}",
        ),
        "the tier above 30 follows the tier above 30",
        "rising order",
    ),
    "age of no period": (
        limit(when=f'{{ age = {{ at_least = 21, on = "period" }} }} {HERE}'),
        "the rule counts in no period",
        "week, month or year",
    ),
    "bad date": (limit(in_force=f'{{ from = "soon" }} {HERE}'), "'soon'", "date"),
    "dates the wrong way round": (
        limit(in_force=f"{{ from = 2021-01-01, to = 2020-01-01 }} {HERE}"),
        "the span ends on 2020-01-01, before it starts on 2021-01-01",
        "earlier",
    ),
    "bad outcome": (limit(outcome=f'"denied" {HERE}'), "'denied'", "Did you mean 'deny'?"),
    "bad limit": (limit(limit=f"-1 {HERE}"), "the limit is -1", '"none"'),
    "bad condition": (
        limit(when=f'{{ place_of_servce = ["02"] }} {HERE}'),
        "'place_of_servce'",
        "place_of_service",
    ),
    "name with a capital": (
        limit(id=f'"One-Per-Day" {HERE}'),
        "'One-Per-Day' is not the name of a rule",
        "Write small letters, digits and hyphens; the payer's id is put before it.",
    ),
    "name with the payer in it": (
        limit(id=f'"acme/one-per-day" {HERE}'),
        "'acme/one-per-day' is not the name of a rule",
        "the payer's id is put before it.",
    ),
    "name that is a number": (limit(id=f"7 {HERE}"), "7", ""),
    "no name": (limit(id=""), "'id'", "id"),
    "empty rationale": (limit(rationale=f'" " {HERE}'), "the rationale is empty", "Say in"),
    "range the wrong way round": (
        limit(codes=f'["99239-99202"] {HERE}'),
        "the range '99239-99202' ends before it begins",
        "Write the smaller code first.",
    ),
    "range of too many codes": (
        limit(codes=f'["90000-91000"] {HERE}'),
        "the range '90000-91000' has 1,001 codes",
        "Write shorter ranges, of at most 1,000 codes each.",
    ),
    "range of six digits": (
        limit(codes=f'["90853", "99202-992390"] {HERE}'),
        "'99202-992390' is not a range of codes",
        RANGE,
    ),
    "range of two letters": (
        limit(when=f'{{ same_day = {{ codes = ["G0410-H0411"] }} }} {HERE}'),
        "'G0410-H0411' is not a range of codes",
        RANGE,
    ),
    "range of two letters in one code": (
        limit(codes=f'["A001A-A002A"] {HERE}'),
        "'A001A-A002A' is not a range of codes",
        RANGE,
    ),
    "range with a dash": (
        limit(pool=f'{{ types = {{ group = ["90853", "99202–99239"] }} }} {HERE}'),
        "'99202–99239' is not a range of codes",
        RANGE,
    ),
    "unknown code set in a pool": (
        limit(pool=f'{{ types = {{ group = ["90853", "@groups"] }} }} {HERE}'),
        "unknown code set 'groups'",
        "Did you mean 'group'?",
    ),
    "unknown code set beside a pool": (
        limit(codes=f'["@groups"] {HERE}', pool='{ types = { group = ["90853"] } }'),
        "unknown code set 'groups'",
        "Did you mean 'group'?",
    ),
    "code that ended": (
        limit(adjustment=f'{{ group = "CO", carc = "B5" }} {HERE}'),
        "CARC 'B5' ended on 2016-05-01, and the rule is in force after that",
        "Use a code that is in force: see the list of X12.",
    ),
    "code in a list of its own line": (
        limit(adjustment=f'{{ group = "CO", carc = "119", rarc = [\n"M86",\n"N64O" {HERE}\n] }}'),
        "'N64O' is not a RARC",
        "Write M, MA or N and digits",
    ),
}


#: Files that are wrong outside of their rules: the text, what is reported, what to do, whether there
#: is a payer, and how many of the rules are still there.
FAULTY_FILES: Final = {
    "unknown table": (
        HEAD + limit() + f"[[frequency_limits]] {HERE}\n",
        "unknown table 'frequency_limits'",
        "Did you mean 'frequency_limit'?",
        True,
        1,
    ),
    "one table for a list": (
        HEAD + limit().replace("[[frequency_limit]]", f"[frequency_limit] {HERE}"),
        "frequency_limit is no list of tables",
        "Write [[frequency_limit]] above each rule.",
        True,
        0,
    ),
    "a rule that is no table": (
        f"frequency_limit = [1] {HERE}\n" + HEAD,
        "frequency_limit.0 is 1, and a table belongs here",
        "Write a table.",
        True,
        0,
    ),
    "no payer": (
        f"{HERE}\n" + SOURCES + limit(),
        "there is no [payer] table",
        "Add [payer] with id, name and kind.",
        False,
        0,
    ),
    "payer is no table": (
        f'payer = "acme" {HERE}\n' + SOURCES + limit(),
        "payer is 'acme', and a table belongs here",
        "Write a table.",
        False,
        0,
    ),
    "payer of no kind": (
        HEAD.replace('"commercial"', f'"comercial" {HERE}') + limit(),
        "'comercial'",
        "Did you mean 'commercial'?",
        False,
        1,
    ),
    "payer with a capital": (
        HEAD.replace('"acme"', f'"Acme" {HERE}') + limit(),
        "'Acme' is not a payer id",
        "Write small letters and hyphens.",
        False,
        0,
    ),
    "payer without an id": (
        HEAD.replace('id = "acme"', "").replace("[payer]", f"[payer] {HERE}") + limit(),
        "'id'",
        "id",
        False,
        0,
    ),
    "unknown source of the payer": (
        PAYER + f'ncci = "medicaid"\nncci_cites = ["A-3"] {HERE}\n' + SOURCES + limit(),
        "unknown source 'A-3'",
        "Did you mean 'A-1'?",
        False,
        1,
    ),
    "no source of the payer": (
        PAYER + f'ncci = "medicaid"\nncci_cites = [] {HERE}\n' + SOURCES + limit(),
        "ncci is stated without a source",
        "ncci_cites",
        False,
        1,
    ),
    "sources are no table": (
        f"sources = 1 {HERE}\n" + PAYER,
        "sources is 1, and a table belongs here",
        "Write a table.",
        True,
        0,
    ),
    "source without a date": (
        HEAD.replace("2024-07-01", f'"July" {HERE}') + limit(),
        "'July'",
        "date",
        True,
        0,
    ),
    "source that is no table": (
        f"sources.A-1 = [] {HERE}\n" + PAYER + limit(),
        "sources.A-1 is [], and a table belongs here",
        "Write a table.",
        True,
        0,
    ),
    "one bad document of two": (
        PAYER
        + SOURCES.replace("[sources.A-1]", "[[sources.A-1]]")
        + f"[[sources.A-1]]\ntitle = 1 {HERE}\n"
        + 'url = ""\nread = 2024-07-01\nconfidence = "primary"\n'
        + limit(),
        "1",
        "text",
        True,
        0,
    ),
    "code set that is no list": (
        HEAD.replace('["90853"]', f'"90853" {HERE}') + limit(),
        "group is '90853', and a list of codes belongs here",
        'Write at least one procedure code: ["90853"].',
        True,
        1,
    ),
    "empty code set": (
        HEAD.replace('["90853"]', f"[] {HERE}") + limit(codes='["@group"]'),
        "group is [], and a list of codes belongs here",
        'Write at least one procedure code: ["90853"].',
        True,
        0,
    ),
    "bad code in a set": (
        HEAD.replace('"90853"]', f'\n  "9085", {HERE}\n]') + limit(codes='["@group"]'),
        "'9085' is not a procedure code",
        NO_CODE,
        True,
        0,
    ),
    "another set in a set": (
        HEAD.replace('"90853"]', f'\n  "@family", {HERE}\n]') + limit(codes='["@group"]'),
        "'@family' is not a procedure code",
        "A code set names codes, and no other set",
        True,
        0,
    ),
    "bad range in a set": (
        HEAD.replace('"90853"]', f'"90853",\n"90853-9085", {HERE}\n]') + limit(codes='["@group"]'),
        "'90853-9085' is not a range of codes",
        RANGE,
        True,
        0,
    ),
    "a check, which is code": (
        HEAD + limit() + f'[[check]] {HERE}\nid = "a"\ncodes = ["90853"]\n',
        "unknown table 'check'",
        "Known here: ",
        True,
        1,
    ),
    "editions that overlap": (
        HEAD
        + limit(in_force="{ to = 2020-12-31 }")
        + limit(id=f'"one-per-day" {HERE}', in_force="{ from = 2020-12-31 }")
        + limit(id='"other"'),
        "is also on line 18, in force to 2020-12-31, and here from 2020-12-31",
        "Give each its own id, or each edition its own in_force or verified dates.",
        True,
        1,
    ),
    "no TOML": (HEAD + f"[[frequency_limit {HERE}\n", "never closed", "Close it", False, 0),
}


TOPIC_PROFILE = """
[payer]
id = "acme"
name = "Acme"
kind = "commercial"

[sources.S]
title = "t"
url = "https://example.com"
read = 2024-08-15
confidence = "primary"

[code_sets]
group = ["90853", "90849"]
"""


READ_WHEN = '[[topics.session]]\nnone = { cites = ["S"] }\nverified = { on = 2024-08-15 }\nwhen = '
WRONG_TOPICS = [
    ('[[topics.frequencys]]\ncodes = ["90853"]\nunread = "x"\n', "frequency"),
    ('[topics.frequency]\ncodes = ["90853"]\nunread = "x"\n', "[[topics.frequency]]"),
    ('[[topics.frequency]]\ncodes = ["90853"]\n', "none or unread"),
    ('[[topics.frequency]]\ncodes = ["90853"]\nunread = " "\n', "none or unread"),
    ('[[topics.frequency]]\nnone = { cites = ["S"] }\n', "verified"),
    ('[[topics.frequency]]\ncodes = ["@groups"]\nunread = "x"\n', "group"),
    ('[[topics.frequency]]\ncodes = ["90853"]\nunraed = "x"\n', "unread"),
    ('[[topics.frequency]]\ncodes = ["90853"]\nnone = { cites = ["S"] }\n', "verified"),
    ('[[topics.frequency]]\ncodes = ["90853"]\nnone = ["S"]\n', "none = { cites"),
    ('[[topics.frequency]]\ncodes = ["90853"]\nnone = { cites = ["T"] }\n', "unknown source"),
    ('[[topics.frequency]]\ncodes = ["90853"]\nunread = "x"\ntopic = "place"\n', "topic"),
    (READ_WHEN + '{ plan = ["golden"] }\n', "golden"),
    (READ_WHEN + '{ contractor = ["ngss"] }\n', "ngs"),
    (READ_WHEN + '{ same_day = { codes = ["90834"] } }\n', "same_day"),
    ('[[topics.session]]\nunread = "x"\nwhen = { contractor = ["ngs"] }\n', "Leave when out"),
]
