"""What every call has: the operator, greetings, the safe harbour, and ordinary talk about results.

None of it is about a planted theme. Gaps in braces are filled when a call is written.
"""

from __future__ import annotations

OPENINGS = """
    Good morning, and welcome to the {quarter_words} conference call of {firm}.
    Ladies and gentlemen, thank you for standing by for the {firm} {quarter_words} call.
    Good afternoon, everyone, and welcome to {firm}.
    Greetings, and welcome to the {quarter_words} earnings call of {firm}.
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
"""

CHIEF_OPENS = """
    Thanks, {executive}, and hello, everyone.
    Thank you, {executive}, and good morning to all.
    I want to begin by thanking our teams for their hard work.
    Our people did a fine job in a busy quarter.
    I am proud of what our employees achieved.
    Let me start with the highlights and then go into detail.
"""

FINANCE_OPENS = """
    Thank you, {executive}.
    Let me walk you through the numbers.
    I will now cover the financial results in more detail.
    I will start with the income statement.
"""

THANKS = """
    Great, thanks for taking my question.
    Good morning, and congratulations on the quarter.
    Thank you, that is helpful.
    Hi, everyone, and thanks for the time.
    Hey, good morning.
    Thanks, and a quick one from me.
    I appreciate all the color so far.
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
"""

ACKNOWLEDGEMENTS = """
    Yeah, sure, good question.
    Thanks for the question.
    Sure, let me take that one.
    Yes, happy to talk about that.
    Great question, and let me give you some context.
    Right, so a couple of things there.
    I will start and then hand it over.
"""

ANSWER_ENDS = """
    I hope that helps.
    So that is how we think about it.
    We will keep you posted as we go.
    I would not read more into it than that.
    {executive}, do you want to add anything?
    That is all I would say for now.
"""

FAREWELLS = """
    Thank you all for your interest in {firm}.
    We look forward to speaking with you again next quarter.
    That wraps up our call, and have a great day.
    Please reach out to investor relations with any further questions.
"""

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
"""

MOVED = ["grew", "declined", "rose", "slipped", "increased", "edged up", "came down"]

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
"""

ANALYST_NAMES = """
    Dario Finch
    Leena Moss
    Hugo Ferrant
    Nadia Brook
    Casper Lind
    Odile Varga
    Pascal Reed
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
