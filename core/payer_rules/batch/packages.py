"""The packages of the extra ``batch``."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem

_PACKAGES: Final = ("pyarrow", "numpy", "numba")


def require_packages() -> None:
    """Raise `InputError` if a package is not installed that batches need."""
    missing = [name for name in _PACKAGES if find_spec(name) is None]
    if missing:
        message = f"batches need {', '.join(missing)}, which is not installed"
        remedy = "Run pip install 'payer-rules[batch]'."
        raise InputError([Problem("--results", message, remedy, ErrorCode.MISSING_PACKAGE)])
