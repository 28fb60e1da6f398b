"""Word lists for finding phrases: what may stand in one, where, and what says nothing.

Lists of what is no content in a transcript at all are in ``words.py``, places and dates in ``places_and_dates.py``.
"""

LINKS = frozenset("and for of".split())
"""Stop words that a phrase may hold inside: "cost of capital", "oil and gas"."""

BEFORE_NOUNS = frozenset(
    "a about across against an any at between both by each every for from her his in into its less many more most no "
    "of on other our over per some such that the their these this those through under with within your".split()
)
"""What stands before noun phrases: articles, possessives and prepositions."""

ARTICLES = frozenset("a an its no our the their these this those your".split())
"""What only nouns and their adjectives follow."""

BEFORE_VERBS = frozenset(
    "also can could didn doesn don he i it let ll may might must not please she should they to we who will won would "
    "you".split()
)
"""What stands before verbs."""

STOP_WORDS = frozenset(
    "a about above across after afterwards again against ago ahead albeit all almost alone along already also "
    "although always am amid among amongst an and annually another any anybody anyhow anyone anything anyway anywhere "
    "apart are aren around as aside at available away back be became because become becomes becoming been before "
    "beforehand behind being below beside besides between beyond both but by can cannot could couldn daily despite "
    "did didn do does doesn doing don done down due during each eight either eleven else elsewhere enough especially "
    "et etc even ever every everybody everyone everything everywhere except few fewer fewest fifteen fifty first five "
    "for former formerly forty four from further furthermore gave get gets getting given giving go goes going gone "
    "gonna got gotten had hadn half has hasn have haven having he hence her here hereby herein hers herself him "
    "himself his how however hundred i if in indeed instead into is isn it its itself just keep kept last latter "
    "least less let lets like likewise little ll made make makes making many may maybe me meanwhile might mine "
    "monthly more moreover most mostly much must my myself namely near nearly neither never nevertheless next nine no "
    "nobody none nonetheless nor not nothing notwithstanding now nowhere of off often on once one ones only onto or "
    "other others otherwise ought our ours ourselves out outside over overall own per perhaps please plus pretty put "
    "quarterly quite rather re really regarding s same second seem seemed seeming seems seven several shall she "
    "should shouldn since six so some somebody somehow someone something sometime sometimes somewhat somewhere soon "
    "still such t ten than that the their theirs them themselves then thence there thereafter thereby therefore "
    "therein thereof thereupon these they third thirty this those though thousand three through throughout thru thus "
    "till to together too toward towards twelve twenty two under underneath unless unlike until up upon us ve versus "
    "very via vs was wasn we weekly well went were weren what whatever when whence whenever where whereas whereby "
    "wherein whereupon wherever whether which whichever while whilst who whoever whole whom whose why will with "
    "within without won worth would wouldn yearly yet you your yours yourself yourselves".split()
)
"""Words of grammar. spaCy's list would be another one, and costs seven seconds of imports."""

EMPTY_WORDS = frozenset(
    "ability able access accord account activity additional advantage ahead amount anybody anything approach aspect "
    "attempt attention attractive authority back bad balanced base begin believe benefit best better big board broad "
    "business busy capability case category cause center centre certain challenge change choose clean close colleague "
    "comfortable commission commitment committee common company company's competitive complete component condition "
    "consistent content context continue contract correct country couple create critical current currently customer "
    "deal decision deep deliver demand describe detail develop development difference different difficult direct "
    "discuss discussion dozen drive driver easy effect effective effort eight element employee encourage end entire "
    "environment equipment essential evaluate event everyone everything exactly example excellent excess excite "
    "exciting execute execution exist existing experience explain extent extra facility fact factor fair family "
    "fantastic far fast favorite feature few final find firm first fit five flexibility focus follow form four full "
    "fully function fundamental future gain general goal group guy half hand hard high hit hold hopefully huge "
    "hundred idea identify immediate impressive include incredible incremental indication individual initial "
    "initiative input inside intend intent interesting issue item job join journey key kind large largely last late "
    "later lead leader leadership learn leave left level light likely limit list live local location lose lot main "
    "mainly maintain major majority make manage management manner market matter meaningful measure meet method mid "
    "middle mind ministry model moment momentum month move multiple name natural nature necessary nine nobody note "
    "nothing objective obvious offer offering old one ongoing operation opinion opportunity option order outcome "
    "overall partner past pay people perfect perspective phase picture piece place plan play plus portion position "
    "positive possibility possible post potential practice pre prepare presence present president pressure previous "
    "primarily primary prior priority problem proceed process product program progress project proper proud purpose "
    "push quality quarter quick quickly range reach read ready real reality reason recent recently record reduce "
    "regard region relationship relative relevant remain report request require requirement respect respective "
    "response rest "
    "result review rich role room round rule run safe sale sales same sector select sense separate service set seven "
    "shift short show side significant similar simple simply single site situation six size slight slightly small "
    "solid solution somebody someone something space specific specifically stage standard state statement step "
    "strategic strategy strength strengthen structure stuff subject success successful suggest suitable super support "
    "surprise system target task ten third thought thousand three throughout tool top topic total tough toward trend "
    "two type typical typically ultimately unique update use useful usual usually value various vast view visibility "
    "vision ways week win window wise works world worldwide worth wrong".split()
)
"""Words that say little by themselves, and can be part of a phrase that says much: "market" of "labor market"."""

NO_ADVERBS = frozenset("ally anomaly assembly butterfly family fly italy july monopoly rally supply".split())
"""Words in -ly that are no adverbs."""

ADJECTIVE_ENDS = ("al", "able", "ible", "ive", "ous", "ic", "ary", "ful", "less", "ent", "ant", "ish", "ory")
"""Words that end so are adjectives, all but ``NO_ADJECTIVES``."""

NO_ADJECTIVES = frozenset(
    "accessory accident accountant additive adhesive advertisement aerial agent agreement alternative animal "
    "anniversary apartment applicant appraisal approval archive arctic arrival assistant attachment automotive basic "
    "beneficiary boundary cable capital category cement chemical client clinic coal collateral colorant comic "
    "commentary component consent consultant contaminant content continent coolant coolants covenant critic crystal "
    "dairy deal defendant dental department deployment detail development diary dictionary directory disposal "
    "document element elephant employment endowment enhancement entertainment environment epidemic equipment "
    "establishment ethic event executive experiment extent fabric factory festival fish fragrance garment generic "
    "giant glossary goal government grant history hospital immigrant impairment implement improvement incentive "
    "incident infant ingredient initiative instrument interval inventory investment itinerary journal judgment "
    "laboratory library locomotive logic lubricant luminary magic management material meal measurement mechanic medal "
    "memory merchant metal military mineral missionary moment monetary motive movement music mutual notary occupant "
    "olive oral organic pandemic panic pant parent participant patent patient payment percent pharmacy placement "
    "plant plastic pollutant portal preservative procurement proposal public quadrant recruitment referral refinement "
    "refreshment refurbishment reimbursement removal renewal rent rental replacement representative republic "
    "requirement resident respondent restaurant retail retirement retrieval rival salary seal secretary sedative seed "
    "segment sentiment servant settlement shipment signal statement statistic steel story student subsidiary summary "
    "supplement table tactic talent tenant terminal territory theory topic torrent traffic treasury treatment trial "
    "unemployment variant vegetable victory vocabulary warehouse warrant withdrawal".split()
)
"""Nouns that end as adjectives do."""

DIRECTIONS = frozenset("central east eastern new north northern south southern united west western".split())
"""Parts of the names of places that say nothing without the rest."""

NEVER_ALONE = DIRECTIONS | frozenset(
    "adverse aggressive clean closing corporate corresponding dense diverse domestic dry evolve external extreme "
    "federal foreign fierce green intense internal international junior mature mobile mutual national natural offline "
    "offshore online onshore premium private rare raw republic safe scarce sea senior severe shore shut smart source "
    "sparse state tense tight unique upcoming volatile".split()
)
"""Words that need another one behind them."""

PAST_FORMS = frozenset(
    "became began bought brought built came caught chose drew drove fell felt fought found gave grew hit held kept "
    "knew laid led left lost made meant met paid ran rose said sank saw sent shrank sold sought spent spoke stood "
    "taken took taught thought told understood went won wore wrote".split()
)
"""Past forms of verbs that don't end in -ed: "fees fell" is no name."""

NEVER_FIRST = frozenset(
    "actual additional associated average best better big bigger billion cautious certain challenge challenging "
    "continue continued current currently different difficult early entire existing favorable fewer follow full "
    "further future good great greater grow growing high higher highest important improve improved include including "
    "increase increased initial key large larger largest late low lower lowest main major many million more most "
    "multiple negative new ongoing other overall particular percent positive possible potential previous prior recent "
    "recently reduce relate related remain robust several significant similar small solid specific strengthen strong "
    "stronger strongest substantial thousand total tough tremendous various weak weaker whole".split()
)
"""Judgements and sizes: they tell how a firm sees a matter, and not what the matter is."""

NEVER_LAST = frozenset(
    "amount area basis case continue continuing decline decrease effect front growth impact improvement increase "
    "level number part perspective place point regard respect result side standpoint surround term thing today use "
    "way".split()
)
"""Words that need another one before them and still say nothing: "growth level"."""
