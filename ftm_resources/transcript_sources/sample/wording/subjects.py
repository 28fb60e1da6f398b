"""What only one firm talks about: its plant, its project, its lawsuit, its brand, its purchase of a rival.

Each line of ``SUBJECTS`` is firm | kind | name | what it is | where | details, all invented. How firms speak of a
subject of each kind is in ``SAID_OF``, and ``SEGMENTS`` names the parts of each firm. What a whole industry talks about
is in ``sectors.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ftm_resources.transcript_sources.sample.wording.templates import lines


@dataclass(frozen=True)
class Subject:
    """One thing that a single firm talks about, quarter after quarter."""

    kind: str
    name: str
    thing: str
    place: str
    details: tuple[str, ...]


@cache
def subjects_of(firm_name: str) -> tuple[Subject, ...]:
    """The one to three subjects of a firm, in the order they stand in the table."""
    rows = [[cell.strip() for cell in line.split("|")] for line in lines(SUBJECTS)]
    return tuple(
        Subject(kind, name, thing, place, tuple(detail.strip() for detail in details.split(";")))
        for firm, kind, name, thing, place, details in rows
        if firm == firm_name
    )


@cache
def segments_of(firm_name: str) -> tuple[str, ...]:
    """The names of the parts of a firm."""
    rows = [[cell.strip() for cell in line.split("|")] for line in lines(SEGMENTS)]
    return tuple(name.strip() for firm, names in rows if firm == firm_name for name in names.split(";"))


SUBJECTS = """
    Brindle Valley Power | project | Otter Ledge | pumped storage plant | the Tolland gorge | the upper reservoir; the
        penstock tunnel; the sediment permit
    Brindle Valley Power | lawsuit | Cobb | wildfire suit | the Cobb hills | the pole inspection logs; the ranch
        owners; the arborist's testimony
    Marrowby Light | project | Gull Bank | offshore wind farm | the outer shoals | the monopiles; the scallop
        fishermen; the turbine jackets
    Marrowby Light | program | Lantern | streetlight replacement program | nine townships | the photocells; the sodium
        lamps; the pole brackets
    Saltmarsh Utilities | plant | Hollins Creek | combined cycle station | the old cannery | the heat recovery boiler;
        the cooling canal; the peregrine nests
    Saltmarsh Utilities | deal | Pike County Water | water company | Pike County | the well field; the lead service
        lines; the franchise vote
    Tarn and Fell Electric | project | Skerry | undersea cable | the northern islands | the cable ship; the landing
        beach; the seal colony
    Ostrava Bay Gas | program | Evergreen Main | cast iron replacement program | the harbor districts | the bell
        joints; the street restoration; the methane sniffers
    Ostrava Bay Gas | project | Meadow Digester | manure digester | the dairy belt | the lagoon covers; the pipeline
        tap; the renewable credits
    Copperline Bancorp | deal | Haskell Savings | thrift | the Haskell valley | the core conversion; the overlapping
        branches; the thrift's mortgage book
    Copperline Bancorp | brand | Pebble | teenage debit card | middle schools | the allowance feature; the parents'
        app; the round-ups
    Wendlebury Trust | lawsuit | Aldous | trustee suit | the Aldous estate | the heirs; the timberland; the fiduciary
        opinion
    First Larkspur Bank | program | Hayloft | crop lending desk | the river counties | the grain elevators; the
        harvest notes; the hog barns
    First Larkspur Bank | brand | Marigold | homebuyer account | first-time buyers | the matching grants; the
        counselors; the down payment lottery
    Quillmoor Financial | deal | Dunmore Leasing | aircraft leasing arm | Dunmore | the turboprops; the lessors; the
        residual values
    Quillmoor Financial | program | Plain Desk | fraud claims overhaul | our back office | the dispute forms; the
        provisional credits; the consent order
    Harth and Sons Bank | lawsuit | Velour | overdraft class action | the county court | the item fees; the mediator;
        the notice postcards
    Nordholm Sparbank | project | Fyrtorn | core ledger replacement | our Nordic branches | the mainframe; the cutover
        weekend; the batch jobs
    Pennywhistle Stores | brand | Tuppence | dollar corner | our front aisles | the party balloons; the greeting
        cards; the bin displays
    Pennywhistle Stores | plant | Gable Road | robotic distribution center | Gable Road | the shuttle robots; the tote
        lifts; the cutover of routes
    Thimbleby Home | brand | Wren and Rafter | furniture line | our showrooms | the sleeper sofas; the walnut veneer;
        the swatch books
    Bramblewick Market | deal | Tansy Grocers | rival chain | the lake towns | the divested stores; the antitrust
        hearing; the union cards
    Bramblewick Market | brand | Soup Wagon | hot meal counter | the store entrances | the ladles; the ramen bowls;
        the lunch club
    Larder and Loom | brand | Indigo Shed | quilting studio | forty stores | the long-arm machines; the fabric bolts;
        the evening classes
    Larder and Loom | lawsuit | Bisset | pattern copyright suit | the ninth circuit | the botanical print; the
        designer's sketches; the injunction
    Oddfellow Outfitters | brand | Moraine | tent line | outdoor schools | the pole sleeves; the rainfly; the repair
        vans
    Oddfellow Outfitters | program | Second Trail | used gear exchange | our flagship | the trade-in credit; the boot
        resoling; the patched jackets
    Kestrel Row Department Stores | project | Kestrel Square | flagship rebuild | Kestrel Square | the glass atrium;
        the escalators; the rooftop restaurant
    Silverfen Devices | brand | Heron | hearing aid chip | audiologists | the feedback canceller; the zinc battery;
        the earbud makers
    Silverfen Devices | lawsuit | Norrland | patent case | the trade commission | the claim construction; the
        exclusion order; the prior art
    Tinderbox Semiconductor | brand | Ember | ignition driver | engine makers | the spark profile; the coil packs; the
        lean burn
    Tinderbox Semiconductor | deal | Lumenwright | laser maker | Lumenwright | the gallium lasers; the earn-out; the
        founder's team
    Glasswing Circuits | brand | Mothlight | image sensor | doorbell cameras | the night pixels; the lens stack; the
        motion wakeup
    Pebblecore Micro | brand | Pip | toy controller | model trains | the sound banks; the coin cell; the hobby shops
    Pebblecore Micro | plant | Ferrymead | test floor | Ferrymead | the probe cards; the burn-in ovens; the handler jams
    Hokuto Lattice | brand | Kaede | ferroelectric memory | taxi meters | the write endurance; the crystal film; the
        fare recorders
    Skylark Hollow Airways | project | Pier D | concourse | our home hub | the moving walkways; the bag tunnel; the
        de-icing pad
    Skylark Hollow Airways | brand | Nestling | family cabin | school holidays | the bunk seats; the toy cart; the
        stroller lockers
    Cumulus Nine Airlines | deal | Brightwater Shuttle | commuter carrier | the lake cities | the seniority lists; the
        turboprop simulators; the gate leases
    Windwhistle Air | lawsuit | Tamarack | slot dispute | the old downtown airport | the curfew; the noise monitors;
        the perimeter rule
    Windwhistle Air | program | Featherweight | weight saving program | our narrowbodies | the paper manuals; the
        galley carts; the slimmer seats
    Puffin Regional | plant | Gannet Hangar | maintenance hangar | Gannet Field | the landing gear shop; the paint
        bay; the wing jacks
    Aurelia Flight | brand | Solstice | flat bed cabin | night crossings | the quilted bedding; the privacy doors; the
        tasting menu
    Aurelia Flight | project | Alba Lounge | spa lounge | the island terminal | the salt pool; the barbers; the day
        passes
    Willowmere Hospitals | plant | Elm Pavilion | heart tower | Willowmere | the hybrid operating rooms; the helipad;
        the certificate of need
    Willowmere Hospitals | program | Porchlight | hospital at home program | three counties | the paramedic visits;
        the oxygen kits; the waiver
    Saint Odger Health | deal | Marlpit Physicians | doctors' group | Marlpit | the surgery centers; the partnership
        units; the noncompetes
    Beaconfold Care | lawsuit | Quorn | billing suit | federal court | the relator; the observation stays; the coding
        audits
    Beaconfold Care | program | Tidewell | addiction clinic program | the port towns | the methadone windows; the peer
        coaches; the sober houses
    Thornapple Medical Centers | project | Ribbon Campus | cancer campus | Thornapple | the proton gantry; the
        infusion chairs; the healing garden
    Gillfennel Clinics | brand | Kindred | birth center | expecting mothers | the midwives; the water tubs; the doula
        visits
    Foxglove Software | brand | Thicket | payroll engine | restaurants | the tip pooling; the garnishments; the pay
        cards
    Foxglove Software | deal | Abacus Hollow | tax filing tool | Abacus Hollow | the county forms; the e-file license;
        the seasonal preparers
    Ledgerleaf Systems | brand | Folio | audit workbook | mid-size accountants | the sampling wizard; the tick marks;
        the peer reviews
    Quiet Harbor Cloud | project | Breakwater | storage rewrite | our engineering team | the erasure coding; the tape
        library; the replica lag
    Quiet Harbor Cloud | lawsuit | Penrose | source code suit | the district court | the open license; the forked
        module; the expert's report
    Inkwell Logic | brand | Quillpad | contract drafting tool | law firms | the clause library; the redlines; the
        paralegals
    Marble Arch Data | brand | Cairn | property records index | title insurers | the deed images; the parcel polygons;
        the county clerks
    Marble Arch Data | program | Whetstone | sales reorganization | our field force | the territory maps; the quota
        relief; the overlay reps
    Tessellate Works | brand | Mosaic Floor | warehouse planner | third party warehouses | the slotting engine; the
        pick paths; the wave builder
    Ironbridge Tackle | brand | Grapnel | dockside winch | tug owners | the wire spool; the tension brake; the salt
        spray test
    Ironbridge Tackle | lawsuit | Corran | hoist recall case | the Corran shipyard | the cracked hook; the weld
        records; the insurers
    Gantry and Pulley | plant | Sallow Bridge | crane works | Sallow Bridge | the girder shop; the blasting booth; the
        river barge
    Yewtree Equipment | brand | Badger | trencher | pipe layers | the digging chain; the tile plow; the operator seat
    Yewtree Equipment | deal | Oxbow Rental | rental chain | the Oxbow towns | the scissor lifts; the yard leases; the
        fleet age
    Hammerfold Industries | plant | Anvil Street | forging press | Anvil Street | the die blocks; the induction
        furnace; the press foundation
    Hammerfold Industries | lawsuit | Bellweir | asbestos trust | Bellweir | the claimants; the gasket records; the
        settlement matrix
    Vallgren Verkstad | brand | Renhorn | forest harvester | logging crews | the felling head; the snow chains; the
        tilting cab
    Plumstead Pantry | brand | Sunday Skillet | frozen skillet meal | family dinners | the herb butter; the steam
        pouch; the freezer doors
    Plumstead Pantry | lawsuit | Ansley | labeling class action | the state court | the word natural; the purchasers;
        the voucher settlement
    Barleymoon Foods | brand | Moonmilk | oat drink | coffee bars | the barista foam; the enzyme tank; the chilled
        carton
    Barleymoon Foods | plant | Weir Mill | oat mill | Weir Mill | the dehulling line; the silo dust; the beta-glucan
        test
    Honeysett Dairy | brand | Clotted Cloud | skyr line | breakfast | the culture strain; the honey cup; the foil lids
    Honeysett Dairy | project | Cellar Nine | cheese cave | the limestone hill | the aging boards; the rind brushing;
        the humidity fans
    Gooseberry Brands | deal | Crumpet Lane | biscuit maker | Crumpet Lane | the tin collection; the royal warrant;
        the gift season
    Marchpane Bakeries | plant | Cooper's Yard | sourdough bakery | Cooper's Yard | the stone ovens; the starter
        tanks; the proofing baskets
    Marchpane Bakeries | brand | Petal | wedding cake line | in-store bakeries | the fondant sheets; the sugar
        flowers; the tasting boxes
    Cinderpath Energy | project | Halloran Deep | subsea tieback | the Halloran trough | the umbilical; the wax
        inhibitor; the drillship slot
    Bleakmoor Petroleum | plant | Tallow Point | alkylation unit | the Tallow Point refinery | the acid regenerator;
        the octane barrels; the flare stack
    Bleakmoor Petroleum | lawsuit | Fennimore | royalty suit | Fennimore County | the gathering deduction; the mineral
        owners; the lease language
    Lowtide Oil and Gas | deal | Bantry Royalty | mineral package | the Bantry shelf | the net acres; the title
        curative; the legacy wells
    Ambermere Resources | project | Quartz Butte | helium field | Quartz Butte | the membrane skid; the balloon
        buyers; the dolomite core
    Ambermere Resources | program | Tight Valve | leak repair program | our compressor sites | the pneumatic
        controllers; the optical cameras; the vapor recovery
    Fjordlys Energi | project | Nordgrunn | platform life extension | the Nordgrunn field | the riser base; the
        flotel; the topside corrosion
"""

SEGMENTS = """
    Brindle Valley Power | Brindle Valley; Lower Quern; Hazelden
    Marrowby Light | Marrow Coast; Pelham Ridge; Stoke Marrow
    Saltmarsh Utilities | the Saltings; Hollins; Crane Island
    Tarn and Fell Electric | Fellside; Tarnhead; Birkrigg
    Ostrava Bay Gas | Baymouth; Ostrava Heights; Cutler's Reach
    Copperline Bancorp | Copper County; Haskell; Tinsley Forks
    Wendlebury Trust | Wendlebury; Chalford Private; Amberley
    First Larkspur Bank | Larkspur Valley; Dry Fork; Meridian Plains
    Quillmoor Financial | Quillmoor Direct; Dunmore; Eastwick
    Harth and Sons Bank | Harth Town; Old Ferry; Kingsmere
    Nordholm Sparbank | Nordholm; Vestrand; Osby
    Pennywhistle Stores | Pennywhistle Corner; Whistle Express; Gable
    Thimbleby Home | Thimbleby Studio; Wren; Attic and Eave
    Bramblewick Market | Bramblewick Fresh; Tansy; Lakewick
    Larder and Loom | Loomhouse; Larder Hall; Indigo
    Oddfellow Outfitters | Oddfellow Trail; Moraine; Scoutpost
    Kestrel Row Department Stores | Kestrel Row; Falconer Beauty; Row and Sons
    Silverfen Devices | Silverfen Hearing; Fenlight; Reedbank
    Tinderbox Semiconductor | Tinderbox Motion; Flint Power; Lumenwright
    Glasswing Circuits | Glasswing Vision; Chrysalis; Wingtip
    Pebblecore Micro | Pebblecore Home; Shingle; Ferrymead
    Hokuto Lattice | Hokuto Memory; Tomari; Kaede
    Skylark Hollow Airways | Skylark North; Hollow Vacations; Lark Cargo
    Cumulus Nine Airlines | Cumulus Coast; Nimbus; Brightwater
    Windwhistle Air | Windwhistle Link; Gale Holidays; Tamarack
    Puffin Regional | Puffin Isles; Gannet; Skerryvore
    Aurelia Flight | Aurelia Long Haul; Solstice; Alba
    Willowmere Hospitals | Willowmere; Elm County; Osier Vale
    Saint Odger Health | Saint Odger; Marlpit; Abbeyfield
    Beaconfold Care | Beaconfold; Tidewell; Lantern Bay
    Thornapple Medical Centers | Thornapple; Ribbon; Hawthorn Flats
    Gillfennel Clinics | Gillfennel; Kindred; Fennel Street
    Foxglove Software | Foxglove Pay; Thicket; Digitalis
    Ledgerleaf Systems | Ledgerleaf Close; Folio; Verso
    Quiet Harbor Cloud | Quiet Harbor Vault; Breakwater; Jetty
    Inkwell Logic | Inkwell Draft; Quillpad; Blotter
    Marble Arch Data | Marble Title; Cairn; Portico
    Tessellate Works | Tessellate Flow; Mosaic; Tilework
    Ironbridge Tackle | Ironbridge Marine; Grapnel; Block and Sheave
    Gantry and Pulley | Gantry Overhead; Sallow Bridge; Pulley Hire
    Mossgrove Machines | Mossgrove; Lichen; Fernworks
    Yewtree Equipment | Yewtree Earth; Badger; Oxbow
    Hammerfold Industries | Hammerfold Forge; Anvil; Bellweir
    Vallgren Verkstad | Vallgren Skog; Renhorn; Norrfors
    Plumstead Pantry | Plumstead Frozen; Skillet; Orchard Row
    Barleymoon Foods | Barleymoon Grains; Moonmilk; Weir Mill
    Honeysett Dairy | Honeysett Fresh; Clotted Cloud; Cellar Nine
    Gooseberry Brands | Gooseberry Jams; Crumpet Lane; Thornbush
    Marchpane Bakeries | Marchpane Daily; Petal; Cooper's
    Cinderpath Energy | Cinder Basin; Halloran; Ashlar
    Bleakmoor Petroleum | Bleakmoor; Tallow Point; Fennimore
    Lowtide Oil and Gas | Lowtide Shelf; Bantry; Ebb Sound
    Ambermere Resources | Ambermere; Quartz Butte; Resin Creek
    Fjordlys Energi | Nordgrunn; Fjordlys Gass; Sundet
"""
"""The parts of each firm, by the names that only it uses."""

SAID_OF = {
    "plant": """
        {name} came through its first {full quarter|winter}, and {detail} did what the engineers had promised.
        The {thing} at {place} ran at {70|85|90} percent of nameplate, held back by {detail}.
        We had {nine|twelve|four} days of downtime at {name} to rework {detail}.
        Most of the start-up expense at {name} is over, apart from {detail}.
        {Two|Three} crews were trained for the {thing}, and a visit to {place} is worth your time.
        Costs per unit at {name} are {down|lower} since we stopped fighting with {detail}.
        We brought forward the second phase at {name} because {detail} fit into the existing walls.
        A small fire near {detail} at {place} hurt nobody and cost us {a weekend|two shifts}.
        The inspectors signed off on {detail}, which clears {name} for round-the-clock work.
        Neighbors of {name} complained about {detail}, and we put up a {wall|screen}.
        {name} will not reach its planned output until {autumn|spring}, because of {detail}.
        {detail} at {name} turned out better than the drawings, so we copy the layout elsewhere.
        The depreciation of the {thing} begins this quarter, before we have finished {detail}.
        What is left to do at {name} once you have sorted out {detail}?
    """,
    "project": """
        {name} is {two thirds|half|four fifths} complete, and the next thing to watch will be {detail}.
        The {thing} in {place} is {on schedule|a month late|a little ahead}, since {detail} went in before the storms.
        We raised the cost estimate for {name} by {9|6|12} percent, all of it for {detail}.
        Our partner in {name} exercised its option, so we share the risk on {detail}.
        {detail} came in under the bid, which gave back some of the contingency at {name}.
        There was a protest at {place} over {detail}, and we met the people behind it.
        We let the last big contract for the {thing}, the one that covers {detail}.
        {name} needs {one more permit|two more permits} from the county before we can start on {detail}.
        The engineers found {soft ground|old wiring|a fault} near {detail}, and {name} loses a few weeks.
        First revenue from {name} is planned for {next spring|the end of next year}, unless {detail} should hold us up.
        People ask why we build the {thing} at all, and for me {detail} would be reason enough.
        We have spent {140|85|210} million dollars on {name} so far, much of it on {detail}.
        How will {detail} change what you expect to earn from {name}?
    """,
    "lawsuit": """
        The judge in the {name} case wants both sides to settle over {detail}.
        We took a reserve of {9|14|22} million dollars for the {name} matter, after the ruling on {detail}.
        In the {thing} the other side amended its complaint once more, this time about {detail}.
        We believe that {detail} will clear us in {name}, and we are ready to go to trial.
        Depositions in {name} are over, with {detail} at the heart of them.
        The hearing at {place} moved to {October|March}, as the court needs more time for {detail}.
        Legal fees for {name} ran to {three|five} million dollars, mostly experts on {detail}.
        The appeal in {name} turns on {detail}, and we do not expect a decision this year.
        I can't go further into {name}, except that we rest our position on {detail}.
        Our carriers pay for {name} above the retention, though they dispute {detail}.
        A jury in the {thing} saw {detail} for itself, and deliberated {two|four} days.
        What is the largest award that {name} could bring against you, given {detail}?
    """,
    "brand": """
        {name} is in the hands of {forty|ninety|two hundred} thousand customers, and they write to us about {detail}.
        Our {thing} won a {design award|trade prize}, mainly for {detail}.
        {name} found a following in {place} that we had not planned for, because of {detail}.
        We had to rework {detail} on {name}, and shipments paused for {two|three} weeks.
        Repeat purchase of {name} is {above|well above} what we modeled, which we put down to {detail}.
        A cheaper version of {name} without {detail} comes out in {fall|spring}.
        People pay {15|20|30} percent more for {name} because of {detail}.
        We took {name} to {three|four} new regions, changing only {detail}.
        The {thing} is still losing money, as {detail} cost more than we thought.
        A rival has copied {detail}, and {name} answers with a better one.
        {name} got {its own|a new} manager, who grew up with {detail}.
        We trained {place} in how to sell {name}, starting from {detail}.
        {Two|Three} large customers dropped {name} over {detail}, and one has come back.
        Where do you see {name} in {two|three} years, and will {detail} hold it back?
    """,
    "deal": """
        {name} closed in {January|April}, and moving {detail} over is the hard part of the work.
        The {thing} we bought is run by the same people, who asked us to leave {detail} alone.
        We found {more|less} overlap than expected between {name} and us, above all in {detail}.
        Synergies from {name} are {six|nine|eleven} million dollars so far, mostly from {detail}.
        The regulators looked hard at {detail} before they let us have {name}.
        {name} lost {two|three} good managers, and we put our own in charge of {detail}.
        We wrote up {detail} at {name}, which is why amortization is higher.
        Customers in {place} kept the {name} sign, since it means something there.
        We overpaid for {detail} at {name}, with hindsight, and made it up elsewhere.
        {name} adds about {4|6|3} percent to the top line, before counting {detail}.
        The migration of {detail} to our systems takes {two|three} more weekends.
        The sellers of the {thing} are owed another payment if {detail} should work out as they promised.
        How far along are you with {detail} at {name}, and what could still go wrong?
    """,
    "program": """
        {name} reached {half|two thirds} of {place}, and the piece that takes longest will be {detail}.
        Our {thing} started small, and {detail} made believers out of the skeptics.
        We put {another|a further} {six|nine} million dollars behind {name}, chiefly for {detail}.
        Complaints about {detail} fell by {a third|half} after {name} began.
        An outside reviewer looked at {name} and told us to do more about {detail}.
        {name} pays for itself in {three|four} years, if you count {detail}.
        {Forty|Seventy} people work on the {thing} now, half of them on {detail}.
        We learned from the first months of {name} to put {detail} before anything else.
        The next wave of {name} takes in {place}, with {detail} at the center.
        {name} slipped by a quarter since the vendor for {detail} let us down.
        I visited {place} to see {name} at work, and {detail} impressed me most.
        {detail} will be finished by {summer|year end}, and then {name} becomes routine.
        Is {name} mostly about cost, or do you see revenue from {detail} as well?
    """,
}
"""How firms speak of a subject of each kind. ``{name}``, ``{thing}``, ``{place}`` and ``{detail}`` are its words."""
