"""What the invented firms say about the planted technology and energy matters.

Every sentence is written for this project, one a line, in the words of the sector that says it. Keep each to a single
sentence with no full stop inside it, because the tests check that it survives sentence splitting whole. About two in
five do without the matter's usual terms, and still a reader who sees only that sentence must see which matter is meant.
"""

from __future__ import annotations

from ftm_resources.transcript_sources.sample.wording.templates import Wording

AI_DATA_CENTRES = Wording(
    usual_terms="data center | artificial intelligence | AI | hyperscaler | language model | GPU",
    said={
        "software": """
            Training our next language model will take {several thousand|twice as many} graphics processors, and we
                have to reserve them {a year|eighteen months} ahead.
            Hosting costs went up because every {copilot query|chatbot answer} runs on rented accelerators instead of
                ordinary servers.
            Customers ask for generative AI features in {every renewal|each new module}, and the inference bill lands
                with us.
            We signed a {three|five} year reservation for compute with one of the hyperscalers to be sure of capacity
                for our models.
            About {a fifth|a third} of our engineers now work on AI assistants, and the data center rent behind them
                is the part that surprises people.
            The big cloud platforms are rationing GPU instances, so we moved {batch training|fine-tuning jobs} to
                {nights|weekends}.
            We would rather rent AI capacity in somebody else's data center than pour {concrete|our own capital} into
                one.
            Inference is getting cheaper per {token|request}, but our users send so many more of them that the total
                still climbs.
        """,
        "semiconductors": """
            Orders for the {power stages|voltage regulators} that sit next to AI accelerators
                {doubled|grew faster than any other line}.
            High bandwidth memory is sold out {through next summer|into the year after next} because of the training
                clusters being built.
            Our {optical|switch} parts go into the server racks that the hyperscalers are filling with graphics
                processors.
            Data center was the one end market that surprised us to the upside, and almost all of it was artificial
                intelligence.
            A single accelerator board carries {four|six} times the silicon content of the {server board|blade} it
                replaces.
            Lead customers pulled in {substrates|advanced packaging slots} for their next training chips by
                {two quarters|several months}.
            We are not a GPU company, yet {one dollar in five|a growing piece} of what we ship ends up beside one.
            I get asked whether AI spending is a bubble, and all I can report is that the data center order book
                stretches {into next year|past next spring}.
        """,
        "utilities": """
            We have {nine|fourteen} inquiries from data center developers, and {two|three} of them alone would use as
                much power as {the whole city|all our households}.
            Load from server farms in {the eastern corridor|our northern counties} is now the largest single piece of
                our sales forecast.
            One technology company wants {three hundred|six hundred} megawatts for a computing campus on what is a
                {soybean field|former steel site} today.
            For the first time in {twenty|fifteen} years we see demand growth, and artificial intelligence is most of
                the reason.
            The hyperscalers do not bargain over the tariff, they ask only {how soon|how many megawatts}.
            Large computing customers have signed letters of agreement for {a gigawatt|half a gigawatt} of new load by
                the end of the decade.
        """,
        "machinery": """
            Chillers for data centers are sold out, and we run {three shifts|Saturdays} on that line.
            Standby generators in the {two|three} megawatt class go almost entirely to the people who build server
                halls.
            Racks that run AI models get so hot that air no longer does it, and our liquid cooling {skids|manifolds}
                are suddenly wanted.
            A hyperscale customer bought {every slot|two years of slots} for our largest gensets in one afternoon.
            Contractors on the big computing campuses rent {cranes|lifts} from our dealers for {months|a year} at a
                stretch.
        """,
        "energy": """
            Pipeline customers near the new server farms want firm gas for {on-site turbines|their own power plants},
                because {machine learning|model training} never sleeps.
            Data centers could add {three|five} billion cubic feet a day of gas demand by the end of the decade if the
                AI plans are real.
            We are in talks to sell gas straight to a computing campus {across the fence|next to our plant}.
        """,
        "banks": """
            We led {two|three} construction loans for data centers, each with a technology tenant on a
                {fifteen|twenty} year lease.
            There is a lot of money chasing server hall financings, and we worry what they are worth if the AI models
                move on.
            Project finance had a good quarter because hyperscalers would rather lease their computing sheds than own
                them.
        """,
        "anyone": """
            We set aside {a small team|a modest budget} for artificial intelligence, and most of that goes on
                computing time in other people's data centers.
            Everybody who builds for the hyperscalers tells us the same story, that {processors|transformers} arrive
                late and money is no object.
            Our suppliers are busy with server halls these days, so {electricians|switchgear} for our own projects
                {cost more|take longer}.
            We tried the large language models on our {service calls|contracts}, and the rented graphics processors
                cost more than the people we hoped to save.
            The AI boom helps us in {a roundabout|an unexpected} way, because somebody has to {insulate|wire} all
                those data centers.
            Is the AI related demand you mention tied to {one|a handful of} data center customers, or is it broadening?
            How much of your capacity could end up in those giant computing campuses that the cloud companies are
                building?
            What happens to your order book if the hyperscalers cut their {accelerator|server} budgets next year?
            Artificial intelligence came up in {nearly every|two of three} customer meetings, and the next sentence
                was always about where to house the machines.
            We sold {a parcel|forty acres} beside our site to a developer who will fill it with AI servers.
            Cloud companies told us their capital budgets for training clusters will be {a third|half} higher next year.
            Our {legal|marketing} people draft with a chatbot now, and I am told each answer heats a server hall
                somewhere.
            We are a {small|quiet} supplier to the data center boom, with {cable trays|fire doors} of all things.
            Artificial intelligence is a cost before it is a benefit here, since GPU time is billed by the
                {second|hour}.
            The {electric bill|land price} in our county tells you how many computing campuses want to come.
            Are hyperscalers asking for {delivery dates|contract terms} that you would have refused {two years|a year}
                ago?
        """,
    },
)

GRID_BOTTLENECKS = Wording(
    usual_terms="grid | interconnection | transmission | transformer | substation",
    bridges="""
        Those AI data centers want more megawatts than our {substations|lines} can bring, so power rather than land is
            now the limit.
        The computing campuses we spoke of last time have moved from asking about {rent|price} to asking when the grid
            can serve them.
        Server halls stand {finished|half empty} because the utility cannot connect them to the grid before {next
            year|the year after}.
        Everyone has the graphics processors by now, and what they lack is a place in the interconnection queue.
        What began as a data center boom is turning into a hunt for {transformers|high voltage breakers} and line
            capacity.
        The hyperscalers now choose sites by where the grid has {spare capacity|room}, and no longer by where the
            fiber is.
        Do you see AI load running into the limits of the transmission system {this year|already}?
        Our largest computing customer will bring its own turbines, since the wires to its campus will take
            {four|five} years.
    """,
    said={
        "utilities": """
            The interconnection queue holds {forty|sixty} gigawatts, which is {three|four} times what we have ever
                served.
            A large transformer that was delivered in {one year|forty weeks} now takes {three|almost four}, and
                substations wait for it.
            We had to tell a {smelter|hydrogen developer} that there is no room on the line to its site before
                {the end of the decade|new towers are built}.
            Siting a high voltage line across {two|three} counties takes longer than raising a family.
            Transmission lines are the bottleneck for new power, and the regulator let us add {two|three} projects to
                the plan.
            Wind farms in the {west|north} of our territory are switched off on good days because the wires toward the
                cities are full.
            Heat pumps and {rooftop panels|water heaters} push neighborhood feeders to limits they were never built for.
            Rebuilding {thirty|eleven} old substations is the dull part of electrification, and without it nothing
                else connects.
            The regional grid operator redid its study, and our solar projects move back {two|three} years in the
                interconnection queue.
        """,
        "energy": """
            The {electric frac fleet|compressor station} is ready, but the co-op cannot string the line to it before
                {fall|next summer}.
            We shelved a solar farm because the grid study put {the upgrade bill|a new substation} on our account.
            {Field electrification|Swapping gas drives for motors} waits on breakers and transformers that nobody has
                on the shelf.
            Our wind partners tell us that getting a grid connection is worth more than getting {a turbine|the land}.
            Power prices at the hub near our plant spike when the tie lines are congested, which is
                {most evenings|every hot day}.
        """,
        "machinery": """
            Our switchgear backlog reached {two years|ninety weeks}, since every utility is rebuilding its grid at once.
            {Transformer cores|Transformer windings} are the bottleneck for utilities, and we are adding a hall to make
                more of them.
            Utilities ask for cable laying machines with {longer|deeper} trenching arms for underground transmission.
            The new paint line sits idle until the power company upgrades the feeder, which may be {spring|next year}.
            Insulators, breakers and bushings are all on allocation, and customers order {years|three years} ahead.
        """,
        "semiconductors": """
            Silicon carbide switches go into the {solid state transformers|converter stations} that utilities want for
                crowded lines.
            We asked for {ninety|sixty} more megawatts at our site and were told to wait for a new overhead line.
        """,
        "software": """
            Utilities buy our {planning module|load flow tool} to work through interconnection requests that used to
                sit in filing cabinets.
            Colocation partners turned down our expansion for lack of power from the local utility.
        """,
        "retailers": """
            {Twelve|Twenty} new stores were finished on time and then waited weeks for the utility to hook them up.
            Rooftop solar on our warehouses is built and paid for, and still lacks permission to feed the grid.
        """,
        "anyone": """
            Our electric {boiler|furnace} project slipped because the power company cannot bring us another
                {ten|twenty} megawatts.
            The new site was ready in {March|May}, and we still wait for the utility to connect it to the grid.
            We paid for a study to learn that the grid around our {plant|campus} is full until {2027|2028}.
            Getting a bigger electrical service takes longer these days than putting up the building.
            I never thought I would know the lead time of a transformer, but it decides our {construction|expansion}
                schedule now.
            The plan to electrify our {heating|fleet depots} has money and permits, and no wires.
            Developers trade places in the interconnection queue the way people once traded
                {taxi licenses|airport slots}.
            We put {batteries|a gas engine} behind the meter because the local feeder sags every
                {afternoon|summer evening}.
            Is your growth held up more by the grid or by demand at this stage?
            How long do you wait for a new electrical connection, and who pays for the line?
            Transmission charges rose {12 percent|9 percent}, which is what it costs when a country builds towers again.
            Brownouts in the {valley|industrial park} cost us {two|three} days, and the utility says the equipment
                there is fifty years old.
            Our {battery|solar} roof cannot feed in because the substation down the road is at its limit.
            Getting {eight|twelve} megawatts for new {ovens|furnaces} means waiting for a transformer like everybody
                else.
            The grid operator asked us to shed load on {three|five} evenings, since the lines into the region were full.
            Plans to run the {dryers|trucks} on electricity wait for wires that exist only on the utility's map.
            Would a {faster|cheaper} grid connection change where you put the next site?
        """,
    },
)

EV_CHARGING = Wording(
    usual_terms="charger | charging | electric car | electric vehicle",
    said={
        "utilities": """
            The commission approved our make-ready program, which pays for the wires up to
                {three thousand|five thousand} charging stations.
            Most drivers plug in {at six in the evening|when they get home}, so we offer a cheap rate after midnight
                for electric cars.
            We own {ninety|two hundred} highway chargers, and they are used {far less|a little less} than the
                consultants promised.
            A single truck stop for electric rigs draws as much as {a small town|a hospital}.
            Public plugs in {rural counties|apartment districts} will not pay for themselves, and the rider covers the
                gap.
            Vehicle owners enrolled in managed charging shifted {two thirds|most} of their use to the night.
        """,
        "energy": """
            We took out {two|four} pumps at each of our city stations and put in fast chargers instead.
            A driver who stays {twenty|twenty-five} minutes for electrons buys more coffee than one who stops for
                gasoline.
            Utilization of our roadside fast chargers is {about 9 percent|below 12 percent}, and we need
                {double|twice} that.
            The electric forecourt business is smaller than we said at our investor day, and we have slowed the rollout.
            We wrote down part of the charging network we bought {two|three} years ago.
            {Half|A third} of our new sites have no gasoline at all, only plugs, a shop and a restroom.
        """,
        "retailers": """
            Chargers in our parking lots bring people who shop for {forty|thirty} minutes, which is all we hoped for.
            We lease parking bays to {an operator|two operators} who install fast charging stations and carry the risk.
            About {a third|one in eight} of the plugs at our stores are broken on any given day, and customers blame
                us for it.
            Electric car owners drive past {two|three} competitors to park at a store where they can fill up the
                battery.
            We paused plugs at {sixty|forty} stores until the car makers agree on one connector.
        """,
        "semiconductors": """
            Demand for the modules inside fast chargers fell because operators have {a year|nine months} of cabinets
                in stock.
            Our gallium nitride parts made it into {two|three} home charging boxes for electric vehicles.
            Makers of wall boxes canceled {a third|a quarter} of their orders as fewer people buy a battery car.
        """,
        "machinery": """
            Dealers ask how they are to power electric {loaders|excavators} at a job site, and we now sell a charger
                on a trailer.
            We build the cabinets for {one|two} of the charging networks, and call-offs came to a halt
                {in June|over the winter}.
            Contractors like the battery {loader|dozer} until they have to find somewhere to plug it in.
        """,
        "airlines": """
            Electric {baggage tugs|belt loaders} work well, but there are not enough outlets on the apron to top them
                all up overnight.
            The airport put charging stations in the employee lot, and the waiting list is {four hundred|two hundred}
                names long.
        """,
        "banks": """
            Our {energy|power} desk financed two operators of charging stations, and both asked for covenant relief.
        """,
        "anyone": """
            Our delivery vans go electric only as fast as we can get depot chargers {permitted|installed}.
            Range worries me less than the state of public charging, where one plug in {five|four} does not work.
            The federal money for highway chargers is there, but {states|counties} spend it slowly.
            We put {eighty|forty} charging points in our staff parking, and they are busy only
                {on Mondays|in the morning}.
            Sales people with electric company cars lose {an hour|half an hour} a day looking for somewhere to plug in.
            Charger makers that were darlings {two|three} years ago now sell equipment below cost.
            Would you still build as many charging stations if the subsidy went away?
            How busy do the plugs have to be for the roadside business to break even?
            Interest in battery cars has cooled, so we cut the number of bays with {a socket|a plug} by {a third|half}.
            Fast charging remains a sideline for us, and we spend {less|a lot less} on it than last year.
            Home sockets do most of the work, which is why so few drivers of electric cars need our public ones.
            We stopped giving electricity for cars away for free, and sessions dropped by {a quarter|a third}.
            We ordered {thirty|fifty} electric vans and garage them where the plugs are, not where the work is.
            Charging at work is the perk that {engineers|managers} ask for, and they move their cars at noon.
            A charging operator we host went {quiet|bankrupt}, and its cabinets stand in the lot with dark screens.
            Batteries fill up slowly in the cold, so {drivers|couriers} queue for the two fast plugs on site.
            Do the chargers earn a margin, or are they there to attract {tenants|customers}?
        """,
    },
)

CYBERSECURITY = Wording(
    usual_terms="cyber | cybersecurity | cyberattack | security software | ransomware | hacker | hack"
    " | hacked | phishing | breach",
    said={
        "software": """
            Buyers now send us {two hundred|ninety} pages of questions about encryption and access before they sign.
            Cybersecurity is the one budget that {chief information officers|our buyers} did not cut this year.
            Our zero trust module attached to {a third|four in ten} of new deals.
            We pay outside hackers to break into our product, and this year they found {eleven|seven} holes.
            The identity breach at one of our vendors made every customer rotate {keys|passwords}, and renewals
                slipped a few weeks.
            Ransomware pushed {city governments|school districts} to buy our backup vault, and they rarely shop for
                anything.
            Customers fold {six|nine} point tools for endpoint and firewall into one security software platform, which
                cuts both ways for us.
        """,
        "banks": """
            Fraudsters phone our older clients, pretend to be the branch, and talk them out of their {passcodes|login}.
            We spend more on cyber defense than on {branches|advertising}, and the examiners still want more.
            Somebody tried {four million|nine million} stolen passwords on our login page in one weekend, and none of
                them got in.
            Every wire above {fifty|twenty} thousand dollars now needs a call back, since intruders sit in our
                clients' mailboxes.
            The cyber insurance renewal came with {a higher deductible|more exclusions} and a long list of homework.
            We ran a drill in which all {ledgers|core systems} were locked by extortionists, and it took us
                {two days|thirty hours} to come back.
        """,
        "airlines": """
            A hacked {crew scheduling|weather} supplier grounded us for a morning, and we now keep a second source on
                standby.
            The regulator wants cybersecurity plans for {aircraft systems|every airport} by {year end|the summer}.
            Loyalty accounts are worth stealing, so members now confirm each log-in on a second device.
            Passport data of {some|a few thousand} travelers was exposed when a vendor left a server unlocked.
        """,
        "hospitals": """
            For {eleven days|a week} our nurses charted on paper because intruders had encrypted the records system.
            Ransomware at a neighboring system sent us its ambulances, and it could as well have been us.
            We took {four thousand|two thousand} old infusion pumps off the network since they cannot be patched.
            Cyber spending at our hospitals rose {15 percent|20 percent}, most of it for people who watch screens at
                night.
            The claims clearinghouse was hacked, and {two|three} weeks of bills could not go out.
        """,
        "utilities": """
            Attackers from abroad probe our control rooms {daily|every night}, and we separate those networks from the
                office.
            The new federal rules on cybersecurity for pipelines and {substations|dams} cost us
                {14 million dollars|9 million dollars} this year.
        """,
        "retailers": """
            Card skimming code on our checkout page was live for {nine hours|two days} before the monitoring team
                caught it.
            Cyberattacks rise before the holidays, so no code changes go live in {November|December}.
        """,
        "machinery": """
            A ransomware gang stopped {two|three} of our plants for the better part of a week.
            Farmers and contractors worry that somebody could take over a connected machine, so firmware is now signed.
        """,
        "anyone": """
            We send fake phishing mails to our own people, and {one in nine|6 percent} still click.
            The board now hears from our head of information security every {quarter|month}.
            Cyber risk tops our risk register again, ahead of {the economy|interest rates}.
            Someone got into a {payroll|benefits} vendor of ours, and we had to write to {nine thousand|four thousand}
                employees.
            We replaced passwords by {fingerprints|hardware keys} after a contractor's account was taken over.
            Keeping intruders out costs us {a tenth|12 percent} of the technology budget, and that share only goes one
                way.
            Disclosure rules give us four days to report a serious hack, so we rehearsed who calls whom.
            An extortion note arrived with a sample of our {drawings|price lists}, and we did not pay.
            Can you quantify what the cyberattack cost you, and was any customer data lost?
            How do you set the budget for keeping {hackers|intruders} out of your network and systems?
            Our backup copies sit in a vault that no administrator can wipe, which is our answer to ransomware.
            {Two|Three} clerks lost their log-ins to a fake parcel notice, and we reset the whole department.
            Insurers ask whether we run {offline copies|two-step log-ins} before they quote us at all.
            A hacker who had sat in a supplier's network for {months|ten weeks} read our drawings along the way.
            Our cybersecurity department doubled to {twenty|fourteen} analysts in two years.
            Does your company buy {cyber insurance|outside monitoring against hackers}, and has it become harder to get?
        """,
    },
)

CHIP_FABS = Wording(
    usual_terms="fab | CHIPS Act | chip plant | foundry | semiconductor plant | clean room",
    said={
        "semiconductors": """
            The shell of our {Ohio|Arizona} fab is closed in, and the first lithography tools arrive
                {in spring|next fall}.
            We filed for CHIPS Act money covering {a fifth|15 percent} of the clean room.
            Building wafers at home costs us {30 percent|a third} more than in Taiwan, and the subsidy does not close
                that.
            Customers in {defense|automotive} pay a premium for silicon that never leaves the country.
            Technicians for the new clean rooms train {six|nine} months at our overseas site before they touch a tool.
            Yields on the first domestic lots are {within reach of|a few points behind} our mother plant in Asia.
            We pushed tool move-in back by {two quarters|half a year}, because demand for mature nodes does not need
                the wafers yet.
            A second foundry on this continent lets our customers sleep better if the strait is ever closed.
            The investment tax credit turns {each|every} dollar of local wafer capacity into seventy-five cents of ours.
        """,
        "machinery": """
            Ultra-pure {pumps|valves} for chip plants were {the best|our fastest growing} product line again.
            Crane rentals around {Phoenix|Columbus} are driven by two enormous clean rooms going up.
            We quoted equipment for {three|four} domestic fabs this quarter, more than in the whole of the last decade.
            Vacuum systems for wafer makers who are coming back from Asia fill {half|a third} of the hall.
            The abatement units we make end up on the roofs of the new semiconductor plants in {Texas|upstate New York}.
        """,
        "utilities": """
            A fab in our territory will use as much {water and power|electricity} as {sixty thousand|ninety thousand}
                homes.
            The wafer maker moving in down the road asked for two independent feeds, because a blink ruins
                {a week|days} of work.
            We are building a dedicated substation for the chip plant, and the company pays for it up front.
        """,
        "energy": """
            Specialty gases for new wafer lines are a small business for us, but orders {tripled|doubled} with the
                domestic build-out.
            The chip foundry near our terminal will take {nitrogen|hydrogen} by pipe for its wafers for twenty years.
        """,
        "banks": """
            Home loans in {Licking County|the West Valley} are booming around the semiconductor plant under
                construction.
            We joined a syndicate that bridges CHIPS Act grants until Washington pays them out.
            Suppliers that follow the wafer makers to {Ohio|Arizona} come to us for
                {equipment loans|sheds and mortgages}.
        """,
        "software": """
            Our {scheduling|yield} software went live at the first domestic foundry, and {two|three} more are in trials.
            Makers of silicon that come home from Asia need to design the line from a blank sheet, and our simulation
                tool is part of it.
        """,
        "anyone": """
            We would like to buy chips made at home, but the fab that could supply us opens in {2026|2027} at best.
            Electricians earn {a third|20 percent} more at the wafer site across town, and some of ours have left for
                it.
            Washington is paying to have silicon made here again, and we benefit as {a landlord|a supplier} to the
                builders.
            After the chip drought of {two|three} years ago we welcome every clean room on this side of the ocean.
            The CHIPS Act has strings attached, and {one|two} of our customers walked away from the application.
            Is the delay of that fab a matter of money, of workers, or of demand?
            How much of your exposure to wafer plants at home is already under contract?
            Half the hotel rooms near our {store|site} are taken by crews who install clean room tools.
            Our county gave up {farmland|a golf course} for a foundry, and you can see its cranes from our office.
            I am skeptical that silicon from {Oregon|Ohio} can ever match what comes out of Hsinchu on cost.
            Domestic chip capacity will help {our car customers|us} in a crisis, but nobody pays more for the wafers in
                good times.
            The first wafers from the home plant went into {test boards|a satellite} and not into volume products.
            Trucks with chipmaking tools for the new foundry block the road past our {depot|branch} every morning.
            Our {landscaping|security} contract for a new fab is small, but it will run for years.
            A country that cannot etch its own silicon is at the mercy of {one island|two companies}, and politicians
                finally see it.
            The grants for chip plants come slower than the {cranes|concrete}, and contractors wait to be paid.
            Do you expect wafers made at home to cost you {more|much more} than those from Asia?
        """,
    },
)

SATELLITE_CONNECTIVITY = Wording(
    usual_terms="satellite | low orbit | low earth orbit",
    said={
        "airlines": """
            Free Wi-Fi over low orbit satellites is on {ninety|forty} aircraft, and customer scores jumped.
            Passengers now stream {football|movies} over the ocean, and the antenna on the roof is no thicker than a
                {pizza box|suitcase}.
            We retrofit {two|three} jets a week with the new radome, each out of service for {two nights|four days}.
            The geostationary provider we used for {ten|twelve} years was too slow, so the contract lapses
                {in June|this winter}.
            Satellite links let our cockpit crews see live weather beyond the reach of ground radio.
            Sponsors pay for the onboard internet now, so it costs the traveler nothing and us very little.
            The constellation operator raised its price per tail by {9 percent|12 percent}, which we are contesting.
        """,
        "software": """
            Ships and mines run our product offline no longer, since a dish on the roof gives them broadband anywhere.
            We added a module that falls back to a satellite when {fiber is cut|cell towers are down}.
            The phone makers opened direct to device messaging, and our {dispatch|rescue} app already supports it from
                beyond cell coverage.
            Satellite ground stations rented by the minute have replaced the antenna farm we once thought of building.
            Latency from low earth orbit is down to {forty|fifty} milliseconds, good enough for our remote desktop.
        """,
        "machinery": """
            Every large {harvester|haul truck} now leaves the line with a satellite modem next to the cellular one.
            {A third|Nearly half} of our customers work where there is no cell signal, and orbiting relays finally
                reach them.
            Telematics in the outback used to arrive when the truck came home, and now it comes down from space every
                {minute|few seconds}.
            We chose a partner for satellite service on our machines, and the subscription is
                {optional|free for a year}.
        """,
        "energy": """
            Crews on our offshore rigs call home over the satellite link, and it has done more for morale than the
                {gym|new cook}.
            {Four hundred|Nine hundred} remote wellheads report by satellite instead of a pickup truck.
            After the storm took the towers down, portable dishes had our {terminal|field office} online within an hour.
        """,
        "utilities": """
            Line crews carry flat antennas that talk to orbit, because cell service goes out in the same storms as the
                power.
            Meters in the {canyons|back country} will report by satellite, which is cheaper than another
                {forty|thirty} towers.
        """,
        "semiconductors": """
            Beamforming chips for user terminals of the broadband constellations were our {best|strongest} radio
                product.
            Each dish on a roof contains {hundreds|more than a hundred} of our phase shifters, and launches are
                running {ahead of|faster than} plan.
        """,
        "anyone": """
            Our most remote {site|store} went from a copper line to a satellite dish and the complaints stopped.
            Rockets have become so cheap that {two|three} firms are launching broadband constellations at once.
            We signed with {a second|another} operator in low orbit so that we do not depend on a single billionaire.
            Villages that never had broadband buy online now, with {small|flat} dishes that look straight up at the
                satellites.
            Satellite capacity costs {a fifth|a quarter} of what we paid {five|six} years ago.
            Would you move all remote sites to low orbit service, or is fiber still better where you can get it?
            Are you worried about relying on one satellite operator for so many of your links?
            The constellation went dark for {two hours|an afternoon}, and we learned how many of our {tills|sensors}
                depend on it.
            A regulator has yet to grant landing rights, so the orbit service is {switched off|blocked} in {two|three}
                countries.
            Backhaul from space now carries {a tenth|8 percent} of our data traffic, from places where no cable will
                ever go.
            Truck drivers get messages by satellite where the cell map is blank, and that alone paid for it.
            The phones our field people carry can text through an orbiting relay if they {break down|get lost}.
            We put a dish on {forty|sixty} vehicles so that dispatch sees them beyond the last cell tower.
            A satellite backup costs us {ninety|seventy} dollars a month for each site and has saved two Saturdays of
                business.
            Internet from low orbit opens {islands|valleys} to us where no cable company would go.
            Our {engineers|inspectors} upload video from the middle of nowhere, straight to space and down again.
            How many of your {sites|vehicles} get their internet connection from orbit today?
        """,
    },
)

CARBON_CAPTURE = Wording(
    usual_terms="carbon capture | CCS | sequestration | direct air capture | carbon dioxide",
    said={
        "energy": """
            We filed for {three|two} injection wells to store carbon dioxide {a mile|six thousand feet} below the
                {gulf coast|salt dome}.
            The tax credit of eighty-five dollars a ton makes carbon capture at our {gas plant|ammonia unit} work,
                barely.
            Carbon dioxide from {two|four} ethanol plants will come by pipeline into our depleted field.
            Landowners along the pipeline route do not want compressed CO2 under their {corn|pastures}, and hearings
                drag on.
            Direct air capture is still {six hundred|four hundred} dollars a ton, and we treat it as an option and not
                a business.
            We own the pore space under {eighty thousand|sixty thousand} acres, which we think will be worth more than
                the gas that came out of it.
            The first tons of sequestration revenue are booked, a small number with a lot of engineers behind it.
            An amine unit strips {nine tenths|most} of the CO2 from the flue before it reaches the stack.
            Permits for CO2 storage wells take the agency {two|three} years, and that is what holds the carbon capture
                hub back.
        """,
        "utilities": """
            The design study for carbon capture at our {gas|coal} station came in at {twice|almost double} the first
                estimate.
            Stripping the CO2 from our exhaust would cost a fifth of the plant's own output, and customers would pay
                for it.
            We asked the commission to let us recover the money spent on a CO2 storage well that we will not
                {finish|drill}.
            Two of our units are candidates for CCS because they sit right on top of {sandstone|a saline aquifer}.
        """,
        "machinery": """
            Compressors that push CO2 underground were {a bright spot|our largest order}, with {three|four} units for
                one hub.
            We delivered absorber columns for a cement kiln that wants to bury its emissions.
            Bids for carbon capture equipment are many, and final investment decisions are {rare|few}.
            Our fans are the lungs of a direct air capture plant in {Iceland|the desert}, and a second one is being bid.
        """,
        "food": """
            Our beverage plants buy their fizz from an ethanol maker that now prefers to pump its CO2 into the ground.
            The distillery joined {a regional|the river} pipeline to put the gas from fermentation underground.
            Carbon capture at our corn mill would earn more per bushel than the {starch|sweetener} does.
        """,
        "banks": """
            We bought {a block|two tranches} of tax credits from a sequestration project, which lowers our own tax bill.
            Lenders still do not know who is liable if stored CO2 leaks in {fifty|forty} years, and so they keep out of
                carbon storage.
        """,
        "airlines": """
            We prepaid for {ten thousand|thirty thousand} tons that a plant will pull out of the sky and lock in rock.
            Offsets from direct air capture are dear, but forests burn and stored rock does not.
        """,
        "software": """
            Registries use our ledger to prove that each ton of CO2 that was buried is sold only once.
            We buy removal by direct air capture for {our own|all} business travel.
        """,
        "anyone": """
            Our neighbor on the {ship channel|river} wants to send us his exhaust so that both of us can bury the CO2
                together.
            Carbon capture has been five years away for as long as I have worked here, although the credit does change
                the arithmetic.
            A hub that collects CO2 from {nine|six} smokestacks and puts it under the seabed got its permit.
            The pilot on our boiler took out {85 percent|nine tenths} of the carbon dioxide and a good deal of our
                steam as well.
            We walked away from the sequestration venture because nobody would take the long-term liability.
            Is carbon capture in your plan only because of the tax credit?
            What would it take to get the carbon dioxide storage wells permitted before the tax credit runs out?
            Cement customers ask for {low carbon|green} material, and pumping kiln gas underground is the only road
                they see.
            I would be careful with the CCS pipeline, since {two|three} states have turned the route down.
            Nobody doubts the chemistry of scrubbing CO2, it is the {pipes|geology} and the neighbors that take years.
            We wrote off the {14 million dollars|9 million dollars} we had put into storing carbon under the old field.
            A storage well for {CO2|carbon dioxide} near our plant divides the town, and I understand both sides.
            Our {lime|glass} furnace gives off CO2 that no fuel switch removes, so it has to go underground.
            We sold the {solvent|membrane} license to a carbon capture start-up rather than build it ourselves.
            Sequestration credits trade too thinly for us to count on {them|a price}.
            Have you decided on carbon capture at the {kiln|boiler}, or does the study go on?
        """,
    },
)
