"""Which firm talks about which planted matter in a quarter, and in which sentences.

How many firms talk about a matter is in ``schedule.py``, the sentences are in ``wording/``. A whole quarter is worked
out at once, because no two firms may say the same planted sentence in the same quarter.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from ftm_resources.transcript_sources.sample.firms import FIRMS, TINY_CALL_FIRM, Firm, firms_with_a_call
from ftm_resources.transcript_sources.sample.schedule import PLANTED_THEMES, QUARTERS, PlantedTheme, came_from
from ftm_resources.transcript_sources.sample.wording import (
    themes_business,
    themes_consumers,
    themes_technology,
)
from ftm_resources.transcript_sources.sample.wording.templates import (
    Wording,
    chance,
    every_filling,
    lines,
)

FEWEST_THEMES, MOST_THEMES = 2, 6
"""Of one firm in one quarter."""

SENTENCES_WEIGHTS = {1: 35, 2: 20, 3: 18, 4: 15, 5: 12}
"""How often a firm says so many sentences on a matter in a quarter.

In real calls 35 % of the matters that a firm names get one sentence, 71 % get one to five.
"""

OWN_WORDS = 0.7
"""How often a firm takes a sentence of its own sector, where the sector has one left."""

OF_OTHER_SECTORS = 0.45
"""How far back in line for a matter, of 1, stand the firms whose sector has no words of its own for it."""

FEWEST_SENTENCES = 12
"""On a matter in a quarter, by all firms together. With fewer, it is chance whether a matter can be found at all."""

WITH_USUAL_TERM = 0.75
"""How often a firm looks for a sentence with one of the matter's usual terms before it takes one without."""

WORDING: dict[str, Wording] = {
    "ai_data_centres": themes_technology.AI_DATA_CENTRES,
    "weight_loss_drugs": themes_consumers.WEIGHT_LOSS_DRUGS,
    "office_real_estate": themes_business.OFFICE_REAL_ESTATE,
    "labour_shortage": themes_business.LABOUR_SHORTAGE,
    "ev_charging": themes_technology.EV_CHARGING,
    "cybersecurity": themes_technology.CYBERSECURITY,
    "water_scarcity": themes_consumers.WATER_SCARCITY,
    "chip_fabs": themes_technology.CHIP_FABS,
    "precision_agriculture": themes_consumers.PRECISION_AGRICULTURE,
    "satellite_connectivity": themes_technology.SATELLITE_CONNECTIVITY,
    "deposit_costs": themes_business.DEPOSIT_COSTS,
    "private_label": themes_consumers.PRIVATE_LABEL,
    "drug_shortages": themes_consumers.DRUG_SHORTAGES,
    "grid_bottlenecks": themes_technology.GRID_BOTTLENECKS,
    "retail_theft": themes_consumers.RETAIL_THEFT,
    "freight_costs": themes_business.FREIGHT_COSTS,
    "nearshoring": themes_business.NEARSHORING,
    "supply_chain_delays": themes_business.SUPPLY_CHAIN_DELAYS,
    "hybrid_work": themes_business.HYBRID_WORK,
    "carbon_capture": themes_technology.CARBON_CAPTURE,
}


@dataclass(frozen=True)
class Planted:
    """What is said about one matter in one firm's call: by executives, and by an analyst who asks about it."""

    theme: str
    statements: tuple[str, ...]
    questions: tuple[str, ...]


@cache
def planted_by_firm(quarter: str) -> dict[str, tuple[Planted, ...]]:
    """What each firm says about its matters in one of the sample's quarters, by firm_id."""
    by_firm: dict[str, list[Planted]] = {firm.firm_id: [] for firm in firms_with_a_call(quarter)}
    sector_of = {firm.firm_id: firm.sector for firm in FIRMS}
    for matter, firm_ids in themes_and_their_firms(quarter).items():
        pile = _Pile(WORDING[matter], chance("sentences", quarter, matter))
        turning = _firms_before(came_from(matter, quarter), quarter)
        # Drawn round by round, so that the rare words of a sector do not all go to its first firm.
        said = {firm_id: _Said() for firm_id in firm_ids}
        wanted = _enough({firm_id: _how_many(quarter, matter, firm_id) for firm_id in firm_ids})
        for number in range(max(SENTENCES_WEIGHTS)):
            for firm_id in firm_ids:
                if number < wanted[firm_id]:
                    bridge = number == 0 and firm_id in turning
                    pile.give(said[firm_id], sector_of[firm_id], bridge, may_ask=wanted[firm_id] > 1)
        for firm_id in firm_ids:
            by_firm[firm_id].append(_as_planted(matter, said[firm_id].sentences))
    return {firm_id: tuple(planted) for firm_id, planted in by_firm.items()}


@cache
def themes_and_their_firms(quarter: str) -> dict[str, tuple[str, ...]]:
    """The firm_ids that talk about each matter in a quarter. Firms that did so the quarter before go first."""
    firms = [firm for firm in firms_with_a_call(quarter) if firm.firm_id != TINY_CALL_FIRM]
    themes_of: dict[str, list[str]] = {firm.firm_id: [] for firm in firms}

    for theme in sorted(PLANTED_THEMES, key=lambda theme: (-theme.firms_by_quarter[quarter], theme.key)):
        has_room = [firm for firm in firms if len(themes_of[firm.firm_id]) < MOST_THEMES]
        before = _firms_before((theme.key, *came_from(theme.key, quarter)), quarter)
        keenest = _keenest_first(has_room, theme, before)
        for firm in keenest[: theme.firms_by_quarter[quarter]]:
            themes_of[firm.firm_id].append(theme.key)

    _give_every_firm_enough(themes_of)
    return {
        theme.key: tuple(firm_id for firm_id, themes in themes_of.items() if theme.key in themes)
        for theme in PLANTED_THEMES
    }


def _firms_before(matters: Iterable[str], quarter: str) -> frozenset[str]:
    """The firms that talked about any of the matters in the quarter before."""
    number = QUARTERS.index(quarter)
    before = themes_and_their_firms(QUARTERS[number - 1]) if number else {}
    return frozenset(firm_id for matter in matters for firm_id in before.get(matter, ()))


def _keenest_first(firms: list[Firm], theme: PlantedTheme, before: frozenset[str]) -> list[Firm]:
    def rank(firm: Firm) -> tuple[bool, float]:
        # The random part leaves the quarter out: the same firms stay at the front all year.
        luck = chance("rank", theme.key, firm.firm_id).random()
        other_sector = firm.sector not in WORDING[theme.key].sectors()
        return firm.firm_id not in before, luck + OF_OTHER_SECTORS * other_sector

    return sorted(firms, key=rank)


def _give_every_firm_enough(themes_of: dict[str, list[str]]) -> None:
    """Hand matters from the firms with the most to those with too few."""
    for firm_id, themes in themes_of.items():
        while len(themes) < FEWEST_THEMES:
            giver = max(
                (other for other in themes_of if set(themes_of[other]) - set(themes)),
                key=lambda other: (len(themes_of[other]), chance("giver", firm_id, other).random()),
            )
            handed = next(theme for theme in reversed(themes_of[giver]) if theme not in themes)
            themes_of[giver].remove(handed)
            themes.append(handed)


def _how_many(quarter: str, matter: str, firm_id: str) -> int:
    rng = chance("how many", quarter, matter, firm_id)
    return rng.choices(list(SENTENCES_WEIGHTS), list(SENTENCES_WEIGHTS.values()))[0]


def _enough(wanted: dict[str, int]) -> dict[str, int]:
    """The same numbers, with one more sentence for each of the first firms if all of them together say too few."""
    missing = max(0, FEWEST_SENTENCES - sum(wanted.values()))
    return {firm_id: count + (place < missing) for place, (firm_id, count) in enumerate(wanted.items())}


class _Said:
    """What one firm has said on one matter so far."""

    def __init__(self) -> None:
        self.sentences: list[str] = []
        self.templates: set[str] = set()

    def has_asked(self) -> bool:
        return any(sentence.endswith("?") for sentence in self.sentences)


class _Pile:
    """The sentences on one matter that nobody has said yet this quarter."""

    def __init__(self, wording: Wording, rng: random.Random) -> None:
        self._rng = rng
        self._wording = wording
        self._blocks = {sector: _shuffled(lines(block), rng) for sector, block in wording.said.items()}
        self._bridges = _shuffled(lines(wording.bridges), rng) if wording.bridges else []
        templates = {*self._bridges, *(template for block in self._blocks.values() for template in block)}
        self._left = {template: _shuffled(every_filling(template), rng) for template in sorted(templates)}
        self._uses = dict.fromkeys(templates, 0)

    def give(self, said: _Said, sector: str, bridge: bool, may_ask: bool) -> None:
        """One more sentence, by preference one whose template nobody has used."""
        own, anyones = self._blocks.get(sector, []), self._blocks["anyone"]
        first, second = (own, anyones) if self._rng.random() < OWN_WORDS else (anyones, own)
        pools = [self._bridges, first, second] if bridge else [first, second]
        usual = self._rng.random() < WITH_USUAL_TERM
        candidates = [
            (self._uses[template], place, self._wording.is_explicit(template) != usual, template)
            for place, pool in enumerate(pools)
            for template in pool
            if self._left[template]
            and template not in said.templates
            and (not template.endswith("?") or (may_ask and not said.has_asked()))
        ]
        if not candidates:
            return  # the matter is exhausted, for this firm: it has said a little less than it wanted to
        *_, template = min(candidates, key=lambda candidate: candidate[:3])
        self._uses[template] += 1
        said.templates.add(template)
        # Taking each sentence off its pile is what keeps two firms from saying the same one.
        said.sentences.append(self._left[template].pop())


def _as_planted(matter: str, sentences: list[str]) -> Planted:
    return Planted(
        matter,
        statements=tuple(sentence for sentence in sentences if not sentence.endswith("?")),
        questions=tuple(sentence for sentence in sentences if sentence.endswith("?")),
    )


def _shuffled(texts: Sequence[str], rng: random.Random) -> list[str]:
    return rng.sample(texts, len(texts))
