"""Laws about names: a word for each idea, and a place for each word."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeAlias

import pytest

CHECKOUT: Final = Path(__file__).resolve().parent.parent
ROOTS: Final = ("core", "plugins", "payer_profiles")
GLOSSARY: Final = CHECKOUT / "docs" / "contributing" / "glossary.md"
KINDS: Final = CHECKOUT / "docs" / "reference" / "rule-kinds.md"

#: The verbs with which a function's docstring may begin.
VERBS: Final = frozenset(
    """
    Accept Add Adjust Advance Align Allow Answer Append Apply Ask Assert Assume Attach Await Begin
    Bind Block Build Bundle Cache Calculate Call Cancel Change Check Choose Clean Clear Close Collect
    Combine Compare Compile Complain Complete Compose Compute Conclude Confirm Construct Consume
    Continue Convert Copy Count Create Cut Decide Decode Decompress Defer Define Delete Deny Derive Describe
    Determine Discard Discover Divide Do Download Draw Drop Encode End Enforce Enter Escape Evaluate Examine
    Exclude Execute Exit Expand Explain Export Extend Extract Fail Feed Fetch Fill Filter Find
    Finish Flag Flush Follow Forget Format Gather Generate Get Give Group Guard Guess Handle Hash
    Hide Hold Identify Ignore Import Include Index Infer Initialize Insert Inspect Install Interpret
    Intersect Invoke Join Judge Keep Kill Leave Let Limit Link List Load Lock Log Look Make Map Mark
    Match Measure Merge Move Mutate Name Narrow Normalize Note Notify Number Offer Omit Open Order
    Pack Parse Partition Pass Pick Place Plan Postpone Prepare Preserve Presume Prevent Print
    Process Produce Prompt Propagate Propose Prove Put Quote Raise Read Rebuild Recognize
    Reconstruct Record Reduce Refuse Register Reject Release Remember Remove Rename Render Repeat
    Replace Replay Report Request Require Reserve Reset Resolve Restore Retry Return Reuse Review
    Route Run Sample Save Scan Search Select Send Separate Set Share Show Shrink Shuffle Simplify
    Skip Sort Split Spread Start Stop Store Stream Strip Subtract Suggest Sum Summarize Swap Take
    Terminate Test Track Transform Translate Treat Trim Truncate Try Turn Unlock Unpack Unwrap
    Update Use Validate Verify Wait Walk Warn Watch Withdraw Wrap Write Yield
    """.split()  # noqa: SIM905
)
#: Words with which no docstring of a class or function begins: it would be a clause, not a thing.
CLAUSES: Final = frozenset(
    "How Nothing Of On That What Whatever When Where Whether Which Who Whom Whose Why".split()  # noqa: SIM905
)

#: The folders of which every class is in the glossary, exported or not.
EVALUATION: Final = ("core/payer_rules/engine/", "core/payer_rules/rulebook/")
#: The docstrings of invariants are the sentences that the reference lists.
INVARIANTS: Final = ("answer_invariants.py", "invariants.py")

Definition: TypeAlias = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

if not (CHECKOUT / "pyproject.toml").is_file():
    pytest.skip("there is no checkout around these tests", allow_module_level=True)


def sources() -> Iterator[Path]:
    """Yield the modules of the distribution."""
    for root in ROOTS:
        yield from sorted((CHECKOUT / root).rglob("*.py"))


def definitions() -> Iterator[tuple[str, Definition]]:
    """Yield every class and function of the distribution, with the path of its module."""
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, Definition):
                yield f"{path.relative_to(CHECKOUT)}", node


def first_words() -> Iterator[tuple[str, Definition, str]]:
    """Yield each definition that has a docstring, its place, and the docstring's first word."""
    for path, node in definitions():
        if words := re.findall(r"\S+", ast.get_docstring(node) or ""):
            yield f"{path}:{node.lineno} {node.name}", node, words[0].rstrip(".,:;")


def is_property(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Return True for a property: its docstring is a noun, as that of an attribute is."""
    names = {ast.unparse(decorator).rpartition(".")[2] for decorator in node.decorator_list}
    return not names.isdisjoint({"property", "cached_property"})


def test_no_two_classes_have_one_name() -> None:
    """A class name occurs once in the distribution; a leading underscore makes no difference."""
    places = defaultdict(list)
    for path, node in definitions():
        if isinstance(node, ast.ClassDef):
            places[node.name.lstrip("_")].append(path)
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_no_three_files_have_one_name() -> None:
    """A file name occurs at most twice; packages and the folders of kinds share their names."""
    places = defaultdict(list)
    for path in sources():
        if path.name != "__init__.py" and "kinds" not in path.parts:
            places[path.name].append(f"{path.relative_to(CHECKOUT)}")
    assert {name: found for name, found in places.items() if len(found) > 2} == {}


def test_the_docstring_of_a_function_begins_with_a_verb() -> None:
    """A function's docstring says what the function does, in the imperative."""
    wrong = [
        f"{place}: {word}"
        for place, node, word in first_words()
        if not isinstance(node, ast.ClassDef)
        and not is_property(node)
        and word not in VERBS
        and not place.split(":")[0].endswith(INVARIANTS)
    ]
    assert wrong == []


def test_the_docstring_of_a_class_begins_with_a_noun() -> None:
    """A class's docstring names what an instance is; it is no clause."""
    wrong = [
        f"{place}: {word}"
        for place, node, word in first_words()
        if isinstance(node, ast.ClassDef) and word in CLAUSES
    ]
    assert wrong == []


def glossary() -> dict[str, str]:
    """Return the meaning of each word in the glossary's tables."""
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", GLOSSARY.read_text("utf-8"), re.MULTILINE)
    return {word.strip(): meaning.strip() for word, meaning in rows if set(word) - set("- ")}


def public_classes() -> set[str]:
    """Return the classes that public modules export, and all of `engine` and `rulebook`."""
    names: set[str] = set()
    for path in sources():
        if any(part.startswith("_") and part != "__init__.py" for part in path.parts):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
                names |= set(ast.literal_eval(node.value))
    classes = [(path, node.name) for path, node in definitions() if isinstance(node, ast.ClassDef)]
    return {
        name
        for path, name in classes
        if name in names or (path.startswith(EVALUATION) and not name.startswith("_"))
    }


def test_every_public_class_is_in_the_glossary() -> None:
    """A class that others may import has a row of its own, a kind of rule at least a section."""
    named = {name for word in glossary() for name in re.findall(r"`(\w+)`", word)}
    kinds = set(re.findall(r"^## (\w+)$", KINDS.read_text("utf-8"), re.MULTILINE))
    assert sorted(public_classes() - named - kinds) == []


def test_every_class_in_the_glossary_exists() -> None:
    """A name in backticks is a class, type or function of the distribution."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources())
    named = {name for word in glossary() for name in re.findall(r"`(\w+)`", word)}
    gone = {
        name for name in named if not re.search(rf"\b(class|def) {name}\b|^{name}\b", text, re.M)
    }
    assert gone == set()


def test_every_word_of_the_glossary_is_used() -> None:
    """A word without a class occurs in the sources' own text."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources()).lower()
    words = [word for word in glossary() if "`" not in word and word != "word"]
    assert [word for word in words if word.lower() not in text] == []


def test_the_glossary_defines_each_word_in_a_sentence() -> None:
    """Every meaning is one sentence that ends with a period."""
    assert [
        word for word, meaning in glossary().items() if word != "word" and meaning[-1] != "."
    ] == []
