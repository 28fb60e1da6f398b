"""The quarters that are partitions. What days a quarter covers is ``ftm_resources/quarters.py``.

A plain list, oldest first, because the UI plots in the order of the list. Dagster's time windows have no code
for quarters, and a quarter added at the end leaves the others as they were.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, date, datetime

import dagster as dg

from ftm_resources.errors import InputError, SettingError
from ftm_resources.quarters import last_ended, quarter_dates, quarters_between

FIRST, LAST = "FTM_FIRST_QUARTER", "FTM_LAST_QUARTER"
DEFAULTS = {FIRST: "2023Q1", LAST: "2023Q4"}
LATEST = "latest"


def quarters_of(environment: Mapping[str, str], today: date) -> list[str]:
    """The quarters from ``FTM_FIRST_QUARTER`` to ``FTM_LAST_QUARTER``, oldest first; ``latest`` is the last one that
    has ended. Raises SettingError when one of them is no quarter or they are in the wrong order."""
    chosen = {name: environment.get(name) or default for name, default in DEFAULTS.items()}
    if chosen[LAST] == LATEST:
        chosen[LAST] = last_ended(today)
    for name, quarter in chosen.items():
        try:
            quarter_dates(quarter)
        except InputError as error:
            raise SettingError(f"{name}={quarter}", error.problem, error.remedy) from None
    first, last = chosen[FIRST], chosen[LAST]
    if quarter_dates(first) > quarter_dates(last):
        said = {
            name: f"{name}={quarter}" if environment.get(name) else f"{name} ({quarter}, the default)"
            for name, quarter in chosen.items()
        }
        raise SettingError(said[FIRST], f"it is later than {said[LAST]}", "Set both")
    return quarters_between(first, last)


QUARTERS = dg.StaticPartitionsDefinition(quarters_of(os.environ, datetime.now(UTC).date()))
