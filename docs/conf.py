"""Settings of Sphinx for the documentation site, which tools/make_site.py builds."""

from __future__ import annotations

import re
from importlib.metadata import version as version_of
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "payer-rules"
author = "The authors of payer-rules"
release = version = version_of("payer-rules")
language = "en"
# Options such as --on keep their two signs.
smartquotes = False

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["examples/gallery/**", "examples/payer-rules-acme/*.toml"]
# The anchors of headings are those of code hosts, so that links work in both places.
myst_heading_anchors = 6
# Classes of values show their fields once, in the signature.
autodoc_typehints = "signature"
autodoc_class_signature = "mixed"
autodoc_member_order = "bysource"
python_maximum_signature_line_length = 80
# Docstrings name private types and those of other projects, which have no page here.
nitpick_ignore_regex = [("py:.*", ".*")]
# Blocks of CSV and of text have no colors.
suppress_warnings = ["misc.highlighting_failure"]

html_theme = "furo"
html_title = f"payer-rules {release}"
html_static_path = ["site.css"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_theme_options = {"navigation_with_keys": True}

#: The conditions of a rule that has none: a default of every kind, and fifty words long.
_ANYTIME = re.compile(r"When\((?:[^()]|\([^()]*\))*\)")


def _shorten(*event: object) -> tuple[str, str | None] | None:
    """Return the signature of a class without the many words of a rule's empty conditions."""
    *_, signature, returned = event
    if not isinstance(signature, str):
        return None
    return _ANYTIME.sub("ANYTIME", signature), returned if isinstance(returned, str) else None


def setup(app: Sphinx) -> None:
    """Shorten signatures before they are written."""
    app.connect("autodoc-process-signature", _shorten)
