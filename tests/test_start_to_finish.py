"""The page that follows a claim and a fact: its functions exist, and run in its order."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from functools import reduce
from pathlib import Path
from typing import Final

import pytest

CHECKOUT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = CHECKOUT / "docs" / "contributing" / "start-to-finish.md"
TOOL: Final = CHECKOUT / "tools" / "measure_walks.py"

if not PAGE.is_file():
    pytest.skip("runs from a checkout, with the page", allow_module_level=True)

PARTS: Final = PAGE.read_text(encoding="utf-8").split("\n## ")[1:]
STEPS: Final = [re.findall(r"`(payer_rules[\w.]*):([\w.]+)`", part) for part in PARTS]
CLAIM: Final = """\
ISA*00*          *00*          *ZZ*SUBMITTERID    *ZZ*RECEIVERID     *240815*1200*^*00501*000000001*0*T*:~
GS*HC*SUBMITTER*RECEIVER*20240815*1200*1*X*005010X222A1~
ST*837*0001*005010X222A1~
BHT*0019*00*0*20240815*1200*CH~
HL*1**20*1~
NM1*85*2*EXAMPLE CLINIC*****XX*1000000004~
HL*2*1*22*0~
SBR*P*18*******CI~
NM1*IL*1*LAST*FIRST****MI*M00000000~
CLM*C1*121.00***11:B:1*Y*A*Y*Y~
HI*ABK:F669~
LX*1~
SV1*HC:90853*121.00*UN*2***1~
DTP*472*D8*20240709~
SE*13*0001~
GE*1*1~
IEA*1*000000001~
"""


@pytest.fixture(scope="module")
def walks(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """The functions that a run calls for the claim and for the fact, by their first call."""
    file = tmp_path_factory.mktemp("claim") / "claim.837"
    file.write_text(CLAIM)
    options = ["--payer", "il-medicaid", "--setting", "practitioner"]
    command = [sys.executable, str(TOOL), "--functions", str(file), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [re.findall(r"^  (\S+)$", part, re.MULTILINE) for part in done.stdout.split("\nfact: ")]


def test_the_page_has_both_walks() -> None:
    """The page follows a claim and a fact, each in many steps."""
    assert [len(steps) > 10 for steps in STEPS] == [True, True]


@pytest.mark.parametrize(("module", "name"), [step for steps in STEPS for step in steps])
def test_every_function_of_the_page_exists(module: str, name: str) -> None:
    """The module of a step can be imported, and has the function."""
    assert callable(reduce(getattr, name.split("."), importlib.import_module(module)))


@pytest.mark.parametrize("walk", [0, 1], ids=["claim", "fact"])
def test_the_functions_run_in_the_order_of_the_page(walk: int, walks: list[list[str]]) -> None:
    """Each step is called by the run, the first time after the step before it."""
    called = [re.sub(r"/__init__:", ":", function).replace("/", ".") for function in walks[walk]]
    steps = [f"{module}:{name}" for module, name in STEPS[walk]]
    assert [step for step in steps if step not in called] == []
    assert steps == sorted(steps, key=called.index)
