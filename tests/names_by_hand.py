"""Names for the themes of real calls, written after reading their sentences: good ones, and bad ones made of them.

They stand in for two language models, a good one and a bad one. A clustering may differ a little between processors, so
a name is chosen by the theme's keywords.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.llm_server import shown

GOOD = {
    # words that are keywords of the theme: (its name, its description)
    "customer product service business digital market": (
        "Winning customers with new products",
        "Companies develop products and digital services for new and existing customers, and build infrastructure and "
        "relationships in their markets.",
    ),
    "million revenue sales compare income ebitda gaap tax": (
        "Quarterly revenue and operating income",
        "Revenue, gross profit, expenses and operating income of the quarter rose or fell by so many percent compared "
        "to the same quarter of last year, in millions of dollars.",
    ),
    "month backlog september early trend half order": (
        "Backlog and trends by month",
        "Order backlog and trends since September, month by month: the early months, the season, the fourth "
        "quarter and the second half of next year.",
    ),
    "price inflation pricing price increase hedge volume cost tariff": (
        "Price increases to offset inflation",
        "Price increases and pricing that recover high cost inflation and tariffs, with hedges and effects on volume.",
    ),
    "business job brand culture focus community": (
        "Company culture, jobs and brand",
        "Business culture, jobs and people, the community and the environment, agile teams, the brand, and "
        "opportunities with customers.",
    ),
    "loan debt credit cash bank ratio interest financing": (
        "Loans, debt and refinancing",
        "Bank loans, debt, credit and interest: notes and bonds that companies issue, refinance or repay in "
        "cash, and financing ratios.",
    ),
    "energy megawatt wind renewable offshore solar emission climate": (
        "Wind, solar and renewable energy",
        "Renewable energy generation by wind, offshore wind and solar megawatts, climate, carbon emissions "
        "and the energy transition.",
    ),
    "project delay focus process future target decision budget": (
        "Project delays and execution",
        "Projects are delayed or completed: the process, the decision, the budget, the target and the future "
        "opportunity of each project, with a continued focus on execution.",
    ),
    "capital asset portfolio disposal consolidate return investment": (
        "Asset portfolio and capital allocation",
        "Companies review their portfolio of assets, sell or consolidate businesses, and decide where to allocate "
        "capital.",
    ),
    "gas barrel oil fuel natural gas production": (
        "Oil and natural gas production",
        "Production of oil and natural gas in barrels a day, gas prices, fuels and gas supply.",
    ),
    "turkish lira banking bank turkey client payment": (
        "Banking and the Turkish lira",
        "Banks and digital financial services for clients, and business in Turkey with revenue in Turkish lira and its "
        "depreciation.",
    ),
    "covid pandemic impact employee safe crisis": (
        "Impact of the Covid pandemic",
        "The impact of Covid and the pandemic on costs and the environment, keeping employees safe, and how "
        "companies emerge from the crisis to pre-Covid levels.",
    ),
    "billion yen peso reais trillion income net": (
        "Billions of yen, pesos and reais",
        "Net income, revenue and cash of million and billion yen, pesos, Brazilian reais or trillions.",
    ),
    "cost expense increase base percentage provision compensation": (
        "Rising operating expenses",
        "Operating expenses such as compensation, maintenance and advertising increase, and the fixed cost base is "
        "reduced in relation to income.",
    ),
    "brazil argentina colombia spanish country brazilian government": (
        "Brazil, Argentina, Colombia and Spain",
        "The country, its government, economy and taxes: Brazil and the Brazilian real, Argentina, Colombia, "
        "and Spanish markets.",
    ),
    "capex africa south african financial guidance": (
        "Capital expenditure and South Africa",
        "Guidance for capex and capital spending over the next years, and business and consumers in South Africa.",
    ),
    "paper packaging copper plastic chemical fiber wood metal": (
        "Paper, packaging, plastic and copper",
        "Paper packaging and plastic, copper and metal, wood, fiber, chemicals and materials in short supply.",
    ),
    "supply chain demand inventory component semiconductor disruption automotive": (
        "Supply chain disruptions and shortages",
        "Supply chain disruption and issues: component and semiconductor shortages, low inventory, automotive "
        "production and strong demand.",
    ),
    "community property bid home residential land rent lease": (
        "Residential property, homes and land",
        "Residential property, family homes, land and communities: rents, leases, bids, occupancy and installation.",
    ),
    "cash flow free management balance leverage sheet": (
        "Free cash flow and net debt",
        "Free cash flow, working capital, and a lower leverage ratio of net debt to EBITDA on the balance sheet.",
    ),
    "growth rate tier mobile headwind opex market": (
        "Growth rates of the business",
        "The growth rate of the market, of mobile and of each tier: how fast companies grow, growth "
        "opportunities, headwinds and opex growth.",
    ),
    "euro million billion september stock guidance": (
        "Results and guidance in euros",
        "Million euros and billion euros in the months to September: sales, profit, stock and guidance in euro.",
    ),
    "margin gross contribution expansion mix basis": (
        "Gross margin expansion and mix",
        "Gross margin, contribution margin and margin expansion by basis points, with product mix, in each half.",
    ),
    "china korea asia europe south pacific international export": (
        "Expansion in China, Asia and Europe",
        "Demand, exports and growth in China, South Korea, Asia Pacific and Europe, and other international business.",
    ),
    "settlement rate litigation rent case authority file": (
        "Lawsuits, settlements and rate cases",
        "Court rulings, lawsuits, settlements, contracts with authorities, and utility rate cases that were filed.",
    ),
    "investment business strategic focus invest core commit": (
        "Strategic investment in the core business",
        "Companies invest in their core business, look for strategic investment opportunities, and evaluate plans for "
        "long-term growth.",
    ),
}


def good(question: dict[str, Any]) -> tuple[str, str]:
    """The name and description whose words are most of the theme's keywords."""
    words = {word for keyword in shown(question)["keywords"] for word in keyword.split()}
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
