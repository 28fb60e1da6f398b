"""What the invented firms say about the planted consumer, health, water and farming matters.

Every sentence is written for this project, one a line, in the words of the sector that says it. Keep each to a single
sentence with no full stop inside it, because the tests check that it survives sentence splitting whole. About two in
five do without the matter's usual terms, and still a reader who sees only that sentence must see which matter is meant.
"""

from __future__ import annotations

from ftm_resources.transcript_sources.sample.wording.templates import Wording

WEIGHT_LOSS_DRUGS = Wording(
    usual_terms="GLP-1 | weight loss | obesity | appetite injection",
    said={
        "hospitals": """
            Bariatric cases fell {15 percent|a fifth}, as people try the weekly injection before they let a surgeon
                near them.
            Our own employee plan spent more on GLP-1 prescriptions than on {cancer|all heart} drugs.
            We opened {six|four} weight loss clinics where a nurse looks after patients on the new shots.
            Knee replacements may come later or never for people who lose {forty|fifty} pounds on a GLP-1.
            Anesthetists ask every patient about appetite injections, because the stomach may not be empty.
            Obesity medicines bring people in for {blood work|follow-up} who had not seen a doctor in years.
            {Sleep apnea|Gallbladder} visits behave differently since so many patients inject themselves on Sundays.
        """,
        "food": """
            Households with someone on a GLP-1 buy {6 percent|8 percent} fewer calories, according to our panel.
            If GLP-1 shots make people put the bag of chips away half full, we will sell them smaller bags.
            We launched a line with {twenty|thirty} grams of protein for people whose appetite has been switched off
                by a needle.
            Weight loss drugs are a {ten|twelve} year question for {candy|cookies}, and the share price treats it as a
                ten week one.
            Shoppers who inject for diabetes walk past the {doughnut|soda} aisle, and loyalty cards show it.
            Our scientists study what people crave when the drug takes away the hunger, and it is {crunch|fruit}.
            Retail partners ask what we plan against smaller appetites, and I tell them {portions|protein}.
        """,
        "retailers": """
            Pharmacy sales rose {12 percent|15 percent} on the back of GLP-1 scripts, on which we earn next to nothing.
            Baskets of customers who fill those slimming prescriptions hold fewer {snacks|units} and more
                {yogurt|produce}.
            Women come back for a whole new wardrobe {two|three} sizes down, once the injections have worked.
            The fridge in our pharmacy is full of obesity drug pens, and then for {two|three} weeks there are none.
            Plus sizes slowed while {belts|activewear} picked up, and our buyers believe in the needle.
        """,
        "airlines": """
            If the average passenger weighs {ten|twelve} pounds less because of those injections, we burn a good deal
                less fuel.
            Onboard snack sales per guest dipped, and one of our caterers blames the weight loss drugs.
        """,
        "machinery": """
            Filling lines for injector pens were sold out, as obesity drug makers double capacity again.
            Our {sterile|aseptic} packaging machines are going to Danish and Indiana plants that fill slimming shots.
            A customer in confectionery put off a line because of what the hunger-killing drugs may do to chocolate.
        """,
        "banks": """
            Analysts in our wealth arm cut {snack|dialysis} shares as appetite injections spread.
            Health benefits cost us more per head, and GLP-1 coverage is {a third|half} of the increase.
        """,
        "software": """
            Insurers use our prior authorization module mostly to handle requests for weight loss drugs.
            Telehealth customers of ours grew {fivefold|fourfold} by prescribing slimming injections online.
        """,
        "semiconductors": """
            Sensors for connected injector pens became a real business as millions of people take a weekly shot
                against hunger.
        """,
        "anyone": """
            Our health plan will cover the obesity drugs only with a doctor's program, because {one|a thousand}
                dollars a month adds up.
            Employees ask for the slimming shots in every benefits meeting, and the actuaries turn pale.
            Weight loss drugs are in short supply, and pharmacies near our {plant|office} have waiting lists.
            I lost {thirty|twenty} pounds on one of those injections myself, so I believe in the science.
            People on GLP-1 medicines eat, drink and even {shop|gamble} less, and nobody knows where that ends.
            Half of those who start the needle stop within a year, which the forecasts tend to ignore.
            A pill against obesity would change the numbers again, since it needs no cold chain.
            Do appetite injections affect your grocery volumes yet, or is that still theory?
            How are you thinking about GLP-1 coverage in next year's health benefit cost?
            We cut dessert in the {canteen|lounge}, as so many people skip it since they started their shots.
            The talk about slimmer customers is ahead of the facts, though I would not bet against a drug that curbs
                hunger.
            Medicare is not allowed to pay for obesity medicine today, and a vote on that would matter to us.
            Our uniforms supplier asks whether to cut {smaller|new} sizes, because so many people are on the shots.
            An obesity drug is now the {largest|second largest} line in our pharmacy benefit.
            Colleagues who inject once a week skip {lunch|the donuts}, and the vending machines show it.
            The hunger-killing pens could change how this country {eats|shops} more than any diet ever has.
            Have you modeled lost {volume|demand} in case {one in ten|a fifth} of your customers takes a GLP-1?
        """,
    },
)

WATER_SCARCITY = Wording(
    usual_terms="drought | water scarcity | water shortage | water rights | aquifer | reservoir | irrigation",
    said={
        "food": """
            Growers in {the Central Valley|Murcia} let {a quarter|a third} of their fields lie fallow for lack of
                irrigation.
            The drought cut the {tomato|olive} crop by {a fifth|almost half}, and we bought paste from {Turkey|Chile}.
            Irrigation wells next to our {almond|lettuce} suppliers go {two hundred|three hundred} feet deeper than
                ten years ago.
            We rinse {potatoes|bottles} with what we used to send down the drain, and draw {a third|30 percent} less
                from the town.
            Rice from the delta will be scarce, as farmers there got {15 percent|a tenth} of their usual allotment
                from the river.
            Feed is dear because drought turned pastures brown in {May|June} and ranchers sold their herds.
        """,
        "utilities": """
            Our reservoirs stand at {38 percent|41 percent}, and hydro output was {a third|40 percent} below a normal
                year.
            Low river flow forced the {nuclear|steam} station to run at half load for {nine|twelve} days.
            The commission allowed tiered rates that make lawns expensive where aquifers run dry.
            A recycling plant will send treated sewage back to the tap, which is our answer to water scarcity.
            We bought water rights from {two|three} ranches to get the {western|desert} towns through the decade.
            Desalting brackish wells costs {three|four} times what the snowpack used to give us for free.
        """,
        "energy": """
            {Two thirds|Half} of what we pump into wells is now recycled, because ranchers need the fresh supply.
            Cooling towers at the refinery run on the city's treated sewage since the lake is too low.
            Regulators may shut our intake on the {Pecos|Brazos} if it does not rain by {August|fall}.
            Water shortage limits how many wells we can frac at one time in the south of the play.
        """,
        "semiconductors": """
            Rinsing wafers takes {four|five} million gallons a day, and the island we do it on had no typhoon to fill
                its dams.
            We truck in tankers when the reservoir falls below a fifth, as in the last drought.
            Our plants reclaim {80 percent|85 percent} of what goes through the clean room, since the desert city has
                no more to give.
        """,
        "machinery": """
            Drip irrigation kits and {pumps|filters} sell wherever rivers are running low.
            Drought in {the pampas|Iberia} cost us tractor orders, as farmers with no crop buy nothing.
            Drilling rigs for deeper wells are booked until {winter|next spring}, because shallow ones have gone dry.
        """,
        "banks": """
            Loans to growers now price in whether their wells reach the aquifer, and not only the land.
            Collateral in orchards is worth {a third|40 percent} less without water rights attached.
        """,
        "retailers": """
            Garden sales in the southwest suffer from drought and watering bans, and people plant {gravel|cactus}
                instead.
            Rain barrels sold out in {three|four} dry regions where tap water is now rationed.
        """,
        "hospitals": """
            Our laundry and dialysis units keep water in tanks for {three|four} days, since the dry town cuts supply at
                night.
        """,
        "anyone": """
            {Two|Three} of our sites lie in basins where the river no longer reaches the sea, and we report on that.
            The city asked us to use {15 percent|a fifth} less from the tap until the reservoirs recover.
            We took out the lawn at headquarters, a small thing in the fourth year of drought.
            Water scarcity is in our risk report for the first time, because {a plant|a key vendor} may have to stop.
            Barges on the {Rhine|lower Mississippi} carry half a load because the drought left the river so low.
            When it has not rained for {five|four} months, our closed loop cooling pays for itself.
            Towns and farms fight over the same aquifer, and industry comes last in that line.
            How exposed are your sites to drought restrictions this summer?
            What happens to your output if the wells run dry or the river permit is cut?
            The price of a gallon of water doubled in {two|three} years, and it is still cheap for something so scarce.
            We turned down land for a {warehouse|plant} since there was no guaranteed supply from the aquifer.
            Snow in the mountains was {half|60 percent} of normal, and everyone downstream knows what that means for
                August.
            We drilled {two|three} backup wells, and the second came up dry at {six|seven} hundred feet.
            Our {towers|boilers} take treated sewage now, since there is too little rain for everybody.
            A drought surcharge of {9 percent|12 percent} came with the last utility bill.
            The river by our {plant|depot} can be crossed on foot, and the permit stops us from drawing more.
            Is there a plan for keeping production running when the {reservoir|well} runs out of water?
        """,
    },
)

PRECISION_AGRICULTURE = Wording(
    usual_terms="precision agriculture | precision farming | precision ag | smart farming"
    " | autonomous tractor | driverless tractor | drone | yield map | variable rate",
    said={
        "machinery": """
            Our {sprayer|boom} sees the weed and hits only that, so a grower uses {60 percent|two thirds} less
                herbicide.
            The autonomous tractor worked {four|six} thousand acres last fall with nobody in the cab.
            Precision farming kits can be bolted on to a {ten|fifteen} year old planter, and that is how most people
                start.
            Row units now place every {corn|beet} kernel at its own depth by reading the moisture of the soil.
            Growers pay us {four|three} dollars an acre for precision farming, mostly steering to the inch, and nine
                in ten renew.
            Combines send a yield map of every pass, which tells the farmer where to spread less next year.
            {One third|Half} of the large tractors we ship leave with automatic steering and cameras.
        """,
        "food": """
            Growers of our {oats|potatoes} get a map from {drones|orbit} that shows where to feed the crop and where
                not.
            We pay a bonus to farms that use sensors to cut {nitrogen|fungicide} on our wheat.
            Precision agriculture took {9 percent|12 percent} of the fertilizer out of our {barley|beet} supply.
            Dairy farmers of ours put collars on the herd, and the {feed|milking} robot knows each cow.
            Our field people walk less and look at tablets more, since probes in the soil report every hour.
        """,
        "software": """
            Our field records run on {forty|sixty} million acres, fed straight from the planters.
            Seed companies license our model that picks a hybrid for each {corner|zone} of a field.
            Precision ag customers are small, loyal, and only on the phone when it rains.
            We map weeds from drone pictures, and the sprayer knows where to go the next morning.
        """,
        "semiconductors": """
            Radar that lets a driverless tractor see a {fence|deer} at dusk is a new socket for us.
            Smart farming needs sensors that live {five|seven} years in the soil, and ours do.
            Positioning receivers for {planters|combines} grew {15 percent|a fifth}, as steering to the inch becomes
                standard.
        """,
        "banks": """
            Farm borrowers with variable rate seeding and yield maps get {a quarter|an eighth} of a point off.
            Loans for {sprayers with cameras|guidance systems} are paid back faster, because the savings on inputs are
                real.
        """,
        "utilities": """
            Center pivots that open each nozzle by a soil map use {a fifth|18 percent} less power and come to us for a
                rebate.
        """,
        "energy": """
            Growers spread {ammonia|nitrogen} by satellite map now, so each acre takes less of the gas we sell to
                fertilizer plants.
            Drones that spot weeds cut how often tractors drive, and diesel sales to farms slip.
        """,
        "anyone": """
            Precision agriculture is the part of farming where money is still spent this year.
            Robots that pull weeds between rows of {lettuce|onions} work all night and ask for no bunk house.
            A farmer showed me on his phone which square yard had been fed too much, and I was sold.
            Sensors in the ground and pictures from above let growers cut seed and spray by {a tenth|12 percent}.
            Adoption of smart farming stops at {five hundred|a thousand} acres, as small growers cannot pay for it.
            Farmers ask who owns the data that their combine sends home, and they have a point.
            Driverless tractors are legal in {some|few} states, and the rest want a person in the cab.
            Low corn prices slow {planter upgrades|guidance sales} for a year, though not the idea of spraying one
                weed at a time.
            Is the camera sprayer paid for per acre, or bought outright by the farmer?
            How quickly does a grower earn back the money for precision farming gear?
            We run a trial farm with {drones|autonomous tractors} so that our people see what growers see.
            Each cow wears a sensor, each field has a map, and each nozzle its own valve, so farmers buy less of
                everything.
            Fertilizer volumes fall when every acre is measured before it is fed, and we plan for that.
            Young farmers come to us asking for the screen first and the horsepower second.
            We insure crops by the {sensor|yield map} now, field by field instead of county by county.
            A drone over the {vines|beets} finds the sick row before the grower does.
            Tractors that steer themselves to the inch save {one pass in nine|a tenth of the diesel}.
            Our farm customers seed {thick|thin} on good soil and {thin|thick} on poor, all on instruction from a chip.
            Which crops and growers adopt smart farming {first|fastest}, and which never will?
        """,
    },
)

PRIVATE_LABEL = Wording(
    usual_terms="private label | store brand | own brand | private brand | house brand | trade down"
    " | trading down | discounter",
    said={
        "retailers": """
            Private label reached {27 percent|24 percent} of food sales, the highest we have ever had.
            Our own brand of two dollar {coffee|pasta} outsells the famous one that costs {four|five}, on the shelf
                right beside it.
            Shoppers fill the cart with our own {detergent|cereal} first and add names only if the budget allows.
            We gave the plain white packages {four|six} more feet of shelf, at the expense of advertised names.
            Store brand margins beat those of the big labels by {eight|nine} points, so we do not mind the switch.
            Families with {six figure|good} incomes now buy the cheap {cheese|olive oil}, and tell their friends.
            Suppliers who raised prices {three|four} times made the decision easy for our shoppers.
            We relaunched our own brand of {diapers|vitamins} in a pack that looks nothing like cheap.
        """,
        "food": """
            We lost {two|three} points of share in {cheese|frozen pizza} to store brands.
            The price gap to private label is {40 percent|almost half}, and at that distance people stop being loyal
                to our name.
            We bake private label for {two|three} grocers, and those orders grow while our own name shrinks.
            Private label makers run flat out, so they cannot take much more of our volume this year.
            Promotions came back to defend the brand against {the grocer's|a plainer} version at {half|two thirds} the
                price.
            Shoppers tell us that the store brand tastes about the same, which hurts to hear in a research room.
            People do not leave the {jam|soup} category, they slide down a shelf to what costs a dollar less.
        """,
        "hospitals": """
            Parents ask our pharmacies for the cheaper store brand of {pain syrup|cough drops} instead of the name on
                television.
            We buy store brand {wipes|gauze} for our gift shops now, as visitors will not pay for the name.
        """,
        "machinery": """
            Co-packers that fill no-name {soup|soap} order our packaging lines, while famous brands put theirs off.
            Private label plants need quick changeovers, as each grocer wants his own box.
        """,
        "banks": """
            Our card data shows spending moving from {supermarkets|department stores} to hard discounters with their
                own labels.
            Grocery tickets fell {4 percent|5 percent} with the same number of items, so people are buying the cheaper
                version.
        """,
        "airlines": """
            We pour the caterer's own label {tomato juice|wine} in coach, and few travelers ask for the name they know.
        """,
        "energy": """
            In our forecourt shops the house brand {water|chips} went from a tenth to {a fifth|a quarter} of sales.
            Drivers fill up on unbranded gasoline at the {supermarket|warehouse club} and skip the pump with a famous
                sign.
        """,
        "software": """
            Our shelf analytics show famous names losing facings to own brands in {nine|eight} of ten categories.
        """,
        "anyone": """
            Consumers trade down to the store brand in {paper|canned goods} first, and in {baby food|beer} last.
            People put the famous {label|jar} back on the shelf when they see what the plain one next to it costs.
            Private label is no longer what you buy only in a recession, it is good and it is here to stay.
            Discounters that sell mostly private label groceries opened {forty|sixty} stores in our region.
            A shopper under pressure gives up the restaurant first, and then the brand she grew up with.
            House labels now come in {organic|premium} versions, so even picky buyers move over.
            We make own brand products for retailers to fill {our|the} plants, although private label pays little.
            The advertised products lose buyers every month that paychecks lag behind grocery bills.
            Are consumers coming back to national brands as inflation cools, or do they stay with private label?
            How wide can the price gap to private label get before volumes break?
            Coupons did not win households back from the no-frills {yogurt|crackers} they got used to.
            Shoppers who never set foot in a discounter {three|two} years ago now buy its store brand every week.
            Big food brands sell smaller packs, because consumers no longer pay {nine|seven} dollars for name brand
                cereal.
            Once a household has tried the plain label and liked it, {advertising|a coupon} rarely wins it back.
            Our {break rooms|canteens} switched to store brand {coffee|tea}, and hardly anybody complained.
            Suppliers of famous {sauces|soaps} ask for our help, since the plain version takes their shelf.
            Families under pressure trade down {aisle by aisle|item by item} from big brands to what the discounter
                sells.
            The no-name {ketchup|bleach} sits at eye level now, and the advertised one at the knee.
            Will shoppers who left the famous {brands|names} for cheaper ones ever come back?
        """,
    },
)

DRUG_SHORTAGES = Wording(
    usual_terms="drug shortage | shortage | generic | on backorder",
    said={
        "hospitals": """
            We are short of {cisplatin|carboplatin}, and oncologists decide who gets a full dose and who waits.
            Pharmacists spend {three|two} hours a day looking for {saline|lidocaine} that used to arrive by the pallet.
            The drug shortage list in our system has {three hundred|two hundred and eighty} items, mostly cheap old
                injectables.
            {Liquid amoxicillin|Children's ibuprofen} was not to be had in any of our towns in the cold season.
            When the plant in {Gujarat|Kansas} failed its inspection, a third of the country's
                {chemotherapy|methotrexate} vanished.
            In this shortage we split vials between patients, something I had not seen in {thirty|twenty-five} years
                of medicine.
            A shortage of {morphine|heparin} makes anesthetists switch to what they know less well.
            Surgeries were put off by {a week|ten days} over a shortage of one {sedative|muscle relaxant} in the
                cabinet.
            Wholesalers give us {40 percent|half} of the common antibiotics we order in this drug shortage.
            We joined a nonprofit that makes generic {vancomycin|ketamine}, because nobody else will at that price.
        """,
        "retailers": """
            Our pharmacies turn away {one in ten|one in twelve} prescriptions for attention deficit pills, as the
                makers send none.
            Parents drove to {four|three} of our stores for penicillin and we had none to sell.
            A shortage of {albuterol|amoxicillin} costs our pharmacists an hour of phone calls each day.
        """,
        "food": """
            We make the {amino acids|dextrose} that goes into hospital drips, and makers of scarce infusions beg for
                more.
            Our infant formula line knows what happens when one plant goes down, and hospitals live it now with
                generic injectables.
        """,
        "machinery": """
            Makers of sterile vials want our filling lines yesterday, since hospitals ration
                {cancer drugs|basic antibiotics}.
            Two generic plants closed for want of profit, and their {autoclaves|presses} came to our used equipment
                desk.
        """,
        "software": """
            Our inventory tool shows which hospital has spare {carboplatin|saline}, and they trade it like baseball
                cards.
            Hospital buyers log in to our portal at {five|four} in the morning to catch the generics that come in.
        """,
        "airlines": """
            We flew {eleven|nine} pallets of chemotherapy from {Shanghai|Frankfurt}, when the regulator allowed
                imports of the missing medicine.
            Cargo got a lift from hospital generics that come by air while they are in shortage.
        """,
        "banks": """
            A generic maker we lend to stopped {two|three} injectables that sell for less than the glass they come in.
        """,
        "semiconductors": """
            Our own medical plan had members who could not get their {chemotherapy|heart pills} filled anywhere in the
                state.
        """,
        "utilities": """
            A power dip at the saline plant in our territory spoiled {three|two} days of hospital drips, at a time
                when there are none to spare.
        """,
        "anyone": """
            Old generic medicines cost less than a cup of coffee, so factories stop making them and wards run out.
            The shortage of cancer drugs reached {two|three} of our own employees, and we helped them find a clinic.
            One contaminated line overseas is enough for doctors here to ration {antibiotics|chemotherapy}.
            Buyers who squeezed every cent out of generics now pay {five|four} times as much for a vial, if they find
                one.
            Regulators let expired {epinephrine|saline} be used for another {six|nine} months, which tells you how bad
                it is.
            A national stockpile of basic injectables is being discussed, and I think it will come.
            Is the shortage of generic injectables a matter of months, or is that how it will be?
            Would hospitals sign longer contracts so that someone dares to make these cheap medicines again?
            Compounding pharmacies mix what the generic makers no longer deliver.
            Nobody invests in a vial that sells for {two|three} dollars, and then wards stand without it.
            With the shortages, doctors told us they write {three|two} prescriptions for the same child, hoping that
                one can be filled.
            Factories that make the ingredients for {antibiotics|anesthetics} are almost all in two countries, and
                pharmacists feel it.
            The drug shortage will ease when the plant passes its inspection, in {autumn|the new year} at the earliest.
            A colleague's child waited {nine|six} days for an antibiotic that costs {four|three} dollars.
            Doctors near our {plant|head office} put off chemotherapy, as the vials did not arrive.
            One generic injectable after another drops off the market, since nobody can live on {eighty|ninety} cents
                a dose.
            Rationing of {saline|painkillers} is something I thought belonged to other centuries.
            Who will manufacture these {old|cheap} generic medicines if the last two plants give up?
        """,
    },
)

RETAIL_THEFT = Wording(
    usual_terms="theft | shrink | shoplifting | shoplifter | organized retail crime | stolen | thieves",
    said={
        "retailers": """
            Shrink cost us {60|75} basis points of margin, and nearly all of the increase was stolen goods.
            Shoplifting gangs walk in with trash bags, clear the {razor|perfume} shelf and are out in ninety seconds.
            We put {deodorant|laundry soap} behind plexiglass, and sales of it fell by {a fifth|a quarter}.
            Organized retail crime is why we are closing {five|four} stores in {Port Alder|the bay cities}.
            Our cashiers have been told to step back and let them go, as no handbag is worth an injury.
            Self checkout came out of {ninety|sixty} stores, because too much left without being scanned.
            Police found {two|three} garages full of our power tools that were being sold online.
            Guards at the door and receipt checks cost {18 million dollars|24 million dollars} a year, and honest
                people hate them.
            We count shrink on the {denim|cosmetics} wall every night now, since shoplifters empty it faster than the
                tills ring.
        """,
        "food": """
            Our {coffee|baby formula} is locked up in some cities, and what people must ask for they do not buy.
            Grocers cite theft when they cut the shelf space for {steaks|cheese}.
            Resellers clear whole shelves of our formula and {energy drinks|chocolate} without paying.
        """,
        "software": """
            Demand for our camera analytics comes from chains that bleed from shoplifting.
            Our marketplace tool flags sellers whose {razors|drills} are too cheap to be honest, and points to stolen
                stock.
            Chains tag {jeans|bottles} with our radio chips to learn what left the building without a receipt.
        """,
        "energy": """
            Drive-offs and break-ins at our stations doubled, and {cigarettes|lottery tickets} are what they come for.
            Theft of {copper|catalytic converters} from our yards is the same plague that the stores complain about.
        """,
        "banks": """
            {Two|Three} retail borrowers missed plan as merchandise walked out of the door unpaid.
            Gift card fraud and shoplifting gangs are often the same people, our investigators say.
        """,
        "semiconductors": """
            Tag chips that deactivate a stolen {drill|phone} until it is paid for are in trials with {two|three} chains.
            Radio tags against shoplifters became our fastest growing small chip.
        """,
        "hospitals": """
            Our outpatient pharmacies lock up {cold pills|test strips} since people began to sweep the shelves.
        """,
        "machinery": """
            We build the locked display cases that drugstores buy against thieves, and the order book {doubled|is full}.
            Rental yards lose {skid steers|generators} to gangs with trailers, so each now has a tracker.
        """,
        "airlines": """
            Duty free shops in our terminals had {perfume|liquor} swept off the shelf by teams who fly in and out.
        """,
        "utilities": """
            Stores in our cities cut their hours because of shoplifting, and their load goes with them.
        """,
        "anyone": """
            Shrink from theft in our stores used to be a rounding error, and this quarter it was {11 million dollars|14
                million dollars}.
            Goods worth {a thousand|nine hundred} dollars can be carried out before anyone is charged with more than a
                misdemeanor.
            Store employees are scared of the robbers who come in with hammers.
            Organized retail crime is a business with warehouses and a web shop, and it needs an answer by prosecutors.
            Everything small and dear is now behind a locked door, which is no way to run a shop.
            Stolen merchandise turns up on auction sites within {hours|a day}, still in our wrapping.
            We hired {two hundred|ninety} off-duty officers to stop shoplifters in the holiday weeks.
            Shoplifting losses are worst where fitting rooms are far from the cashier, and stores moved {forty|thirty}
                of them.
            How much of the inventory loss is outside theft, and how much is plain bookkeeping?
            Are locked cases helping with stolen goods, or do they drive customers away?
            Customers walk past a guard and three cameras to buy {toothpaste|batteries}, because so much was being
                carried out.
            A new state law lets prosecutors add up many small thefts, which should help by {spring|next year}.
            Neighboring stores closed after the third robbery, and ours are still open behind steel shutters.
            Thieves with crowbars emptied our {vending|gift} kiosks in {three|four} shopping malls.
            Stolen {gift cards|cosmetics} of ours are for sale on the same site that we advertise on.
            Shoplifting made our store partners drop {two|three} of our best sellers from open shelves.
            Store employees quit after the {second|third} robbery by the same thieves, and I cannot blame them.
            What would make {prosecutors|online marketplaces} act against gangs that sell stolen goods?
        """,
    },
)
