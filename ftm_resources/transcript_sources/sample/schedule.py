"""Which themes are planted in the sample, and how many firms talk about each of them in each quarter.

This is the answer sheet: a run on the sample should find these themes, in about so many firms, with these
shapes. The sentences are in ``wording/``. Who talks about which theme is worked out in ``planting.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

QUARTERS = ("2023Q1", "2023Q2", "2023Q3", "2023Q4")


@dataclass(frozen=True)
class PlantedTheme:
    """One theme, how many firms talk about it by quarter, and what that looks like over the year."""

    key: str
    title: str
    firms_by_quarter: dict[str, int]
    shape: str


def _row(key: str, title: str, q1: int, q2: int, q3: int, q4: int, shape: str) -> PlantedTheme:
    return PlantedTheme(key, title, dict(zip(QUARTERS, (q1, q2, q3, q4), strict=True)), shape)


PLANTED_THEMES: tuple[PlantedTheme, ...] = (
    #                                                                      Q1  Q2  Q3  Q4
    _row("ai_data_centres", "AI data centre build-out", 7, 11, 16, 21, "rising"),
    _row("weight_loss_drugs", "GLP-1 weight-loss drugs and their effects", 7, 10, 14, 19, "rising"),
    _row("grid_bottlenecks", "Grid and electrification bottlenecks", 8, 11, 14, 18, "rising"),
    _row("office_real_estate", "Office real-estate stress", 8, 12, 16, 20, "rising"),
    _row("freight_costs", "Freight and shipping costs", 22, 17, 12, 7, "falling"),
    _row("labour_shortage", "Labour shortage and wages", 23, 19, 14, 9, "falling"),
    _row("ev_charging", "EV charging roll-out", 18, 14, 10, 7, "falling"),
    _row("cybersecurity", "Cybersecurity spending", 14, 14, 14, 14, "steady"),
    _row("nearshoring", "Supply chains moving nearer home", 13, 13, 13, 13, "steady"),
    _row("chip_fabs", "Chip factories coming home", 11, 11, 11, 11, "steady"),
    _row("water_scarcity", "Water scarcity", 10, 10, 10, 10, "steady"),
    _row("precision_agriculture", "Precision agriculture", 9, 9, 9, 9, "steady"),
    _row("satellite_connectivity", "Satellite connectivity", 9, 9, 9, 9, "steady"),
    _row("deposit_costs", "Deposit costs and bank funding", 8, 20, 14, 9, "peaks"),
    _row("private_label", "Consumers trading down to private label", 9, 13, 18, 12, "peaks"),
    _row("drug_shortages", "Generic-drug shortages", 0, 0, 13, 0, "peaks"),
    _row("retail_theft", "Retail theft", 0, 0, 12, 15, "appears"),
    _row("carbon_capture", "Carbon capture", 12, 10, 0, 0, "disappears"),
)
