"""Resources of versions before R4: recognized by their shape, and reported once per file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

import attrs
import msgspec

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import FieldError, Problem

if TYPE_CHECKING:
    from payer_rules.readers.fhir.files import LocatedResource

#: Uses of a claim in words that R4 no longer has.
_OLD_USES: Final = frozenset(["complete", "proposed", "exploratory", "other"])
#: Elements of claims and explanations that R4 has dropped or renamed.
_OLD_ELEMENTS: Final = frozenset(["organization", "information", "claimResponseReference"])
_READS: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def older_version(raw: bytes) -> str | None:
    """Return the version before R4 of a claim or explanation; ``None`` if it may be R4."""
    try:
        resource: dict[str, Any] = msgspec.json.decode(raw, type=dict[str, Any])
    except _READS:
        return None
    items = resource.get("item")
    items = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    services = [item["service"] for item in items if "service" in item]
    is_current = any("productOrService" in item for item in items)
    if is_current or not (
        services or resource.get("use") in _OLD_USES or _OLD_ELEMENTS & resource.keys()
    ):
        return None
    return "DSTU2" if any(map(_is_coding, services)) or "coverage" in resource else "STU3"


def _is_coding(service: object) -> bool:
    """Return True if the service is a coding, as in DSTU2, and not a concept."""
    return isinstance(service, dict) and "code" in service and "coding" not in service


@attrs.define
class OtherVersions:
    """The older versions that were reported for a file."""

    _named: set[str] = attrs.Factory(set)

    def problems(
        self, located: LocatedResource, field_errors: Iterable[FieldError] = ()
    ) -> Iterator[Problem]:
        """Yield the errors of the resource; of an older version, only the version, and once."""
        version = located.version or older_version(located.raw)
        if version is None:
            yield from located.problems(field_errors)
        elif version not in self._named:
            self._named.add(version)
            message = f"this is FHIR {version}; R4 is read"
            remedy = "Ask for R4, or convert it: no resource of the file in that version is read."
            yield from located.problems([FieldError((), message, remedy, ErrorCode.FHIR_VERSION)])
