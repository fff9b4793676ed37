"""Finding, validating and listing plugins, and building rule books from their rules."""

from __future__ import annotations

from payer_rules.registry.collection import CollectedRules
from payer_rules.registry.hook_calls import HookCall
from payer_rules.registry.ineffective import remarks_on
from payer_rules.registry.plugin_errors import describe_error, plugin_problems
from payer_rules.registry.plugins import Plugin
from payer_rules.registry.registry import Registry, load
from payer_rules.registry.replaced_profiles import with_profile, with_profiles

__all__ = [
    "CollectedRules",
    "HookCall",
    "Plugin",
    "Registry",
    "describe_error",
    "load",
    "plugin_problems",
    "remarks_on",
    "with_profile",
    "with_profiles",
]
