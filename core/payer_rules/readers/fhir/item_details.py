"""The details of an item: its drug, or the services of a group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import FieldError, Path
from payer_rules.readers.fhir.resources import FhirItem, FhirItemDetail
from payer_rules.readers.fhir.systems import PROCEDURES, code_of
from payer_rules.text.quoting import redacted

_DETAIL: Final = msgspec.json.Decoder(FhirItemDetail)
#: The most codes of details that a message names.
_MOST_CODES: Final = 3


def details_of(raw_details: Iterable[msgspec.Raw]) -> Iterator[FhirItemDetail]:
    """Yield the details that can be decoded."""
    for raw in raw_details:
        try:
            yield _DETAIL.decode(raw)
        except msgspec.MsgspecError:
            continue


def errors_of_details(item: FhirItem, code: str, path: Path) -> Iterator[FieldError]:
    """Yield an error if details of the item, which has a procedure code, have codes too.

    By FHIR, an item with the services of a group in its details has the code of the group.
    """
    codes = list(dict.fromkeys(_procedures(item)))
    if codes:
        named = " and ".join(map(redacted, codes[:_MOST_CODES]))
        more = f" and {len(codes) - _MOST_CODES} more" if len(codes) > _MOST_CODES else ""
        message = (
            f"the item has the procedure code {redacted(code)}, and its details have {named}{more}:"
            " it is not clear which of them are billed"
        )
        remedy = "Write each service as an item of its own; a detail may name a drug by its NDC."
        yield FieldError((*path, "detail"), message, remedy, ErrorCode.FHIR_ELEMENT)


def _procedures(item: FhirItem) -> Iterator[str]:
    """Yield the procedure codes of the details and their sub-details."""
    for detail in details_of(item.detail):
        for each in (detail, *details_of(detail.sub_detail)):
            code = code_of(each.product_or_service, PROCEDURES)
            if code is not None:
                yield code
