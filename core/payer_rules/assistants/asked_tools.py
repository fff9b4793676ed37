"""The questions that assistants ask, each with the answer of the service."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.service.endpoints import ENDPOINTS
from payer_rules.service.refusals import RefusedRequest
from payer_rules.service.request_bodies import body_file, body_name
from payer_rules.service.service_answers import ServiceAnswer
from payer_rules.service.service_books import ServiceBooks
from payer_rules.service.service_limits import ServiceLimits
from payer_rules.service.service_requests import ServiceRequest, stated_parameters

#: The longest answer, in characters: an assistant has to read all of it.
MOST_CHARACTERS: Final = 120_000
_ENDPOINTS: Final = {endpoint.name: endpoint for endpoint in ENDPOINTS}


@attrs.frozen(eq=False, kw_only=True)
class AskedTools:
    """The questions, answered by the rule books of the moment.

    ``folder`` has the file of a question while it is answered. Each question raises
    `RefusedRequest` if it cannot be answered, with all that is wrong in it.
    """

    books: Callable[[], ServiceBooks]
    folder: Path
    limits: ServiceLimits = attrs.field(factory=ServiceLimits)

    def check(self, claims: object, payers: list[str]) -> dict[str, Any]:
        """Return the decisions on the claims, as `check` reports them in JSON."""
        return self._ask("check", {"payer": payers}, body={"claims": claims})

    def next_date(
        self, service: Mapping[str, object], payer: str, first: str | None, last: str | None
    ) -> dict[str, Any]:
        """Return the first date on which the service would be paid, as `next` reports it."""
        stated = {key: value for key, value in service.items() if value is not None}
        asked = {"payer": [payer], "from": _one(first), "until": _one(last)}
        return self._ask("next", asked, body={"service": stated})

    def explain(self, payer: str, rule: str) -> dict[str, Any]:
        """Return a rule with its dates and sources; its name may have the payer before it."""
        name = rule.removeprefix(f"{payer}/")
        return self._ask("rules", {}, path={"payer": payer, "name": name})

    def side_by_side(
        self,
        code: str,
        payers: list[str],
        on: str | None,
        paid_units: int | None,
        paid_lines: int | None,
    ) -> dict[str, Any]:
        """Return what the payers' rules state about a code."""
        numbers = {"paid_units": paid_units, "paid_lines": paid_lines}
        counts = {name: [] if n is None else [str(n)] for name, n in numbers.items()}
        asked = {"payer": payers, "on": _one(on), **counts}
        return self._ask("side-by-side", asked, path={"code": code})

    def payers(self) -> dict[str, Any]:
        """Return the id, the name and the kind of each payer."""
        return self._ask("payers", {"detail": ["short"]})

    def _ask(
        self,
        name: str,
        parameters: Mapping[str, list[str]],
        *,
        path: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> dict[str, Any]:
        """Return the answer of the service to the request."""
        endpoint = _ENDPOINTS[name]
        pairs = [(key, value) for key, values in parameters.items() for value in values]
        request = ServiceRequest(
            path=path or {},
            parameters=stated_parameters(pairs, endpoint.parameters),
            today=date.today(),
            limits=self.limits,
        )
        if body is None:
            return _read(endpoint.answer(self.books(), request))
        content = json.dumps(body).encode()
        if len(content) > self.limits.body_bytes:
            message, remedy = "the claims are too long", "Ask about fewer claims at a time."
            raise RefusedRequest.of(413, message, remedy, ErrorCode.REQUEST_LIMIT)
        with body_file(self.folder / body_name(content), content) as file:
            return _read(endpoint.answer(self.books(), attrs.evolve(request, body=file)))


def _one(text: str | None) -> list[str]:
    return [] if text is None else [text]


def _read(answer: ServiceAnswer) -> dict[str, Any]:
    """Return the data of the answer; raises `RefusedRequest` if it is too long to be read."""
    if len(answer.text) > MOST_CHARACTERS:
        message = f"the answer has {len(answer.text):,} characters"
        remedy = "Name fewer payers, or ask about fewer claims at a time."
        raise RefusedRequest.of(413, message, remedy, ErrorCode.REQUEST_LIMIT)
    found: dict[str, Any] = json.loads(answer.text)
    return found
