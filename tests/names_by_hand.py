"""Names for the themes of real calls, written by hand from their keywords: good ones, and bad ones made of them.

They stand in for two language models, a good one and a bad one. A clustering may differ a little between processors, so
a name is chosen by the theme's keywords.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.llm_server import shown

GOOD = {
    # words of the theme's keywords: (its name, its description)
    "covid pandemic covid-19 restrictions outbreaks": (
        "Impact of the COVID pandemic",
        "The COVID pandemic and its restrictions and outbreaks: what they did to demand and operations, how "
        "people were kept safe, and the recovery to levels of before the pandemic.",
    ),
    "government regulations policies legislation law regulatory compliance tax": (
        "Government regulation, legislation and compliance",
        "Laws, regulations and policies of governments and regulators: approvals, compliance, tax law, and "
        "what new legislation means for a business.",
    ),
    "infrastructure network internet greenfield networking": (
        "Network and infrastructure build-out",
        "Building and upgrading networks and infrastructure: fiber, internet, roads and greenfield projects.",
    ),
    "real estate land properties housing house residential": (
        "Real estate, housing and land",
        "Real estate, homes and land: residential properties that are developed, bought and sold, and the "
        "housing market.",
    ),
    "loans bank loan banking deposits lending refinancing repayments": (
        "Bank lending and deposits",
        "Banks and their loan books: lending, deposits, interest, refinancing and repayment of loans.",
    ),
    "energy power electricity renewable clean transition generation consumption": (
        "Renewable energy and power prices",
        "Energy and electricity: prices, power generation from wind and solar, renewable and clean energy, "
        "and the energy transition.",
    ),
    "carbon emissions co2 climate footprint neutral neutrality environmental": (
        "Carbon emissions and climate targets",
        "Carbon and CO2 emissions, climate change and targets of becoming carbon neutral: what companies do "
        "to reduce their footprint.",
    ),
    "consumers brand consumer awareness behavior spending": (
        "Consumer demand and brands",
        "What consumers buy and spend, how their behavior changes, and how brands win their awareness and loyalty.",
    ),
    "competition competitors competitiveness intense": (
        "Competition and competitors",
        "How intense competition is, what competitors do, and how companies keep market share and stay competitive.",
    ),
    "freight shipping logistics fleet ports vessels transportation cartagena": (
        "Freight, shipping and logistics",
        "Freight and shipping: vessels, ports, containers, fleets and transportation, and what logistics cost.",
    ),
    "retail retailers outlets channels ecommerce": (
        "Retail stores and online shopping",
        "Retailers and their stores, channels and online shopping: how sales in retail and e-commerce develop.",
    ),
    "supply chain suppliers global challenges issues value": (
        "Supply chain disruptions",
        "Disruptions and challenges of the global supply chain: suppliers, component shortages and delays of "
        "materials and parts.",
    ),
    "natural gas fuels oil barrels": (
        "Oil and natural gas production",
        "Oil, natural gas and fuels: barrels a day, production, exploration and prices of oil and gas.",
    ),
    "north america brazil argentina south colombia latin chile paraguay bolivia": (
        "Business in North and Latin America",
        "Operations and growth in North and South America: Brazil, Argentina, Colombia, Chile, Bolivia and Paraguay.",
    ),
    "acquisitions acquisition customer": (
        "Acquisitions of other companies",
        "Companies that are acquired and integrated, mergers and acquisitions that are planned, and what "
        "acquisitions cost and add.",
    ),
    "health safety doctors": (
        "Health and safety of people",
        "Health and safety of employees, patients and communities: doctors, healthcare, well-being and "
        "accidents at work.",
    ),
    "devices phone iot iphone connectivity app apple": (
        "Mobile phones, devices and apps",
        "Devices such as phones, and the apps, connectivity and mobile services that run on them.",
    ),
    "europe uk european": (
        "Business in Europe and the UK",
        "Operations, markets and growth in Europe and the United Kingdom, and in European countries.",
    ),
    "data centers": (
        "Data centers and cloud",
        "Data centers, data and cloud computing: capacity that is built, servers, storage, and customers who use data.",
    ),
    "digital transformation channels technology": (
        "Digital transformation",
        "Digital transformation: technology, platforms and digital channels that customers use, and how much "
        "business has become digital.",
    ),
    "credit cards facility tax credits": (
        "Credit, cards and credit facilities",
        "Credit of companies and consumers: credit facilities and ratings, credit cards, credit losses and "
        "quality, and tax credits.",
    ),
    "china asia": (
        "Business in China and Asia",
        "Demand, sales and growth in China and Asia, and Chinese markets, customers and producers.",
    ),
    "inflation cost": (
        "Cost inflation and price increases",
        "Inflation of costs and prices: how high it is, and how companies raise prices to offset inflation.",
    ),
    "leases rents occupancy rental leasing arrangements": (
        "Leases, rents and occupancy",
        "Leases and rents of property and equipment: occupancy, rental rates, new lease contracts and tenants.",
    ),
    "paper packaging": (
        "Paper and packaging",
        "Paper and packaging: pulp, board, boxes and plastic, demand for packaging and capacity of paper mills.",
    ),
    "corporate social responsibility unrest media": (
        "Social responsibility and social unrest",
        "Social matters: corporate social responsibility, social unrest in a country, and social media.",
    ),
    "travel haul": (
        "Travel and long-haul flights",
        "Travel by passengers and tourists: long haul and short haul flights, bookings, and travel restrictions.",
    ),
    "exports tariffs": (
        "Exports and tariffs",
        "Exports to other countries, export markets and sales, and tariffs and duties.",
    ),
    "construction cost": (
        "Construction projects and costs",
        "Construction of buildings, plants and roads: projects under construction, construction costs and "
        "when they finish.",
    ),
    "raw materials material costs": (
        "Raw material prices",
        "Raw materials: their prices and availability, and what higher raw material costs mean for margins.",
    ),
    "air aircraft": (
        "Aircraft and air traffic",
        "Aircraft, airlines and air traffic: planes that are ordered, delivered and flown, and air cargo.",
    ),
    "plants": (
        "Production plants and factories",
        "Plants and factories: new plants, capacity, maintenance shutdowns and production of plants.",
    ),
    "green": (
        "Green bonds and green hydrogen",
        "Green products, projects and finance: green bonds, green hydrogen and green energy.",
    ),
    "esg": (
        "ESG ratings and reporting",
        "ESG: environmental, social and governance goals, ratings and reports of companies.",
    ),
    "pipeline": (
        "Pipeline of projects and deals",
        "The pipeline of projects, deals, orders and products that companies expect to win or launch.",
    ),
    "hedges financial hedging strategy": (
        "Hedging of prices and currencies",
        "Hedges and hedging strategy: contracts that protect against changes of prices, interest and currencies.",
    ),
    "security cyber": (
        "Cyber security and data protection",
        "Security: cyber security, cyber attacks and protection of data and systems.",
    ),
    "water drought": (
        "Water supply and drought",
        "Water: its supply and use, drought and low rainfall, hydro power and treatment of water.",
    ),
    "video": (
        "Video and streaming",
        "Video content: streaming, video games, video platforms and those who watch.",
    ),
    "synergies": (
        "Synergies of mergers",
        "Synergies: savings and additional revenue that combining two businesses brings, and when.",
    ),
    "governance corporate": (
        "Corporate governance and boards",
        "Governance of companies: boards, directors, shareholders' rights and corporate governance codes.",
    ),
    "recall": (
        "Product recalls",
        "Recalls of products, and what companies ask listeners to recall from earlier quarters and years.",
    ),
    "copper metal chemicals": (
        "Copper, metals and chemicals",
        "Copper and other metals, mining, and chemicals: prices, production and demand.",
    ),
    "surcharges": (
        "Surcharges on prices",
        "Surcharges that companies add to their prices for energy, freight and fuel, and how customers accept them.",
    ),
    "advertising": (
        "Advertising revenue and spending",
        "Advertising: revenue from advertisers, ads on television and online, and what companies spend on it.",
    ),
    "turkish lira turkey market": (
        "Turkey and the Turkish lira",
        "Business in Turkey, the Turkish market and banks, and the depreciation of the Turkish lira.",
    ),
    "ebitda million margin adjust increase billion high basis": (
        "Quarterly EBITDA and margins",
        "Adjusted EBITDA, revenue and margins of the quarter in millions and billions, and how much they rose "
        "compared to last year.",
    ),
    "capital allocation investments portfolio core business": (
        "Capital allocation and portfolio review",
        "How companies allocate capital: investments, their portfolio of businesses and assets, and a focus "
        "on the core business.",
    ),
    "innovation scale investments": (
        "Innovation and investment in scale",
        "Innovation, investment and scale: new products and technology that companies invest in to grow.",
    ),
}


def good(question: dict[str, Any]) -> tuple[str, str]:
    """The name and description whose words are most of the theme's keywords."""
    words = {word.casefold() for keyword in shown(question)["keywords"] for word in keyword.split()}
    return GOOD[max(GOOD, key=lambda listed: (len(words & set(listed.split())), listed))]


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
