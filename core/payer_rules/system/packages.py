"""Packages that extras install, and the problem of one that is not installed."""

from __future__ import annotations

from importlib.util import find_spec

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem


def missing_packages(
    where: str, extra: str, does: str, *packages: str, otherwise: str = ""
) -> Problem | None:
    """Return the problem of the packages that are not installed; ``None`` if all are.

    ``where`` is the file or the option that needs them, ``does`` what they do there as a clause,
    such as "which reads workbooks", and ``otherwise`` what to do without them.
    """
    missing = [name for name in packages if not _is_installed(name)]
    if not missing:
        return None
    message = f"{' and '.join(missing)}, {does}, is not installed"
    remedy = f"Run pip install 'payer-rules[{extra}]'{otherwise and f', or {otherwise}'}."
    return Problem(where, message, remedy, ErrorCode.MISSING_PACKAGE)


def require_packages(
    where: str, extra: str, does: str, *packages: str, otherwise: str = ""
) -> None:
    """Raise `InputError` if a package is not installed (`missing_packages`)."""
    missing = missing_packages(where, extra, does, *packages, otherwise=otherwise)
    if missing:
        raise InputError([missing])


def _is_installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:
        # NOTE: the package that it is a part of is not installed.
        return False
