"""Which matters are planted in the sample, how many firms talk about each of them by quarter, and what becomes of them.

This is the answer sheet. ``PLANTED_THEMES`` says how many firms talk about a matter in a quarter, and ``EVENTS`` in
which quarter a matter grows out of another one, splits, or merges. The sentences are in ``wording/``. Who talks about
which matter is worked out in ``planting.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

QUARTERS = ("2023Q1", "2023Q2", "2023Q3", "2023Q4")


@dataclass(frozen=True)
class PlantedTheme:
    """One matter, how many firms talk about it by quarter, and what that looks like over the year."""

    key: str
    title: str
    firms_by_quarter: dict[str, int]
    shape: str


@dataclass(frozen=True)
class Event:
    """In ``quarter``, the firms that talked of ``before`` turn to ``after``.

    ``kind`` is "grows_out" when ``before`` goes on as well, "splits" when one matter gives way to several, and
    "merges" when one of several takes in the others.
    """

    quarter: str
    kind: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def _row(key: str, title: str, q1: int, q2: int, q3: int, q4: int, shape: str) -> PlantedTheme:
    return PlantedTheme(key, title, dict(zip(QUARTERS, (q1, q2, q3, q4), strict=True)), shape)


PLANTED_THEMES: tuple[PlantedTheme, ...] = (
    #                                                                      Q1  Q2  Q3  Q4
    _row("ai_data_centres", "AI data center build-out", 8, 11, 14, 17, "rising"),
    _row("weight_loss_drugs", "GLP-1 weight-loss drugs and their effects", 8, 11, 14, 17, "rising"),
    _row("office_real_estate", "Office real-estate stress", 8, 10, 13, 16, "rising"),
    _row("labour_shortage", "Labor shortage and wages", 20, 16, 12, 9, "falling"),
    _row("ev_charging", "EV charging roll-out", 15, 13, 10, 8, "falling"),
    _row("cybersecurity", "Cybersecurity spending", 13, 13, 13, 13, "steady"),
    _row("water_scarcity", "Water scarcity", 11, 11, 11, 11, "steady"),
    _row("chip_fabs", "Chip factories coming home", 10, 10, 10, 10, "steady"),
    _row("precision_agriculture", "Precision agriculture", 9, 9, 9, 9, "steady"),
    _row("satellite_connectivity", "Satellite connectivity", 9, 9, 9, 9, "steady"),
    _row("deposit_costs", "Deposit costs and bank funding", 8, 16, 11, 8, "peaks"),
    _row("private_label", "Consumers trading down to private label", 9, 12, 15, 11, "peaks"),
    _row("drug_shortages", "Generic-drug shortages", 0, 0, 12, 0, "peaks"),
    _row("grid_bottlenecks", "Grid and electrification bottlenecks", 0, 9, 12, 15, "appears"),
    _row("retail_theft", "Retail theft", 0, 0, 10, 13, "appears"),
    _row("freight_costs", "Freight and shipping costs", 0, 0, 12, 10, "appears"),
    _row("nearshoring", "Supply chains moving nearer home", 0, 0, 11, 14, "appears"),
    _row("supply_chain_delays", "Supply-chain delays and missing parts", 19, 15, 0, 0, "disappears"),
    _row("hybrid_work", "Hybrid work and return to office", 12, 11, 0, 0, "disappears"),
    _row("carbon_capture", "Carbon capture", 12, 10, 0, 0, "disappears"),
)

EVENTS: tuple[Event, ...] = (
    Event("2023Q2", "grows_out", ("ai_data_centres",), ("grid_bottlenecks",)),
    Event("2023Q3", "splits", ("supply_chain_delays",), ("freight_costs", "nearshoring")),
    Event("2023Q3", "merges", ("hybrid_work", "office_real_estate"), ("office_real_estate",)),
)


def came_from(matter: str, quarter: str) -> tuple[str, ...]:
    """The matters that a matter comes out of in a quarter, itself aside."""
    return tuple(
        before
        for event in EVENTS
        if event.quarter == quarter and matter in event.after
        for before in event.before
        if before != matter
    )
