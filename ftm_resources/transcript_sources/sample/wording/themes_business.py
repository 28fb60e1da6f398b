"""What the invented firms say about the planted trade, property and banking themes.

Every sentence is written for this project. Keep each one to a single sentence with no full stop inside it,
because the tests check that it survives sentence splitting whole.
"""

from __future__ import annotations

from ftm_resources.transcript_sources.sample.wording.templates import Wording

NEARSHORING = Wording(
    choices={
        "place": "Mexico | Monterrey | Central America | Costa Rica | the Mexican border states",
        "origin": "China | coastal China | Asian suppliers | Chinese contract makers | distant Asian plants",
        "part": "wiring harnesses | appliances | furniture | machined parts | garments",
    },
    statements="""
        We are moving sourcing of {part} from {origin} to {place}.
        Nearshoring to {place} shortens the supply chain for {part}.
        A new assembly plant in {place} will replace {part} bought from {origin}.
        Suppliers of {part} are following us from {origin} to {place}.
        Tariffs on {part} from {origin} made nearshoring the obvious choice.
        {share} of our {part} now come from {place} under the regional trade pact.
        Dual sourcing between {origin} and {place} protects us against another disruption.
        Industrial parks in {place} are full because manufacturers are relocating from {origin}.
        Landed cost for {part} made in {place} is {pct} below that of {origin}.
        Relocating production of {part} nearer home, to {place}, lets us fill orders within days.
        We qualified new suppliers in {place} to reduce dependence on {origin}.
        Regional supply chains through {place} will carry {share} of our purchases {ahead}.
        Rents for factory space in {place} rose {pct} on nearshoring demand.
        Moving tooling for {part} out of {origin} takes a year.
        Customers ask for a supply chain without {origin}, so we expand in {place}.
        Cross-border trade with {place} increased {pct} as factories moved nearer.
        The supplier base for {part} in {place} is still thin compared with {origin}.
        We closed a sourcing office serving {origin} and opened one in {place}.
        Geopolitical tension with {origin} speeds the relocation of plants making {part}.
        Quality of {part} from our nearshore partners matches that of {origin}.
        Manufacturers are diversifying away from {origin}, and {place} wins most plants {when}.
        Nearshored {part} let us hold {pct} less safety stock.
        We see {place} becoming a manufacturing hub for {part} {ahead}.
        A supply chain that runs through {place} beats waiting for {part} from abroad.
    """,
    questions="""
        How far along are you in moving {part} from {origin} to {place}?
        Does nearshoring to {place} save money on {part}, or is it about supply risk?
        What share of sourcing will still depend on {origin} once {place} is running?
    """,
)

FREIGHT_COSTS = Wording(
    choices={
        "mode": "ocean freight | container shipping | trucking | air cargo | intermodal freight",
        "cost": "spot rates | freight rates | fuel surcharges | shipping charges | demurrage fees",
        "hub": "Los Angeles | Savannah | the Gulf ports | Rotterdam | Newark",
    },
    statements="""
        Costs for {mode} fell {pct}, which gives us relief on {cost}.
        {cost} for {mode} are coming down from last year's peak.
        Containers no longer pile up at {hub}, so {cost} are easing.
        We renegotiated contracts for {mode} at rates {pct} lower.
        Cheaper {mode} added {share} of a point to gross margin through lower {cost}.
        Carriers of {mode} have spare capacity and compete on {cost}.
        Shipping delays at {hub} cost us sales {when}.
        {mode} remains our largest logistics expense, and {cost} swing every month.
        Vessels wait outside {hub} for less time, and {mode} runs on schedule.
        Diesel prices pushed {cost} for {mode} up {pct}.
        Our freight bill dropped by {share} as {cost} returned to normal.
        We shifted cargo from air to sea to avoid {cost} at {hub}.
        The backlog of container ships at {hub} cleared {when}.
        Freight forwarders offer discounts on {mode} to {hub} because volumes are weak.
        {cost} will be a tailwind {ahead} as cheaper shipping contracts start.
        Empty containers stack up near {hub}, a sign that {mode} demand is soft.
        We route fewer shipments through {hub} to keep {cost} down.
        Rail and truck carriers cut {cost} by {pct} to win loads.
        High {cost} are still in inventory and will reach cost of sales {ahead}.
        Dockworker talks at {hub} could disrupt {mode} again.
        Customers refuse to pay {cost} now that {mode} is plentiful.
        Fuller trailers and better routes lowered our {cost} by {pct}.
        Transit time by {mode} through {hub} improved by two weeks.
        Freight carriers idle ships and park trucks because {cost} barely cover fuel {when}.
    """,
    questions="""
        How much of the margin gain came from lower {cost} in {mode}?
        Are {cost} for {mode} at the bottom, or do they fall further {ahead}?
        Is congestion at {hub} still adding to {cost}?
    """,
)

OFFICE_REAL_ESTATE = Wording(
    choices={
        "building": "office towers | downtown offices | suburban office parks | older office buildings"
        " | high rise offices",
        "city": "San Francisco | Chicago | Manhattan | Houston | Washington",
        "party": "landlords | office owners | property lenders | building appraisers | commercial mortgage holders",
    },
    statements="""
        Vacancy in {building} across {city} reached {share} of the space.
        {party} face losses as {building} are refinanced at higher rates.
        Remote work leaves {building} half empty, which hurts {party}.
        We set aside reserves for loans on {building} in {city}.
        Values of {building} dropped {pct} {when}, according to appraisals.
        Tenants of {building} in {city} hand back office floors when leases expire.
        {party} in {city} walked away from {building} rather than refinance.
        Office loans make up {share} of our commercial real estate book, mostly in {city}.
        Criticized loans on {building} rose {pct} {when}.
        Subleases flood the office market in {city} {when} and press rents lower.
        Converting {building} into apartments rarely works for {party}.
        We gave up {share} of our own desks and office space in {city} {when}.
        Leasing of {building} slowed {when} because companies need fewer desks.
        {party} extend maturing office mortgages and hope that {city} recovers.
        Rents for {building} in {city} fell {pct} after landlord concessions.
        An impairment on our headquarters reflects weak office demand in {city} {when}.
        Only trophy offices attract tenants, while {building} elsewhere sit vacant {ahead}.
        Defaults on mortgages backed by {building} worry {party}.
        Office attendance in {city} is stuck near {share} of its old level.
        Buyers for {building} have vanished, so {party} cannot find a price.
        Property tax from {building} is shrinking in {city}.
        We stress tested office loans in {city} for a fall in property values of {pct}.
        Lease maturities in {building} will add to office vacancy {ahead}.
        {party} expect more foreclosures on {building} {ahead}.
    """,
    questions="""
        How much loan exposure do you have to {building} in {city}?
        What vacancy and rents do {party} assume for {building} {ahead}?
        Are {party} in {city} defaulting on office mortgages, or extending them?
    """,
)

DEPOSIT_COSTS = Wording(
    choices={
        "saver": "depositors | savers | business depositors | retail savers | wealthy depositors",
        "account": "certificates of deposit | money market funds | savings accounts | high yield deposits"
        " | brokered deposits",
        "bank": "regional banks | our lenders | community banks | credit unions | our banking partners",
    },
    statements="""
        {saver} are moving cash from checking into {account}.
        Deposit costs rose {pct} as {saver} demanded better rates.
        {bank} compete for deposits by paying more on {account}.
        Net interest margin narrowed because {account} reprice faster than loans {when}.
        Deposit beta reached {share}, driven by {account}.
        Noninterest bearing deposits declined {pct} as {saver} chased yield.
        Funding at {bank} is more expensive since {saver} ran for their deposits in March.
        {saver} with uninsured balances spread their deposits among {bank}.
        We pay higher rates on {account} to keep {saver} loyal.
        Deposit outflows slowed {when}, and {saver} seem calmer.
        {bank} tightened credit because deposit funding costs climbed {pct}.
        The mix shift toward {account} will press deposit margins {ahead}.
        {share} of our funding now comes from {account} rather than checking balances.
        Wholesale borrowing replaced deposits that {saver} withdrew {when}.
        Interest expense on {account} doubled, which weighs on net interest income {when}.
        Our treasury moved idle cash out of {bank} and into {account}.
        Liquidity at {bank} improved as insured deposits from {saver} returned.
        Cumulative deposit beta for {account} should peak {ahead}.
        {saver} ask for rates on {account} that match treasury bills.
        Loan growth is limited by how many deposits {bank} can gather {ahead}.
        Deposit pricing pressure from online rivals forces {bank} to lift {account}.
        We extended funding with longer {account} before deposit rates rise again {ahead}.
        Uninsured deposits fell to {share} of the total as {saver} sought safety.
        Deposit balances at {bank} held steady while {account} became costlier.
    """,
    questions="""
        What deposit beta do you assume for {account} {ahead}?
        Are {saver} still shifting deposits into {account}?
        How much higher can deposit costs at {bank} go before {saver} stop moving cash?
    """,
)
