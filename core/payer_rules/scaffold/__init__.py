"""The project of an outside plugin, as files: a profile with its cases, and rules in Python."""

from __future__ import annotations

from payer_rules.scaffold.names import misnamed
from payer_rules.scaffold.project import files_of, folder_of, package_of, write

__all__ = ["files_of", "folder_of", "misnamed", "package_of", "write"]
