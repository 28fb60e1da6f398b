"""What clustering costs a process that has just started."""

from __future__ import annotations

import numpy as np

from ftm_assets.themes.theme_parameters import ThemeParameters
from ftm_assets.topics.clustering import cluster


def test_what_is_compiled_is_kept_for_the_next_process() -> None:
    vectors = np.random.default_rng(0).normal(size=(60, 8)).astype(np.float32)
    assert len(cluster(vectors, ThemeParameters().settings(len(vectors)))) == len(vectors)
    from umap.umap_ import compute_membership_strengths, smooth_knn_dist

    for compiled in (smooth_knn_dist.stats, compute_membership_strengths.stats):
        assert compiled.cache_path is not None
        assert compiled.cache_hits or compiled.cache_misses
