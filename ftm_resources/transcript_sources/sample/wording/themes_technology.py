"""What the invented firms say about the planted technology and energy themes.

Every sentence is written for this project. Keep each one to a single sentence with no full stop inside it,
because the tests check that it survives sentence splitting whole.
"""

from __future__ import annotations

from ftm_resources.transcript_sources.sample.wording.templates import Wording

AI_DATA_CENTRES = Wording(
    choices={
        "builder": "hyperscale tenants | cloud platforms | artificial intelligence labs | AI model developers"
        " | the big cloud operators",
        "kit": "graphics processors | accelerator racks | AI training clusters | inference servers"
        " | high density server racks",
        "site": "data center campus | server hall | data center hub | computing campus | hyperscale facility",
    },
    statements="""
        Demand from {builder} for new data center space accelerated again {when}.
        We broke ground on another {site} designed around {kit}.
        {builder} keep raising their capital budgets for {kit}, and the data center pipeline follows.
        Artificial intelligence workloads now account for {share} of the data center orders we booked {when}.
        Each new {site} needs far more cooling than older halls because {kit} run so hot.
        Bookings tied to AI data centers rose {pct}, led by {builder}.
        We are leasing capacity in our {site} to {builder} before the concrete is even poured.
        Lead times for {kit} remain the pacing item for every AI {site}.
        Generative AI has turned a quiet server market into a race among {builder} for {kit}.
        The backlog for data center cooling and racks grew {pct} as {builder} placed early orders.
        {builder} ask us to deliver a {site} in half the time a conventional build would take.
        We see a risk that {builder} overbuild AI computing capacity {ahead}.
        Spending on {kit} will absorb {share} of our technology budget {ahead}.
        Our own AI projects rent {kit} from {builder} rather than owning data centers.
        Vacancy at any {site} we track is close to zero because {builder} have taken every server hall.
        We added {share} more data center engineers to keep up with the AI build-out at our {site}.
        Revenue from equipment sold into AI data centers climbed {pct} {when}.
        {builder} signed a multi-year commitment for {kit} at our newest computing campus.
        Training large language models takes {kit} on a scale that no {site} was built for.
        Pricing for data center leases moved up {pct} because {builder} outbid one another.
        We expect the AI data center build-out by {builder} to last well past {share} of current plans.
        Returns on a new {site} look attractive while {builder} prepay for computing capacity.
        The hyperscale construction calendar is full, and {kit} arrive in waves {ahead}.
        Liquid cooling for {kit} went from a curiosity to a standard feature of a {site}.
    """,
    questions="""
        How durable do you think AI data center spending by {builder} is {ahead}?
        Could you size the data center opportunity from {kit}, and how much of it comes from {builder}?
        What are {builder} telling you about delivery of {kit} for AI data centers?
    """,
)

CYBERSECURITY = Wording(
    choices={
        "attack": "ransomware attacks | phishing campaigns | credential theft | data breaches | malware intrusions",
        "defence": "identity controls | endpoint protection | zero trust designs | threat monitoring tools"
        " | network firewalls",
        "buyer": "boards | chief information security officers | audit committees | security teams | regulators",
    },
    statements="""
        {buyer} want stronger {defence} after a wave of ransomware in our industry.
        Cybersecurity spending rose {pct} as we rolled out {defence} across every site.
        {attack} remain the cyber risk that keeps {buyer} awake at night.
        We moved {share} of our security budget from hardware to {defence}.
        A breach at a supplier reminded {buyer} how quickly {attack} can spread.
        Cyber insurance premiums went up {pct} until we could show proof of {defence}.
        Hackers are getting faster, and {attack} now unfold in hours, so we invested in {defence}.
        We consolidated a dozen security vendors into one platform for {defence} {when}.
        New disclosure rules mean {buyer} must report serious {attack} within days.
        Our security operations center blocked {pct} more attempted intrusions and {attack} {when}.
        Demand for {defence} is resilient because {buyer} rarely cut security budgets.
        We trained {share} of our employees to recognize {attack} and suspicious emails.
        Cyber defenses come first in our technology plan, and {defence} will be finished {ahead}.
        Penetration tests {when} showed that {defence} closed the gaps that hackers look for.
        {buyer} approved a larger cybersecurity program focused on {defence}.
        Attackers aim {attack} at remote workers, so passwords without {defence} no longer protect us.
        We hired a new head of information security to lead {defence} against {attack}.
        Encryption and {defence} have become table stakes for winning contracts that {buyer} review.
        The cost of recovering systems after {attack} far exceeds the cost of {defence}.
        Security software renewals were strong, and {share} of clients added {defence}.
        Stolen passwords are behind {share} of the {attack} our cyber analysts investigate.
        We expect cybersecurity outlays to grow {pct} {ahead} as hackers adopt new tools.
        Patching old servers and adding {defence} lowered our exposure to {attack}.
        {buyer} rank {attack} above recession as the threat that worries them most.
    """,
    questions="""
        How is your cybersecurity budget changing {ahead}, and do {defence} take the largest piece?
        Are {attack} making {buyer} spend more on cyber defenses?
        Where do {defence} stand today given the hacking and {attack} we read about?
    """,
)

CHIP_FABS = Wording(
    choices={
        "fab": "wafer fab | semiconductor plant | foundry | chip factory | fabrication plant",
        "place": "Arizona | Ohio | upstate New York | Oregon | Texas",
        "aid": "chip subsidies | federal semiconductor grants | investment tax credits for fabs"
        " | government chip incentives | foundry subsidies",
    },
    statements="""
        Construction of the {fab} in {place} is on schedule and clean room tools move in {ahead}.
        We applied for {aid} to bring chip fabrication back to {place}.
        Reshoring semiconductor output to a {fab} in {place} lowers our reliance on Asian foundries.
        {aid} cover {share} of the cost of a new domestic {fab}.
        The first silicon wafers from the {place} {fab} should ship {ahead}.
        Building a {fab} in {place} costs {pct} more than building one in Taiwan.
        Customers want chips made at home, and a {fab} in {place} gives them a second source.
        Lithography tools for the {fab} were delayed, so the wafer ramp slips {when}.
        We won supply contracts for gases and chemicals used at the {place} {fab}.
        {aid} come with conditions on where we may expand wafer capacity {ahead}.
        Clean room crews in {place} are scarce because every {fab} is being built at once.
        The domestic {fab} will produce mature node chips for {share} of our automotive customers.
        A {fab} on home soil has become a matter of national security, hence {aid}.
        Equipment orders for the new {fab} rose {pct} {when}, mostly etch and deposition tools.
        {place} has become the center of a new chip manufacturing cluster around our {fab}.
        We poured the foundation for a second {fab} next to our wafer site in {place}.
        Depreciation from the {fab} starts before the wafers do, and {aid} soften that.
        Wafer yields at the {place} {fab} are catching up with our overseas foundry partners.
        A domestic foundry shortens chip cycle times by {pct}, according to our trials in {place}.
        Semiconductor fabrication is moving from Asia to {place} slowly, and {aid} speed up the reshoring.
        The {fab} will employ local technicians in {place} once wafer production begins.
        We are qualifying chips from the onshore {fab} for {share} of our boards.
        Permits for the {fab} in {place} took longer than lithography tool deliveries.
        Without {aid}, no {fab} on American soil would earn its cost of capital.
    """,
    questions="""
        When does the {fab} in {place} begin producing wafers in volume?
        How much do {aid} change the economics of a domestic {fab}?
        Could you update us on reshoring chip fabrication to {place} and the role of {aid}?
    """,
)

SATELLITE_CONNECTIVITY = Wording(
    choices={
        "craft": "low orbit satellites | our satellite constellation | broadband satellites"
        " | orbiting relay satellites | small satellites",
        "user": "remote villages | ships at sea | airline passengers | mining camps | rural subscribers",
        "gear": "flat panel antennas | ground stations | satellite terminals | satellite dishes | satellite handsets",
    },
    statements="""
        {craft} now bring broadband to {user} that fiber will never reach.
        We launched another batch into orbit, and {craft} cover {share} of the globe.
        Subscribers to satellite internet grew {pct}, with {user} leading the way.
        The price of {gear} fell {pct}, which opens satellite broadband to {user}.
        Rocket launch delays pushed the arrival of {craft} in orbit {ahead}.
        Direct to phone service from {craft} lets {user} send messages without a tower.
        We installed {gear} so that {user} stay online through satellite links.
        Latency from {craft} is low enough for video calls by {user}.
        Spectrum rights for satellite links over {user} were granted {when}.
        {gear} are in short supply while satellite operators sign up {user}.
        Our partnership with a satellite operator puts {gear} at {share} of remote sites.
        Geostationary satellites are giving way to {craft}, and {user} notice faster speeds.
        Launch costs per satellite dropped {pct}, so {craft} can be replaced more often.
        {user} pay a premium for satellite coverage and {gear} because there is no other signal.
        Satellite backhaul connects {user} to the mobile network at {share} of the cost of cable.
        Orbital debris is a growing hazard for {craft}, and insurers ask more questions {when}.
        We expect satellite connectivity revenue to rise {pct} as {gear} reach more homes.
        Emergency crews relied on {gear} and satellite links after the storm {when}.
        The next generation of {craft} carries laser links between orbiting spacecraft for {user}.
        Government contracts for {craft} fill {share} of our launch manifest.
        Roaming from cell towers to {craft} becomes seamless for {user} {ahead}.
        Satellite capacity over {user} doubled once {craft} reached their orbit.
        {gear} went live in new countries {when} as space regulators approved the service.
        Competition in orbit is fierce, and {craft} from rivals target {user} as well.
    """,
    questions="""
        How quickly can {craft} add {user} as satellite customers?
        What do {gear} cost today, and does satellite broadband for {user} earn a return?
        Do you see {craft} as a rival or a partner for connecting {user}?
    """,
)

GRID_BOTTLENECKS = Wording(
    choices={
        "part": "power transformers | switchgear panels | high voltage breakers | substation relays"
        " | transmission conductors",
        "wait": "interconnection queues | transmission permits | utility hookups | grid connection studies"
        " | substation upgrades",
        "load": "heat pumps | electrified factories | housing developments | wind farms | solar parks",
    },
    statements="""
        The electric grid is short of {part}, which slows {load} and utilities alike.
        {wait} hold up {share} of the generation projects that want to join the grid.
        Electrification of everything from boilers to {load} strains the transmission network {when}.
        Utilities raised grid spending {pct} to replace aging {part}.
        Orders for {part} stretched our electrical backlog {ahead}.
        We cannot energize {load} on time because of {wait}.
        Transmission lines to {load} take a decade to build, and {wait} are the main reason.
        Prices for {part} increased {pct} as every grid operator orders at once.
        {load} sit idle at the edge of the grid behind {wait}.
        We are adding a production line for {part} to relieve the grid bottleneck {ahead}.
        Peak electricity load grew {pct} {when}, the fastest rise on the grid in twenty years.
        Grid operators tell us {wait} lengthened again {when}.
        Reserve margins on the power grid are {pct} thinner while {load} keep adding load.
        Copper windings and electrical steel limit how many {part} the grid can get {ahead}.
        A regulator approved our transmission plan {when}, which pays for {part} and new lines.
        Grid modernization accounts for {share} of our capital plan, chiefly {part}.
        Reform of {wait} would free up transmission capacity for {load}.
        The distribution grid was never sized for {load}, so feeders and {part} must be replaced.
        Power reliability suffers when {part} fail and {wait} delay the spare transformer.
        Connecting {load} to high voltage lines now depends on {wait}.
        We reserved factory slots for {part} so our electrification projects stay on time {ahead}.
        Curtailment of {load} rose {pct} because transmission lines were congested.
        Electrical contractors cite {part} as the scarcest item on any substation job {when}.
        Relief from grid congestion is unlikely {ahead} given the state of {wait}.
    """,
    questions="""
        How long are lead times for {part}, and do they limit grid projects {ahead}?
        Are {wait} getting any better for connecting {load} to the grid?
        What would it take to clear the transmission bottleneck for {load} that wait on {part}?
    """,
)

EV_CHARGING = Wording(
    choices={
        "charger": "fast chargers | charging stations | curbside chargers | charging plugs | depot chargers",
        "driver": "electric car owners | delivery fleets | EV drivers | apartment dwellers with electric cars"
        " | ride hailing drivers",
        "spot": "highway stops | supermarket parking lots | workplace garages | hotels | filling stations",
    },
    statements="""
        We installed {charger} at {spot} so that drivers can recharge while they wait.
        Utilization of {charger} by {driver} rose {pct} {when}.
        The electric vehicle charging network reached {share} of our {spot}.
        {driver} tell us broken {charger} are their biggest frustration.
        Public funding for {charger} along the road to {spot} is slow to arrive.
        Electric vehicle adoption is slower than hoped, so fewer {charger} pay back at {spot}.
        {driver} prefer to charge overnight, which limits demand for {charger}.
        We paused new {charger} until more {driver} show up.
        A common plug standard for electric vehicles makes {charger} useful to all {driver}.
        Charging sessions at {spot} grew {pct} as more electric cars hit the road.
        {charger} draw {driver} into our shops, and they buy coffee while the battery fills.
        Software that schedules EV charging saves {driver} {share} of their energy bill.
        The reliability of {charger} at {spot} improved to where EV drivers trust them.
        We sold {pct} fewer {charger} because automakers trimmed electric vehicle output.
        Range anxiety fades once {charger} appear at {spot}.
        Hardware cost per charging plug fell {pct}, which helps the roll-out at {spot}.
        Our fleet will be battery electric, and {charger} at the depot come first {ahead}.
        Partnerships with automakers bring {driver} to our {charger} at {spot}.
        Home charging kits sell well to {driver}, while {charger} at {spot} lag.
        We expect {charger} to break even when {driver} use them {share} of the day.
        Electric trucks need megawatt {charger}, and {spot} have no room for them.
        Payment failures at {charger} annoyed {driver}, so we replaced the EV card readers.
        EV charging revenue is small today, yet {driver} visit {spot} more often because of it.
        Roll-out of {charger} at {spot} continues at a gentler pace {ahead}.
    """,
    questions="""
        How many {charger} do you plan to add at {spot} for electric vehicles?
        Do {driver} use the {charger} enough for EV charging to make money?
        Has slower electric vehicle adoption changed the roll-out of {charger} at {spot}?
    """,
)

CARBON_CAPTURE = Wording(
    choices={
        "store": "saline aquifers | depleted gas fields | underground storage wells | deep rock reservoirs"
        " | geological storage hubs",
        "plant": "cement kilns | ethanol plants | gas processing plants | steel mills | ammonia plants",
        "credit": "carbon storage tax credits | sequestration credits | carbon removal contracts"
        " | carbon capture subsidies | emissions allowances",
    },
    statements="""
        Carbon capture at {plant} moved from study to engineering {when}.
        We will inject captured carbon dioxide from {plant} into {store} once permits arrive.
        {credit} make carbon capture pay at {plant}.
        A pipeline will carry captured carbon from {plant} to {store}.
        Permits for injecting carbon dioxide into {store} remain slow {ahead}.
        Direct air capture costs fell {pct}, yet carbon capture at {plant} is cheaper still.
        We signed an agreement {when} to sequester carbon dioxide from {plant}.
        Solvents that strip carbon dioxide from flue gas at {plant} capture more than {share} of it.
        Landowners near {store} granted us rights {when} to sequester carbon beneath their fields.
        {credit} cover {share} of what it costs to capture a ton of carbon.
        The carbon capture unit at {plant} removed {pct} more carbon dioxide than designed.
        {plant} have few ways to decarbonize other than carbon capture and {store}.
        Opposition to carbon dioxide pipelines delayed our plan to link {plant} with {store}.
        Buyers of carbon removal pay {pct} extra when captured carbon goes into {store}.
        Low carbon products from {plant} with carbon capture sell at a premium of {pct}.
        We measure leakage from {store} to keep {credit} and prove the sequestered carbon stays put.
        Compressors and absorbers for carbon capture will reach {plant} {ahead}.
        Seismic surveys show {store} can hold decades of captured carbon dioxide {when}.
        Investors ask whether {credit} will outlast carbon capture at {plant}.
        Our carbon sequestration hub gathers emissions from {plant} and shares the cost of {store}.
        Carbon capture adds {pct} to energy use at {plant}, which hurts returns.
        We booked our first revenue from {credit} for carbon dioxide stored {when}.
        Emissions from {plant} will drop by {share} after the carbon capture retrofit.
        The carbon storage business depends on {credit} as much as on {store}.
    """,
    questions="""
        When will carbon dioxide injection into {store} begin, and are {credit} enough?
        What does carbon capture at {plant} cost per ton before {credit}?
        How do {credit} change the case for carbon capture at {plant}?
    """,
)
