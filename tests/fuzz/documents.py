"""Fuzz the readers of claim files: ``python tests/fuzz/documents.py toml -max_total_time=60``."""

from __future__ import annotations

import sys

from target import fuzz

_TOML = (
    b'[claim]\nid = "C1"\nmember = { id = "M1", birth_date = 1980-05-01 }\n'
    b'billing_provider = { npi = "1234567893" }\n[[claim.lines]]\ncode = "90853"\nunits = 1.5\n'
    b"date = 2024-08-15\nsession = { start = 10:00:00, group_size = 8 }\n[[history]]\n"
    b'claim = "C0"\ncode = "90853"\ndate = 2024-08-12\nstatus = "paid"\n'
)
_JSON = (
    b'{"claim": {"id": "C1", "member": {"id": "M1", "birth_date": "1980-05-01"},\n'
    b' "billing_provider": {"npi": "1234567893"},\n'
    b' "lines": [{"code": "90853", "date": "2024-08-15", "units": 1}]}, "history": []}'
)

if __name__ == "__main__":
    is_json = "json" in sys.argv
    sys.argv[1:] = [item for item in sys.argv[1:] if item not in ("json", "toml")]
    fuzz(
        "json" if is_json else "toml",
        ".json" if is_json else ".toml",
        [_JSON if is_json else _TOML],
    )
