"""Assistants get the answers of the commands, through the protocol's own client."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import pytest

pytest.importorskip("mcp", reason="assistants need the extra mcp")

from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult

from payer_rules.assistants.asked_tools import AskedTools
from payer_rules.assistants.tool_server import tool_server
from payer_rules.cli import main
from payer_rules.service.service_limits import ServiceLimits
from payer_rules.service.work_queue import WorkQueue

#: The command, as an assistant starts it.
COMMAND: Final = StdioServerParameters(command=sys.executable, args=["-m", "payer_rules", "mcp"])
CLAIM: Final[dict[str, Any]] = {
    "id": "A1",
    "member": {"id": "M1"},
    "billing_provider": {"npi": "1234567893"},
    "lines": [{"code": "90853", "date_from": "2026-03-02", "place_of_service": "11", "units": 3}],
}


def asked(
    *questions: tuple[str, Mapping[str, Any]], server: StdioServerParameters = COMMAND
) -> list[CallToolResult]:
    """Return the answers of one server to the questions, in order."""

    async def ask() -> list[CallToolResult]:
        async with asyncio.timeout(120), Client(server) as client:
            return [await client.call_tool(name, dict(asked)) for name, asked in questions]

    # NOTE: a browser of other tests may run an event loop in this thread.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(ask())).result()


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    """Return the JSON that a command prints."""
    main([*arguments, "--report", "json"])
    return json.loads(capsys.readouterr().out)


def test_a_claim_is_decided_as_the_command_decides_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """For several payers, decisions, findings and remarks are those of `check` on the same file."""
    payers = ("il-medicaid", "medicare", "aetna", "tx-medicaid")
    answers = asked(*(("check", {"claims": [CLAIM], "payers": [payer]}) for payer in payers))
    file = tmp_path / "claims.json"
    file.write_text(json.dumps({"claims": [CLAIM]}), encoding="utf-8")
    assert '"outcome": "deny"' in json.dumps(answers[0].structured_content)
    for payer, answer in zip(payers, answers, strict=True):
        assert not answer.is_error
        expected = printed(capsys, "check", str(file), "--payer", payer)
        assert answer.structured_content is not None
        assert answer.structured_content["decisions"] == expected["decisions"]


def test_the_history_of_the_command_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Earlier services of files count for claims and dates, as they do for the commands."""
    history = tmp_path / "history.csv"
    history.write_text(
        "claim,line,member,code,date,status,units,billing_npi\n"
        "E1,1,M1,90853,2026-03-02,paid,1,1234567893\n",
        encoding="utf-8",
    )
    one = {**CLAIM, "lines": [{**CLAIM["lines"][0], "units": 1}]}
    file = tmp_path / "claims.json"
    file.write_text(json.dumps({"claims": [one]}), encoding="utf-8")
    server = StdioServerParameters(
        command=sys.executable, args=[*COMMAND.args, "--history", str(history)]
    )
    question = {"claims": [one], "payers": ["il-medicaid"]}
    with_history, without = (
        asked(("check", question), server=each)[0].structured_content for each in (server, COMMAND)
    )
    words = ("check", str(file), "--payer", "il-medicaid", "--history", str(history))
    expected = printed(capsys, *words)["decisions"]
    assert with_history is not None
    assert without is not None
    assert with_history["decisions"] == expected
    assert without["decisions"] != expected


def test_what_a_plugin_prints_harms_no_answer(tmp_path: Path) -> None:
    """A plugin that prints while it is loaded and asked does not mix with the protocol."""
    (tmp_path / "noisy.py").write_text(
        "from payer_rules import Payer, hookimpl\n"
        "print('loaded')\n"
        "@hookimpl\n"
        "def payer_rules_payers():\n"
        "    print('asked')\n"
        "    return [Payer(id='noisy', name='Noisy (invented)', kind='commercial')]\n",
        encoding="utf-8",
    )
    about = tmp_path / "noisy-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: noisy\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[payer_rules]\nnoisy = noisy\n")
    server = StdioServerParameters(
        command=sys.executable, args=COMMAND.args, env={**os.environ, "PYTHONPATH": str(tmp_path)}
    )
    (answer,) = asked(("payers", {}), server=server)
    assert answer.structured_content is not None
    assert "noisy" in [each["id"] for each in answer.structured_content["payers"]]


def test_rules_dates_and_comparisons_are_those_of_the_commands(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A code side by side, and the next date of a service, are what the commands report."""
    compared, following = asked(
        ("side_by_side", {"code": "90853", "payers": ["aetna", "tricare"], "on": "2026-03-02"}),
        (
            "next_date",
            {"code": "90853", "payer": "tricare", "first": "2026-03-02", "place_of_service": "11"},
        ),
    )
    arguments = ("90853", "--payer", "aetna", "--payer", "tricare", "--on", "2026-03-02")
    assert compared.structured_content == printed(capsys, "side-by-side", *arguments)
    service = ("--code", "90853", "--payer", "tricare", "--place", "11", "--from", "2026-03-02")
    assert following.structured_content == printed(capsys, "next", *service)


def test_a_rule_is_shown_with_its_source() -> None:
    """A rule's id, with the payer or without, leads to its citations."""
    named, bare = asked(
        ("explain", {"payer": "il-medicaid", "rule": "il-medicaid/group-one-per-day"}),
        ("explain", {"payer": "il-medicaid", "rule": "group-one-per-day"}),
    )
    assert named.structured_content == bare.structured_content
    assert "citations" in json.dumps(named.structured_content)


def test_payers_are_listed_with_their_ids() -> None:
    """Each payer has an id that the other questions take."""
    (answer,) = asked(("payers", {}))
    assert answer.structured_content is not None
    ids = [payer["id"] for payer in answer.structured_content["payers"]]
    assert {"medicare", "aetna", "tricare"} <= set(ids)
    assert ids == sorted(ids)


@pytest.mark.parametrize(
    ("tool", "question", "message"),
    [
        ("check", {"claims": [CLAIM], "payers": ["all"]}, "Name fewer payers"),
        ("explain", {"payer": "aetna", "rule": "nothing"}, "there is no rule 'aetna/nothing'"),
        ("explain", {"payer": "../aetna", "rule": "x"}, "payer '../aetna': there is no such payer"),
        ("side_by_side", {"code": "9085"}, "'9085' is not a procedure code"),
        ("side_by_side", {"code": "90853", "on": "2026-02-30"}, "'2026-02-30' is not a date"),
        ("side_by_side", {"code": "90853", "paid_units": 0}, "is not a number from 1 to"),
        ("next_date", {"code": "x", "payer": "aetna"}, "'x'"),
        (
            "next_date",
            {"code": "90853", "payer": "nobody"},
            "payer 'nobody': there is no such payer",
        ),
        ("check", {}, "the argument 'claims' is missing. State it."),
        ("check", {"claims": [CLAIM], "payer": ["aetna"]}, "there is no argument 'payer'"),
        ("check", {"claims": "x"}, "the argument 'claims' is 'x'. It must be a list."),
        ("next_date", {"code": 5, "payer": "aetna"}, "is 5. It must be a text."),
        ("next_date", {"code": "90853", "payer": "aetna", "from": "2026-03-02"}, "from"),
        ("side_by_side", {"code": "90853", "payers": ["aetna"], "date": "2026-03-02"}, "date"),
        ("explain", {"payer": "aetna", "rule": "x", "on": "2026-03-02"}, "on"),
        ("payers", {"state": "IL"}, "state"),
        ("nothing", {}, "nothing"),
    ],
)
def test_a_wrong_question_is_an_error_with_what_to_do(
    tool: str, question: dict[str, Any], message: str
) -> None:
    """What is wrong is quoted, as the commands do, and the next question is answered."""
    refused, answered = asked((tool, question), ("payers", {}))
    assert refused.is_error
    assert message in str(refused.content)
    assert not answered.is_error


@pytest.mark.parametrize(
    ("claim", "payer", "word"), [({**CLAIM, "id": ""}, "aetna", "id"), (CLAIM, "aetn", "'aetna'")]
)
def test_a_claim_that_cannot_be_read_is_a_problem_of_the_answer(
    claim: dict[str, Any], payer: str, word: str
) -> None:
    """A wrong value, or an unknown payer, is named in the answer, and nothing is decided."""
    (answer,) = asked(("check", {"claims": [claim], "payers": [payer]}))
    assert answer.structured_content is not None
    assert answer.structured_content["decisions"] == []
    assert word in json.dumps(answer.structured_content["problems"])


def test_a_question_is_answered_in_time_or_refused(tmp_path: Path) -> None:
    """Work that takes longer than the limit of the service is refused in its words."""

    def slow() -> Any:
        time.sleep(1)

    async def ask() -> str:
        tools = AskedTools(books=slow, folder=tmp_path, limits=ServiceLimits(seconds=0.1))
        async with asyncio.timeout(20), Client(tool_server(tools, queue)) as client:
            answer = await client.call_tool("payers", {})
            assert answer.is_error
            return str(answer.content)

    queue = WorkQueue(4)
    with ThreadPoolExecutor(1) as thread:
        text = thread.submit(lambda: asyncio.run(ask())).result()
    queue.close()
    assert "there was no answer within 0.1 seconds" in text


def test_the_command_ends_with_its_input() -> None:
    """Without an assistant nothing is printed, and the exit code is 0."""
    run = subprocess.run(
        [sys.executable, "-m", "payer_rules", "mcp"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")
