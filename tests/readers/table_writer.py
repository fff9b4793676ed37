"""Claims as tables of service lines, as an exporting program writes them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from payer_rules.claims import Authorization, Claim, ServiceLine, Session
from payer_rules.history import HistoryLine

Cells = dict[str, Any]


def rows_of(claim: Claim) -> list[Cells]:
    """Return the rows of the claim: its facts are in the first, and what rows need in each."""
    rows = [{**_needed(claim), **cells_of(line)} for line in claim.lines]
    rows[0] |= {
        "birth_date": claim.member.birth_date,
        "member_prefix": claim.member.member_prefix,
        "benefit_year_start": claim.member.benefit_year_start,
        "billing_taxonomy": claim.billing_provider.taxonomy,
        "payer": claim.payer,
        "setting": claim.setting,
        "bill_type": claim.bill_type,
        "condition_codes": claim.condition_codes,
        "state": claim.state,
        "diagnoses": claim.diagnoses,
        "authorizations": _numbers(claim.authorizations),
        "referral": claim.referral,
        "order": claim.order,
        "episode_start": claim.episode_start,
        "received": claim.received,
        "frequency_code": claim.frequency_code,
        "replaces": claim.replaces,
    }
    return rows


def _numbers(authorizations: tuple[Authorization, ...] | None) -> tuple[str, ...] | None:
    return None if authorizations is None else tuple(item.number for item in authorizations)


def row_of_history(line: HistoryLine) -> Cells:
    """The row of a line of the history."""
    billing = line.billing_provider
    own = {name: getattr(line, name) for name in ("claim", "member", "diagnoses", "setting")}
    names = ("status", "paid_units", "paid_minutes", "payer_claim")
    paid = {name: getattr(line, name) for name in names}
    return {**own, **paid, **cells_of(line), "billing_npi": billing.npi if billing else None}


def _needed(claim: Claim) -> Cells:
    billing = claim.billing_provider.npi
    return {"claim": claim.id, "member": claim.member.id, "billing_npi": billing}


def cells_of(line: ServiceLine) -> Cells:
    """Return the cells of the row about its line."""
    names = ("code", "modifiers", "units", "date_from", "date_to", "place_of_service", "modality")
    more = ("minutes", "charge", "revenue_code", "diagnosis_pointers")
    result = {name: getattr(line, name) for name in (*names, *more)}
    rendering = line.rendering_provider
    if rendering is not None:
        result |= {f"rendering_{item}": getattr(rendering, item) for item in ("npi", "taxonomy")}
        result |= {f"rendering_{item}": getattr(rendering, item) for item in ("specialty",)}
    if isinstance(line.session, Session):
        result |= {"session": line.session.id, "group_size": line.session.group_size}
        result |= {"session_start": line.session.start, "session_end": line.session.end}
    return {"line": line.number, **result}


def columns_of(rows: Iterable[Cells]) -> list[str]:
    """The columns in which a row has something."""
    return list(
        dict.fromkeys(name for row in rows for name, cell in row.items() if cell is not None)
    )


def write_csv(file: Path, rows: Sequence[Cells], delimiter: str = ",") -> Path:
    """The rows as CSV."""
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, columns_of(rows), delimiter=delimiter, extrasaction="ignore")
        writer.writeheader()
        writer.writerows([{name: text_of(cell) for name, cell in row.items()} for row in rows])
    return file


def write_parquet(file: Path, rows: Sequence[Cells]) -> Path:
    """The rows as Parquet, in its own types: dates, decimals, lists."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {name: [_typed(row.get(name)) for row in rows] for name in columns_of(rows)}
    pq.write_table(pa.table(columns), file)
    return file


def text_of(cell: object) -> str:
    """The cell as CSV has it."""
    if cell is None:
        return ""
    if isinstance(cell, tuple):
        return " ".join(map(str, cell)) or "none"
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _typed(cell: object) -> object:
    if isinstance(cell, tuple):
        return list(cell)
    # NOTE: one type a column: Arrow would have to guess the scale of each number.
    return float(cell) if isinstance(cell, Decimal) else cell
