"""Which cluster comes back, and which theme of a subset of layouts is which of ours, by sets written down by hand."""

from __future__ import annotations

import numpy as np

from ftm_assets.themes.seeds import found_again, same_themes, subsets

A, B, C = (np.arange(start, start + 10) for start in (0, 10, 20))


def test_a_theme_is_the_one_it_shares_most_of_its_sentences_with() -> None:
    # With A it shares 4 of 14 sentences, with B 6 of 14: .29 and .43.
    between = np.concatenate([A[6:], B[:6]])
    assert same_themes([A, B, C], [C, between], 40) == [2, 1]


def test_what_shares_too_little_is_none_of_ours() -> None:
    little = np.concatenate([A[:4], np.arange(30, 36)])  # 4 of 16
    assert same_themes([A, B], [little], 40) == [None]
    assert same_themes([A, B], [little], 40, least=0.25) == [0]


def test_no_theme_is_two() -> None:
    # Both are nearest to A, which is the one that shares more.
    assert same_themes([A], [A[:5], A[:9]], 40) == [None, 0]


def test_a_seed_that_finds_nothing_and_a_quarter_without_themes() -> None:
    assert same_themes([A], [], 40) == []
    assert same_themes([], [A], 40) == [None]


def test_a_cluster_is_found_again_as_far_as_the_nearest_of_each_other_layout_is_the_same() -> None:
    ours, same = np.array([0, 0, 0, 1, 1, -1]), np.array([1, 1, 1, 0, 0, -1])
    other = np.array([0, 0, -1, -1, 0, 0])  # 2 of 5 are of our first cluster, 1 of 5 of the second
    assert [share.round(6).tolist() for share in found_again([ours, same, other])] == [
        [(1 + 2 / 5) / 2, (1 + 1 / 5) / 2],
        [(1 + 1 / 5) / 2, (1 + 2 / 5) / 2],
        [2 / 5],
    ]


def test_one_layout_alone_is_taken_at_its_word_and_outliers_are_no_cluster() -> None:
    assert [share.tolist() for share in found_again([np.array([0, 1, -1])])] == [[1.0, 1.0]]
    assert [share.tolist() for share in found_again([np.array([0, 0]), np.array([-1, -1])])] == [[0.0], []]


def test_each_subset_leaves_out_half_of_the_layouts_and_each_layout_is_in_as_many() -> None:
    assert subsets("abcde") == [list("abc"), list("bcd"), list("cde"), list("dea"), list("eab")]
    assert subsets("ab") == [["a"], ["b"]]
