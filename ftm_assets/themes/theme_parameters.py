"""What can be changed about themes, each with what it does. Names are UMAP's and HDBSCAN's where they are theirs."""

from __future__ import annotations

from math import sqrt

from pydantic import BaseModel, Field

from ftm_assets.topics.clustering import ClusterSettings

SMALL_QUARTER = 25_000
"""Sentences up to which the smallest cluster stays as it is."""


class ThemeParameters(BaseModel):
    """The theme model's parameters."""

    n_neighbors: int = Field(15, ge=2, le=200, description="UMAP: sentences that make up a neighbourhood")
    n_components: int = Field(5, ge=2, le=100, description="UMAP: dimensions to cluster in")
    n_epochs: int = Field(100, ge=1, le=5000, description="UMAP: passes of the layout")
    min_cluster_size: int = Field(10, ge=2, description="HDBSCAN: smallest cluster; it grows slowly with the quarter")
    min_samples: int = Field(5, ge=1, description="HDBSCAN: how cautious")
    most_clustered: int = Field(
        100_000, ge=100, description="sentences that are laid out at most; the rest are assigned"
    )
    context_weight: float = Field(
        0.15, ge=0, le=1, description="weight of the sentences before and after one in its call, its own being 1"
    )
    max_themes: int = Field(600, ge=1, description="no more themes than this, and no more than the quarter has firms")
    most_shown: int = Field(40, ge=1, description="content themes of level 1, which people see first")
    other_classes: float = Field(
        0.06, ge=0, le=1, description="share of the themes that results talk and ritual may take"
    )
    term_themes: float = Field(0.6, ge=0, le=1, description="share of the themes that are taken from groups of terms")
    max_overlap: float = Field(0.4, gt=0, le=1, description="of the smaller of two themes in the larger one")
    max_theme_share: float = Field(0.04, gt=0, le=1, description="a larger share of all sentences is no theme")
    small_theme: int = Field(25, ge=0, description="sentences that a theme may have whatever their share")
    min_firms: int = Field(5, ge=2, description="a theme needs sentences of this many firms; fewer in a small quarter")
    max_firm_share: float = Field(0.6, gt=0, le=1, description="no firm may hold more of a theme's sentences than this")
    ritual_below: float = Field(
        0.08, ge=0, description="burstiness below which a theme is a set phrase, unless by chance 1 in 20"
    )
    common_above: float = Field(
        0.5, ge=0, le=1, description="share of firms above which a theme is a set phrase, unless by chance 1 in 20"
    )
    subjects_below: float = Field(
        0.17, ge=0, le=1, description="share of words that name subjects below which a cluster is talk"
    )
    reporting_above: float = Field(
        0.3, ge=0, le=1, description="share of reporting words above which a theme is about results"
    )
    figures_above: float = Field(
        0.6, ge=0, le=1, description="share of sentences with figures above which it is about results"
    )
    term_in_theme: float = Field(
        0.3, gt=0, le=1, description="share of a term's sentences that lie in a theme, to be its term"
    )
    term_of_theme: float = Field(0.08, gt=0, le=1, description="share of a theme's sentences that have the term")
    term_similarity: float = Field(
        0.15, ge=-1, le=1, description="cosine below which a cluster's term is said in another sense"
    )
    same_matter: float = Field(
        0.5,
        ge=0,
        le=1,
        description="least likeness of a theme's two halves, as a share of the likeness within each",
    )
    same_terms: float = Field(0.5, gt=0, le=1, description="how alike terms are that make one group")
    near_share: float = Field(0.25, ge=0, le=10, description="near members of a theme, as a share of the others")
    near_similarity: float = Field(
        0.35, ge=-1, le=1, description="cosine to the theme's direction from which a sentence is near"
    )
    top_n_words: int = Field(10, ge=1, le=100, description="keywords of a theme")
    random_state: int = Field(42, ge=0, lt=2**31, description="seed of the layout and of the sample")
    n_seeds: int = Field(
        5, ge=2, le=100, description="seeds that sentences are laid out with, this one and those that follow it"
    )

    def smallest_cluster(self, n_sentences: int) -> int:
        """The smallest cluster among so many sentences: 10 of 25,000 are 20 of 100,000."""
        return round(self.min_cluster_size * sqrt(max(n_sentences / SMALL_QUARTER, 1)))

    def settings(self, n_sentences: int, random_state: int | None = None) -> ClusterSettings:
        """How to lay out and cluster so many sentences."""
        min_cluster_size = self.smallest_cluster(n_sentences)
        return ClusterSettings(
            n_neighbors=self.n_neighbors,
            n_components=self.n_components,
            n_epochs=self.n_epochs,
            min_cluster_size=min_cluster_size,
            min_samples=min(self.min_samples, min_cluster_size),
            cluster_selection_method="eom",
            random_state=self.random_state if random_state is None else random_state,
            init="pca",
        )

    def fewest_firms(self, n_firms: int) -> int:
        """Firms that a theme needs in a quarter of so many: a tenth of them, no less than 2 and no more than
        ``min_firms``."""
        return max(2, min(self.min_firms, round(0.1 * n_firms)))

    def largest_theme(self, n_sentences: int) -> int:
        """Sentences of a theme at most, in a quarter of so many."""
        return max(int(self.max_theme_share * n_sentences), self.small_theme)

    def most_themes(self, n_firms: int) -> int:
        """Themes there may be in a quarter of so many firms, over all levels and classes."""
        return min(self.max_themes, n_firms)
