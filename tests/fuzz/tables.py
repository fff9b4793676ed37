"""Fuzz the readers of tables in CSV: ``python tests/fuzz/tables.py -max_total_time=60``."""

from __future__ import annotations

from target import fuzz

_SEEDS = (
    b"claim,line,member,code,date_from,billing_npi,units,status\n"
    b"C1,1,M1,90853,2024-08-15,1234567893,1,paid\nC1,2,M1,90834,20240815,1234567893,0.5,denied\n",
    b'claim;member;code;date;billing_npi\n"C;1";M1;90853;2024-08-15;1234567893\n',
)

if __name__ == "__main__":
    fuzz("table", ".csv", _SEEDS)
