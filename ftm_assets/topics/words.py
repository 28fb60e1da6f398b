"""The word lists that several assets share: what is no content, and what is talk of results.

They are judgements, written down so that they can be argued with. Words are lemmas, as ``cleaned_text`` has them.
"""

from __future__ import annotations

FILLERS = frozenset(
    "ah eh em er erm ha hello hey hi hmm huh mhm mm oh ok okay uh uhh um umm yea yeah yep yes yup "
    "crosstalk foreign inaudible indiscernible laughter language ph".split()
)
"""Sounds, and the marks transcribers leave. They say nothing whatever the sentence."""

GENERIC_WORDS = frozenset(
    "able actually add answer appreciate area ask basically bit bring bye call chief clear clearly color colour "
    "come comment course day definitely earlier earnings end everybody everyone exactly expect feel figure folk "
    "forward gentleman give go good great guy happen happy hear help highlight important kind know lady let like "
    "line little long look lot maybe mean mention minute morning afternoon evening need new next nice now number "
    "obviously officer open operator part people pleasure point pretty probably provide put question quarter "
    "quite really relate remark right say see sense share shareholder slide sort speak start still sure take talk "
    "team tell term thank thanks thing think time today together touch try turn understand use want way welcome "
    "well will wonder word work would year".split()
)
"""Words that hold a conversation together. They do not count as content, and are no keyword of any topic."""

REPORTING_WORDS = frozenset(
    "accretion accretive accrual adjust adjusted amortization annualize average backlog basis billion bookings "
    "bottom budget buyback capex capital cash comparable consensus cost currency debt decline decrease delta "
    "depreciation dilute dilution dividend double digit dollar earn earning ebit ebitda eps equity estimate euro "
    "exceed exchange expenditure expense favorable favourable fiscal fourth full fx gaap grow growth guidance half "
    "headwind impact improve improvement income increase interest inventory leverage liquidity loss low margin "
    "million month net offset operating operational organic outlook percent percentage performance period point "
    "price pricing prior profit profitability range rate ratio recur repurchase result return revenue rise sale "
    "second segment sell seasonality seasonal sequential sequentially sg shareholder spend strong tailwind target tax "
    "third total track trend unfavorable versus volume weak working".split()
)
"""Words with which any firm reports any quarter. A theme made of them is about results, not about a matter."""
