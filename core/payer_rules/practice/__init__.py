"""The practice file: what is the same for all claims of a practice.

1. `practice_file` finds ``practice.toml`` and reads it; `practice_check` compares it with the
   installed payers and rules.
2. `Practice` states the facts (`practice_facts`), and `completion` puts them on claims that do not
   state them.
3. `practice_draft` writes a first file from the claims of an 837.
"""

from __future__ import annotations

from payer_rules.practice.practice import NO_PRACTICE, Practice, history_files, history_stores
from payer_rules.practice.practice_check import checked_practice, problems_of_practice
from payer_rules.practice.practice_facts import HouseFacts, PracticePayer, PracticeProvider
from payer_rules.practice.practice_file import find_practice, read_practice

__all__ = [
    "NO_PRACTICE",
    "HouseFacts",
    "Practice",
    "PracticePayer",
    "PracticeProvider",
    "checked_practice",
    "find_practice",
    "history_files",
    "history_stores",
    "problems_of_practice",
    "read_practice",
]
