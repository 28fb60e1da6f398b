"""Names for the themes of real calls, written by hand from their keywords: good ones, and bad ones made of them.

They stand in for two language models, a good one and a bad one. A clustering may differ a little between processors, so
a name is chosen by the theme's keywords.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.fakes.llm_server import shown

GOOD = {
    # words of the theme's keywords: (its name, its description)
    "covid covid-19 pandemic restrictions outbreaks period impact of macro environment": (
        "Impact of COVID-19 restrictions",
        "COVID-19 and its restrictions and outbreaks: what the COVID period did to demand, sales and operations.",
    ),
    "pandemic covid-19 covid": (
        "Recovery from the pandemic",
        "The pandemic: how companies came through it, and the recovery to levels of before the pandemic.",
    ),
    "competition competitors competitiveness intense": (
        "Competition and competitors",
        "How intense competition is, what competitors do, and how companies keep market share and stay competitive.",
    ),
    "consumers brand consumer demand awareness behavior spending environment products": (
        "Consumer demand and brands",
        "What consumers buy and spend, how their behavior changes, and how brands win their awareness and loyalty.",
    ),
    "real estate properties housing house residential market": (
        "Real estate and housing",
        "Real estate and homes: residential properties that are developed, bought and sold, and the housing market.",
    ),
    "acquisitions acquisition costs customer": (
        "Acquisitions of other companies",
        "Companies that are acquired and integrated, acquisitions that are planned, and what they cost and add.",
    ),
    "supply chain global challenges issues value": (
        "Supply chain disruptions",
        "Disruptions of the global supply chain: suppliers, component shortages and delays of materials and parts.",
    ),
    "energy prices transition renewable business clean electricity sources costs consumption": (
        "Renewable energy and power prices",
        "Energy and electricity: prices, generation from renewable and clean sources, and the energy transition.",
    ),
    "sustainability sustainable development corporate social responsibility report csr diversity": (
        "Sustainability and responsibility reporting",
        "Sustainability reports, sustainable development, diversity and corporate responsibility programs.",
    ),
    "loans loan book lending repayments refinancing": (
        "Loan books and lending",
        "Loan books of lenders: lending, refinancing and repayment of loans, relief and bad loans.",
    ),
    "infrastructure internet greenfield": (
        "Infrastructure build-out",
        "Building and upgrading infrastructure: internet, roads, specialist and greenfield projects.",
    ),
    "credit cards facility tax credits": (
        "Credit, cards and credit facilities",
        "Credit facilities and ratings, credit cards, credit losses and quality, and tax credits.",
    ),
    "climate change science neutrality net zero": (
        "Climate change targets",
        "Climate change: science-based targets, net zero and the plans to reach neutrality.",
    ),
    "retail retailers outlets channels": (
        "Retail stores and channels",
        "Retailers and their outlets, shops and channels, and how retail sales develop.",
    ),
    "digital transformation channels technology": (
        "Digital transformation",
        "Digital transformation: technology, platforms and digital channels, and how much business is digital.",
    ),
    "travel transport": (
        "Travel and passenger transport",
        "Travel by passengers and tourists: long haul and short haul flights, bookings and transport.",
    ),
    "inflation cost": (
        "Cost inflation and price increases",
        "Inflation of costs and prices: how high it is, and how companies raise prices to offset inflation.",
    ),
    "europe european": (
        "Business in Europe",
        "Operations, markets and growth in Europe and in European countries.",
    ),
    "bank deposits central": (
        "Banks, deposits and central banks",
        "Banks: deposits, branches, the Central Bank and its rates, and regulation of banks.",
    ),
    "logistics freight costs": (
        "Freight and logistics costs",
        "Freight and logistics: rates, containers and capacity, and what logistics cost.",
    ),
    "natural gas oil and business prices": (
        "Oil and natural gas production",
        "Natural gas and oil: supply, production and transport, and gas prices.",
    ),
    "social media unrest corporate responsibility": (
        "Social matters and social unrest",
        "Social unrest in a country, social programs and investment in communities, and social media.",
    ),
    "fuels hydrogen": (
        "Fuels and hydrogen",
        "Fuels: alternative fuels, fuel prices and use, and hydrogen.",
    ),
    "app phone iphone iot": (
        "Mobile phones and apps",
        "Phones such as the iPhone, mobile apps, and connected devices.",
    ),
    "health doctors and safety": (
        "Health care and health of people",
        "Health: doctors, medical care and patients, and the health of employees.",
    ),
    "co2 emissions coal target": (
        "CO2 emissions and coal",
        "CO2 emissions: targets to reduce them, tons avoided, and leaving coal.",
    ),
    "land": (
        "Land for development",
        "Land: what it costs, and land that is bought, held and developed.",
    ),
    "pipeline": (
        "Pipeline of projects and deals",
        "The pipeline of projects, deals, orders and products that companies expect to win or launch.",
    ),
    "asia pacific": (
        "Business in Asia",
        "Demand, sales and growth in Asia and the Pacific.",
    ),
    "hedges financial hedging strategy": (
        "Hedging of prices and currencies",
        "Hedges: contracts that protect against changes of prices, interest and currencies.",
    ),
    "carbon footprint neutral neutrality": (
        "Carbon footprint and neutrality",
        "Carbon: measuring and reducing the carbon footprint, and becoming carbon neutral.",
    ),
    "raw materials material costs": (
        "Raw material prices",
        "Raw materials: their prices and availability, and what higher raw material costs mean for margins.",
    ),
    "air aircraft": (
        "Aircraft and air traffic",
        "Aircraft, airlines and air traffic: planes that are ordered, delivered and flown, and air cargo.",
    ),
    "china chinese": (
        "Business in China",
        "Sales and growth in China, and Chinese markets, customers and producers.",
    ),
    "brazil brazilian paraguay": (
        "Business in Brazil",
        "Operations, sales and growth in Brazil.",
    ),
    "water drought": (
        "Water supply and drought",
        "Water: its supply and use, drought and low rainfall, and treatment of water.",
    ),
    "esg": (
        "ESG ratings and reporting",
        "ESG: environmental, social and governance goals, ratings and reports.",
    ),
    "synergies": (
        "Synergies of mergers",
        "Synergies: savings and additional revenue that combining two businesses brings, and when.",
    ),
    "governance corporate": (
        "Corporate governance and boards",
        "Governance of companies: boards, directors, shareholders' rights and corporate governance codes.",
    ),
    "packaging recycling": (
        "Packaging and recycling",
        "Packaging: plastic, paper and recycled materials, and demand for packaging.",
    ),
    "advertising": (
        "Advertising revenue and spending",
        "Advertising: revenue from advertisers, ads on television and online, and what is spent on it.",
    ),
    "data centers": (
        "Data centers",
        "Data centers: capacity that is built, customers who use them, and their power.",
    ),
    "wind farms offshore": (
        "Wind farms",
        "Wind power: onshore and offshore wind farms that are built and run.",
    ),
    "fiber connectivity": (
        "Fiber networks and connectivity",
        "Fiber: homes passed and connected, broadband and connectivity.",
    ),
    "argentina": (
        "Business in Argentina",
        "Operations, prices and the economy in Argentina.",
    ),
    "energy surcharges costs": (
        "Surcharges for energy costs",
        "Surcharges that companies add to their prices for energy and fuel, and how customers accept them.",
    ),
    "ebitda million adjust margin increase month net revenue adjusted": (
        "Quarterly EBITDA and margins",
        "Adjusted EBITDA, revenue and margins of the quarter in millions, and how much they rose.",
    ),
    "innovation scale investments growing": (
        "Innovation and investment in scale",
        "Innovation, investment and scale: what companies invest in to grow.",
    ),
    "capex million increase spend continue cost investment cash guidance budget": (
        "Capital expenditure and budgets",
        "Capital expenditure of the year: what was spent, guidance, budgets and cash.",
    ),
}


def good(question: dict[str, Any]) -> tuple[str, str]:
    """The name and description whose words are most like the theme's keywords."""
    words = {word.casefold() for keyword in shown(question)["keywords"] for word in keyword.split()}

    def alike(listed: str) -> tuple[float, str]:
        known = set(listed.split())
        return len(words & known) / len(words | known), listed

    return GOOD[max(GOOD, key=alike)]


def bad(question: dict[str, Any]) -> tuple[str, str]:
    """The good name of another theme: it reads well, and is wrong."""
    names = list(GOOD.values())
    return names[(names.index(good(question)) + 9) % len(names)]


def answer_to(question: dict[str, Any], name: Callable[[dict[str, Any]], tuple[str, str]]) -> tuple[int, str]:
    """What a language model answers that names themes so; asked again about several, it keeps to its names."""
    if "themes" not in shown(question):
        return answer(name(question))
    kept = [{"number": theme["number"], "name": theme["name"]} for theme in shown(question)["themes"]]
    return 200, json.dumps({"names": kept})


def answer(given: tuple[str, str]) -> tuple[int, str]:
    """A name and description as a language model gives them."""
    return 200, json.dumps({"name": given[0], "description": given[1], "theme_class": "content"})
