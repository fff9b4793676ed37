"""Runs over many claims: by way of the disk, side by side, and in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payer_rules import Claim, Decision, History, Member, Problem, Provider, ServiceLine, load
from payer_rules.checking import (
    CheckRun,
    ClaimChecker,
    RenderedDecision,
    check_workers,
    disk_partitions,
)
from payer_rules.checking.check_run import MOST_IN_MEMORY
from payer_rules.checking.check_workers import partition_groups
from payer_rules.checking.claim_checker import PartitionResult, PositionedClaim
from payer_rules.checking.disk_partitions import (
    DiskPartitions,
    append_batch,
    merged_items,
    stored_items,
)
from payer_rules.readers import FiledClaim
from payer_rules.readers.file_shares import Share
from payer_rules.registry import Registry

PROFILE: Final = """
[payer]
id = "acme"
name = "Acme Health"
kind = "commercial"
identifiers = ["ACME1", "60054"]
[sources.A-1]
title = "Manual"
url = "https://acme.example"
read = 2026-11-23
confidence = "primary"
[[frequency_limit]]
id = "group-one-per-day"
codes = ["90853"]
limit = 1
counts = "services"
window = "day"
scope = "member"
cites = ["A-1"]
rationale = "One group session a day."
"""
DAY: Final = date(2024, 8, 15)
MANY: Final = MOST_IN_MEMORY + 500


def filed(
    number: int,
    member: str,
    *,
    day: date = DAY,
    payer: str | None = "acme",
    payer_id: str | None = None,
) -> FiledClaim:
    """A claim of a group session, the number its place in the file."""
    claim = Claim(
        id=f"C{number:05}",
        member=Member(id=member),
        billing_provider=Provider(npi="1234567893"),
        payer=payer,
        received=day,
        setting="practitioner",
        lines=[ServiceLine(code="90853", date_from=day, units=Decimal(1))],
    )
    return FiledClaim(claim, History(lines=()), "claims.ndjson", number, payer_id)


def many() -> Iterator[FiledClaim | Problem]:
    """More claims than are judged at once; the first and the last are one member's, of one day."""
    yield filed(1, "first")
    for number in range(2, MANY):
        yield filed(number, f"M{number % 700}", day=DAY + timedelta(days=number % 9))
        if number == MOST_IN_MEMORY + 2:
            yield Problem("claims.ndjson", "something is wrong", "Mend it.")
    yield filed(MANY, "first")


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """The registry with a payer of one rule."""
    profile = tmp_path / "acme.toml"
    profile.write_text(PROFILE)
    loaded = load(profiles=[profile])
    assert not loaded.problems
    return loaded


def summary(filed: FiledClaim, decision: Decision) -> str:
    """The decision in a word, and what was found."""
    return f"{decision.outcome} {[(f.rule, f.lines) for f in decision.proved_findings]}"


def run(registry: Registry, jobs: int) -> tuple[list[RenderedDecision], CheckRun]:
    """The answers on many claims, and the run when it has ended."""
    ended = CheckRun(ClaimChecker(registry=registry, renderers=(summary,)), jobs=jobs)
    return list(ended.answers(many())), ended


def test_many_claims_are_answered_as_they_would_be_at_once(registry: Registry) -> None:
    """By way of the disk, in one process or in two, each claim has the answer that it has anyway."""
    placed = (((0, item.number), item) for item in many() if isinstance(item, FiledClaim))
    at_once = ClaimChecker(registry=registry, renderers=(summary,)).evaluate_partition(placed)
    for jobs in (1, 2):
        answers, ended = run(registry, jobs)
        assert answers == list(at_once.answers)
        assert ended.summary == at_once.summary
        assert (ended.claims, ended.summary.decisions) == (MANY, MANY)
        assert list(ended.problems) == [Problem("claims.ndjson", "something is wrong", "Mend it.")]


def test_partitions_of_many_claims_are_evaluated_part_by_part(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run whose partitions are divided has the answers, the summary and the problems of any."""
    answers, whole = run(registry, 1)
    evaluated: list[int] = []
    evaluate = ClaimChecker.evaluate_partition

    def recorded(checker: ClaimChecker, placed: Iterable[PositionedClaim]) -> PartitionResult:
        claims = list(placed)
        evaluated.append(len(claims))
        return evaluate(checker, claims)

    monkeypatch.setattr(ClaimChecker, "evaluate_partition", recorded)
    monkeypatch.setattr(check_workers, "LARGEST", 1)
    divided, ended = run(registry, 1)
    assert divided == answers
    assert (ended.summary, ended.problems) == (whole.summary, whole.problems)
    assert max(evaluated) < MANY / 20


def a_share(share: Share) -> Iterator[tuple[int, FiledClaim | Problem]]:
    """Of the many claims those that fall to a reader, as if in two files; problems by all."""
    for item in many():
        if isinstance(item, Problem):
            yield 1, item
        elif share.has(item.number):
            yield int(item.number > MOST_IN_MEMORY), item


def test_claims_that_several_read_are_answered_as_if_one_had(registry: Registry) -> None:
    """Each process reads its share, and every member's claims come together all the same."""
    expected, one = run(registry, 1)
    several = CheckRun(ClaimChecker(registry=registry, renderers=(summary,)), jobs=3)
    answers = list(several.shared_answers(a_share))
    assert [(answer.key[:2], answer.texts) for answer in answers] == [
        (item.key[:2], item.texts) for item in expected
    ]
    assert (several.claims, several.summary, several.problems) == (
        one.claims,
        one.summary,
        one.problems,
    )


def test_a_member_s_claims_find_each_other_wherever_they_stand(registry: Registry) -> None:
    """The last claim of the file is the second session of the first one's member and day."""
    answers, _ = run(registry, 2)
    by_claim = {answered.key[0]: answered.texts[0] for answered in answers}
    assert "group-one-per-day" not in by_claim["C00001"]
    assert "('acme/group-one-per-day', (1,))" in by_claim[f"C{MANY:05}"]


def test_answers_come_in_order_of_claim_and_payer(registry: Registry) -> None:
    """The order does not depend on the partition of a claim."""
    answers, _ = run(registry, 1)
    assert [answered.key for answered in answers] == sorted(answered.key for answered in answers)


def test_without_a_report_of_decisions_a_run_counts_alone(registry: Registry) -> None:
    """No decision is kept for a report that has none, and the summary is that of any report."""
    counted = CheckRun(ClaimChecker(registry=registry))
    assert not list(counted.answers(many()))
    _, rendered = run(registry, 1)
    assert (counted.claims, counted.summary) == (rendered.claims, rendered.summary)


@given(st.lists(st.lists(st.lists(st.integers(0, 40), max_size=4), max_size=5), max_size=5))
def test_files_are_merged_in_order(files: list[list[list[int]]]) -> None:
    """Files of sorted items, in batches of any size, give all of their items in order."""
    with TemporaryDirectory() as folder:
        paths = [Path(folder, str(number)) for number in range(len(files))]
        for path, batches in zip(paths, files, strict=True):
            path.touch()
            ordered = iter(sorted(item for batch in batches for item in batch))
            for batch in batches:
                append_batch(path, [next(ordered) for _ in batch])
        found = list(merged_items(paths))
    assert found == sorted(item for batches in files for batch in batches for item in batch)


@given(
    st.lists(st.dictionaries(st.integers(0, 9), st.integers(1, 2_000), max_size=10), max_size=3),
    st.integers(1, 4),
)
def test_partitions_are_grouped_whole(readers: list[dict[int, int]], jobs: int) -> None:
    """Each file is in one group, and the files of one partition are in the same group."""
    with TemporaryDirectory() as folder:
        for number, sizes in enumerate(readers):
            Path(folder, str(number)).mkdir()
            for partition, size in sizes.items():
                Path(folder, str(number), f"{partition:03}").write_bytes(b"." * size)
        groups = partition_groups(Path(folder), jobs)
        files = sorted(Path(folder).glob("*/*"))
    assert sorted(path for group in groups for path in group) == files
    names = [{path.name for path in group} for group in groups]
    assert sum(map(len, names)) == len({path.name for path in files})


def test_waiting_partitions_are_written_before_they_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was put into a partition comes back in order, however often it was written."""
    monkeypatch.setattr(disk_partitions, "_WAITING", 2_000)
    partitions = DiskPartitions(tmp_path / "0")
    for number in range(1_000):
        partitions.put(number % 3, f"item {number}")
    assert sum(path.stat().st_size for path in (tmp_path / "0").iterdir()) > 6_000
    partitions.close()
    for partition in range(3):
        items = list(stored_items(tmp_path / "0" / f"{partition:03}"))
        assert items == [f"item {number}" for number in range(partition, 1_000, 3)]


def test_nothing_stays_on_the_disk(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither when a run ends nor when it is left off."""
    (tmp_path / "aside").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "aside"))
    answers = CheckRun(ClaimChecker(registry=registry, renderers=(summary,))).answers(many())
    next(answers)
    assert list((tmp_path / "aside").iterdir())
    del answers
    assert not list((tmp_path / "aside").iterdir())


def test_a_claim_form_names_its_payer_by_an_identifier(registry: Registry) -> None:
    """One in a profile is that payer's; one in none or in two profiles is reported once a file."""
    sent = [
        filed(number, "M1", payer=None, payer_id=payer_id)
        for number, payer_id in enumerate(("ACME1", "99999", "99999", "60054", "60054"), 1)
    ]
    ended = CheckRun(ClaimChecker(registry=registry, renderers=(summary,)))
    assert [answered.key[:2] for answered in ended.answers(sent)] == [("C00001", "acme")]
    assert [problem.message for problem in ended.problems] == [
        "no profile lists the payer identifier, '99999'",
        "the payer identifier '60054' is listed by acme and aetna",
    ]
