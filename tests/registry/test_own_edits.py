"""A payer's own edit tables: they bind it alone, under the name of its own program."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path
from runpy import run_path
from typing import Any, Final

import attrs
import pytest

import payer_rules
from payer_rules import Payer
from payer_rules.claims import Claim, Member, Provider, ServiceLine
from payer_rules.cli import main
from payer_rules.decisions import Decision, Reason
from payer_rules.errors import InvalidValueError
from payer_rules.history import History
from payer_rules.registry.rejections import Contribution, conflicting_tables
from payer_rules.reports.data import of_decision
from payer_rules.rulebook import RuleBook
from payer_rules.rules import EditTable, EditTerms, PairEdit, Topic, TopicStatement

PLUGIN: Final = Path(__file__).parents[1] / "miniatures" / "own_edit_table.py"

DAY: Final = date(2024, 8, 15)
#: The words that no text about a payer's own edits may contain.
WORDS_OF_CMS: Final = ("NCCI", "MUE", "MAI", "Medicare", "Medicaid", "medicare", "medicaid", "CMS")
#: Every code of the tests; two of them are in no row, and one in no table.
CODES: Final = ("90853", "90832", "90791", "99213")


ACME: Final = Payer(id="acme", name="Acme Health", kind="commercial")


def table() -> EditTable:
    """The table that the plugin gives."""
    (found,) = run_path(str(PLUGIN))["payer_rules_edit_tables"]("acme")
    assert isinstance(found, EditTable)
    return found


def read_beyond_the_table() -> Payer:
    """The payer, whose policy states nothing on the topics of a line that its table does not cover."""
    cited, verified = table().pair_citations, table().verified
    topics: tuple[Topic, ...] = ("provider", "session")
    statements = (TopicStatement(topic=topic, none=cited, verified=verified) for topic in topics)
    return attrs.evolve(ACME, topics=tuple(statements))


def claim(
    *codes: str, setting: str | None = "practitioner", day: date = DAY, **fields: Any
) -> Claim:
    """A claim of one unit of each code; ``90853*2`` has two."""
    lines = []
    for number, item in enumerate(codes, 1):
        code, _, units = item.partition("*")
        lines.append(
            ServiceLine(
                number=number,
                code=code,
                date_from=day,
                place_of_service="11",
                units=Decimal(units or 1),
            )
        )
    biller = Provider(npi="1234567893")
    about: dict[str, Any] = {"id": "C1", "member": Member(id="M"), "billing_provider": biller}
    return Claim(**about, lines=lines, setting=setting, **fields)


def decided(*codes: str, **fields: Any) -> Decision:
    """The decision on a claim without earlier lines."""
    book = RuleBook.build(read_beyond_the_table(), [], tables=[table()])
    return book.decide(claim(*codes, **fields), History())


def test_they_bind_their_payer_and_no_other(installed: Callable[..., None]) -> None:
    """Also where the plugin gives them for every payer."""
    installed("own_edit_table", "sound")
    registry = payer_rules.load()
    for payer in registry.payers:
        bound = [terms.address for terms in registry.collect(payer).terms]
        assert ("acme/practitioner" in bound) == (payer == "acme")
        assert registry.collect(payer).problems == ()


def test_they_deny_as_their_terms_say() -> None:
    """With the payer's own code and the rule under its id."""
    decision = decided("90853", "90832")
    assert [line.outcome for line in decision.lines] == ["pay", "deny"]
    (finding,) = decision.proved_findings
    assert finding.rule == "acme/ptp"
    assert finding.adjustment is not None
    assert finding.adjustment.carc == "97"
    assert "90832" in finding.message
    assert "edit of acme: 90832 bundles into 90853" in finding.message


def test_what_the_table_does_not_list_is_no_edit() -> None:
    """No row for a code is no limit; a setting without a table has no edits."""
    for codes, setting in (
        (("90832",), "practitioner"),
        (("90832", "99213"), "practitioner"),
        (("90853*9", "90832"), "outpatient-hospital"),
    ):
        decision = decided(*codes, setting=setting)
        assert decision.proved_findings == ()
        if "99213" not in codes:
            assert not [entry for entry in decision.not_evaluated if entry.reason == "table"]


def test_a_code_without_a_pair_in_the_table_still_has_its_limit() -> None:
    """A table covers the codes of its rows and those for which it is complete."""
    decision = decided("90791")
    (finding,) = decision.proved_findings
    assert finding.message == (
        "90791 on 2024-08-15: the limit of 0 in the edits of acme allows no unit"
    )


def texts(value: object) -> Iterator[str]:
    """Every text in the data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from (key, *texts(item))
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


@pytest.mark.parametrize("assume", [(), ("table",), ("claim", "record", "table", "history")])
def test_nothing_is_said_in_the_words_of_cms(assume: tuple[Reason, ...]) -> None:
    """In messages, evidence, open questions and assumptions."""
    book = RuleBook.build(ACME, [], tables=[table()], assume=assume)
    settings = ("practitioner", "outpatient-hospital", None)
    days = (DAY, date(2023, 12, 31), date(2025, 6, 1))
    bills = (("90853", "90832"), ("90853*3",), ("90791",), CODES)
    for codes, day, setting in product(bills, days, settings):
        decision = book.decide(claim(*codes, day=day, setting=setting))
        message = " ".join(texts(of_decision(decision)))
        assert [word for word in WORDS_OF_CMS if word in message] == []


def test_no_command_says_it_in_the_words_of_cms(
    installed: Callable[..., None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The lists and the reports of the payer, which is not compared with Medicare's edits."""
    installed("own_edit_table")
    rows = "".join(f"C1,M,{code},2024-08-15,1234567893,practitioner\n" for code in CODES)
    (tmp_path / "a.csv").write_text(f"claim,member,code,date,billing_npi,setting\n{rows}")
    commands = [["rules"], ["explain", "acme/ptp"], ["explain", "acme/mue"]]
    commands += [
        ["check", str(tmp_path / "a.csv"), "--report", report]
        for report in ("text", "csv", "remittance", "claim-response")
    ]
    for command in commands:
        option = [] if command[0] == "explain" else ["--payer", "acme"]
        main([*command, *option])
        output = capsys.readouterr()
        assert [word for word in WORDS_OF_CMS if word in output.out] == [], command
        assert "Traceback" not in output.err


def test_an_own_table_and_one_of_cms_in_one_setting_are_refused() -> None:
    """Both would make the rule ``acme/ptp``; in two settings they do not meet."""
    own: Contribution[EditTerms] = Contribution(table(), "acme", "acme.py", "acme")
    for setting, problems in (("practitioner", 1), ("dme", 0)):
        terms = attrs.evolve(table().terms, program="medicare", setting=setting)
        other: Contribution[EditTerms] = Contribution(terms, "acme", "acme.py", "acme")
        refusals = list(conflicting_tables([own, other]))
        assert len(refusals) == problems
        for refusal in refusals:
            assert "'practitioner' has edits of acme and of medicare" in refusal.problem.message


@pytest.mark.parametrize(
    "name", ["", " ", "Medicare", "medicair", "medicade", "MEDICAID", "medicare "]
)
def test_a_name_that_is_nearly_one_of_cms_s_is_refused(name: str) -> None:
    """It would bind as the payer's own."""
    with pytest.raises(InvalidValueError, match="is not the name of a program"):
        EditTerms(program=name, setting="practitioner", pair_citations=(), unit_citations=())


def test_a_large_table_finds_the_first_and_the_last_of_its_rows() -> None:
    """Fifty thousand pairs; how long it takes shows the benchmark."""
    days = table().verified
    rows = [
        PairEdit(f"{10_000 + n % 250}", f"{20_000 + n // 250}", 0, days, f"A-{n}")
        for n in range(50_000)
    ]
    book = RuleBook.build(ACME, [], tables=[attrs.evolve(table(), pairs=tuple(rows))])
    for row in (rows[0], rows[24_999], rows[-1]):
        for codes in ((row.column1, row.column2), (row.column2, row.column1)):
            decision = book.decide(claim(*codes), History())
            (finding,) = decision.proved_findings
            assert finding.lines == (codes.index(row.column2) + 1,)
            assert [e.row for e in finding.evidence if e.kind == "row"] == [row.row]
    late = claim(rows[0].column1, rows[0].column2, day=DAY + timedelta(days=365))
    assert json.dumps(of_decision(book.decide(late, History())))
    assert not book.decide(late, History()).proved_findings
