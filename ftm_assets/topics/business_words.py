"""Words of business talk that name no subject: "momentum", "priority", "portfolio", "remain".

They are the lemmas that at least one in eleven of 98 real firms used in a quarter (Earnings-21 and Earnings-22), less
those that can be what a firm talks about ("inflation", "freight", "vaccine"): a judgement by hand, written down so that
it can be argued with. No theme is anchored on them alone, and no phrase made of them alone names one. Words with which
results are reported, and words that hold a conversation together, are in ``words.py``.
"""

from __future__ import annotations

BUSINESS_WORDS = frozenset(
    """
    ability absolute absolutely accelerate acceleration accept acceptance access accord accordance accordingly
    account accounting accrue accumulate achieve achievement acquire act action active actively activity actual
    adapt addition additional additionally address addressable adequate adjustment administration administrative
    adopt adoption advance advantage adverse affect affordable age agency agenda aggressive aggressively ago agree
    agreement ahead aid aim al align alignment allocate allocation allow allude alternative amazon ambition ample
    analysis analyst analyze announce announcement annual annualized annually anticipate anymore apart appear
    appetite application apply appoint approach appropriate approval approve approximately arise art aside aspect
    assess assessment asset assist associate association assume assumption attend attention attract attractive
    attributable attribute audience audit authority authorization availability available avoid award aware awareness
    away backdrop background bad balance bar base basic bear begin beginning behalf behavior belief believe benefit
    bet bid big bigger bill billing blend block blue board bond book boost borrowing box branch break breakdown
    bridge brief briefly broad broadly bucket build building burn business busy buy buyer buying calculate
    calculation calendar campaign cancellation candidate cap capability capable capacity capitalize capture care
    careful carefully carry case cashflow catch category cause cautious cent center central centralize certain
    certainly certainty cetera challenge chance change channel characterize charge chart cheap check choice choose
    chris circumstance city clarification clarify clarity class clean client close closely closer closing closure co
    coast collaboration colleague collect com combination combine comfort comfortable commence commentary commercial
    commission commit commitment committee commodity common communicate community comp company compare comparison
    compel compensate compensation compete competitive complement complete completely completion complex complexity
    component composition compound comprehensive comprise con concentrate concentration concept concern conclude
    conclusion concrete condition conduct conference confidence confident confirm connect connection consecutive
    consequence conservative consider considerable consideration consist consistent consistently consolidate
    consolidation constant constantly constrain constraint construct consume consumption contact contain context
    contingency continue continuous continuously contract contrast contribute contribution contributor control
    conversation conversion convert convince cope core corporate corporation correct correctly correspond count
    counter country couple cover coverage create creation creative crisis criterion critical cross cumulative
    curious current currently curve customer cut cutting cycle daily damage date de deal decade decide decision deck
    declare dedicate dedication deep defer define degree delay deleverage deliver delivery demand demonstrate
    department depend dependent deploy deployment depth derive describe design desire despite destination detail
    detailed deterioration determine develop develope development di difference different differentiate differently
    difficult difficulty direct direction directly director discipline disclose disclosure discount discover discuss
    discussion display disposal disruption distance distribute distribution distributor dive diverse diversification
    diversify division domestic door dose doubling doubt draw drive driver drop duration duty dynamic dynamics early
    ease easily east easy economics ecosystem edge effect effective effectively efficiency efficient efficiently
    effort elaborate electronic element elevate eliminate emerge emergency emphasize employ enable encourage ending
    engage engagement enhance enhancement enjoy ensure enter enterprise entire entity entry environment equal
    equipment equivalent especially essential essentially establish et evaluate evaluation event eventually evidence
    evident evolution evolve ex exact example excellence excellent exception exceptional exceptionally excess excite
    exciting exclude exclusive execute execution executive exercise exist exit expand expansion expectation
    expensive experience expert expertise explain explore expose exposure express extend extension extensive extent
    external extra extraordinary extreme extremely eye face facilitate facility fact factor fair fairly fall
    familiar family fantastic far fast favor feature fee feed feedback feeling felt field fight file filing fill
    final finalize finally finance financial financials financing find finding fine finish fire firm firstly fit
    fixe flat flex flexibility flexible float floor flow fluctuation fly focus follow following foot footprint force
    forecast foresee forget form forma forth foundation frame framework france frankly free frequency fulfill fully
    function fund fundamental funding furthermore future fy gain gan gap gdp general generally generate generation
    geography global globally goal grade gradual gradually grant graph gross ground group growe guarantee guess
    guide hand handle hard head headline healthy hearing heavily heavy helpful high highly historic historical
    historically history hit hold holder holiday home honestly hope hopefully horizon host hour huge human idea
    identify ifrs illustrate imagine immediate immediately impairment implement implementation implication imply
    importance importantly impressive incentive include inclusion inclusive incorporate increasingly incredible
    incredibly incremental incur independent index indicate indication indicator individual industrial industry
    inflow influence inform information initial initially initiate initiative innovate innovative input inside
    insight install instance instead institute intake intangible integrate intend intensity intent intention
    interaction interim internal internally international introduce introduction invest investment investor involve
    issuance issue item japan job join joint journey jump key kinda knowledge la label lack lag landscape large
    largely lastly late launch lay layer lead leader leadership lean learn leave left legacy level lever liability
    lie life lift light likely likewise limit limitation link list listen live living load local locate location
    lock longterm lose love lower macro macroeconomic magnitude main mainly maintain maintenance major majority
    manage management manager manner map mark market marketplace mass massive match material materialize materially
    math matter mature maturity maximize meaningful means measure mechanism medium meet meeting member merge message
    meter method metric mid middle midpoint midst midterm migrate mike mile milestone mill mind minimal minimize
    minimum minor minority minus miss mission mitigate mix mixe mo mobility model moderate modern modest moment
    momentum monetize money monitor monthly movement multi multiple national nationwide naturally navigate near
    nearly necessarily necessary negative negotiate negotiation neutral newly news nicely night non normal normalize
    normally north notably note notice objective obligation observe obtain obvious occasion occur odd offer offering
    official old ongoing onwards operate operation operationally opex opinion opportunistic opportunity oppose
    optimal optimistic optimization optimize option order organization organizational organize orient original
    originally outcome outflow outline output outside outstanding overall overcome overlap overview owner pace pack
    package page panel parallel partial partially participant participate particular particularly partly partner
    partnership party pass past path pattern pay payable payment payout peak peer pen pend penetration perfect
    perform permanent person personal personnel perspective peso phase physical pick pickup picture piece pillar
    pilot place placement plan platform play playe player plenty plus political poor popular portfolio portion
    position positive positively possibility possible possibly post potential potentially pound ppa practice pre
    precise precisely predict prefer preferr preliminary premium preparation prepare presence present presentation
    preserve president press pressure prevent previous previously primarily primary prime principal principle
    prioritize priority private pro proactive problem procedure proceed process produce producer product production
    productivity professional profile profitable program progress project projection promise promote promotion
    promotional proper properly proportion proposal propose proposition proprietary prospect protect protection
    protocol proud prove provider provision prudent public publish pull purchase pure purpose pursue push quality
    quantify quarterly quick quickly quote raise ramp rank rapid rapidly rating reach react reaction read ready real
    reality realization realize reason reasonable reasonably rebound receivable receivables receive recent recently
    recognition recognize record recover recovery reduce reduction refer reference refine reflect reflection reform
    regard regardless region regional register regular regulate regulator reinforce reiterate relation relationship
    relative relatively release relevant reliability rely remain remainder remains remarkable remember remind
    reminder renewal reopen repay repeat replace replacement report represent representative request require
    requirement reserve resilience resiliency resilient resolution resolve resource respect respective respectively
    respond response responsibility rest restrict restriction restructure resume retain retention reversal reverse
    review revise revolve rich risk road roadmap robust role roll rollout room rose roughly round rule run safe
    sales satisfy save savings scale scaling scenario schedule scheme scope score screen se sea season secondly
    section sector secure seek select selection self semester send senior sensitive sensitivity separate series
    serve service serving session set setting settle seven severe shall shape sharp sheet shift shipment short
    shortly shut sign signal significant significantly similar similarly simple simplify simply single sit site
    sitting situation size skew skill slight slightly slow slowdown small smart soft solid solution solve somewhat
    soon sorry sound source south southern space special specialty specific specifically speed spike split spot
    spread spring square stability stabilize stable stage stake stakeholder stance stand standalone standard
    standpoint state statement station status stay steadily steady step stock stop store story straight strategic
    strategically strategy stream streamline street strength strengthen stress strict strongly structural structure
    stuff sub subject submit subsequent subsidiary substantial substantially succeed success successful successfully
    suffer sufficient suggest suite sum summarize summary summer super superior support supportive suppose surge
    surpass surprise surround sustain sustainable swing switch system table tail tap task technical technological
    temporarily temporary tend territory test theme thinke thirdly thought thousand threat throw tie tier tight till
    timeframe timeline timely timing ton tool topic totally tough traction traditional traditionally trail train
    trajectory transaction transfer transform transition translate translation transmission treat tremendous trigger
    trillion trip triple true truly trust turnover twice type typical typically ultimate ultimately uncertain
    uncertainty unchanged underlie underpin undertake underway unfortunately unique unit unite unlikely unlock
    unprecedented upcoming update upgrade upper upside upward usage useful user usual usually utilization utilize
    valuable valuation value variable variation variety vast venture version vertical vice view virtual virtually
    visibility visible vision visit voice volatile volatility wait walk watch wave weakness week weight west western
    white wide willing win winter wise wish world worldwide worth wrap write wrong yesterday yield young zero
    """.split()
)
"""Lemmas, lower case."""
