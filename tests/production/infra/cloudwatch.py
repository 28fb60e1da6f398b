"""Alarms over time, decided as CloudWatch documents it: what was measured in, minutes in ALARM out.

An alarm is evaluated every minute over windows that end there, each as long as its metrics' period. Metric math as far
as ours goes: IF, FILL, AND, OR, comparisons and sums. A function that is not known here fails the test.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

Samples = dict[tuple[str, str, frozenset[tuple[str, str]]], dict[int, list[float]]]

STATISTICS: dict[str, Callable[[list[float]], float]] = {
    "Sum": sum,
    "Minimum": min,
    "Maximum": max,
    "Average": lambda values: sum(values) / len(values),
    "SampleCount": len,
}
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
}


class Measured:
    """What was measured, minute by minute."""

    def __init__(self) -> None:
        self.samples: Samples = defaultdict(lambda: defaultdict(list))

    def add(self, minutes: Iterable[int], values: Iterable[float] | float, metric: dict[str, Any]) -> Measured:
        """Samples of a metric, as an alarm names it: one value for all minutes, or one for each."""
        minutes = list(minutes)
        each = [values] * len(minutes) if isinstance(values, int | float) else values
        for minute, value in zip(minutes, each, strict=True):
            self.samples[_key(metric)][minute].append(value)
        return self

    def statistic(self, metric: dict[str, Any], name: str, minutes: range) -> float | None:
        """Of the samples of these minutes; None when there are none."""
        found = self.samples.get(_key(metric), {})
        values = [value for minute in minutes for value in found.get(minute, [])]
        return STATISTICS[name](values) if values else None


def minutes_in_alarm(alarm: dict[str, Any], measured: Measured, until: int) -> list[int]:
    """The minutes up to ``until`` in which an alarm is in the state ALARM."""
    (period,) = {query["MetricStat"]["Period"] // 60 for query in alarm["Metrics"] if "MetricStat" in query}

    @cache
    def breaches(end: int) -> bool:
        value = _value(alarm["Metrics"], measured, range(end - period + 1, end + 1))
        if value is None:
            return bool(alarm["TreatMissingData"] == "breaching")
        return COMPARISONS[alarm["ComparisonOperator"]](value, alarm["Threshold"])

    def is_alarm(now: int) -> bool:
        return sum(breaches(now - n * period) for n in range(alarm["EvaluationPeriods"])) >= alarm["DatapointsToAlarm"]

    return [minute for minute in range(until) if is_alarm(minute)]


def _value(queries: list[dict[str, Any]], measured: Measured, minutes: range) -> float | None:
    values: dict[str, float | None] = {}
    for query in (query for query in queries if "MetricStat" in query):
        asked = query["MetricStat"]
        values[query["Id"]] = measured.statistic(asked["Metric"], asked["Stat"], minutes)
    (returned,) = [query for query in queries if query["ReturnData"]]
    return compute(returned["Expression"], values) if "Expression" in returned else values[returned["Id"]]


def compute(expression: str, values: dict[str, float | None]) -> float | None:
    """The value of metric math. Where something that is not filled is missing, so is the result."""
    python = _as_python(expression)
    functions = {"IF": lambda test, yes, no: yes if test else no, "FILL": lambda x, other: other if x is None else x}
    try:
        return float(eval(python, {"__builtins__": {}}, {**functions, **values}))  # of our own templates
    except TypeError:  # arithmetic with None
        return None


def _key(metric: dict[str, Any]) -> tuple[str, str, frozenset[tuple[str, str]]]:
    dimensions = frozenset((one["Name"], one["Value"]) for one in metric["Dimensions"])
    return metric["Namespace"], metric["MetricName"], dimensions


@cache
def _as_python(expression: str) -> Any:
    return compile(re.sub(r"\b(AND|OR)\b", lambda word: word[0].lower(), expression), "metric math", "eval")
