"""How sure a share is: what few sentences blur, and what another seed would have found. Arithmetic only.

How often shares with these errors hold the truth, on calls of which it is known, is decision 020.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

ADDED = 2
"""Sentences added to either side, as if so many more had been about the theme and so many not."""


def sampling_error(counts: pd.Series, n: pd.Series) -> pd.Series:
    """The sampling error of the shares ``counts / n``, as if sentences were drawn independently; missing where n is 0.

    After Agresti and Coull (1998, The American Statistician 52). The plain formula, the root of p (1 - p) / n, is 0 for
    a share of 0, and with one or two sentences of a theme, the usual case, it covers far less than it says.
    """
    more = (n + 2 * ADDED).where(n > 0)
    p = (counts + ADDED) / more
    return np.sqrt(p * (1 - p) / more)


def over_seeds(rows: pd.DataFrame, assigned: Sequence[pd.Series]) -> pd.DataFrame:
    """How the share of each of ``rows`` differs between seeds: columns of ``schemas.EXPOSURE_COLUMNS``.

    ``rows`` have firm_id, transcript_id, theme_id, share and n_usable_sentences; ``assigned`` has for each other seed
    the number of sentences by firm, call and theme. A theme that a seed does not find has a share of 0 in it.
    """
    import pandas as pd

    keys = pd.MultiIndex.from_frame(rows[["firm_id", "transcript_id", "theme_id"]])
    usable = rows["n_usable_sentences"].to_numpy(np.float64)
    shares = [rows["share"].to_numpy(np.float64)]
    found = np.ones(len(rows), np.int64)
    for of_seed in assigned:
        shares.append(of_seed.reindex(keys, fill_value=0).to_numpy(np.float64) / usable)
        found += rows["theme_id"].isin(set(of_seed.index.get_level_values("theme_id"))).to_numpy()
    by_seed = np.stack(shares)
    return pd.DataFrame(
        {
            "share_sd_seeds": by_seed.std(axis=0, ddof=1) if len(by_seed) > 1 else np.nan,
            "share_mean_seeds": by_seed.mean(axis=0),
            "n_seeds": len(by_seed),
            "n_seeds_found": found,
        },
        index=rows.index,
    )
