"""What every call has: the operator, greetings, the safe harbor, courtesies, platitudes, and talk about results.

None of it is about a planted matter, and half of a real call is of this kind. Gaps in braces are filled when a call is
written.
"""

from __future__ import annotations

OPENINGS = """
    Good morning, and welcome to the {quarter_words} conference call of {firm}.
    Ladies and gentlemen, thank you for standing by for the {firm} {quarter_words} call.
    Good afternoon, everyone, and welcome to {firm}.
    Greetings, and welcome to the {quarter_words} earnings call of {firm}.
    Good day, and thank you for joining the {quarter_words} results call of {firm}.
    Hello, and welcome to the {firm} {quarter_words} earnings call.
    Welcome, ladies and gentlemen, to the {quarter_words} call of {firm}.
"""

OPENINGS_OF_SECOND_CALL = """
    Good day, and welcome to the business update of {firm}.
    Welcome back to a further call with {firm}, held between two quarterly reports.
"""

INVENTED = "This is an invented call of an invented company."

QUEUE = """
    All lines are muted until the question and answer session.
    To ask a question, press star one on your telephone keypad.
    Please note that this event is being recorded.
    If you need assistance, press star zero.
    There will be a question and answer session after the prepared remarks.
    Please limit yourself to one question and one follow-up.
    To withdraw your question, press star two.
"""

HAND_OVER = """
    I will now turn the call over to {executive}, head of investor relations.
    At this time I would like to hand the call to {executive}.
    Please go ahead, {executive}.
"""

NEXT_QUESTION = """
    Our next question comes from the line of {analyst} with {broker}.
    The next question is from {analyst} at {broker}.
    We will now take a question from {analyst} of {broker}.
    We go next to {analyst} with {broker}.
    Your next question comes from {analyst} of {broker}, and your line is open.
    And next we have {analyst} with {broker}.
    The following question is from {analyst}, {broker}.
    {analyst} from {broker}, please go ahead.
"""

CLOSINGS = """
    This concludes today's conference call, and you may now disconnect.
    Ladies and gentlemen, that ends our call for today.
    Thank you for joining, and have a pleasant day.
"""

GREETINGS = """
    Thank you, operator, and good morning, everyone.
    Welcome, and thank you for joining us today.
    Good afternoon, and thanks for being with us.
    With me today are our chief executive, {executive}, and our chief financial officer.
    We issued our press release before the market opened.
    The slides are on the investor page of our website.
    A replay of this call will be available later today.
    Good morning, and welcome to our call.
    Joining me today are {executive} and {executive}.
    Before we begin, let me mention that a replay will be on our website.
    After our prepared remarks we will take your questions.
    The press release and the tables went out last night.
    Thank you, and hello to everyone on the line.
"""

SAFE_HARBOUR = """
    Some of our remarks today are forward-looking statements under the securities laws.
    Forward-looking statements involve risks and uncertainties, and actual results may differ materially.
    Please refer to our filings with the commission for a list of risk factors.
    We undertake no obligation to update any forward-looking statement.
    We will also discuss non-GAAP measures, and a reconciliation is in our press release.
    Statements about the future are based on what we know today and may turn out to be wrong.
    Listeners should not place undue reliance on projections made during this call.
    Unless we say otherwise, comparisons are with the same quarter of last year.
    I remind you that we will make forward-looking statements about our plans and expectations.
    Our actual results could differ materially for the reasons in our annual filing.
    The form 10-K and later filings describe these risks and uncertainties.
    Reconciliations of the non-GAAP measures are at the end of the press release.
    Any forward-looking view is as of today, and we assume no duty to update it.
    The safe harbor language in our release applies to this call as well.
"""

CHIEF_OPENS = """
    Thanks, {executive}, and hello, everyone.
    Thank you, {executive}, and good morning to all.
    I want to begin by thanking our teams for their hard work.
    Our people did a fine job in a busy quarter.
    I am proud of what our employees achieved.
    Let me start with the highlights and then go into detail.
    Good morning, everyone, and thank you for being here.
    It is good to be with you again.
    Thanks for the introduction, {executive}.
    Before I get to the quarter, a word about our people.
    I will be brief today so that we have time for questions.
    Let me give you my view of where we are.
"""

FINANCE_OPENS = """
    Thank you, {executive}.
    Let me walk you through the numbers.
    I will now cover the financial results in more detail.
    I will start with the income statement.
    Thanks, {executive}, and good morning from me as well.
    Let me turn to the details.
    Thank you, and hello, everybody.
    I will go through the quarter and then the outlook.
"""

THANKS = """
    Great, thanks for taking my question.
    Good morning, and congratulations on the quarter.
    Thank you, that is helpful.
    Hi, everyone, and thanks for the time.
    Hey, good morning.
    Thanks, and a quick one from me.
    I appreciate all the color so far.
    Thanks for taking the question, and good morning.
    Hi, thanks, and congrats on the results.
    Good afternoon, and thank you for the detail.
    Yes, hi, thanks for squeezing me in.
    Thank you, operator, and hello to the team.
    Morning, all.
    Hey, guys.
"""

FOLLOW_UPS = """
    And as a follow-up, how should we model the tax rate for the rest of the year?
    Can you talk about the cadence of margin through the year?
    What gives you confidence in the guidance?
    How do you think about buybacks against the dividend?
    Is there anything unusual in working capital?
    Could you help us bridge from this quarter to the next one?
    Where do you see operating expense going from here?
    Was there any change in the share count?
"""

ANALYST_LEAVES = """
    That is it for me, thank you.
    Perfect, I will get back in the queue.
    Okay, great, thanks a lot.
    Understood, thank you very much.
    That makes sense, I will leave it there.
    Okay, perfect.
    Got it, thanks.
    All right, thank you, and good luck.
    Very clear, thank you.
    Okay, that is great.
    Thanks for the color.
"""

ACKNOWLEDGEMENTS = """
    Yeah, sure, good question.
    Thanks for the question.
    Sure, let me take that one.
    Yes, happy to talk about that.
    Great question, and let me give you some context.
    Right, so a couple of things there.
    I will start and then hand it over.
    Yes.
    Sure.
    Yeah, look, it is a fair question.
    Well, thanks, {analyst}.
    Hi, {analyst}.
    Right.
    Okay, so let me take a stab at that.
    Let me take the first part.
    Absolutely.
"""

ANSWER_ENDS = """
    I hope that helps.
    So that is how we think about it.
    We will keep you posted as we go.
    I would not read more into it than that.
    {executive}, do you want to add anything?
    That is all I would say for now.
    So I will leave it there.
    Does that answer it?
    And we feel good about that.
    I think that is about it.
    So, yes.
    More to come on that.
    It is early, but so far so good.
    That is the short answer.
    We will see.
"""

FAREWELLS = """
    Thank you all for your interest in {firm}.
    We look forward to speaking with you again next quarter.
    That wraps up our call, and have a great day.
    Please reach out to investor relations with any further questions.
    Thanks, everyone, for your time today.
    Thank you again, and take care.
    We appreciate your support.
    Have a great rest of your day.
"""

JOINTS = """
    and
    while
    and at the same time
    whereas
    and separately
"""
"""How two statements become one sentence."""

RESULTS = """
    Revenue for the quarter was {money}, {up} {pct} from a year ago.
    Net sales came to {money}, compared with {money} last year.
    Total revenue {moved} {pct} on a constant currency basis.
    Organic revenue growth was {pct} in the period.
    Gross margin was {margin}, {up} {points} year over year.
    Our operating margin came in at {margin}.
    Adjusted operating income was {money}.
    Adjusted EBITDA {moved} {pct} to {money}.
    Earnings per share were {cents}, compared with {cents} in the prior year.
    Diluted earnings per share of {cents} included a one-time charge of {small}.
    Net income was {money} for the quarter.
    The effective tax rate was {margin}.
    We expect a full year tax rate of about {margin}.
    Selling, general and administrative expense was {margin} of revenue.
    Operating expenses {moved} {pct}, reflecting timing.
    We repurchased {money} of our common stock during the quarter.
    The board approved a new share repurchase authorization of {money}.
    We paid a dividend of {small} per share.
    We raised our quarterly dividend by {pct}.
    Cash from operations was {money}.
    Free cash flow totaled {money} for the first part of the year.
    Capital expenditures were {money}, in line with our plan.
    We ended the quarter with cash of {money}.
    Total debt was {money} at quarter end.
    Our leverage ratio stands at {ratio} times.
    Interest expense {moved} to {money}.
    Depreciation and amortization was {money}.
    We now expect full year revenue between {money} and {money}.
    We are reaffirming our guidance for the full year.
    We are raising the low end of our earnings guidance by {small}.
    For the next quarter we expect revenue growth of about {pct}.
    We expect operating margin to expand by {points} this year.
    Foreign exchange was a headwind of about {points}.
    Currency reduced reported growth by {points}.
    Price contributed {pct} and volume contributed the rest.
    Working capital was a use of cash of {money}.
    Days sales outstanding improved by two days.
    Inventory turns were {ratio} times.
    Return on invested capital was {margin}.
    Segment profit {moved} {pct} in our largest segment.
    The second segment posted revenue of {money}.
    Corporate expense was {money}, about the same as last year.
    Restructuring charges were {money} in the quarter.
    Stock based compensation was {margin} of revenue.
    Our weighted average share count fell by {pct}.
    Results included a gain of {money} on the sale of a building.
    Backlog at quarter end stood at {money}.
    We refinanced our revolving credit facility during the quarter.
    We have no major debt maturities until 2026.
    Our balance sheet remains strong, with liquidity of {money}.
    On a sequential basis, revenue {moved} {pct}.
    Productivity savings delivered {money} in the quarter.
    The cost program is on track to save {money} this year.
    Goodwill was tested and no impairment was needed.
    Pension expense was slightly lower than last year.
    Other income was {money}, mostly interest earned.
    Minority interest reduced net income by {money}.
    We completed a small acquisition for {money}.
    Our capital allocation priorities have not changed.
    Guidance assumes no further change in exchange rates.
    The quarter had one fewer selling day than last year.
    Overall, results were in line with our expectations.
    Comparable revenue rose {pct}, with {price|volume|acquisitions} the larger part.
    Operating cash flow improved by {money} because of better collections.
    The tax rate benefited from the settlement of an audit for {money}.
    We bought back {two|three|four} million shares at an average price of {cents_price}.
    The dividend of {small} will be paid to holders of record at the end of the month.
    Our net debt to EBITDA ended at {ratio} times, inside the range we target.
    The weaker {yen|euro|peso} took {points} off reported growth.
    Translation reduced earnings by {small} a share compared with a year ago.
    Our largest segment grew {pct} and its margin rose {points}.
    The smaller segment lost {money}, which includes the wind-down of a contract.
    We issued {money} of senior notes at a coupon of {coupon}.
    Gross profit dollars {moved} {pct}, slower than sales.
    Incentive compensation accruals were higher by {money}.
    Capital spending will be near {money} for the year, weighted to the second half.
    The midpoint of our earnings guidance implies growth of {pct}.
    We narrowed the revenue range to between {money} and {money}.
    Accounts receivable rose on late billings in the final week.
    A favorable legal accrual reversal added {small} to earnings per share.
    Seasonality will make the next quarter the smallest of the year.
    Last year's quarter had an extra week, worth about {pct} of sales.
    Interest income of {money} offset most of the higher borrowing rate.
    We recorded an impairment of {money} on intangible assets.
    Incremental margin was {margin}, short of what we target.
    The bridge from last year is volume, price, inflation and currency, in that order.
    Free cash flow conversion should exceed {convert} percent of net income this year.
    Payables came down by {money} after we paid some vendors early.
    Stock compensation and amortization together were {money}.
    Our revolver is undrawn, and covenants leave ample room.
    The pension plans are {convert} percent funded and need no contribution.
    Sales per day accelerated through the quarter, with the last month up {pct}.
    Discontinued operations contributed {cents} in the prior period.
    Our fiscal year outlook assumes a tax rate of {margin}.
    We took out {money} of annual cost and will reinvest about half.
    The order backlog converts to revenue over {four|five|six} quarters.
    Consolidated volumes {moved} {pct}, and mix was a small negative.
    On an adjusted basis we earned {cents} a share, {small} above consensus.
    We expect the second quarter to look much like the first one in terms of margin.
    The bad debt reserve is now shown inside selling expense.
"""

MOVED = ["grew", "declined", "rose", "slipped", "increased", "edged up", "came down"]

SHORT_REMARKS = """
    And that is working.
    So that is the first point.
    We feel good about where we are.
    That is the plan.
    I will come back to that.
    So let me be clear on this.
    It is a good question to ask.
    We have talked about this before.
    That has not changed.
    And we will do more of it.
    It takes time.
    So a good quarter.
    I am happy with that.
    We are not done.
    That is what we see today.
    And I mean that.
    There is more to do, of course.
    We know what we have to do.
    That is how we look at it.
    It is what it is.
    So far, so good.
    We like what we see.
    And it shows.
    I want to be careful here.
    That is a fair way to put it.
    Let me say a word on that.
    Now, a few words on the year.
    We said we would, and we did.
    That was not easy.
    It really is a team thing.
    I think we all know that.
    So we will see how it goes.
    You know, it is still early.
    And we are on it.
    Let me explain.
    That is the good news.
    So there are three parts to this.
    First, the good part.
    Second, and just as important.
    And then there is the rest.
    We will let you know.
    I am sure of that.
    This is not new to us.
    And that is as it should be.
    Nothing unusual there.
    So, yes, we are pleased.
    I would not call it a trend.
    We take it one quarter at a time.
    You can do the math.
    It is not rocket science.
    That is where we want to be.
    And we are getting there.
    I can only repeat that.
    So no change there.
    Let me give you some color.
    We are quite happy about it.
    That is the way we think.
    And that is important.
    It has been a long road.
    Okay, so moving on.
    On the other hand, we are realistic.
    So we try to be balanced.
    Nobody knows.
    And we will share more when we can.
    We will get to that.
    Things like that.
    And so on.
    It was time to do it.
    So bear with us.
    That is all in there.
    We will not comment further.
    You will hear more about it.
    I would leave it at that.
    We are in good shape.
    So we keep going.
    That was the idea.
    It goes both ways.
    Again, no surprise.
    And we mean to keep it that way.
    That is a big deal for us.
"""
"""Short remarks of executives. A third of the sentences of a real call are too short to carry anything."""

SHORT_REPLIES = """
    Okay.
    Got it.
    Right.
    Understood.
    Okay, great.
    Makes sense.
    Yeah.
    Sure.
    I see.
    Fair enough.
    Okay, that makes sense.
    Perfect.
    Very good.
    Yeah, no, understood.
    All right.
    And then just one more.
    If I may, a second one.
    Okay, and then a follow-up.
    Just so I understand that.
    Yes, please.
    Mm-hmm.
    Great.
    No, that is clear.
    Yeah, exactly.
    Okay, understood.
    And one more from my side.
    That is what I wanted to hear.
    Let me ask it another way.
"""
"""What analysts say while they listen."""

PLATITUDES = """
    We are focused on execution, and the {priorities|goals} we set in {January|the fall} are the right ones.
    Our strategy rests on {three|four} pillars, and each of them made progress {when}.
    What sets us apart is our culture, and {customers|new hires} notice it in the first week.
    Discipline in {cost|capital} is part of who we are, in good markets and in bad ones.
    We control what we can control and leave the macroeconomy to the {economists|forecasters}.
    I am proud of how our {people|managers} adapted to a demanding environment.
    We put the customer at the center of {every decision|everything we design and sell}.
    Safety comes before {schedule|everything}, and our record {when} reflects it.
    Our balanced portfolio lets us perform through {different|all} phases of the cycle.
    We continue to invest in talent, technology and {brand|service} for the long run.
    The board and management are aligned on creating long-term value.
    We are early in a transformation that will make us a {simpler|faster} company.
    There is a lot of uncertainty out there, and we plan for {several|a range of} scenarios.
    Our competitive position is {stronger|better} than at any time I can remember.
    Innovation is in our blood, and the pipeline of ideas has never been {richer|deeper}.
    We remain {cautiously optimistic|confident} about the long-term opportunity in our markets.
    The teams are working with urgency, and accountability has improved {across the company|at every level}.
    We aim to be the {partner|employer} of choice in every community we serve.
    Simplicity, speed and ownership are the words you hear in our {hallways|meetings}.
    This management group has been through {recessions|cycles} before and knows which levers to pull.
    Our sustainability report came out {when} and describes how we think about stewardship.
    We do not manage the company for ninety days, we manage it for the next {decade|generation}.
    {Rigor|Patience} in how we allocate resources has served our owners well.
    We have momentum, and we intend to build on it in the {second half|months ahead}.
    A diversified customer base gives us {resilience|balance} when one market softens.
    Our purpose guides us when trade-offs are {hard|unpopular}.
    I spent {two weeks|much of the spring} visiting our sites, and the energy there is contagious.
    We welcomed {two|three} new directors, who broaden the experience around the table.
    Employee engagement scores went up {four|three} points in the annual survey.
    We under-promise and try to over-deliver, and I intend to stick to that.
    The fundamentals of this business are sound, whatever the {headlines|quarterly noise}.
    As a leadership group we review the portfolio {every year|twice a year} and act on what we find.
    Our scale is an advantage when {conditions|markets} turn choppy.
    Continuous improvement saved thousands of small steps {when}, and they add up.
    We have the right people in the right seats to execute the next phase of the plan.
    Being close to customers helps us anticipate what they require before they say it.
    We are not satisfied with {where margins are|our pace of improvement}, and the organization knows that we expect
        more.
    The environment remains fluid, so flexibility is worth more than a perfect forecast.
"""
"""Strategy, culture and discipline, which every firm speaks of and which say nothing about any one of them."""

GENERAL_QUESTIONS = """
    How should we think about the cadence of margins across the {next two quarters|back half}?
    What is embedded in the {low|high} end of the revenue range?
    Could you bridge operating income from this year to {next|the midpoint}?
    Is the {price|volume} contribution in the guide conservative, or is there something we are missing?
    What would have to happen for you to accelerate the buyback?
    How much of the beat was timing, and how much carries into the {second half|next quarter}?
    Where does leverage settle once the {working capital|capital program} normalizes?
    Can you update us on the competitive environment and whether rivals discount more?
    How did demand trend by month, and what did you see in {the first weeks of this quarter|recent weeks}?
    Are customers pushing back on price, or has elasticity stayed where it was?
    Why did corporate expense jump, and is that the new run rate?
    What is the right tax rate to model beyond this year?
    Do you see any change in the {acquisition|deal} pipeline given where valuations are?
    Could you talk about incremental margins if volumes recover {faster|sooner}?
    What are the puts and takes in free cash flow conversion this year?
    How much visibility does the backlog give you for the {first|second} half of next year?
    Is the dividend policy under review, given the cash you are building?
    Can you help me reconcile the segment margin with the comment on mix?
    What surprised you most {when}, for better or for worse?
    If the economy slows, which costs are variable and how quickly can they come out?
    Was there any pull forward of orders ahead of the price increase?
    How do you weigh organic investment against returning capital?
    What currency rates does the outlook assume for the {euro|peso}?
    Are you still comfortable with the long-term targets you gave at the investor day?
"""
"""What analysts ask any firm."""

QUESTION_TAILS = """
    in particular for {segment}
    and does {segment} look any different
    or is that mainly {segment}
    as far as {segment} is concerned
    and where do {segment} and {other_segment} stand on that
    given what you said about {segment}
    and would you include {other_segment} in that
    with {segment} now behind us
"""
"""How a question to any firm goes on, about the parts of that firm."""

RESULTS_LEADS = """
    As expected,
    To give you some numbers,
    For modeling purposes,
    Moving down the page,
    I would note that
    Let me add that
    As you saw in the tables,
    For those who keep a model,
    Worth mentioning is that
    To put a number on it,
"""
"""How a sentence on results may begin."""

RESULTS_TAILS = """
    driven mostly by {mix|volume|price}
    partly offset by {higher incentive pay|marketing|insurance}
    which was {ahead of|in line with|a bit below} our plan
    helped by {an easy comparison|one extra week|a softer dollar}
    reflecting {timing of projects|lower volumes|the exit of a contract}
    and we expect a similar level in {the next quarter|the second half}
    with {the first month|the last month} the strongest
    as {productivity|procurement savings} came through
    despite {severance|a higher accrual rate|start-up expense}
    and most of that is {recurring|noncash|a matter of timing}
"""
"""How a sentence on results may go on."""

WHERE = """
    mostly at {segment}
    above all at {segment}
    with {segment} ahead of the rest
    and {segment} had the largest part in it
    which we first saw at {segment}
    {segment} aside
    and the people at {segment} deserve the credit
    more so at {segment} than at {other_segment}
    with {segment} and {other_segment} moving in opposite directions
    although {segment} was behind what we had hoped
    as {segment} caught up with {other_segment}
    where {segment} made the difference
"""
"""How executives go on, about the parts of their own firm."""

LEADS = """
    So,
    And
    You know,
    Look,
    I would say that
    As I said,
    I think
    To be frank,
    Again,
    What I can tell you is that
    Well,
    As you may recall,
    What we see is that
    To be honest,
"""
"""How executives begin a sentence about anything."""

TAILS = """
    and that is built into our guidance for the year
    which we expect to continue into the {next quarter|second half}
    and we watch it with our largest customers
    and it matters for {margins|growth} over the next few years
    which was not in our plan at the start of the year
    and we are managing that across the business
    so the cost of it will show in the {third|fourth} quarter
    and that is a {headwind|tailwind} we have to work with
    which supports the long-term growth of the company
    and our teams are working through it market by market
    so we are taking a cautious view for the rest of the year
    and we think that is an opportunity for our business
    and we will invest behind it in the coming quarters
    which is about what we told investors last quarter
    and the impact on revenue should be {modest|small} this year
    as we discussed at our investor day
    and demand from customers tells us the same
    and {two|three} of our larger customers have said as much
"""
"""How executives go on, about anything."""

TINY_REMARKS = """
    Our results are in the press release.
    We have nothing to add to the release today.
    The figures were published this morning.
    There are no changes to the outlook.
"""

EXECUTIVE_NAMES = """
    Alba Quint
    Marlow Dace
    Petra Vane
    Oskar Thistle
    Ines Calloway
    Jonas Brandt
    Edith Marsh
    Ruth Okello
    Tomas Heron
    Wilma Strand
    Gideon Pell
    Sunniva Holt
    Marcus Ablett
    Noor Castellan
"""

ANALYST_NAMES = """
    Dario Finch
    Leena Moss
    Hugo Ferrant
    Nadia Brook
    Casper Lind
    Odile Varga
    Pascal Reed
    Bettina Crewe
    Rufus Amadi
    Yuki Sandoval
    Clement Otway
"""

BROKERS = """
    Fernhill Research
    Oakmere Securities
    Pinnock and Daughters
    Nine Weirs Capital
    Lantern Street Partners
    Bluegate Equity
    Harrow Lane Advisors
"""
