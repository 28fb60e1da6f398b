"""The invented companies of the sample: who they are, which quarters they skip, and the odd ones out.

Every name and every number is made up. What the companies say does not belong here.
"""

from __future__ import annotations

from dataclasses import dataclass

from ftm_resources.transcript_sources.calls import Identifiers

TWO_CALLS_FIRM, TWO_CALLS_QUARTER = "900023", "2023Q2"
"""The one firm that holds two calls in a quarter, and the quarter."""

TINY_CALL_FIRM = "900041"
"""The firm whose call is only three sentences, every quarter."""

LAST_DAY_FIRM, LAST_DAY_QUARTER = "900012", "2023Q3"
"""The firm whose call falls on the last day of a quarter, and the quarter."""

FOREIGN = "no_permno_foreign_listing"
"""``link_status`` of a firm that is listed abroad and so has no PERMNO."""


@dataclass(frozen=True)
class Firm:
    """One invented company."""

    firm_id: str
    name: str
    sector: str
    skips: tuple[str, ...]
    foreign: bool
    permno: int | None
    gvkey: str | None
    identifiers: Identifiers


_NAMES_BY_SECTOR = {
    "utilities": (
        "Brindle Valley Power",
        "Marrowby Light",
        "Saltmarsh Utilities",
        "Tarn and Fell Electric",
        "Ostrava Bay Gas",
    ),
    "banks": (
        "Copperline Bancorp",
        "Wendlebury Trust",
        "First Larkspur Bank",
        "Quillmoor Financial",
        "Harth and Sons Bank",
        "Nordholm Sparbank",
    ),
    "retailers": (
        "Pennywhistle Stores",
        "Thimbleby Home",
        "Bramblewick Market",
        "Larder and Loom",
        "Oddfellow Outfitters",
        "Kestrel Row Department Stores",
    ),
    "semiconductors": (
        "Silverfen Devices",
        "Tinderbox Semiconductor",
        "Glasswing Circuits",
        "Pebblecore Micro",
        "Hokuto Lattice",
    ),
    "airlines": (
        "Skylark Hollow Airways",
        "Cumulus Nine Airlines",
        "Windwhistle Air",
        "Puffin Regional",
        "Aurelia Flight",
    ),
    "hospitals": (
        "Willowmere Hospitals",
        "Saint Odger Health",
        "Beaconfold Care",
        "Thornapple Medical Centers",
        "Gillfennel Clinics",
    ),
    "software": (
        "Foxglove Software",
        "Ledgerleaf Systems",
        "Quiet Harbor Cloud",
        "Inkwell Logic",
        "Marble Arch Data",
        "Tessellate Works",
    ),
    "machinery": (
        "Ironbridge Tackle",
        "Gantry and Pulley",
        "Mossgrove Machines",
        "Yewtree Equipment",
        "Hammerfold Industries",
        "Vallgren Verkstad",
    ),
    "food": (
        "Plumstead Pantry",
        "Barleymoon Foods",
        "Honeysett Dairy",
        "Gooseberry Brands",
        "Marchpane Bakeries",
    ),
    "energy": (
        "Cinderpath Energy",
        "Bleakmoor Petroleum",
        "Lowtide Oil and Gas",
        "Ambermere Resources",
        "Fjordlys Energi",
    ),
}

_FOREIGN_NAMES = (
    "Nordholm Sparbank",
    "Hokuto Lattice",
    "Vallgren Verkstad",
    "Fjordlys Energi",
    "Aurelia Flight",
)
_FOREIGN_WITHOUT_GVKEY = ("Hokuto Lattice", "Fjordlys Energi")

_SKIPS = {
    "2023Q1": ("900003", "900017", "900030", "900052"),
    "2023Q2": ("900003", "900008", "900036", "900047"),
    "2023Q3": ("900014", "900028", "900045", "900050"),
    "2023Q4": ("900014", "900020", "900033", "900049"),
}
"""The firms without a call, by quarter."""


def _all_firms() -> tuple[Firm, ...]:
    names = [(name, sector) for sector, listed in _NAMES_BY_SECTOR.items() for name in listed]
    firms = []
    for number, (name, sector) in enumerate(names, start=1):
        firm_id = str(900_000 + number)
        foreign = name in _FOREIGN_NAMES
        firms.append(
            Firm(
                firm_id=firm_id,
                name=name,
                sector=sector,
                skips=tuple(quarter for quarter, skipping in _SKIPS.items() if firm_id in skipping),
                foreign=foreign,
                permno=None if foreign else 99_000 + number,
                gvkey=None if name in _FOREIGN_WITHOUT_GVKEY else f"9{number:05d}",
                identifiers=_identifiers(number, foreign),
            )
        )
    return tuple(firms)


def _identifiers(number: int, foreign: bool) -> Identifiers:
    """Ones that nobody has: ZZ is no country and no ticker begins so, and no CIK is as high."""
    return Identifiers(
        cusip=None if foreign else f"ZZZ{number:03d}109",
        isin=f"ZZ{number:09d}0",
        ticker=f"ZZ{number:02d}",
        cik=None if foreign else f"99999{number:05d}",
    )


FIRMS = _all_firms()


def firms_with_a_call(quarter: str) -> list[Firm]:
    """The firms with a call in one of the sample's quarters, in order of firm_id."""
    return [firm for firm in FIRMS if quarter not in firm.skips]
