"""The quarters that are partitions. What days a quarter covers is ``ftm_resources/quarters.py``.

A plain list, oldest first, because the UI plots in the order of the list. Dagster's time windows have no code
for quarters, and a quarter added at the end leaves the others as they were.
"""

from __future__ import annotations

import dagster as dg

from ftm_resources.settings import read_settings

# Read here, because Dagster wants the partitions when an asset is defined: nobody can hand them in before.
QUARTERS = dg.StaticPartitionsDefinition(read_settings().quarters)
