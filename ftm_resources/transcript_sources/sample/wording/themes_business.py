"""What the invented firms say about the planted matters of doing business: offices, workers, supply and funding.

Every sentence is written for this project, one a line, in the words of the sector that says it. Keep each to a single
sentence with no full stop inside it, because the tests check that it survives sentence splitting whole. About two in
five do without the matter's usual terms, and still a reader who sees only that sentence must see which matter is meant.
"""

from __future__ import annotations

from ftm_resources.transcript_sources.sample.wording.templates import Wording

OFFICE_REAL_ESTATE = Wording(
    usual_terms="office | commercial real estate",
    bridges="""
        People who come in three days a week do not need all that office space, and landlords begin to feel it.
        Working from home is no longer a matter of policy, it is a matter of empty {towers|floors} and what they are
            worth.
        Two years of half-filled desks are now showing up in {appraisals|refinancings} of downtown buildings.
        Companies have settled on hybrid work, so they return {a third|half} of their office space to owners as leases
            run out.
        The debate on days at the desk is over, and what remains is a glut of downtown floors.
        Is hybrid work now a credit question for the lenders behind those office buildings?
    """,
    said={
        "banks": """
            Office loans are {3 percent|4 percent} of our book, and we reserve more against them than against anything
                else.
            We reappraised {every|each} downtown office tower we lend on, and values came in {a third|40 percent} lower.
            One borrower mailed us the keys to a {twelve|twenty} story office block in the business district.
            Commercial real estate that matures next year will not refinance at the old rate, and we talk to those
                owners early.
            The {criticized|watch} list grew mostly because tenants on Main Street did not renew their floors.
            We sold a participation in a half-empty office high-rise at {seventy|sixty-five} cents on the dollar.
            Medical suites hold up, while suburban office property with a short rent roll is where we see trouble.
            Sponsors of the tower we foreclosed on had put in {30 percent|a third} equity, and all of it is gone.
            Our exposure to central business district buildings is granular, with an average loan of {four|three}
                million dollars.
        """,
        "software": """
            We took a charge of {22 million dollars|31 million dollars} to walk away from {four|three} floors we no
                longer sit on.
            Our lease accounting product sells well to landlords who restructure office buildings.
            We sublet half of headquarters for {a third|less than half} of what we pay the owner.
            Badge data tells owners which floors are dark, and that is what they buy our sensors for.
        """,
        "retailers": """
            Our downtown stores suffer because the towers above them are {half empty|dark on Fridays}.
            The {lunch|commuter} crowd vanished along with the tenants upstairs, so we close {two|three} city locations.
            We bought a vacant office building for its {parking deck|corner lot} and will tear the rest down.
        """,
        "machinery": """
            Orders for elevators in new office towers dried up, and we live off {modernization|service} instead.
            Demolition contractors rent our long-reach excavators to bring down {bank|insurance company} headquarters
                nobody wants.
            Converting empty offices into apartments needs {cranes|hoists}, and we see the first such jobs.
        """,
        "hospitals": """
            We moved {billing|our call center} into a former insurance tower at a rent that the owner would have
                laughed at once.
            Landlords offer us empty floors for {clinics|infusion centers}, but plumbing an office building costs a
                fortune.
        """,
        "utilities": """
            Downtown load is down {9 percent|6 percent} because whole office towers run on emergency lighting.
            Property tax appeals by owners of office buildings will shift costs to {homes|our own assets}.
        """,
        "energy": """
            We returned {six|eight} office floors to our landlord, who has not found a tenant for them.
            The old tower of ours that we sold {two|three} years ago is now in receivership.
        """,
        "anyone": """
            Our headquarters lease runs out in {two years|March}, and I have never seen landlords so eager.
            We impaired the office building we own, since nobody would pay its book value today.
            Office vacancy downtown is above {20 percent|a fifth}, and the lenders will own more towers before it is
                over.
            The pension fund took a writedown on commercial real estate, which added
                {4 million dollars|7 million dollars} to our expense.
            We consolidated {five|three} locations into one and left the rest of the floors to the owner.
            Cap rates on downtown high-rises are anyone's guess, because there are no buyers to set them.
            An empty skyscraper across from our {branch|plant} sold for less than the land had cost.
            We carry {two|three} years of rent on office floors that we cannot sublet to anyone.
            Owners of older buildings skip {repairs|interest payments} rather than put in more money.
            What are you assuming about the office market when those leases come due?
            How much more rent could you save by leaving office floors that stand empty?
            Could you break your commercial real estate exposure down by vacancy and by maturity?
            Office space is the only cost line where every renewal comes back lower.
            I would rather pay the penalty than sit in a half-deserted tower for {seven|six} more years.
            Our {landlord|neighbor} defaulted on a downtown tower, and nobody repairs the elevators any more.
            We got {fourteen|eighteen} free months for renewing an office lease, plus carpets.
            The city's budget has a hole where the property tax on {high-rises|towers} used to be.
            Our insurer holds {bonds|mortgages} on half-empty buildings, and it told us so in a footnote.
            Would you sell the headquarters at a loss, given what {offices|towers} fetch at present?
        """,
    },
)

HYBRID_WORK = Wording(
    usual_terms="hybrid work | remote work | work from home | working from home | return to office"
    " | home office | commute",
    said={
        "software": """
            Seats for our meeting tool follow hybrid work, and they have settled at {three|four} times the old level.
            We are a remote work company by now, with people in {thirty|forty} states and no headquarters to speak of.
            Engineers asked to come in on {Tuesdays|Mondays} to whiteboard, and the other days they stay at their
                kitchen tables.
            {One in six|A tenth} of our developers would resign over three compulsory days at a desk.
            Our offsite budget is what we used to pay for coffee and carpets, and teams that live apart meet
                {twice|four times} a year.
        """,
        "banks": """
            Traders are back at their desks {five|four} days, while operations staff choose their own days.
            Return to office is settled here, with {three|four} days for everyone who does not meet clients.
            We let call center staff stay home for good, and attrition there went down by {a third|half}.
            Managers were told to count badge swipes at the office, which I do not think is how you lead adults.
        """,
        "retailers": """
            People who work from home buy {slippers|sweatpants} and not suits, and our buyers have learned that.
            Thursday became our busiest day because commuters stay home on Fridays.
            {Desks|Webcams} for the home office sold so well for two years that every remote worker owns one.
            Dress shirts came back a little as companies call employees to return to office.
        """,
        "airlines": """
            With remote work people leave on {Wednesday|Thursday} and take their laptop along, so the peaks flattened.
            Guests work remotely from the beach for a week before their vacation starts, and stay longer than they used
                to.
            Road warriors meet on screens now, but scattered teams fly in to see one another
                {once a quarter|every other month}.
        """,
        "food": """
            Breakfast at the kitchen table stayed, because so many people no longer commute on {Mondays|Fridays}.
            Working from home helps our {coffee|soup} in grocery and hurts the vending machines.
            Lunches are eaten at home {two|three} days a week, and we plan {sandwich fillings|frozen meals} for that.
        """,
        "utilities": """
            Homes use {6 percent|5 percent} more on weekdays than before, since so many people no longer commute.
            Field crews could never work from home, but our engineers come to the office {two|three} days and like it.
        """,
        "hospitals": """
            Coders and schedulers went to remote work for good, and we hire them in {four|six} other states.
            Desk staff at home and nurses on the floor do not feel equal, and we hear about it in every town hall.
        """,
        "anyone": """
            Return to office means {three|four} days a week here, and parking is now the main complaint.
            Hybrid work suits us, although new hires learn more slowly when nobody sits next to them.
            Remote work widened where we recruit, and {a quarter|a third} of new people live nowhere near a site of
                ours.
            It is hard to mentor somebody over a screen, so the first {six|three} months are in person.
            We dropped assigned desks, and people book one the evening before.
            The company bus is {empty on Mondays|half full} because staff pick their own days.
            Talented colleagues moved to {the mountains|another state} during the pandemic and work from there for good.
            Productivity of people at home is {about the same|a shade better}, as far as anyone can measure it.
            Our return to office date has moved {four|three} times, and this one is final.
            Child care decides who shows up at their desk far more than any memo does.
            The unions want working from home written into the {contract|agreement}.
            Will employees accept more than {three|two} days of hybrid work at their desks?
            Did remote work change how you pay people who live in cheaper towns?
            We mail laptops to new colleagues and meet them on video, which would have seemed absurd {four|five} years
                ago.
            We tried compulsory {Mondays|Fridays} for everyone and gave up after a month of empty desks.
            Hybrid work made {meetings|training} harder and hiring easier, and I take that trade.
            A {scheduler|designer} of ours now works from home nine hundred miles away, and nobody has noticed a
                difference.
            Working parents tell us that two days at home are worth more to them than a raise of {4 percent|5 percent}.
            Has remote work cost you any {culture|productivity}, with people who are never in the same room?
        """,
    },
)

FREIGHT_COSTS = Wording(
    usual_terms="freight | shipping | container | trucking | ocean rate | carrier",
    bridges="""
        Goods arrive on time again, so what we watch in the supply chain now is the cost of {ocean|truck} freight.
        The {port congestion|scramble for parts} is behind us, and the talk with carriers has turned to freight rates.
        With the supply chain untangled, ocean freight is back to being a line in the budget.
        Shortages kept us busy for two years, and what stays is the cost of shipping goods around.
        Now that containers arrive on schedule, are you renegotiating freight contracts with {carriers|forwarders}?
        Delays turned into a question of price, since any freight forwarder finds you a slot if you pay the rate.
    """,
    said={
        "retailers": """
            A container from {Yantian|Haiphong} costs us {1,900|1,700} dollars again, after we had paid eight times as
                much.
            Freight was a tailwind of {90|110} basis points to merchandise margin.
            We signed annual contracts with the ocean carriers at {half|a third} of the old rates.
            Parcel carriers put on a surcharge for {bulky|oversize} boxes, which hits {patio sets|rugs} hardest.
            Free delivery above {fifty|thirty-five} dollars is a promise that diesel keeps making dearer.
            We ship {toys|furniture} through gulf ports instead of the west coast to save on trucking costs.
        """,
        "machinery": """
            Shipping a {forty|thirty} ton machine across an ocean costs less than a used car again.
            Freight surcharges that we passed on to dealers come off in {October|the new year}.
            Heavy haulers with the right trailers are scarce, so a {crusher|crane} waits {two|three} weeks for its ride.
            We stopped flying spare parts by air cargo, since shipping them by sea costs {a fifth|a quarter} as much.
            Ocean vessels are full of {cars|electric vans}, so shipping space for our tractors is dear.
        """,
        "food": """
            Reefer boxes for {butter|frozen fruit} dropped by {a third|40 percent} on the Atlantic.
            Trucking spot rates fell so low that we tender fewer loads under contract.
            It costs more in freight to haul a pallet of {crackers|cereal} across the mountains than to bake it.
            We fill trailers to the roof now, which took {nine|six} percent of the miles out.
            Rail was late {one day in three|most weeks}, so flour moved by road at a higher freight bill.
        """,
        "energy": """
            Charter rates for {product tankers|gas carriers} doubled, and our netbacks show it.
            Low water in the canal means our shipping goes the long way around, {nine|eleven} days more.
        """,
        "airlines": """
            Belly cargo yields are down {40 percent|a third} because importers have gone back to ships.
            We parked {two|three} cargo planes, since air freight rates fell once ocean shipping was cheap again.
        """,
        "semiconductors": """
            Air freight rates for {wafers|finished parts} fell back to what we paid before the pandemic.
            Parcel carriers charge by weight, so packing {reels|trays} tighter lowered our shipping costs.
        """,
        "banks": """
            Truckers we lend to are parking rigs because {spot loads|rates} no longer cover the payment.
            Small haulers pay us late, as the rate per mile that truckers get keeps dropping.
        """,
        "anyone": """
            Freight is {1 percent|2 percent} of sales again, which is where it was before the world went mad.
            Carriers that would not take our calls a year ago now send {gift baskets|salespeople}.
            Shipping rates out of Asia found a floor in {June|August}, and our contracts follow with a lag.
            Diesel is what moves our trucking bill from here, because base rates have little left to give.
            We haul freight with our own {drivers|trailers} on the busiest lanes and use trucking brokers for the rest.
            The bankruptcy of a large trucking company sent {a tenth|8 percent} of our pallets looking for a new ride.
            Shipping lines announced a surcharge for detours around the canal, which add days and freight cost.
            How much of the saving on ocean containers will you have to pass on to customers?
            Do you lock in freight for the year at these levels or stay on the spot market?
            We pay ocean lines {a premium|a little extra} for vessels that sail on time, which still beats air cargo
                rates.
            Containers sat {eleven|nine} days in {Savannah|Long Beach} at the worst, and carriers billed us for each of
                those days.
            Last mile delivery got dearer even as the boats got cheaper.
            Fewer half-empty trailers lowered our cost per truckload and the whole hauling bill.
            What we pay a carrier per mile is back where it was {three|four} years ago.
            Our {pallets|drums} go by rail where they can, because a truck costs twice as much.
            Dockworkers threaten to walk out in {June|October}, so we booked earlier boats at a premium.
            Fuel surcharges on truckloads lag diesel prices by {six|four} weeks, which lowered hauling costs this time.
            How much of the better margin is simply cheaper {containers|trucks}?
        """,
    },
)

SUPPLY_CHAIN_DELAYS = Wording(
    usual_terms="supply chain | supplier | lead time | allocation | second source | component",
    said={
        "machinery": """
            {Ninety|Sixty} machines stand in the yard waiting for {wiring harnesses|control units}.
            Supply chain delays cost us {two|three} points of output, mostly for want of {hydraulic hoses|castings}.
            We build a tractor to the point where a {chip|seat} is missing, push it outside, and start the next.
            Supplier lead times on {bearings|gear sets} went from {twelve weeks to fifty|ten weeks to forty}.
            There is no second source for those castings, so delays at one supplier stop our production.
            A forty cent {connector|seal} held up a machine worth {half a million|three hundred thousand} dollars.
        """,
        "semiconductors": """
            Substrates and {lead frames|packaging resin} are in short supply, so finished dies wait for the missing
                components.
            Customers order components twice, because supply is short and they no longer trust any delivery date.
            Our supplier of {photoresist|test sockets} lost a line to a fire, and shipments are late until another one
                qualifies.
            Chips are on allocation because supply is short, and {carmakers|meter makers} with idle lines phone us each
                morning.
        """,
        "retailers": """
            Half of the {holiday|garden} goods were delayed on the water when the season began, as suppliers shipped
                late.
            Supply chain delays left us with {patio sets in October|winter coats in March}.
            We order {ten|eight} weeks earlier than we used to, because no shipment from suppliers arrives when it
                should.
            We lost sales in {small appliances|bicycles} to missing inventory, as supplier factories in Asia close
                without warning.
        """,
        "food": """
            There were weeks without {glass jars|lids}, and sauce does not ship in paper bags.
            A supplier of {sunflower oil|vanilla} declared force majeure, and we reformulated in {nine days|two weeks}.
            Our fill rate to grocers fell to {84 percent|88 percent} because {cans|pallets} were in short supply.
        """,
        "hospitals": """
            Disrupted supply of {contrast dye|exam gloves} made surgeons delay cases from day to day.
            Supply chain delays on hospital beds and monitors pushed the new {wing|tower} into next year.
            Deliveries of {catheters|sterile drapes} are delayed, so our buyers look for any other vendor with stock.
        """,
        "utilities": """
            Suppliers quote {eighty|ninety} weeks on poles and {meters|pad mounts}, which used to sit on a shelf.
            Shipments of solar modules held up at customs delayed {two|three} of our projects.
        """,
        "airlines": """
            {Four|Three} new jets were handed over late, because the builder lacks seats and lavatories.
            Spare engines are missing worldwide, so a plane that needs a {bearing|blade} sits for
                {four months|a season}.
        """,
        "energy": """
            Drill pipe and casing take {nine|seven} months to come, so we ordered for wells we have not yet planned.
            Our subsea supplier delivered the {manifold|umbilical} half a year late, and the delay moves first oil with
                it.
        """,
        "anyone": """
            The supply chain is better than in spring, though every {week|month} another part is missing or late.
            Safety stock is {sixty|forty} days of parts where thirty sufficed, because supplier deliveries remain
                unreliable.
            The next component shortage will be some {clip|resistor} that nobody in purchasing had worried about.
            Lockdowns in {Shanghai|Ningbo} delayed shipments of parts by {three|five} weeks and disrupted production.
            Our backlog of late orders reached a record, not for lack of demand but because of missing components.
            Suppliers give us dates in pencil, and we tell our customers the same.
            Our purchasing people spend half of their day chasing late parts that vendors had promised for {last
                month|March}.
            Brokers sell us components at {six|eight} times the list price, and we pay so that the line keeps running.
            Late deliveries of parts cost us {12 million dollars|18 million dollars} in overtime and stopped production.
            When do you believe lead times from {suppliers|vendors} return to normal?
            How much revenue slipped because {parts|components} were missing on finished goods?
            We qualified a second source for {forty|sixty} critical parts, so that no single supplier can delay
                production.
            Half-finished goods fill {the aisles|a rented hall} until the last component turns up.
            Our {pumps|screens} were quoted for {March|May} and arrived in {August|September} without their controllers.
            A port strike delayed {ninety|seventy} crates of parts, and supply to our factory dried up.
            The supply chain team has a wall with {two hundred|three hundred} red cards, one for each late part.
            Components are short, so we took parts out of {two|three} finished units to deliver one of them.
            Which {parts|suppliers} still hold up production lines, and are late deliveries getting rarer?
        """,
    },
)

NEARSHORING = Wording(
    usual_terms="nearshoring | reshoring | onshoring | sourcing | Mexico | out of China | left China",
    bridges="""
        After two years of delays we move the supply chain nearer home, and the new {line|vendor} in Mexico is a day's
            drive away.
        We no longer chase parts around the world, we move the {factories|vendors} that make them from Asia closer to
            home.
        The lesson from all those delays is to have suppliers on {our own continent|this side of the ocean}, which is
            what nearshoring means to us.
        Lead times from Asia are fine again, and still we move production of {tooling|castings} closer to home.
        Having been burned by closed ports, customers pay a little more for parts from {Mexico|next door}.
        Is moving suppliers from Asia nearer home a lasting answer to the supply chain delays?
    """,
    said={
        "machinery": """
            Our second plant in {Monterrey|Queretaro} makes {wire harnesses|cabs} that used to cross the Pacific.
            Reshoring of factories from Asia brings us orders from {tool shops|molders}, who need new presses.
            We closed the line in {Suzhou|Dongguan} and put its machines on a train to Texas.
            Industrial parks on the Mexican border are full of factories from Asia, so we bought {a shed|land} early.
            Castings from {Ohio|Alabama} cost {8 percent|11 percent} more than from China, and we sleep better.
            Customers who build factories on this continent again order forklifts by the {dozen|hundred}.
        """,
        "retailers": """
            {A quarter|A fifth} of our denim is now sewn in {Central America|Guatemala}, three days from our dock.
            Nearshoring lets us reorder a {color|size} in the same season instead of guessing a year ahead.
            We cut the share of goods from China from {half|60 percent} to {a third|40 percent}, mostly for Mexico and
                India.
            Reshoring brought upholstery from Vietnam to {North Carolina|Tennessee}, at about the same cost once you
                count the boat.
        """,
        "semiconductors": """
            We moved final test from {Penang|Suzhou} to {Guadalajara|Costa Rica} at the request of our car customers.
            Customers ask for a flow that does not touch China, so we offer assembly on this continent.
        """,
        "food": """
            We pack {tomatoes|berries} in {Baja|Sonora} now, after years of cans from the other side of the world.
            Citric acid and vitamins come almost only from China, and we pay an American start-up to make them here.
            Reshoring of {packaging film|bottle caps} from China to our own state took a week off the order cycle.
        """,
        "banks": """
            Trade along the {Laredo|El Paso} crossing is why our border branches grow twice as fast as the rest.
            Clients who bring production home from Asia borrow for {presses|sheds}, and that explains most of our
                equipment loans.
            Nearshoring filled the industrial parks we lend on, and rents there rose {15 percent|12 percent}.
        """,
        "energy": """
            Factories that come back from Asia settle where our {gas|power} is cheap, and {two|three} signed with us.
        """,
        "software": """
            Our engineering work went from {Bangalore|Manila} to {Bogota|Guadalajara}, where people share our time zone.
            Customers redraw their map of vendors to get out of China, and our sourcing tool is how they do it.
        """,
        "utilities": """
            A {brake|compressor} maker that left China picked our industrial park, and that is {forty|thirty} megawatts.
            Onshoring brought {two|three} factory announcements to our counties, more than in the ten years before.
        """,
        "anyone": """
            Sourcing closer to where we sell has become a rule here, and {60 percent|two thirds} of spending is now on
                this continent.
            We are moving {two|three} product families to Mexico before any new tariff makes us do it.
            Reshoring of manufacturing from China is slower than the headlines, since toolmakers are missing here.
            It takes {eighteen months|two years} to qualify a vendor in Mexico, so do not look for savings this year.
            Our dependence on one province in China kept me awake, and by {next summer|year end} it will be gone.
            Labor in {Juarez|Monterrey} is getting dear as everyone has the same idea at the same time.
            A shorter route from factory to customer freed {20 million dollars|14 million dollars} that used to float
                on the ocean.
            Our partner in Shenzhen is building a plant in Mexico so as not to lose us.
            What does it cost to manufacture these parts {in Mexico|at home} instead of importing them from
                {China|Asia}?
            Are customers willing to pay for nearshoring, or do they only talk about it?
            Making things two hours from the customer beats making them cheaply, at least for {heavy|custom} items.
            We left {China|the Shenzhen plant} for everything that is sold at home and stay there for what is sold in
                Asia.
            The first molds came back from Asia in {May|the spring} and run in our own shop again.
            We asked {nine|seven} vendors to follow us from Shenzhen to {Monterrey|Saltillo}, and four said yes.
            A plant {two hours|a day} away by truck replaced one that was five weeks away by boat.
            Our customers' purchasing rules now give points for parts made {on the continent|at home}.
            Reshoring needs {toolmakers|molders} whom this country stopped training {thirty|twenty} years ago.
            How much of your purchasing budget and tooling has moved out of China by {now|this point}?
        """,
    },
)

DEPOSIT_COSTS = Wording(
    usual_terms="deposit | depositor | uninsured | money market | saver | regional bank",
    said={
        "banks": """
            Interest bearing deposits cost us {two percent|almost two percent}, and the beta since rates began to rise
                is {38|42} percent.
            Customers moved {checking|idle} balances into money market funds that pay {five|four and a half} percent.
            After the failures in March we called our {two hundred|three hundred} largest depositors by phone.
            Uninsured deposits are {31 percent|28 percent} of the total, and we could cover them twice over.
            Noninterest bearing accounts shrank to {a quarter|28 percent} of funding, as nobody leaves cash asleep any
                longer.
            We borrowed {800 million dollars|600 million dollars} from the home loan bank to replace money that walked
                out.
            Brokered CDs fill the gap at a price that eats most of the spread on a new loan.
            Branch managers may match {online banks|treasury bills} for a saver who is about to leave.
            Our net interest margin gave up {22|26} basis points because what we pay savers catches up with what we
                charge.
            Where do deposit betas peak in your view, and how sticky is what came in after March?
            Competition for savings is fierce, with the {credit union|broker} next door at {five|five and a quarter}
                percent.
            We let {two|three} rate-sensitive municipal accounts go rather than pay up for them.
            Funding pressure eased in {May|June}, and the daily outflow charts have gone back in the drawer.
            Reciprocal insurance lets a {dentist|car dealer} keep two million with us without losing sleep.
        """,
        "airlines": """
            Our cash sat in bank deposits at nothing, and moving it to bills brings in
                {14 million dollars|11 million dollars} a year.
            We spread ticket money over {nine|seven} banks since the weekend one of them failed.
        """,
        "software": """
            Half of our customers are start-ups, and for {two|three} days in March they could not reach their cash.
            We held {a fifth|15 percent} of our cash as deposits at the bank that failed, and got it all back.
            Our treasury product for small firms sweeps idle balances out of the bank, which banks do not love.
            Regional lenders buy our pricing tool to see which savers will leave over {a quarter|half} of a point.
        """,
        "retailers": """
            Our card bank funds itself with online savings, and what it pays on them {doubled|tripled} in a year.
            The store card earns less because deposits behind it cost {four|four and a half} percent.
        """,
        "machinery": """
            The captive finance arm lost a local lender that could not fund itself once savers left.
            Dealers tell us their hometown banks have no money for {floor plans|leases}, as balances drain to the big
                ones.
        """,
        "food": """
            Farm banks that lend to our growers pay up for deposits, and crop loans are {two|three} points dearer.
        """,
        "anyone": """
            We moved payroll cash from a regional bank to {two|three} large ones after the run in March.
            Interest on our own deposits added {6 million dollars|4 million dollars}, which we had not planned.
            Our bank asked us to leave {operating balances|more money} with them as a condition of the credit line.
            The treasurer now looks at how a lender funds itself before she leaves cash there.
            Money that earned nothing at the bank for {ten|twelve} years suddenly earns {five|almost five} percent in
                a government fund.
            Smaller lenders pulled back from our customers since savers took their balances elsewhere.
            We split our deposits so that no more than {a quarter|a fifth} sits at any one bank.
            The panic over regional banks lasted {a weekend|ten days}, and we wired out payroll early to be safe.
            Is your cash still with a regional bank, or has it been moved into treasury bills?
            Did the flight of savers from small banks touch your customers' credit lines?
            Banks that took our money for granted now offer us {a lunch|a better rate} to keep it with them.
            A saver with {fifty|eighty} thousand dollars can earn more in a fund with one tap, and our bankers feel
                that.
            Our payroll account used to be free, and now we get {4 percent|three and a half percent} on it for the
                asking.
            The {controller|treasurer} keeps money at {five|six} banks, so that no run can reach all of it.
            A regional bank offered our {employees|dealers} a five percent account to win back their balances.
            Lenders who lost depositors in spring ask us for {collateral|fees} they never asked for before.
            Have you changed how much cash you leave on deposit at {regional banks|any one bank}?
        """,
    },
)

LABOUR_SHORTAGE = Wording(
    usual_terms="labor | wage | wages | staffing | hire | vacancies | turnover | starting pay | recruit | recruiting",
    said={
        "hospitals": """
            We still can't find enough nurses to fill {night|weekend} shifts on the {cardiac|surgical} floors.
            Contract nurses at {140|120} dollars an hour kept beds open, and we are weaning ourselves off them.
            Wage inflation for {respiratory therapists|lab technicians} ran at {9 percent|11 percent}.
            {Thirty|Forty} beds are closed by a staffing shortage, not for want of patients.
            A sign-on bonus of {twenty|fifteen} thousand dollars is what it takes to win over an experienced nurse.
            Our nursing school trains {ninety|sixty} people a year, and with so many vacancies all of them have a
                nursing job before the exam.
            Turnover among aides fell from {38|34} to {29|27} percent after we raised starting wages.
        """,
        "airlines": """
            We parked {eleven|nine} regional jets because there are too few pilots to fly them.
            The new pilot contract lifts wages by {21 percent|a third} over its life, and others followed within weeks.
            Air traffic control has a staffing shortage, and so we took {6 percent|4 percent} of flights out of the
                northeast.
            Mechanics are poached at the hangar gate, and labor costs in maintenance are up {12 percent|15 percent}.
            {Ramp|Gate} agents quit after three weeks, and replacing such employees costs more than the raise that would
                keep them.
        """,
        "retailers": """
            Hourly wages in our stores average {seventeen|eighteen} dollars, up from {thirteen|fourteen} two years ago.
            Stores close {an hour|two hours} early on weekdays, because not enough people apply.
            We had {nine|seven} thousand job openings in the season, and could hire workers for only about half of them.
            Self checkout is how we deal with cashiers who are nowhere to be found.
            Warehouse turnover is high because pickers can cross the street for another dollar.
        """,
        "machinery": """
            Welders are so scarce that we run {two|three} shifts with {one and a half|two} shifts of people.
            The labor shortage at our foundry is the true limit on output.
            Our dealers would hire {four|five} thousand more service technicians if skilled workers could be had.
            We bought {sixty|forty} robots for jobs that nobody has applied for since spring.
            Our machinists are {fifty-six|fifty-four} years old on average, and too few young workers apply to replace
                them.
        """,
        "food": """
            Our {deboning|cutting} line runs {four|five} days a week because we are short of workers.
            Wages at the plant in {Sioux Bend|Fennel Creek} went up twice this year, and we still hire every week.
            Farmers leave {asparagus|cherries} to rot where no pickers come.
        """,
        "utilities": """
            Recruiting lags in the field, where line workers near retirement outnumber apprentices {three|two} to one.
            Contractors cannot find enough workers for tree crews, so the labor we get costs {a fifth|15 percent} more.
        """,
        "banks": """
            Tellers and call center people leave for better pay, and we run with {four|six} hundred vacancies.
            A tight labor market pushed salaries up {6 percent|7 percent}, the largest piece of expense growth.
        """,
        "energy": """
            Rig workers who left the oil patch in the pandemic drive {delivery vans|trucks} now, and no wage brings them
                back.
            The labor market in the basin is so tight that a new {roughneck|driver} earns what a foreman did.
        """,
        "anyone": """
            The labor market loosened {a little|somewhat}, and applications per opening rose from {two|three} to
                {five|six}.
            Applicants do not show up for job interviews, and of the new hires {a third|a quarter} quit within ninety
                days.
            Overtime covers for the jobs we cannot fill, and our workers are tired of extra shifts.
            We raised starting wages {three|two} times and pay employees a bonus for each worker they bring in.
            Wage inflation is {5 percent|6 percent} in our budget, and I hope that is too much.
            Finding truck drivers and {electricians|cooks} to hire has become the hardest part of running this business.
            The union won a pay raise of {18 percent|20 percent} over four years, and the alternative was a strike.
            Retired workers return {two|three} days a week, because we cannot recruit anyone else with their skills.
            We have the orders and the material, and are short {two hundred|three hundred} workers to run the machines.
            How many of the open positions can you fill at {current pay|the wages you offer}?
            Has wage pressure peaked for your {hourly|skilled} workers?
            Training an unskilled new worker takes {nine|six} months, which is longer than many employees stay.
            We pay {two|three} dollars an hour more than last year, and the {second|night} crew is still incomplete.
            Apprentices are hard to find in this job market, so our {electricians|mechanics} work past sixty-five.
            In this labor market we hire former {prisoners|soldiers} for jobs that stay open, and it works well.
            Job fairs that once drew {two hundred|three hundred} people now draw a dozen.
            Are vacancies still what limits your {production|opening hours}, or has hiring become easier?
        """,
    },
)
