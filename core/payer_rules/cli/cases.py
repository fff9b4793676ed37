"""``payer-rules cases convert``: files with one case each become one file per rule."""

from __future__ import annotations

from pathlib import Path

from payer_rules.cli.console import output
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.text.escaping import join_lines


def convert(*paths: Path) -> ExitCode:
    """Convert files with one case each (*.case.toml) to one RULE.cases.toml per rule.

    PATHS are folders, searched with all folders in them, or files. Each new file is read again and
    compared with the old ones before these are removed; claims, expectations and sources stay the
    same. The names of cases that payer-rules mutate proposed become shorter: dates-of-RULE-2 is
    dates-2 in the file of its rule.
    """
    from payer_rules.conformance.case_conversion import conversions_of, write
    from payer_rules.reports.decisions import count_of

    conversions = conversions_of(paths or [Path()])
    write(conversions)
    texts = (f"{each.file}: {count_of(len(each.names), 'case')}" for each in conversions)
    print(join_lines(texts), file=output())
    return ExitCode.CLEAN if conversions else ExitCode.NOTHING
