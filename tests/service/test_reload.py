"""Rule books of the service when their files change."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from invented_payer import TWICE_A_WEEK

from payer_rules.errors import Problem

pytest.importorskip("litestar", reason="the service needs the extra serve")

ONCE: Final = TWICE_A_WEEK.replace("limit = 2", "limit = 1")
CLAIM: Final = {
    "id": "C1",
    "payer": "acme",
    "member": {"id": "M1"},
    "billing_provider": {"npi": "1234567893"},
    "lines": [
        {"number": number, "code": "90853", "date_from": f"2026-03-0{number}"}
        for number in (1, 2, 3)
    ],
}


@attrs.frozen(eq=False)
class ChangingService:
    """A service that looks at its files before each answer, and the problems that it reported."""

    client: Any
    books: Any
    profile: Path
    reported: list[Problem]

    def write(self, text: str) -> None:
        """Replace the profile in one step."""
        new = self.profile.with_suffix(".new")
        new.write_text(text, encoding="utf-8")
        os.replace(new, self.profile)

    def ask(self) -> str:
        """Return the answer on a claim of three services in one week."""
        text: str = self.client.post("/v1/check", content=json.dumps({"claims": [CLAIM]})).text
        return text

    def denied(self) -> list[int]:
        """Return the lines that are denied."""
        (decision,) = json.loads(self.ask())["decisions"]
        return [each["line"] for each in decision["lines"] if each["expected"] == "deny"]


@pytest.fixture
def changing(tmp_path: Path) -> Iterator[ChangingService]:
    """The service with the profile of an invented payer."""
    from litestar.testing import TestClient

    from payer_rules.practice import NO_PRACTICE
    from payer_rules.registry import load
    from payer_rules.service.application import ServiceState, application
    from payer_rules.service.current_books import CurrentBooks
    from payer_rules.service.service_books import ServiceFacts
    from payer_rules.service.service_limits import ServiceLimits
    from payer_rules.service.work_queue import WorkQueue

    folder, bodies = tmp_path / "profiles", tmp_path / "bodies"
    for each in (folder, bodies):
        each.mkdir()
    profile = folder / "acme.toml"
    profile.write_text(TWICE_A_WEEK, encoding="utf-8")
    reported: list[Problem] = []

    def facts() -> ServiceFacts:
        registry = load(profiles=[folder], without=["medicare", "medicaid", "profiles"])
        return ServiceFacts(
            registry=registry, practice=NO_PRACTICE, problems=tuple(registry.problems)
        )

    queue = WorkQueue(40)
    books = queue.now(lambda: CurrentBooks(facts, lambda: [folder], reported.extend, 0))
    state = ServiceState(
        books=books,
        edition=lambda: books.status,
        queue=queue,
        limits=ServiceLimits(),
        folder=bodies,
    )
    yield ChangingService(TestClient(application(state)), books, profile, reported)
    queue.close()


def test_a_changed_profile_is_used(changing: ChangingService) -> None:
    """The answer after a change is that of a service that was started after it."""
    assert changing.denied() == [3]
    changing.write(ONCE)
    assert changing.denied() == [2, 3]


def test_books_stay_while_no_file_changes(changing: ChangingService) -> None:
    """Rule books are made once for files that stay as they are."""
    assert changing.books() is changing.books()


@pytest.mark.parametrize("broken", ["[payer", TWICE_A_WEEK.replace("limit = 2", "limit = -2")])
def test_a_broken_profile_is_not_used(changing: ChangingService, broken: str) -> None:
    """A file with a new problem changes no answer: the problem is reported once, and mended."""
    changing.write(broken)
    assert [changing.denied() for _ in range(3)] == [[3]] * 3
    assert len(changing.reported) == len({*changing.reported}) >= 1
    changing.write(ONCE)
    assert changing.denied() == [2, 3]


@pytest.mark.parametrize("broken", ["[payer", TWICE_A_WEEK.replace("limit = 2", "limit = -2")])
@pytest.mark.parametrize("then", [TWICE_A_WEEK, ONCE])
def test_earlier_rules_are_noted_until_the_file_is_mended(
    changing: ChangingService, broken: str, then: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """While a broken file is not used the service is ready with a note; its end is printed once."""
    ready: list[tuple[int, list[str]]] = []
    for text in (TWICE_A_WEEK, broken, then, then):
        changing.write(text)
        changing.ask()
        response = changing.client.get("/ready")
        ready.append((response.status_code, [*response.json()]))
    assert ready == [(200, []), (200, ["note"]), (200, []), (200, [])]
    assert capsys.readouterr().err.count("mended: ") == 1


def test_each_answer_is_of_one_edition(changing: ChangingService) -> None:
    """Requests while the rules change get the answer of one edition or the other, and all get one."""
    expected = set()
    for text in (TWICE_A_WEEK, ONCE):
        changing.write(text)
        expected.add(changing.ask())
    assert len(expected) == 2
    with ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(changing.ask) for _ in range(60)]
        for number in range(20):
            changing.write((TWICE_A_WEEK, ONCE)[number % 2])
            answers[number * 3].result()
        assert {each.result() for each in answers} == expected
