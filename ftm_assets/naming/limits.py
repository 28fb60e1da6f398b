"""What the figures of names should be: the limits that named topics and named themes have in common.

How they are measured is ``quality.py``.
"""

from ftm_assets.checks.quality import AtLeast, AtMost

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
