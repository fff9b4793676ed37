"""What the engine finds, claim by claim, as keys: the oracle of the screen."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from payer_rules.claims import Claim, Member, Provider, ServiceLine
from payer_rules.decisions import Decision
from payer_rules.history import History, HistoryLine, Status
from payer_rules.kinds.frequency_limit.rule import FrequencyLimit
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Adjustment, Citation, EditTerms, Payer, Window
from payer_rules.tables.importing import import_tables
from payer_rules.tables.releases import Release, TableIdentity
from payer_rules.tables.store import StoredEdits, TableStore

#: A rule, a claim and its line, and the other claim and its line, if any.
Key = tuple[str, str, int, str, int]

DAY: Final = date(2024, 7, 1)
RELEASE: Final = Release(2024, 3)
CITED: Final = Citation(row="R-1", title="t", url="u", read=DAY, confidence="primary")
PAYER: Final = Payer(
    id="p",
    name="P",
    kind="commercial",
    same_provider="rendering",
    ncci="medicare",
    ncci_citations=(CITED,),
)
CODES: Final = ("90791", "90832", "90834", "90837", "90847", "90853", "99213", "99201")
NPIS: Final = ("1234567893", "1245319599")
#: Column 1, column 2, the last day, and the indicator; a pair may have been renewed or turned.
PAIRS: Final = (
    ("90834", "90832", "", "0"),
    ("90837", "90834", "", "1"),
    ("90791", "90834", "20240715", "1"),
    ("90834", "90791", "20240720", "0"),
    ("90853", "90837", "", "1"),
    ("99213", "90853", "", "1"),
    ("90847", "99213", "20200101", "9"),
    ("90847", "99201", "", "1"),
    ("90847", "90853", "20240710", "1"),
)
UNITS: Final = (("90834", 1, 2), ("90853", 2, 3), ("90837", 1, 1), ("90847", 0, 3))


def terms(scope: Any = "provider") -> EditTerms:
    """The terms of the edits."""
    cited: Any = {f"{name}_citations": (CITED,) for name in ("pair", "unit", "add_on")}
    paid: Any = {
        f"{name}_adjustment": Adjustment(group="CO", carc="45")
        for name in ("pair", "unit", "add_on")
    }
    return EditTerms(
        program="medicare",
        setting="practitioner",
        scope=scope,
        **cited,
        **paid,
    )


def imported(folder: Path) -> StoredEdits:
    """The edits above, imported."""
    pairs, units = folder / "ncci_ptp_practitioner_2024q3.csv", folder / "mue_medicare.csv"
    with pairs.open("w", newline="") as file:
        names = ["column1", "column2", "deletion_date", "modifier_indicator", "rationale_id"]
        csv.writer(file).writerows([names, *([*row, "1"] for row in PAIRS)])
    with units.open("w", newline="") as file:
        rows = [["practitioner", *row, "Nature of Service"] for row in UNITS]
        csv.writer(file).writerows([["service", "code", "mue", "mai", "rationale"], *rows])
    identity = TableIdentity(program="medicare", setting="practitioner", release=RELEASE)
    import_tables([pairs, units], folder / "tables", identity=identity)
    return TableStore.open(folder / "tables").edits("medicare", "practitioner", RELEASE)


def limits() -> list[FrequencyLimit]:
    """Limits of each window and scope that a screen can say."""
    windows = [
        Window("day"),
        Window.rolling(7),
        Window("week", None, "sunday"),
        Window("month"),
        Window.rolling(30),
        Window("calendar-year"),
    ]
    scopes: Any = ("member", "billing", "rendering", "provider")
    counts: Any = ("units", "services")
    return [
        FrequencyLimit(
            id=f"p/limit-{number}",
            codes=frozenset([CODES[number % 8], CODES[(number + 3) % 8], CODES[(number * 5) % 8]]),
            limit=1 + number % 4,
            counts=counts[number % 2],
            window=windows[number % 6],
            scope=scopes[(number // 2) % 4],
            citations=(CITED,),
            rationale="x",
        )
        for number in range(12)
    ]


def rows(
    seed: int, claims: int, members: int, codes: Sequence[str] = CODES
) -> list[dict[str, Any]]:
    """Lines in order of receipt, of a few members and codes, so that nearly all of them meet."""
    chance = Random(seed)
    found: list[dict[str, Any]] = []
    for claim in range(claims):
        first = DAY + timedelta(days=chance.randrange(40))
        member, billing = f"M{chance.randrange(members)}", chance.choice(NPIS)
        for line in range(1, chance.choice((1, 1, 2, 3, 5)) + 1):
            found.append(
                {
                    "claim": f"C{claim:04}",
                    "line": line,
                    "member": member,
                    "billing_npi": billing,
                    "rendering_npi": chance.choice((*NPIS, None)),
                    "code": chance.choice(codes),
                    "modifiers": chance.choice((None, "", "", "59", "25", "XU 25", "RT", "GT")),
                    "units": chance.choice((None, 1, 1, 1, 2, 3)),
                    "date": first + timedelta(days=chance.choice((0, 0, 0, 1))),
                }
            )
    return found


def keys_of_engine(book: RuleBook, found: list[dict[str, Any]]) -> Iterator[Key]:
    """Decide the claims in their order; each becomes the complete history of the next ones.

    A line is paid unless a finding denies it or leaves it for review.
    """
    earlier: dict[str, list[HistoryLine]] = {}
    for claim in claims_of(found):
        before = earlier.setdefault(claim.member.id, [])
        decision = book.decide(claim, History(lines=before))
        yield from _keys(decision)
        for line in claim.lines:
            outcomes = {each.outcome for each in decision.findings if line.number in each.lines}
            status: Status = "pending" if "review" in outcomes else "paid"
            status = "denied" if "deny" in outcomes else status
            before.append(HistoryLine.of(claim, line, status=status))


def claims_of(found: Iterable[dict[str, Any]]) -> list[Claim]:
    """The claims of the rows."""
    by_claim: dict[str, list[dict[str, Any]]] = {}
    for row in found:
        by_claim.setdefault(row["claim"], []).append(row)
    return [
        Claim(
            id=name,
            member=Member(id=own[0]["member"]),
            billing_provider=Provider(npi=own[0]["billing_npi"]),
            setting="practitioner",
            lines=[
                ServiceLine(
                    number=row["line"],
                    code=row["code"],
                    modifiers=tuple((row["modifiers"] or "").split()),
                    units=1 if row["units"] is None else row["units"],
                    date_from=row["date"],
                    rendering_provider=Provider(npi=row["rendering_npi"] or row["billing_npi"]),
                )
                for row in own
            ],
        )
        for name, own in by_claim.items()
    ]


def _keys(decision: Decision) -> Iterator[Key]:
    for finding in decision.findings:
        if not finding.rule.endswith("/ptp"):
            yield from ((finding.rule, decision.claim, line, "", -1) for line in finding.lines)
            continue
        (line,) = finding.lines
        for each in finding.evidence:
            if each.kind == "history" and each.claim and each.line:
                yield finding.rule, decision.claim, line, each.claim, each.line
            elif each.kind == "line" and each.line not in (None, line):
                yield finding.rule, decision.claim, line, decision.claim, each.line or -1


def keys_as_billed(found: list[dict[str, Any]], limits: list[FrequencyLimit]) -> Iterator[Key]:
    """Return the keys where every line counts as billed, by loops over all pairs of lines."""
    for at, row in enumerate(found):
        own = [each for each in found if each["member"] == row["member"]]
        on_day = [each for each in own if each["date"] == row["date"] and _same(row, each)]
        for other in on_day:
            if _bars(other, row):
                yield ("p/ptp", *_place(row), *_place(other))
        for code, most, mai in UNITS:
            units = sum(map(_units, (each for each in on_day if each["code"] == code)))
            if row["code"] == code and ((_units(row) if mai == 1 else units) > most or not most):
                yield ("p/mue", *_place(row), "", -1)
        turn = (row["date"], at)
        before = [each for each in own if (each["date"], found.index(each)) <= turn]
        for limit in limits:
            if row["code"] in limit.codes:
                counted = [each for each in before if _counts(limit, each, row)]
                units = sum(_units(each) if limit.counts == "units" else 1 for each in counted)
                if units > int(str(limit.limit)):
                    yield (limit.id, *_place(row), "", -1)


def _bars(first: dict[str, Any], second: dict[str, Any]) -> bool:
    """Whether a line of column 1 bars one of column 2 on their day."""
    rows = [each for each in PAIRS if {each[0], each[1]} == {first["code"], second["code"]}]
    day = f"{first['date']:%Y%m%d}"
    live = [each for each in rows if not each[2] or day <= each[2]]
    if not live or len({first["code"], second["code"]}) == 1:
        return False
    row = min(live, key=lambda each: each[2] or "9")
    if (row[0], row[1]) != (first["code"], second["code"]):
        return False
    mine, theirs = _modifiers(first), _modifiers(second)
    is_free = bool((mine | theirs) & {"RT"})
    for line, modifiers in ((first, mine), (second, theirs)):
        is_visit = line["code"] == "99213"
        is_free |= bool(modifiers & ({"25"} if is_visit else {"59", "XU"}))
    return not (row[3] == "1" and is_free)


def _counts(limit: FrequencyLimit, each: dict[str, Any], row: dict[str, Any]) -> bool:
    """Whether a line counts in the window of another one that ends on its day."""
    if each["code"] not in limit.codes:
        return False
    whose = {"member": None, "billing": "billing_npi", "rendering": "rendering_npi"}
    name = whose[PAYER.same_provider if limit.scope == "provider" else limit.scope]
    if name and _who(each, name) != _who(row, name):
        return False
    one: date = each["date"]
    other: date = row["date"]
    shape = limit.window.shape
    if shape == "week":
        return (one.toordinal() // 7) == (other.toordinal() // 7)  # day 7 was a Sunday
    if shape in ("month", "calendar-year"):
        return one.year == other.year and (shape != "month" or one.month == other.month)
    return (other - one).days < limit.window.days


def _place(row: dict[str, Any]) -> tuple[str, int]:
    return row["claim"], row["line"]


def _units(row: dict[str, Any]) -> int:
    return 1 if row["units"] is None else int(row["units"])


def _modifiers(row: dict[str, Any]) -> set[str]:
    return set((row["modifiers"] or "").split())


def _who(row: dict[str, Any], name: str) -> str:
    return str(row[name] or row["billing_npi"])


def _same(row: dict[str, Any], other: dict[str, Any]) -> bool:
    return _who(row, "rendering_npi") == _who(other, "rendering_npi")
