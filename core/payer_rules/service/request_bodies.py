"""The claims in the body of a request, read as `check` reads a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem, Remark
from payer_rules.payer_routing import ALL
from payer_rules.readers import FiledClaim
from payer_rules.readers.claim_files import read_claim_file
from payer_rules.readers.documents import read_document
from payer_rules.readers.fhir import is_json
from payer_rules.readers.filed_claims import ClaimStream
from payer_rules.readers.formats import ReadOptions
from payer_rules.readers.line_tables.sources import PARQUET
from payer_rules.registry import Registry
from payer_rules.service.refusals import RefusedRequest, too_large
from payer_rules.service.request_notes import current_notes
from payer_rules.service.service_requests import ServiceRequest

#: The key of a body that asks about a service without a claim.
SERVICE: Final = "service"
_SERVICE_KEY: Final = b'"service"'
_START: Final = 64


def body_name(content: bytes, *, is_schedule: bool = False) -> str:
    """Return the name of the file for a body; its suffix shows the reader what is in it.

    Raises `RefusedRequest` for an empty body, and for columns of Parquet, which take more memory
    than their bytes show.
    """
    if not content:
        wanted = "a schedule as CSV" if is_schedule else "claims as JSON, FHIR, X12 (837) or CSV"
        message, remedy = "there is no body", f"Send {wanted}."
        raise RefusedRequest.of(400, message, remedy, ErrorCode.NOTHING_GIVEN)
    if content.startswith(PARQUET):
        remedy = "Send CSV, or check the file with payer-rules check."
        raise RefusedRequest.of(
            415, "the service does not read Parquet", remedy, ErrorCode.UNKNOWN_FORMAT
        )
    if is_schedule:
        return "request.csv"
    return "request.json" if is_json(content[:_START]) else "request"


@contextmanager
def body_file(path: Path, content: bytes) -> Iterator[Path]:
    """Write the body to the file; the context is the file, which is deleted at its end."""
    try:
        path.write_bytes(content)
        yield path
    finally:
        path.unlink(missing_ok=True)


def claims_in(request: ServiceRequest, registry: Registry) -> ClaimStream:
    """Yield the claims and problems of the body; raises `RefusedRequest` for too many lines."""
    most, count, notes = request.limits.lines, 0, current_notes()
    for item in read_claim_file(_file(request), ReadOptions(today=request.today)):
        if isinstance(item, FiledClaim):
            lines = len(item.claim.lines) + len(item.revenue_lines)
            notes.claims, notes.lines = notes.claims + 1, notes.lines + lines
            count += lines * _payers(item, request.texts("payer"), registry)
            if count > most:
                raise too_large(
                    f"the claims have more than {most:,} lines, counted for each payer",
                    "Send fewer claims at a time, or name one payer.",
                )
        yield item


def valid_claims_in(request: ServiceRequest, registry: Registry) -> Iterator[FiledClaim]:
    """Yield the claims of the body; raises `RefusedRequest` if there is a problem in it."""
    for item in claims_in(request, registry):
        if isinstance(item, FiledClaim):
            yield item
        elif isinstance(item, Problem) and not isinstance(item, Remark):
            raise RefusedRequest(422, [item])


def asked_service(request: ServiceRequest) -> object:
    """Return what the body states as its ``service``; ``None`` if it has claims instead.

    Raises `RefusedRequest` for a body that cannot be read.
    """
    path = _file(request)
    if path.suffix != ".json" or _SERVICE_KEY not in path.read_bytes():
        return None
    try:
        data = read_document(path).data
    except InputError as error:
        raise RefusedRequest(422, error.problems) from None
    return data[SERVICE] if set(data) == {SERVICE} else None


def _payers(filed: FiledClaim, asked: tuple[str, ...], registry: Registry) -> int:
    """Return how many payers may decide the claim."""
    wanted = asked or ((filed.claim.payer,) if filed.claim.payer else ())
    if ALL in wanted or not (wanted or filed.payer_id):
        return len(registry.payers)
    return max(len(wanted), 1)


def _file(request: ServiceRequest) -> Path:
    if request.body is None:
        raise ValueError("the endpoint has no body")
    return request.body
