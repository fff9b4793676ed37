"""The simulation of a month on many workers."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

TOOLS: Final = Path(__file__).resolve().parents[2] / "tools"
SEED: Final = 25

if not (TOOLS / "simulate_scale.py").is_file():
    pytest.skip("runs from a checkout, with the scripts", allow_module_level=True)


@pytest.fixture(autouse=True)
def _scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(TOOLS)


@pytest.mark.parametrize("placeholder", [0.0, 0.01])
def test_large_members_first_and_alone_never_take_longer(placeholder: float) -> None:
    """No month is shorter than its ideal, and none with large members first is longer."""
    from simulate_scale import Layout, member_lines, month

    members = member_lines(1e8, placeholder, SEED)
    assert members.sum() == pytest.approx(1e8)
    for partitions in (16, 128, 1024):
        as_hashed = month(members, Layout(partitions, 16, apart=False), 1_000, SEED)
        apart = month(members, Layout(partitions, 16, apart=True), 1_000, SEED)
        assert 1 <= apart.stretch <= as_hashed.stretch
        assert as_hashed == month(members, Layout(partitions, 16, apart=False), 1_000, SEED)
        assert month(members, Layout(partitions, 16, apart=True), 2_000, SEED).seconds == (
            pytest.approx(apart.seconds / 2)
        )


def test_more_late_lines_meet_more_members() -> None:
    """All lines are judged again if all are late, none if none is, and more if more are."""
    from simulate_scale import late_lines, member_lines

    members = member_lines(1e8, 0.0, SEED)
    shares = [late_lines(members, share, 1.0) for share in (0.0, 0.001, 0.01, 0.1, 1.0)]
    assert shares == sorted(shares)
    assert shares[0] == (0.0, 0.0)
    assert shares[-1] == pytest.approx((1.0, 1.0))
