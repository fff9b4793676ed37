"""Damaged tables: no bit of a folder can change an answer before it is noticed."""

from __future__ import annotations

import hashlib
import json
import os
import random
import sys
from array import array
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Final

import attrs
import pytest
from published import (
    GIVEN,
    RELEASE,
    Pair,
    add_on_text,
    edits_in,
    imported,
    pair_text,
    unit_text,
    written,
)

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.errors import InputError
from payer_rules.tables import array_files, catalog
from payer_rules.tables.catalog import ImportedFile, ImportedTable
from payer_rules.tables.drafts import TableAddress
from payer_rules.tables.importing import import_tables
from payer_rules.tables.releases import Release
from payer_rules.tables.store import TableStore

CODES: Final = ("90791", "90832", "90853", "99213", "G0410")
PAIRS: Final = (
    Pair("90791", "90853", indicator=0),
    Pair("90853", "90832"),
    Pair("99213", "90853"),
    Pair("G0410", "90853", rationale="More extensive procedure"),
)
UNITS: Final = ("90832,1,3 Date of Service Edit,Clinical: Data", "90853,2,2 x,Nature of Service")
ADD_ONS: Final = (
    "1\t90785\t\t90791\t\t2013001\t\t",
    "2\t90833\t\tCCCCC\t\t2013001\t2024183\t",
)
#: One bit of so many is flipped; ``PAYER_RULES_BITS=1`` flips each.
EACH: Final = int(os.environ.get("PAYER_RULES_BITS", "5"))

Damage = tuple[Path, Callable[[bytes], bytes]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with pairs, units and add-on codes of one release."""
    here = tmp_path_factory.mktemp("files")
    files = (
        written(here, "a.txt", pair_text(PAIRS)),
        written(here, "b.csv", unit_text(UNITS)),
        written(here, "c.txt", add_on_text(ADD_ONS)),
    )
    imported(here / "t", *files)
    return here / "t"


def answers(folder: Path) -> list[object]:
    """Everything that the folder answers about the codes of the tests."""
    tables = TableStore.open(folder)
    edits = tables.edits("medicare", "practitioner", RELEASE)
    return [
        tables.releases("medicare", "practitioner"),
        [edits.pairs(*codes) for codes in product(CODES, CODES)],
        [edits.pairs_in_force(code, RELEASE.first) for code in CODES],
        list(edits.all_pairs()),
        [edits.units(code) for code in CODES],
        list(edits.all_units()),
        [edits.add_ons(code) for code in ("90785", "90833", *CODES)],
        edits.add_on_codes,
        edits.pair_codes,
    ]


def outcome(folder: Path, sound: list[object], path: Path, content: bytes) -> str:
    """What becomes of the answers when a file has this content: same, noticed or changed."""
    whole = path.read_bytes()
    # NOTE: to write into the file would change what an earlier case still has mapped.
    path.unlink()
    path.write_bytes(content)
    try:
        return "same" if answers(folder) == sound else f"changed: {path.name}"
    except InputError as error:
        (problem,) = error.problems
        assert "mport" in problem.remedy
        return "noticed"
    finally:
        path.unlink()
        path.write_bytes(whole)


def flipped(content: bytes, bit: int) -> bytes:
    """The content with one bit turned."""
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def files_of(folder: Path) -> list[Path]:
    """The catalog and the tables of a folder."""
    return sorted(path for path in folder.iterdir() if path.name != "lock")


def test_no_flipped_bit_changes_an_answer_silently(folder: Path) -> None:
    """For each changed bit of tables and catalog, the answers are equal or an error names the file."""
    sound = answers(folder)
    found: dict[str, int] = {}
    for path in files_of(folder):
        content = path.read_bytes()
        for bit in range(random.Random(path.name).randrange(EACH), 8 * len(content), EACH):
            result = outcome(folder, sound, path, flipped(content, bit))
            found[result] = found.get(result, 0) + 1
    assert set(found) <= {"same", "noticed"}
    assert found["noticed"] > 100 * found.get("same", 0)


def test_no_table_that_was_cut_off_gives_an_answer(folder: Path) -> None:
    """At any length; nor one with something added to it."""
    sound = answers(folder)
    for path in files_of(folder):
        content = path.read_bytes()
        cut = [content[:length] for length in range(0, len(content) - 1, EACH)]
        longer = [content + b"x", content * 2]
        if path.suffix == ".table":
            cut += [content[:-1]]
            longer += [content + bytes(8)]
        assert {outcome(folder, sound, path, item) for item in (*cut, *longer)} == {"noticed"}


def test_the_tables_cannot_take_each_other_s_place(folder: Path) -> None:
    """Not those of other contents, and not the same content of another release."""
    sound = answers(folder)
    tables = [path for path in files_of(folder) if path.suffix == ".table"]
    other = folder.parent / "other"
    result = attrs.evolve(GIVEN, release=Release(2024, 4))
    text = pair_text([Pair("90853", "90832", indicator=0)])
    imported(other, written(folder.parent, "d.txt", text), identity=result)
    for path, stranger in product(tables, (*tables, *files_of(other))):
        if path != stranger:
            assert outcome(folder, sound, path, stranger.read_bytes()) == "noticed"


def test_a_table_under_whose_name_no_file_lies_is_named(tmp_path: Path, folder: Path) -> None:
    """A pipe there is not waited for, and a folder is not read."""
    copy = tmp_path / "t"
    copy.mkdir()
    for path in files_of(folder):
        (copy / path.name).write_bytes(path.read_bytes())
    for path, make in product(files_of(copy), (os.mkfifo, os.mkdir)):
        content = path.read_bytes()
        path.unlink()
        make(path)
        with pytest.raises(InputError):
            answers(copy)
        path.unlink() if make is os.mkfifo else path.rmdir()
        path.write_bytes(content)


def test_a_block_is_compared_before_its_first_pair_is_found(tmp_path: Path) -> None:
    """In a table of many blocks, a damaged one is noticed by exactly the pairs that use it."""
    rows = [
        Pair(f"{n % 90:04}T", f"{n // 90 + 10_000}", indicator=0 if n % 3 else 1)
        for n in range(60_000)
    ]
    folder = tmp_path / "t"
    imported(folder, written(tmp_path, "a.txt", pair_text(rows)))
    (path,) = folder.glob("*.table")
    content = path.read_bytes()
    sound = {row: edits_in(folder).pairs(row.column1, row.column2) for row in rows[::999]}
    chance = random.Random(18)
    for at in (*chance.sample(range(len(content)), 12), len(content) - 9):
        path.unlink()
        path.write_bytes(flipped(content, 8 * at))
        noticed = 0
        for row, expected in sound.items():
            try:
                assert edits_in(folder).pairs(row.column1, row.column2) == expected
            except InputError:
                noticed += 1
        with pytest.raises(InputError, match="this table is damaged"):
            list(edits_in(folder).all_pairs())
        assert noticed < len(sound) or at < len(content) / 2


def test_a_catalog_that_is_missing_is_not_an_empty_one(tmp_path: Path) -> None:
    """Where tables lie without it, somebody deleted it; an import afterwards succeeds."""
    text = written(tmp_path, "a.txt", pair_text(PAIRS))
    imported(tmp_path / "t", text)
    (tmp_path / "t" / "catalogue.json").unlink()
    with pytest.raises(InputError, match="the catalog of tables is missing"):
        TableStore.open(tmp_path / "t")
    assert imported(tmp_path / "t", text).pairs("90853", "90832")


def test_to_import_again_mends_a_damaged_table(tmp_path: Path) -> None:
    """The remedy of the message."""
    text = written(tmp_path, "a.txt", pair_text(PAIRS))
    imported(tmp_path / "t", text)
    (path,) = (tmp_path / "t").glob("*.table")
    sound = path.read_bytes()
    path.unlink()
    path.write_bytes(flipped(sound, 4000))
    with pytest.raises(InputError):
        edits_in(tmp_path / "t").open("pairs")
    import_tables([text], tmp_path / "t", identity=GIVEN)
    assert path.read_bytes() == sound


@pytest.mark.parametrize("make", [os.mkdir, lambda path: path.write_bytes(b"x")])
def test_a_folder_in_which_nothing_can_be_written_is_named(
    tmp_path: Path, make: Callable[[Path], object]
) -> None:
    """Its lock is a folder, or the folder is a file."""
    if make is os.mkdir:
        (tmp_path / "t").mkdir()
    make(tmp_path / "t" / "lock" if make is os.mkdir else tmp_path / "t")
    with pytest.raises(InputError, match="no table can be written here"):
        import_tables(
            [written(tmp_path, "a.txt", pair_text(PAIRS))], tmp_path / "t", identity=GIVEN
        )


def forged(folder: Path, change: Callable[[dict[str, object]], None]) -> None:
    """Change the head of the folder's table, and make every digest fit again."""
    (table,) = catalog.read(folder)
    path = folder / table.file
    content = path.read_bytes()
    end = 28 + int.from_bytes(content[20:28], "little")
    head = json.loads(content[28:end])
    change(head)
    text = json.dumps(head).encode()
    text += b" " * (-(28 + len(text)) % 8)
    begins = content[:20] + len(text).to_bytes(8, "little") + text
    digest = f"sha256:{hashlib.sha256(begins).hexdigest()}"
    changed = attrs.evolve(table, digest=digest)
    (folder / changed.file).write_bytes(begins + content[end:])
    catalog.replace(folder, [changed])


PLACES: Final = [
    ["H", -8, 8],
    ["H", 0, -8],
    ["H", 0, 1 << 40],
    ["H", 1 << 40, 8],
    ["H", 1, 8],
    ["H", 0, 7],
    ["Q", 0, 8],
    ["B", 0, 8],
    ["H", "0", 8],
    ["H", 0, None],
    [None, 0, 8],
    [],
    5,
]


@pytest.mark.parametrize("name", ["places", "others", "says", "lines"])
@pytest.mark.parametrize("place", PLACES, ids=str)
def test_an_array_that_does_not_fit_is_a_damaged_table(
    tmp_path: Path, name: str, place: object
) -> None:
    """Where it lies outside of the file, has another length or is no array of numbers."""
    imported(tmp_path / "t", written(tmp_path, "a.txt", pair_text(PAIRS)))

    def change(head: dict[str, object]) -> None:
        arrays = head["arrays"]
        assert isinstance(arrays, dict)
        arrays[name] = place

    forged(tmp_path / "t", change)
    with pytest.raises(InputError, match="this table is damaged"):
        answers(tmp_path / "t")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("codes", ""),
        ("codes", "90853"),
        ("codes", 7),
        ("says", []),
        ("says", [[1]] * 9),
        ("sources", []),
        ("sources", [{"name": "x"}]),
        ("content", "units"),
        ("blocks", []),
        ("blocks", ["sha256:0"]),
        ("size", 0),
        ("arrays", {}),
        ("byte_order", "big"),
    ],
)
def test_a_head_that_does_not_fit_is_a_damaged_table(
    tmp_path: Path, name: str, value: object
) -> None:
    """Even where all digests fit."""
    imported(tmp_path / "t", written(tmp_path, "a.txt", pair_text(PAIRS)))
    forged(tmp_path / "t", lambda head: head.update({name: value}))
    with pytest.raises(InputError, match="mport CMS's files"):
        answers(tmp_path / "t")


def of_the_first_format(folder: Path) -> None:
    """Write a table and a catalog as releases before this one did."""
    rows = [(0, 2, 0), (1, 2, 3), (2, 3, 1)]
    arrays = {
        "places": array("H", [0, 1, 2, 3, 3]),
        "others": array("H", [other for _, other, _ in rows]),
        "says": array("H", [facts for _, _, facts in rows]),
        "lines": array("H", [7, 8, 9]),
    }
    source = {"name": "pairs.txt", "digest": "sha256:0"}
    head = {
        "codes": "90791908329085399213",
        "says": [["2013-01-01", None, True, 0, "X"], ["2013-01-01", None, True, 1, "X"]],
        "sources": [source],
        "content": "pairs",
        "byte_order": sys.byteorder,
    }
    room = 28 + len(json.dumps(head)) + 400
    at = -(-room // 8) * 8
    places, body = {}, b""
    for name, values in arrays.items():
        places[name] = (values.typecode, at + len(body), 2 * len(values))
        body += values.tobytes() + bytes(-2 * len(values) % 8)
    text = json.dumps({**head, "arrays": places}).encode()
    begins = b"payer-rules table 1\n" + len(text).to_bytes(8, "little") + text
    content = begins + bytes(at - len(begins)) + body
    table = ImportedTable(
        address=TableAddress(
            program="medicare", release=RELEASE, content="pairs", setting="practitioner"
        ),
        rows=3,
        is_dated=True,
        sources=(ImportedFile(**source),),
        digest=f"sha256:{hashlib.sha256(content).hexdigest()}",
    )
    folder.mkdir()
    (folder / table.file).write_bytes(content)
    listed = {"version": 1, "tables": [catalog.as_data(table)]}
    (folder / "catalogue.json").write_text(json.dumps(listed, indent=1) + "\n")


def test_tables_of_the_first_format_are_read_and_compared(tmp_path: Path) -> None:
    """They are compared as a whole when they are opened, and a further import keeps them."""
    of_the_first_format(tmp_path / "t")
    sound = answers(tmp_path / "t")
    (row,) = edits_in(tmp_path / "t").pairs("90853", "90832")
    assert (row.column1, row.indicator, row.label) == (
        "90853", 1, "90853/90832, indicator 1, in force from 2013-01-01; X; pairs.txt:8",
    )  # fmt: skip
    found = set()
    for path in files_of(tmp_path / "t"):
        content = path.read_bytes()
        for bit in range(0, 8 * len(content), EACH):
            found.add(outcome(tmp_path / "t", sound, path, flipped(content, bit)))
    assert found == {"same", "noticed"}
    edits = imported(tmp_path / "t", written(tmp_path, "b.csv", unit_text(UNITS)))
    assert edits.pairs("90853", "90832") == (row,)
    assert edits.units("90853")


def claims(path: Path, count: int) -> Path:
    """A file of so many claims of two codes that are a pair."""
    rows = (
        f"C{n},M{n},{code},2024-08-15,1234567893,medicare,practitioner\n"
        for n in range(count)
        for code in ("90853", "90832")
    )
    path.write_text("claim,member,code,date_from,billing_npi,payer,setting\n" + "".join(rows))
    return path


def commands(tmp_path: Path) -> Iterator[list[str]]:
    """Every command that asks tables; the claims of the last are shared between processes."""
    few, many = (str(claims(tmp_path / f"{n}.csv", n)) for n in (2, 2100))
    yield ["check", few]
    yield ["check", many, "--jobs", "2"]
    yield ["sessions", few]
    yield ["explain", "medicare/ptp"]
    yield ["tables", "diff", "2024q3", "2024q4"]


def test_a_damaged_table_ends_each_command_with_one_sentence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """And with the code of a bad file, or with an answer that needs no table."""
    for quarter in (3, 4):
        text = written(tmp_path, "a.txt", pair_text(PAIRS[:quarter]))
        imported(tmp_path / "t", text, identity=attrs.evolve(GIVEN, release=Release(2024, quarter)))
    for path in (tmp_path / "t").glob("*.table"):
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(flipped(content, 8 * (len(content) - 2)))
    for command in commands(tmp_path):
        ended = main([*command, "--tables", str(tmp_path / "t")])
        output = capfd.readouterr()
        assert "Traceback" not in output.err
        if ended != ExitCode.FAULTY:
            assert command[0] in ("sessions", "explain"), command
            continue
        assert output.err.count("this table is damaged") == output.err.count("\n") == 1, command


def test_the_digest_is_that_of_all_before_the_arrays(tmp_path: Path) -> None:
    """So whoever has the catalog's digest has those of every block."""
    head = {"content": "pairs"}
    digest = array_files.write(tmp_path / "x", head, {"one": array("H", range(40_000))})
    content = (tmp_path / "x").read_bytes()
    assert digest == f"sha256:{hashlib.sha256(content[:-80_000]).hexdigest()}"
    blob = array_files.ArrayFile.open(tmp_path / "x", digest)
    blob.check_all()
    assert list(blob.arrays["one"]) == list(range(40_000))
    with pytest.raises(InputError):
        array_files.ArrayFile.open(tmp_path / "x", f"sha256:{'0' * 64}")
