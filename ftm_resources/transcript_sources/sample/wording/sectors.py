"""What firms of each sector say about their own business: products and operations, not the planted themes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SectorWording:
    """One template a line, and ``word | word | word`` for each gap."""

    choices: dict[str, str]
    statements: str


SECTORS: dict[str, SectorWording] = {
    "utilities": SectorWording(
        {
            "unit": "the gas utility | our northern service area | the regulated business | the coastal division",
            "thing": "rate case | rate filing | rate base | pipeline replacement program | storm recovery rider",
        },
        """
        Mild weather lowered heating sales at {unit} by {pct}.
        The commission approved most of what we asked for in the {thing}.
        Customer count at {unit} grew {pct}, mainly new homes.
        Crews restored service after the ice storm within two days.
        We filed the next {thing} in the spring and expect an order in winter.
        Bad debt expense at {unit} stayed within the allowed range.
        Our allowed return on equity is unchanged after the {thing}.
        We kept the average household bill below the national median.
        Tree trimming and inspections at {unit} are ahead of plan.
        The {thing} adds {money} to the asset base.
        Fuel savings were passed on to households at {unit}.
        We retired the last coal unit and will restore the land.
        Customer satisfaction at {unit} reached a new high.
        Settlement talks on the {thing} are going well.
        Smart meters now reach almost all homes at {unit}.
        Operating and maintenance expense at {unit} was flat.
        Weather normalized sales to small business rose {pct}.
        We plan no new equity to finance the {thing}.
        """,
    ),
    "banks": SectorWording(
        {
            "unit": "the mortgage business | wealth management | the card portfolio | middle market lending"
            " | auto lending",
            "thing": "credit quality | the loan book | fee income | the allowance for losses | the capital ratio",
        },
        """
        Average balances in {unit} grew {pct} from a year ago.
        We are comfortable with {thing} at this point in the cycle.
        Charge-offs in {unit} remain below what we saw before the pandemic.
        Fees from {unit} reached {money}.
        Our branch renovation program is two thirds complete.
        Loan yields in {unit} moved up with the prime rate.
        We added relationship managers in {unit}.
        The efficiency ratio improved as {unit} gained scale.
        Delinquencies in {unit} ticked up from very low levels.
        Our stress test results show strength in {thing}.
        We expect {thing} to normalize slowly.
        The provision for credit losses was {money}.
        Mobile app users grew {pct}, and fewer customers visit branches.
        Card spending on travel and dining was up {pct}.
        Mortgage applications were weak and {unit} shrank a little.
        Rating agencies affirmed their view of {thing}.
        Trust assets rose with the markets, which helped {unit}.
        We closed the sale of a small leasing unit.
        """,
    ),
    "retailers": SectorWording(
        {
            "unit": "home goods | apparel | garden | toys | sporting goods | footwear",
            "thing": "store traffic | the average ticket | online orders | the loyalty program | store remodels",
        },
        """
        Comparable sales in {unit} rose {pct}.
        We marked down seasonal {unit} to clear the floor.
        {thing} improved as the holidays came closer.
        Our buyers have fresh assortments in {unit} for the fall.
        Same day pickup is now in every store.
        Customers responded well to the new layout for {unit}.
        We opened nine stores and remodeled thirty.
        Inventory in {unit} is down {pct} from last year.
        The weather was too cold for {unit} in the early weeks.
        Members of the loyalty program shop twice as often.
        We are pleased with {thing} in the younger age groups.
        Gift cards brought {money} of sales.
        Catalog mailings lifted interest in {unit}.
        {thing} was strongest in the suburbs.
        Our designers shortened the time from sketch to shelf in {unit}.
        Returns of {unit} bought online are falling.
        Back to school sales in {unit} met our hopes.
        We named a new head of merchandising for {unit}.
        """,
    ),
    "semiconductors": SectorWording(
        {
            "unit": "analog | microcontrollers | memory | power management | radio frequency chips",
            "thing": "handset | automotive | industrial | personal computer | set top box",
        },
        """
        Revenue from {thing} customers was down {pct} in sequence.
        Channel inventory of {unit} is still above target.
        Design wins in {unit} reached a record {when}.
        The {thing} market is working through excess stock.
        Average selling prices in {unit} held up well.
        We taped out a new family of {unit} products.
        Book to bill in {unit} was slightly below one.
        Distributors cut orders of {unit} for {thing} uses.
        Our road map in {unit} keeps us ahead of rivals.
        {thing} content per device keeps rising.
        We sampled the next generation of {unit} to lead customers.
        Test and packaging costs for {unit} came down {pct}.
        Cancellations in {thing} have slowed.
        We see green shoots in the {thing} channel.
        Utilization was trimmed to keep {unit} stock in check.
        Licensing income of {money} was in line.
        Engineering headcount in {unit} is flat.
        Seasonal demand for {thing} parts should help next quarter.
        """,
    ),
    "airlines": SectorWording(
        {
            "unit": "transatlantic routes | the leisure network | business travel | the regional fleet"
            " | our island routes",
            "thing": "load factor | on time arrival | seat capacity | premium cabin demand | unit revenue",
        },
        """
        Bookings on {unit} were up {pct} from last year.
        We took delivery of six narrowbody aircraft.
        {thing} set a summer record on {unit}.
        Jet fuel averaged less than we had planned.
        Storms caused cancellations on {unit} in the last week.
        The frequent flyer program earned {money}.
        We retired older jets from {unit} ahead of time.
        {thing} improved thanks to a better schedule.
        Engine inspections keep four aircraft on the ground.
        Fares on {unit} were softer in the shoulder season.
        Our new lounge opened to good reviews.
        Corporate accounts flew {pct} more on {unit}.
        We will add flights on {unit} next summer.
        Airport fees rose as {thing} recovered.
        Baggage handling improved by every measure.
        We hedge none of our fuel for {unit}.
        Codeshare partners sent more passengers to {unit}.
        Winter demand on {unit} looks healthy.
        """,
    ),
    "hospitals": SectorWording(
        {
            "unit": "emergency rooms | outpatient surgery | maternity | cardiology | behavioral health",
            "thing": "admissions | payer mix | length of stay | case mix | surgical volume",
        },
        """
        Volume in {unit} was {pct} above a year ago.
        {thing} returned to a normal seasonal pattern.
        We opened two clinics next to our flagship hospital.
        Commercial rates for {unit} renewed at fair terms.
        Flu and respiratory cases filled {unit} in January.
        {thing} was better than we guided.
        We bought a small group of imaging centers.
        Professional fees in {unit} rose {pct}.
        Medicaid supplemental payments came to {money}.
        Our joint ventures in {unit} did well.
        We received high marks for quality in {unit}.
        Denials by payers affected {thing}.
        The new tower adds beds for {unit}.
        Telehealth visits in {unit} have leveled off.
        Same facility {thing} grew at a steady pace.
        Physician recruitment for {unit} stays a priority.
        Uninsured visits to {unit} were stable.
        We sold one rural hospital to a local group.
        """,
    ),
    "software": SectorWording(
        {
            "unit": "the payroll suite | our billing platform | the design tool | the analytics product"
            " | the claims system",
            "thing": "net retention | annual recurring revenue | the sales cycle"
            " | remaining performance obligations"
            " | seat growth",
        },
        """
        New customers of {unit} rose {pct}.
        {thing} came in ahead of what we planned.
        We released a simpler version of {unit}.
        Large deals for {unit} need more signatures than before.
        Subscription revenue from {unit} reached {money}.
        Customers consolidate vendors, which favors {unit}.
        {thing} was stable across regions.
        Partners now sell {unit} in twelve countries.
        Our user conference drew a record crowd.
        Professional services around {unit} were smaller by design.
        We moved more customers of {unit} to yearly contracts.
        Churn in {unit} fell among small businesses.
        {thing} benefited from a price change in spring.
        Developers built hundreds of add-ons for {unit}.
        The trial version of {unit} converts well.
        We merged two product teams behind {unit}.
        Upsell to the premium edition of {unit} was strong.
        Public sector demand for {unit} was a bright spot.
        """,
    ),
    "machinery": SectorWording(
        {
            "unit": "excavators | pumps | forklifts | compressors | packaging machines",
            "thing": "aftermarket parts | dealer stock | the order book | the rental fleet | factory throughput",
        },
        """
        Orders for {unit} were {pct} higher than last year.
        {thing} stayed at a healthy level.
        We launched a quieter line of {unit}.
        Price increases on {unit} have stuck.
        Dealers in Europe ordered fewer {unit}.
        {thing} gave us {money} of sales.
        Steel costs for {unit} came down a little.
        We finished the move of {unit} into one plant.
        Lead times on {unit} are back to normal.
        Service contracts on {unit} grew {pct}.
        {thing} improved after we fixed a casting problem.
        Mining customers are replacing old {unit}.
        Our lean program saved time in building {unit}.
        Used {unit} prices are steady.
        Hydraulic parts for {unit} are no longer short.
        Construction demand for {unit} was mixed.
        We exhibited new {unit} at the trade fair.
        Warranty claims on {unit} were the lowest in years.
        """,
    ),
    "food": SectorWording(
        {
            "unit": "snacks | dairy | sauces | baked goods | beverages | pet food",
            "thing": "price mix | cocoa cost | household reach | the food service channel | seasonal demand",
        },
        """
        Organic growth in {unit} was {pct}.
        {thing} was a help to sales.
        New flavors in {unit} won shelf space.
        Wheat and sugar costs for {unit} stayed high.
        We recalled nothing and kept {unit} safe.
        Advertising behind {unit} went up by {money}.
        Volumes of {unit} were softer after pricing.
        {thing} should turn in our favor soon.
        We sold the small spreads brand.
        Our bakery in the north now makes {unit}.
        Eggs and milk were cheaper, which helped {unit}.
        Export sales of {unit} grew {pct}.
        Families bought {unit} for school lunches.
        A celebrity campaign lifted {unit}.
        {thing} varied from one country to the next.
        We refreshed the packaging of {unit}.
        Recipe changes lowered salt in {unit}.
        Restaurants ordered more {unit} than expected.
        """,
    ),
    "energy": SectorWording(
        {
            "unit": "the shale acreage | the offshore field | our refinery | the midstream system | the gas basin",
            "thing": "production | realized prices | the drilling program | lifting cost | proved reserves",
        },
        """
        {thing} at {unit} beat the midpoint of our range.
        We ran four rigs at {unit}.
        Crude averaged less than in the prior year.
        Maintenance at {unit} was finished early.
        Well results at {unit} were {pct} above the type curve.
        {thing} was affected by a cold snap.
        Natural gas prices fell with a warm winter.
        Free cash from {unit} was {money}.
        We drilled longer laterals at {unit}.
        Refining margins narrowed as {unit} restarted.
        {thing} should grow slowly.
        Hedges protect a part of the output of {unit}.
        We bought acreage next to {unit}.
        Service prices for rigs have leveled off.
        Flaring at {unit} is near zero.
        The turnaround at {unit} starts in autumn.
        Export cargoes from {unit} found good prices.
        Decline rates at {unit} are easing.
        """,
    ),
}
