"""Laws of batches: the answers are those of `check`, each row is answered or set aside, once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from random import Random
from typing import Any, Final

import attrs
import pytest
from line_batches import Row, acme_checker, line_rows, results_in, write_rows

from payer_rules.batch import BatchRun, decide_batches, find_line_files, result_schema
from payer_rules.checking import ClaimChecker
from payer_rules.claims import Claim
from payer_rules.decisions import Decision
from payer_rules.errors import InputError
from payer_rules.readers.filed_claims import FiledClaim
from payer_rules.readers.line_tables import read_claim_table
from payer_rules.summaries import RunSummary
from payer_rules.summaries.open_facts import NOT_STATED

PARTS: Final = ("lines", "findings", "bad_rows")


def run(folder: Path, *paths: Path, **options: Any) -> Path:
    """Check the files, and return the folder of the results."""
    files, _ = find_line_files(paths)
    results = folder / str(options.pop("name", "results"))
    checker = options.pop("checker", None) or acme_checker(folder)
    options = {"partitions": 3, "messages": True, **options}
    BatchRun(files=files, checker=checker, folder=results, **options).run()
    return results


def decided_one_by_one(path: Path, checker: ClaimChecker) -> dict[str, tuple[Claim, Decision]]:
    """Return the decisions as `check` makes them, by claim."""
    found: dict[str, tuple[Claim, Decision]] = {}
    filed = [each for each in read_claim_table(path) if isinstance(each, FiledClaim)]

    def record(each: FiledClaim, decision: Decision) -> None:
        found[decision.claim] = (each.claim, decision)

    checker.evaluate_partition([((0, each.number), each) for each in filed], record)
    return found


def test_the_answer_on_each_line_is_that_of_check(tmp_path: Path) -> None:
    """Outcome, expected outcome, basis and completeness of each line are those of its decision."""
    path = write_rows(tmp_path / "claims.parquet", line_rows())
    decisions = decided_one_by_one(path, acme_checker(tmp_path))
    lines = results_in(run(tmp_path, path), "lines")
    assert {
        (row["claim"], row["line"], row["outcome"], row["expected"], row["basis"], row["complete"])
        for row in lines
    } == {
        (claim, line.line, line.outcome, line.expected, line.basis, line.complete)
        for claim, (_, decision) in decisions.items()
        for line in decision.lines
    }
    assert {row["expected"] for row in lines} > {"deny", "pay"}


def test_findings_have_the_texts_of_check(tmp_path: Path) -> None:
    """A finding has the rule, lines, outcome, text and fix that check reports."""
    path = write_rows(tmp_path / "claims.parquet", line_rows())
    decisions = decided_one_by_one(path, acme_checker(tmp_path))
    found = results_in(run(tmp_path, path), "findings")
    assert Counter(
        (row["claim"], row["rule"], (*row["lines"],), row["outcome"], row["message"], row["change"])
        for row in found
    ) == Counter(
        (claim, each.rule, each.lines, each.outcome, each.message, each.cure and each.cure.change)
        for claim, (_, decision) in decisions.items()
        for each in decision.findings
    )
    assert len({row["rule"] for row in found}) == 3


def test_an_answer_leads_to_its_reasons_questions_and_topics(tmp_path: Path) -> None:
    """The tables of answers hold what the decision states of the line."""
    path = write_rows(tmp_path / "claims.parquet", line_rows())
    decisions = decided_one_by_one(path, acme_checker(tmp_path))
    results = run(tmp_path, path)
    tables = {name: _by_answer(results, name) for name in ("reasons", "open_questions", "topics")}
    for row in results_in(results, "lines"):
        _, decision = decisions[row["claim"]]
        line = next(each for each in decision.lines if each.line == row["line"])
        reasons = [each.rule for each in decision.findings if line.line in each.lines]
        assert [each["rule"] for each in tables["reasons"].get(row["answer"], [])] == reasons
        missing = [each.missing for each in decision.not_evaluated if line.line in each.lines]
        assert [e["missing"] for e in tables["open_questions"].get(row["answer"], [])] == missing
        topics = {each["topic"]: each["status"] for each in tables["topics"][row["answer"]]}
        assert topics == dict(line.topics)


def _by_answer(results: Path, name: str) -> dict[int, list[Row]]:
    import pyarrow.parquet as pq

    found: dict[int, list[Row]] = {}
    for row in pq.read_table(results / f"{name}.parquet").to_pylist():
        found.setdefault(row["answer"], []).append(row)
    return found


def test_partitions_files_and_the_order_of_rows_change_nothing(tmp_path: Path) -> None:
    """The same lines in another order, in several files and partitions, have the same answers."""
    rows = line_rows()
    whole = results_in(run(tmp_path, write_rows(tmp_path / "a.parquet", rows)), "lines")
    Random(2).shuffle(rows)
    for number in range(3):
        write_rows(tmp_path / "lake" / f"day={number}" / "part.parquet", rows[number::3])
    write_rows(tmp_path / "lake" / "_delta_log" / "part.parquet", rows[:5])
    parts = run(tmp_path, tmp_path / "lake", name="parts", partitions=7)
    names = ("claim", "line", "payer", "outcome", "expected", "basis", "complete", "answer")
    assert Counter(tuple(row[name] for name in names) for row in whole) == Counter(
        tuple(row[name] for name in names) for row in results_in(parts, "lines")
    )


#: What is wrong with a row of a claim of one line, and the code of the problem.
BROKEN: Final[dict[str, tuple[Row, str]]] = {
    "no member": ({"member": None}, "PR323"),
    "blank member": ({"member": "  "}, "PR323"),
    "no claim": ({"claim": None}, "PR323"),
    "text for units": ({"units": "two"}, "PR323"),
    "the year 9999": ({"date": date(9999, 12, 31)}, "PR334"),
    "an unknown place": ({"place_of_service": "123"}, "PR323"),
    "an unknown setting": ({"setting": "moon"}, "PR323"),
    "a modifier twice": ({"modifiers": "95 95"}, ""),
    "no code": ({"code": None}, "PR323"),
    "a wrong NPI": ({"billing_npi": "12"}, ""),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_bad_row_is_set_aside_with_its_place_and_the_rest_is_checked(
    tmp_path: Path, name: str
) -> None:
    """A bad row is in the table of bad rows with file, row and problem; all others are answered."""
    changes, code = BROKEN[name]
    rows = line_rows()
    at = next(at for at, row in enumerate(rows) if row["claim"] not in _others(rows, at))
    rows[at] = {**rows[at], **changes}
    results = run(tmp_path, write_rows(tmp_path / "claims.parquet", rows))
    (bad,) = results_in(results, "bad_rows")
    assert (bad["source_file"], bad["source_row"]) == ("claims.parquet", at + 1)
    assert bad["problem"]
    assert bad["remedy"]
    assert bad["error_code"] == code or not code
    assert {name: bad[name] for name in rows[at] if bad[name] is not None} == {
        name: value for name, value in rows[at].items() if value is not None
    }
    answered = {row["source_row"] for row in results_in(results, "lines")}
    assert answered == {*range(1, len(rows) + 1)} - {at + 1}


def _others(rows: list[Row], at: int) -> set[str]:
    return {row["claim"] for place, row in enumerate(rows) if place != at}


def test_a_claim_with_a_bad_row_is_set_aside_as_a_whole(tmp_path: Path) -> None:
    """Without one of its rows, or with rows of other members, it would be another claim."""
    rows = line_rows()
    at = next(at for at, row in enumerate(rows) if row["line"] == 2)
    changes: list[Row] = [{"member": None}, {"member": "M999"}, {"units": "two"}]
    for number, change in enumerate(changes):
        changed = [*rows[:at], {**rows[at], **change}, *rows[at + 1 :]]
        path = write_rows(tmp_path / f"{number}.parquet", changed)
        bad = results_in(run(tmp_path, path, name=f"r{number}", partitions=9), "bad_rows")
        assert [row["source_row"] for row in bad] == [at, at + 1]
        assert len({row["problem"] for row in bad}) == 2 or change == {"member": "M999"}


def test_each_row_is_answered_or_set_aside_and_counted(tmp_path: Path) -> None:
    """No row is lost, none is there twice, and the summary counts them."""
    rows = line_rows(claims=80)
    for at, (changes, _) in enumerate(BROKEN.values()):
        rows[at * 7] = {**rows[at * 7], **changes}
    path = write_rows(tmp_path / "claims.parquet", rows)
    files, _ = find_line_files([path])
    results = tmp_path / "out"
    summary = BatchRun(
        files=files, checker=acme_checker(tmp_path), folder=results, partitions=4
    ).run()
    parts = [results_in(results, part) for part in ("lines", "bad_rows")]
    places = Counter(row["source_row"] for part in parts for row in part)
    assert places == Counter(range(1, len(rows) + 1))
    assert (summary.rows, summary.bad_rows) == (len(rows), len(parts[1]))
    assert sum(summary.lines.values()) == len(parts[0])
    assert sum(summary.findings.values()) == len(results_in(results, "findings"))


@pytest.mark.parametrize("missing", [{}, {"code": "90853", "place_of_service": None}])
def test_the_summary_counts_the_lines_that_miss_a_fact_as_reports_do(
    tmp_path: Path, missing: Row
) -> None:
    """Facts that lines miss, of unread ones too, have the lines of the report of `check`."""
    path = write_rows(tmp_path / "claims.parquet", [{**row, **missing} for row in line_rows()])
    profile = acme_checker(tmp_path)
    decided = decided_one_by_one(path, profile).values()
    facts = RunSummary.of(decided).payers["acme"].facts
    summary = json.loads((run(tmp_path, path) / "summary.json").read_text())
    assert {
        (each["class"], each["fact"], each["rule"]): each["count"] for each in summary["facts"]
    } == {
        (key.reason, key.fact, key.rule or ""): group.tally.lines
        for key, group in facts.items()
        if key.reason not in NOT_STATED
    }
    assert summary["facts"]


def test_a_claim_in_two_files_needs_numbers_of_its_lines(tmp_path: Path) -> None:
    """A repeated file would double the lines of its claims; it looks like a divided one."""
    rows = [{key: row[key] for key in row if key != "line"} for row in line_rows(claims=3)]
    for name in ("a", "b"):
        write_rows(tmp_path / "lake" / f"{name}.parquet", rows)
    results = run(tmp_path, tmp_path / "lake")
    assert results_in(results, "lines") == []
    assert len(results_in(results, "bad_rows")) == 2 * len(rows)


KILLED: Final = """
import os, signal, sys
from pathlib import Path
from line_batches import acme_checker
from payer_rules.batch import BatchRun, find_line_files, result_folder
folder, at = Path(sys.argv[1]), int(sys.argv[2])
kept = result_folder.ResultFolder._write
count = 0
def write(self, name, data):
    global count
    count += 1
    if count == at:
        os.kill(os.getpid(), signal.SIGKILL)
    kept(self, name, data)
result_folder.ResultFolder._write = write
files, _ = find_line_files([folder / "claims.parquet"])
run = BatchRun(
    files=files, checker=acme_checker(folder), folder=folder / "results", partitions=5, messages=True
)
run.run()
"""


@pytest.mark.parametrize("at", [2, 5])
def test_a_killed_run_continues_and_nothing_is_lost_or_doubled(tmp_path: Path, at: int) -> None:
    """A run that is killed between the results of a partition and its record repeats only that."""
    path = write_rows(tmp_path / "claims.parquet", line_rows())
    whole = run(tmp_path, path, name="whole", partitions=5)
    paths = os.pathsep.join(sys.path)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, tmp_path, str(at)],
        env={**os.environ, "PYTHONPATH": paths},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    done = {each.name for each in (tmp_path / "results" / "work").glob("done/*.json")}
    assert len(done) == max(0, at - 3)
    kept: list[tuple[int, int]] = []
    results = run(
        tmp_path, path, partitions=5, on_continue=lambda done, of: kept.append((done, of))
    )
    assert kept == ([(len(done), 5)] if at > 2 else [])
    for part in PARTS:
        assert results_in(results, part) == results_in(whole, part)
    assert (results / "summary.json").read_text() == (whole / "summary.json").read_text()


def test_a_run_that_has_ended_is_not_repeated(tmp_path: Path) -> None:
    """A second run with the same files and options returns the summary and writes nothing."""
    path = write_rows(tmp_path / "claims.parquet", line_rows())
    results = run(tmp_path, path)
    before = {each: each.stat().st_mtime_ns for each in results.rglob("*")}
    run(tmp_path, path)
    assert {each: each.stat().st_mtime_ns for each in results.rglob("*")} == before


def test_results_of_another_run_are_not_mixed(tmp_path: Path) -> None:
    """Other files or options, or a folder with other files, are refused."""
    path = write_rows(tmp_path / "claims.parquet", line_rows())
    results = run(tmp_path, path)
    with pytest.raises(InputError, match="messages"):
        run(tmp_path, path, messages=False)
    write_rows(path, line_rows(seed=2))
    with pytest.raises(InputError, match="files"):
        run(tmp_path, path)
    (results / "run.json").unlink()
    with pytest.raises(InputError, match="other files"):
        run(tmp_path, path)


def test_several_processes_write_the_same_results(tmp_path: Path) -> None:
    """Two workers write what one writes."""
    path = write_rows(tmp_path / "claims.parquet", line_rows())
    one, two = run(tmp_path, path), run(tmp_path, path, name="two", jobs=2)
    for part in PARTS:
        assert results_in(one, part) == results_in(two, part)


def test_arrow_comes_in_and_arrow_goes_out(tmp_path: Path) -> None:
    """Batches without files have the same answers; their rows are counted from 1."""
    import pyarrow as pa

    rows = line_rows()
    batches = pa.Table.from_pylist(rows).to_batches(max_chunksize=10)
    found = [*decide_batches(batches, acme_checker(tmp_path))]
    assert {batch.schema for batch in found} == {result_schema()}
    path = write_rows(tmp_path / "claims.parquet", rows)
    written = results_in(run(tmp_path, path, messages=False), "lines")
    answers = {(row["source_row"], row["answer"]) for row in written}
    assert {(r["source_row"], r["answer"]) for batch in found for r in batch.to_pylist()} == answers


def test_an_unknown_payer_of_a_claim_sets_it_aside(tmp_path: Path) -> None:
    """A claim that no payer decides is set aside, and the others are checked."""
    rows = [{**row, "payer": "acme"} for row in line_rows()]
    rows[0] = {**rows[0], "payer": "acmee"}
    checker = attrs.evolve(acme_checker(tmp_path), payers=())
    results = run(tmp_path, write_rows(tmp_path / "c.parquet", rows), checker=checker)
    assert {row["claim"] for row in results_in(results, "bad_rows")} == {rows[0]["claim"]}
    assert len(results_in(results, "lines")) + len(results_in(results, "bad_rows")) == len(rows)
