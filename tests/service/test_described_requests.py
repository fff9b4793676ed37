"""Requests that are made from the description of the service, right and wrong ones."""

from __future__ import annotations

import os
from typing import Any, Final

import pytest

pytest.importorskip("litestar", reason="the service needs the extra serve")
schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")

from hypothesis import HealthCheck, given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402
from schemathesis import GenerationMode, checks  # noqa: E402
from schemathesis.specs.openapi.checks import (  # noqa: E402
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

#: The checks of a response. A request that fits the description may be refused all the same: the
#: facts of a claim have to fit each other, which no schema states.
CHECKS: Final = [
    checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
#: The number of requests to each address.
REQUESTS: Final = int(os.environ.get("PAYER_RULES_REQUESTS", "20"))


@pytest.fixture(scope="module")
def described(served: Any) -> Any:
    """The description of the service, with the application that answers."""
    return schemathesis.openapi.from_asgi("/openapi.json", served.client.app)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_answer_is_as_described(described: Any, mode: GenerationMode) -> None:
    """No request gets an internal error, or an answer of another status, type or schema."""
    strategies = [
        operation.ok().as_strategy(generation_mode=mode)
        for operation in described.get_all_operations()
        if mode is GenerationMode.POSITIVE or operation.ok().body or operation.ok().query
    ]
    assert len(strategies) > 3

    @settings(
        max_examples=REQUESTS * len(strategies),
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(strategies))
    def ask(case: Any) -> None:
        case.call_and_validate(checks=CHECKS)

    ask()
