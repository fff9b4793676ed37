"""The codes that a rule on add-on codes pairs with one of them."""

from __future__ import annotations

from collections.abc import Container

from payer_rules.claims import ServiceLine
from payer_rules.kinds.add_on_code.rule import AddOnCode
from payer_rules.rules.topics import PRIMARY


def covers(rule: AddOnCode, line: ServiceLine) -> Container[str]:
    """Return the primary codes, and that the code needs one."""
    return rule.primaries | {PRIMARY}
