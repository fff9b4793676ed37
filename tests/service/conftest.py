"""The service in the process of the tests, with the bundled payers and an invented one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from invented_payer import TWICE_A_WEEK


@attrs.frozen
class Served:
    """A client of the service, its queue, and the folder in which the commands run."""

    client: Any
    queue: Any
    folder: Path

    def text(self, method: str, address: str, **more: Any) -> str:
        """Return the text of an answer with status 200 or 422."""
        response = self.client.request(method, address, **more)
        assert response.status_code in (200, 422), response.text
        text: str = response.text
        return text


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the profile of an invented payer."""
    found = tmp_path_factory.mktemp("service")
    (found / "acme").mkdir()
    (found / "acme" / "acme.toml").write_text(TWICE_A_WEEK, encoding="utf-8")
    return found


@pytest.fixture(scope="module")
def serve(folder: Path) -> Iterator[Callable[..., Served]]:
    """Return a function that starts the service with limits, for the rest of the module."""
    from litestar.testing import TestClient

    from payer_rules.practice import NO_PRACTICE
    from payer_rules.registry import load
    from payer_rules.service.application import ServiceState
    from payer_rules.service.http_server import watched_application
    from payer_rules.service.request_rates import RequestRates
    from payer_rules.service.service_books import ServiceBooks, ServiceFacts
    from payer_rules.service.service_limits import ServiceLimits
    from payer_rules.service.work_queue import WorkQueue

    queues = []
    bodies = folder / "bodies"
    bodies.mkdir()
    registry = load(profiles=[folder / "acme"])
    facts = ServiceFacts(registry=registry, practice=NO_PRACTICE, problems=registry.problems)

    def start(
        holders: Any = None,
        rates: Any = None,
        *,
        logs: bool = False,
        audit: Any = None,
        **limits: float,
    ) -> Served:
        stated = ServiceLimits(**limits)  # type: ignore[arg-type]
        queue = WorkQueue(stated.waiting)
        queues.append(queue)
        books = queue.now(lambda: ServiceBooks(facts))
        state = ServiceState(
            books=lambda: books,
            queue=queue,
            limits=stated,
            folder=bodies,
            needs_key=holders is not None,
        )
        limit = rates or RequestRates(600)
        watched: Any = watched_application(state, holders, limit, logs_requests=logs, audit=audit)
        return Served(TestClient(watched), queue, folder)

    yield start
    for each in queues:
        each.close()


@pytest.fixture(scope="module")
def served(serve: Callable[..., Served]) -> Served:
    """The service with its own limits."""
    return serve()
