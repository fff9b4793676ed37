"""The templates of pages, and the settings under which they are filled in."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from payer_rules.text.escaping import visible

if TYPE_CHECKING:
    from jinja2 import Environment, Template


def template(name: str) -> Template:
    """Return the template with this file name; needs Jinja2."""
    return _environment().get_template(name)


@cache
def _environment() -> Environment:
    """Return the settings of all pages: values are text, and an unknown name is an error.

    ``visible`` is for texts from files.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("payer_rules.reports", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["visible"] = visible
    return environment
