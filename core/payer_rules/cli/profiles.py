"""``payer-rules profiles check``: profiles read twice, every fault named."""

from __future__ import annotations

from pathlib import Path

from payer_rules.cli.exit_codes import ExitCode, first_of
from payer_rules.cli.options import Reports, complain, deliver
from payer_rules.errors import Fault


def check(*paths: Path, report: Reports = ()) -> ExitCode:
    """Check profiles, files or folders: every fault, and what a reader built on toml would see."""
    from payer_rules.profiles import check_profile
    from payer_rules.reports.data import plain, text_of

    faults: list[Fault] = []
    files: list[Path] = []
    for path in paths:
        files += _profiles_in(path, faults)
    for file in files:
        faults += check_profile(file, "--profiles")
    text = "\n".join([*map(str, files), f"{len(files)} profiles, {len(faults)} faults"])
    deliver(report, text, text_of({"files": [str(f) for f in files], "faults": plain(faults)}))
    codes: set[ExitCode] = {ExitCode.FAULTY} if complain(faults) else set()
    return first_of(codes if files else {*codes, ExitCode.NOTHING})


def _profiles_in(path: Path, faults: list[Fault]) -> list[Path]:
    """The file itself, or all profiles of a folder and the packages in it."""
    from payer_rules.profiles import profile_files

    if path.is_dir():
        inside = [each for each in sorted(path.iterdir()) if each.is_dir()]
        below = [f for each in inside for f in profile_files(each)]
        return [Path(str(f)) for f in (*profile_files(path), *below)]
    if not path.exists():
        faults.append(Fault(str(path), "there is no such file", "Check the path."))
        return []
    return [path]
