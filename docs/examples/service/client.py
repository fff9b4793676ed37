"""Ask payer-rules about the claims of a file: python client.py ADDRESS FILE [PAYER]."""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any


def check(address: str, claims: bytes, payer: str | None, key: str | None) -> dict[str, Any]:
    """Return decisions and problems; while the service is busy, wait and ask again."""
    query = f"?{urllib.parse.urlencode({'payer': payer})}" if payer else ""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    for _ in range(5):
        request = urllib.request.Request(f"{address}/v1/check{query}", claims, headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                found: dict[str, Any] = json.load(response)
                return found
        except urllib.error.HTTPError as error:
            wait = error.headers["Retry-After"]
            if wait is None:
                refused: dict[str, Any] = {"decisions": [], **json.load(error)}
                return refused
            time.sleep(int(wait))
    sys.exit("the service is busy")


def main() -> None:
    """Print each denied line, and each problem."""
    address, path, *payer = sys.argv[1:]
    with open(path, "rb") as file:
        claims = file.read()
    answer = check(address, claims, payer[0] if payer else None, os.environ.get("PAYER_RULES_KEY"))
    for decision in answer["decisions"]:
        for finding in decision["findings"]:
            print(decision["claim"], decision["payer"], finding["rule"], finding["outcome"])
    for problem in answer["problems"]:
        print(f"{problem['where']}: {problem['message']}. {problem['remedy']}", file=sys.stderr)


if __name__ == "__main__":
    main()
