"""How sure a share is: what few sentences blur, and what other layouts would have found. Arithmetic only.

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


def over_subsets(rows: pd.DataFrame, assigned: Sequence[pd.Series]) -> pd.DataFrame:
    """How much the share of each of ``rows`` wavers with what was found: columns of ``schemas.EXPOSURE_COLUMNS``.

    ``rows`` have firm_id, transcript_id, theme_id, share and n_usable_sentences; ``assigned`` has for each subset of
    the layouts (``themes.seeds.subsets``) the number of sentences by firm, call and theme. A theme that is not found in
    one has a share of 0 in it. Subsets that leave out d of n layouts differ among themselves otherwise than sets of n
    would: the jackknife takes (n - d) / d times their variance (Shao and Wu 1989, Annals of Statistics 17).
    """
    import pandas as pd

    keys = pd.MultiIndex.from_frame(rows[["firm_id", "transcript_id", "theme_id"]])
    usable = rows["n_usable_sentences"].to_numpy(np.float64)
    shares = np.array([subset.reindex(keys, fill_value=0).to_numpy(np.float64) / usable for subset in assigned])
    found = [rows["theme_id"].isin(set(subset.index.get_level_values("theme_id"))) for subset in assigned]
    n = len(assigned)
    left_out = n // 2
    return pd.DataFrame(
        {
            "share_sd_seeds": np.sqrt((n - left_out) / left_out * shares.var(axis=0)) if n > 1 else np.nan,
            "share_mean_seeds": shares.mean(axis=0) if n else rows["share"],
            "n_seeds": n,
            "n_seeds_found": np.sum(found, axis=0, dtype=np.int64) if n else 0,
        },
        index=rows.index,
    )
