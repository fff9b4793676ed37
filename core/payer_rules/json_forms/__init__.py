"""Claims, histories, decisions and rules as JSON, and back.

`to_json` and `to_dict` write a value; `from_json` and `from_dict` read it again, and the value that
is read equals the value that was written. Each form has a JSON schema, which `schema_of` returns.

A claim and a history are written as `check` reads them from a file. A rule that is a function of a
plugin (`Check`) is code: it is written without the function, and cannot be read.
"""

from __future__ import annotations

from payer_rules.json_forms.conversion import from_dict, from_json, to_dict, to_json
from payer_rules.json_forms.schema_files import schema_of

__all__ = ["from_dict", "from_json", "schema_of", "to_dict", "to_json"]
