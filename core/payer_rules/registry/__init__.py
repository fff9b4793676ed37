"""Plugins found, validated and listed; rule books out of what they give."""

from __future__ import annotations

from payer_rules.registry.collection import Gathered
from payer_rules.registry.hook_calls import Call
from payer_rules.registry.ineffective import remarks_on
from payer_rules.registry.plugin_errors import plugin_problems, said
from payer_rules.registry.plugins import Plugin
from payer_rules.registry.registry import Registry, load

__all__ = [
    "Call",
    "Gathered",
    "Plugin",
    "Registry",
    "load",
    "plugin_problems",
    "remarks_on",
    "said",
]
