"""A plugin that needs a package which is not there."""

from __future__ import annotations

import a_package_that_is_not_installed  # noqa: F401
