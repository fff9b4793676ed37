"""The endpoints of the service: what can be asked, where, and which function answers it."""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias

import attrs

from payer_rules.service.api_keys import Scope
from payer_rules.service.fhir_answers import answer_metadata, answer_submit
from payer_rules.service.refusals import FHIR_PATH, FHIR_TYPE
from payer_rules.service.service_answers import (
    AnswerFunction,
    answer_check,
    answer_next,
    answer_payers,
    answer_plan,
    answer_rule,
    answer_side_by_side,
    answer_topics,
)

#: What the body of a request has.
BodyKind: TypeAlias = Literal["claims", "service", "schedule", "resource"]


@attrs.frozen(kw_only=True)
class Endpoint:
    """An address that answers about claims or rules.

    ``path`` has names in braces. ``parameters`` are those of the query, ``bodies`` what the body
    may have; there is none for a GET. ``summary`` is a sentence for clients.
    """

    name: str
    path: str
    answer: AnswerFunction
    summary: str
    parameters: tuple[str, ...] = ()
    bodies: tuple[BodyKind, ...] = ()
    is_of_any_key: bool = False

    @property
    def method(self) -> Literal["GET", "POST"]:
        """The method of HTTP."""
        return "POST" if self.bodies else "GET"

    @property
    def scope(self) -> Scope | None:
        """What a key must be allowed to ask; ``None`` where any key will do."""
        if self.is_of_any_key:
            return None
        return "claims" if self.bodies else "rules"

    @property
    def media_type(self) -> str:
        """The type of the answers."""
        return FHIR_TYPE if self.path.startswith(FHIR_PATH) else "application/json"


def address_pattern(path: str) -> re.Pattern[str]:
    """Return the pattern of the addresses of a path with names in braces."""
    parts = re.split(r"\{\w+\}", path)
    return re.compile("[^/]+".join(map(re.escape, parts)))


ENDPOINTS: Final = (
    Endpoint(
        name="check",
        path="/v1/check",
        answer=answer_check,
        summary="Check claims against the rules of their payers.",
        parameters=("payer",),
        bodies=("claims",),
    ),
    Endpoint(
        name="next",
        path="/v1/next",
        answer=answer_next,
        summary="Find the first date on which each line, or a service, would be paid.",
        parameters=("payer", "from", "until"),
        bodies=("claims", "service"),
    ),
    Endpoint(
        name="plan",
        path="/v1/plan",
        answer=answer_plan,
        summary="Check appointments that have not taken place.",
        bodies=("schedule",),
    ),
    Endpoint(
        name="payers",
        path="/v1/payers",
        answer=answer_payers,
        summary="List the payers whose rules are installed.",
        parameters=("on", "detail"),
    ),
    Endpoint(
        name="topics",
        path="/v1/topics",
        answer=answer_topics,
        summary="List what was read of each topic of the payers' policies.",
        parameters=("payer", "on"),
    ),
    Endpoint(
        name="rules",
        path="/v1/rules/{payer}/{name}",
        answer=answer_rule,
        summary="Show one rule with its dates and sources.",
    ),
    Endpoint(
        name="side-by-side",
        path="/v1/side-by-side/{code}",
        answer=answer_side_by_side,
        summary="Compare what payers state about one code.",
        parameters=("payer", "on", "paid_units", "paid_lines"),
    ),
    Endpoint(
        name="metadata",
        path="/fhir/metadata",
        answer=answer_metadata,
        summary="Show what FHIR clients can ask (CapabilityStatement, R4).",
        is_of_any_key=True,
    ),
    Endpoint(
        name="submit",
        path="/fhir/Claim/$submit",
        answer=answer_submit,
        summary="Check a Claim of FHIR, and answer with a ClaimResponse (R4).",
        parameters=("payer",),
        bodies=("resource",),
    ),
)
