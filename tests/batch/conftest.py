"""What the tests of batches share."""

from __future__ import annotations

import pytest

pytest.importorskip("pyarrow", reason="batches need pyarrow (the extra batch)")
