"""The download of CMS's files from a server of this machine, whole, cut, moved and wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from cms_site import (
    ADD_ONS_PAGE,
    FILES,
    MEDICAID_PAGE,
    PAIRS_PAGE,
    UNITS_PAGE,
    CmsSite,
    zipped,
)
from published import ADD_ON_HEADING, NOTICE, Pair, pair_text, unit_text, workbook

from payer_rules.cli import main
from payer_rules.errors import InputError
from payer_rules.tables.downloads.fetching import DOWNLOADS, FetchOrder, fetch_tables, files_of
from payer_rules.tables.downloads.page_links import links_on
from payer_rules.tables.downloads.publications import publications, release_on
from payer_rules.tables.releases import Release
from payer_rules.tables.store import TableStore

Q3, Q4 = Release(2026, 3), Release(2026, 4)
PAIRS: Final = "medicare-ncci-2026q3-practitioner-ptp-edits-ccipra-v322r0-f{}.zip"
UNITS: Final = "medicare-ncci-2026-q3-practitioner-services-mue-table.zip"
ADD_ONS: Final = "add-code-edits-medicare-effective-07012026.zip"
UNITS_TEXT: Final = unit_text(["90853,1,3 Date of Service Edit: Clinical,CMS Policy"])
CODES: Final = ("90791", "90792", "90839", "90853")


def units_zip(
    text: str = UNITS_TEXT, name: str = "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv"
) -> bytes:
    """Return the archive of units."""
    return zipped({name: text})


@pytest.fixture
def site() -> Iterator[CmsSite]:
    """Serve the pairs and units of 2026 Q3, with those of the quarter before and the next."""
    site = CmsSite()
    names = [PAIRS.format(n) for n in range(1, 5)]
    older = [name.replace("2026q3", "2026q2").replace("v322", "v321") for name in names]
    site.put(
        PAIRS_PAGE,
        "medicare-ncci-2026q3-practitioner-quarterly-additions-deletions-revisions-ptp.zip",
        *names,
        *older,
        *[name.replace("practitioner", "hospital").replace("ccipra", "ccioph") for name in names],
    )
    site.put(UNITS_PAGE, UNITS.replace("q3", "q4"), UNITS, UNITS.replace("q3", "q2"))
    for name, code in zip(names, CODES, strict=True):
        member = f"ccipra-v322r0-{name[-6:-4]}.txt"
        site.files[name] = zipped({member: pair_text([Pair(code, "99213")])})
    site.files[UNITS] = units_zip()
    with site.serving():
        yield site


def order(site: CmsSite, **changes: Any) -> FetchOrder:
    """Return the order of pairs and units of practitioners in the third quarter of 2026."""
    given: dict[str, Any] = {
        "program": "medicare",
        "setting": "practitioner",
        "latest": Q3,
        "contents": frozenset(["pairs", "units"]),
        "site": site.address,
    }
    return FetchOrder(**given | changes)


def problem_of(order: FetchOrder, folder: Path) -> str:
    """Return the only problem of a fetch that fails, which imports nothing."""
    with pytest.raises(InputError) as caught:
        fetch_tables(order, folder)
    (problem,) = caught.value.problems
    assert problem.code == "PR408"
    assert not (folder / "catalogue.json").exists()
    return str(problem)


def test_the_files_of_the_setting_are_downloaded_and_imported(
    site: CmsSite, tmp_path: Path
) -> None:
    """Of the newest quarter in effect, with the license accepted."""
    tables = fetch_tables(order(site), tmp_path)
    assert [(str(table.address), table.rows) for table in tables] == [
        ("medicare/practitioner 2026q3 pairs", 4),
        ("medicare/practitioner 2026q3 units", 1),
    ]
    asked = {path.partition("?")[0].rpartition("/")[2] for path, _ in site.requests}
    assert {name for name in asked if name.endswith(".zip")} == {
        *(PAIRS.format(n) for n in range(1, 5)),
        UNITS,
    }
    assert all("agree=yes" in path for path, _ in site.requests if FILES in path)
    assert not (tmp_path / DOWNLOADS).exists()
    edits = TableStore.open(tmp_path).edits("medicare", "practitioner", Q3)
    assert len(edits.pairs("90853", "99213")) == 1


def test_without_the_license_nothing_is_downloaded(
    site: CmsSite, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command prints the terms of the license, in our words, and ends with 2."""
    words = ["tables", "fetch", "--setting", "practitioner", "--site", site.address]
    assert main([*words, "--tables", str(tmp_path)]) == 2
    assert "American Medical Association" in capsys.readouterr().err
    assert site.requests == []


def test_the_address_of_a_site_is_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A path is no site, and no file of the machine is read."""
    words = ["tables", "fetch", "--setting", "practitioner", "--site", "file:///etc"]
    assert main([*words, "--accept-license", "--tables", str(tmp_path)]) == 2
    assert "'file:///etc' is not the address of a site" in capsys.readouterr().err


def test_the_command_lists_what_it_imported(
    site: CmsSite, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As an import does; a release may be named."""
    words = ["tables", "fetch", "--setting", "practitioner", "--site", site.address]
    words += ["--content", "units", "--release", "2026q3", "--accept-license"]
    assert main([*words, "--tables", str(tmp_path)]) == 0
    assert (
        capsys.readouterr().out
        == f"medicare/practitioner 2026q3: 1 MUE, from {UNITS}/MCR_MUE_PractitionerServices_Eff_07-01-2026.csv\n"
    )


def test_a_cut_transfer_is_continued(site: CmsSite, tmp_path: Path) -> None:
    """The rest is asked for by its first byte, and the file is the same in the end."""
    site.cuts[UNITS] = [100, 50]
    (table,) = fetch_tables(order(site, contents=frozenset(["units"])), tmp_path)
    assert table.rows == 1
    ranges = [header for path, header in site.requests if UNITS in path]
    assert ranges == [None, "bytes=100-", "bytes=150-"]


def test_a_transfer_that_makes_no_progress_ends_and_continues_in_the_next_call(
    site: CmsSite, tmp_path: Path
) -> None:
    """What arrived is kept; a complete file is not asked for again."""
    site.cuts[UNITS] = [100, 0]
    ordered = order(site)
    assert "cut after 100 bytes" in problem_of(ordered, tmp_path)
    assert (tmp_path / DOWNLOADS / f"{UNITS}.part").stat().st_size == 100
    site.requests.clear()
    assert len(fetch_tables(ordered, tmp_path)) == 2
    assert [(p.partition("?")[0], r) for p, r in site.requests if FILES in p] == [
        (f"{FILES}{UNITS}", "bytes=100-")
    ]


def test_a_file_that_changed_since_it_was_cut_begins_anew(site: CmsSite, tmp_path: Path) -> None:
    """A part of one version is never joined to the rest of another."""
    site.cuts[UNITS] = [100, 0]
    ordered = order(site, contents=frozenset(["units"]))
    problem_of(ordered, tmp_path)
    rows = [f"9083{n},1,3 Date of Service Edit: Clinical,CMS Policy" for n in range(2, 5)]
    site.files[UNITS], site.versions[UNITS] = units_zip(unit_text(rows)), '"2"'
    (table,) = fetch_tables(ordered, tmp_path)
    assert table.rows == 3


def test_a_server_without_ranges_sends_the_whole_file_again(site: CmsSite, tmp_path: Path) -> None:
    """The part is replaced, and not extended."""
    site.cuts[UNITS] = [100]
    site.knows_ranges = False
    (table,) = fetch_tables(order(site, contents=frozenset(["units"])), tmp_path)
    assert table.rows == 1


def test_a_page_that_is_gone_is_reported(site: CmsSite, tmp_path: Path) -> None:
    """With its address, the answer of the server, and what to do."""
    del site.pages[UNITS_PAGE]
    problem = problem_of(order(site), tmp_path)
    assert UNITS_PAGE in problem
    assert "the server answers 404" in problem


def test_a_file_that_is_gone_is_reported(site: CmsSite, tmp_path: Path) -> None:
    """The page lists it and the server does not have it."""
    del site.files[UNITS]
    problem = problem_of(order(site), tmp_path)
    assert UNITS in problem
    assert "the server answers 404" in problem


def test_a_page_with_other_names_is_reported(site: CmsSite, tmp_path: Path) -> None:
    """A changed page names no file of the table: nothing is guessed."""
    site.put(UNITS_PAGE, "mue-values-current.zip")
    assert "lists no units of 2026q3 (listed: none)" in problem_of(order(site), tmp_path)


def test_a_page_without_one_of_the_files_of_the_pairs_is_reported(
    site: CmsSite, tmp_path: Path
) -> None:
    """Without one of the four its codes would seem to have no edits."""
    site.put(PAIRS_PAGE, *(PAIRS.format(n) for n in range(1, 4)))
    assert "lists 3 files of 2026q3 pairs" in problem_of(order(site), tmp_path)


def test_a_web_page_in_place_of_the_file_is_reported(site: CmsSite, tmp_path: Path) -> None:
    """As CMS answers where its license is not accepted; the page is not kept."""
    site.files[UNITS] = b"<!DOCTYPE html><html>Sign in</html>"
    assert "a web page and not the file" in problem_of(order(site), tmp_path)
    assert not list((tmp_path / DOWNLOADS).glob(f"{UNITS}*"))


@pytest.mark.parametrize("damage", ["cut", "changed"])
def test_a_damaged_archive_is_reported(site: CmsSite, tmp_path: Path, damage: str) -> None:
    """Its members have checksums, and its end lists them."""
    content = site.files[UNITS]
    changed = bytes([*content[:80], content[80] ^ 1, *content[81:]])
    site.files[UNITS] = content[:-30] if damage == "cut" else changed
    assert "archive" in problem_of(order(site), tmp_path)


@pytest.mark.parametrize(
    ("member", "text", "problem"),
    [
        ("MCR_MUE_OutpatientHospitalServices_Eff_07-01-2026.csv", None, "outpatient-hospital"),
        ("MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", "a,b\n1,2\n", "not one of CMS's"),
        ("readme.pdf", "", "contains no table"),
    ],
    ids=["another-setting", "another-content", "no-table"],
)
def test_a_wrong_file_in_the_archive_imports_nothing(
    site: CmsSite, tmp_path: Path, member: str, text: str | None, problem: str
) -> None:
    """The import finds it; the next call downloads it again."""
    site.files[UNITS] = units_zip(UNITS_TEXT if text is None else text, member)
    with pytest.raises(InputError, match=problem):
        fetch_tables(order(site), tmp_path)
    assert TableStore.open(tmp_path).tables == ()
    assert not (tmp_path / DOWNLOADS).exists()
    site.files[UNITS] = units_zip()
    assert len(fetch_tables(order(site), tmp_path)) == 2


def test_add_on_codes_are_read_from_the_workbook(site: CmsSite, tmp_path: Path) -> None:
    """The text next to it has columns of fixed width, whose places were not read."""
    cells = ["1", "90785", "", "90853", "", "2013001", "", ""]
    rows = [[NOTICE], ADD_ON_HEADING.split("\t"), cells]
    members: dict[str, str | bytes] = {
        "AOC_V2026Q3-F-MCR.txt": "190785   90853   2013001\n",
        "AOC_V2026Q3-MCR.xlsx": workbook(rows),
    }
    site.put(ADD_ONS_PAGE, ADD_ONS)
    site.files[ADD_ONS] = zipped(members)
    (table,) = fetch_tables(order(site, contents=frozenset(["add-ons"])), tmp_path)
    assert (str(table.address), table.rows) == ("medicare 2026q3 add-ons", 1)


def test_links_to_other_sites_are_left_out() -> None:
    """Only files of CMS's own site are downloaded, with or without its license page before them."""
    text = """
    <a href="/license/ama?file=/files/zip//a.zip">A</a> <a href="/files/zip/b.zip">B</a>
    <a href="https://elsewhere.example/files/zip/c.zip">C</a> <a href="mailto:x@y.z">D</a>
    <a href="/license/ama?file=https://elsewhere.example/d.zip">E</a> <a href="/files/zip/b.zip">B</a>
    """
    found = links_on("https://www.cms.gov/page", text)
    assert [link.address for link in found] == [
        "https://www.cms.gov/files/zip/a.zip",
        "https://www.cms.gov/files/zip/b.zip",
    ]


@pytest.mark.parametrize(
    ("program", "setting", "content", "name", "release"),
    [
        ("medicare", "practitioner", "pairs", PAIRS.format(1), Q3),
        (
            *("medicare", "outpatient-hospital", "pairs"),
            "medicare-ncci-2026-q4-hospital-ptp-edits-ccioph-v323r0-f1.zip",
            Q4,
        ),
        ("medicare", "practitioner", "units", UNITS, Q3),
        (
            *("medicare", "outpatient-hospital", "units"),
            "medicare-ncci-2026-q4-facility-outpatient-hospital-services-mue-table.zip",
            Q4,
        ),
        ("medicare", "practitioner", "add-ons", ADD_ONS, Q3),
        (
            *("medicaid", "practitioner", "pairs"),
            "medicaid-ncci-2026-q3-ptp-edits-practitioner-services.zip",
            Q3,
        ),
        (
            *("medicaid", "practitioner", "units"),
            "medicaid-ncci-q1-2026-mue-edits-practitioner-services.zip",
            Release(2026, 1),
        ),
    ],
    ids=str,
)
def test_the_names_that_cms_gives_its_files_are_known(
    program: Any, setting: Any, content: str, name: str, release: Release
) -> None:
    """Each name belongs to one table of one setting, and states its release."""
    listed = publications(program, setting)
    assert {each.content: each.release_of(name) for each in listed} == {
        each.content: release if each.content == content else None for each in listed
    }


def test_the_newest_release_that_is_in_effect_is_chosen(site: CmsSite) -> None:
    """CMS lists the next quarter early; add-on codes are not published each quarter."""
    site.put(ADD_ONS_PAGE, "add-code-edits-medicare-effective-10012026.zip", ADD_ONS)
    site.put(MEDICAID_PAGE, "medicaid-ncci-2026-q3-ptp-edits-practitioner-services.zip")
    units = frozenset(["units"])
    assert [f.name for f in files_of(order(site, contents=units))] == [UNITS]
    newest = files_of(order(site, contents=units, latest=Q4))
    assert [f.name for f in newest] == [UNITS.replace("q3", "q4")]
    add_ons = order(site, contents=frozenset(["add-ons"]), latest=Q4, release=Q3)
    assert [f.name for f in files_of(add_ons)] == [ADD_ONS]
    pairs = order(site, contents=frozenset(["pairs"]), program="medicaid")
    assert len(files_of(pairs)) == 1


def test_the_release_of_a_day_is_its_quarter() -> None:
    """From the first day of the quarter to the last."""
    assert {release_on(Q3.first), release_on(Q3.last)} == {Q3}
    assert release_on(Q4.first) == Q4
