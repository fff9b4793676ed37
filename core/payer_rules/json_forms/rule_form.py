"""Rules as JSON data, and back.

A rule has the key ``kind`` (the name of its tables in a profile) and the keys of its class.
"""

from __future__ import annotations

from typing import Any

from payer_rules.errors import FieldError, InvalidValueError, nearest
from payer_rules.json_forms.plain_data import Data, plain, stated
from payer_rules.kinds import KINDS, kind_of
from payer_rules.rules import Rule
from payer_rules.values.structure import structure


def of_rule(rule: Rule) -> dict[str, Data]:
    """Return the rule with the name of its kind; empty conditions are left out.

    The function of a `Check` is left out.
    """
    data = plain(rule)
    assert isinstance(data, dict)
    data["when"] = stated(rule.when)
    data["exceptions"] = [stated(exception) for exception in rule.exceptions]
    return {"kind": kind_of(rule).table, **data}


def rule_from(data: dict[str, Any]) -> Rule:
    """Return the rule of the data, without its schema; raises `InvalidValueError`."""
    kinds = {kind.table: kind for kind in KINDS}
    kind = kinds.get(str(data.get("kind")))
    if kind is None:
        message = f"the kind of rule is {data.get('kind')!r}"
        remedy = nearest(str(data.get("kind")), kinds)
        raise InvalidValueError([FieldError(("kind",), message, remedy)])
    if not kind.is_data:
        message = f"a rule of the kind {kind.table!r} is a function of a plugin"
        raise InvalidValueError([FieldError(("kind",), message, "Load it with its plugin.")])
    table = {key: value for key, value in data.items() if key != "kind"}
    rule: Rule = structure(kind.rule, table, keys="json")
    return rule
