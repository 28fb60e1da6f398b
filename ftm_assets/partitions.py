"""The quarters that are partitions. What days a quarter covers is ``ftm_resources/quarters.py``.

A plain list, oldest first, because the UI plots in the order of the list. Dagster's time windows have no code
for quarters, and a quarter added at the end leaves the others as they were.
"""

from __future__ import annotations

import os

import dagster as dg

from ftm_resources.quarters import quarters_between

QUARTERS = dg.StaticPartitionsDefinition(
    quarters_between(os.environ.get("FTM_FIRST_QUARTER") or "2023Q1", os.environ.get("FTM_LAST_QUARTER") or "2023Q4")
)
