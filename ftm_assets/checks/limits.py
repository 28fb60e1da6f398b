"""What the figures of a quarter should be: beyond these, a check warns or fails, and a report says so in words.

The limits are judgements from real calls; set them anew after the first real quarter. How a figure is held against its
limit is ``quality.py``.
"""

from dataclasses import dataclass
from typing import ClassVar

GOOD, WARNS, FAILS = "good", "warns", "fails"


@dataclass(frozen=True)
class Limit:
    """What a figure should be: ``AtMost`` or ``AtLeast``, with the values from which a check warns and fails."""

    figure: str
    meaning: str
    warn: float
    fail: float
    advice: str
    at_least: ClassVar[bool]

    def judged(self, value: float) -> str:
        """What a value is: GOOD, or beyond the limit from which a check warns, or from which it fails."""
        beyond = [value < bound if self.at_least else value > bound for bound in (self.warn, self.fail)]
        return FAILS if beyond[1] else WARNS if beyond[0] else GOOD


class AtMost(Limit):
    """For a figure that is better the smaller it is."""

    at_least = False


class AtLeast(Limit):
    """For a figure that is better the larger it is."""

    at_least = True


TOPIC_LIMITS = [
    AtMost(
        "outlier_share",
        "Mean share of a firm's sentences in no topic",
        0.35,
        0.55,
        "Measured: 0.22. The clustering has lost its hold: look at n_components and min_samples.",
    ),
    AtMost(
        "few_topics_share",
        "Share of firms with 200 sentences and fewer than 5 topics",
        0.03,
        0.10,
        "Their clusterings collapsed: look at min_cluster_size.",
    ),
    AtLeast(
        "diversity",
        "Share of distinct words among a firm's topic keywords",
        0.80,
        0.65,
        "Measured: 0.90. Topics repeat each other: is the sentence filter at work?",
    ),
    AtLeast(
        "npmi",
        "Coherence of topic keywords",
        0.02,
        -0.05,
        "Keywords of a topic seldom occur together: look at cleaned_text and at the embedding model.",
    ),
    AtMost(
        "failed_firms_share",
        "Share of firms the workers could not do",
        0.0,
        0.05,
        "The reasons are in the manifest's outcomes and in progress/.",
    ),
]
"""Of firm topics, measured on 169 real calls."""

THEME_LIMITS = [
    AtLeast(
        "known_matters_found",
        "Share of the matters known to be in these calls that a theme finds (F1 of .3)",
        0.35,
        0.20,
        "Themes miss what firms are known to speak of: python -m benchmarks.known_matters says which.",
    ),
    AtLeast(
        "known_matters_firms",
        "Share of a known matter's firms that are in the theme that fits it best",
        0.50,
        0.35,
        "Themes hold too few of the firms that speak of a matter: look at near_share and same_terms.",
    ),
    AtLeast(
        "content_themes",
        "Themes that are about a matter",
        10,
        3,
        "Few firms, or few sentences, or a quarter of nothing but results talk.",
    ),
    AtMost(
        "themes_per_sentence",
        "Themes that a sentence in a theme is in, on average",
        2.5,
        4.0,
        "Themes overlap too much to be told apart: look at max_overlap and near_share.",
    ),
    AtMost(
        "largest_theme_share",
        "Share of sentences in the largest content theme",
        0.06,
        0.12,
        "Read the largest theme: it may be talk that belongs to no matter.",
    ),
    AtLeast(
        "seed_stability",
        "Agreement of the themes of two halves of the layouts (adjusted mutual information)",
        0.70,
        0.55,
        "Themes that other layouts do not find should not be relied on.",
    ),
]
"""Of themes, measured on 98 real calls of three quarters."""

NAME_LIMITS = [
    AtLeast(
        "named_by_llm_share",
        "Share of names from the language model, where one was configured",
        1.0,
        0.9,
        "Some names are keywords although there was a language model: materialize it again.",
    ),
    AtMost(
        "schema_failure_share",
        "Share of the language model's answers in another form than asked",
        0.01,
        0.05,
        "Each was asked for again and paid for twice. Serve the model with a backend that holds it to the schema "
        "(vLLM: guidance), or choose another model.",
    ),
    AtMost(
        "firm_name_share",
        "Share of names that hold the name of one of the quarter's firms",
        0.02,
        0.10,
        "A name shall be general. Read these: a firm whose name is an ordinary word is no mistake.",
    ),
    AtLeast(
        "distinct_names_share",
        "Share of names that share at most half their words with another in the same list",
        0.90,
        0.70,
        "Names repeat each other: a reader can't tell what they name apart. Look whether that differs at all.",
    ),
    AtLeast(
        "name_length_share",
        "Share of names with at most 6 words",
        0.95,
        0.80,
        "Names are too long to be read in a table.",
    ),
]
"""Of names: those that named topics and named themes have in common. How they are measured is ``naming/quality.py``."""
