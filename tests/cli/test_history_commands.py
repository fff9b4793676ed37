"""Laws of ``payer-rules history``, and of the commands that take a history store."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from x12_texts import interchange

from payer_rules.cli import main
from payer_rules.history import HistorySource
from payer_rules.stores import open_store
from payer_rules.stores.sqlite_database import SqliteDatabase

COLUMNS = "claim,member,code,date,billing_npi,status,setting,paid\n"
CLAIMS = "claim,line,member,code,date_from,billing_npi,payer,setting,place_of_service\n"


@pytest.fixture
def folder(acme: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a profile, earlier services of two members, and claims of three."""
    monkeypatch.chdir(acme)
    paid = acme / "paid"
    paid.mkdir()
    for month, rows in {
        "11": ["A1,MEM1,90853,2024-11-30,1234567893,paid,practitioner,80"],
        "12": [
            "A2,MEM1,90853,2024-12-02,1234567893,paid,practitioner,80",
            "A3,MEM2,90853,2024-12-02,1234567893,,practitioner,",
            "A4,MEM2,90853,2024-12-03,1234567893,denied,practitioner,",
        ],
    }.items():
        (paid / f"2024-{month}.csv").write_text(COLUMNS + "\n".join(rows) + "\n")
    rows = [f"C{n},1,MEM{n},90853,2024-12-05,1234567893,acme,practitioner,11\n" for n in (1, 2, 3)]
    (acme / "claims.csv").write_text(CLAIMS + "".join(rows))
    return acme


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """The exit code, and what the program printed on both streams."""
    code = main(words)
    return code, *capsys.readouterr()


def load(capsys: pytest.CaptureFixture[str], *files: str) -> tuple[int, str, str]:
    """The result of loading the files into the store of the test."""
    return run(capsys, "history", "load", *files, "--store", "sqlite:///history.db")


def test_a_folder_is_loaded_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each file has a line; files that were loaded before are passed over."""
    assert load(capsys, "paid/2024-11.csv") == (0, "2024-11.csv: 1 line loaded\n", "")
    expected = (
        "2024-11.csv: loaded before\n2024-12.csv: 3 lines loaded\n1 file and 3 lines loaded\n"
    )
    assert load(capsys, "paid") == (0, expected, "")


@pytest.mark.parametrize("more", [(), ("--practice", "practice.toml")])
def test_a_store_checks_as_its_files_do(
    folder: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...]
) -> None:
    """Reports are equal, whether the history is in files, in a store, or named by the practice."""
    (folder / "practice.toml").write_text("[practice]\nhistory_complete_from = 2024-11-01\n")
    load(capsys, "paid")
    check = ("check", "claims.csv", "--profiles", "acme", "--verbose", *more)
    files = ("--history", "paid/2024-11.csv", "--history", "paid/2024-12.csv")
    by_files = run(capsys, *check, *files)
    assert "third 90853" in by_files[1]
    assert run(capsys, *check, "--history", "sqlite:///history.db") == by_files
    if more:
        text = (folder / "practice.toml").read_text()
        (folder / "practice.toml").write_text(f'{text}history = ["sqlite:///history.db"]\n')
        assert run(capsys, *check) == by_files


def test_next_and_plan_take_a_store(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The next payable date, and a plan, are those with the files."""
    load(capsys, "paid")
    (folder / "plan.csv").write_text(
        "member,payer,code,date,clinician,place_of_service\nMEM1,acme,90853,2024-12-05,1234567893,11\n"
    )
    files = ("--history", "paid/2024-11.csv", "--history", "paid/2024-12.csv")
    store = ("--history", "sqlite:///history.db")
    ask = ("next", "--code", "90853", "--payer", "acme", "--member", "MEM1", "--from", "2024-12-05")
    for command in (ask, ("plan", "plan.csv")):
        words = (*command, "--profiles", "acme")
        assert run(capsys, *words, *store) == run(capsys, *words, *files)


def test_the_file_of_a_store_is_answered_with_its_address(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file of SQLite is named as such, with the address of a store in it."""
    load(capsys, "paid")
    _, _, errors = run(capsys, "check", "claims.csv", "--history", "history.db")
    message = "the file is a SQLite database. A history store: --history sqlite:///history.db."
    assert message in errors


def test_files_are_read_with_a_store(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is not loaded counts as if it were, whether a practice file or the command names it."""
    load(capsys, "paid/2024-11.csv")
    files = ("--history", "paid/2024-11.csv", "--history", "paid/2024-12.csv")
    mixed = ("--history", "sqlite:///history.db", "--history", "paid/2024-12.csv")
    check = ("check", "claims.csv", "--profiles", "acme", "--verbose")
    by_files = run(capsys, *check, *files)
    assert "third 90853" in by_files[1]
    assert run(capsys, *check, *mixed) == by_files
    (folder / "practice.toml").write_text('[practice]\nhistory = ["sqlite:///history.db"]\n')
    assert run(capsys, *check, *mixed[2:])[1] == by_files[1]


def test_one_store_is_given(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two stores may have what each other's payments reverse."""
    load(capsys, "paid")
    twice = ("--history", "sqlite:///history.db", "--history", "sqlite:///history.db")
    code, _, errors = run(capsys, "check", "claims.csv", *twice)
    assert code == 2
    assert errors.startswith("--history: two history stores were given.")


def test_claims_that_were_sent_count_with_a_store(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Next and plan take an 837 with a store, as they do with files."""
    load(capsys, "paid")
    (folder / "plan.csv").write_text(
        "member,payer,code,date,clinician,place_of_service\nMEM2,acme,90853,2024-12-05,1234567893,11\n"
    )
    (folder / "sent.837").write_text(
        interchange(
            [
                *("BHT*0019*00*1*20241204*1023*CH", "HL*1**20*1"),
                *("NM1*85*2*CLINIC*****XX*1234567893", "HL*2*1*22*0", "SBR*P*18*******CI"),
                *("NM1*IL*1*SAMPLE*PAT****MI*MEM2", "NM1*PR*2*PAYER*****PI*12345"),
                *("CLM*S1*120***11:B:1*Y*A*Y*Y", "HI*ABK:F330", "LX*1"),
                *("SV1*HC:90853*120*UN*1***1", "DTP*472*D8*20241204"),
            ]
        )
    )
    files = ("--history", "paid/2024-11.csv", "--history", "paid/2024-12.csv")
    sent, store = ("--history", "sent.837"), ("--history", "sqlite:///history.db")
    ask = ("next", "--code", "90853", "--payer", "acme", "--member", "MEM2", "--from", "2024-12-05")
    for command in (ask, ("plan", "plan.csv")):
        words = (*command, "--profiles", "acme")
        together = run(capsys, *words, *store, *sent)
        assert together == run(capsys, *words, *files, *sent)
        assert together != run(capsys, *words, *store)


def test_status_and_show_print_what_is_stored(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status counts without a member; show lists the services of the member who is named."""
    load(capsys, "paid")
    _, text, _ = run(capsys, "history", "status", "--store", "sqlite:///history.db")
    assert "services       4, 2024-11-30 to 2024-12-03" in text
    assert "files          2\n" in text
    assert "MEM1" not in text
    show = ("history", "show", "--store", "sqlite:///history.db", "--member")
    assert run(capsys, *show, "MEM1")[1].splitlines() == [
        "2024-11-30  90853  1 unit  paid, $80.00  claim A1",
        "2024-12-02  90853  1 unit  paid, $80.00  claim A2",
    ]
    assert run(capsys, *show, "MEM9")[0] == 5
    _, data, _ = run(capsys, *show, "MEM2", "--report", "json")
    assert [line["claim"] for line in json.loads(data)["history"]] == ["A3", "A4"]


def test_deleted_services_are_not_known(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """After a deletion no limit is kept for sure, even if the practice states a complete history."""
    (folder / "practice.toml").write_text(
        '[practice]\nhistory_complete_from = 2024-11-01\nhistory_complete_for = "members"\n'
    )
    load(capsys, "paid")

    def answers() -> list[Any]:
        words = ("check", "claims.csv", "--profiles", "acme", "--history", "sqlite:///history.db")
        _, text, _ = run(capsys, *words, "--report", "json")
        return [each["outcome"] for each in json.loads(text)["decisions"]]

    assert answers() == ["deny", "pay", "pay"]
    forget = ("history", "forget", "--store", "sqlite:///history.db")
    assert run(capsys, *forget, "--member", "MEM1")[1] == "2 services deleted\n"
    assert answers() == ["unknown", "pay", "pay"]
    assert run(capsys, *forget, "--older-than", "2024-12-03")[1] == "1 service deleted\n"
    assert answers() == ["unknown", "unknown", "unknown"]
    path = folder / "again.csv"
    path.write_text(f"{(folder / 'paid/2024-11.csv').read_text()}\n")
    assert load(capsys, "again.csv", "paid/2024-11.csv")[1].splitlines()[:2] == [
        "again.csv: 0 lines loaded",
        "2024-11.csv: loaded before",
    ]
    assert answers() == ["unknown", "unknown", "unknown"]
    assert b"MEM1" not in (folder / "history.db").read_bytes()
    assert run(capsys, *forget)[0] == 5


def test_next_presumes_a_history_that_was_deleted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that states a complete history states nothing of a member whose lines were deleted."""
    (folder / "all.toml").write_text(
        '[[history]]\nclaim = "A1"\nmember = "MEM1"\ncode = "90853"\ndate = 2024-11-30\n'
    )
    load(capsys, "all.toml")
    service = ("--code", "90853", "--payer", "acme", "--member", "MEM1", "--place", "11")
    facts = ("--profiles", "acme", "--from", "2024-12-05", "--history", "sqlite:///history.db")
    words = ("next", *service, *facts)
    presumed = "the claim history is complete"
    assert presumed not in " ".join(run(capsys, *words)[1].split())
    run(capsys, "history", "forget", "--store", "sqlite:///history.db", "--member", "MEM1")
    assert presumed in " ".join(run(capsys, *words)[1].split())


def test_problems_of_files_have_no_member(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is sound is loaded; the problems name file and row."""
    (folder / "broken.csv").write_text(
        f"{COLUMNS}B1,PATIENT-NAME,90853,2024-12-02,1234567893,paid,practitioner,80\n"
        "B2,PATIENT-NAME,90853,2024-99-02,1234567893,paid,practitioner,80\n"
    )
    (folder / "claims.837").write_bytes(b"nothing")
    code, text, errors = load(capsys, "broken.csv", "claims.837", "none.835")
    assert code == 4
    assert text.splitlines()[:3] == [
        "broken.csv: 1 line loaded",
        "claims.837: not loaded",
        "none.835: not loaded",
    ]
    assert "broken.csv" in errors
    assert "none.835: there is no such file" in errors
    assert "PATIENT" not in errors


def test_what_was_loaded_before_a_fault_is_printed(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The problems of files that stay loaded are not lost with the message about the store."""
    (folder / "paid" / "2024-11.csv").write_text(f"{COLUMNS}A1,MEM1,90853,2024-99-02,,paid,,\n")
    insert = SqliteDatabase.insert

    def failing(self: SqliteDatabase, table: str, columns: Any, rows: Any) -> None:
        if any("2024-12.csv" in row for row in rows):
            self.change("PRAGMA query_only = 1")
        insert(self, table, columns, rows)

    monkeypatch.setattr(SqliteDatabase, "insert", failing)
    code, text, errors = load(capsys, "paid")
    assert code == 4
    assert text.splitlines()[0] == "2024-11.csv: 0 lines loaded"
    assert "2024-11.csv:2" in errors
    assert "history.db: the history store cannot be written." in errors


def test_a_store_is_a_source_of_history(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The class has what the protocol names."""
    load(capsys, "paid")
    source: HistorySource = open_store("sqlite:///history.db")
    assert source.members_among(["MEM1", "MEM3"]) == {"MEM1"}


STORE = ("--store", "sqlite:///history.db")
WITH_STORE = ("--profiles", "acme", "--history", "sqlite:///history.db")
ASKED = ("next", "--code", "90853", "--payer", "acme", "--member", "MEM1", "--from", "2024-12-05")


def words(text: str) -> str:
    """The text without its line breaks."""
    return " ".join(text.split())


def test_status_names_the_files_that_have_problems(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each has its number of problems, and the way out is stated: a file in its place."""
    row = "MEM1,90853,2024-99-02,1234567893,paid,practitioner,80\n"
    (folder / "broken.csv").write_text(f"{COLUMNS}B1,{row}B2,{row}")
    load(capsys, "paid/2024-11.csv", "broken.csv")
    (folder / "broken.csv").write_text(f"{COLUMNS}B1,{row.replace('99', '12')}")
    assert load(capsys, "broken.csv")[0] == 0
    _, text, _ = run(capsys, "history", "status", *STORE)
    assert "  files          3, 1 with problems\n" in text
    assert "broken.csv: 2 problems Load a corrected file in its place: " in words(text)
    assert "history load FILE --instead-of NAME." in text
    _, data, _ = run(capsys, "history", "status", *STORE, "--report", "json")
    assert json.loads(data)["problems_of_files"] == [{"name": "broken.csv", "problems": 2}]
    _, text, _ = run(capsys, "check", "claims.csv", *WITH_STORE, "--verbose")
    way_out = "--instead-of"
    assert way_out in words(text)
    assert "history_complete_from" not in text
    (folder / "practice.toml").write_text("[practice]\nhistory_complete_from = 2024-11-01\n")
    said = words("".join(run(capsys, "check", "claims.csv", *WITH_STORE)[1:]))
    assert "payer-rules history status names the loaded files that have problems" in said
    assert way_out in said
    _, text, _ = run(capsys, "history", "load", "broken.csv", *STORE, "--instead-of", "broken.csv")
    assert text == "broken.csv: loaded before\n"
    _, text, _ = run(capsys, "history", "status", *STORE)
    assert "  files          2\n" in text


def test_status_lists_the_loaded_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The newest is first; the digest names it, and the days are those of lines that are left."""
    row = "B1,MEM1,90853,2024-99-02,1234567893,paid,practitioner,80\n"
    (folder / "broken.csv").write_text(f"{COLUMNS}{row}")
    load(capsys, "paid", "broken.csv")
    status = ("history", "status", *STORE)
    plain = run(capsys, *status)[1]
    text = run(capsys, *status, "--files")[1]
    assert text.startswith(plain)
    names = ("broken.csv", "paid/2024-12.csv", "paid/2024-11.csv")
    digests = [sha256((folder / name).read_bytes()).hexdigest() for name in names]
    shown = [line.rpartition(", loaded ")[0] for line in text[len(plain) :].splitlines()]
    assert shown == [
        f"  {digests[0][:12]}   broken.csv, no services, 0 lines, 1 problem",
        f"  {digests[1][:12]}   2024-12.csv, 2024-12-02 to 2024-12-03, 3 lines",
        f"  {digests[2][:12]}   2024-11.csv, 2024-11-30 to 2024-11-30, 1 line",
    ]
    forget = ("history", "forget", *STORE)
    assert run(capsys, *forget, "--older-than", "2024-12-03")[0] == 0
    files = json.loads(run(capsys, *status, "--report", "json")[1])["loaded_files"]
    assert [each["digest"] for each in files] == digests
    assert [each["days"] for each in files] == [None, ["2024-12-03", "2024-12-03"], None]
    assert [each["lines"] for each in files] == [0, 3, 1]
    assert f"loaded {files[0]['loaded_at']}\n" in text
    assert run(capsys, *forget, "--file", digests[1][:12])[1] == "1 service deleted\n"


def test_one_file_takes_the_place_of_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is named by name, digest or content; nothing changes unless exactly one is meant."""
    rows = [f"B{at},MEM1,90853,2024-12-0{at},1234567893,paid,practitioner,80\n" for at in (1, 2, 3)]
    (folder / "some").mkdir()
    (folder / "some" / "paid.csv").write_text(COLUMNS + rows[0])
    (folder / "paid.csv").write_text(COLUMNS + rows[1])
    (folder / "new.csv").write_text(COLUMNS + rows[2])
    load(capsys, "some/paid.csv", "paid.csv")
    place = ("history", "load", "new.csv", *STORE, "--instead-of")
    for named in ("nothing.csv", "new.csv", "123"):
        code, _, told = run(capsys, *place, named)
        assert (code, "payer-rules history status --files lists the files." in told) == (2, True)
    digest = sha256((folder / "paid.csv").read_bytes()).hexdigest()
    (folder / "paid.csv").unlink()
    code, _, told = run(capsys, *place, "paid.csv")
    assert (code, "Name the file itself, or one of these digests: " in told) == (2, True)
    assert re.search(rf"{digest[:12]}, loaded [-0-9T:+]+, 1 line; [0-9a-f]{{12}}, loaded", told)
    assert run(capsys, *place[:2], "some", "new.csv", *place[3:], "paid.csv")[0] == 2
    assert run(capsys, *place, digest[:8])[1] == "new.csv: 1 line loaded\n"
    services = [line[:10] for line in shown(capsys)]
    assert services == ["2024-12-01", "2024-12-03"]
    forget = ("history", "forget", *STORE, "--file")
    assert run(capsys, *forget, "some/paid.csv")[1] == "1 service deleted\n"
    assert [line[:10] for line in shown(capsys)] == ["2024-12-03"]
    assert run(capsys, *forget, "some/paid.csv")[0] == 2
    assert load(capsys, "some/paid.csv")[1] == "paid.csv: 1 line loaded\n"
    again = ("history", "load", "some/paid.csv", *STORE, "--instead-of", "paid.csv")
    assert run(capsys, *again)[1] == "paid.csv: 1 line loaded\n"


def test_without_a_reversal_its_payment_is_in_force_again(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that takes back a payment is taken out, or a corrected one stands for it."""
    remittance(folder / "paid.835", payment("C1", "P1"))
    back = payment("C1", "P1", "").replace("*1*80*80*", "*22*-80*-80*")
    remittance(folder / "back.835", back)
    load(capsys, "paid.835", "back.835")
    assert [line[:10] for line in shown(capsys)] == ["The store "]
    forget = ("history", "forget", *STORE, "--file")
    assert run(capsys, *forget, "back.835")[1] == "1 service in force again\n"
    assert [line[:10] for line in shown(capsys)] == ["2024-12-02"]
    load(capsys, "back.835")
    broken = folder / "broken.835"
    broken.write_text("nothing")
    place = ("history", "load", "broken.835", *STORE, "--instead-of", "back.835")
    assert run(capsys, *place)[0] == 4
    assert [line[:10] for line in shown(capsys)] == ["The store "]


def shown(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lines on the services of the member."""
    return sorted(run(capsys, "history", "show", *STORE, "--member", "MEM1")[1].splitlines())


@pytest.mark.parametrize("practice", ["", "history_complete_from = 2024-11-01\n"])
def test_advice_on_deleted_services_says_that_they_were_deleted(
    folder: Path, capsys: pytest.CaptureFixture[str], practice: str
) -> None:
    """No practice file makes the history of the member complete; other members are advised."""
    (folder / "practice.toml").write_text(f"[practice]\n{practice}")
    load(capsys, "paid")
    run(capsys, "history", "forget", *STORE, "--member", "MEM1")
    _, text, _ = run(capsys, "check", "claims.csv", *WITH_STORE)
    assert "services of 1 member were deleted from the history store" in words(text)
    assert "for the others, " in words(text)
    assert "MEM1" not in text
    claim = next(line for line in (folder / "claims.csv").read_text().splitlines() if "C1" in line)
    (folder / "one.csv").write_text(f"{CLAIMS}{claim}\n")
    _, text, _ = run(capsys, "check", "one.csv", *WITH_STORE, "--report", "markdown")
    assert "Services of this claim's member were deleted from the history store." in text
    assert "history_complete" not in text
    _, text, _ = run(capsys, *ASKED, *WITH_STORE)
    assert "Services of member MEM1 were deleted from the history store" in text
    assert "Check the id" not in text


def test_a_file_that_was_loaded_before_a_deletion_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the store has deleted does not count again, and a remark says so; others are silent."""
    load(capsys, "paid/2024-11.csv")
    files = ("--history", "paid/2024-11.csv", "--history", "paid/2024-12.csv")
    message = "the file was loaded before, and counts as the store has it"
    check = ("check", "claims.csv", *WITH_STORE, *files)
    assert message not in "".join(run(capsys, *check)[1:])
    run(capsys, "history", "forget", *STORE, "--member", "MEM1")
    twice = (*check, "--history", "paid/2024-12.csv")
    said = words("".join(run(capsys, *twice)[1:]))
    assert said.count(message) == 1
    assert f"2024-11.csv: {message}" in said


def remittance(path: Path, *payments: str) -> None:
    """Write an 835 of payments, whose segments are separated by blanks; no payer is named."""
    head = ["BPR*I*160*C*CHK************20240915", "TRN*1*T9*1999999999*999", "N1*PR*PAYER"]
    body = [segment for payment in payments for segment in payment.split()]
    path.write_text(interchange([*head, *body], version="005010X221A1"))


def payment(
    claim: str, number: str, service: str = "SVC*HC:90853*80*80**1 DTM*472*20241202"
) -> str:
    """The segments of a payment with its service, if it has one."""
    return f"CLP*{claim}*1*80*80**MB*{number}*11*1 NM1*QC*1*SAMPLE*PAT****MI*MEM1 {service}"


def test_status_counts_services_that_name_no_payer(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The payers are those of services, and services without one count for each payer."""
    rows = ["A1,MEM1,90853,2024-11-30,1234567893,paid,practitioner,80,acme"]
    rows += ["A2,MEM1,90853,2024-12-02,1234567893,paid,practitioner,80,"]
    (folder / "payers.csv").write_text(COLUMNS.replace("\n", ",payer\n") + "\n".join(rows) + "\n")
    remittance(folder / "one.835", payment("C1", "P1"))
    load(capsys, "payers.csv", "one.835")
    _, text, _ = run(capsys, "history", "status", *STORE)
    assert "  payers         acme\n" in text
    assert "2 services without a payer: each payer counts them\n" in text
    data = json.loads(run(capsys, "history", "status", *STORE, "--report", "json")[1])
    assert (data["payers"], data["services_without_payer"]) == (["acme"], 2)
    for name, sign in (("two.835", "*1*80*80*"), ("back.835", "*22*-80*-80*")):
        remittance(folder / name, payment("C2", "P2").replace("*1*80*80*", sign))
        text = (folder / name).read_text().replace("N1*PR*PAYER", "N1*PR*PAYER*XV*99999")
        (folder / name).write_text(text)
        load(capsys, name)
        data = json.loads(run(capsys, "history", "status", *STORE, "--report", "json")[1])
        assert ("99999" in data["payers"]) is (name == "two.835")


def test_services_that_are_alike_are_shown_with_the_payers_number(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two payments of one claim are distinguished; other services are shown without it."""
    remittance(
        folder / "two.835",
        payment("C1", "P1"),
        payment("C1", "P2"),
        payment("C2", "P3"),
    )
    load(capsys, "two.835")
    _, text, _ = run(capsys, "history", "show", *STORE, "--member", "MEM1")
    service = "2024-12-02  90853  1 unit  paid, $80.00  claim"
    assert sorted(text.splitlines()) == [
        f"{service} C1, payer's number P1",
        f"{service} C1, payer's number P2",
        f"{service} C2",
    ]


def test_a_load_says_why_there_are_fewer_services_than_lines(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Payments without services are counted, and lines that add no service to the store."""
    denied = payment("C1", "P1", "").replace("*1*80*80*", "*4*80*0*")
    remittance(folder / "bare.835", denied, denied.replace("C1", "C2"))
    assert load(capsys, "bare.835")[1] == (
        "bare.835: 0 lines loaded; 2 payments without services (SVC)\n"
    )
    load(capsys, "paid")
    both = (folder / "paid" / "2024-11.csv").read_text()
    (folder / "more.csv").write_text(
        f"{both}A9,MEM1,90853,2024-12-04,1234567893,paid,practitioner,80\n"
    )
    reason = "1 service more in the store, since lines repeat or change others"
    assert load(capsys, "more.csv")[1] == f"more.csv: 2 lines loaded; {reason}\n"
    assert run(capsys, "history", "status", *STORE)[1].splitlines()[1].split()[1] == "5,"


def test_nothing_is_deleted_of_a_member_whom_the_store_does_not_know(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit code is that of show, and the store does not remember a deletion."""
    load(capsys, "paid")
    code, text, _ = run(capsys, "history", "forget", *STORE, "--member", "MEM9")
    assert code == 5
    assert text.splitlines() == [
        "0 services deleted",
        "The store has no service of this member. Check the id, as in the 835.",
    ]
    assert "deleted" not in run(capsys, "history", "status", *STORE)[1]
