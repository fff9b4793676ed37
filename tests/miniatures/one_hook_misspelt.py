"""A plugin with a payer of its own, of whose hooks one is misspelled."""

from __future__ import annotations

from a_rule import limit

from payer_rules import FrequencyLimit, Payer, hookimpl


@hookimpl
def payer_rules_payers() -> list[Payer | str]:
    """A payer, and a namespace for rules of other payers."""
    return [Payer(id="partly", name="Partly Health", kind="commercial"), "partly-house"]


@hookimpl
def payer_rules_frequency_limits(payer: str) -> list[FrequencyLimit]:
    """A limit of the payer, and one that the plugin adds to the payer acme."""
    limits = {"partly": "partly/one-per-day", "acme": "partly-house/one-per-day"}
    return [limit(limits[payer])] if payer in limits else []


@hookimpl
def payer_rules_frequency_limit(payer: str) -> list[FrequencyLimit]:
    """Limits that are never read, because the name of the hook lacks an "s"."""
    return [limit(f"{payer}/two-per-day")]
