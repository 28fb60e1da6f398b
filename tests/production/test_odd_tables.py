"""Whatever a table of calls is written as, it is taken as it was meant, or refused with column and row."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from tests.support.odd_tables import Table, check, odd_tables

EXAMPLES = 600
"""Some in tests/unit; these many take twenty seconds."""


@given(odd_tables())
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_table_is_taken_as_it_was_meant_or_refused(table: Table) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check(table, Path(folder))
