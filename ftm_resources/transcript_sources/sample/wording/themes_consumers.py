"""What the invented firms say about the planted consumer, health and farming themes.

Every sentence is written for this project. Keep each one to a single sentence with no full stop inside it,
because the tests check that it survives sentence splitting whole.
"""

from __future__ import annotations

from ftm_resources.transcript_sources.sample.wording.templates import Wording

WEIGHT_LOSS_DRUGS = Wording(
    choices={
        "drug": "weight loss drugs | GLP-1 medicines | obesity injections | appetite suppressing drugs"
        " | GLP-1 injections",
        "effect": "smaller appetites | lower calorie intake | lost weight | less snacking | better blood sugar",
        "patient": "patients with obesity | diabetics | dieters | heavier adults | overweight members",
    },
    statements="""
        {drug} are changing what {patient} eat, and we watch grocery baskets closely.
        Prescriptions for {drug} rose {pct} {when}.
        {patient} report {effect} within weeks of starting obesity treatment.
        Supply of {drug} cannot keep up with the number of {patient} asking for them.
        Employers debate whether health plans should pay for {drug} for {patient}.
        {effect} among GLP-1 users could trim snack volumes by {share} {ahead}.
        We studied households using {drug} and found {effect}.
        Fewer bariatric surgeries were scheduled {when} because {patient} try {drug} first.
        {drug} cost our pharmacy benefit {pct} more than we budgeted.
        New smaller portions are meant for {patient} who take {drug}.
        {effect} from obesity medicines may reduce knee and heart procedures {ahead}.
        Our clinics opened weight management programs to supervise {patient} on {drug}.
        The market for {drug} could reach {share} of adults with obesity.
        {patient} often stop taking {drug} after a year and regain the weight.
        Protein drinks sell well to {patient} worried about muscle lost on {drug}.
        Coverage of {drug} by insurers widened {when}, which brings in more {patient}.
        Pens that deliver {drug} are scarce, and fill capacity grows only {pct}.
        Investors worry that {drug} and {effect} will shrink demand for sweets.
        A daily obesity pill would reach {patient} who dislike needles and {drug}.
        {drug} bring traffic to our pharmacies, although margins on obesity prescriptions are thin {when}.
        Clothing sizes are shifting as {patient} shed weight with {drug}.
        We see {effect} in the shopping data of {patient} taking obesity medicine.
        Side effects such as nausea make {patient} pause {drug} {when}.
        Long term trials of {drug} show {effect} and fewer heart attacks.
    """,
    questions="""
        Are {drug} affecting your business yet, and do {patient} behave differently?
        How should we think about {effect} from obesity medicines {ahead}?
        What are you learning about the shopping habits of {patient} who take {drug}?
    """,
)

DRUG_SHORTAGES = Wording(
    choices={
        "drug": "generic chemotherapy drugs | sterile injectables | generic antibiotics | saline bags"
        " | generic anesthetics",
        "cause": "a plant shutdown | a failed inspection | a generic price collapse"
        " | a missing drug ingredient"
        " | a contamination recall",
        "carer": "oncologists | hospital pharmacists | emergency physicians | children's wards | surgeons",
    },
    statements="""
        {drug} have been in shortage {when} after {cause}.
        {carer} had to ration {drug} because wholesalers ran out.
        {cause} took {share} of the national supply of {drug} off the market.
        Our pharmacies offer {carer} substitute medicines when {drug} are on backorder.
        Makers of {drug} left the market because prices fell {pct}, so shortages spread.
        {carer} postponed treatment for lack of {drug}.
        We built a stockpile of {drug} to protect {carer} from the next shortage.
        The drug shortage list grew {pct} {when}, and generic injectables top it.
        {cause} at one overseas factory is enough to cause a nationwide shortage of {drug}.
        We pay {pct} more for {drug} from makers who promise steady supply.
        {carer} spend hours each week hunting for {drug} in short supply.
        Regulators allowed imports of {drug} to ease the medicine shortage {ahead}.
        Generic drug makers earn too little on {drug} to prevent {cause}.
        Compounding pharmacies now prepare {drug} for {carer} who cannot find them.
        {cause} explains {share} of the drug shortages we track.
        Allocation of {drug} by distributors left {carer} short of essential medicine.
        A domestic plant for {drug} would guard against {cause} abroad.
        Shortages of {drug} raised our pharmacy costs by {pct}.
        Longer contracts with generic makers keep {drug} on the shelves of {carer}.
        Supply of {drug} should recover {ahead} once the plant passes inspection.
        {carer} warn that shortages of {drug} put patients at risk.
        {cause} shows how fragile the supply of cheap generic medicine has become {when}.
        We restarted an idle line to make {drug} that other manufacturers abandoned after {cause}.
        Shelf life extensions for {drug} bought {carer} some time during the shortage.
    """,
    questions="""
        How are shortages of {drug} affecting {carer}?
        Do you expect the generic drug shortage caused by {cause} to ease {ahead}?
        Is there money to be made in supplying {drug} that hospitals cannot find after {cause}?
    """,
)

PRIVATE_LABEL = Wording(
    choices={
        "shopper": "shoppers | lower income households | middle income families | value seekers"
        " | budget conscious consumers",
        "own": "store brands | private label groceries | own label products | private brands | store brand staples",
        "item": "cereal | coffee | cheese | pasta | yogurt | ice cream",
    },
    statements="""
        {shopper} are trading down from national brands to {own}.
        {own} reached {share} of unit sales as consumers look for value.
        {shopper} told us the store brand {item} tastes as good as the famous one.
        Sales of {own} grew {pct} while branded {item} declined.
        Inflation taught {shopper} to compare prices and choose private label {item}.
        We widened our range of {own} with cheaper {item}.
        The price gap between branded {item} and {own} is wider than ever.
        {shopper} switch to {own} first in {item} and later elsewhere in the basket.
        Private label margin is better than on branded {item}, so {shopper} help us by trading down.
        National brands answered {own} with promotions on {item}.
        {shopper} buy smaller packs or {own} when the paycheck runs out.
        Premium {own} attract {shopper} who used to buy famous labels.
        We lost branded {item} volume to {own} {when}.
        Trading down by {shopper} accelerated {when}, most visibly in {item}.
        Retailers give {own} more shelf space at the expense of branded {item}.
        {shopper} who try {own} seldom return to the national brand.
        We manufacture {own} for grocers, and private label contracts rose {pct}.
        Loyalty data shows {share} of {shopper} bought store brand {item}.
        {shopper} skip restaurants, cook at home and reach for {own}.
        Discount chains built on {own} gained {shopper} from conventional supermarkets.
        We cut the shelf price of branded {item} by {pct} to slow the shift to private label.
        Private label {item} is no longer a recession purchase for {shopper}.
        The move to {own} should persist {ahead} even if grocery inflation cools.
        {shopper} hunt for bargains, coupons and store brand {item} {when}.
    """,
    questions="""
        Are you seeing {shopper} trade down to {own} in {item}?
        How much further can {own} grow if {shopper} stay under pressure?
        What is the margin effect when {shopper} choose private label {item}?
    """,
)

RETAIL_THEFT = Wording(
    choices={
        "thief": "organized theft rings | shoplifters | repeat shoplifting offenders | smash and grab thieves"
        " | thieves who resell stolen goods",
        "goods": "razors | cosmetics | power tools | vitamins | designer handbags",
        "guard": "locked cases | security guards | store cameras | anti theft tags | receipt checks",
    },
    statements="""
        Shrink from {thief} cost us {pct} more than a year ago.
        {thief} strip shelves of {goods} in minutes.
        We put {goods} behind {guard} because shoplifting got out of hand.
        Retail theft by {thief} forced us to close several stores {when}.
        {guard} reduce theft of {goods}, though honest customers dislike them.
        Inventory shrink explains {share} of the margin shortfall, and {goods} were stolen most.
        Self checkout made stealing {goods} easier, so we brought back {guard}.
        Police arrested {thief} with a warehouse full of stolen {goods}.
        Our staff no longer feel safe confronting {thief} near the {goods} aisle.
        We spend {pct} more on {guard} to fight shoplifting.
        Stolen {goods} turn up on online marketplaces run by {thief}.
        Shrink worsened {when} as {thief} grew bolder.
        Tougher shoplifting laws should deter {thief} {ahead}.
        Insurers pay for little of the loss when {thief} raid our stores for {goods}.
        Sales of {goods} drop by {share} once {guard} are installed against theft.
        The physical inventory count revealed higher shrink, mainly {goods} taken by {thief}.
        Retailers share images of {thief} so that {guard} can spot them.
        Theft of {goods} is worst downtown, where {guard} run around the clock.
        We expect shoplifting losses to level off {ahead} thanks to {guard}.
        Employee theft is rare compared with what {thief} steal from our shelves {when}.
        A new shrink task force combines {guard} with data about stolen {goods}.
        {thief} know which stores lack {guard} and steal there first.
        We removed {goods} from shelves in stores with the worst shoplifting {when}.
        Store closings caused by theft leave neighborhoods without {goods} while {thief} move on.
    """,
    questions="""
        How much did shrink and theft by {thief} hurt gross margin {when}?
        Do {guard} help against shoplifting, or do they cost you sales of {goods}?
        Are {thief} still the main cause of inventory shrink in {goods}?
    """,
)

LABOUR_SHORTAGE = Wording(
    choices={
        "worker": "nurses | truck drivers | welders | line cooks | warehouse pickers | technicians",
        "perk": "signing bonuses | retention bonuses | flexible shifts | tuition grants | pay premiums",
        "pain": "understaffing | staff turnover | overtime pay | agency staffing | absenteeism",
    },
    statements="""
        Hiring {worker} remains difficult {when}, and unfilled jobs hold back output.
        Hourly wages for {worker} rose {pct} {when} as employers outbid each other.
        We offered {perk} to recruit {worker} in a tight labor market.
        Shortages of {worker} show up as {pain}, which adds to labor cost each month.
        {pain} eased once we introduced {perk} for hourly employees.
        Job openings for {worker} outnumber applicants in {share} of our locations.
        Union talks covering {worker} ended with a raise of {pct}.
        We raised the hourly wage of {worker} and added {perk} to keep staff.
        Turnover among {worker} fell by {share} after the pay increase.
        Wage inflation for {worker} ran ahead of our prices {when}.
        {perk} helped us hire {worker} faster than competing employers {when}.
        Retirements leave a gap of skilled {worker} that training cannot fill {ahead}.
        We cut opening hours because there were not enough {worker} on the roster {when}.
        Recruiters say {worker} ask for {perk} before they ask about the job.
        The cost of {pain} fell {pct} as hiring improved.
        Applicants per job posting for {worker} rose {pct}, so labor tightness is easing.
        We opened an apprenticeship school for {worker} {when} because the labor pool is shrinking.
        Payroll expense grew on account of {pain} and {perk}.
        Labor availability for {worker} should be better {ahead}.
        Immigration delays keep {worker} from filling open jobs, so {pain} persists.
        Staffing shortages pushed {share} of our shifts into overtime for {worker}.
        Employees stay longer when {perk} come with predictable schedules {when}.
        Competition for {worker} with nearby employers lifted our wage bill by {pct}.
        We see wage pressure cooling {ahead}, with less need for {perk}.
    """,
    questions="""
        How hard is it to hire {worker} today, and what do {perk} add to labor cost?
        What wage inflation do you assume for {worker} {ahead}?
        Have {pain} and the labor shortage improved since you introduced {perk}?
    """,
)

WATER_SCARCITY = Wording(
    choices={
        "place": "the Colorado basin | the southwest | our driest districts | the central valley"
        " | drought stricken counties",
        "fix": "desalination | recycled wastewater | drip irrigation | leak detection | rainwater harvesting",
        "source": "reservoirs | aquifers | rivers | groundwater tables | municipal water supplies",
    },
    statements="""
        Drought in {place} left {source} at record lows.
        Water scarcity forced us to cut consumption at sites in {place} by {pct}.
        We invest in {fix} so that our plants draw less fresh water from {source}.
        Water rights in {place} cost {pct} more than last year.
        {source} are shrinking, and regulators ration water in {place}.
        {fix} now supplies {share} of the water we need in {place}.
        Our water risk map shows {share} of sites depend on stressed {source}.
        Low {source} reduced hydropower and barge traffic {when}.
        Rain refilled some {source}, yet the long drought in {place} is not over.
        Communities in {place} oppose new factories that would drain {source}.
        Demand for {fix} grew {pct} as cities run short of water.
        We recycle process water through {fix} to spare {source}.
        Water tariffs in {place} climbed {pct} {when}.
        Falling {source} make {fix} worth the money for thirsty industries.
        Water shortages in {place} could limit expansion {ahead}.
        Bottling stopped for a month after {source} in {place} ran dry.
        {fix} cut freshwater withdrawals at our thirstiest plants by {share}.
        Old pipes lose {share} of the drinking water they carry, so {fix} comes first.
        Farmers in {place} fallowed land because {source} had no water left to allot.
        Water conservation targets tie executive pay to lower use of {source} in {place}.
        Utilities pay us to install {fix} that stretches scarce water {ahead}.
        Hotter summers dry out {source}, which makes water supply in {place} a board topic.
        Salt creeping into {source} along the coast makes freshwater scarcer in {place}.
        Permits to pump water from {source} are harder to renew {when}.
    """,
    questions="""
        How exposed are you to drought and water limits in {place} {ahead}?
        What does {fix} save you when water from {source} is rationed?
        Could falling {source} in {place} force you to curtail production for lack of water?
    """,
)

PRECISION_AGRICULTURE = Wording(
    choices={
        "tool": "precision sprayers | self steering tractors | crop drones | soil sensors | smart planters",
        "crop": "corn | barley | wheat | cotton | canola",
        "saving": "herbicide | fertilizer | seed | crop chemicals | nitrogen",
    },
    statements="""
        Farmers who use {tool} apply {pct} less {saving} per acre.
        {tool} recognize weeds among {crop} and spray only where needed.
        Growers of {crop} adopt {tool} faster than we planned.
        Digital farming subscriptions cover {share} of the {crop} acres in our region.
        Satellite guided rows and {tool} raise {crop} yields by {pct}.
        Farm dealers sold {pct} more {tool} {when}.
        {tool} collect field data that helps growers decide how much {saving} to spread.
        Tractor cabs now run {tool} with software that farmers pay for by the acre {when}.
        High prices for {saving} make {tool} pay for themselves in one harvest.
        Agronomists use maps from {tool} to plan {crop} planting.
        We tested autonomous harvesters in {crop} fields beside {tool} {when}.
        Farm income supports purchases of {tool} {ahead}.
        {tool} cut waste of {saving} and keep it out of streams beside the farm.
        Older farmers hesitate, yet their children ask for {tool} in the {crop} fields.
        Retrofit kits put {tool} on machines that growers of {crop} already own.
        Variable rate application of {saving} spread to {share} of our farm customers.
        {tool} spot disease in {crop} leaves days before a farmer could.
        Field trials showed {tool} save {share} of the {saving} used on a farm.
        Yield maps for {crop} tell growers which acres deserve more {saving}.
        Farm cooperatives rent {tool} to small growers of {crop}.
        Rural agronomy teams train farmers to run {tool} before the {crop} season starts.
        Smart farming revenue from {tool} grew {pct}.
        Crop insurance is cheaper for {crop} farmers who share data from {tool}.
        We plan to launch new {tool} for {crop} growers {ahead}.
    """,
    questions="""
        How fast are farmers adopting {tool} for {crop}?
        What return do growers earn on {tool} when {saving} gets cheaper?
        Will lower {crop} prices slow sales of {tool} to farmers {ahead}?
    """,
)
