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
        The rate settlement lets us earn {9.6|nine and a half} on equity, which is less than we asked for.
        Our {nuclear|hydro} fleet ran at {93|91} percent availability outside of refueling.
        We filed the integrated resource plan, and the staff will comment on it by {August|November}.
        Industrial sales to {paper mills|steel makers} slipped, while homes held steady.
        A decoupling clause keeps mild winters from hurting {unit} as they used to.
        Gas storage at {unit} went into the season {nearly full|at 88 percent}.
        The legislature passed a securitization bill for {storm costs|the retired plant}.
        Low income customers can now spread winter bills over {twelve|eight} months.
        Our vegetation crews trimmed {four hundred|six hundred} circuit miles at {unit}.
        Intervenors in the {thing} focus on the equity ratio and the depreciation lives.
        We moved {unit} under the holding company to keep its credit rating.
        Uncollectible accounts rose after the moratorium on disconnections ended at {unit}.
        The nuclear decommissioning trust gained with the bond market.
        Pole inspections at {unit} found {fewer|more} rotten ones than the year before.
        Outage minutes per customer at {unit} were the lowest in {six|ten} years.
        Purchased power cost us {11|14} dollars a megawatt hour less than last winter.
        We refinanced holding company notes that were due in {June|September}.
        Coal ash ponds at the retired unit will be closed in {two|three} years.
        Degree days were {12|15} percent below normal across {unit}.
        The attorney general supports most of the {thing}, apart from the rider.
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
        Card spending on travel and dining was up {pct}.
        Mortgage applications were weak and {unit} shrank a little.
        Rating agencies affirmed their view of {thing}.
        Trust assets rose with the markets, which helped {unit}.
        We closed the sale of a small leasing unit.
        The allowance stands at {1.3|1.4} percent of loans, a touch above where we were.
        {Equipment|Dental practice} lending had its best quarter in {two|three} years.
        Mortgage banking lost {2|3} million dollars because hardly anyone refinances.
        Our tangible book value per share rose as bond marks recovered.
        The held to maturity portfolio runs off at {90|110} million dollars a quarter.
        We tightened the credit box in {unit} for scores below {660|680}.
        Nonaccruals fell after one {restaurant chain|grain trader} paid in full.
        Interchange fees dropped when we crossed ten billion dollars of assets.
        The investment banking pipeline is fuller than the fee line shows.
        We closed {eleven|seven} branches and opened {two|three} in faster growing suburbs.
        Payoffs of construction loans held back growth of {unit}.
        Swap income varies a lot from one quarter to another.
        Our common equity tier one ratio ended at {10.4|10.9}.
        Assets under management at the trust company reached {eight|nine} billion dollars.
        Consumer borrowers in {unit} draw a little more on their lines.
        The new accounting rule for tax credit investments moves expense between lines.
        Treasury management fees from mid-size companies grew at a double digit pace.
        A single agricultural credit explains the rise in charge-offs.
        We expect the yield curve to stay upside down into {next year|the summer}.
        Small business applications for {unit} are down by {a tenth|12 percent}.
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
        Traffic was {flat|a little negative}, and the ticket did the rest.
        {July|March} was our best month, and {August|April} gave some of it back.
        Clearance is {down|lower} by {a fifth|15 percent}, which tells you how clean the floor is.
        Customers under thirty come to us for {unit} through the phone.
        We bought less of {unit} for spring and chased what sold.
        Full price selling in {unit} improved by {two|three} points.
        The remodel of our {Fairmont|Lakeside} stores paid back within a year.
        Denim and dresses carried {unit}, whereas outerwear was a disappointment.
        Our email file grew by {two|three} million names.
        Members redeemed more points than we had accrued, so we trued that up.
        We exited {pet supplies|fine jewelry} in the smaller boxes.
        Wedding season lifted {dresswear|tabletop} earlier than in the last two years.
        Store payroll hours follow traffic by the {half hour|hour} now.
        The buying team for {unit} was in {Milan|Paris} last month and came back excited.
        Ship from store covers {38|42} percent of digital orders.
        Credit income from the store card slowed as late fees fell.
        Toys had no single hit this year, unlike the last one.
        Our average customer visits {four|five} times a year and buys across {two|three} departments.
        Easter moved a week of {unit} from one quarter into the other.
        We are testing a smaller format of {nine|twelve} thousand square feet.
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
        Gross margin suffers from underused lines, at {150|220} basis points this quarter.
        {Smartphone|Notebook} makers in {China|Korea} restock only what they need for a few weeks.
        Our distributor in Europe holds {eleven|nine} weeks of {unit}.
        Automotive content per car is up by {a tenth|15 percent} over two model years.
        We have qualified {unit} at {three|four} of the five largest {thing} makers.
        Lower die cost on the new node offsets the price erosion in {unit}.
        Turns business was {weak|better} in the last {three|four} weeks.
        Industrial automation remains slow, with {motor drives|robot makers} still burning stock.
        Our software tools for {unit} have {forty|sixty} thousand registered developers.
        A customer moved its {thing} launch from {spring|fall} and our parts with it.
        The die bank was built on purpose ahead of a factory upgrade.
        Analog catalogs grow by {four|five} hundred parts a year.
        Mask sets for the next {unit} generation are at the supplier.
        Noncancelable orders were {relaxed|renegotiated} for good customers.
        We gained share in {thing} sockets against a Taiwanese rival.
        Consumer demand for {unit} stays soft into the holidays.
        Royalties depend on handset units and were {lower|higher} than we had modeled.
        We trimmed wafer starts by {a fifth|15 percent} to burn inventory.
        Package shrinks let {unit} fit into {watches|earbuds}.
        Our back-end house in {Malaysia|the Philippines} finished its expansion.
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
        {thing} improved with a better schedule.
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
        Unit revenue fell {4|3} percent on {7|6} percent more seat miles.
        Close-in bookings for {unit} came back after the holiday.
        A winter storm took {two|three} hundred departures out of the schedule.
        The co-brand card brought in {90|110} million dollars, with spending per account up.
        Our stage length is {longer|shorter} than a year ago, which flatters unit cost.
        The geared engines come off wing early, so {seven|five} aircraft are parked.
        We swapped {four|six} options into the larger variant of the narrowbody.
        {Latin|Caribbean} routes are crowded with new seats, and fares show it.
        Premium rows now sell at {60|65} percent, where they once went to upgrades.
        Jet fuel cost us {2.9|3.1} dollars a gallon, taxes included.
        Completion factor was {99.1|98.7} percent on {unit}.
        We pulled {nine|six} weak frequencies on {unit} in the off-peak weeks.
        Turn times at the gate improved by {four|three} minutes.
        Landing fees at our hub go up by {8|11} percent next year.
        The summer schedule for {unit} is on sale, and early results are encouraging.
        Lease returns caused a maintenance charge of {14|19} million dollars.
        Connecting traffic recovered on {unit} since we rebuilt the banks.
        Government travel is lower, with {unit} most affected.
        First bags and seat fees rose to {38|41} dollars a passenger.
        Slots at the coastal airport let us add {two|three} daily round trips.
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
        Uninsured visits to {unit} were stable.
        We sold one rural hospital to a local group.
        Same store admissions rose {2.4|3.1} percent and adjusted admissions a little more.
        Two midnight rule changes moved some {observation|short stay} cases to inpatient.
        Our exchange volumes grew {a fifth|18 percent} as people lost Medicaid and enrolled.
        Supply expense per case fell because of {fewer implants|better contracts}.
        Acuity in {unit} has come down since respiratory season ended.
        We opened {two|three} freestanding emergency departments in {growing suburbs|the north}.
        Managed care contracts for next year are {80|75} percent signed.
        The provider tax program in one state was approved late, and we booked {two|three} quarters of it.
        Robotic procedures were {a quarter|22 percent} of general surgery.
        Length of stay in {unit} is {a third|half} of a day shorter than last year.
        Payers deny more {imaging|inpatient} claims on first pass, and we win most appeals.
        Bad debt ticked up with high deductible plans.
        Our transfer center moved {nine|eleven} hundred patients to the hospitals with {unit}.
        Radiology and anesthesia subsidies rose by {12|15} million dollars.
        We renewed accreditation at {six|eight} facilities without findings.
        Outpatient joint cases shift to our surgery centers.
        Births were {flat|a little lower}, and neonatal days followed.
        A new electronic record went live at {four|three} hospitals.
        Uncompensated care is {8|9} percent of gross revenue.
        Flu came early this year, which borrowed visits from {January|February}.
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
        Net revenue retention was {108|111} percent, a point lower than the last time.
        Deals above a million dollars slipped from the last week of the quarter.
        Our {mid-size|largest} customers expand more slowly while they digest seats.
        Annual price uplifts of {five|four} percent stick with most accounts.
        The self-service funnel for {unit} converts at {six|seven} percent.
        Billings differ from revenue because of {co-terming|early renewals}.
        A marketplace listing for {unit} brought {forty|sixty} new logos.
        We released {unit} on mobile, after years of people asking.
        Implementation partners take over most of the services work on {unit}.
        Gross retention remains in the {mid|low} nineties.
        Free users of {unit} passed {two|three} million.
        Current remaining performance obligations grew {14|17} percent.
        Germany and the Nordics bought {unit} sooner than we assumed.
        Sales productivity per rep is {up|better} by {a tenth|8 percent} after we cut the span of managers.
        We sunset the old on-premise version of {unit} in {June|December}.
        Our win rate against the incumbent is above {half|60 percent}.
        Stock compensation falls to {16|18} percent of revenue next year.
        The {insurance|education} vertical was softer than {logistics|government}.
        Customers moved from monthly to yearly plans of {unit} for the discount.
        Our community edition feeds the top of the funnel for {unit}.
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
        Book to bill was {0.94|1.06}, with {unit} stronger than the rest.
        Dealer inventory of {unit} is at {four|five} months, which is a month too much.
        Price realization of {5|6} percent more than covered what we paid for steel.
        North American rental fleets renew {unit} at the usual pace.
        {Brazil|Europe} ordered less, on account of high interest rates.
        Factory absorption was poor in the last {two|three} weeks of the quarter.
        Our {mining|quarry} customers run {unit} harder and so buy more wear parts.
        We closed the {foundry|paint shop} at {Ridley|Marston} and moved its people.
        Retail sales of {unit} to end users rose while shipments to dealers fell.
        Parts and service are {38|41} percent of sales and smooth the cycle.
        A recall of {unit} covers {six|nine} hundred units built in the spring.
        Government infrastructure money begins to reach {road|bridge} builders.
        The small line of {unit} is assembled in India for Africa.
        We won {two|three} tenders for {unit} with a port authority.
        Residential contractors hold on to old {unit} a bit longer.
        Lost time injuries fell to {0.6|0.7} per two hundred thousand hours.
        The finance arm saw used values of {unit} drop {6|8} percent.
        Our trade-in program brings back {unit} with plenty of life in them.
        Hydraulic cylinders are now made in house for {unit}.
        The spring trade show gave us {ninety|seventy} serious leads for {unit}.
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
        Pricing added {7|9} points, and volume took away {three|four}.
        Cocoa costs {twice|almost twice} what it did, and only part of it is hedged.
        Club stores want bigger packs of {unit}, which helps the mix.
        Elasticities in {unit} are close to what we modeled from history.
        Household penetration of {unit} went up by {a point|half a point}.
        Out of home sales of {unit} are back above the old level.
        We delisted {ninety|sixty} slow items in {unit}.
        Advertising was {4|5} percent of sales, with more of it on video.
        {Sugar|Vegetable oil} came down, and retailers ask for some of it.
        A new flavor of {unit} is the best launch in {five|four} years.
        We took a line of {unit} down for {three|two} weeks of maintenance.
        Retailers cut their own stocks of {unit} in {June|January}.
        Organic milk supply is longer than demand, and we wrote some down.
        Emerging markets grew {a tenth|12 percent}, led by small sachets.
        Seasonal gift boxes of {unit} shipped a week earlier.
        The school business came back with the autumn term.
        We hedged {80|70} percent of wheat through {March|the summer}.
        Plant productivity gave {3|4} percent of cost of goods.
        Shelf resets at a large customer favored {unit}.
        Consumers like {unit} with less sugar when taste does not suffer.
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
        Production averaged {212|187} thousand barrels of oil equivalent a day.
        We turned {nineteen|twenty-six} wells to sales at {unit}.
        Differentials to the benchmark narrowed once the pipeline came back.
        Cash operating cost was {8.4|9.1} dollars a barrel at {unit}.
        Our breakeven at {unit} is below {45|50} dollars.
        The crack spread for {diesel|gasoline} fell by {a third|half} since winter.
        We hedged {40|30} percent of next year's gas at {unit}.
        {Sand|Casing} prices came down, and service companies sharpen their pencils.
        Inventory at {unit} gives us {eleven|fourteen} years at the present pace.
        Base declines at {unit} flattened after we lowered the line pressure.
        The partner in {unit} sold its stake, and we did not match the offer.
        Plant fuel and shrink gas were lower at {unit}.
        A fractionator outage cost us {two|three} thousand barrels a day of ethane.
        We dropped {one|two} of our frac crews at {unit} until prices firm.
        Appraisal wells north of {unit} found thinner pay than the seismic had shown.
        The lifting schedule moved a cargo from {March to April|June to July}.
        Reserve replacement was {112|96} percent without price revisions.
        Refinery utilization was {91|88} percent, with one unplanned outage.
        Our marketing group made money on gas storage spreads.
        Workovers at {unit} return their cost in {five|seven} months.
        """,
    ),
}
