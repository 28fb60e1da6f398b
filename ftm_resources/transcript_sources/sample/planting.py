"""Which firm talks about which planted theme in a quarter, and in which sentences.

How many firms talk about a theme is in ``schedule.py``, the sentences are in ``wording/``. A whole quarter is
worked out at once, because no two firms may say the same planted sentence in the same quarter.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

from ftm_resources.transcript_sources.sample.firms import TINY_CALL_FIRM, Firm, firms_with_a_call
from ftm_resources.transcript_sources.sample.schedule import PLANTED_THEMES, QUARTERS, PlantedTheme
from ftm_resources.transcript_sources.sample.wording import (
    themes_business,
    themes_consumers,
    themes_technology,
)
from ftm_resources.transcript_sources.sample.wording.templates import Wording, chance, every_filling, lines

FEWEST_THEMES, MOST_THEMES = 3, 6
"""Of one firm in one quarter."""

FEWEST_STATEMENTS, MOST_STATEMENTS = 7, 9
"""By executives, of one firm on one theme in one quarter. One analyst's question comes on top."""

WORDING: dict[str, Wording] = {
    "ai_data_centres": themes_technology.AI_DATA_CENTRES,
    "weight_loss_drugs": themes_consumers.WEIGHT_LOSS_DRUGS,
    "grid_bottlenecks": themes_technology.GRID_BOTTLENECKS,
    "office_real_estate": themes_business.OFFICE_REAL_ESTATE,
    "freight_costs": themes_business.FREIGHT_COSTS,
    "labour_shortage": themes_consumers.LABOUR_SHORTAGE,
    "ev_charging": themes_technology.EV_CHARGING,
    "cybersecurity": themes_technology.CYBERSECURITY,
    "nearshoring": themes_business.NEARSHORING,
    "chip_fabs": themes_technology.CHIP_FABS,
    "water_scarcity": themes_consumers.WATER_SCARCITY,
    "precision_agriculture": themes_consumers.PRECISION_AGRICULTURE,
    "satellite_connectivity": themes_technology.SATELLITE_CONNECTIVITY,
    "deposit_costs": themes_business.DEPOSIT_COSTS,
    "private_label": themes_consumers.PRIVATE_LABEL,
    "drug_shortages": themes_consumers.DRUG_SHORTAGES,
    "retail_theft": themes_consumers.RETAIL_THEFT,
    "carbon_capture": themes_technology.CARBON_CAPTURE,
}

_CLOSEST_SECTORS = {
    "ai_data_centres": ("software", "semiconductors", "utilities"),
    "weight_loss_drugs": ("hospitals", "food"),
    "grid_bottlenecks": ("utilities", "energy", "machinery"),
    "office_real_estate": ("banks", "software"),
    "freight_costs": ("retailers", "machinery", "food"),
    "labour_shortage": ("hospitals", "airlines", "retailers", "machinery"),
    "ev_charging": ("utilities", "energy", "retailers"),
    "cybersecurity": ("software", "banks", "airlines"),
    "nearshoring": ("machinery", "retailers"),
    "chip_fabs": ("semiconductors", "machinery"),
    "water_scarcity": ("food", "utilities", "energy"),
    "precision_agriculture": ("machinery", "food"),
    "satellite_connectivity": ("airlines", "software"),
    "deposit_costs": ("banks", "airlines"),
    "private_label": ("retailers", "food"),
    "drug_shortages": ("hospitals", "airlines"),
    "retail_theft": ("retailers", "software"),
    "carbon_capture": ("energy", "utilities"),
}
"""The sectors that take up a theme first. When they run out, firms of any sector do."""


@dataclass(frozen=True)
class Planted:
    """What is said about one theme in one firm's call."""

    theme: str
    statements: tuple[str, ...]
    question: str


@cache
def planted_by_firm(quarter: str) -> dict[str, tuple[Planted, ...]]:
    """What each firm says about its themes in one of the sample's quarters, by firm_id."""
    by_firm: dict[str, list[Planted]] = {firm.firm_id: [] for firm in firms_with_a_call(quarter)}
    for theme, firm_ids in themes_and_their_firms(quarter).items():
        wording, rng = WORDING[theme], chance("sentences", quarter, theme)
        statements = _shuffled_fillings(wording.statements, wording, rng)
        questions = _shuffled_fillings(wording.questions, wording, rng)
        for firm_id in firm_ids:
            how_many = rng.randint(FEWEST_STATEMENTS, MOST_STATEMENTS)
            # Taking each sentence off its pile is what keeps two firms from saying the same one.
            said = tuple(pile.pop() for pile in rng.sample(statements, how_many))
            by_firm[firm_id].append(Planted(theme, said, rng.choice(questions).pop()))
    return {firm_id: tuple(planted) for firm_id, planted in by_firm.items()}


@cache
def themes_and_their_firms(quarter: str) -> dict[str, tuple[str, ...]]:
    """The firm_ids that talk about each theme in a quarter. Firms that did so the quarter before go first."""
    number = QUARTERS.index(quarter)
    before = themes_and_their_firms(QUARTERS[number - 1]) if number else {}
    firms = [firm for firm in firms_with_a_call(quarter) if firm.firm_id != TINY_CALL_FIRM]
    themes_of: dict[str, list[str]] = {firm.firm_id: [] for firm in firms}

    for theme in sorted(PLANTED_THEMES, key=lambda theme: (-theme.firms_by_quarter[quarter], theme.key)):
        has_room = [firm for firm in firms if len(themes_of[firm.firm_id]) < MOST_THEMES]
        keenest = _keenest_first(has_room, theme, before.get(theme.key, ()))
        for firm in keenest[: theme.firms_by_quarter[quarter]]:
            themes_of[firm.firm_id].append(theme.key)

    _give_every_firm_enough(themes_of)
    return {
        theme.key: tuple(firm_id for firm_id, themes in themes_of.items() if theme.key in themes)
        for theme in PLANTED_THEMES
    }


def _keenest_first(firms: list[Firm], theme: PlantedTheme, before: tuple[str, ...]) -> list[Firm]:
    def rank(firm: Firm) -> tuple[bool, bool, float]:
        # The random part leaves the quarter out: the same firms stay at the front all year.
        luck = chance("rank", theme.key, firm.firm_id).random()
        return firm.firm_id not in before, firm.sector not in _CLOSEST_SECTORS[theme.key], luck

    return sorted(firms, key=rank)


def _give_every_firm_enough(themes_of: dict[str, list[str]]) -> None:
    """Hand themes from the firms with the most to those with too few."""
    for firm_id, themes in themes_of.items():
        while len(themes) < FEWEST_THEMES:
            giver = max(
                (other for other in themes_of if set(themes_of[other]) - set(themes)),
                key=lambda other: (len(themes_of[other]), chance("giver", firm_id, other).random()),
            )
            handed = next(theme for theme in reversed(themes_of[giver]) if theme not in themes)
            themes_of[giver].remove(handed)
            themes.append(handed)


def _shuffled_fillings(block: str, wording: Wording, rng: random.Random) -> list[list[str]]:
    """One pile of sentences for each template, in random order."""
    piles = [every_filling(template, wording.choices) for template in lines(block)]
    for pile in piles:
        rng.shuffle(pile)
    return piles
