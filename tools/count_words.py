"""Count the words that docstrings use too often, and fail if there are too many.

    python tools/count_words.py [--modules N]

The words are those of ``FORM``. Code in backticks is left out. The script prints the modules with
most of these words, then the rate of each folder, and exits with 1 if a rate is above the ceiling
in ``CEILINGS``.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parent.parent
#: The most of a thousand words, by folder.
CEILINGS: Final = {"core": 2, "plugins": 2, "payer_profiles": 2, "tools": 2, "tests": 2}
#: How many modules are named if the command does not give a number.
MOST: Final = 10

FORM: Final = re.compile(
    r"tell(?:s|ing)?|told|say(?:s|ing)?|said|stand(?:s|ing)?|stood"
    r"|besides?|lack(?:s|ing|ed)?|else|behind|whatever"
)
CODE: Final = re.compile(r"(`+).+?\1", re.DOTALL)
WORD: Final = re.compile(r"[A-Za-z]+(?:['’][a-z]+)?")


def words_of(text: str) -> list[str]:
    """Return the words of a docstring in lower case, without code in backticks."""
    return [word.lower() for word in WORD.findall(CODE.sub(" ", text))]


def docstrings_of(path: Path) -> Iterator[str]:
    """Yield the docstrings of a module, its classes and its functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node) or ""


def counted(path: Path) -> Counter[str]:
    """Return how many of each form a module has; ``""`` counts all of its words."""
    words = [word for text in docstrings_of(path) for word in words_of(text)]
    return Counter(word for word in words if FORM.fullmatch(word)) + Counter({"": len(words)})


def rate(counts: Counter[str]) -> float:
    """Return how many of a thousand words are forms."""
    forms = counts.total() - counts[""]
    return 1000 * forms / counts[""] if counts[""] else 0.0


def named(modules: dict[Path, Counter[str]], most: int) -> Iterator[str]:
    """Yield the modules with most forms, and how many of each."""
    ranked = sorted(modules.items(), key=lambda item: item[1][""] - item[1].total())
    for path, counts in ranked[:most]:
        forms = ", ".join(f"{word} {number}" for word, number in counts.most_common() if word)
        if forms:
            yield f"{path.relative_to(CHECKOUT)}: {forms}"


def main(most: int) -> int:
    """Count the docstrings of all folders; return 1 if a rate is above its ceiling."""
    modules = {
        path: counted(path)
        for folder in CEILINGS
        for path in sorted((CHECKOUT / folder).rglob("*.py"))
    }
    print(*named(modules, most), sep="\n")
    above = 0
    for folder, ceiling in CEILINGS.items():
        own = (counts for path, counts in modules.items() if path.is_relative_to(CHECKOUT / folder))
        found = rate(sum(own, Counter[str]()))
        print(f"{folder}: {found:.1f} of 1,000 words; at most {ceiling}")
        above += found > ceiling
    return int(above > 0)


if __name__ == "__main__":
    match sys.argv[1:]:
        case []:
            sys.exit(main(MOST))
        case ["--modules", number] if number.isdecimal():
            sys.exit(main(int(number)))
    sys.exit(__doc__)
